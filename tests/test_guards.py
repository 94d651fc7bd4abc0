"""The guards of conftest.py catch what they are there for."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

TESTS = Path(__file__).parent

# Each of these must fail, and only by what conftest.py says at its end.
CULPRITS = """
import socket, subprocess, sys, tempfile, threading, time
import easel_leftovers
easel_leftovers.GRACE = 0.1
kept = []

def test_connection():
    try:
        socket.create_connection(("192.0.2.1", 9))
    except Exception:
        pass

def test_look_up():
    try:
        socket.getaddrinfo("example.org", 443)
    except Exception:
        pass

def test_connection_of_a_child():
    code = "import socket; socket.socket().connect(('127.0.0.1', 9))"
    subprocess.run([sys.executable, "-c", code], stderr=subprocess.DEVNULL)

def test_thread():
    threading.Thread(target=time.sleep, args=(1,)).start()

def test_process():
    kept.append(subprocess.Popen([sys.executable, "-c", "import time; time.sleep(1)"]))

def test_temporary_file():
    tempfile.mkstemp()

def test_timer(qapp):
    from PySide6.QtCore import QTimer
    kept.append(QTimer())
    kept[-1].start(1000)

def test_window(qapp):
    from PySide6.QtWidgets import QLabel
    kept.append(QLabel("left open"))
"""

PROPER = """
import socket, subprocess, sys, tempfile, threading

def test_all_is_tidied_up(qapp):
    from PySide6.QtCore import QTimer
    from PySide6.QtWidgets import QLabel
    with tempfile.TemporaryDirectory():
        pass
    thread = threading.Thread(target=print)
    thread.start()
    thread.join()
    subprocess.run([sys.executable, "-c", "pass"], check=True)
    label, timer = QLabel("closed"), QTimer()
    timer.start(1000)
    timer.stop()
    label.deleteLater()
    left, right = socket.socketpair()
    left.close()
    right.close()
"""


@pytest.mark.slow
def test_what_is_left_behind_fails_its_test(tmp_path: Path) -> None:
    names = [line[4:-3].partition("(")[0] for line in CULPRITS.splitlines() if line[:4] == "def "]
    out = run_tests(tmp_path, CULPRITS)
    for name in names:
        assert f"ERROR {name}" in out.replace("test_inner.py::", ""), out
    assert f"{len(names)} passed, {len(names)} errors" in out, out


@pytest.mark.slow
def test_what_is_tidied_up_passes(tmp_path: Path) -> None:
    out = run_tests(tmp_path, PROPER)
    assert "1 passed" in out, out
    assert "error" not in out, out


def run_tests(folder: Path, source: str) -> str:
    """Run a file of tests with our conftest.py as a plugin; returns what pytest says."""
    (folder / "test_inner.py").write_text(source)
    path = os.pathsep.join([str(TESTS), os.environ["PYTHONPATH"]])
    options = ["-p", "conftest", "-p", "no:cacheprovider", f"--basetemp={folder / 'base'}"]
    done = subprocess.run(
        [sys.executable, "-m", "pytest", *options, "-q", "-rE"],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": path},
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stdout + done.stderr


@pytest.mark.loopback
def test_a_test_may_ask_for_this_computer_itself() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        socket.create_connection(server.getsockname()).close()


def test_the_artist_s_own_folders_are_out_of_reach(own_folders: Path) -> None:
    assert Path.home() == own_folders
    assert Path(os.environ["EASEL_HOME"]).is_relative_to(own_folders)
    assert Path(os.environ["EASEL_LIBRARY"]).is_relative_to(own_folders)
