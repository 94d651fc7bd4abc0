"""What the artist wants painted, and the way back through it. Plain state without a widget."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass, replace
from typing import Any, Literal, cast

from pydantic import ValidationError

from studio.errors import StudioError
from studio.recipes import (
    FinestRecipe,
    Manner,
    Recipe,
    StyleFilmRecipe,
    StyleRecipe,
    WalkRecipe,
    parse_recipe,
)
from studio.recipes.moving import MovingFormat
from studio.recipes.style import BUILTIN_STYLE_MODEL, MAX_MANNERS, MAX_SIDE
from studio.ui.widgets.pad import corner_weights

Colours = Literal["style", "mine", "matched"]

StyleKind = StyleRecipe | FinestRecipe | StyleFilmRecipe
MOST_STEPS = 200
MASK_REMEMBERED = 60_000  # characters; a larger mask is not taken along to the next start


@dataclass(frozen=True)
class Pick:
    """A style: one that the model has learned, or any picture (`Recipe.pictures`)."""

    style: str = ""
    picture: str = ""

    @property
    def key(self) -> str:
        """One word for both."""
        return self.picture or f"style:{self.style}"


@dataclass(frozen=True)
class Wish:
    """All that makes the picture.

    content: reference of the picture to paint. walk: or a path of the sliders' room, whose first
    picture `content` then is. picks: the styles, one in each corner of the pad at most.
    across, down: the point between them, 0..1. The rest as in the recipes.
    """

    model: str = BUILTIN_STYLE_MODEL
    content: str = ""
    walk: WalkRecipe | None = None
    picks: tuple[Pick | None, ...] = (None,) * MAX_MANNERS
    across: float = 0.5
    down: float = 0.5
    strength: float = 0.8
    brush: float = 0.0
    colours: Colours = "style"
    mask: str = ""
    feather: float = 0.2
    size: int = 0
    steadiness: float = 0.7
    format: MovingFormat = "mp4"

    @property
    def taken(self) -> list[int]:
        """The corners that have a style."""
        return [corner for corner, pick in enumerate(self.picks) if pick is not None]

    @property
    def chosen(self) -> list[Pick]:
        """The styles, in the order of their corners."""
        return [pick for pick in self.picks if pick is not None]

    @property
    def ready(self) -> bool:
        """Whether there is both something to paint and something to paint like."""
        return bool(self.content) and bool(self.taken)

    def weights(self) -> dict[int, float]:
        """The share of each taken corner; together 1."""
        return corner_weights(self.taken, self.across, self.down)

    def pick(self, pick: Pick | None) -> Wish:
        """Paint like this one alone."""
        return replace(self, picks=(pick, *(None,) * (MAX_MANNERS - 1)), across=0.5, down=0.5)

    def toggle(self, pick: Pick) -> Wish:
        """Add this one to the mix, or take it out; the same where all corners are taken."""
        if pick in self.picks:
            return self.put(self.picks.index(pick), None)
        free = [corner for corner, other in enumerate(self.picks) if other is None]
        return self.put(free[0], pick) if free else self

    def put(self, corner: int, pick: Pick | None) -> Wish:
        """Put a style into a corner, or take out what is there."""
        picks = list(self.picks)
        picks[corner] = pick
        return replace(self, picks=tuple(picks))

    # Recipes

    def still(self, words: str = "") -> StyleRecipe:
        """The picture; of a film its first frame."""
        return StyleRecipe(content=self.content, size=self.size, **self._shared(words))

    def finest(self, seed: int, words: str = "") -> FinestRecipe:
        """The picture, worked on for long."""
        return FinestRecipe(content=self.content, size=self.size, seed=seed, **self._shared(words))

    def film(self, words: str = "") -> StyleFilmRecipe:
        """The whole film."""
        content = "" if self.walk is not None else self.content
        return StyleFilmRecipe(
            content=content,
            walk=self.walk,
            size=self.size,
            steadiness=self.steadiness,
            format=self.format,
            **self._shared(words),
        )

    @classmethod
    def of(cls, recipe: StyleKind) -> Wish:
        """As a recipe has it; of a path `content` is empty, since its first picture is none."""
        parts = [part for part in zip(recipe.manners, recipe.shares, strict=True) if part[1] > 0]
        across, down = _point([share for _, share in parts])
        picks: list[Pick | None] = [Pick(one.style, one.picture) for one, _ in parts]
        return cls(
            content=recipe.content,
            walk=getattr(recipe, "walk", None),
            picks=tuple((picks + [None] * MAX_MANNERS)[:MAX_MANNERS]),
            across=across,
            down=down,
            **{name: getattr(recipe, name) for name in _SHARED},
            size=recipe.size,
            **{name: getattr(recipe, name) for name in _FILM if hasattr(recipe, name)},
        )

    def _shared(self, words: str) -> dict[str, Any]:
        weights = self.weights()
        manners = [
            Manner(style=pick.style, picture=pick.picture, weight=round(weights[corner], 4))
            for corner, pick in enumerate(self.picks)
            if pick is not None and weights[corner] > 5e-5
        ]
        return {
            "manners": tuple(manners),
            "words": words[:200],
            **{name: getattr(self, name) for name in _SHARED},
        }

    # From start to start

    def state(self) -> dict[str, Any]:
        """As JSON takes it."""
        values = asdict(replace(self, walk=None))
        if len(self.mask) > MASK_REMEMBERED:
            values["mask"] = ""
        if self.walk is not None:
            values["walk"] = self.walk.to_json()
        return values

    @classmethod
    def restored(cls, values: object) -> Wish:
        """What was remembered; a fresh one where that does not fit."""
        try:
            return _restored(cast(dict[str, Any], values))
        except (TypeError, ValueError, KeyError, StudioError, ValidationError):
            return cls()


_SHARED = ("model", "strength", "brush", "colours", "mask", "feather")
_FILM = ("steadiness", "format")
_NOWHERE = "source:" + "0" * 64


class History:
    """Where the artist has been. What a hand does while it moves is one step."""

    def __init__(self) -> None:
        self.wish = Wish()
        self._settled = self.wish
        self._back: list[Wish] = []
        self._on: list[Wish] = []

    @property
    def can_undo(self) -> bool:
        return bool(self._back)

    @property
    def can_redo(self) -> bool:
        return bool(self._on)

    def drift(self, wish: Wish) -> None:
        """Want this for the moment."""
        self.wish = wish

    def settle(self) -> bool:
        """The hand has let go; whether something is different from before."""
        if self.wish == self._settled:
            return False
        self._back = [*self._back, self._settled][-MOST_STEPS:]
        self._on = []
        self._settled = self.wish
        return True

    def begin(self, wish: Wish) -> None:
        """Start here, with no way back."""
        self.wish = self._settled = wish
        self._back, self._on = [], []

    def undo(self) -> bool:
        """One step back."""
        self.settle()
        return self._step(self._back, self._on)

    def redo(self) -> bool:
        """One step on again."""
        self.settle()
        return self._step(self._on, self._back)

    def _step(self, there: list[Wish], here: list[Wish]) -> bool:
        if not there:
            return False
        here.append(self._settled)
        self.wish = self._settled = there.pop()
        return True


def _restored(values: dict[str, Any]) -> Wish:
    picks = tuple(Pick(**one) if one else None for one in values["picks"])
    walk = values.get("walk")
    path: Recipe | None = parse_recipe(walk) if walk else None
    size = values["size"]
    if not isinstance(size, int) or not 0 <= size <= MAX_SIDE or len(picks) != MAX_MANNERS:
        raise ValueError(size)
    if path is not None and not isinstance(path, WalkRecipe):
        raise ValueError(walk)
    wish = Wish(**{**values, "picks": picks, "walk": path})
    if not (_is_part(wish.across) and _is_part(wish.down)):
        raise ValueError(wish.across)
    # The recipe itself knows best what fits
    tried = wish if wish.taken else wish.pick(Pick("any"))
    tried = replace(tried, content=wish.content or _NOWHERE)
    tried.still()
    tried.film()
    return wish


def _is_part(value: object) -> bool:
    return isinstance(value, int | float) and math.isfinite(value) and 0 <= value <= 1


def _point(shares: list[float]) -> tuple[float, float]:
    """The point of the pad with these shares; of four that fit no point, one near them."""
    match shares:
        case [_, second]:
            return second, 0.5
        case [first, second, third]:
            return second / (first + second), third / (first + third)
        case [_, second, third, fourth]:
            return second + fourth, third + fourth
    return 0.5, 0.5
