"""What a folder that makes sound can do, and what its licence permits: told from its own files.

Three families are known by the class in model_index.json: ACE-Step 1.5 (arXiv 2602.00744), Stable
Audio Open (arXiv 2407.14358) and Stable Audio 3 (arXiv 2605.17991).
"""

from __future__ import annotations

import json
import math
import re
from pathlib import Path
from typing import Any

from studio.errors import StudioError
from studio.shelf.manifest import Effort, Manifest, SoundTraits

ACE_STEP, STABLE_AUDIO, STABLE_AUDIO_3 = (
    "AceStepPipeline",
    "StableAudioPipeline",
    "StableAudio3Pipeline",
)
SOUND_PIPELINES = (ACE_STEP, STABLE_AUDIO, STABLE_AUDIO_3)
_NAMES = {
    ACE_STEP: "ACE-Step",
    STABLE_AUDIO: "Stable Audio",
    STABLE_AUDIO_3: "Stable Audio 3",
}
_ACE_LONGEST = 600.0  # seconds; what its makers trained it for
_STABLE_3_LONGEST = 384.0  # seconds, where its folder does not say
_KNOWN_LICENCES = {
    "mit": ("MIT", "You may use and sell what it makes."),
    "apache-2.0": ("Apache-2.0", "You may use and sell what it makes."),
    "cc-by-nc-4.0": ("CC BY-NC 4.0", "What it makes must not be sold."),
    "cc-by-nc-sa-4.0": ("CC BY-NC-SA 4.0", "What it makes must not be sold."),
}
_STABILITY = "Stability AI Community License"
_STABILITY_MAY = (
    "Free, also to sell, for those who earn less than 1,000,000 US dollars a year; read its "
    "licence before you sell what it makes."
)
_UNKNOWN_MAY = "See the licence that came with this model before you publish what it makes."
_CARD_READ = 20_000  # characters of a model card that are looked through


def is_sound(pipeline: str) -> bool:
    """Whether a diffusers folder of this class makes sound.

    StudioError where it does, but in a way that Easel does not know.
    """
    if pipeline in SOUND_PIPELINES:
        return True
    if re.search(r"Audio|Music", pipeline):
        raise StudioError(
            f"This model makes sound in a way that Easel does not know ({pipeline}).",
            "Choose one of ACE-Step 1.5, Stable Audio Open or Stable Audio 3.",
        )
    return False


def sound_manifest(folder: Path, pipeline: str, model_id: str) -> Manifest:
    """A manifest for a folder of one of `SOUND_PIPELINES` that brings none."""
    licence, may = licence_of(folder)
    name = folder.name.replace("-", " ").replace("_", " ").strip() or _NAMES[pipeline]
    return Manifest(
        id=model_id,
        name=name,
        kind="sound",
        summary=f"A model of yours ({_NAMES[pipeline]}).",
        licence=licence,
        may=may,
        sound=sound_traits(folder, pipeline),
    )


def sound_traits(folder: Path, pipeline: str) -> SoundTraits:
    """What a model of this class can do; numbers that its folder leaves open are the usual ones."""
    if pipeline == ACE_STEP:
        # Its makers: 8 steps without guidance where that was distilled ("turbo"), else 30 to 60.
        turbo = _is_turbo(_config(folder, "transformer"))
        effort = Effort(steps=8, guidance=1.0) if turbo else Effort(steps=50, guidance=7.0)
        return SoundTraits(
            full=effort, longest=_ACE_LONGEST, sings=True, guided=not turbo, leaves_out=False
        )
    if pipeline == STABLE_AUDIO:
        return SoundTraits(full=Effort(steps=100, guidance=7.0), longest=_stable_longest(folder))
    embedder = _config(folder, "duration_embedder")
    scheduler = _config(folder, "scheduler", "scheduler_config.json")
    distilled = scheduler.get("stochastic_sampling") is True
    return SoundTraits(
        full=Effort(steps=8, guidance=1.0) if distilled else Effort(steps=100, guidance=7.0),
        longest=_number(embedder.get("max_val"), _STABLE_3_LONGEST),
        guided=not distilled,
        leaves_out=not distilled,
    )


def licence_of(folder: Path) -> tuple[str, str]:
    """(licence, what it permits in plain words) as the model's own card says.

    The card is README.md, which begins with lines of "key: value" between two rows of dashes:
    https://huggingface.co/docs/hub/model-cards#model-card-metadata. Where it names no licence that
    is known here, nothing is promised.
    """
    said = _card(folder)
    names = [said.get(key, "") for key in ("license", "license_name")]
    for name in names:
        if name.lower() in _KNOWN_LICENCES:
            return _KNOWN_LICENCES[name.lower()]
    told = names[1] if names[0].lower() in ("", "other") else names[0]
    if "stab" in told.lower() and "community" in told.lower():
        return _STABILITY, _STABILITY_MAY
    return told or "unknown", _UNKNOWN_MAY


def product(numbers: object, otherwise: int) -> int:
    """The product of a list of whole numbers from 1 to 4096; `otherwise` where it is none."""
    if not isinstance(numbers, list) or not numbers:
        return otherwise
    if not all(type(one) is int and 1 <= one <= 4096 for one in numbers):
        return otherwise
    return math.prod(numbers)


def _card(folder: Path) -> dict[str, str]:
    try:
        with (folder / "README.md").open(encoding="utf-8", errors="replace") as file:
            text = file.read(_CARD_READ)
    except OSError:
        return {}
    head = re.match(r"---\s*\n(.*?)\n---\s*(?:\n|$)", text, re.DOTALL)
    if not head:
        return {}
    lines = re.findall(r"^([\w-]+):[ \t]*(\S.{0,80}?)[ \t]*$", head[1], re.MULTILINE)
    return {key: value.strip("\"'") for key, value in lines}


def _is_turbo(config: dict[str, Any]) -> bool:
    return config.get("is_turbo") is True or config.get("model_version") == "turbo"


def _stable_longest(folder: Path) -> float:
    """Seconds that Stable Audio Open fills: its latents' length, within what it can be told."""
    frames = _number(_config(folder, "transformer").get("sample_size"), 1024)
    vae = _config(folder, "vae")
    hop = product(vae.get("downsampling_ratios"), 2048)
    fills = frames * hop / _number(vae.get("sampling_rate"), 44_100)
    told = _number(_config(folder, "projection_model").get("max_value"), 512.0)
    return min(fills, told, 3600.0)


def _number(value: object, otherwise: float) -> float:
    good = isinstance(value, int | float) and not isinstance(value, bool) and 0 < value < 1e9
    return float(value) if good else otherwise  # type: ignore[arg-type]


def _config(folder: Path, part: str, name: str = "config.json") -> dict[str, Any]:
    try:
        found = json.loads((folder / part / name).read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}
