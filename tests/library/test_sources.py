"""Files from outside: taken in once, found again, refused in plain words."""

from __future__ import annotations

import errno
import hashlib
import io
import os
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from studio.errors import StudioError
from studio.library import Library, sources
from studio.library.artwork import HIDDEN
from studio.library.files import TEMPORARY
from studio.library.incoming import open_with_alpha
from studio.library.playing import open_film
from tests.library.film_frames import EXTENSIONS, keep_film


def photo(seed: int = 0) -> bytes:
    noise = np.random.default_rng(seed).integers(0, 256, (12, 16, 3), np.uint8)
    file = io.BytesIO()
    Image.fromarray(noise).save(file, "PNG")
    return file.getvalue()


@pytest.fixture
def film(tmp_path: Path):
    """A film of some kind, outside of any library."""

    def make(extension: str) -> Path:
        with Library.open(tmp_path / "elsewhere") as other:
            return keep_film(other, extension).path

    return make


def kept(library: Library) -> list[str]:
    folder = library.folder / HIDDEN / sources.FOLDER
    return sorted(file.name for file in folder.iterdir()) if folder.exists() else []


def test_a_picture_is_taken_in_once_and_found_by_what_is_in_it(library, tmp_path):
    file = tmp_path / "garden.png"
    file.write_bytes(photo())
    reference = library.keep_source(file)
    assert reference == f"source:{hashlib.sha256(photo()).hexdigest()}"
    assert library.keep_source(photo(), "from the clipboard") == reference
    assert kept(library) == [reference.removeprefix("source:")]
    file.unlink()
    assert library.find(reference).read_bytes() == photo()


def test_what_is_there_is_not_written_again(library):
    found = library.find(library.keep_source(photo()))
    before = found.stat()
    library.keep_source(photo())
    assert (found.stat().st_mtime_ns, found.stat().st_ino) == (before.st_mtime_ns, before.st_ino)
    found.write_bytes(b"cut short")  # somebody meddled with it
    library.keep_source(photo())
    assert found.read_bytes() == photo()


@pytest.mark.parametrize("extension", EXTENSIONS)
@pytest.mark.parametrize("as_bytes", [False, True])
def test_films_are_taken_in_and_play(library, film, extension, as_bytes):
    file = film(extension)
    found = library.find(library.keep_source(file.read_bytes() if as_bytes else file))
    moments = [moment.start for moment in open_film(found).frames()]
    assert len(moments) == 10
    assert open_with_alpha(found).size == (48, 32)


def test_sources_are_no_artworks(library, folder):
    reference = library.keep_source(photo())
    assert library.rescan().added == 0
    assert library.count() == 0
    with Library.open(folder) as again:
        assert again.count() == 0
        assert again.find(reference).read_bytes() == photo()


def test_an_artwork_is_found_also_where_it_was_moved_to(library, keep, folder):
    artwork = keep(library)
    reference = f"work:{artwork.id}"
    assert library.find(reference) == artwork.path
    library.trash(artwork.id)
    assert library.find(reference).is_file()  # what was made of it can be made again
    library.restore(artwork.id)
    (folder / "my own order").mkdir()
    moved = artwork.path.rename(folder / "my own order" / "fox.png")
    assert library.find(reference) == moved


def test_what_is_gone_is_said(library, keep):
    artwork = keep(library)
    artwork.path.unlink()
    taken = library.keep_source(photo())
    library.find(taken).unlink()
    for reference in (f"work:{artwork.id}", f"work:{'0' * 32}", taken, f"source:{'0' * 64}"):
        with pytest.raises(StudioError, match="not in the library any more") as caught:
            library.find(reference)
        assert caught.value.todo


@pytest.mark.parametrize(
    "text", ["", "work:", "source:", "work:../../x", "source:../../../x", "file:/x", "0" * 32]
)
def test_what_is_no_reference_is_a_defect(library, text):
    with pytest.raises(ValueError, match="no"):
        library.find(text)


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("notes.txt", b"hello"),
        ("empty.png", b""),
        ("torn.png", photo()[:100]),
        ("torn.mp4", b"\0\0\0\x18ftypisom" + bytes(400)),
        ("page.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>"),
    ],
)
def test_what_is_no_picture_or_film_is_refused(library, tmp_path, name, data):
    file = tmp_path / name
    file.write_bytes(data)
    for one in (file, data):
        with pytest.raises(StudioError, match=f"“{name}”") as caught:
            library.keep_source(one, name)
        assert caught.value.todo
    assert kept(library) == []


def test_a_film_that_is_cut_short_is_refused(library, film, tmp_path):
    whole = film(".webm").read_bytes()
    file = tmp_path / "holiday.webm"
    file.write_bytes(whole[:200])
    with pytest.raises(StudioError, match=r"“holiday\.webm”"):
        library.keep_source(file)
    assert kept(library) == []


def test_what_cannot_be_read_is_said(library, tmp_path):
    with pytest.raises(StudioError, match=r"“gone\.png” cannot be read"):
        library.keep_source(tmp_path / "gone.png")
    with pytest.raises(StudioError, match="is not a file"):
        library.keep_source(tmp_path)
    if hasattr(os, "mkfifo"):
        os.mkfifo(tmp_path / "pipe.png")
        with pytest.raises(StudioError, match="is not a file"):
            library.keep_source(tmp_path / "pipe.png")


def test_what_is_too_large_is_refused_before_it_is_read(library, tmp_path):
    file = tmp_path / "endless.mp4"
    with file.open("wb") as opened:
        opened.truncate(sources.MAX_BYTES + 1)
    with pytest.raises(StudioError, match=r"“endless\.mp4” is too large"):
        library.keep_source(file)


def test_a_file_that_changes_meanwhile_is_not_kept_half(library, tmp_path, monkeypatch):
    file = tmp_path / "being saved.png"
    file.write_bytes(photo())

    def saved_again(data, name):
        file.write_bytes(photo(1))

    monkeypatch.setattr(sources, "look_through", saved_again)
    with pytest.raises(StudioError, match="changed while it was being read"):
        library.keep_source(file)
    assert kept(library) == []


def test_a_full_disk_is_said_and_leaves_nothing(library, monkeypatch):
    def full(*_):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr("studio.library.files.sync", full)
    with pytest.raises(StudioError, match="is full"):
        library.keep_source(photo())
    assert kept(library) == []


def test_what_a_crash_left_is_cleaned_up(library, folder):
    left = folder / HIDDEN / sources.FOLDER / f"{TEMPORARY}0123456789abcdef.tmp"
    reference = library.keep_source(photo())
    left.write_bytes(b"half")
    with Library.open(folder) as again:
        assert not left.exists()
        assert again.find(reference).read_bytes() == photo()
