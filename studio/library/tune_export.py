"""Tunes for the world: as sound, as MIDI, as written music, as a picture of the piano roll."""

from __future__ import annotations

import io
import tempfile
import uuid
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, cast

from studio.errors import StudioError
from studio.library import xmp
from studio.library.credits import NOTHING_SAID, Credits
from studio.library.export import as_png
from studio.library.files import TEMPORARY, CleanedAway, open_atomically, write_atomically
from studio.library.metadata import ARTWORK_KEY, MARK_KEY, RECIPE_KEY, Facts, card, describe
from studio.library.problems import in_words
from studio.library.sounds import tags_of
from studio.recipes import TuneRecipe
from studio.recipes.score import Score

if TYPE_CHECKING:
    from typing import BinaryIO

    from studio.sound.files import Form, Tags

#: ends of names, and what an artist calls such a file
KINDS: dict[str, str] = {
    ".wav": "Sound (WAV)",
    ".flac": "Sound (FLAC)",
    ".ogg": "Sound (OGG)",
    ".mp3": "Sound (MP3)",
    ".mid": "Notes (MIDI)",
    ".musicxml": "Written music (MusicXML)",
    ".png": "Picture of the notes (PNG)",
}
_SAME = {".midi": ".mid", ".xml": ".musicxml"}
SUFFIXES: tuple[str, ...] = (*KINDS, *_SAME)
_SOUNDS: dict[str, Form] = {".wav": "wav", ".flac": "flac", ".ogg": "ogg", ".mp3": "mp3"}
_MIDI_MAKER = 0x7D  # for programs that have no number of their own (MIDI 1.0, System Exclusive)

Check = Callable[[float], None]


def _carry_on(_done: float) -> None:
    pass


def export_tune(
    tune: TuneRecipe | Score,
    path: Path,
    *,
    title: str = "",
    made_by: str = "",
    licence: str = "",
    credit: Credits = NOTHING_SAID,
    check: Check = _carry_on,
    light: bool = False,
) -> Path:
    """Write a tune in the form that the end of the name asks for (`KINDS`); returns where it is.

    The file says what it is called, what made it, that a machine helped, and carries the recipe.
    It is there whole or not at all; a file of that name is replaced. Its folder must be there.
    tune: with its notes; ValueError for a recipe that has none yet.
    made_by: name of the model. licence: a line on what the model's maker permits.
    credit: whose it is, its tags and what else the artist says of it, in every form.
    check: called now and then with how much is done (0..1); may raise to stop it.
    light: of the picture, whether its ground is light.
    StudioError in plain words where that cannot be written, or there is nothing to hear.
    """
    kind = kind_of(path)
    score = _notes(tune)
    facts = _facts(tune, credit.title or title, made_by, licence)
    if path.is_dir():
        raise StudioError(f"“{path}” is a folder.", "Add a name for the file.")
    check(0.0)
    if kind in _SOUNDS:
        _write_sound(score, path, tags_of(facts, credit=credit), _SOUNDS[kind], check)
        return path
    if not any(part.notes and not part.muted for part in score.parts):
        raise StudioError("There are no notes in this tune.", "Add notes, or unmute a part.")
    if kind == ".png":
        from studio.library import roll

        image = roll.draw(score, facts.title, light=light, check=lambda done: check(0.8 * done))
        data = as_png(image, facts, credit=credit)
    elif kind == ".mid":
        data = _midi(score, facts, credit)
    else:
        data = _musicxml(score, facts, credit, check)
    check(0.9)
    try:
        write_atomically(path, data)
    except OSError as error:
        raise in_words(error, path.parent, "save this tune") from error
    check(1.0)
    return path


def export_stems(
    tune: TuneRecipe | Score,
    folder: Path,
    *,
    title: str = "",
    made_by: str = "",
    licence: str = "",
    credit: Credits = NOTHING_SAID,
    form: Form = "wav",
    check: Check = _carry_on,
) -> list[Path]:
    """Write each part as a sound of its own, all equally long; returns where they are.

    folder: is made where it is not there, but not what lies above it. Files of the same names are
    replaced, all of them or, where it fails or is stopped, none. The rest is as with `export_tune`.
    """
    from studio.sound import files

    score = _notes(tune)
    tags = tags_of(_facts(tune, credit.title or title, made_by, licence), credit=credit)
    made = not folder.exists()
    try:
        folder.mkdir(exist_ok=True)
        try:
            with tempfile.TemporaryDirectory(prefix=TEMPORARY, dir=folder) as place:
                written = files.save_stems(Path(place), score, tags, form, check)
                return [path.replace(folder / path.name) for path in written]
        except BaseException:
            if made:
                folder.rmdir()
            raise
    except OSError as error:
        raise in_words(error, folder, "save the parts") from error
    except StudioError as error:
        if isinstance(error.__cause__, OSError):
            raise in_words(error.__cause__, folder, "save the parts") from error
        raise


def kind_of(path: Path) -> str:
    """The one of `KINDS` that a name asks for. StudioError for others."""
    ending = path.suffix.lower()
    ending = _SAME.get(ending, ending)
    if ending not in KINDS:
        raise StudioError(
            f"Easel cannot save a tune as “{path.suffix or path.name}”.",
            f"End the name in {', '.join(list(KINDS)[:-1])} or {list(KINDS)[-1]}.",
        )
    return ending


def _notes(tune: TuneRecipe | Score) -> Score:
    score = tune if isinstance(tune, Score) else tune.score
    if score is None:
        raise ValueError("a recipe without notes")
    return score


def _facts(tune: TuneRecipe | Score, title: str, made_by: str, licence: str) -> Facts:
    recipe = tune if isinstance(tune, TuneRecipe) else TuneRecipe(score=tune, words=title[:200])
    facts = describe(
        recipe,
        artwork_id=uuid.uuid4().hex,
        created=datetime.now(UTC),
        size=(0, 0),
        made_by=made_by,
        licence=licence,
        parents=(),
    )
    return replace(facts, title=title or facts.title)


def _write_sound(score: Score, path: Path, tags: Tags, form: Form, check: Check) -> None:
    from studio.library.films import Source
    from studio.sound import files, render

    while True:
        source = Source(render.tune(score, check=check))
        try:
            with open_atomically(path) as file:
                files.write(cast("BinaryIO", file), source, tags, form)
            return
        except CleanedAway:
            continue  # somebody cleaned up in the moment the file was not locked: once more
        except OSError as error:
            if error is source.error:
                raise
            raise in_words(error, path.parent, "save this tune") from error


def _midi(score: Score, facts: Facts, credit: Credits) -> bytes:
    """As `write_midi` has it, with what the file says of itself in its first track."""
    import mido

    from studio.library.midi import write_midi
    from studio.sound.files import MARK, TAGS_BETWEEN

    file = mido.MidiFile(file=io.BytesIO(write_midi(score, facts.title)), charset="utf-8")
    own = bytes([_MIDI_MAKER]) + f"{RECIPE_KEY} {facts.recipe}".encode()
    said = [
        mido.MetaMessage("text", text=f"{MARK} {facts.software}"),
        mido.MetaMessage("sequencer_specific", data=tuple(own)),
    ]
    said += [
        mido.MetaMessage("text", text=f"{what}: {text}")
        for what, text in (
            ("Author", credit.author),
            ("Licence", credit.terms),
            ("About", credit.alt),
            ("Tags", TAGS_BETWEEN.join(credit.tags)),
        )
        if text
    ]
    if rights := credit.copyright or facts.licence:
        said.insert(0, mido.MetaMessage("copyright", text=rights))
    file.tracks[0][1:1] = said
    out = io.BytesIO()
    file.save(file=out)
    return out.getvalue()


def _musicxml(score: Score, facts: Facts, credit: Credits, check: Check) -> bytes:
    from studio.library.musicxml import write_musicxml
    from studio.sound.files import MARK, TAGS_BETWEEN

    of_artist = {
        "licence": credit.terms,
        "about": credit.alt,
        "keywords": TAGS_BETWEEN.join(credit.tags),
    }
    said = {name: text for name, text in of_artist.items() if text} | {
        "comment": MARK,
        MARK_KEY: xmp.MACHINE_MADE,
        RECIPE_KEY: facts.recipe,
        ARTWORK_KEY: card(facts),
    }
    return write_musicxml(
        score,
        facts.title,
        software=facts.software,
        rights=credit.copyright or facts.licence,
        author=credit.author,
        date=f"{facts.created:%Y-%m-%d}",
        said=said,
        check=lambda done: check(0.6 * done),
    )
