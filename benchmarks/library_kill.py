"""The library under SIGKILL, and how long it takes to open and to add.

    python benchmarks/library_kill.py [--kills 200] [--seed 1] [--folder DIR]

Kills processes that add to one library, tag its artworks, move them to the trash and back, remove
them, take in files, save copies, and bring older indexes up to date, alone and two at a time, each
at a random moment, and after each checks that nothing announced is lost, no file is half-written,
no temporary file is left, and that index and files agree (tests/library/killing.py).
"""

from __future__ import annotations

import argparse
import random
import shutil
import statistics
import struct
import sys
import tempfile
import time
import zlib
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from PIL import Image, ImageDraw

from studio.library import Library
from studio.recipes import PictureRecipe
from tests.library.killing import kill_at_random


def kill(folder: Path, kills: int, seed: int) -> None:
    groups = [
        *(["add"], ["trash"], ["add", "add"], ["add", "trash"], ["rebuild", "add"]),
        *(["mark"], ["mark", "trash"], ["rebuild", "mark"], ["remove"], ["remove", "mark"]),
        *(["migrate"], ["migrate", "migrate"], ["import"], ["copy"], ["copy", "trash"]),
    ]
    tasks: list[list[str]] = []
    while sum(map(len, tasks)) < kills:
        tasks.append(groups[len(tasks) % len(groups)])
    began = time.perf_counter()
    record = kill_at_random(folder, tasks, random.Random(seed), longest=0.2)
    print(f"{record.kills} kills in {time.perf_counter() - began:.0f} s, each checked")
    print("  came while:", ", ".join(f"{what} {n}" for what, n in record.hits.most_common()))
    print(f"  artworks in the end: {len(record.trashed)}, all announced ones among them")
    print(f"  kept but not announced yet when the kill came: {record.unannounced}")
    print(
        f"  temporary files left by kills and cleaned at the next opening: {record.left_temporary}"
    )


def sticker(number: int) -> Image.Image:
    """512x512 RGBA with a soft drawing on transparent ground, as the built-in model makes them."""
    image = Image.effect_noise((512, 512), 12).convert("RGBA")
    shape = Image.new("L", (512, 512))
    ImageDraw.Draw(shape).ellipse((60, 60 + number, 450, 450), fill=255)
    image.putalpha(shape)
    return image


def timed(name: str, work: Callable[[], object], times: int) -> None:
    took = []
    for _ in range(times):
        began = time.perf_counter()
        work()
        took.append((time.perf_counter() - began) * 1e3)
    took.sort()
    print(
        f"{name:44} median {statistics.median(took):7.1f} ms, "
        f"p95 {took[int(0.95 * (len(took) - 1))]:7.1f} ms  ({times} times)"
    )


def speed(folder: Path) -> None:
    timed("open, new folder", lambda: Library.open(folder).close(), 1)
    recipe = PictureRecipe(prompt="a smiling red fox, 3d emoji", seed=7, steps=20, guidance=4.0)
    images = [sticker(number) for number in range(8)]
    with Library.open(folder) as library:
        made = []
        timed(
            "add, 512x512 RGBA",
            lambda: made.append(library.add(images[len(made) % 8], recipe, made_by="x")),
            60,
        )
        plain = images[0].convert("RGB")
        timed("add, 512x512 RGB", lambda: library.add(plain, recipe, made_by="x"), 30)
        timed("recent(200)", lambda: library.recent(200), 30)
        timed("get", lambda: library.get(made[0].id), 200)
        back = iter(made * 2)
        timed("trash", lambda: library.trash(next(back).id), 20)
        for suffix in ("png", "jpg", "webp"):
            target = folder.with_name(f"copy.{suffix}")
            timed(f"save_copy, {suffix}", lambda t=target: library.save_copy(made[-1], t), 8)
    for count in (90, 2_000, 20_000):
        fill(folder, count)
        with Library.open(folder) as library:
            began = time.perf_counter()
            library.rescan()
            print(f"rescan that adds up to {count}: {time.perf_counter() - began:.2f} s")
        timed(f"open, {count} works, folder just changed", lambda: Library.open(folder).close(), 5)
        time.sleep(2.6)
        Library.open(folder).close()
        timed(f"open, {count} works, nothing changed", lambda: Library.open(folder).close(), 10)
        if count == 20_000:
            with Library.open(folder) as library:
                timed("rescan, nothing changed", library.rescan, 3)
                timed("recent(200)", lambda: library.recent(200), 30)
                timed("count", library.count, 30)


def fill(folder: Path, count: int) -> None:
    """Copies of one small file under new ids, without waiting for the disk each time."""
    with Library.open(folder, catch_up=0) as library:
        made = library.add(Image.new("RGB", (64, 64)), PictureRecipe(prompt="x"), made_by="x")
    content = made.path.read_bytes()
    place = folder / "2020"
    place.mkdir(exist_ok=True)
    start = content.index(b"easel:artwork") - 4
    length = int.from_bytes(content[start - 4 : start], "big")
    rest = content[: start - 4] + content[start + 4 + length + 4 :]

    for number in range(sum(1 for _ in place.iterdir()), count):
        card = content[start + 4 : start + 4 + length].replace(
            made.id.encode(), f"{number:032x}".encode()
        )
        data = b"iTXt" + card
        chunk = struct.pack(">I", length) + data + struct.pack(">I", zlib.crc32(data))
        (place / f"fox-{number:032x}.png").write_bytes(rest[:33] + chunk + rest[33:])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--folder", type=Path, help="on the disk to measure; a temporary one else")
    options = parser.parse_args()
    place = Path(tempfile.mkdtemp(prefix="easel-kill-", dir=options.folder))
    try:
        kill(place / "killed", options.kills, options.seed)
        speed(place / "timed")
    finally:
        shutil.rmtree(place)


if __name__ == "__main__":
    main()
