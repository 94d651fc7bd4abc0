"""The files of packaging/ as modules; they are scripts and belong to no package."""

import importlib.util
import sys
from pathlib import Path

import pytest

PACKAGING = Path(__file__).resolve().parents[2] / "packaging"


@pytest.fixture
def bootstrap(monkeypatch):
    return _load("bootstrap", monkeypatch)


@pytest.fixture
def system_libraries(monkeypatch):
    return _load("system_libraries", monkeypatch)


def _load(name: str, monkeypatch):
    spec = importlib.util.spec_from_file_location(name, PACKAGING / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, name, module)
    spec.loader.exec_module(module)
    return module
