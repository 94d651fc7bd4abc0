"""Captions, said differently each time: label, tags, style, colour, background, word order."""

from __future__ import annotations

import random
import re

from studio.training.picture.colours import NAMES
from studio.training.picture.data import Entry

#: style of the data -> ways to ask for it; the first one is the one the window uses
STYLES: dict[str, tuple[str, ...]] = {
    "3d emoji": ("3d emoji", "3d style", "3d render", "3d", "3d sticker"),
    "glossy gradient emoji": ("glossy emoji", "glossy gradient emoji", "glossy style", "glossy"),
    "flat emoji": ("flat emoji", "flat style", "flat vector style", "flat", "flat sticker"),
    "noto emoji": ("noto emoji", "noto style", "noto", "cartoon emoji"),
    "blob emoji": ("blob emoji", "blob style", "blob", "round blob emoji"),
    "twitter emoji": ("twemoji", "twitter emoji", "twemoji style", "simple emoji"),
    "emojione emoji": ("emojione emoji", "emojione style", "emojione", "soft emoji"),
    "firefox emoji": ("firefox emoji", "fxemoji", "firefox style"),
    "outlined emoji": ("outlined emoji", "outline style", "outlined", "outlined cartoon"),
    "black silhouette game icon": (
        "black silhouette", "silhouette", "black silhouette game icon", "silhouette icon",
    ),
    "pixel art monster": ("pixel art monster", "pixel art", "pixel art creature", "pixel style"),
    "pixel art item": ("pixel art item", "pixel art", "pixel style", "pixel art object"),
    "pixel art effect": ("pixel art effect", "pixel art", "pixel style"),
}  # fmt: skip

#: for style names that are things ("3d emoji") and for those that are not ("flat")
_THING = (
    "{subject}, {style}", "{subject}, {style}", "{style}, {subject}", "{style} of {subject}",
    "a {style} of {subject}", "{subject} as {style}", "{subject} {style}",
)  # fmt: skip
_MANNER = (
    "{subject}, {style}", "{subject}, {style}", "{style}, {subject}", "{style} {subject}",
    "{subject} in the {style} style", "{subject} in {style} style",
)  # fmt: skip
_THINGS = ("emoji", "sticker", "render", "icon", "silhouette", "monster", "item", "creature",
           "object", "effect", "cartoon", "twemoji", "fxemoji", "art")  # fmt: skip
_ENDINGS = ("sticker", "transparent background", "on a transparent background", "cut out", "icon",
            "isolated", "on a plain background")  # fmt: skip
_NO_ARTICLE = re.compile(r"^(the|a|an|two|three|no)\b|\b(hands|glasses|clouds|s)$")


def with_article(text: str, pick: random.Random) -> str:
    """Sometimes "a", "an" or "the" in front."""
    if pick.random() < 0.55 or _NO_ARTICLE.search(text):
        return text
    if pick.random() < 0.15:
        return f"the {text}"
    return f"an {text}" if text[0] in "aeiou" else f"a {text}"


def without_colours(caption: str) -> str:
    """The caption without colour words; as it was when nothing would be left."""
    rest = [w for w in caption.split() if w not in NAMES]
    return " ".join(rest) or caption


def subject_of(entry: Entry, colours: list[str], recoloured: bool, pick: random.Random) -> str:
    """What is drawn, in words. A recoloured drawing always has its colour said."""
    caption = without_colours(entry.caption) if recoloured else entry.caption
    tags = [t for t in entry.tags if t.isascii() and t not in caption and len(t) > 2]
    if recoloured:
        tags = [t for t in tags if t not in NAMES]
    named = bool(set(caption.split()) & set(NAMES))
    dice = pick.random()
    if dice < 0.07 and len(tags) >= 2 and not recoloured:
        return ", ".join(pick.sample(tags, min(len(tags), pick.randint(2, 4))))
    text = caption
    if colours and not named and (recoloured or pick.random() < 0.22):
        colour = " and ".join(colours)
        if pick.random() < 0.75:
            text = with_article(f"{colour} {caption}", pick)
        else:
            text = f"{with_article(caption, pick)}, {colour}"
    else:
        text = with_article(caption, pick)
    if tags and dice > 0.82:
        extra = pick.sample(tags, min(len(tags), pick.randint(1, 2)))
        text = ", ".join([text, *extra])
    return text


def caption_of(
    entry: Entry, colours: list[str], pick: random.Random, recoloured: bool = False
) -> str:
    """One way to ask for this drawing."""
    subject = subject_of(entry, colours, recoloured, pick)
    style = pick.choice(STYLES.get(entry.style, (entry.style,)))
    text = subject
    if pick.random() > 0.12:
        templates = _THING if style.split()[-1] in _THINGS else _MANNER
        text = pick.choice(templates).format(subject=subject, style=style)
        text = text.replace("style style", "style")
    if pick.random() < 0.12:
        text = f"{text}, {pick.choice(_ENDINGS)}"
    return text


def plain_caption(entry: Entry) -> str:
    """The fixed wording that evaluation uses: caption, then the style's first name."""
    return f"{entry.caption}, {STYLES.get(entry.style, (entry.style,))[0]}"
