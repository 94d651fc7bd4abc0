"""Makes a model folder of a checkpoint: the weights as safetensors, a manifest, a card."""

from __future__ import annotations

import hashlib
import json
import math
import os
import re
import shutil
import struct
import unicodedata
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

from studio.errors import StudioError
from studio.shelf.conversion.plan import Plan
from studio.shelf.conversion.recognise import plan_for
from studio.shelf.conversion.torch_files import TorchFile
from studio.shelf.inspect import GENERATOR
from studio.shelf.manifest import MANIFEST, LatentTraits, Manifest

Progress = Callable[[float, str], None]

MAX_NAME = 80  # characters
MAX_LICENCE = 200


def convert(
    file: Path,
    target: Path,
    *,
    name: str = "",
    licence: str = "",
    kind: int | None = None,
    progress: Progress = lambda done, note: None,
) -> Manifest:
    """Make the model folder `target` of the checkpoint `file`, which stays as it is.

    target: must not be there yet. It appears whole or not at all: what `progress` raises to cancel,
        a full disk, and every other error leave nothing behind.
    name, licence: as the artist states them; the file's name and "unknown" where they do not.
    kind: which of its kinds of pictures, where the model was trained to tell several apart.
    progress: called with (done in 0..1, note in plain words).

    StudioError, in plain words, where the file cannot be read or holds no generator that we know.
    """
    if target.exists():
        raise StudioError(f"There is already something at “{target.name}”.", "Choose another name.")
    progress(0.0, "Reading")
    with TorchFile(file) as opened:
        plan = plan_for(opened, kind)
        if sum(map(math.prod, plan.form.layout().values())) > opened.size:
            raise StudioError(  # some tensors would have to be the same ones over and over
                f"The file “{file.name}” is damaged.", "Copy or download it again."
            )
        fresh = target.with_name(f".{target.name}.{os.getpid()}.new")
        try:
            shutil.rmtree(fresh, ignore_errors=True)
            fresh.mkdir(parents=True)
            digest = _write_weights(fresh / GENERATOR, plan, progress)
            manifest = _manifest(file, plan, name, licence, slug_of(target.name), digest)
            _write(fresh / MANIFEST, manifest.model_dump_json(indent=1, exclude={"picture"}))
            _write(fresh / "README.md", _card(file, manifest, plan))
            progress(1.0, "Done")
            fresh.replace(target)
        except OSError as error:
            raise StudioError(
                "The model cannot be written.",
                "Make room on the disk, or look whether the folder may be written to.",
            ) from error
        finally:
            shutil.rmtree(fresh, ignore_errors=True)
    return manifest


def slug_of(name: str) -> str:
    """A name for a folder on any disk: small letters, digits and hyphens of any script."""
    plain = unicodedata.normalize("NFKC", name).lower()
    return re.sub(r"[\W_]+", "-", plain).strip("-")[:40].strip("-") or "model"


def _write_weights(path: Path, plan: Plan, progress: Progress) -> str:
    """Write the plan's tensors as float32 and return the file's digest.

    One tensor is in memory at a time. Layout: https://github.com/huggingface/safetensors#format
    """
    header: dict[str, object] = {}
    layout = plan.form.layout()
    end = 0
    for name, shape in layout.items():
        begin, end = end, end + 4 * math.prod(shape)
        header[name] = {"dtype": "F32", "shape": list(shape), "data_offsets": [begin, end]}
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    digest, done = hashlib.sha256(), 0
    with path.open("xb") as file:

        def put(data: bytes) -> None:
            file.write(data)
            digest.update(data)

        put(struct.pack("<Q", len(text)) + text)
        for name, shape in layout.items():
            progress(done / max(1, end), "Converting")
            values = plan.make[name]()
            assert values.shape == shape, name
            data = values.astype("<f4").tobytes()
            put(data)
            done += len(data)
        _settle(file)
    return digest.hexdigest()


def _manifest(
    file: Path, plan: Plan, name: str, licence: str, folder: str, digest: str
) -> Manifest:
    form = plan.form
    said = _line(name, MAX_NAME) or _line(file.stem.replace("_", " "), MAX_NAME) or "My model"
    return Manifest(
        id=f"local/{folder}-{digest[:8]}",
        name=said,
        kind="latent",
        format="easel-latent",
        summary=f"A model of yours, brought in from “{_line(file.name, MAX_NAME)}” "
        f"({plan.origin}, {form.size} pixels).",
        licence=_line(licence, MAX_LICENCE) or "unknown",
        may="See the licence that came with this model.",
        latent=LatentTraits(
            family="style-gan",
            generator=form.config(),
            size=form.size,
            layers=2 * len(form.widths),
            dim=form.w_dim,
        ),
    )


def _card(file: Path, manifest: Manifest, plan: Plan) -> str:
    numbers = sum(map(math.prod, plan.form.layout().values()))
    with file.open("rb") as opened:
        digest = hashlib.file_digest(opened, "sha256").hexdigest()
    return (
        f"# {manifest.name}\n\n{manifest.summary}\n\n"
        f"- Licence, as stated when it was brought in: {manifest.licence}\n"
        f"- Original file: {_line(file.name, MAX_NAME)}, SHA-256 {digest}\n"
        f"- Numbers: {numbers / 1e6:.1f} million, a code of {2 * len(plan.form.widths)} rows of "
        f"{plan.form.w_dim}\n\n"
        "Nothing of the original file was run. Who made it, what it learned from and what may be "
        "done with its pictures is not known to Easel.\n"
    )


def _line(text: str, longest: int) -> str:
    """One printable line."""
    shown = "".join(c if c.isprintable() else " " for c in text)
    return " ".join(shown.split())[:longest].strip()


def _write(path: Path, text: str) -> None:
    with path.open("xb") as file:
        file.write(text.encode())
        _settle(file)


def _settle(file: BinaryIO) -> None:
    file.flush()
    os.fsync(file.fileno())
