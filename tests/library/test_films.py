"""Films: written, kept, found again, and read by others."""

from __future__ import annotations

import errno
import os
import sqlite3
import tracemalloc
from pathlib import Path

import av
import numpy as np
import pytest
from PIL import Image

from studio.errors import StudioError
from studio.library import Library, Scan, containers, films, read_artwork_id, read_recipe
from studio.library.files import TEMPORARY
from studio.library.playing import first_frame, open_film
from studio.recipes import PictureRecipe, parse_recipe
from tests.library.film_frames import EXTENSIONS, RECIPE, apart, frames, keep_film, shown
from tests.library.older import make_older

# How far from what was asked for a frame may be, on average, in steps of 256.
CLOSE = [(".mp4", 4), (".webm", 4), (".gif", 5), (".png", 0), (".webp", 6)]


def all_files(folder: Path) -> set[Path]:
    return {path for path in folder.rglob("*") if ".easel" not in path.parts and path.is_file()}


@pytest.mark.parametrize("extension", EXTENSIONS)
def test_a_film_is_kept_and_found_again(library, folder, extension) -> None:
    made = keep_film(library, extension, licence="Yours", parents=("a" * 32,))
    assert (made.kind, made.width, made.height, made.model) == ("walk", 48, 32, "Test Model 1")
    assert made.seconds == pytest.approx(1.0)
    assert made.is_film
    assert library.recent() == [made]
    assert all_files(folder) == {made.path}
    assert parse_recipe(read_recipe(made.path)) == RECIPE
    assert read_artwork_id(made.path) == made.id
    library.close()
    for index in (folder / ".easel").glob("index*"):
        index.unlink()
    with Library.open(folder) as again:
        assert again.count() == 1
        found = again.recent()[0]
        assert found.seconds == pytest.approx(1.0, abs=0.001)
        assert {**found.__dict__, "seconds": made.seconds} == made.__dict__
        assert again.rescan() == Scan(0, 0, [])


@pytest.mark.parametrize(("extension", "most"), CLOSE)
def test_others_read_what_was_written(library, extension, most) -> None:
    made = keep_film(library, extension)
    decoded = shown(made.path)
    asked = list(frames())
    assert len(decoded) == len(asked)
    for one, other in zip(decoded, asked, strict=True):
        assert one.shape == other.shape
        assert apart(one, other) <= most
    assert apart(decoded[0], decoded[-1]) > 20


@pytest.mark.parametrize(("extension", "most"), CLOSE)
def test_we_read_what_was_written(library, extension, most) -> None:
    film = open_film(keep_film(library, extension).path)
    assert (film.width, film.height) == (48, 32)
    moments = list(film.frames())
    assert [moment.start for moment in moments] == pytest.approx(
        [number / 10 for number in range(10)], abs=0.011
    )
    for moment, asked in zip(moments, frames(), strict=True):
        assert apart(moment.pixels, asked) <= most
    assert next(film.frames(longest=24)).pixels.shape == (16, 24, 3)


@pytest.mark.parametrize("codec", [(".mp4", "h264"), (".webm", "vp9")])
def test_colours_are_labelled_as_players_expect_them(library, codec) -> None:
    """Without the labels a player guesses BT.601 for small films, and reds turn orange."""
    with av.open(str(keep_film(library, codec[0]).path)) as container:
        stream = container.streams.video[0]
        assert stream.average_rate == 10
        assert stream.codec_context.name == codec[1]
        assert stream.codec_context.pix_fmt == "yuv420p"
        frame = next(container.decode(stream))
        bt709, limited = 1, 1
        assert (frame.colorspace, frame.color_range) == (bt709, limited)
        assert frame.color_primaries == frame.color_trc == bt709


def test_an_mp4_can_play_before_it_is_whole(library) -> None:
    data = keep_film(library, ".mp4", frames=frames(40)).path.read_bytes()
    assert data.index(b"moov") < data.index(b"mdat")


@pytest.mark.parametrize("extension", EXTENSIONS[:2])
def test_odd_sizes_are_made_even_where_they_must(library, extension) -> None:
    made = keep_film(library, extension, frames=frames(3, 33, 21))
    assert (made.width, made.height) == (34, 22)
    assert shown(made.path)[0].shape == (22, 34, 3)
    library.rescan()
    assert (library.get(made.id).width, library.get(made.id).height) == (34, 22)


@pytest.mark.parametrize("extension", EXTENSIONS[2:])
def test_odd_sizes_stay_where_they_can(library, extension) -> None:
    made = keep_film(library, extension, frames=frames(3, 33, 21))
    assert (made.width, made.height) == (33, 21)
    assert shown(made.path)[0].shape == (21, 33, 3)


@pytest.mark.parametrize("extension", EXTENSIONS)
@pytest.mark.parametrize("fps", [0.5, 23.976, 60])
def test_speeds(library, extension, fps) -> None:
    made = keep_film(library, extension, frames=frames(6), fps=fps)
    film = open_film(made.path)
    assert made.seconds == pytest.approx(6 / fps)
    assert film.seconds == pytest.approx(6 / fps, abs=0.011)
    # Players slow a GIF of more than 50 frames a second down: it has every second one.
    expected = [n / fps for n in range(0, 6, 2 if extension == ".gif" and fps > 50 else 1)]
    assert [m.start for m in film.frames()] == pytest.approx(expected, abs=0.011)


@pytest.mark.parametrize("extension", EXTENSIONS)
def test_frames_that_do_not_move_are_kept_as_well(library, extension) -> None:
    still = next(frames())
    made = keep_film(library, extension, frames=[still] * 4)
    assert len(shown(made.path)) == 4
    library.rescan()
    assert library.get(made.id).seconds == pytest.approx(0.4)


@pytest.mark.parametrize("extension", EXTENSIONS)
def test_the_same_frames_give_the_same_file(library, extension) -> None:
    """But for the packet, which says which artwork this is and when it was made.

    Several times, with other things in memory each time: encoders that read too far show it.
    """
    bare, ballast = [], []
    for count in range(12 if extension == ".mp4" else 2):
        ballast.append(np.full(40_000 * count, 40 * count % 256, np.uint8))
        path = keep_film(library, extension, frames=frames(30, 96, 64)).path
        data = path.read_bytes()
        start, length = containers.read(path).packet
        checksum = 4 if extension == ".png" else 0
        assert b"trainedAlgorithmicMedia" in data[start : start + length]
        bare.append(data[:start] + data[start + length + checksum :])
    assert len(set(bare)) == 1


class Cancelled(Exception):
    pass


@pytest.mark.parametrize("extension", EXTENSIONS)
@pytest.mark.parametrize("error", [Cancelled, KeyboardInterrupt, OSError, StudioError])
@pytest.mark.parametrize("after", [0, 1, 7])
def test_what_the_frames_raise_comes_through_and_nothing_is_left(
    library, folder, extension, error, after
) -> None:
    raised = error("enough")

    def stopping():
        yield from frames(after)
        raise raised

    with pytest.raises(error) as caught:
        keep_film(library, extension, frames=stopping())
    assert caught.value is raised
    assert all_files(folder) == set()
    assert library.count() == 0


@pytest.mark.parametrize("extension", EXTENSIONS)
@pytest.mark.parametrize("call", ["write", "fsync"])
def test_a_full_disk(library, folder, monkeypatch, extension, call) -> None:
    with monkeypatch.context() as broken:

        def fail(*_: object) -> None:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

        broken.setattr(os, call, fail)
        with pytest.raises(StudioError, match="is full"):
            keep_film(library, extension)
    assert all_files(folder) == set()
    assert keep_film(library, extension).path.exists()


@pytest.mark.parametrize("extension", EXTENSIONS)
def test_what_is_no_film_is_refused(library, folder, extension) -> None:
    good = list(frames(3))
    for bad in (
        [],
        good[:1],
        [good[0], good[1][:16]],
        [good[0].astype(np.float32)] * 2,
        [good[0][:, :, 0]] * 2,
    ):
        with pytest.raises(ValueError, match="f"):
            keep_film(library, extension, frames=bad)
    for fps in (0, -1, 1000, float("nan")):
        with pytest.raises(ValueError, match="frames a second"):
            keep_film(library, extension, fps=fps)
    with pytest.raises(ValueError, match="no kind"):
        keep_film(library, ".avi")
    assert all_files(folder) == set()


def test_an_offset_that_does_not_fit_is_told(library, monkeypatch) -> None:
    def too_far(*_: object) -> None:
        raise OverflowError

    monkeypatch.setattr(films, "_shift_offsets", too_far)
    with pytest.raises(StudioError, match="too long"):
        keep_film(library)


@pytest.mark.parametrize("extension", [".gif", ".png", ".webp"])
def test_a_long_film_needs_no_more_memory(library, extension) -> None:
    def most(count: int) -> int:
        tracemalloc.start()
        keep_film(library, extension, frames=frames(count, 128, 96))
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return peak

    most(3)  # what is loaded once
    assert most(60) < most(6) + 100_000


@pytest.mark.parametrize("extension", EXTENSIONS)
def test_trash_and_back(library, extension) -> None:
    made = keep_film(library, extension)
    library.trash(made.id)
    assert library.count() == 0
    assert library.trashed()[0].seconds == made.seconds
    library.restore(made.id)
    assert library.recent() == [made]


@pytest.mark.parametrize("extension", EXTENSIONS)
def test_a_copy_is_the_film_as_it_is(library, tmp_path, extension) -> None:
    made = keep_film(library, extension)
    copy = library.save_copy(made, tmp_path / f"copy{extension}")
    assert copy.read_bytes() == made.path.read_bytes()
    for name in ("copy.jpg", "copy.avi", "copy"):
        with pytest.raises(StudioError, match="as it is"):
            library.save_copy(made, tmp_path / name)
    with pytest.raises(StudioError, match="library itself"):
        library.save_copy(made, made.path)
    assert sorted(tmp_path.glob("copy*")) == [copy]


@pytest.mark.parametrize("extension", EXTENSIONS)
def test_a_copy_without_its_recipe_keeps_the_mark(library, tmp_path, extension) -> None:
    recipe = PictureRecipe(prompt="zorra <roja> & más", seed=12345)
    made = keep_film(library, extension, recipe=recipe, licence="Yours & free")
    copy = library.save_copy(made, tmp_path / f"copy{extension}", keep_recipe=False)
    data = copy.read_bytes()
    assert b"trainedAlgorithmicMedia" in data
    assert b"Yours &amp; free" in data
    assert b"zorra" in made.path.read_bytes()
    for word in (b"zorra", b"12345", made.id.encode(), b"Test Model"):
        assert word not in data
    assert read_artwork_id(copy) == ""
    with pytest.raises(StudioError, match="no recipe"):
        read_recipe(copy)
    one, other = shown(copy), shown(made.path)
    assert len(one) == len(other)
    assert all((a == b).all() for a, b in zip(one, other, strict=True))


def foreign(path: Path) -> Path:
    """A film that somebody else's program wrote."""
    pictures = [Image.fromarray(frame) for frame in frames(5)]
    if path.suffix in (".mp4", ".webm"):
        with av.open(str(path), "w") as container:
            stream = container.add_stream("libx264" if path.suffix == ".mp4" else "libvpx", rate=10)
            stream.width, stream.height = 48, 32
            for picture in pictures:
                container.mux(stream.encode(av.VideoFrame.from_image(picture)))
            container.mux(stream.encode(None))
    else:
        pictures[0].save(path, save_all=True, append_images=pictures[1:], duration=100, loop=0)
    return path


@pytest.mark.parametrize("extension", EXTENSIONS)
def test_films_from_elsewhere_are_taken_in(library, folder, tmp_path, extension) -> None:
    path = foreign(folder / f"Holiday{extension}")
    assert library.rescan().added == 1
    found = library.at(path)
    assert (found.kind, found.title, found.recipe) == ("film", "Holiday", "")
    assert (found.width, found.height) == (48, 32)
    assert found.seconds == pytest.approx(0.5, abs=0.02)
    assert len(found.id) == 32
    assert len(list(open_film(path).frames())) == 5
    copy = library.save_copy(found, tmp_path / f"c{extension}", keep_recipe=False)
    assert copy.read_bytes() == path.read_bytes()
    moved = path.rename(folder / f"Sea{extension}")
    library.rescan()
    assert library.get(found.id).path == moved


def test_copies_of_pictures_beside_the_artworks_are_left_in_peace(
    library, folder, picture, keep
) -> None:
    made = keep(library)
    for name in ("copy.webp", "copy.jpg"):
        library.save_copy(made, folder / name)
    picture.convert("RGB").save(folder / "still.gif")
    assert library.rescan() == Scan(0, 0, [])
    assert library.recent() == [made]
    assert library.rescan() == Scan(0, 0, [])


def test_damaged_films_are_named(library, folder) -> None:
    for extension in EXTENSIONS:
        path = keep_film(library, extension).path
        (folder / f"half{extension}").write_bytes(path.read_bytes()[: path.stat().st_size // 2])
        (folder / f"text{extension}").write_text("not a film")
    found = library.rescan()
    assert found.added == 0
    names = sorted(path.name for path in found.unreadable)
    assert names == sorted(f"{kind}{end}" for kind in ("half", "text") for end in EXTENSIONS)


def test_a_film_of_another_name_is_still_that_film(library, folder) -> None:
    made = keep_film(library, ".mp4")
    made.path.rename(folder / "renamed.webm")
    library.rescan()
    assert library.get(made.id).path.name == "renamed.webm"
    assert first_frame(folder / "renamed.webm").shape == (32, 48, 3)


def test_an_index_without_films_is_brought_up_to_date(folder, keep) -> None:
    with Library.open(folder) as library:
        made = keep(library)
        film = keep_film(library)
    connection = sqlite3.connect(folder / ".easel" / "index.sqlite3")
    connection.execute("DELETE FROM artworks WHERE id = ?", (film.id,))
    connection.commit()
    connection.close()
    make_older(folder, 1)
    with Library.open(folder) as library:
        assert {found.id for found in library.recent()} == {made.id, film.id}
        assert library.get(film.id).seconds == pytest.approx(1.0)
        assert library.get(made.id).seconds == 0


def test_a_poster_is_no_artwork_and_never_in_the_way(library, folder, monkeypatch) -> None:
    made = keep_film(library)
    posters = folder / ".easel" / "posters"
    (poster,) = posters.iterdir()
    assert not poster.name.startswith(TEMPORARY)
    assert library.rescan() == Scan(0, 0, [])
    poster.unlink()
    posters.rmdir()
    posters.write_text("in the way")
    assert keep_film(library).path.exists()
    assert library.count() == 2
    assert made.path.exists()
