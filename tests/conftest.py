"""What every test gets: folders of its own, no network, and a look at what it leaves behind."""

from __future__ import annotations

import gc
import importlib.util
import os
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

TESTS = Path(__file__).parent
GUARD = TESTS / "network_guard"

# Read once by Qt, by torch and by the hub's client when they load: before anything imports them.
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("OMP_WAIT_POLICY", "passive")
os.environ.update(HF_HUB_OFFLINE="1", TRANSFORMERS_OFFLINE="1", HF_HUB_DISABLE_TELEMETRY="1")
os.environ["PYTHONPATH"] = os.pathsep.join(
    [str(GUARD), *filter(None, [os.environ.get("PYTHONPATH")])]
)


def _load(name: str, file: Path):
    """Import a helper that lies beside the tests under a name of its own."""
    spec = importlib.util.spec_from_file_location(name, file)
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


_load("easel_network_guard", GUARD / "sitecustomize.py")
leftovers = _load("easel_leftovers", TESTS / "leftovers.py")


@pytest.fixture(autouse=True, scope="module")
def only_new_things_are_looked_at() -> None:
    """What the imports of all modules made is set aside: a million objects, which the look at
    timers and threads would go through at every test, for half of the time of all tests."""
    gc.collect()
    gc.freeze()


@pytest.fixture(autouse=True)
def own_folders(tmp_path_factory: pytest.TempPathFactory, monkeypatch) -> Path:
    """A home that is nobody's: settings, pictures, caches and temporary files of this test only."""
    home = tmp_path_factory.mktemp("home")
    for name in ("config", "data", "cache", "state", "tmp"):
        (home / name).mkdir()
    for variable in ("HOME", "USERPROFILE"):
        monkeypatch.setenv(variable, str(home))
    for variable in ("APPDATA", "LOCALAPPDATA"):
        monkeypatch.setenv(variable, str(home / "data"))
    for name in ("config", "data", "cache", "state"):
        monkeypatch.setenv(f"XDG_{name.upper()}_HOME", str(home / name))
    for variable in ("TMPDIR", "TEMP", "TMP"):
        monkeypatch.setenv(variable, str(home / "tmp"))
    monkeypatch.setattr(tempfile, "tempdir", str(home / "tmp"))
    # torch makes this folder as it is imported, whether or not anything is ever compiled
    monkeypatch.setenv("TORCHINDUCTOR_CACHE_DIR", str(home / "cache" / "inductor"))
    monkeypatch.setenv("EASEL_HOME", str(home / "easel"))
    monkeypatch.setenv("EASEL_LIBRARY", str(home / "pictures"))
    return home


@pytest.fixture(autouse=True)
def no_network(request, own_folders: Path, monkeypatch) -> Iterator[None]:
    """Connections are refused, here and in child processes; reaching for one fails the test."""
    log = own_folders / "network.log"
    monkeypatch.setenv("EASEL_TEST_NETWORK_LOG", str(log))
    allow_loopback = request.node.get_closest_marker("loopback") or sys.platform == "win32"
    monkeypatch.setenv("EASEL_TEST_LOOPBACK", "1" if allow_loopback else "0")
    yield
    if log.exists():
        pytest.fail("reached for the network:\n" + log.read_text(encoding="utf-8"), pytrace=False)


@pytest.fixture(autouse=True)
def leaves_nothing_behind(request, own_folders: Path, no_network: None) -> Iterator[None]:
    """Fails a test that leaves a thread, process, timer, window or temporary file behind.

    What a fixture of a wider scope keeps running was there before the test and does not count.
    """
    uses_qt = "qapp" in request.fixturenames
    before = leftovers.look(own_folders, uses_qt)
    yield
    if request.node.get_closest_marker("leaves_behind"):
        return
    if left := leftovers.wait_for_the_end(before, own_folders, uses_qt):
        pytest.fail("left behind:\n" + "\n".join(left), pytrace=False)
