"""Says what a folder or file is by what is in it, without running or unpickling anything."""

from __future__ import annotations

import json
import struct
import zipfile
from pathlib import Path, PurePosixPath
from typing import Any

from studio.errors import StudioError
from studio.shelf.manifest import StyleTraits

MODEL_INDEX = "model_index.json"
GENERATOR = "generator.safetensors"
PAINTER = "painter.safetensors"
STYLES = "styles.safetensors"
WRITER = "writer.safetensors"
MEASURES = "measures.json"
CODES = "codes"  # the one tensor in STYLES: [styles, numbers of one]
MAX_HEADER = 100 * 2**20  # bytes; what the safetensors library itself allows
_PICKLE_HINT = "Ask for the “safetensors” form of the same model; most makers offer one."


def check_diffusers_folder(folder: Path) -> str:
    """Check that a folder holds a model for pictures or sound; return its pipeline's class.

    Every safetensors file is checked to be whole. StudioError, in plain words, where the folder
    is missing, is no model, is incomplete, or holds its weights only as pickles.
    """
    if not folder.exists():
        raise StudioError(f"There is no folder “{folder.name}” any more.", "Choose another one.")
    if not folder.is_dir():
        check_not_pickle(folder)
        raise StudioError(
            f"“{folder.name}” is a file, not a model folder.",
            "Choose the folder that holds model_index.json.",
        )
    index = folder / MODEL_INDEX
    if not index.is_file():
        for file in sorted(folder.iterdir()):
            if file.is_file():
                check_not_pickle(file)
        raise StudioError(
            f"“{folder.name}” is not a model that Easel knows.",
            "Choose a folder in the diffusers layout: it holds a file named model_index.json.",
        )
    try:
        parts = json.loads(index.read_text("utf-8"))
        pipeline = parts["_class_name"]
        named = [
            name
            for name, value in parts.items()
            if isinstance(value, list) and len(value) == 2 and all(value)
        ]
    except (OSError, ValueError, KeyError, AttributeError, TypeError) as error:
        raise _incomplete(folder, MODEL_INDEX) from error
    if not isinstance(pipeline, str) or not pipeline.endswith("Pipeline"):
        raise StudioError(
            f"“{folder.name}” is not a model that makes pictures or sound.", "Choose another one."
        )
    for name in named:
        _check_part(folder, name)
    return pipeline


def check_latent_folder(folder: Path) -> None:
    """Check that the weights of a model with a latent space are there and whole.

    Whether they agree with what the manifest says is seen when the engine opens them.
    """
    if not (folder / GENERATOR).is_file():
        raise _incomplete(folder, GENERATOR)
    for file in sorted(folder.glob("*.safetensors")):
        check_safetensors(file)


def check_style_folder(folder: Path, traits: StyleTraits) -> None:
    """Check that a model of styles is whole and has as many codes as it names styles.

    Whether they suit its network is seen when the engine opens them.
    """
    for name in (PAINTER, STYLES):
        if not (folder / name).is_file():
            raise _incomplete(folder, name)
        header = check_safetensors(folder / name)
    shape = header.get(CODES, {}).get("shape", [])
    ids = [style.id for style in traits.styles]
    if len(shape) != 2 or shape[0] != len(ids) or len(set(ids)) != len(ids):
        raise StudioError(
            f"The model in “{folder.name}” does not have the styles that it names.",
            "Copy or download the model again.",
        )
    for style in traits.styles:
        thumbnail = PurePosixPath(style.thumbnail)
        if thumbnail.is_absolute() or ".." in thumbnail.parts or "\\" in style.thumbnail:
            raise StudioError(
                f"The model in “{folder.name}” names files outside of its folder.",
                "Do not use it; ask its maker.",
            )


def check_tune_folder(folder: Path) -> None:
    """Check that a model that composes is whole: its weights, and what is usual for it.

    Whether they suit what the manifest says is seen when the engine opens them.
    """
    for name in (WRITER, MEASURES):
        if not (folder / name).is_file():
            raise _incomplete(folder, name)
    check_safetensors(folder / WRITER)


def check_not_pickle(file: Path) -> None:
    """Refuse a file that can run programs when it is read, whatever its name says."""
    if is_pickle(file):
        raise StudioError(
            f"“{file.name}” is stored in a way that can run hidden programs (a pickle), so Easel "
            "does not open it.",
            _PICKLE_HINT,
        )


def is_pickle(file: Path) -> bool:
    """True for a pickle, bare or in the zip that torch.save writes; decided by content alone."""
    try:
        with file.open("rb") as opened:
            head = opened.read(4)
    except OSError:
        return False
    if head[:1] == b"\x80" and head[1:2] in (b"\x02", b"\x03", b"\x04", b"\x05"):
        return True
    if head != b"PK\x03\x04":
        return False
    try:
        with zipfile.ZipFile(file) as packed:
            return any(Path(name).suffix == ".pkl" for name in packed.namelist())
    except (zipfile.BadZipFile, OSError):
        return True  # a torn zip in a model's place: nothing that should be opened


def check_safetensors(file: Path) -> dict[str, Any]:
    """Check that a safetensors file is whole: its header agrees with its length. The header.

    Layout: https://github.com/huggingface/safetensors#format
    """
    check_not_pickle(file)
    size = file.stat().st_size
    try:
        with file.open("rb") as opened:
            (length,) = struct.unpack("<Q", opened.read(8))
            if length > min(MAX_HEADER, size - 8):
                raise ValueError("header longer than the file")
            header = json.loads(opened.read(length))
        tensors = {name: entry for name, entry in header.items() if name != "__metadata__"}
        ends = [entry["data_offsets"][1] for entry in tensors.values()]
        if 8 + length + max(ends, default=0) != size:
            raise ValueError("data shorter or longer than the header says")
    except (OSError, ValueError, KeyError, IndexError, TypeError, struct.error) as error:
        raise StudioError(
            f"The weights in “{file.name}” are damaged or incomplete.",
            "Copy or download the model again.",
        ) from error
    return tensors


def _check_part(folder: Path, name: str) -> None:
    part = folder / name
    if not part.is_dir():
        raise _incomplete(folder, name)
    weights = sorted(part.glob("*.safetensors"))
    for file in weights:
        check_safetensors(file)
    if weights:
        _check_shards(folder, part)
        return
    for file in sorted(part.iterdir()):
        if file.is_file():
            check_not_pickle(file)
    # Tokenizers and schedulers have no weights; networks say which class they are and have some.
    config = part / "config.json"
    if config.is_file():
        raise _incomplete(folder, f"{name}/*.safetensors")


def _check_shards(folder: Path, part: Path) -> None:
    for index in part.glob("*.safetensors.index.json"):
        try:
            files = set(json.loads(index.read_text("utf-8"))["weight_map"].values())
        except (OSError, ValueError, KeyError, AttributeError) as error:
            raise _incomplete(folder, f"{part.name}/{index.name}") from error
        for file in sorted(files):
            if not (part / file).is_file():
                raise _incomplete(folder, f"{part.name}/{file}")


def _incomplete(folder: Path, name: str) -> StudioError:
    return StudioError(
        f"The model in “{folder.name}” is incomplete: “{name}” is missing or cannot be read.",
        "Copy or download the model again.",
    )
