"""Reading how other programs say they made a picture, as far as Easel's own recipe can hold it.

The texts inside pictures of AUTOMATIC1111's web UI and those like it ("parameters":
modules/infotext_utils.py there), ComfyUI ("prompt": the nodes and what they are tied to) and
InvokeAI ("invokeai_metadata", before that "sd-metadata"). All of it comes from anywhere: sizes are
bounded, types are looked at, and what cannot be read is said in a sentence, never an error.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from studio.errors import StudioError
from studio.library.foreign_nodes import read_nodes
from studio.library.metadata import PARAMETERS_KEY
from studio.recipes import PictureRecipe
from studio.recipes.base import check
from studio.recipes.picture import MAX_SEED

_LONGEST = 200_000  # characters of one text
_PAIR = re.compile(r'\s*(\w[\w /-]{0,60}):\s*("(?:\\.|[^"\\])*"|[^,]*)(?:,|$)')
# How the others call the drawing methods that Easel offers.
_METHODS = {
    "euler": "EulerDiscreteScheduler",
    "eulera": "EulerAncestralDiscreteScheduler",
    "eulerancestral": "EulerAncestralDiscreteScheduler",
    "ddim": "DDIMScheduler",
    "unipc": "UniPCMultistepScheduler",
    "dpm++2m": "DPMSolverMultistepScheduler",
    "dpmpp2m": "DPMSolverMultistepScheduler",
}
_SCHEDULES = ("karras", "exponential", "sgm", "uniform", "simple", "automatic", "normal")


@dataclass(frozen=True)
class Foreign:
    """What another program said.

    origin: its name. model: the name of the model it used. title: the words it drew from, short.
    recipe: JSON of a `PictureRecipe`, "" where the words are missing or too long for one.
    lost: sentences on what Easel's recipe cannot hold.
    """

    origin: str
    model: str
    title: str
    recipe: str
    lost: tuple[str, ...]


def read(texts: Mapping[str, str]) -> Foreign | None:
    """What the texts of a picture say; None where they are none of another program's."""
    for keyword, reader in _READERS:
        text = texts.get(keyword, "")
        if text and len(text) <= _LONGEST:
            values = reader(text)
            if values is not None:
                return _as_recipe(values)
    if any(texts.get(keyword) for keyword in ("prompt", "workflow")):
        lost = ("How its parts were tied together is kept in the file, and not read by Easel.",)
        if "workflow" in texts and _json(texts["workflow"]) is not None:
            return Foreign("ComfyUI", "", "", "", lost)
    return None


def _a1111(text: str) -> dict[str, Any] | None:
    """AUTOMATIC1111's words: the prompt, what to leave out, a line of values."""
    as_json = _json(text)
    if as_json is not None:
        return _named("Fooocus", as_json) if "prompt" in as_json else None
    *lines, last = text.strip().split("\n")
    given = {name.strip().lower(): _unquoted(value) for name, value in _PAIR.findall(last[:20_000])}
    if "steps" not in given:
        lines.append(last)
        given = {}
    words, negative = "\n".join(lines), ""
    found = re.search(r"(?:^|\n)Negative prompt:", words)
    if found:
        words, negative = words[: found.start()], words[found.end() :]
    version = given.get("version", "")
    if version.startswith("Easel"):
        return None
    width, _, height = given.get("size", "").partition("x")
    return {
        "origin": _brand(version, given.get("app", "")),
        "prompt": words.strip(),
        "negative": negative.strip(),
        "steps": given.get("steps"),
        "guidance": given.get("cfg scale") or given.get("distilled cfg scale"),
        "seed": given.get("seed"),
        "width": width,
        "height": height,
        "model": given.get("model", ""),
        "method": given.get("sampler", ""),
        "additions": bool(given.get("lora hashes")) or "<lora:" in words,
        "from a picture": "denoising strength" in given and "hires upscale" not in given,
    }


def _brand(version: str, app: str) -> str:
    if app:
        return app[:40]
    if version.startswith("f"):
        return "Forge"
    return "ComfyUI" if version.lower().startswith("comfy") else "AUTOMATIC1111"


def _comfy(text: str) -> dict[str, Any] | None:
    nodes = _json(text)
    values = read_nodes(nodes) if nodes else None
    return None if values is None else {"origin": "ComfyUI", **values}


def _invoke(text: str) -> dict[str, Any] | None:
    values = _json(text)
    return None if values is None else _named("InvokeAI", values)


def _older_invoke(text: str) -> dict[str, Any] | None:
    values = _json(text) or {}
    image = values.get("image")
    if not isinstance(image, dict):
        return None
    prompt = image.get("prompt")
    if isinstance(prompt, list):  # of prompts and their weights
        parts = [each.get("prompt", "") for each in prompt[:20] if isinstance(each, dict)]
        prompt = ", ".join(part for part in parts if isinstance(part, str))
    return _named("InvokeAI", {**image, "prompt": prompt, "model": values.get("model_weights", "")})


_READERS = (
    ("invokeai_metadata", _invoke),
    ("sd-metadata", _older_invoke),
    (PARAMETERS_KEY, _a1111),
    ("prompt", _comfy),
)


def _named(origin: str, values: dict[str, Any]) -> dict[str, Any]:
    """Values under the names that InvokeAI and Fooocus give them."""
    model = values.get("model") or values.get("base_model")
    if isinstance(model, dict):
        model = model.get("name") or model.get("model_name")
    return {
        "origin": origin,
        "prompt": values.get("positive_prompt") or values.get("prompt"),
        "negative": values.get("negative_prompt"),
        "steps": values.get("steps"),
        "guidance": values.get("cfg_scale") or values.get("guidance_scale"),
        "seed": values.get("seed"),
        "width": values.get("width"),
        "height": values.get("height"),
        "model": model,
        "method": values.get("scheduler") or values.get("sampler"),
        "additions": bool(values.get("loras") or values.get("controlnets")),
        "from a picture": bool(values.get("init_image")),
    }


def _as_recipe(values: dict[str, Any]) -> Foreign:
    """Values, whatever they are, as a recipe where they fit one."""
    lost: list[str] = []
    model = _model(values.get("model"))
    words = _text(values.get("prompt"))
    fits: dict[str, Any] = {"model": model} if model else {}
    fits["negative"] = _short(values.get("negative"), "What to leave out", lost)
    fits |= _numbers(values, lost)
    method = _text(values.get("method"))
    scheduler = _METHODS.get(_method_key(method), "")
    if method and not scheduler:
        lost.append(f"Its drawing method “{method[:60]}” is none of Easel's.")
    if values.get("additions"):
        lost.append("It was drawn with additions to the model, such as a LoRA.")
    if values.get("from a picture"):
        lost.append("It was drawn over another picture.")
    recipe = title = ""
    if words:
        title = PictureRecipe(prompt=words[:2000]).title
        try:
            made = check(PictureRecipe, {**fits, "prompt": words, "scheduler": scheduler})
            recipe = json.dumps(
                json.loads(made.to_json()), ensure_ascii=False, separators=(",", ":")
            )
        except StudioError as error:
            lost.append(f"{error.what}")
    return Foreign(_text(values["origin"]), model, title, recipe, tuple(lost))


def _numbers(values: dict[str, Any], lost: list[str]) -> dict[str, Any]:
    fits: dict[str, Any] = {}
    steps, guidance = _number(values.get("steps")), _number(values.get("guidance"))
    if steps is not None:
        if 1 <= steps <= 150:
            fits["steps"] = int(steps)
        else:
            lost.append(f"It took {steps:,.0f} steps, more than Easel takes.")
    if guidance is not None:
        if 1 <= guidance <= 20:
            fits["guidance"] = guidance
        else:
            lost.append(f"Easel cannot follow words as it did ({guidance:g}).")
    seed = _whole(values.get("seed"))
    if seed is not None:
        if 0 <= seed <= MAX_SEED:
            fits["seed"] = seed
        else:
            lost.append(f"Its starting point ({str(seed)[:30]}) is no number that Easel counts to.")
    width, height = _whole(values.get("width")), _whole(values.get("height"))
    if width and height:
        if all(64 <= side <= 2048 and side % 8 == 0 for side in (width, height)):
            fits |= {"width": width, "height": height}
        else:
            lost.append(f"Easel does not draw at its size, {width} x {height} pixels.")
    return fits


def _short(value: object, what: str, lost: list[str]) -> str:
    text = _text(value)
    if len(text) > 2000:
        lost.append(f"{what} is too long for Easel: {len(text):,} letters.")
        return ""
    return text


def _model(value: object) -> str:
    """A model's name: without its folders and the end of its file's name."""
    name = _text(value).replace("\\", "/").rpartition("/")[2]
    return re.sub(r"\.(safetensors|ckpt|pth|pt|gguf)\Z", "", name)[:200]


def _method_key(method: str) -> str:
    plain = re.sub(r"[\s_-]", "", method.lower())
    for schedule in _SCHEDULES:  # they stand behind the method's name, with no part in it here
        plain = plain.removesuffix(schedule)
    return plain


def _json(text: str) -> dict[str, Any] | None:
    if not text.lstrip().startswith("{") or len(text) > 20 * _LONGEST:
        return None
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def _unquoted(value: str) -> str:
    value = value.strip()
    if value.startswith('"'):
        try:
            return str(json.loads(value))
        except (ValueError, RecursionError):
            return value.strip('"')
    return value


def _text(value: object) -> str:
    if not isinstance(value, str):
        return ""
    return value.encode("utf-8", "replace").decode().replace("\0", "").strip()


def _number(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        number = float(value if not isinstance(value, str) else value[:40])
    except (ValueError, OverflowError):
        return None
    return number if abs(number) < 1e15 else None


def _whole(value: object) -> int | None:
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return value if value.bit_length() < 200 else None
    if isinstance(value, str) and re.fullmatch(r"\s*-?\d{1,40}\s*", value, re.ASCII):
        return int(value)
    number = _number(value)
    return int(number) if number is not None and number == int(number) else None
