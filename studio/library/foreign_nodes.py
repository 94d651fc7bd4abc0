"""Reading a ComfyUI prompt: nodes by name, each with inputs that are values or ties to others.

{"3": {"class_type": "KSampler", "inputs": {"seed": 5, "positive": ["6", 0], …}}, …}. There is no
list of all nodes that people use, so this goes by the names of inputs: it looks for the node that
draws, and walks up its ties to the words, the size and the model.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

_MOST = 3_000  # nodes of one prompt
_WORDS = ("text", "text_g", "t5xxl", "clip_l", "prompt", "string", "value")
_MODELS = ("ckpt_name", "unet_name", "model_name")
_DRAWS = ("KSampler", "SamplerCustom")
_CHOOSES = "Select"  # in the name of nodes that only name a method

Node = dict[str, Any]


def read_nodes(nodes: dict[str, Any]) -> dict[str, Any] | None:
    """Values as `foreign` names them; None where this is no prompt of nodes."""
    known: dict[str, Node] = {
        name: node["inputs"]
        for name, node in list(nodes.items())[:_MOST]
        if isinstance(node, dict) and isinstance(node.get("inputs"), dict)
    }
    kinds = {name: str(nodes[name].get("class_type", "")) for name in known}
    if not known or not any(kinds.values()):
        return None
    drawing = [name for name in known if _draws(kinds[name])]
    # The last one that another drawing builds on says little; the first says what was asked for.
    drawing.sort(key=lambda name: sum(1 for _ in _above(known, name)))
    start = drawing[0] if drawing else ""
    above = [known[name] for name in _above(known, start)] if start else list(known.values())
    guide = _tied(known, known.get(start, {}), "guider") or start
    positive = _tied(known, known.get(guide, {}), "positive", "conditioning")
    negative = _tied(known, known.get(guide, {}), "negative")
    return {
        "prompt": _words(known, positive) if positive else _any_words(above),
        "negative": _words(known, negative) if "Zero" not in kinds.get(negative, "Zero") else "",
        "steps": _first(known, above, "steps"),
        "guidance": _first(known, above, "cfg", "guidance"),
        "seed": _first(known, above, "seed", "noise_seed"),
        "width": _first(known, above, "width"),
        "height": _first(known, above, "height"),
        "model": _first(known, above, *_MODELS),
        "method": _first(known, above, "sampler_name"),
        "additions": any("Lora" in kind or "ControlNet" in kind for kind in kinds.values()),
        "from a picture": any(
            "VAEEncode" in kinds[name] for name in (_above(known, start) if start else ())
        ),
    }


def _draws(kind: str) -> bool:
    return any(word in kind for word in _DRAWS) and _CHOOSES not in kind


def _above(known: dict[str, Node], start: str) -> Iterator[str]:
    """A node, and all that it is tied to, the nearest first."""
    seen, waiting = {start}, [start]
    while waiting:
        name = waiting.pop(0)
        yield name
        for value in known[name].values():
            other = _tie(known, value)
            if other and other not in seen:
                seen.add(other)
                waiting.append(other)


def _tie(known: dict[str, Node], value: object) -> str:
    """The node that an input is tied to, "" where it is a value."""
    if isinstance(value, list) and len(value) == 2 and str(value[0]) in known:
        return str(value[0])
    return ""


def _tied(known: dict[str, Node], node: Node, *names: str) -> str:
    return next((tie for name in names if (tie := _tie(known, node.get(name)))), "")


def _words(known: dict[str, Node], start: str) -> str:
    """The first words at a node or above it."""
    return _any_words([known[name] for name in _above(known, start)])


def _any_words(nodes: list[Node]) -> str:
    for node in nodes:
        for name in _WORDS:
            value = node.get(name)
            if isinstance(value, str) and value.strip():
                return value
    return ""


def _first(known: dict[str, Node], nodes: list[Node], *names: str) -> Any:
    """The first value of that name; one that is tied is looked for where the tie leads."""
    for node in nodes:
        for name in names:
            value = node.get(name)
            other = _tie(known, value)
            if other:
                inner = known[other]
                value = next(
                    (v for v in map(inner.get, (*names, "value", "int", "float")) if _plain(v)),
                    None,
                )
            if _plain(value):
                return value
    return None


def _plain(value: object) -> bool:
    return isinstance(value, int | float | str) and not isinstance(value, bool)
