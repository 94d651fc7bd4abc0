"""From tar files of drawings to one array that every stage reads.

``--data`` folders hold ``t2i-*.tar`` (RGBA WebP) with ``t2i-captions.jsonl`` beside them, or an
array that an earlier run prepared (``art.safetensors`` and ``index.jsonl``), whole or in parts.
"""

from __future__ import annotations

import hashlib
import io
import json
import tarfile
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from safetensors import safe_open
from safetensors.torch import save_file
from torch import Tensor

from studio.training.picture import vectors
from studio.training.picture.config import DataConfig
from studio.training.picture.names import Splitter, tidy

TRAIN, HELD_CAPTION, HELD_PAIR = "train", "held caption", "held pair"


@dataclass
class Entry:
    """One drawing: where it comes from, what it shows, whether training may see it."""

    file: str
    src: str
    key: str
    licence: str
    style: str
    caption: str
    tags: list[str] = field(default_factory=list)
    group: str = ""
    sub: str = ""
    split: str = TRAIN


@dataclass
class Art:
    """All drawings: ``entries[i]`` belongs to ``pixels[i]``, uint8 (4, P, P), straight RGBA."""

    entries: list[Entry]
    pixels: Tensor

    def where(self, split: str) -> list[int]:
        """Indices of the drawings of one split."""
        return [i for i, entry in enumerate(self.entries) if entry.split == split]

    def picture(self, indices: Sequence[int] | Tensor) -> Tensor:
        """Straight RGBA in [0, 1], float32 (N, 4, P, P)."""
        return self.pixels[torch.as_tensor(indices, dtype=torch.long)].float() / 255


def fraction(salt: str, text: str) -> float:
    """A number in [0, 1) that depends on the text alone: the same on every machine."""
    digest = hashlib.sha256(f"{salt}|{text}".encode()).digest()
    return int.from_bytes(digest[:6], "big") / 2**48


def split_of(config: DataConfig, caption: str, style: str) -> str:
    """Whether drawings of this caption in this style are trained on."""
    if fraction(config.salt, caption) < config.holdout_captions:
        return HELD_CAPTION
    if fraction(config.salt, f"{caption}|{style}") < config.holdout_pairs:
        return HELD_PAIR
    return TRAIN


def read_entries(folders: Sequence[Path], config: DataConfig) -> list[Entry]:
    """All rows of all caption files that the configuration wants, names cleaned, splits fixed."""
    rows = []
    for folder in folders:
        for path in sorted(folder.glob("*captions*.jsonl")):
            with path.open(encoding="utf-8") as file:
                rows += [json.loads(line) for line in file if line.strip()]
    splitter = Splitter(r["caption"] for r in rows if r["src"] != "fxemoji")
    home: dict[str, tuple[str, str]] = {}
    entries: dict[str, Entry] = {}
    for row in rows:
        caption = tidy(row["caption"])
        if row["src"] == "fxemoji":
            caption = splitter.split(caption)
        if row.get("group"):
            home.setdefault(caption, (row["group"], row.get("sub", "")))
        if row["src"] not in config.weights or row["style"] in config.skip_styles:
            continue
        entry = Entry(
            file=row["file"], src=row["src"], key=row["key"], licence=row["licence"],
            style=row["style"], caption=caption, tags=list(row.get("tags", [])),
            group=row.get("group", ""), sub=row.get("sub", ""),
            split=split_of(config, caption, row["style"]),
        )  # fmt: skip
        entries[entry.file] = entry
    for entry in entries.values():
        if not entry.group and entry.caption in home:
            entry.group, entry.sub = home[entry.caption]
    return list(entries.values())


def read_pictures(folders: Sequence[Path]) -> Iterator[tuple[str, bytes]]:
    """(file name, bytes) of every picture in every tar of the folders."""
    for folder in folders:
        for path in sorted(folder.glob("t2i*.tar")):
            with tarfile.open(path) as archive:
                for member in archive:
                    file = archive.extractfile(member) if member.isfile() else None
                    if file is not None:
                        yield Path(member.name).name, file.read()


def to_pixels(picture: Image.Image, size: int) -> np.ndarray:
    """Straight RGBA uint8 (4, size, size); resized in premultiplied colour, so edges stay clean."""
    image = picture.convert("RGBA")
    if image.size != (size, size):
        image = image.convert("RGBa").resize((size, size), Image.Resampling.LANCZOS).convert("RGBA")
    return np.asarray(image).transpose(2, 0, 1)


def prepare(folders: Sequence[Path], work: Path, config: DataConfig) -> Art:
    """Decode everything once into ``work/data``; later calls only open it."""
    target = work / "data"
    if (target / "index.jsonl").exists():
        return load(work)
    if any((folder / "index.jsonl").exists() for folder in folders):
        return _adopt(folders, work)
    wanted = {entry.file: entry for entry in read_entries(folders, config)}
    entries, pixels = [], []
    larger = vectors.Larger(folders) if config.pixels > 128 else None
    for name, data in read_pictures(folders):
        if name in wanted:
            entry = wanted[name]
            image = larger.find(entry.src, entry.key, config.pixels) if larger else None
            entries.append(entry)
            pixels.append(to_pixels(image or Image.open(io.BytesIO(data)), config.pixels))
            if config.limit and len(entries) >= config.limit:
                break
    if not entries:
        raise FileNotFoundError("No drawings found. --data needs t2i-*.tar and t2i-captions.jsonl.")
    art = Art(entries, torch.from_numpy(np.stack(pixels)))
    save(art, target)
    return art


def save(art: Art, target: Path) -> None:
    """Write ``art.safetensors`` and, last, ``index.jsonl``."""
    target.mkdir(parents=True, exist_ok=True)
    save_file({"pixels": art.pixels.contiguous()}, target / "art.safetensors")
    lines = [json.dumps(asdict(entry)) for entry in art.entries]
    (target / "index.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")


def load(work: Path) -> Art:
    """Open what `prepare` wrote."""
    target = work / "data"
    with (target / "index.jsonl").open(encoding="utf-8") as file:
        entries = [Entry(**json.loads(line)) for line in file]
    with safe_open(target / "art.safetensors", framework="pt") as file:
        return Art(entries, file.get_tensor("pixels"))


def _adopt(folders: Sequence[Path], work: Path) -> Art:
    parts = []
    for folder in folders:
        if (folder / "index.jsonl").exists():
            with (folder / "index.jsonl").open(encoding="utf-8") as file:
                entries = [Entry(**json.loads(line)) for line in file]
            with safe_open(folder / "art.safetensors", framework="pt") as tensors:
                parts.append(Art(entries, tensors.get_tensor("pixels")))
    art = Art([e for p in parts for e in p.entries], torch.cat([p.pixels for p in parts]))
    save(art, work / "data")
    return art
