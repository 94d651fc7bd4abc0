"""The plain `parameters` text that the common picture tools write and read.

The form is that of AUTOMATIC1111's web UI (modules/infotext_utils.py there): the prompt, a line
with what to leave out, a line of named values.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any


def write(recipe: Mapping[str, Any], *, width: int, height: int, model: str, software: str) -> str:
    """The text for a recipe's values; "" for a recipe without a prompt.

    width, height: of the finished picture in pixels. Values the recipe lacks are left out.
    """
    prompt = _text(recipe.get("prompt"))
    if not prompt:
        return ""
    style = _text(recipe.get("style"))
    lines = [f"{prompt}, {style}" if style else prompt]
    negative = _text(recipe.get("negative"))
    if negative:
        lines.append(f"Negative prompt: {negative}")
    turns = recipe.get("turns") or []
    varied = turns[0] if len(turns) == 1 else {}  # the common tools know of one turn
    values = {
        "Steps": recipe.get("steps"),
        "Sampler": recipe.get("scheduler"),
        "CFG scale": recipe.get("guidance"),
        "Seed": recipe.get("seed"),
        "Size": f"{width}x{height}",
        "Model": model,
        "Variation seed": varied.get("seed"),
        "Variation seed strength": varied.get("amount"),
        "Version": software,
    }
    lines.append(
        ", ".join(f"{name}: {_value(value)}" for name, value in values.items() if _said(value))
    )
    return "\n".join(lines)


def _said(value: Any) -> bool:
    return value is not None and value != ""


def _text(value: Any) -> str:
    return value.strip().replace("\0", "") if isinstance(value, str) else ""


def _value(value: Any) -> str:
    text = f"{value:g}" if isinstance(value, float) else str(value)
    quoted = any(letter in text for letter in ',:\n"')
    return json.dumps(text, ensure_ascii=False) if quoted else text
