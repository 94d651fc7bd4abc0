"""The models on this computer: those built in, and folders that the artist has added."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import chain, count
from pathlib import Path

from studio.errors import StudioError
from studio.paths import builtin_models, data_dir
from studio.recipes import PictureRecipe
from studio.shelf.inspect import (
    MODEL_INDEX,
    check_diffusers_folder,
    check_latent_folder,
    check_style_folder,
    check_tune_folder,
)
from studio.shelf.manifest import (
    MANIFEST,
    Effort,
    LatentTraits,
    Manifest,
    PictureTraits,
    SliderPart,
    SoundTraits,
    StyleTraits,
    TuneTraits,
    read_manifest,
)
from studio.shelf.schedulers import schedulers_for
from studio.shelf.sounds import is_sound, sound_manifest


@dataclass(frozen=True)
class Model:
    """A model and where it lies."""

    manifest: Manifest
    folder: Path
    builtin: bool

    @property
    def id(self) -> str:
        return self.manifest.id

    @property
    def name(self) -> str:
        return self.manifest.name

    @property
    def version(self) -> str:
        return self.manifest.version

    @property
    def summary(self) -> str:
        return self.manifest.summary

    @property
    def licence(self) -> str:
        return self.manifest.licence

    @property
    def may(self) -> str:
        return self.manifest.may

    @property
    def picture(self) -> PictureTraits:
        """What it can do with words. StudioError where it does not draw."""
        if self.manifest.kind != "picture":
            raise StudioError(
                f"“{self.name}” does not draw from words.", "Choose a model of the picture room."
            )
        return self.manifest.picture

    @property
    def latent(self) -> LatentTraits:
        """What its space of pictures is made of. StudioError where it has none."""
        if self.manifest.latent is None:
            raise StudioError(
                f"“{self.name}” has no sliders.", "Choose a model of the sliders' room."
            )
        return self.manifest.latent

    @property
    def style(self) -> StyleTraits:
        """What it knows of styles. StudioError where it is no painter."""
        if self.manifest.style is None:
            raise StudioError(
                f"“{self.name}” does not paint in styles.", "Choose a model of the style room."
            )
        return self.manifest.style

    @property
    def tune(self) -> TuneTraits:
        """What it knows of tunes. StudioError where it composes none."""
        if self.manifest.tune is None:
            raise StudioError(
                f"“{self.name}” does not compose tunes.", "Choose a model of the music room."
            )
        return self.manifest.tune

    @property
    def sound(self) -> SoundTraits:
        """What it can do with sound. StudioError where it makes none."""
        if self.manifest.sound is None:
            raise StudioError(
                f"“{self.name}” does not make sound from words.", "Choose a model that does."
            )
        return self.manifest.sound

    def with_found(self, sliders: tuple[str, ...]) -> Model:
        """The same with sliders that its folder does not tell of, since they are found anew."""
        parts = tuple(
            SliderPart(id=name, name=name[:1].upper() + name[1:], named=False) for name in sliders
        )
        latent = self.latent.model_copy(update={"sliders": parts})
        return replace(self, manifest=self.manifest.model_copy(update={"latent": latent}))


class Shelf:
    """Finds models by id. Adding a folder copies nothing: the model stays where it is.

    builtin: the folder that holds the built-in models, one folder each.
    added: the JSON file that remembers the folders that were added.
    """

    def __init__(self, builtin: Path, added: Path) -> None:
        self._builtin = builtin
        self._added = added

    @classmethod
    def default(cls) -> Shelf:
        return cls(builtin_models(), data_dir() / "models.json")

    def models(self, kind: str = "picture") -> list[Model]:
        """All models of a kind: the built-in ones, then the added ones by name.

        A damaged or vanished model is left out; `model` says what is wrong with it.
        """
        found = []
        for folder, builtin in self._folders():
            try:
                model = self._read(folder, builtin)
            except StudioError:
                continue
            if model.manifest.kind == kind:
                found.append(model)
        return sorted(found, key=lambda model: (not model.builtin, model.name.lower()))

    def model(self, model_id: str) -> Model:
        """The model of that id. StudioError where this computer does not have it."""
        for folder, builtin in self._folders():
            if builtin and _is_another(folder, model_id):
                continue
            if builtin or _folder_id(folder) == model_id or (folder / MANIFEST).is_file():
                try:
                    model = self._read(folder, builtin)
                except StudioError:
                    if _folder_id(folder) == model_id:
                        raise
                    continue
                if model.id == model_id:
                    return model
        name = model_id.split("/")[-1]
        raise StudioError(
            f"The model “{name}” is not on this computer.",
            "Add its folder again, or choose another model.",
        )

    def add_folder(self, folder: Path) -> Model:
        """Put a model folder on the shelf, where it lies. StudioError where it is no model."""
        folder = folder.expanduser().absolute()
        if not _is_ours(folder):
            check_diffusers_folder(folder)
        model = self._read(folder, builtin=False)
        known = self._remembered()
        if folder not in known and folder.parent != self._builtin.absolute():
            self._remember([*known, folder])
        return model

    def add_checkpoint(
        self,
        file: Path,
        name: str = "",
        licence: str = "",
        progress: Callable[[float, str], None] = lambda done, note: None,
        kind: int | None = None,
        folder: Path | None = None,
    ) -> Model:
        """Make a model of a GAN's checkpoint and put it on the shelf; the file stays as it is.

        folder: where to write the model, a new folder; beside the list of models where None.

        The other arguments and the errors are those of `studio.shelf.conversion.convert`; nothing
        is left of a failure.
        """
        from studio.shelf.conversion import convert, slug_of

        file = file.expanduser().absolute()
        own = self._added.parent / "models"
        slug = slug_of(name or file.stem)
        names = chain([slug], (f"{slug}-{number}" for number in count(2)))
        if folder is None:
            folder = next(own / name for name in names if not (own / name).exists())
        folder = folder.expanduser().absolute()
        convert(file, folder, name=name, licence=licence, kind=kind, progress=progress)
        try:
            return self.add_folder(folder)
        except StudioError:
            shutil.rmtree(folder, ignore_errors=True)
            raise

    def remove(self, model_id: str) -> None:
        """Take an added folder off the shelf. Its files stay untouched."""
        kept = [
            folder
            for folder in self._remembered()
            if _folder_id(folder) != model_id and _manifest_id(folder) != model_id
        ]
        self._remember(kept)

    def complete(self, recipe: PictureRecipe) -> PictureRecipe:
        """Fill in what the recipe leaves to its model, so that it can be repeated later."""
        return completed(recipe, self.model(recipe.model).picture)

    def _folders(self) -> list[tuple[Path, bool]]:
        try:
            builtin = sorted(folder for folder in self._builtin.iterdir() if folder.is_dir())
        except OSError:
            builtin = []
        return [(folder, True) for folder in builtin] + [
            (folder, False) for folder in self._remembered()
        ]

    def _read(self, folder: Path, builtin: bool) -> Model:
        if (folder / MANIFEST).is_file():
            manifest = read_manifest(folder)
        else:
            manifest = _describe(folder, check_diffusers_folder(folder))
        if manifest.kind == "latent":
            check_latent_folder(folder)
        elif manifest.style is not None:
            check_style_folder(folder, manifest.style)
        elif manifest.kind == "tune":
            check_tune_folder(folder)
        elif manifest.kind == "picture" and not manifest.picture.schedulers:
            picture = manifest.picture.model_copy(update={"schedulers": schedulers_for(folder)})
            manifest = manifest.model_copy(update={"picture": picture})
        return Model(manifest, folder, builtin)

    def _remembered(self) -> list[Path]:
        try:
            return [Path(entry) for entry in json.loads(self._added.read_text("utf-8"))["folders"]]
        except (OSError, ValueError, KeyError, TypeError):
            return []

    def _remember(self, folders: list[Path]) -> None:
        text = json.dumps({"folders": [str(folder) for folder in folders]}, indent=1)
        try:
            self._added.parent.mkdir(parents=True, exist_ok=True)
            fresh = self._added.with_name(f"{self._added.name}.{os.getpid()}.new")
            fresh.write_text(text, "utf-8")
            fresh.replace(self._added)
        except OSError as error:
            raise StudioError(
                "The list of models cannot be written.",
                "Make room on the disk, or look whether your own folder may be written to.",
            ) from error


def _is_ours(folder: Path) -> bool:
    """Whether its own manifest says that it is of one of Easel's kinds, not a diffusers folder."""
    here = (folder / MANIFEST).is_file()
    return here and read_manifest(folder).kind not in ("picture", "sound")


def completed(recipe: PictureRecipe, traits: PictureTraits) -> PictureRecipe:
    """The recipe with what it leaves to its model filled in."""
    effort = effort_of(traits, recipe)
    width, height = traits.output_size
    return recipe.model_copy(
        update={
            "width": recipe.width or width,
            "height": recipe.height or height,
            "steps": recipe.steps or effort.steps,
            "guidance": effort.guidance if recipe.guidance is None else recipe.guidance,
        }
    )


def _is_another(folder: Path, model_id: str) -> bool:
    """Whether a manifest names another model: then it need not be read and checked as a whole."""
    try:
        return bool(json.loads((folder / MANIFEST).read_text("utf-8"))["id"] != model_id)
    except (OSError, ValueError, KeyError, TypeError):
        return False


def effort_of(traits: PictureTraits, recipe: PictureRecipe) -> Effort:
    """How the quality that the recipe asks for is made by this model."""
    return traits.draft if recipe.quality == "draft" else traits.full


def _describe(folder: Path, pipeline: str) -> Manifest:
    """A manifest for a folder that brings none: what can be told from its files."""
    if is_sound(pipeline):
        return sound_manifest(folder, pipeline, _folder_id(folder))
    side = _native_side(folder)
    name = folder.name.replace("-", " ").replace("_", " ").strip() or pipeline
    return Manifest(
        id=_folder_id(folder),
        name=name,
        kind="picture",
        summary=f"A model of yours ({pipeline.removesuffix('Pipeline')}).",
        may="See the licence that came with this model.",
        picture=PictureTraits(native_size=(side, side), draft=Effort(steps=10)),
    )


def _native_side(folder: Path) -> int:
    """The side in pixels that the denoiser was trained on: its latent side times the VAE's 8."""
    for part in ("unet", "transformer"):
        try:
            config = json.loads((folder / part / "config.json").read_text("utf-8"))
            side = config.get("sample_size")
            if isinstance(side, int) and 4 <= side <= 256:
                return side * _vae_factor(folder)
        except (OSError, ValueError, AttributeError):
            continue
    return 1024


def _vae_factor(folder: Path) -> int:
    try:
        config = json.loads((folder / "vae" / "config.json").read_text("utf-8"))
        return int(2 ** (len(config["block_out_channels"]) - 1))
    except (OSError, ValueError, KeyError, TypeError):
        return 8


def _folder_id(folder: Path) -> str:
    """An id without the folder's path, which is nobody's business in a picture's metadata."""
    try:
        content = (folder / MODEL_INDEX).read_bytes()
    except OSError:
        content = b""
    sizes = sorted(
        f"{file.relative_to(folder).as_posix()} {file.stat().st_size}"
        for file in folder.glob("*/*.safetensors")
    )
    digest = hashlib.sha256(content + "\n".join(sizes).encode()).hexdigest()[:8]
    return f"local/{folder.name}-{digest}"


def _manifest_id(folder: Path) -> str:
    try:
        return read_manifest(folder).id
    except StudioError:
        return ""
