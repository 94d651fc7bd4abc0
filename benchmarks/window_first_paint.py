"""How long until the window is on the screen, beside a bare Qt window on the same machine.

    python benchmarks/window_first_paint.py [ROUNDS]

Measures from the moment the process is started to the moment after the first paint has been
handed to the screen. The two programs take turns, each in a fresh process; the first round of
each, where files may still come from the disk, is told apart. Needs a display (Xvfb will do).
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BAR = 0.4

BARE = """
import sys, time
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QWidget
app = QApplication(sys.argv)
class Bare(QWidget):
    def paintEvent(self, event):
        QTimer.singleShot(0, done)
def done():
    print(json.dumps({"at": time.monotonic(), "torch": "torch" in sys.modules}), flush=True)
    os._exit(0)
window = Bare()
window.resize(1360, 860)
window.show()
app.exec()
"""

EASEL = """
import time
from studio.ui.studio import Studio
def done(studio):
    print(json.dumps({"at": time.monotonic(), "torch": "torch" in sys.modules}), flush=True)
    os._exit(0)
Studio.start = done
from studio.app import main
main(["easel"])
"""


def measure(code: str, environment: dict[str, str]) -> tuple[float, bool]:
    began = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-c", "import json, os, sys\n" + code],
        capture_output=True,
        text=True,
        env=environment,
        cwd=ROOT,
        timeout=60,
        check=False,
    )
    if done.returncode or not done.stdout:
        raise SystemExit(done.stderr)
    answer = json.loads(done.stdout)
    return answer["at"] - began, answer["torch"]


def main() -> None:
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 10
    with tempfile.TemporaryDirectory() as home:
        environment = {**os.environ, "EASEL_HOME": home}
        # Compiled modules are part of "warm"; the first round is the one that compiles.
        environment.pop("PYTHONDONTWRITEBYTECODE", None)
        environment.setdefault("PYTHONPYCACHEPREFIX", str(Path(home) / "pyc"))
        times: dict[str, list[float]] = {"bare": [], "easel": []}
        torch = False
        for _ in range(rounds + 1):
            for name, code in (("bare", BARE), ("easel", EASEL)):
                seconds, seen = measure(code, environment)
                times[name].append(seconds)
                torch = torch or seen
    for name, found in times.items():
        warm = sorted(found[1:])
        print(
            f"{name:6} first {found[0]:.3f} s, then median {statistics.median(warm):.3f}, "
            f"best {warm[0]:.3f}, worst {warm[-1]:.3f}"
        )
    warm = statistics.median(times["easel"][1:])
    print(f"torch imported: {torch}; bar {BAR} s: {'held' if warm <= BAR else 'MISSED'}")
    print(f"load: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")


if __name__ == "__main__":
    main()
