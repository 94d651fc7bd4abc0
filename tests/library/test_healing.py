"""The index lost or damaged, files that came and went, files that are none."""

from __future__ import annotations

import os
import shutil
import sqlite3
import struct
import subprocess
import sys
import time
import zlib
from contextlib import contextmanager

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from studio.errors import StudioError
from studio.library import Library, Scan, containers, read_recipe, scan, schema
from studio.library.files import TEMPORARY

WAYS = ("synchronous", "wal_autocheckpoint")

INDEX = ".easel/index.sqlite3"


def settle(folder) -> None:
    """Make all folders look old enough for their dates of change to be trusted."""
    past = time.time() - 60
    for place in (folder, *(path for path in folder.rglob("*") if path.is_dir())):
        os.utime(place, (past, past))


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I4s", len(data), kind) + data + struct.pack(">I", zlib.crc32(kind + data))


def with_chunks(png: bytes, *chunks: bytes) -> bytes:
    """A PNG with more chunks after its header."""
    return png[:33] + b"".join(chunks) + png[33:]


@pytest.fixture
def three(folder, keep):
    with Library.open(folder) as library:
        made = [keep(library, f"fox {number}", seed=number) for number in range(3)][::-1]
        library.trash(made[0].id)
        return [library.get(each.id) for each in made]


def check_all_there(library: Library, three) -> None:
    assert library.recent() == three[1:]
    assert library.trashed() == three[:1]
    assert library.rescan() == Scan(0, 0, [])


@pytest.mark.parametrize(
    "damage",
    [
        lambda index: index.unlink(),
        lambda index: shutil.rmtree(index.parent),
        lambda index: index.write_bytes(b""),
        lambda index: index.write_bytes(b"this is no database, but long enough to be one" * 200),
        lambda index: index.write_bytes(index.read_bytes()[:5000]),
        lambda index: index.write_bytes(index.read_bytes()[:4096] + os.urandom(60_000)),
        lambda index: index.with_name("index.sqlite3-wal").write_bytes(os.urandom(9000)),
    ],
    ids=["deleted", "folder deleted", "empty", "text", "cut", "noise", "foreign journal"],
)
def test_a_lost_or_damaged_index_is_made_anew(folder, three, damage) -> None:
    damage(folder / INDEX)
    with Library.open(folder) as library:
        check_all_there(library, three)


@pytest.mark.parametrize("process", ["same", "other"])
def test_an_index_deleted_while_open(folder, three, keep, process) -> None:
    with Library.open(folder) as library:
        assert library.count() == 2
        for end in ("", "-wal", "-shm"):
            (folder / (INDEX + end)).unlink(missing_ok=True)
        if process == "other":
            Library.open(folder).close()
        made = keep(library, "after that")
        assert library.recent() == [made, *three[1:]]
        assert library.rescan() == Scan(0, 0, [])


def test_an_index_damaged_while_open(folder, three, keep) -> None:
    with Library.open(folder) as library, Library.open(folder) as other:
        connection = sqlite3.connect(folder / INDEX)
        connection.execute("PRAGMA writable_schema = ON")
        connection.execute("DROP TABLE parents")
        connection.execute("DROP TABLE artworks")
        connection.commit()
        connection.close()
        check_all_there(library, three)
        check_all_there(other, three)
        made = keep(other)
        assert library.get(made.id) == made


def test_files_that_came_went_and_moved_are_seen_at_open(folder, three, picture) -> None:
    settle(folder)
    Library.open(folder).close()
    (folder / "drawings" / "old").mkdir(parents=True)
    picture.save(folder / "drawings" / "old" / "mine.PNG")
    moved = three[1].path.rename(folder / "drawings" / "狐.png")
    three[2].path.unlink()
    with Library.open(folder) as library:
        assert library.get(three[1].id).path == moved
        assert library.get(three[2].id) is None
        assert library.at(folder / "drawings" / "old" / "mine.PNG").title == "mine"
        assert library.count() == 2
    settle(folder)
    shutil.rmtree(folder / "drawings")
    shutil.rmtree(folder / ".trash")
    with Library.open(folder) as library:
        assert library.count() == 0
        assert library.trashed() == []


def test_a_library_that_did_not_change_is_not_read_again(folder, three, monkeypatch) -> None:
    settle(folder)
    Library.open(folder).close()
    with monkeypatch.context() as blind:
        blind.setattr("os.scandir", None)
        with Library.open(folder) as library:
            assert library.count() == 2


def test_copies_made_in_a_file_manager(folder, three) -> None:
    for name in ("fox copy.png", "a.png"):
        shutil.copy2(three[1].path, three[1].path.with_name(name))
    with Library.open(folder) as library:
        assert library.get(three[1].id) == three[1]
        ids = {artwork.id for artwork in library.recent()}
        assert library.count() == len(ids) == 4
        assert library.rescan() == Scan(0, 0, [])
        assert {artwork.id for artwork in library.recent()} == ids
    (folder / INDEX).unlink()
    with Library.open(folder) as library:
        assert {artwork.id for artwork in library.recent()} == ids


def test_a_file_changed_from_outside(folder, three, picture) -> None:
    with Library.open(folder) as library:
        picture.resize((64, 64)).save(three[1].path)
        three[2].path.write_bytes(three[2].path.read_bytes()[:-20])
        scan = library.rescan()
        assert scan == Scan(1, 1, [three[2].path])
        assert library.at(three[1].path).width == 64
        assert library.get(three[2].id) is None
        assert library.rescan() == Scan(0, 0, [three[2].path])


def test_what_is_added_while_folders_are_looked_through(folder, three, keep, monkeypatch) -> None:
    made = []
    real = os.scandir

    @contextmanager
    def slowly(path):
        with real(path) as listing:
            before = list(listing)
        if len(made) < 4:
            made.append(keep(other, "meanwhile"))
        yield before

    with Library.open(folder) as other, Library.open(folder) as library:
        with monkeypatch.context() as slow:
            slow.setattr("os.scandir", slowly)
            library.rescan()
            Library.open(folder).close()
        assert len(made) == 4
        assert library.recent() == made[::-1] + three[1:]
        assert library.rescan() == Scan(0, 0, [])


def test_what_moves_after_it_was_read_is_known_where_it_is(folder, three, monkeypatch) -> None:
    """Another process brings it back between its being read in the trash and being noted."""
    (folder / INDEX).unlink()
    real = scan._read
    moved = three[0]

    def read(place, path):
        found = real(place, path)
        if path.startswith(".trash") and moved.path.exists():
            other.restore(moved.id)
        return found

    with Library.open(folder) as other, monkeypatch.context() as between:
        between.setattr(scan, "_read", read)
        (folder / "new.png").write_bytes(PNG)
        connection = sqlite3.connect(folder / INDEX)
        connection.execute("UPDATE artworks SET size = -1")
        connection.commit()
        connection.close()
        with Library.open(folder) as library:
            library.rescan()
            assert not library.get(moved.id).trashed
            assert library.get(moved.id).path.exists()


def test_many_new_files_are_left_to_a_rescan(folder, three, picture) -> None:
    (folder / INDEX).unlink()
    steps: list[tuple[int, int]] = []
    with Library.open(folder, catch_up=2) as library:
        assert library.needs_rescan
        assert library.count() == 0
        assert library.rescan(lambda done, total: steps.append((done, total))).added == 3
        assert not library.needs_rescan
        check_all_there(library, three)
    assert steps[-1] == (3, 3)


def test_many_files_are_written_in_bulk_and_small_changes_with_care_again(
    folder, three, picture, monkeypatch
) -> None:
    monkeypatch.setattr(scan, "_FEW", 4)
    monkeypatch.setattr(scan, "_BATCH", 3)
    for number in range(10):
        picture.resize((number + 5, 5)).save(folder / f"{number}.png")
    written: list[tuple[int, int]] = []
    put = scan.rows.put

    def watched(connection, entry, now):
        ways = [connection.execute(f"PRAGMA {name}").fetchone()[0] for name in WAYS]
        written.append(tuple(ways))
        return put(connection, entry, now)

    monkeypatch.setattr(scan.rows, "put", watched)
    steps: list[tuple[int, int]] = []
    with Library.open(folder, catch_up=0) as library:
        assert library.rescan(lambda *step: steps.append(step)) == Scan(10, 0, [])
        assert steps == [(3, 10), (6, 10), (9, 10), (10, 10)]
        assert set(written) == {(1, 16000)}  # the log is not waited for
        picture.resize((90, 5)).save(folder / "one more.png")
        library.rescan()
        assert written[10:] == [(2, 1000)]
        assert library.count() == 2 + 11  # and one of the three in the trash


def test_a_bulk_that_is_stopped_keeps_what_was_written(folder, three, picture, monkeypatch) -> None:
    monkeypatch.setattr(scan, "_FEW", 4)
    monkeypatch.setattr(scan, "_BATCH", 3)
    for number in range(10):
        picture.resize((number + 5, 5)).save(folder / f"{number}.png")

    def stop(done: int, _total: int) -> None:
        if done == 9:
            raise KeyboardInterrupt

    with Library.open(folder, catch_up=0) as library:
        with pytest.raises(KeyboardInterrupt):
            library.rescan(stop)
        assert library.count() == 2 + 6
        assert library.rescan() == Scan(4, 0, [])


def test_what_a_crash_left_is_cleaned_unless_somebody_writes_it(folder, three) -> None:
    place = three[1].path.parent
    left = place / f"{TEMPORARY}0123.tmp"
    left.write_bytes(b"half a picture")
    writer = subprocess.Popen(
        [
            sys.executable,
            "-c",
            "import os, sys, time\n"
            "from pathlib import Path\n"
            "from studio.library import files\n"
            "files.sync = lambda fd: (print('writing', flush=True), sys.stdin.read())\n"
            "files.write_atomically(Path(sys.argv[1]), b'whole')\n",
            str(place / "whole.bin"),
        ],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert writer.stdout.readline() == "writing\n"
    [living] = set(place.glob(f"{TEMPORARY}*")) - {left}
    Library.open(folder).close()
    assert not left.exists()
    assert living.exists()
    writer.communicate("")
    assert writer.returncode == 0
    assert (place / "whole.bin").read_bytes() == b"whole"
    assert not list(folder.rglob(f"{TEMPORARY}*"))


def png() -> bytes:
    import io

    buffer = io.BytesIO()
    Image.new("RGB", (8, 8)).save(buffer, "PNG")
    return buffer.getvalue()


PNG = png()
IHDR = PNG[8:33]
MALFORMED = {
    "empty": b"",
    "text": b"hello",
    "signature only": PNG[:8],
    "cut in the header": PNG[:20],
    "cut in the pixels": PNG[:50],
    "no end": PNG[:-12],
    "jpeg in disguise": b"\xff\xd8\xff\xe0\0\x10JFIF",
    "no size": PNG[:8] + chunk(b"IHDR", bytes(13)) + PNG[33:],
    "short header": PNG[:8] + chunk(b"IHDR", bytes(5)) + PNG[33:],
    "bomb": PNG[:8]
    + chunk(b"IHDR", struct.pack(">II5B", 60_000, 60_000, 8, 6, 0, 0, 0))
    + PNG[33:],
    "wrong checksum": PNG[:29] + b"\0\0\0\0" + PNG[33:],
    "length beyond the end": PNG[:33] + b"\xff\xff\xff\xfftEXt" + PNG[33:],
}


def test_malformed_files_are_named_and_stop_nothing(folder, three) -> None:
    for name, content in MALFORMED.items():
        (folder / f"{name}.png").write_bytes(content)
    broken = sorted(folder / f"{name}.png" for name in MALFORMED)
    (folder / "folder.png").mkdir()
    (folder / "link.png").symlink_to(folder / "nowhere")
    if hasattr(os, "mkfifo"):
        os.mkfifo(folder / "pipe.png")
    if sys.platform == "linux":
        strange = os.fsdecode(b"\xff\xfe.png")
        (folder / strange).write_bytes(PNG)
        broken = sorted([*broken, folder / strange])
    with Library.open(folder) as library:
        scan = library.rescan()
        assert sorted(scan.unreadable) == broken
        assert (scan.added, scan.removed) == (0, 0)
        assert library.count() == 2
        for path in broken:
            path.unlink()
        assert library.rescan() == Scan(0, 0, [])


def test_huge_texts_do_no_harm(folder, three, monkeypatch) -> None:
    bomb = zlib.compress(bytes(100 * 2**20), 9)
    assert len(bomb) < 200_000
    compressed = chunk(b"iTXt", b"easel:recipe\0\1\0\0\0" + bomb)
    (folder / "bomb.png").write_bytes(with_chunks(PNG, compressed, chunk(b"zTXt", b"a\0\0" + bomb)))
    monkeypatch.setattr(containers, "MAX_TEXT", 1000)
    (folder / "long.png").write_bytes(
        with_chunks(PNG, chunk(b"tEXt", b"easel:recipe\0" + b"x" * 2000))
    )
    nested = b"[" * 500_000
    (folder / "deep.png").write_bytes(
        with_chunks(PNG, chunk(b"iTXt", b"easel:recipe\0\0\0\0\0" + nested))
    )
    began = time.perf_counter()
    with Library.open(folder) as library:
        for name in ("bomb", "long", "deep"):
            assert library.at(folder / f"{name}.png").recipe == ""
            with pytest.raises(StudioError, match="no recipe"):
                read_recipe(folder / f"{name}.png")
    assert time.perf_counter() - began < 1.0


@pytest.mark.parametrize(
    "card",
    [
        b"null",
        b"[]",
        b'{"id": 5}',
        b'{"id": "../../../etc/passwd"}',
        b'{"id": "' + b"a" * 32 + b'", "title": 7, "parents": "abc", "created": "yesterday"}',
        b'{"id": "' + b"a" * 32 + b'", "title": "\\ud800", "created": "0001-01-01T00:00:00+14:00"}',
        b'{"id": "' + b"a" * 32 + b'", "parents": [1, null, "x"], "model": {"a": 1}}',
        b'{"id": ' + b"9" * 5000 + b"}",
        b"\xff\xfe\0",
    ],
)
def test_strange_cards_are_taken_with_care(folder, library, card) -> None:
    data = chunk(b"iTXt", b"easel:artwork\0\0\0\0\0" + card)
    recipe = chunk(b"iTXt", b'easel:recipe\0\0\0\0\0{"kind": ["\\ud800"]}')
    (folder / "strange.png").write_bytes(with_chunks(PNG, data, recipe))
    assert library.rescan() == Scan(1, 0, [])
    artwork = library.at(folder / "strange.png")
    assert len(artwork.id) == 32
    assert artwork.parents == ()


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_damaged_bytes_never_crash_the_reader(data, tmp_path) -> None:
    good = with_chunks(PNG, chunk(b"iTXt", b'easel:recipe\0\0\0\0\0{"kind":"picture"}'))
    broken = bytearray(good)
    for _ in range(data.draw(st.integers(1, 4))):
        broken[data.draw(st.integers(0, len(broken) - 1))] = data.draw(st.integers(0, 255))
    start = data.draw(st.sampled_from([b"", b"\xff\xd8\xff\xe1", b"RIFF\0\0\0\0WEBPXMP "]))
    path = tmp_path / "broken"
    path.write_bytes(start + bytes(broken[: data.draw(st.integers(0, len(broken)))]))
    try:
        assert read_recipe(path).startswith("{")
    except StudioError:
        pass


def test_an_xmp_that_grows_is_not_read(tmp_path, picture) -> None:
    levels = "".join('<!ENTITY l{} "{}">'.format(n, f"&l{n - 1};" * 10) for n in range(1, 12))
    packet = (
        f'<!DOCTYPE x [<!ENTITY l0 "ha">{levels}]>'
        '<x xmlns:e="urn:easel:xmp:1"><e:recipe>&l11;</e:recipe></x>'
    )
    picture.save(tmp_path / "laughs.webp", xmp=packet.encode())
    with pytest.raises(StudioError, match="no recipe"):
        read_recipe(tmp_path / "laughs.webp")


def test_migration_backs_up_and_rolls_back(folder, three, monkeypatch) -> None:
    released = schema.MIGRATIONS
    bad = ("ALTER TABLE artworks ADD COLUMN stars INTEGER NOT NULL DEFAULT 3", "SELECT nonsense")
    monkeypatch.setattr(schema, "MIGRATIONS", (*released, bad))
    with pytest.raises(RuntimeError):  # a defect, to be reported as one
        Library.open(folder)
    monkeypatch.setattr(schema, "MIGRATIONS", released)
    with Library.open(folder) as library:
        check_all_there(library, three)

    monkeypatch.setattr(schema, "MIGRATIONS", (*released, bad[:1]))
    with Library.open(folder) as library:
        check_all_there(library, three)
    connection = sqlite3.connect(folder / INDEX)
    assert connection.execute("SELECT sum(stars) FROM artworks").fetchone() == (9,)
    connection.close()
    backup = sqlite3.connect(folder / f"{INDEX}.version-{len(released)}")
    assert backup.execute("SELECT count(*) FROM artworks").fetchone() == (3,)
    assert backup.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    backup.close()

    monkeypatch.setattr(schema, "MIGRATIONS", released)
    with pytest.raises(StudioError, match="newer Easel"):
        Library.open(folder)
