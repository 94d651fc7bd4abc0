"""Many at once: nothing is replaced, nothing half-written, whatever happens in between."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import soundfile
from PIL import Image

from studio.errors import StudioError
from studio.export import ExportPlan, Print, Stickers, Words, export_many
from studio.export.putting import Folder
from studio.library import Library
from studio.library.files import TEMPORARY
from studio.library.xmp import MACHINE_MADE
from studio.recipes import PictureRecipe
from tests.export.conftest import SECRET, fox, packet
from tests.full_disk import full_disk
from tests.library.film_frames import keep_film, shown


class Stopped(Exception):
    """What a cancel raises."""


def after(count: int) -> Callable[[], None]:
    """A check that stops the `count`-th time."""
    left = [count]

    def check() -> None:
        left[0] -= 1
        if left[0] <= 0:
            raise Stopped

    return check


def test_nothing_is_replaced(keep, tmp_path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    (out / "fox.png").write_text("mine")
    works = [keep(prompt="fox") for _ in range(3)]
    plan = ExportPlan(format="png")
    first = export_many(works, plan, out)
    assert [file.name for file in first.files] == ["fox 2.png", "fox 3.png", "fox 4.png"]
    before = {file: file.read_bytes() for file in out.iterdir()}
    again = export_many(works, plan, out)
    assert [file.name for file in again.files] == ["fox 5.png", "fox 6.png", "fox 7.png"]
    assert {file: file.read_bytes() for file in before} == before
    assert (out / "fox.png").read_text() == "mine"


def test_a_file_that_comes_at_the_last_moment_is_not_replaced_either(
    keep, tmp_path, monkeypatch
) -> None:
    out = tmp_path / "out"
    link = Path.hardlink_to

    def late(self: Path, target: Path) -> None:
        if self.name == "fox.png":
            self.write_text("mine")
        link(self, target)

    monkeypatch.setattr(Path, "hardlink_to", late)
    done = export_many([keep(prompt="fox")], ExportPlan(), out)
    assert [file.name for file in done.files] == ["fox 2.png"]
    assert (out / "fox.png").read_text() == "mine"


def test_disks_without_links_do_as_well(keep, tmp_path, monkeypatch) -> None:
    def no_links(self: Path, target: Path) -> None:
        raise PermissionError(errno.EPERM, "no links here")

    monkeypatch.setattr(Path, "hardlink_to", no_links)
    works = [keep(prompt="fox") for _ in range(2)]
    done = export_many(works, ExportPlan(), tmp_path / "out")
    assert sorted(file.name for file in (tmp_path / "out").iterdir()) == ["fox 2.png", "fox.png"]
    for file in done.files:
        whole(file)


def test_progress_is_told_and_a_cancel_keeps_what_is_whole(keep, tmp_path) -> None:
    works = [keep(prompt=f"fox {number}") for number in range(5)]
    heard: list[tuple[int, int, str]] = []
    with pytest.raises(Stopped):
        export_many(
            works, ExportPlan(), tmp_path / "out", lambda *told: heard.append(told), after(5)
        )
    assert heard == [(0, 5, "fox 0"), (1, 5, "fox 1")]
    assert sorted(file.name for file in (tmp_path / "out").iterdir()) == ["fox 0.png", "fox 1.png"]
    heard.clear()
    export_many(works, ExportPlan(), tmp_path / "all", lambda *told: heard.append(told))
    assert [done for done, _, _ in heard] == [0, 1, 2, 3, 4, 5]


@pytest.mark.parametrize("wanted", ["png", "svg", "pdf", "icons", "wallpapers", "stickers"])
def test_nothing_appears_any_more_once_it_is_stopped(keep, tmp_path, monkeypatch, wanted) -> None:
    """However far the making is: the artist was told that it has stopped."""
    stopped = []

    def check() -> None:
        if stopped:
            raise Stopped

    def at_the_last_moment(path: Path, data: bytes) -> None:
        stopped.append(True)
        path.write_bytes(data)

    monkeypatch.setattr("studio.export.putting.write_atomically", at_the_last_moment)
    with pytest.raises(Stopped):
        export_many([keep()], ExportPlan(format=wanted), tmp_path / "out", check=check)
    assert not [file for file in (tmp_path / "out").rglob("*") if file.is_file()]


@pytest.mark.parametrize("wanted", ["stickers", "contact-sheet", "pdf", "icons"])
def test_a_cancelled_set_leaves_nothing(keep, tmp_path, wanted) -> None:
    works = [keep() for _ in range(3)]
    plan = ExportPlan(format=wanted, print=Print(together=True), stickers=Stickers())
    with pytest.raises(Stopped):
        export_many(works, plan, tmp_path / "out", check=after(3))
    left = [file for file in (tmp_path / "out").rglob("*") if file.is_file()]
    assert not left or wanted == "icons"
    if wanted == "icons":  # one set is of one work: the first is whole or not there
        assert not left


def test_what_cannot_be_read_is_left_out_and_named(keep, tmp_path) -> None:
    works = [keep(prompt=f"fox {number}") for number in range(4)]
    works[0].path.write_bytes(b"no picture")
    data = works[1].path.read_bytes()
    works[1].path.write_bytes(data[: len(data) // 2])
    works[2].path.unlink()
    for wanted in ("png", "jpeg", "pdf", "svg", "stickers", "icons", "contact-sheet", "wallpapers"):
        done = export_many(works, ExportPlan(format=wanted), tmp_path / wanted)
        assert [left.artwork.title for left in done.left_out] == ["fox 0", "fox 1", "fox 2"]
        assert all(left.artwork.title in left.why.what for left in done.left_out)
        assert done.files


def test_films_go_along_with_pictures_and_are_left_out_elsewhere(keep, library, tmp_path) -> None:
    film = keep_film(library)
    done = export_many([keep(), film], ExportPlan(name="{number}"), tmp_path / "a")
    assert [file.name for file in done.files] == ["1.png", "2.mp4"]
    assert done.files[1].read_bytes() == film.path.read_bytes()
    bare = export_many([film], ExportPlan(keep_recipe=False), tmp_path / "b").files[0]
    assert bare.read_bytes() != film.path.read_bytes()
    assert len(shown(bare)) == 10
    sheet = export_many([keep(), film], ExportPlan(format="contact-sheet"), tmp_path / "c")
    assert [left.artwork.id for left in sheet.left_out] == [film.id]
    assert "stands still" in sheet.left_out[0].why.what
    film.path.unlink()
    gone = export_many([film], ExportPlan(), tmp_path / "d")
    assert "not there any more" in gone.left_out[0].why.what


def test_words_of_single_works_come_before_those_of_all(keep, library, tmp_path) -> None:
    one, two = keep(), keep()
    plan = ExportPlan(name="{number}", words=Words(author="Ada", alt="a fox"))
    done = export_many([one, two], plan, tmp_path / "out", said={two.id: Words(alt="two foxes")})
    first, second = (packet(file) for file in done.files)
    assert (first["alt"] if "alt" in first else first["AltTextAccessibility"]) == "a fox"
    assert second["AltTextAccessibility"] == "two foxes"
    assert second["creator"] == "Ada"


def test_a_title_that_the_artist_gave_stays_without_the_recipe(keep, library, tmp_path) -> None:
    work = keep()
    titled = replace(work, title="Reineke", marks=replace(work.marks, title="Reineke"))
    plan = ExportPlan(keep_recipe=False)
    file = export_many([titled], plan, tmp_path / "out").files[0]
    assert file.name == "Reineke.png"
    assert packet(file)["title"] == "Reineke"
    assert SECRET.encode() not in file.read_bytes()


def test_folders_that_cannot_take_files_are_said(keep, library, tmp_path) -> None:
    work = keep()
    with pytest.raises(StudioError, match="not there any more"):
        export_many([work], ExportPlan(), tmp_path / "no" / "such")
    file = tmp_path / "file"
    file.write_text("")
    with pytest.raises(StudioError, match="is a file"):
        export_many([work], ExportPlan(), file)
    with pytest.raises(StudioError, match="belongs to the library"):
        export_many([work], ExportPlan(), library.folder / ".easel")
    with pytest.raises(StudioError, match="nothing to export"):
        export_many([], ExportPlan(), tmp_path / "out")


@pytest.mark.parametrize("wanted", ["png", "stickers", "pdf"])
def test_a_full_disk_is_said_and_leaves_nothing_half(keep, tmp_path, wanted) -> None:
    """The system refuses to write files larger than a limit, as a full disk would."""
    works = [keep(Image.effect_noise((160, 160), 90).convert("RGB")) for _ in range(2)]
    out = tmp_path / "out"
    with pytest.raises(StudioError, match="is full"), full_disk(1500):
        export_many(works, ExportPlan(format=wanted), out)
    assert not [file for file in out.rglob("*") if file.is_file()]
    assert len(export_many(works, ExportPlan(format=wanted), out).left_out) == 0


def test_what_a_crash_left_is_cleaned_up(keep, tmp_path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    (out / f"{TEMPORARY}0123456789abcdef.png").write_bytes(b"half")
    export_many([keep()], ExportPlan(name="fox"), out)
    assert [file.name for file in out.iterdir()] == ["fox.png"]


def test_a_file_cleaned_away_while_it_is_put_there_is_written_again(tmp_path) -> None:
    folder = Folder(tmp_path / "out")
    tries = []

    def write(path: Path) -> None:
        tries.append(path)
        if len(tries) > 1:
            path.write_bytes(b"whole")

    assert folder.put_by("fox", ".txt", write).read_bytes() == b"whole"
    assert len(tries) == 2
    with pytest.raises(StudioError):
        folder.put_by("gone", ".txt", lambda path: None)


VICTIM = """
import sys
from pathlib import Path
from studio.export import ExportPlan, export_many
from studio.library import Library
with Library.open(Path(sys.argv[1])) as library:
    works = library.recent()
print("ready", flush=True)
for wanted in ("png", "jpeg", "stickers", "webp", "icons", "pdf"):
    export_many(works, ExportPlan(format=wanted), Path(sys.argv[2]))
"""


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="no SIGKILL")
def test_killed_at_any_moment_every_file_that_is_there_is_whole(keep, library, tmp_path) -> None:
    for number in range(4):
        keep(fox((200, 150)), prompt=f"fox {number}")
    seen = 0
    for number in range(12):
        out = tmp_path / f"out{number}"
        child = subprocess.Popen(
            [sys.executable, "-c", VICTIM, str(library.folder), str(out)],
            stdout=subprocess.PIPE,
            cwd=Path(__file__).parent.parent.parent,
        )
        assert child.stdout is not None
        assert child.stdout.readline() == b"ready\n"
        time.sleep(0.05 + 0.13 * number)
        child.kill()
        child.wait()
        child.stdout.close()
        for file in out.rglob("*") if out.exists() else ():
            if not file.is_file() or file.name.startswith(TEMPORARY):
                continue
            seen += 1
            whole(file)
    assert seen > 20


def whole(file: Path) -> None:
    data = file.read_bytes()
    if file.suffix in (".png", ".jpg", ".webp", ".ico", ".icns"):
        with Image.open(file) as opened:
            opened.load()
    elif file.suffix == ".pdf":
        assert data.rstrip().endswith(b"%%EOF")
    else:
        assert data


@pytest.mark.slow
def test_two_exports_into_one_folder_at_once(keep, library, tmp_path) -> None:
    for number in range(3):
        keep(prompt=f"fox {number}")
    out = tmp_path / "out"
    out.mkdir()
    children = [
        subprocess.Popen(
            [sys.executable, "-c", VICTIM, str(library.folder), str(out)],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            env={**os.environ},
            cwd=Path(__file__).parent.parent.parent,
        )
        for _ in range(2)
    ]
    for child in children:
        _, complaint = child.communicate(timeout=110)
        assert child.returncode == 0, complaint.decode()
    files = [file for file in out.rglob("*") if file.is_file()]
    assert len([file for file in files if file.suffix == ".jpg"]) == 6
    assert not [file for file in files if file.name.startswith(TEMPORARY)]
    for file in files:
        whole(file)


def test_a_library_s_own_folder_may_take_copies(keep, library, tmp_path) -> None:
    keep(prompt="fox")
    with Library.open(library.folder) as other:
        done = export_many(other.recent(), ExportPlan(format="jpeg"), library.folder / "out")
    assert done.files[0].parent.name == "out"


def test_sounds_go_along_too(keep, library, tmp_path) -> None:
    tone = np.sin(np.linspace(0, 2000, 44_100, dtype=np.float32))
    blocks = [np.stack([tone, tone], axis=1) * np.float32(0.3)]
    recipe = PictureRecipe(prompt=f"a hum {SECRET}")
    sound = library.add_sound(iter(blocks), 44_100, recipe, made_by="Test Model 1")
    plan = ExportPlan(keep_recipe=False, name="hum {number}")
    done = export_many([keep(), sound], plan, tmp_path / "out")
    assert [file.name for file in done.files] == ["hum 1.png", "hum 2.flac"]
    data, rate = soundfile.read(done.files[1])
    assert (data.shape, rate) == ((44_100, 2), 44_100)
    assert SECRET.encode() not in done.files[1].read_bytes()
    assert MACHINE_MADE.encode() in done.files[1].read_bytes()
