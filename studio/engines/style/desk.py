"""What an engine of the style room has at hand: models, pictures, manners. For one thread."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from pathlib import Path
from typing import Generic, TypeVar

from torch import Tensor

from studio.engines.style.content import Content
from studio.engines.style.opened import OpenStyles, StyleModel
from studio.errors import StudioError
from studio.library.incoming import MAX_PIXELS, open_picture
from studio.recipes.style import Manner
from studio.shelf import Shelf

V = TypeVar("V")
Find = Callable[[str], Path]

CODES, CONTENTS = 32, 3  # how many are remembered


class Recent(Generic[V]):
    """The values of the last few keys that were asked for."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._known: OrderedDict[Hashable, V] = OrderedDict()

    def get(self, key: Hashable, make: Callable[[], V]) -> V:
        """The value of `key`, made where it is not known."""
        if key not in self._known:
            made = make()
            while len(self._known) >= self._most:
                self._known.popitem(last=False)
            self._known[key] = made
        self._known.move_to_end(key)
        return self._known[key]


class Desk:
    """Opens models and pictures and reads manners; remembers the last few of each.

    longest: pixels on the longer side in which pictures are remembered. Where 0 they are opened as
        they are and not remembered, since a large one takes a lot of memory.
    """

    def __init__(self, longest: int = 0) -> None:
        self._models = OpenStyles()
        self._longest = longest
        self._codes: Recent[Tensor] = Recent(CODES)
        self._contents: Recent[Content] = Recent(CONTENTS)

    def model(self, model_id: str, shelf: Shelf) -> StyleModel:
        """StudioError where it is not there or is damaged."""
        return self._models.get(model_id, shelf)

    def content(self, reference: str, find: Find) -> Content:
        """The picture of a reference. StudioError where it is gone or cannot be read."""

        if not self._longest:
            return Content.of(find(reference))
        return self._contents.get(
            reference, lambda: Content.of(find(reference)).smaller(self._longest)
        )

    def code(
        self, manners: tuple[Manner, ...], shares: tuple[float, ...], model: StyleModel, find: Find
    ) -> Tensor:
        """The manners of a recipe as one code [D]; those without a share are not looked at."""
        used = [(one, share) for one, share in zip(manners, shares, strict=True) if share > 0.0]
        codes = [self._one(manner, model, find) for manner, _ in used]
        return model.mixed(codes, [share for _, share in used])

    def _one(self, manner: Manner, model: StyleModel, find: Find) -> Tensor:
        if manner.style:
            return model.learned(manner.style)

        def read() -> Tensor:
            return model.read(open_picture(find(manner.picture)))

        return self._codes.get((model, manner.picture), read)


def result_size(size: tuple[int, int], longest: int) -> tuple[int, int]:
    """(width, height) of a result: the picture's own, or so that its longer side is `longest`.

    StudioError where that is more than Easel could open again.
    """
    scale = longest / max(size) if longest else 1.0
    width, height = (max(1, round(side * scale)) for side in size)
    if width * height > MAX_PIXELS:
        raise StudioError(
            f"{width:,} x {height:,} pixels are more than Easel can paint.",
            "Choose a smaller size.",
        )
    return width, height
