"""The tunes that lie ready, newest first, and the one in hand with all that was changed in it.

A kept tune is a file that never changes. The first change to one makes a new tune of it, beside
it, which is kept when the artist presses Keep, goes on to another, makes something of it or leaves
the room; until then it is remembered by the window, so that nothing is lost.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from uuid import uuid4

from PySide6.QtCore import QObject, Signal

from studio.recipes.score import Score
from studio.recipes.tune import MAX_NEW_BARS, TuneRecipe
from studio.ui.music.history import History

if TYPE_CHECKING:
    from studio.library import Artwork


@dataclass(eq=False)
class Tune:
    """A take. recipe: what it was made with. kept: as it is or will be in the library.

    parents: ids of the artworks that it came from. made: id of the artwork that it has become.
    own: whether the artist's changes are in it that are not kept, nor on their way to be.
    """

    recipe: TuneRecipe
    kept: Score
    name: str
    id: str = field(default_factory=lambda: uuid4().hex)
    parents: tuple[str, ...] = ()
    made: str = ""
    artwork: Artwork | None = None
    own: bool = False
    history: History[Score] = field(init=False)

    def __post_init__(self) -> None:
        self.history = History(self.kept)

    @property
    def score(self) -> Score:
        """The notes as they are now."""
        return self.history.now

    @property
    def safe(self) -> bool:
        """Whether a file in the library holds it."""
        return bool(self.made) and not self.own

    def to_keep(self) -> TuneRecipe:
        """The recipe of these very notes, which are only to be played and kept.

        Not checked anew, since thousands of notes would take their time at every remembering.
        """
        return self.recipe.model_copy(
            update={
                "task": "new",
                "bars": min(MAX_NEW_BARS, self.score.bars),
                "count": 1,
                "given": None,
                "other": None,
                "only": (),
                "range": None,
                "score": self.score,
                "words": self.name[:200],
            }
        )


class Bench(QObject):
    """The takes, and which of them is in hand.

    listed: the takes are others, or are called otherwise. taken: another one is in hand, or none.
    changed: the notes in hand are others. forked: changes have made a new take of a kept one.
    left: a Tune that was in hand and is not kept.
    """

    listed = Signal()
    taken = Signal()
    changed = Signal()
    forked = Signal()
    left = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.tunes: list[Tune] = []
        self.now: Tune | None = None
        self._settled: Score | None = None  # before a hand began to move

    @property
    def score(self) -> Score | None:
        """The notes in hand."""
        return self.now.score if self.now else None

    def tune(self, tune_id: str) -> Tune | None:
        """A take by its id."""
        return next((one for one in self.tunes if one.id == tune_id), None)

    def of_artwork(self, artwork_id: str) -> Tune | None:
        """The take that is that artwork."""
        return next((one for one in self.tunes if one.made == artwork_id and not one.own), None)

    def add(self, tune: Tune, after: Tune | None = None) -> None:
        """Put a take first, or right after another one."""
        place = self.tunes.index(after) + 1 if after in self.tunes else 0
        self.tunes.insert(place, tune)
        self.listed.emit()

    def fill_up(self, tunes: Sequence[Tune]) -> None:
        """Put older takes at the end."""
        if tunes:
            self.tunes.extend(tunes)
            self.listed.emit()

    def take(self, tune: Tune | None) -> None:
        """Have another one in hand; the one before is kept where it was changed."""
        self.settle()
        if tune is self.now:
            return
        before, self.now = self.now, tune
        if before is not None and before.own:
            self.left.emit(before)
        self.taken.emit()

    def drop(self, tune: Tune) -> None:
        """Take one off the bench; its neighbour comes in hand where it was."""
        if tune not in self.tunes:
            return
        place = self.tunes.index(tune)
        self.tunes.remove(tune)
        if tune is self.now:
            self.now, self._settled = None, None
            rest = self.tunes[place : place + 1] or self.tunes[-1:]
            if rest:
                self.now = rest[0]
            self.taken.emit()
        self.listed.emit()

    def put_back(self, tune: Tune, place: int) -> None:
        """Have one again that was dropped, where it lay."""
        self.tunes.insert(place, tune)
        self.listed.emit()
        self.take(tune)

    def call(self, name: str) -> None:
        """Give the tune in hand another name."""
        if self.now is None or name == self.now.name:
            return
        self.settle()
        if not self.now.own:
            self._fork()
        self.now.name = name
        self.listed.emit()
        self.changed.emit()

    def clear(self) -> None:
        """Put away all that is in a file; what is nowhere else stays."""
        self.tunes = [tune for tune in self.tunes if not tune.safe]
        if self.now not in self.tunes:
            self.now, self._settled = None, None
            self.taken.emit()
        self.listed.emit()

    # Changes to the notes in hand

    def edit(self, score: Score) -> None:
        """Have these notes instead; one step."""
        self.drift(score)
        self.settle()

    def drift(self, score: Score) -> None:
        """Have these notes for the moment, while a hand moves."""
        if self.now is None or score == self.now.score:
            return
        if not self.now.own:
            self._fork()
        if self._settled is None:
            self._settled = self.now.score
            self.now.history.put(score)
        else:
            if self.now.score != self._settled:
                self.now.history.undo()
            self.now.history.put(score)
        self.changed.emit()

    def settle(self) -> None:
        """The hand has let go."""
        self._settled = None

    def undo(self) -> None:
        """One step back."""
        self._step(back=True)

    def redo(self) -> None:
        """One step on again."""
        self._step(back=False)

    @property
    def steps(self) -> tuple[bool, bool]:
        """Whether there is a step back, and one on."""
        if self.now is None:
            return False, False
        return self.now.history.can_undo, self.now.history.can_redo

    def _step(self, back: bool) -> None:
        self.settle()
        if self.now is None or not self.steps[0 if back else 1]:
            return
        if not self.now.own:
            self._fork()
        history = self.now.history
        history.undo() if back else history.redo()
        self.changed.emit()

    def _fork(self) -> None:
        """Make a new take of the one in hand, which stays as it is kept."""
        was = self.now
        assert was is not None
        if not was.made:  # it is nowhere else yet
            was.own = True
            self.listed.emit()
            return
        name = next_name(was.name, [one.name for one in self.tunes])
        new = Tune(was.recipe, was.kept, name, parents=(was.made,), own=True)
        new.history, was.history = was.history, History(was.kept)
        self.now = new
        self.add(new, after=was if was is not self.tunes[0] else None)
        self.forked.emit()


def next_name(name: str, names: Sequence[str]) -> str:
    """The name of the next take of a tune: "Calm tune, take 2"."""
    base, _, number = name.rpartition(", take ")
    base = base if base and number.isdigit() else name
    taken = [1 if one == base else _number(one, base) for one in names]
    return f"{base}, take {max([1, *taken]) + 1}"


def fresh_name(base: str, names: Sequence[str]) -> str:
    """A name that no tune has: "Calm tune", "Calm tune 2"."""
    bases = {name.rpartition(", take ")[0] or name for name in names}
    number = 1
    while (name := base if number == 1 else f"{base} {number}") in bases:
        number += 1
    return name


def _number(name: str, base: str) -> int:
    rest = name.removeprefix(f"{base}, take ")
    return int(rest) if rest != name and rest.isdigit() else 0
