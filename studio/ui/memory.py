"""What the window remembers from one start to the next: a small JSON file, written atomically."""

from __future__ import annotations

import contextlib
import json
import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

SCHEMA = 1

# What may be remembered, and how to tell that a value is one: the rest is dropped, not an error
CHECKS: dict[str, Callable[[Any], bool]] = {
    "theme": lambda v: v in ("system", "dark", "light"),
    "geometry": lambda v: isinstance(v, str) and len(v) < 2000,
    "pictures_made": lambda v: isinstance(v, bool),
    "room": lambda v: v in ("picture", "sliders", "style", "music", "gallery"),
    "sliders": lambda v: isinstance(v, dict),
    "style": lambda v: isinstance(v, dict),
    "music": lambda v: isinstance(v, dict),
    "gallery": lambda v: isinstance(v, dict),
    "sound_device": lambda v: isinstance(v, str) and len(v) < 1000,
    "picture": lambda v: isinstance(v, dict),
    "picture_locked": lambda v: isinstance(v, bool),
    "picture_advanced": lambda v: isinstance(v, bool),
}


class Memory:
    """Remembered values. Reading never fails: what cannot be read is forgotten."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._values = read(path)

    def get(self, name: str, default: Any = None) -> Any:
        return self._values.get(name, default)

    def set(self, name: str, value: Any) -> bool:
        """Remember a value; whether it is a new one."""
        if not CHECKS[name](value):
            raise ValueError(f"{name}: {value!r}")
        changed = self._values.get(name) != value
        self._values[name] = value
        return changed

    def forget(self, name: str) -> None:
        self._values.pop(name, None)

    def to_json(self) -> str:
        return json.dumps({"schema": SCHEMA, **self._values}, ensure_ascii=False, indent=1)

    def save(self) -> None:
        """Write the file; a full or read-only disk costs the memory, never the program."""
        with contextlib.suppress(OSError):
            write(self.path, self.to_json())


def read(path: Path) -> dict[str, Any]:
    """The values in a settings file that can be used."""
    try:
        values = json.loads(path.read_text(encoding="utf-8"))
        if values.get("schema") != SCHEMA:
            return {}
        return {k: v for k, v in values.items() if k in CHECKS and CHECKS[k](v)}
    except (OSError, ValueError, AttributeError):
        return {}


def write(path: Path, text: str) -> None:
    """Replace a file's content in one step."""
    path.parent.mkdir(parents=True, exist_ok=True)
    number, name = tempfile.mkstemp(dir=path.parent, prefix=path.name, suffix=".part")
    try:
        # Lone surrogates, which a prompt pasted on Windows may hold, are not worth a lost file
        with os.fdopen(number, "w", encoding="utf-8", errors="replace") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(path)
    except BaseException:
        with contextlib.suppress(OSError):
            Path(name).unlink()
        raise
