"""``python -m studio.training picture --data DIR --work DIR``: make a built-in model again."""

from __future__ import annotations

import argparse
import os
from pathlib import Path

STAGES = ("data", "autoencoder", "upscaler", "denoiser", "distil", "pack", "evaluate")


def parser() -> argparse.ArgumentParser:
    """The command line."""
    top = argparse.ArgumentParser(prog="python -m studio.training", description=__doc__)
    models = top.add_subparsers(dest="model", required=True)
    picture = models.add_parser("picture", help="the built-in picture model")
    picture.add_argument("--data", type=Path, nargs="+", default=[], help="folders of drawings")
    picture.add_argument("--work", type=Path, required=True, help="checkpoints, sheets and logs")
    picture.add_argument("--config", default="small", choices=("small", "full", "tiny"))
    picture.add_argument("--stage", default="all", choices=(*STAGES, "all"))
    picture.add_argument("--minutes", type=float, help="time budget of the chosen stage")
    picture.add_argument("--start", type=Path, help="a packed model to go on from")
    picture.add_argument("--out", type=Path, default=Path("models/stickers"), help="for pack")
    picture.add_argument("--threads", type=int, default=0)
    return top


def main(arguments: list[str] | None = None) -> int:
    """Run the chosen stages in their order. Every stage goes on where it was stopped."""
    os.environ.setdefault("OMP_WAIT_POLICY", "passive")
    options = parser().parse_args(arguments)
    from studio.training.picture import stages

    stages.run(options)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
