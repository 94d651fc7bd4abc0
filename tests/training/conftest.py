"""A little world to train in: drawings made here, and a text encoder of one random layer."""

from __future__ import annotations

import io
import json
import tarfile
from pathlib import Path

import pytest
import torch
from PIL import Image, ImageDraw

SHAPES = ("circle", "square", "triangle", "star", "house", "boat", "tree", "fish", "moon", "cup")
COLOURS = {"red": (220, 30, 30), "blue": (40, 60, 220), "green": (30, 180, 60)}


def _drawing(shape: str, colour: tuple[int, int, int]) -> Image.Image:
    image = Image.new("RGBA", (32, 32))
    draw = ImageDraw.Draw(image)
    if SHAPES.index(shape) % 2:
        draw.rectangle((6, 6, 26, 24), fill=(*colour, 255))
    else:
        draw.ellipse((4, 4, 28, 28), fill=(*colour, 255))
    return image


@pytest.fixture
def art_folder(tmp_path: Path) -> Path:
    """Sixty drawings in a tar with captions beside it, as the recipe expects them."""
    folder = tmp_path / "art"
    folder.mkdir()
    rows = []
    with tarfile.open(folder / "t2i-1.tar", "w") as archive:
        for src, style in (("fluent-3d", "3d emoji"), ("noto", "noto emoji")):
            for shape in SHAPES:
                for colour, rgb in COLOURS.items():
                    buffer = io.BytesIO()
                    _drawing(shape, rgb).save(buffer, "WEBP", lossless=True)
                    member = tarfile.TarInfo(f"{src}_{colour}_{shape}.webp")
                    member.size = buffer.tell()
                    buffer.seek(0)
                    archive.addfile(member, buffer)
                    rows.append({
                        "src": src, "key": shape, "licence": "CC0-1.0", "style": style,
                        "caption": f"{colour} {shape}", "tags": ["thing", "shape"],
                        "file": member.name,
                    })  # fmt: skip
    lines = "\n".join(json.dumps(row) for row in rows)
    (folder / "t2i-captions.jsonl").write_text(lines, encoding="utf-8")
    return folder


@pytest.fixture
def text_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A BERT of one layer in place of MiniLM."""
    from transformers import BertConfig, BertModel, BertTokenizer

    from studio.training.picture import text

    folder = tmp_path / "text"
    folder.mkdir()
    words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "a", "emoji", "3d", "noto", ",",
             *SHAPES, *COLOURS]  # fmt: skip
    (folder / "vocab.txt").write_text("\n".join(words), "utf-8")
    BertTokenizer(str(folder / "vocab.txt")).save_pretrained(folder)
    torch.manual_seed(1)
    BertModel(
        BertConfig(
            vocab_size=len(words), hidden_size=384, num_hidden_layers=1, num_attention_heads=2,
            intermediate_size=32, max_position_embeddings=64,
        )
    ).save_pretrained(folder)  # fmt: skip
    monkeypatch.setattr(text, "folder", lambda: folder)
    return folder


@pytest.fixture(autouse=True)
def two_threads() -> None:
    torch.set_num_threads(min(2, torch.get_num_threads()))
