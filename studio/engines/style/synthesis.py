"""A picture made of the strokes of others, from coarse to fine, for as long as one likes.

Each round looks for every patch of the picture for the patch of the styles that fits best, and
lays these over one another (Kwatra et al. 2005; for the manner of a picture: Elad and Milanfar
2017). A patch fits where it goes on with what was painted so far, and where its own light and
colours are, seen from afar, those of the artist's picture there (Hertzmann et al. 2001, "Image
Analogies"). No network takes part: all that comes out was painted by the style's own hand.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator

import torch
import torch.nn.functional as F
from torch import Tensor

from studio.engines.base import Frame
from studio.engines.style.exemplars import Exemplars, Sheet
from studio.engines.style.guidance import Matter, resized
from studio.engines.style.patches import LEAST_SIDE, Store, Wanted, improve, lay, nearest
from studio.engines.style.pixels import frame, tensor

COARSEST = 44  # pixels; the longer side of the first level
STEP = math.sqrt(2.0)  # from level to level
QUICK = 2  # rounds of a level when the picture is first made
THOROUGH = 3  # the same in the first of the later passes
DEPTHS = 6, 4, 2, 1, 1, 0, 0  # levels that the later passes go back, in turn

KEPT = 0.15  # how much of the artist's picture is mixed in after a round, where it has detail
STIR = 0.08  # deviation of the noise that wakes up what is even, so that strokes come there
EVEN = 0.5  # how much a patch that is used often is shunned
LEAN = 1.0  # how soon a style that has more than its share costs more
NEAR = 7  # pixels within which patches count as the same then
BLENDED, SHARP = 1.0, 0.8  # spread of the patches that are laid, on the way and at the end


class Synthesis:
    """Works on one picture, round by round. Equal rounds give an equal picture.

    content: uint8 [H, W, 3], the artist's picture in the styles' colours, of the size at which
    it is worked on.
    """

    def __init__(self, content: Frame, styles: Exemplars, seed: int) -> None:
        height, width = content.shape[:2]
        self._size = max(width, LEAST_SIDE), max(height, LEAST_SIDE)
        self._content = resized(tensor(content), self._size)
        self._styles = styles
        self._seed = seed
        self._levels = max(0, math.ceil(math.log(max(self._size) / COARSEST, STEP))) + 1
        self._plan = self._rounds()
        self._level: _Level | None = None
        self._picture = self._content
        self._lean = torch.zeros(len(styles.shares))
        self._best: Tensor | None = None
        self._at_best: _Level | None = None
        self.rounds = 0
        self.fits: list[float] = []  # how well the patches fitted after each pass; less is better

    @property
    def picture(self) -> Frame:
        """The best there is: uint8 [h, w, 3], smaller than the content until `whole`."""
        return frame(self._picture if self._best is None else self._best)

    @property
    def whole(self) -> bool:
        """Whether the picture has come to its full size."""
        return self._best is not None

    def work(self, step: Callable[[], None] = lambda: None) -> None:
        """One round. step: is called now and then; what it raises stops the work."""
        number, last = next(self._plan)
        chance = torch.Generator().manual_seed((self._seed * 1_000_003 + self.rounds) % 2**63)
        if self._level is None or number != self._level.number:
            if self._level is not None:
                self._level.rest()
            self._level = self._go(number, chance)
        fit = self._level.work(chance, last, step)
        self._picture = self._level.picture
        self.rounds += 1
        if last:
            if self._best is None or fit < min(self.fits):
                self._best, self._at_best = self._picture, self._level
            self._picture, self._level = self._best, self._at_best
            self.fits.append(fit)

    def _rounds(self) -> Iterator[tuple[int, bool]]:
        """The level of each round (0 is full size), and whether that ends a pass."""
        start, times, later = self._levels - 1, QUICK, 0
        while True:
            for level in range(start, -1, -1):
                for turn in range(times):
                    yield level, level == 0 and turn == times - 1
            start = min(DEPTHS[later % len(DEPTHS)], self._levels - 1)
            times = THOROUGH + later // len(DEPTHS)
            later += 1

    def _go(self, number: int, chance: torch.Generator) -> _Level:
        width, height = (max(LEAST_SIDE, round(side * STEP**-number)) for side in self._size)
        content = resized(self._content, (width, height))
        level = _Level(number, content, self._styles, self._lean, chance)
        level.begin(resized(self._picture, (width, height)), self._level, chance)
        return level


class _Level:
    """The picture at one size."""

    def __init__(
        self,
        number: int,
        content: Tensor,
        styles: Exemplars,
        lean: Tensor,
        chance: torch.Generator,
    ) -> None:
        self.number = number
        self.picture = content
        self._content = content
        self._height, self._width = content.shape[2:]
        self._sheet = sheet = styles.sheet((self._width, self._height))
        self._matter = Matter(content, sheet, chance)
        self._guide = self._matter.guide(content)
        # The picture comes from a smaller one: sharp patches would not know it again.
        small = max(2, round(sheet.width / STEP)), max(2, round(sheet.height / STEP))
        blurred = resized(resized(sheet.colours, small), (sheet.width, sheet.height))
        self._patches: Store | None = self._matter.store(blurred)
        self._shares = torch.tensor(styles.shares)
        self._lean = lean
        self._fresh = True
        self._chosen: Tensor | None = None

    @property
    def _store(self) -> Store:
        if self._patches is None:
            self._patches = self._matter.store(self._sheet.colours)
        return self._patches

    def rest(self) -> None:
        """Give memory back while another level is worked on."""
        if not self._fresh:
            self._patches = None

    def begin(self, picture: Tensor, before: _Level | None, chance: torch.Generator) -> None:
        """picture: what to begin with. before: the level from which it comes."""
        lively = STIR * (1.0 - self._guide.detail)
        self.picture = picture + lively * torch.randn(picture.shape, generator=chance)
        if before is not None and before._chosen is not None:
            there = before._chosen.view(before._height, before._width)
            self._chosen = _carried(there, before._sheet, self._sheet, (self._width, self._height))

    def work(self, chance: torch.Generator, sharp: bool, step: Callable[[], None]) -> float:
        """One round; how well the patches fit then, less is better."""
        wanted = self._guide.wanted(self.picture)
        begun = allowed(self._chosen, self._store, len(wanted), chance)
        store = self._priced(begun, wanted)
        chosen = nearest(wanted, store)
        if chosen is None:
            chosen = improve(begun, wanted, store, chance, step)
        fit = float(self._store.cost(wanted, chosen).mean())
        self._chosen = chosen
        if self._fresh:
            self._fresh = False
            self._patches = None  # it was seen through blurred eyes
        colours = self._sheet.colours[0].flatten(1)
        there = chosen.view(self._height, self._width)
        laid = lay(there, colours, self._sheet.width, SHARP if sharp else BLENDED)
        kept = KEPT * self._guide.detail
        self.picture = laid if sharp else (laid + kept * self._content) / (1.0 + kept)
        return fit

    def _priced(self, chosen: Tensor, wanted: Wanted) -> Store:
        """What is used often costs more (Kaspar et al. 2015, "Self Tuning Texture Optimization"),
        and so does a style that has more than its share."""
        store, usable = self._store, int((self._sheet.style >= 0).sum())
        typical = store.cost(wanted, chosen).mean()
        price = store.price
        if not self._fresh:
            used = torch.bincount(chosen, minlength=len(price)).float()
            used = used.view(1, 1, store.height, store.width)
            padded = F.pad(used, (NEAR // 2,) * 4, mode="replicate")
            often = F.avg_pool2d(padded, NEAR, 1).flatten() * (usable / len(chosen))
            price = price + EVEN * typical * often
        if len(self._shares) > 1:
            counts = torch.bincount(self._sheet.style[chosen], minlength=len(self._shares))
            self._lean += LEAN * (counts / len(chosen) - self._shares)
            price = price + typical * self._lean[self._sheet.style]
        return Store(store.described, price, store.height, store.width)


def allowed(chosen: Tensor | None, store: Store, count: int, chance: torch.Generator) -> Tensor:
    """What was chosen [N]; any patch of the store where nothing was (-1), or what may not be."""
    usable = torch.isfinite(store.price).nonzero()[:, 0]
    random = usable[torch.randint(len(usable), (count,), generator=chance)]
    if chosen is None:
        return random
    fine = (chosen >= 0) & torch.isfinite(store.price[chosen])
    return torch.where(fine, chosen, random)


def _carried(chosen: Tensor, before: Sheet, now: Sheet, size: tuple[int, int]) -> Tensor:
    """Chosen patches [H, W] of one level, at another: [height * width]."""
    width, height = size
    rows = torch.arange(height) * chosen.shape[0] / height
    columns = torch.arange(width) * chosen.shape[1] / width
    there = chosen[rows.long()][:, columns.long()]
    # Within a patch of the level before, neighbours go on side by side.
    down = (there // before.width + rows.frac()[:, None]) * (now.height / before.height)
    across = (there % before.width + columns.frac()) * (now.width / before.width)
    down, across = down.long().clamp(0, now.height - 1), across.long().clamp(0, now.width - 1)
    return (down * now.width + across).flatten()
