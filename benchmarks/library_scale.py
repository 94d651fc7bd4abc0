"""A library of twenty thousand works: opening, searching, rebuilding, marking, and memory.

    python benchmarks/library_scale.py [--works 20000] [--folder DIR] [--keep] [--side 256]

Makes the works by writing files, which takes a while of its own, and leaves them with --keep; a
folder that holds so many already is measured as it is. Each figure says how it was taken. For a
disk's own speed drop its cache before (`--cold` asks the system to, which root may).
"""

from __future__ import annotations

import argparse
import io
import random
import shutil
import statistics
import struct
import subprocess
import sys
import tempfile
import time
import uuid
import zlib
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import psutil
from PIL import Image, ImageDraw

from studio.library import Library, metadata
from studio.library.gallery import Query
from studio.library.names import file_name
from studio.recipes import PictureRecipe

ANIMALS = ["fox", "cat", "owl", "hedgehog", "rabbit", "bear", "otter", "badger", "deer", "swan"]
KINDS = [
    "smiling",
    "sleepy",
    "tiny",
    "brave",
    "wooden",
    "golden",
    "snowy",
    "dancing",
    "blue",
    "old",
]
PLACES = [
    "forest",
    "kitchen",
    "moon",
    "harbour",
    "library",
    "garden",
    "mountain",
    "train",
    "city",
    "desert",
]
FIRST = datetime(2023, 1, 1, 9, tzinfo=UTC)


def make(folder: Path, count: int, side: int) -> None:
    """Write files as the library itself writes them, without waiting for the disk each time."""
    chance = random.Random(7)
    bodies = [picture(side, chance) for _ in range(24)]
    ids: list[str] = []
    for number in range(count):
        animal, kind, place = (chance.choice(words) for words in (ANIMALS, KINDS, PLACES))
        recipe = PictureRecipe(
            prompt=f"a {kind} {animal} in the {place}, number {number}",
            style=chance.choice(["3d emoji", "flat drawing", "watercolour"]),
            seed=number,
            steps=20,
            guidance=4.0,
            width=side,
            height=side,
        )
        facts = metadata.describe(
            recipe,
            artwork_id=uuid.UUID(int=chance.getrandbits(128)).hex,
            created=FIRST + timedelta(minutes=97 * number),
            size=(side, side),
            made_by=chance.choice(["Easel Stickers", "Easel Portraits", "A Model of Theirs"]),
            licence="Apache-2.0",
            parents=tuple(ids[-1:]) if number % 3 == 0 else (),
        )
        ids.append(facts.id)
        head, body = chance.choice(bodies)
        text = b"".join(chunk(*each[:2]) for each in metadata.png_info(facts).chunks)
        place_of = folder / f"{facts.created:%Y}"
        place_of.mkdir(parents=True, exist_ok=True)
        name = file_name(facts.title, facts.kind, facts.id, ".png")
        (place_of / name).write_bytes(head + text + body)


def picture(side: int, chance: random.Random) -> tuple[bytes, bytes]:
    """A drawing as PNG, parted after its header."""
    image = Image.new("RGB", (side, side), tuple(chance.randrange(256) for _ in range(3)))
    draw = ImageDraw.Draw(image)
    for _ in range(8):
        x, y, size = (chance.randrange(side) for _ in range(3))
        colour = tuple(chance.randrange(256) for _ in range(3))
        draw.ellipse((x - size // 4, y - size // 4, x + size // 4, y + size // 4), fill=colour)
    buffer = io.BytesIO()
    image.save(buffer, "PNG")
    return buffer.getvalue()[:33], buffer.getvalue()[33:]


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I4s", len(data), kind) + data + struct.pack(">I", zlib.crc32(kind + data))


def timed(name: str, work: Callable[[], object], times: int = 1) -> None:
    took = []
    for _ in range(times):
        began = time.perf_counter()
        work()
        took.append((time.perf_counter() - began) * 1e3)
    took.sort()
    last = took[int(0.95 * (len(took) - 1))]
    print(f"{name:52} median {statistics.median(took):8.1f} ms, p95 {last:8.1f} ms  ({times}x)")


def rebuild(folder: Path) -> None:
    for file in (folder / ".easel").glob("index.sqlite3*"):
        file.unlink()
    with Library.open(folder, catch_up=0) as library:
        began = time.perf_counter()
        steps = []
        library.rescan(lambda done, total: steps.append(done))
        print(f"rebuild of the index: {time.perf_counter() - began:.1f} s, {len(steps)} reports")
        print(f"works: {library.count()}")
    size = sum(file.stat().st_size for file in (folder / ".easel").glob("index.sqlite3*"))
    print(f"index on the disk: {size / 2**20:.0f} MiB")


def search(library: Library) -> None:
    gallery = library.gallery
    everything = gallery.find()
    timed("find everything", gallery.find, 20)
    timed("its days", lambda: gallery.find().days, 10)
    middle = len(everything) // 2
    timed("60 cards of the middle", lambda: gallery.cards(everything, middle, middle + 60), 50)
    for words in ("fox", "golden fox", "snowy otter harbour", "number 77", "zebra", "a"):
        found = len(gallery.find(Query(words=words)))
        timed(f"find “{words}” ({found})", lambda w=words: gallery.find(Query(words=w)), 20)
    mine = Query(words="fox", models=("Easel Stickers",), since=FIRST.date(), favourite=False)
    timed("find words and three filters", lambda: gallery.find(mine), 20)
    timed("find by title's order", lambda: gallery.find(Query(order="title")), 5)
    timed("kinds, models, tags, albums", lambda: facets(library), 10)
    timed("revision (has anything changed?)", gallery.revision, 100)
    timed("recent(200), with recipes", lambda: library.recent(200), 20)


def facets(library: Library) -> None:
    library.gallery.kinds()
    library.gallery.models()
    library.marking.tags()
    library.marking.albums()


def mark(library: Library) -> None:
    found = library.gallery.find()
    ids = [card.id for card in library.gallery.cards(found, 0, 500) if card]
    timed("make one a favourite", lambda: library.marking.favourite(ids[:1]))
    timed("tag 500", lambda: library.marking.tag(ids, "many"))
    timed("find by tag", lambda: library.gallery.find(Query(tags=("many",))), 20)
    timed("untag 500", lambda: library.marking.untag(ids, "many"))
    timed("100 into the trash", lambda: library.bin.put(ids[:100]))
    timed("100 back", lambda: library.bin.back(ids[:100]))
    timed("colours of 100, each picture read", lambda: library.looking.fill(100))
    timed("family of one", lambda: library.family.around(ids[0]), 20)


def outside(folder: Path) -> None:
    """What other programs did while Easel was closed."""
    files = sorted((folder / "2023").glob("*.png"))[:300]
    away = folder / "2023" / "moved"
    away.mkdir(exist_ok=True)
    for file in files[:100]:
        file.rename(away / file.name)
    for file in files[100:200]:
        file.rename(file.with_name(f"renamed {file.name}"))
    kept = [(file, file.read_bytes()) for file in files[200:300]]
    for file, _ in kept:
        file.unlink()
    timed("open, 100 moved, 100 renamed, 100 gone", lambda: Library.open(folder).close())
    for file in away.iterdir():
        file.rename(away.parent / file.name)
    away.rmdir()
    for file in files[100:200]:
        file.with_name(f"renamed {file.name}").rename(file)
    for file, data in kept:
        file.write_bytes(data)
    timed("open, all back", lambda: Library.open(folder).close())


def memory(folder: Path) -> None:
    """In a process of its own: what the library takes beside Python and its imports."""
    code = (
        "import psutil, sys; from studio.library import Library; "
        "from studio.library.gallery import Query; me = psutil.Process(); "
        "before = me.memory_info().rss; library = Library.open(sys.argv[1]); "
        "found = library.gallery.find(); found.days; library.gallery.cards(found, 0, 200); "
        "library.gallery.find(Query(words='fox')); "
        "print(f'memory: {(me.memory_info().rss - before) / 2**20:.0f} MiB for the open library "
        "with all found, above {before / 2**20:.0f} MiB'); library.close()"
    )
    subprocess.run([sys.executable, "-c", code, str(folder)], check=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--works", type=int, default=20_000)
    parser.add_argument("--side", type=int, default=256, help="pixels")
    parser.add_argument("--folder", type=Path, help="of the library; a temporary one else")
    parser.add_argument("--keep", action="store_true", help="leave the works where they are")
    parser.add_argument("--cold", action="store_true", help="drop the disk's cache first; as root")
    options = parser.parse_args()
    folder = options.folder or Path(tempfile.mkdtemp(prefix="easel-scale-")) / "Easel"
    folder.mkdir(parents=True, exist_ok=True)
    try:
        there = sum(1 for _ in folder.glob("2*/*.png"))
        if there < options.works:
            began = time.perf_counter()
            make(folder, options.works, options.side)
            print(f"{options.works} works made in {time.perf_counter() - began:.0f} s")
        if options.cold:
            Path("/proc/sys/vm/drop_caches").write_text("3")
        print(f"load of the computer before: {psutil.getloadavg()[0]:.1f}")
        rebuild(folder)
        time.sleep(2.6)  # until folders' dates of change are trusted
        Library.open(folder).close()
        timed("open, nothing changed", lambda: Library.open(folder).close(), 10)
        with Library.open(folder) as library:
            timed("rescan, nothing changed", library.rescan, 3)
            search(library)
            mark(library)
        outside(folder)
        memory(folder)
    finally:
        if not options.keep:
            shutil.rmtree(folder)


if __name__ == "__main__":
    main()
