"""Tags, title, author and licence go into every kind of file that has a place for them."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ElementTree
from dataclasses import replace
from pathlib import Path

import av
import numpy as np
import pytest
import soundfile
from pypdf import PdfReader

from studio.errors import StudioError
from studio.export import ExportPlan, Print, Words, export_many
from studio.library import Artwork, Library, containers, read_recipe
from studio.library.xmp import MACHINE_MADE
from studio.recipes import PictureRecipe, parse_recipe
from tests.export.conftest import MAY, SECRET, exiftool, packet
from tests.library.film_frames import EXTENSIONS, RECIPE, keep_film, shown

TAGS = ("Füchse", "winter 2026", "狐 <&>")
WORDS = Words(
    title="Fuchs 狐", author="Ада", licence="CC BY 4.0", copyright="© 2026 Ада", alt="a <fox>"
)


def tagged(library: Library, work: Artwork) -> Artwork:
    library.marking.tag([work.id], *TAGS)
    found = library.get(work.id)
    assert found is not None
    return found


def subjects(file: Path) -> list[str]:
    """The words of dc:subject in a file's packet, read as plain XML."""
    found = re.search(rb"<rdf:RDF.*?</rdf:RDF>", file.read_bytes(), re.DOTALL)
    assert found
    root = ElementTree.fromstring(found[0].decode())
    subject = next(root.iter("{http://purl.org/dc/elements/1.1/}subject"), None)
    return [] if subject is None else [item.text or "" for item in subject[0]]


@pytest.mark.parametrize(
    "wanted",
    ["png", "jpeg", "webp", "tiff", "avif", "pdf", "svg", "stickers", "icons", "wallpapers"],
)
def test_tags_of_pictures(keep, library, tmp_path, wanted) -> None:
    work = tagged(library, keep())
    for number, (plan, expected) in enumerate(
        [
            (ExportPlan(format=wanted), [*TAGS]),
            (ExportPlan(format=wanted, keep_recipe=False), [*TAGS]),
            (ExportPlan(format=wanted, keep_tags=False), []),
            (ExportPlan(format=wanted, tags=("print", "FÜCHSE")), [*TAGS, "print"]),
            (ExportPlan(format=wanted, keep_tags=False, tags=("print",)), ["print"]),
        ]
    ):
        files = export_many([work], plan, tmp_path / str(number)).files
        carriers = [
            file
            for file in files
            if file.suffix not in (".json", ".html", ".ico", ".icns", ".webmanifest")
        ]
        assert carriers
        assert all(subjects(file) == expected for file in carriers)


@pytest.mark.parametrize("wanted", ["jpeg", "tiff", "pdf"])
def test_exiftool_finds_the_tags(keep, library, tmp_path, wanted) -> None:
    work = tagged(library, keep())
    said = exiftool(export_many([work], ExportPlan(format=wanted), tmp_path / "out").files[0])
    assert said["XMP-dc:Subject"] == [*TAGS]
    if wanted == "pdf":
        assert said["PDF:Keywords"] == [*TAGS]
    else:
        assert said["IPTC:Keywords"] == [*TAGS]


def test_tags_of_a_document_of_many(keep, library, tmp_path) -> None:
    one, other = tagged(library, keep()), keep()
    library.marking.tag([other.id], "Boot", "füchse")
    works = [one, library.get(other.id)]
    plan = ExportPlan(format="pdf", print=Print(together=True))
    (file,) = export_many(works, plan, tmp_path / "out").files
    assert PdfReader(file).metadata["/Keywords"] == "Füchse, winter 2026, 狐 <&>, Boot"
    assert subjects(file) == [*TAGS, "Boot"]


def hum(library: Library) -> Artwork:
    tone = np.sin(np.linspace(0, 2000, 22_050, dtype=np.float32)) * np.float32(0.3)
    recipe = PictureRecipe(prompt=f"a hum {SECRET}")
    return library.add_sound(
        iter([np.stack([tone, tone], axis=1)]), 44_100, recipe, made_by="Test Model 1", licence=MAY
    )


def said_by(file: Path) -> dict[str, str]:
    """What FFmpeg reads of a sound, by name in small letters."""
    with av.open(str(file)) as container:
        said = {**container.metadata, **container.streams.audio[0].metadata}
    return {name.lower(): text for name, text in said.items()}


@pytest.mark.parametrize("form", ["as-is", "flac", "wav", "ogg", "mp3"])
@pytest.mark.parametrize("keep_recipe", [True, False])
def test_tags_and_words_of_sounds(library, tmp_path, form, keep_recipe) -> None:
    work = tagged(library, hum(library))
    plan = ExportPlan(sounds=form, words=WORDS, keep_recipe=keep_recipe)
    (file,) = export_many([work], plan, tmp_path / "out").files
    assert file.suffix == (".flac" if form == "as-is" else f".{form}")
    said = said_by(file)
    assert said["title"] == WORDS.title
    assert said["artist"] == WORDS.author
    assert said["copyright"].startswith(WORDS.copyright)
    assert WORDS.licence in (said["copyright"] if form == "wav" else said["license"])
    assert said["comment" if "comment" in said else "description"].startswith("a <fox> Made with")
    data = file.read_bytes()
    assert "; ".join(TAGS).encode() in data
    if form != "wav":
        assert said["keywords"] == "; ".join(TAGS)
        assert MACHINE_MADE.encode() in data
    assert (SECRET.encode() in data) == keep_recipe
    samples, rate = soundfile.read(file)
    assert len(samples) / rate == pytest.approx(0.5, abs=0.05)


def test_a_sound_of_which_nothing_is_said_stays_as_it_is(library, tmp_path) -> None:
    work = hum(library)
    (file,) = export_many([work], ExportPlan(), tmp_path / "out").files
    assert soundfile.read(file)[0].tolist() == soundfile.read(work.path)[0].tolist()
    assert parse_recipe(read_recipe(file)).prompt == f"a hum {SECRET}"
    assert "keywords" not in said_by(file)
    assert "artist" not in said_by(file)


def test_a_sound_from_elsewhere_keeps_what_it_says(library, tmp_path) -> None:
    file = library.folder / "elsewhere.flac"
    with soundfile.SoundFile(file, "w", 44_100, 2) as sound:
        sound.artist, sound.title, sound.album = "Bach", "Air", "Suites"
        sound.write(np.zeros((22_050, 2)))
    library.rescan()
    work = next(each for each in library.recent() if each.path == file)
    (same,) = export_many([work], ExportPlan(), tmp_path / "same").files
    assert same.read_bytes() == file.read_bytes()
    library.marking.tag([work.id], "calm")
    work = library.get(work.id)
    (copy,) = export_many([work], ExportPlan(words=Words(author="Ada")), tmp_path / "out").files
    said = said_by(copy)
    assert (said["artist"], said["album"], said["keywords"]) == ("Ada", "Suites", "calm")
    assert containers.read(copy).seconds == 0.5


@pytest.mark.parametrize("extension", EXTENSIONS)
@pytest.mark.parametrize("keep_recipe", [True, False])
def test_tags_and_words_of_films(library, tmp_path, extension, keep_recipe) -> None:
    work = tagged(library, keep_film(library, extension, licence=MAY))
    plan = ExportPlan(words=WORDS, keep_recipe=keep_recipe)
    (file,) = export_many([work], plan, tmp_path / "out").files
    said = packet(file)
    assert (said["title"], said["creator"], said["rights"]) == (
        WORDS.title, WORDS.author, WORDS.copyright,
    )  # fmt: skip
    assert (said["UsageTerms"], said["AltTextAccessibility"]) == (WORDS.licence, WORDS.alt)
    assert subjects(file) == [*TAGS]
    assert said["DigitalSourceType"] == MACHINE_MADE
    frames = shown(work.path)
    assert all(np.array_equal(one, two) for one, two in zip(shown(file), frames, strict=True))
    found = containers.read(file)
    assert found.seconds == pytest.approx(1.0, abs=0.02)
    if keep_recipe:
        assert parse_recipe(read_recipe(file)) == RECIPE
    else:
        with pytest.raises(StudioError, match="no recipe"):
            read_recipe(file)
    assert (b'"stops"' in file.read_bytes()) == keep_recipe


@pytest.mark.parametrize("extension", EXTENSIONS)
def test_a_film_of_which_nothing_is_said_is_copied_to_the_last_bit(
    library, tmp_path, extension
) -> None:
    work = keep_film(library, extension)
    (file,) = export_many([work], ExportPlan(), tmp_path / "out").files
    assert file.read_bytes() == work.path.read_bytes()


def test_little_that_is_said_takes_the_place_of_what_was_there(library, tmp_path) -> None:
    """Without the recipe the packet is shorter than the old one, and the file as long as it was."""
    work = tagged(library, keep_film(library, ".gif", recipe=replace_seconds()))
    plan = ExportPlan(keep_recipe=False)
    (file,) = export_many([work], plan, tmp_path / "out").files
    assert subjects(file) == [*TAGS]
    assert file.stat().st_size == work.path.stat().st_size


def replace_seconds() -> object:
    """A recipe with many stops, which takes more room than a few tags."""
    stops = tuple(RECIPE.stops[0].model_copy(update={"seed": seed}) for seed in range(12))
    return RECIPE.model_copy(update={"stops": stops})


def test_a_long_title_in_the_gallery_is_said_of_sounds_too(library, tmp_path) -> None:
    work = hum(library)
    library.marking.title(work.id, "Abendlied")
    work = library.get(work.id)
    (file,) = export_many([work], ExportPlan(keep_recipe=False, sounds="mp3"), tmp_path / "o").files
    assert file.name == "Abendlied.mp3"
    assert said_by(file)["title"] == "Abendlied"
    bare = replace(work, title="x", marks=replace(work.marks, title=""))
    (file,) = export_many([bare], ExportPlan(keep_recipe=False, sounds="mp3"), tmp_path / "p").files
    assert "title" not in said_by(file)
