"""``python -m studio.training picture --data DIR --work DIR``: make a built-in model again."""

from __future__ import annotations

import argparse
import os
from importlib import import_module
from pathlib import Path

#: where the stages of each model are
STAGES_OF = {
    "picture": "picture.stages",
    "characters": "characters.stages",
    "gan": "gan.stages",
    "portraits": "gan.portraits.stages",
    "style": "style.stages",
    "music": "music.stages",
}
STAGES = ("data", "autoencoder", "upscaler", "denoiser", "distil", "pack", "evaluate")
GAN_STAGES = ("data", "warm", "mapping", "duel", "sliders", "pack", "evaluate")
GAN_EXTRA = ("strangers", "export", "import")

PORTRAITS_STAGES = ("data", "teach", "mapping", "polish", "encoder", "sliders", "pack", "evaluate")
MUSIC_STAGES = ("data", "model", "pack", "evaluate")
STYLE_STAGES = ("data", "painter", "pack", "evaluate")
CHARACTERS_STAGES = ("data", "vae", "judge", "pack", "evaluate", "figures")


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
    _characters(models.add_parser("characters", help="the VAE of drawn characters"))
    _gan(models.add_parser("gan", help="the GAN of flowers"))
    _portraits(models.add_parser("portraits", help="the GAN of drawn faces"))
    _style(models.add_parser("style", help="the painter of the style room"))
    _music(models.add_parser("music", help="the composer of tunes"))
    return top


def _music(music: argparse.ArgumentParser) -> None:
    music.add_argument("--data", type=Path, help="where the archives of scores and drums are")
    music.add_argument("--work", type=Path, required=True, help="data set, checkpoints, figures")
    music.add_argument("--config", default="small", choices=("small", "full", "tiny"))
    music.add_argument("--stage", default="all", choices=(*MUSIC_STAGES, "all"))
    music.add_argument("--minutes", type=float, help="time budget of the model, all runs together")
    music.add_argument("--workers", type=int, help="processes that train together")
    music.add_argument("--out", type=Path, default=Path("models/tunes"), help="for pack")
    music.add_argument("--threads", type=int, default=0)


def _style(style: argparse.ArgumentParser) -> None:
    style.add_argument("--data", type=Path, nargs="+", default=[], help="where the tars are")
    style.add_argument("--work", type=Path, required=True, help="checkpoints, sheets and logs")
    style.add_argument("--config", default="small", choices=("small", "full", "tiny"))
    style.add_argument("--stage", default="all", choices=(*STYLE_STAGES, "all"))
    style.add_argument(
        "--minutes", type=float, help="time budget of the painter, all runs together"
    )
    style.add_argument(
        "--make", default="painter", choices=("painter", "one-style", "any-style"),
        help="an older kind of network, to compare with",
    )  # fmt: skip
    style.add_argument("--begin", type=Path, help="folder of a checkpoint to begin from")
    style.add_argument("--workers", type=int, help="processes that train together")
    style.add_argument("--out", type=Path, default=Path("models/styles"), help="for pack")
    style.add_argument("--threads", type=int, default=0)


def _portraits(portraits: argparse.ArgumentParser) -> None:
    portraits.add_argument("--data", type=Path, help="the drawn faces' .npy")
    portraits.add_argument("--work", type=Path, required=True, help="checkpoints, sheets and logs")
    portraits.add_argument("--config", default="small", choices=("small", "tiny"))
    portraits.add_argument("--stage", default="all", choices=(*PORTRAITS_STAGES, "all"))
    portraits.add_argument("--minutes", type=float, help="time budget of the chosen stage")
    portraits.add_argument("--out", type=Path, default=Path("models/portraits"), help="for pack")
    portraits.add_argument("--threads", type=int, default=0)


def _gan(gan: argparse.ArgumentParser) -> None:
    gan.add_argument("--data", type=Path, help="flowers.tar")
    gan.add_argument("--work", type=Path, required=True, help="checkpoints, sheets and logs")
    gan.add_argument("--config", default="full", choices=("full", "tiny"))
    gan.add_argument("--stage", default="all", choices=(*GAN_STAGES, *GAN_EXTRA, "all"))
    gan.add_argument("--minutes", type=float, help="time budget of the chosen stage")
    gan.add_argument("--limit", type=int, default=0, help="at most so many pictures, to try it")
    gan.add_argument("--processes", type=int, default=0, help="0 is one for each core")
    gan.add_argument("--out", type=Path, default=Path("models/flowers"), help="for pack")
    gan.add_argument("--threads", type=int, default=0)


def _characters(characters: argparse.ArgumentParser) -> None:
    characters.add_argument("--packages", type=Path, help="where npm installed DiceBear")
    characters.add_argument("--work", type=Path, required=True, help="checkpoints, sheets, logs")
    characters.add_argument("--config", default="small", choices=("small", "full", "tiny"))
    characters.add_argument(
        "--stage", default="all", choices=(*CHARACTERS_STAGES, "portraits", "all"),
        help="portraits: draws the GAN's training set",
    )  # fmt: skip
    characters.add_argument("--minutes", type=float, help="time budget of the VAE")
    characters.add_argument("--workers", type=int, help="processes that train together")
    characters.add_argument("--out", type=Path, default=Path("models/characters"), help="for pack")
    characters.add_argument("--threads", type=int, default=0)


def main(arguments: list[str] | None = None) -> int:
    """Run the chosen stages in their order. Every stage goes on where it was stopped."""
    os.environ.setdefault("OMP_WAIT_POLICY", "passive")
    options = parser().parse_args(arguments)
    import_module(f"studio.training.{STAGES_OF[options.model]}").run(options)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
