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

    def last(self) -> ExportPlan | None:
        """The plan used last; None where there was none."""
        return _plan(self._read().get("last"))

    def folder(self) -> Path | None:
        """The folder that was written to last, where it is still there."""
        kept = self._read().get("folder")
        try:
            return Path(kept) if isinstance(kept, str) and kept and Path(kept).is_dir() else None
        except (OSError, ValueError):
            return None

    def keep(self, name: str, plan: ExportPlan) -> str:
        """Remember a plan under a name, in the place of what had it; returns the tidied name.

        What is said of one work alone, its title and what is to be seen, is not remembered.
        """
        tidy = _tidy(name)
        self._change(lambda values: values["presets"].update({tidy: _kept(plan)}))
        return tidy

    def rename(self, name: str, new: str) -> str:
        """Call one of the artist's presets something else; returns the tidied name.

        StudioError where another one is called that, or there is none of the old name.
        """
        tidy, own = _tidy(new), self.own()
        if name not in own:
            raise StudioError(f"There is no preset “{name}” any more.", "Choose another one.")
        if tidy != name and tidy in {**BUILT_IN, **own}:
            raise StudioError(f"There is a preset “{tidy}” already.", "Choose another name.")

        def change(values: dict[str, Any]) -> None:
            kept = values["presets"]
            kept[tidy] = kept.pop(name)

        self._change(change)
        return tidy

    def remove(self, name: str) -> None:
        """Forget one of the artist's presets."""
        self._change(lambda values: values["presets"].pop(name, None))

    def use(self, plan: ExportPlan, folder: Path | None = None) -> None:
        """Remember a plan, and where it was written to, as what was used last."""
        there = {} if folder is None else {"folder": str(folder)}
        self._change(lambda values: values.update(last=_kept(plan), **there))

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


def _tidy(name: str) -> str:
    tidy = " ".join(name.split())[:_LONGEST_NAME]
    if not tidy:
        raise StudioError("A preset needs a name.", "Write a word or two.")
    return tidy


def _kept(plan: ExportPlan) -> dict[str, Any]:
    """The plan without what is said of one work."""
    words = plan.words.model_copy(update={"title": "", "alt": ""})
    return plan.model_copy(update={"words": words}).model_dump(mode="json")


def _plan(value: object) -> ExportPlan | None:
    try:
        return ExportPlan.model_validate(value)
    except ValidationError:
        return None
