"""The wheel carries all that Easel ships, and finds it again once installed."""

from __future__ import annotations

import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def unpacked(tmp_path_factory) -> Path:
    """The wheel of this checkout, unpacked as pip would."""
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    (wheel,) = folder.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder / "site")
    return folder / "site"


@pytest.mark.slow
def test_what_ships_is_found_in_an_installed_package(unpacked: Path) -> None:
    show = "from studio import paths; print(paths.resources()); print(paths.builtin_models())"
    done = subprocess.run(
        [sys.executable, "-c", f"import sys; sys.path.insert(0, {str(unpacked)!r}); {show}"],
        cwd=unpacked,
        check=True,
        capture_output=True,
        text=True,
    )
    resources, models = map(Path, done.stdout.splitlines())
    assert resources == unpacked / "studio" / "_shipped" / "resources"
    assert files_in(resources) == files_in(ROOT / "resources")
    assert files_in(models) == files_in(ROOT / "models")


@pytest.mark.slow
def test_the_wheel_holds_the_package_its_data_and_nothing_else(unpacked: Path) -> None:
    tops = {path.name.partition("-")[0] for path in unpacked.iterdir()}
    assert tops == {"studio", "easel_studio"}
    (info,) = unpacked.glob("*.dist-info")
    assert {"LICENSE", "CREDITS.md"} <= {path.name for path in info.rglob("*")}


def test_every_pin_fits_what_the_project_asks_for() -> None:
    from packaging.requirements import Requirement
    from packaging.utils import canonicalize_name

    lines = (ROOT / "packaging" / "constraints.txt").read_text().splitlines()
    pins = dict(line.split("==") for line in lines if "==" in line)
    pins = {canonicalize_name(name): version for name, version in pins.items()}
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    asked = project["dependencies"]
    for extra in project["optional-dependencies"].values():
        asked += extra
    for requirement in map(Requirement, asked):
        assert requirement.specifier.contains(pins[canonicalize_name(requirement.name)]), (
            requirement
        )


def test_the_desktop_entry_calls_what_is_installed() -> None:
    entry = (ROOT / "packaging" / "easel.desktop").read_text(encoding="utf-8")
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    values = dict(line.split("=", 1) for line in entry.splitlines() if "=" in line)
    assert values["Exec"] in project["gui-scripts"]
    assert (ROOT / "resources" / f"{values['Icon']}.svg").exists()


def files_in(folder: Path) -> set[str]:
    return {
        str(path.relative_to(folder))
        for path in folder.rglob("*")
        if "__pycache__" not in path.parts
    }
