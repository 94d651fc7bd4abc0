"""Content Credentials: signed here, changed since, signed elsewhere, none at all."""

from __future__ import annotations

import sys
from pathlib import Path
from random import Random

import pytest
from PIL import Image

from studio.errors import StudioError
from studio.export import ExportPlan, Wallpapers, export_many
from studio.export.outside import from_file
from studio.paths import data_dir
from tests.export.conftest import WORDS, exiftool, fox

c2pa = pytest.importorskip("c2pa")

from studio.export import credentials, signing_key  # noqa: E402


@pytest.mark.parametrize("wanted", ["png", "jpeg", "webp", "tiff", "avif", "svg"])
def test_signed_here_and_not_changed_since(keep, plan, tmp_path, wanted) -> None:
    file = export_many([keep()], plan(wanted, sign=True), tmp_path / "out").files[0]
    found = credentials.look(file)
    assert found.state == "ours"
    assert found.problems == ()
    assert found.title == WORDS.title
    assert found.tool.startswith("Easel")
    assert found.actions == ("c2pa.created",)
    assert found.machine_made
    assert found.in_words == "Signed on this computer, and not changed since."


def test_the_picture_and_its_words_stay(keep, plan, tmp_path) -> None:
    work = keep()
    plain, signed = (
        export_many([work], plan("png", sign=sign), tmp_path / str(sign)).files[0]
        for sign in (False, True)
    )
    with Image.open(plain) as one, Image.open(signed) as two:
        assert one.tobytes() == two.tobytes()
    read = exiftool(signed)
    assert read["XMP-dc:Title"] == WORDS.title
    assert any(key.startswith("JUMBF") for key in read)


@pytest.mark.parametrize("wanted", ["png", "jpeg"])
def test_a_changed_file_is_found_out(keep, plan, tmp_path, wanted) -> None:
    file = export_many([keep()], plan(wanted, sign=True), tmp_path / "out").files[0]
    data = bytearray(file.read_bytes())
    place = data.rindex(b"IDAT") + 20 if wanted == "png" else len(data) - 30
    data[place] ^= 0x55
    file.write_bytes(data)
    found = credentials.look(file)
    assert found.state == "changed"
    assert found.problems
    assert "changed after that" in found.in_words


def test_another_computer_s_key_is_not_ours(keep, plan, tmp_path) -> None:
    file = export_many([keep()], plan("png", sign=True), tmp_path / "out").files[0]
    elsewhere = tmp_path / "elsewhere"
    assert credentials.look(file, elsewhere).state == "valid"
    credentials.Signer.here(elsewhere)
    assert credentials.look(file, elsewhere).state == "valid"
    assert "nobody vouches" in credentials.look(file, elsewhere).in_words


def test_files_without_credentials(keep, plan, tmp_path) -> None:
    file = export_many([keep()], plan("png"), tmp_path / "out").files[0]
    assert credentials.look(file).state == "none"
    text = tmp_path / "a.txt"
    text.write_text("nothing")
    assert credentials.look(text).state == "none"
    broken = tmp_path / "broken.png"
    broken.write_bytes(file.read_bytes()[:100])
    assert credentials.look(broken).state in ("none", "unreadable")
    with pytest.raises(StudioError):
        credentials.look(tmp_path / "missing.png")


def test_no_damage_makes_looking_fail(keep, plan, tmp_path) -> None:
    file = export_many([keep()], plan("png", sign=True), tmp_path / "out").files[0]
    data = file.read_bytes()
    start = data.index(b"caBX")
    random = Random(3)
    states = set()
    for number in range(60):
        broken = bytearray(data)
        if number % 6 == 0:
            del broken[start + random.randrange(2000) :]
        for _ in range(random.randrange(1, 6)):
            broken[random.randrange(start, min(start + 5000, len(broken)))] = random.randrange(256)
        file.write_bytes(broken)
        states.add(credentials.look(file).state)
    assert states <= {"ours", "valid", "changed", "unreadable", "none"}
    assert states & {"changed", "unreadable"}


def test_the_key_is_made_once_and_anew_when_it_is_damaged(tmp_path) -> None:
    folder = tmp_path / "keys"
    first = signing_key.kept_in(folder)
    assert signing_key.kept_in(folder) == first
    (folder / "key.pem").write_bytes(b"damaged")
    second = signing_key.kept_in(folder)
    assert second != first
    assert signing_key.roots_in(folder).count("BEGIN CERTIFICATE") == 2
    if sys.platform != "win32":
        assert folder.stat().st_mode & 0o077 == 0


def test_what_an_older_key_signed_is_still_ours(keep, plan, tmp_path) -> None:
    file = export_many([keep()], plan("png", sign=True), tmp_path / "out").files[0]
    (data_dir() / "credentials" / "key.pem").unlink()
    export_many([keep()], plan("png", sign=True), tmp_path / "out2")
    assert credentials.look(file).state == "ours"


def test_easel_does_not_vouch_for_what_it_did_not_make(tmp_path) -> None:
    photo = tmp_path / "photo.png"
    fox().save(photo)
    done = export_many([from_file(photo)], ExportPlan(sign=True), tmp_path / "out")
    assert credentials.look(done.files[0]).state == "none"
    assert "not made by Easel" in done.notes[0]


def test_where_credentials_have_no_place_it_is_said(keep, plan, tmp_path) -> None:
    done = export_many([keep()], plan("stickers", sign=True), tmp_path / "out")
    assert "Sticker pack" in done.notes[0]
    walls = plan("wallpapers", sign=True, wallpapers=Wallpapers(screens=("full-hd",)))
    file = export_many([keep()], walls, tmp_path / "walls").files[0]
    assert credentials.look(file).state == "ours"


def test_where_the_library_is_missing_it_is_said(keep, plan, tmp_path, monkeypatch) -> None:
    monkeypatch.setitem(sys.modules, "c2pa", None)
    assert not credentials.available()
    with pytest.raises(StudioError, match="not installed"):
        export_many([keep()], plan("png", sign=True), tmp_path / "out")
    with pytest.raises(StudioError, match="not installed"):
        credentials.look(Path("fox.png"))
