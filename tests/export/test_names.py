"""Names by a pattern, and presets."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from studio.errors import StudioError
from studio.export import BUILT_IN, ExportPlan, Presets, Size, Words, line_for, lines_for
from studio.export.patterns import FIELDS, file_name, fill
from studio.library import Artwork
from studio.shelf import Shelf

WORK = Artwork(
    id="0123456789abcdef" * 2,
    path=Path("fox.png"),
    kind="picture",
    title="Ein Fuchs: „rot“/groß",
    created=datetime(2026, 11, 20, 12, tzinfo=UTC),
    width=640,
    height=480,
    recipe='{"kind":"picture","model":"easel/stickers"}',
    model="Easel Stickers 1-small",
    licence="You may use and sell what it draws.",
)


def test_every_field_is_filled_in() -> None:
    made = WORK.created.astimezone()
    text = fill(" ".join(f"{{{name}}}" for name in FIELDS), WORK, number=7, of=120, screen="4k")
    assert text == (
        f"{WORK.title} 007 {made:%Y-%m-%d} {made:%H-%M-%S} {WORK.model} picture 01234567 640 480 4k"
    )
    assert fill("{title} {width}", WORK, title="Reineke", size=(10, 20)) == "Reineke 10"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Ein Fuchs: „rot“/groß", "Ein Fuchs „rot“ groß"),
        ("赤い狐 🦊", "赤い狐 🦊"),
        ("..hidden", "hidden"),
        ("ends. ", "ends"),
        ("con", "_con"),
        ("LPT1.old", "_LPT1.old"),
        ("com", "com"),
        ("a\0b\nc\u202ed", "a b c d"),
        ("", "artwork"),
        ("???", "artwork"),
    ],
)
def test_names_that_a_disk_can_hold(text, expected) -> None:
    assert file_name(text) == expected


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=300))
def test_any_text_becomes_a_name(text) -> None:
    name = file_name(text)
    assert name
    assert name == file_name(name)
    assert len(name.encode()) <= 125
    assert not set(name) & set('<>:"/\\|?*\0')
    assert name[0] not in ". "
    assert name[-1] not in ". "


@pytest.mark.parametrize("pattern", ["{titel}", "a/b", "a\\b", "{}"])
def test_patterns_that_cannot_be(pattern) -> None:
    with pytest.raises(ValidationError):
        ExportPlan(name=pattern)


def test_plans_that_cannot_be() -> None:
    for wrong in (
        {"format": "gif"},
        {"background": "nocolour"},
        {"quality": 0},
        {"wallpapers": {"screens": ("cinema",)}},
        {"stickers": {"colour": "nocolour"}},
        {"surprise": 1},
    ):
        with pytest.raises(ValidationError):
            ExportPlan.model_validate(wrong)


def test_presets_are_remembered(tmp_path) -> None:
    presets = Presets(tmp_path / "new" / "export.json")
    assert presets.all() == BUILT_IN
    assert presets.last() is None
    plan = ExportPlan(format="avif", size=Size(how="crop", width=10, height=20), background="#123")
    assert presets.keep("  Für   Åda ", plan) == "Für Åda"
    presets.use(plan)
    again = Presets(presets.file)
    assert again.own() == {"Für Åda": plan}
    assert list(again.all()) == [*BUILT_IN, "Für Åda"]
    assert again.last() == plan
    again.remove("Für Åda")
    assert presets.own() == {}
    assert presets.last() == plan
    with pytest.raises(StudioError):
        presets.keep("  ", plan)


def test_presets_are_called_something_else(tmp_path) -> None:
    presets = Presets(tmp_path / "export.json")
    plan = ExportPlan(format="webp")
    presets.keep("Ada", plan)
    presets.keep("Bea", ExportPlan())
    assert presets.rename("Ada", "  Ada's  own ") == "Ada's own"
    assert presets.own() == {"Ada's own": plan, "Bea": ExportPlan()}
    assert presets.rename("Bea", "Bea") == "Bea"
    for taken in ("Bea", "Stickers"):
        with pytest.raises(StudioError, match="already"):
            presets.rename("Ada's own", taken)
    with pytest.raises(StudioError, match="no preset"):
        presets.rename("Ada", "Cea")


def test_what_is_said_of_one_work_is_not_remembered(tmp_path) -> None:
    presets = Presets(tmp_path / "export.json")
    words = Words(title="Reineke", alt="a fox", author="Ada", licence="CC0")
    presets.keep("mine", ExportPlan(words=words))
    presets.use(ExportPlan(words=words), tmp_path)
    kept = Words(author="Ada", licence="CC0")
    assert presets.own()["mine"].words == kept
    assert presets.last() == ExportPlan(words=kept)
    assert presets.folder() == tmp_path
    presets.use(ExportPlan(), tmp_path / "gone")
    assert presets.folder() is None


def test_presets_that_are_damaged_or_newer_do_no_harm(tmp_path) -> None:
    file = tmp_path / "export.json"
    presets = Presets(file)
    for text in ("", "[]", "{", '{"presets": 3, "last": 4}', "[" * 5000):
        file.write_text(text)
        assert presets.own() == {}
        assert presets.last() is None
    newer = {"presets": {"new": {"format": "hologram"}, "old": {"format": "jpeg"}}}
    file.write_text(json.dumps(newer))
    assert list(presets.own()) == ["old"]
    presets.keep("mine", ExportPlan())
    assert json.loads(file.read_text())["presets"]["new"] == {"format": "hologram"}


def test_the_licence_line() -> None:
    from dataclasses import replace

    assert line_for(WORK) == (
        "Made with Easel Stickers 1-small. You may use and sell what it draws."
    )
    bare = replace(WORK, licence="")
    assert line_for(bare) == (
        "Made with Easel Stickers 1-small. What its licence permits is not known."
    )
    assert "You may use and sell" in line_for(bare, Shelf.default())
    assert "(Apache-2.0)" in line_for(bare, Shelf.default())
    assert line_for(replace(WORK, model="", licence="")) == ""
    assert lines_for([WORK, WORK, bare]) == [line_for(WORK), line_for(bare)]
