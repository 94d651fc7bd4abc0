"""packaging/bootstrap.py on a small project of the same shape, with a real .venv and a real pip."""

from __future__ import annotations

import ast
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

PACKAGING = Path(__file__).resolve().parents[2] / "packaging"

PYPROJECT = """
[build-system]
requires = []
build-backend = "backend"
backend-path = ["."]
[project]
name = "easel-studio"
version = "1"
[project.optional-dependencies]
dev = []
test = []
"""

# Builds the wheel of an editable install: two programs that print what they were asked for.
BACKEND = """
import pathlib, time, zipfile

NAMES = "easel", "easel-gui", "pytest"

def build_editable(folder, config_settings=None, metadata_directory=None):
    pathlib.Path("building").touch()
    while pathlib.Path("slow").exists():
        time.sleep(0.02)
    if pathlib.Path("broken").exists():
        raise SystemExit("this wheel cannot be built")
    info, name = "easel_studio-1.dist-info/", "easel_studio-1-py3-none-any.whl"
    program = "import sys\\ndef main(): print('easel', sys.argv)\\n"
    about = ["Metadata-Version: 2.1", "Name: easel-studio", "Version: 1",
             "Provides-Extra: dev", "Provides-Extra: test", ""]
    tags = ["Wheel-Version: 1.0", "Root-Is-Purelib: true", "Tag: py3-none-any", ""]
    programs = ["[console_scripts]", *(f"{n} = fake_easel:main" for n in NAMES), ""]
    with zipfile.ZipFile(pathlib.Path(folder, name), "w") as wheel:
        wheel.writestr("fake_easel.py", program)
        wheel.writestr(info + "METADATA", "\\n".join(about))
        wheel.writestr(info + "WHEEL", "\\n".join(tags))
        wheel.writestr(info + "entry_points.txt", "\\n".join(programs))
        wheel.writestr(info + "RECORD", "")
    return name
"""


class Checkout:
    """A folder like a fresh clone, and the starts made in it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        (folder / "packaging").mkdir(parents=True)
        (folder / "bin").mkdir()
        for name in ("bootstrap.py", "system_libraries.py"):
            shutil.copy(PACKAGING / name, folder / "packaging" / name)
        (folder / "packaging" / "constraints.txt").write_text("torch==2.13.0\n")
        (folder / "pyproject.toml").write_text(PYPROJECT)
        (folder / "backend.py").write_text(BACKEND)
        # With a card in sight no other build of torch is looked for on Linux.
        card = folder / "bin" / "nvidia-smi"
        card.write_text("#!/bin/sh\n")
        card.chmod(0o755)

    def command(self, *words: str) -> list[str]:
        return [sys.executable, str(self.folder / "packaging" / "bootstrap.py"), *words]

    def environment(self, **more: str) -> dict[str, str]:
        screens = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
        kept = {name: value for name, value in os.environ.items() if name not in screens}
        return {**kept, "PATH": str(self.folder / "bin"), **more}

    def start(self, *words: str, before: tuple[str, ...] = (), **environment: str):
        return subprocess.run(
            [*before, *self.command(*words)],
            env=self.environment(**environment),
            capture_output=True,
            text=True,
            check=False,
        )

    @property
    def log(self) -> str:
        return (self.folder / ".venv" / "easel-install.log").read_text()


@pytest.fixture(scope="module")
def installed(tmp_path_factory) -> Checkout:
    """A checkout in which one start has been made."""
    checkout = Checkout(tmp_path_factory.mktemp("checkout") / "a folder with spaces ü")
    first = checkout.start("run", "doctor")
    assert first.returncode == 0, first.stdout + first.stderr
    assert "Easel is installed." in first.stdout
    assert "'doctor']" in first.stdout
    return checkout


pytestmark = pytest.mark.skipif(os.name == "nt", reason="programs of a venv are called otherwise")


@pytest.mark.slow
def test_a_second_start_adds_under_two_seconds_and_installs_nothing(installed: Checkout) -> None:
    log = installed.log
    began = time.perf_counter()
    second = installed.start("run", "make", "ein Fuchs 🦊", "--seed", "7")
    took = time.perf_counter() - began
    assert second.returncode == 0, second.stderr
    assert "'make', 'ein Fuchs 🦊', '--seed', '7']" in second.stdout
    assert second.stdout.count("\n") == 1
    assert installed.log == log
    assert took < 2


@pytest.mark.slow
def test_a_second_start_needs_no_network(installed: Checkout) -> None:
    cut_off = ("/usr/bin/unshare", "-r", "-n")
    works = shutil.which(cut_off[0]) and not subprocess.call([*cut_off, "/bin/true"])
    if not works:
        pytest.skip("cannot take the network away here")
    second = installed.start("run", "doctor", before=cut_off)
    assert second.returncode == 0, second.stderr


@pytest.mark.slow
def test_without_a_screen_a_picture_is_made(installed: Checkout) -> None:
    without = installed.start("run")
    assert "no screen" in without.stdout
    assert "'make', 'a smiling red fox, 3d emoji']" in without.stdout
    with_one = installed.start("run", WAYLAND_DISPLAY="wayland-0")
    assert "easel-gui']" in with_one.stdout


@pytest.mark.slow
def test_what_follows_goes_to_pytest_or_to_a_tool(installed: Checkout) -> None:
    assert "pytest', '-k', 'x']" in installed.start("test", "-k", "x").stdout
    assert "easel', '--help']" in installed.start("tool", "easel", "--help").stdout
    missing = installed.start("tool", "no-such-tool")
    assert missing.returncode == 1
    assert "no-such-tool" in missing.stderr


@pytest.mark.slow
def test_an_update_that_fails_says_so_and_the_next_start_recovers(installed: Checkout) -> None:
    pyproject = installed.folder / "pyproject.toml"
    pyproject.write_text(PYPROJECT + "# changed\n")
    (installed.folder / "broken").touch()
    failed = installed.start("run", "doctor")
    assert failed.returncode == 1
    assert "could not be installed" in failed.stderr
    assert "Traceback" not in failed.stderr
    (installed.folder / "broken").unlink()
    again = installed.start("run", "doctor")
    assert again.returncode == 0, again.stderr
    assert "up to date" in again.stdout


@pytest.mark.slow
@pytest.mark.leaves_behind("pip's own temporary files, when it is killed")
@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="no such signal")
def test_a_first_start_that_is_killed_is_done_again(tmp_path: Path) -> None:
    checkout = Checkout(tmp_path / "checkout")
    slow = checkout.folder / "slow"
    slow.touch()
    first = subprocess.Popen(
        checkout.command("run", "doctor"), env=checkout.environment(), stdout=subprocess.DEVNULL
    )
    until = time.monotonic() + 60
    while not (checkout.folder / "building").exists() and time.monotonic() < until:
        time.sleep(0.05)
    first.kill()
    first.wait()
    # Its pip lives on, and the second start waits for it.
    second = subprocess.Popen(
        checkout.command("run", "doctor"),
        env=checkout.environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert "Waiting" in second.stdout.readline()
    slow.unlink()
    out, _ = second.communicate(timeout=90)
    assert second.returncode == 0, out
    assert "Setting Easel up" in out
    assert "'doctor']" in out


@pytest.mark.slow
def test_a_checkout_that_was_moved_is_set_up_again(installed: Checkout, tmp_path: Path) -> None:
    moved = Checkout(tmp_path / "moved")
    shutil.copytree(installed.folder / ".venv", moved.folder / ".venv", symlinks=True)
    start = moved.start("run", "doctor")
    assert start.returncode == 0, start.stderr
    assert f"Setting Easel up in {moved.folder}" in start.stdout


@pytest.mark.parametrize("name", ["bootstrap.py", "system_libraries.py"])
def test_any_python_3_can_read_it(name: str) -> None:
    ast.parse((PACKAGING / name).read_text(encoding="utf-8"), feature_version=(3, 6))


@pytest.mark.parametrize("version", [(3, 10, 4), (3, 15, 0)])
def test_a_python_that_does_not_fit_is_told_plainly(
    version, bootstrap, monkeypatch, capsys
) -> None:
    monkeypatch.setattr(bootstrap.sys, "version_info", version)
    monkeypatch.setenv("PATH", "")
    assert bootstrap.main(["run"]) == 1
    said = capsys.readouterr().err
    assert "3.11 to 3.14" in said
    assert f"{version[0]}.{version[1]}" in said


def test_anything_else_shows_how_it_is_used(bootstrap, capsys) -> None:
    assert bootstrap.main([]) == 2
    assert bootstrap.main(["tool"]) == 2
    assert bootstrap.main(["--help"]) == 0
    assert "open the window" in capsys.readouterr().out


def test_a_folder_that_cannot_be_written_is_told_plainly(
    bootstrap, tmp_path, monkeypatch, capsys
) -> None:
    (tmp_path / ".venv.lock").mkdir()
    monkeypatch.setattr(bootstrap, "ROOT", tmp_path)
    monkeypatch.setattr(bootstrap, "STATE", tmp_path / "no-such-state")
    assert bootstrap.main(["run"]) == 1
    assert "cannot be set up in its own folder" in capsys.readouterr().err


def test_too_little_room_on_the_disk_is_said_before_anything_is_fetched(
    bootstrap, monkeypatch
) -> None:
    usage = shutil.disk_usage("/")._replace(free=1_000_000_000)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage)
    with pytest.raises(bootstrap.Stop, match="not enough room"):
        bootstrap.make_environment()


@pytest.mark.parametrize(
    ("linux", "windows", "card", "index"),
    [
        (True, False, False, "/whl/cpu"),
        (True, False, True, None),
        (False, True, True, "/whl/cu130"),
        (False, True, False, None),
        (False, False, False, None),
    ],
)
def test_the_build_of_torch_fits_the_computer(
    linux, windows, card, index, bootstrap, monkeypatch
) -> None:
    calls = []
    monkeypatch.setattr(bootstrap, "LINUX", linux)
    monkeypatch.setattr(bootstrap, "ON_WINDOWS", windows)
    monkeypatch.setattr(bootstrap, "has_nvidia_card", lambda: card)
    monkeypatch.setattr(bootstrap, "pip", lambda *words: calls.append(words))
    bootstrap.choose_build_of_torch()
    if index is None:
        assert not calls
    else:
        assert any(word.endswith(index) for word in calls[0])
        assert calls[0][-1].startswith("torch==")


def test_the_synthesizer_comes_without_what_it_asks_for(bootstrap, monkeypatch) -> None:
    calls = []
    monkeypatch.setattr(bootstrap, "pip", lambda *words: calls.append(words))
    monkeypatch.setattr(bootstrap, "CONSTRAINTS", PACKAGING / "constraints.txt")
    bootstrap.install_synthesizer()
    ((command, without, pin),) = calls
    assert (command, without) == ("install", "--no-deps")
    assert pin.startswith("tinysoundfont==")


def test_without_a_synthesizer_the_rest_is_installed(bootstrap, monkeypatch, capsys) -> None:
    def fail(*_words) -> None:
        raise bootstrap.Stop("there is no build of it")

    monkeypatch.setattr(bootstrap, "pip", fail)
    monkeypatch.setattr(bootstrap, "CONSTRAINTS", PACKAGING / "constraints.txt")
    bootstrap.install_synthesizer()
    assert "stay silent" in capsys.readouterr().out
