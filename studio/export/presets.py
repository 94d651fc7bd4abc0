"""Remembered ways to export: those Easel brings, and the artist's own, as JSON."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from studio.errors import StudioError
from studio.export.plan import ExportPlan, Print, Size, Wallpapers
from studio.library.files import write_atomically
from studio.library.problems import in_words
from studio.paths import config_dir

_LONGEST_NAME = 80
_VERSION = 1

BUILT_IN: dict[str, ExportPlan] = {
    "As it is (PNG)": ExportPlan(format="png", profile="keep"),
    "For the web (WebP, 2048)": ExportPlan(
        format="webp",
        size=Size(how="longest", longest=2048, enlarge=False),
        quality=85,
        keep_recipe=False,
    ),
    "For mail (JPEG, 1600)": ExportPlan(
        format="jpeg",
        size=Size(how="longest", longest=1600, enlarge=False),
        quality=85,
        keep_recipe=False,
    ),
    "Square post (JPEG, 1080)": ExportPlan(
        format="jpeg",
        size=Size(how="crop", width=1080, height=1080),
        quality=92,
        keep_recipe=False,
    ),
    "Postcard (PDF, A6, 3 mm bleed)": ExportPlan(
        format="pdf",
        print=Print(width=148, height=105, bleed=3, marks=True),
        quality=95,
        keep_recipe=False,
    ),
    "Poster (PDF, A3, 3 mm bleed)": ExportPlan(
        format="pdf",
        print=Print(width=297, height=420, bleed=3, marks=True),
        quality=95,
        keep_recipe=False,
    ),
    "Drawing (SVG)": ExportPlan(format="svg"),
    "Contact sheet (PDF, A4)": ExportPlan(format="contact-sheet"),
    "Stickers": ExportPlan(format="stickers", keep_recipe=False),
    "Icons": ExportPlan(format="icons", keep_recipe=False),
    "Wallpaper (Full HD)": ExportPlan(
        format="wallpapers", wallpapers=Wallpapers(screens=("full-hd",)), quality=92
    ),
}


class Presets:
    """The artist's presets and the last plan used, in one file.

    A damaged file, and presets that this Easel does not understand, are left as they are on the
    disk until the next change and are not offered.
    """

    def __init__(self, file: Path) -> None:
        self.file = file

    @classmethod
    def default(cls) -> Presets:
        return cls(config_dir() / "export.json")

    def all(self) -> dict[str, ExportPlan]:
        """Built-in presets, then the artist's by name; one of the same name takes the place."""
        return {**BUILT_IN, **dict(sorted(self.own().items(), key=lambda item: item[0].casefold()))}

    def own(self) -> dict[str, ExportPlan]:
        """The artist's own presets."""
        kept = self._read().get("presets")
        if not isinstance(kept, dict):
            return {}
        read = {name: _plan(value) for name, value in kept.items()}
        return {name: plan for name, plan in read.items() if plan is not None}

    def last(self) -> ExportPlan:
        """The plan used last; the plain one where there was none."""
        return _plan(self._read().get("last")) or ExportPlan()

    def keep(self, name: str, plan: ExportPlan) -> str:
        """Remember a plan under a name, in the place of what had it; returns the tidied name."""
        tidy = " ".join(name.split())[:_LONGEST_NAME]
        if not tidy:
            raise StudioError("A preset needs a name.", "Write a word or two.")
        self._change(lambda values: values["presets"].update({tidy: plan.model_dump(mode="json")}))
        return tidy

    def remove(self, name: str) -> None:
        """Forget one of the artist's presets."""
        self._change(lambda values: values["presets"].pop(name, None))

    def use(self, plan: ExportPlan) -> None:
        """Remember a plan as the one used last."""
        self._change(lambda values: values.update(last=plan.model_dump(mode="json")))

    def _read(self) -> dict[str, Any]:
        try:
            values = json.loads(self.file.read_text("utf-8"))
        except (OSError, ValueError, RecursionError):
            return {}
        return values if isinstance(values, dict) else {}

    def _change(self, change: Any) -> None:
        values = self._read()
        if not isinstance(values.get("presets"), dict):
            values["presets"] = {}
        values["version"] = _VERSION
        change(values)
        try:
            self.file.parent.mkdir(parents=True, exist_ok=True)
            write_atomically(self.file, json.dumps(values, ensure_ascii=False, indent=1).encode())
        except OSError as error:
            raise in_words(error, self.file.parent, "remember this preset") from error


def _plan(value: object) -> ExportPlan | None:
    try:
        return ExportPlan.model_validate(value)
    except ValidationError:
        return None
