"""What a model says of itself: `easel.json` in its folder."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from studio.errors import StudioError

MANIFEST = "easel.json"

Program = Annotated[int, Field(ge=0, le=127)]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class Credit(_Part):
    """A source of training data or code, with its licence."""

    name: str
    licence: str
    url: str = ""


class Style(_Part):
    """A manner of drawing that a model knows; `words` is what goes into the recipe."""

    id: str
    name: str
    words: str
    thumbnail: str = ""


class Effort(_Part):
    """How a quality is made. None leaves a number to the pipeline's own default.

    folder: a sub-folder whose denoiser takes the place of the pipeline's, or "".
    """

    steps: int | None = None
    guidance: float | None = None
    folder: str = ""


class UpscalerPart(_Part):
    """A network of ours in a sub-folder that enlarges every picture `scale` times."""

    folder: str
    scale: int = Field(ge=1, le=8)


class PictureTraits(_Part):
    """What a model that draws pictures from words can do.

    native_size: (width, height) in pixels that the pipeline itself draws best.
    call: fixed arguments of the pipeline's call.
    schedulers: (class, words) of the drawing methods that suit; found in the folder if empty.
    latent_preview: matrix of 3 or 4 rows (R, G, B, alpha in 0..1) by latent channels + 1 (bias).
    """

    native_size: tuple[int, int] = (512, 512)
    alpha: bool = False
    call: dict[str, bool | int | float | str] = {}
    full: Effort = Effort()
    draft: Effort = Effort()
    upscaler: UpscalerPart | None = None
    latent_preview: list[list[float]] | None = None
    styles: tuple[Style, ...] = ()
    schedulers: tuple[tuple[str, str], ...] = ()

    @property
    def scale(self) -> int:
        return self.upscaler.scale if self.upscaler else 1

    @property
    def output_size(self) -> tuple[int, int]:
        """(width, height) of a finished picture in pixels, where the artist asks for none."""
        return self.native_size[0] * self.scale, self.native_size[1] * self.scale

    @property
    def shapes(self) -> tuple[tuple[str, int, int], ...]:
        """(name, width, height) of the shapes to offer: square, upright, wide; equal areas."""
        width, height = self.output_size
        if self.scale > 1:
            return (("Square", width, height),)
        long, short = _step(width * 1.225), _step(height / 1.225)
        return (("Square", width, height), ("Upright", short, long), ("Wide", long, short))


class SliderPart(_Part):
    """A slider of a latent model: a direction among its pictures, and what its ends look like.

    id: what recipes and the command line say ("hair length").
    name, low, high: words for the slider and its two ends.
    group: sliders of one group stand together ("Face").
    named: whether it is sold under its name; else it was found without labels, and the artist
        may name it.
    accuracy: how often an independent judge sees at the slider's ends what they promise, 0..1.
    purity: how little the other named sliders' properties move along, 1 - leak, 0..1.
    """

    id: str = Field(min_length=1, max_length=80)
    name: str
    low: str = ""
    high: str = ""
    group: str = ""
    named: bool = True
    accuracy: float | None = None
    purity: float | None = None


class LatentTraits(_Part):
    """What a model with a space of pictures to move in is made of (docs/latent-models.md).

    family: which networks of `studio.engines.latent` take the weights.
    generator, encoder: the networks' configurations; no encoder where None.
    size: the picture's side in pixels.
    layers, dim: shape of the numbers of one picture, the code.
    subject: what one picture shows, in the singular ("character").
    sliders: in the order of the rows of directions.safetensors.
    """

    family: Literal["vae", "style-gan", "flat-gan"]
    generator: dict[str, bool | int | float | str | list[int]] = {}
    encoder: dict[str, bool | int | float | str | list[int]] | None = None
    size: int = Field(ge=16, le=2048)
    layers: int = Field(ge=1, le=64)
    dim: int = Field(ge=2, le=4096)
    subject: str = "picture"
    sliders: tuple[SliderPart, ...] = ()


class LearnedStyle(_Part):
    """A style that a model has learned.

    id: what recipes and the command line say ("swirls"). name: in the window.
    after: whose work it was learned from, where that is certain ("Vincent van Gogh, …").
    thumbnail: file in the model's folder: a picture of ours in that style.
    """

    id: str = Field(min_length=1, max_length=80)
    name: str
    after: str = ""
    thumbnail: str = ""


class StyleTraits(_Part):
    """What a model that paints pictures in the manner of others is made of.

    painter: the network's configuration.
    styles: in the order of the rows of "codes" in styles.safetensors.
    any_picture: whether it can paint like a picture that it has never seen.
    """

    painter: dict[str, bool | int | float | str | list[int]] = {}
    styles: tuple[LearnedStyle, ...] = ()
    any_picture: bool = True


class TuneMood(_Part):
    """A mood that a model composes in.

    id: what recipes and the command line say ("calm"). name: in the window.
    words: what it is like, for those who cannot hear it yet.
    instruments: who usually plays melody, bass, chords and drums: General MIDI from 0, and a kit.
    """

    id: str = Field(min_length=1, max_length=40)
    name: str = ""
    words: str = ""
    instruments: tuple[Program, Program, Program, Program] = (0, 32, 0, 0)


class TuneTraits(_Part):
    """What a model that composes tunes is made of.

    writer: the network's configuration.
    moods: in the order in which they are offered.
    """

    writer: dict[str, bool | int | float | str | list[int]] = {}
    moods: tuple[TuneMood, ...] = ()


class SoundTraits(_Part):
    """What a model that makes finished sound from words can do.

    call: fixed arguments of the pipeline's call. full: how it is made best.
    longest: seconds of sound that it makes at most.
    sings: whether it takes words to be sung.
    guided: whether it can be told how closely to follow the words.
    leaves_out: whether it can be told what not to make.
    """

    call: dict[str, bool | int | float | str] = {}
    full: Effort = Effort()
    longest: float = Field(default=30.0, gt=0.0, le=3600.0)
    sings: bool = False
    guided: bool = True
    leaves_out: bool = True


class Manifest(_Part):
    """A model: who it is, what it does, and what its licence permits, in plain words."""

    id: str
    name: str
    version: str = ""
    kind: Literal["picture", "latent", "style", "tune", "sound"]
    format: Literal["diffusers", "easel-latent", "easel-style", "easel-tune"] = "diffusers"
    summary: str = ""
    licence: str = "unknown"
    may: str = ""
    credits: tuple[Credit, ...] = ()
    picture: PictureTraits = PictureTraits()
    latent: LatentTraits | None = None
    style: StyleTraits | None = None
    tune: TuneTraits | None = None
    sound: SoundTraits | None = None

    @model_validator(mode="after")
    def _has_traits(self) -> Manifest:
        if (self.kind == "latent") != (self.latent is not None):
            raise ValueError("a model of kind latent describes its latent space")
        if (self.kind == "style") != (self.style is not None):
            raise ValueError("a model of kind style describes its styles")
        if (self.kind == "tune") != (self.tune is not None):
            raise ValueError("a model of kind tune describes its network and moods")
        if (self.kind == "sound") != (self.sound is not None):
            raise ValueError("a model of kind sound describes what it makes")
        return self


def read_manifest(folder: Path) -> Manifest:
    """Read a folder's manifest. StudioError where it is damaged; the caller asks if it is there."""
    try:
        return Manifest.model_validate_json((folder / MANIFEST).read_text("utf-8"))
    except (OSError, ValidationError, ValueError) as error:
        raise StudioError(
            f"The description of the model in “{folder.name}” is damaged.",
            "Remove the model and add it again.",
        ) from error


def _step(side: float) -> int:
    """The nearest side that every pipeline can draw: a multiple of 64 pixels."""
    return max(64, round(side / 64) * 64)
