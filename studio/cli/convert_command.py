"""The command `easel convert`: a checkpoint of a GAN becomes a model of the sliders' room."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

from studio.cli.running import OK


def add_to(commands: Any) -> None:
    """Add the command to the subparsers of `easel`."""
    convert = commands.add_parser(
        "convert",
        help="bring in a GAN of your own (StyleGAN2)",
        description="Makes a model for the sliders of a StyleGAN2 checkpoint (.pkl, .pt, .pth or "
        ".safetensors). The file is only read; no program inside it is ever run.",
    )
    convert.add_argument("file", type=Path, metavar="FILE", help="the checkpoint")
    convert.add_argument("--name", default="", help="what to call the model")
    convert.add_argument(
        "--licence", default="", metavar="TEXT", help="what its maker permits, as they say it"
    )
    convert.add_argument(
        "--out",
        type=Path,
        metavar="DIR",
        help="make the model's folder here, a new one, instead of among Easel's own files",
    )
    convert.add_argument(
        "--class",
        dest="kind",
        type=int,
        metavar="NUMBER",
        help="which of its kinds of pictures, for a model that was trained on several",
    )
    convert.set_defaults(do=_convert)


def _convert(options: argparse.Namespace) -> int:
    from tqdm import tqdm

    from studio.shelf import Shelf

    with tqdm(
        total=100,
        bar_format="{desc}: {percentage:3.0f}% |{bar:24}|",
        disable=not sys.stderr.isatty(),
        leave=False,
    ) as bar:

        def progress(done: float, note: str) -> None:
            bar.set_description_str(note, refresh=False)
            bar.n = round(done * 100)
            bar.refresh()

        model = Shelf.default().add_checkpoint(
            options.file,
            options.name,
            options.licence,
            progress=progress,
            kind=options.kind,
            folder=options.out,
        )
    print(model.folder)
    print(f"It is called “{model.name}” now: easel slide {model.id}")
    return OK
