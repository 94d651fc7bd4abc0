"""Where Easel finds what it ships and keeps what is the artist's."""

from __future__ import annotations

from pathlib import Path

from studio import paths


def test_what_ships_lies_beside_the_package_in_a_checkout() -> None:
    root = Path(paths.__file__).resolve().parent.parent
    assert paths.resources() == root / "resources"
    assert paths.builtin_models() == root / "models"


def test_what_ships_lies_inside_an_installed_package(tmp_path: Path, monkeypatch) -> None:
    for name in ("resources", "models"):
        (tmp_path / "studio" / "_shipped" / name).mkdir(parents=True)
    monkeypatch.setattr(paths, "_PACKAGE", tmp_path / "studio")
    assert paths.resources() == tmp_path / "studio" / "_shipped" / "resources"
    assert paths.builtin_models() == tmp_path / "studio" / "_shipped" / "models"


def test_one_variable_moves_all_of_the_artist_s_folders(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setenv("EASEL_HOME", str(tmp_path))
    monkeypatch.delenv("EASEL_LIBRARY")
    folders = paths.config_dir(), paths.data_dir(), paths.cache_dir(), paths.default_library()
    assert [folder.relative_to(tmp_path).as_posix() for folder in folders] == [
        "config",
        "data",
        "cache",
        "pictures",
    ]


def test_the_pictures_may_lie_elsewhere(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setenv("EASEL_HOME", str(tmp_path))
    monkeypatch.setenv("EASEL_LIBRARY", "~/Bilder/Éasel")
    assert paths.default_library() == Path.home() / "Bilder" / "Éasel"


def test_without_variables_the_system_s_own_places_are_used(monkeypatch) -> None:
    monkeypatch.delenv("EASEL_HOME")
    monkeypatch.delenv("EASEL_LIBRARY")
    assert paths.default_library().name == "Easel"
    for folder in (paths.config_dir(), paths.data_dir(), paths.cache_dir()):
        assert "easel" in folder.parts
        assert folder.is_relative_to(Path.home())
