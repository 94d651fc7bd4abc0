"""Where things are: what ships with Easel, and the artist's own folders."""

from __future__ import annotations

import json
import os
from pathlib import Path

import platformdirs

_PACKAGE = Path(__file__).resolve().parent


def resources() -> Path:
    """Icons, themes, sounds, sample pictures."""
    return _shipped("resources")


def builtin_models() -> Path:
    """The built-in models, one folder each. Missing in a checkout that has none yet."""
    return _shipped("models")


def config_dir() -> Path:
    """Settings. Not created here."""
    return _own("config") or Path(platformdirs.user_config_dir("easel", appauthor=False))


def data_dir() -> Path:
    """What Easel keeps for the artist besides artworks: imported models, the index, logs."""
    return _own("data") or Path(platformdirs.user_data_dir("easel", appauthor=False))


def cache_dir() -> Path:
    """What can be made again at any time: thumbnails, previews."""
    return _own("cache") or Path(platformdirs.user_cache_dir("easel", appauthor=False))


def library_folder() -> Path:
    """Where artworks are kept: what `EASEL_LIBRARY` names, what the artist chose, the default."""
    if not os.environ.get("EASEL_LIBRARY"):
        try:
            chosen = json.loads(library_choice().read_text("utf-8"))["folder"]
        except (OSError, ValueError, KeyError, TypeError):
            chosen = None
        if isinstance(chosen, str) and chosen:
            return Path(chosen)
    return default_library()


def library_choice() -> Path:
    """The JSON file that remembers the folder chosen for artworks; written by the settings."""
    return config_dir() / "library.json"


def trash_choice() -> Path:
    """The JSON file that says for how long the trash is kept; written by the settings."""
    return config_dir() / "trash.json"


def default_library() -> Path:
    """Where artworks are kept until the artist chooses another folder.

    `EASEL_LIBRARY`, else `pictures` in `EASEL_HOME`, else "Easel" in the system's pictures folder.
    """
    if named := os.environ.get("EASEL_LIBRARY"):
        return Path(named).expanduser()
    return _own("pictures") or Path(platformdirs.user_pictures_dir()) / "Easel"


def _own(name: str) -> Path | None:
    """A folder of that name in `EASEL_HOME`, which overrides all of the system's own places."""
    home = os.environ.get("EASEL_HOME")
    return Path(home).expanduser() / name if home else None


def _shipped(name: str) -> Path:
    """A wheel carries its data inside the package; in a checkout it lies beside the package."""
    inside = _PACKAGE / "_shipped" / name
    return inside if inside.is_dir() else _PACKAGE.parent / name
