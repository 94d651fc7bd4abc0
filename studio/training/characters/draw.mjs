// Reads one character a line from standard input, {"style": "micah", "options": {...}}, and writes
// one line for each: {"svg": "...", "extra": {...}}. The styles are DiceBear's npm packages; run it
// in a folder where `npm install @dicebear/core @dicebear/collection` has been run, or name that
// folder as the first argument. Everything is decided by the options; nothing here is random.
import { createRequire } from 'node:module';
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';
import path from 'node:path';

const folder = path.resolve(process.argv[2] ?? '.');
const require = createRequire(path.join(folder, 'x.js'));
const load = (name) => import(pathToFileURL(require.resolve(name)).href);
const { createAvatar } = await load('@dicebear/core');
const styles = {};

for await (const line of createInterface({ input: process.stdin })) {
  if (!line) continue;
  const { style, options } = JSON.parse(line);
  styles[style] ??= await load(`@dicebear/${style}`);
  const picture = createAvatar(styles[style], { seed: 'easel', ...options });
  const { svg, extra } = picture.toJson();
  const answer = JSON.stringify({ svg, extra }) + '\n';
  if (!process.stdout.write(answer)) await new Promise((go) => process.stdout.once('drain', go));
}
