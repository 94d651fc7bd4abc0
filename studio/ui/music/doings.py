"""From buttons, keys and menus of the music room to recipes, and to changes of the notes."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject
from PySide6.QtGui import QKeySequence, QShortcut

from studio.errors import StudioError
from studio.recipes.picture import MAX_SEED
from studio.recipes.score import Role, Score
from studio.recipes.tune import Bars, TuneRecipe
from studio.ui.music.asking import BetweenDialog, VaryDialog, ask
from studio.ui.music.bench import Tune, fresh_name, next_name
from studio.ui.music.wish import ROLES, Wish

if TYPE_CHECKING:
    from studio.ui.music.room import MusicRoom

CHOOSE_BARS = "Drag along the numbers above the notes to choose bars first."
ALL_LOCKED = "Every part is kept. Unlock one, and it is made anew."
LAST_PART = "A tune needs at least one part."
ALONE = "Another tune is needed for that. Make or open one first."
FORKED = "Your changes are a take of their own. The one before stays as it was."


class Doings(QObject):
    """Binds what the artist does to the bench, to what composes, and to what goes out."""

    def __init__(self, room: MusicRoom) -> None:
        super().__init__(room)
        self._room = room
        self._amount = 0.3  # how different variations were last
        self._told = False  # that changes make a take of their own
        bar, panel, roll, verbs = room.bar, room.panel, room.roll, room.verbs
        parts, bench = panel.parts, room.bench
        panel.foot.pressed.connect(self.create)
        panel.foot.cancelled.connect(room.composing.cancel)
        panel.mood_chosen.connect(self._mood)
        room.welcome.mood_chosen.connect(self._begin)
        room.welcome.open_wanted.connect(room.bringing.ask)
        room.welcome.picture_wanted.connect(room.bringing.ask_picture)
        parts.instrument.connect(self._instrument)
        parts.volume.connect(lambda part, at: self._drift(part, volume=at))
        parts.pan.connect(lambda part, at: self._drift(part, pan=at))
        parts.settled.connect(bench.settle)
        parts.muted.connect(lambda part, on: self._put(part, muted=on))
        parts.removed.connect(self._remove)
        parts.add_wanted.connect(self._add)
        parts.active_chosen.connect(self._activate)
        parts.locks_changed.connect(self._locked)
        roll.edited.connect(bench.edit)
        roll.active_chosen.connect(parts.show_active)
        roll.range_chosen.connect(self._chose_bars)
        roll.refused.connect(room.toast.say)
        room.transport.tempo_chosen.connect(self._tempo)
        verbs.go_on.connect(self.go_on)
        verbs.vary.connect(self.ask_vary)
        verbs.between.connect(self.ask_between)
        verbs.add.connect(self._add)
        verbs.bars.connect(self.only_bars)
        verbs.humanise.connect(self.humanise)
        bench.forked.connect(self._forked)
        bar.open_wanted.connect(room.bringing.ask)
        bar.undo.connect(bench.undo)
        bar.redo.connect(bench.redo)
        for keys, do in (
            ("Ctrl+O", room.bringing.ask),
            ("Ctrl+Z", bench.undo),
            ("Ctrl+Shift+Z", bench.redo),
            ("Ctrl+Y", bench.redo),
        ):
            QShortcut(QKeySequence(keys), room).activated.connect(do)

    # Tunes from wishes

    def create(self) -> None:
        """A new tune; where something is locked or bars are chosen, only the rest anew."""
        room = self._room
        if room.sung.shown:
            room.sung.ask()
            return
        tune, locks, bars = room.bench.now, room.panel.parts.locks, room.roll.range()
        if tune is None or not (locks or bars):
            self.new(room.panel.wish)
            return
        roles = free_roles(tune.score, locks)
        if not roles:
            room.toast.say(ALL_LOCKED)
            return
        self._make(
            lambda seed, name: room.panel.wish.fill(
                tune.score, roles if locks else (), bars, seed, name
            )
        )

    def new(self, wish: Wish) -> None:
        """A wholly new tune."""
        room = self._room
        mood = next((one for one in room.panel.moods.moods() if one.id == wish.mood), None)
        base = f"{mood.name if mood else wish.mood.capitalize()} tune"
        name = fresh_name(base, [one.name for one in room.bench.tunes])
        self._compose(lambda: [wish.new(_seed(), name)], ())

    def what_is_kept(self) -> str:
        """What Create leaves as it is, in a few words; "" for nothing."""
        room = self._room
        if room.bench.now is None:
            return ""
        bars = room.roll.range()
        words = f"only {bar_words(bars)}" if bars else ""
        if room.panel.parts.locks:
            words = f"{words}, keeps what is locked" if words else "keeps what is locked"
        return words

    def go_on(self, bars: int) -> None:
        """Let the tune go on."""
        wish = self._room.panel.wish
        self._make(lambda seed, name: wish.go_on(self._score, bars, seed, name))

    def only_bars(self) -> None:
        """Make the chosen bars anew."""
        if self._room.roll.range() is None:
            self._room.toast.say(CHOOSE_BARS)
        else:
            self.create()

    def humanise(self, amount: float) -> None:
        """Play it as a hand would."""
        wish = self._room.panel.wish
        self._make(lambda seed, name: wish.humanise(self._score, amount, seed, name))

    def ask_vary(self) -> VaryDialog | None:
        """Ask how different, and how many."""
        room = self._room
        if room.bench.now is None:
            return None
        keeps = self.what_is_kept()
        said = f"{keeps[0].upper()}{keeps[1:]}." if keeps else ""
        dialog = VaryDialog(room.look, room.window(), room.title(), said, self._amount)
        ask(dialog, self.vary)
        return dialog

    def vary(self, amount: float, count: int) -> None:
        """Other takes; what is locked and the bars that are not chosen stay."""
        room = self._room
        self._amount = amount
        locks = room.panel.parts.locks
        only = free_roles(self._score, locks) if locks else ()
        if locks and not only:
            room.toast.say(ALL_LOCKED)
            return
        bars, wish = room.roll.range(), room.panel.wish
        self._make(lambda seed, name: wish.vary(self._score, amount, seed, name, only, bars), count)

    def ask_between(self) -> BetweenDialog | None:
        """Ask for the other tune."""
        room = self._room
        now = room.bench.now
        others = [(one.id, one.name) for one in room.bench.tunes if one is not now]
        if now is None or not others:
            room.toast.say(ALONE)
            return None
        dialog = BetweenDialog(room.look, room.window(), now.name, others)
        ask(dialog, self.between)
        return dialog

    def between(self, other_id: str, amount: float) -> None:
        """A tune that lies between."""
        other, wish = self._room.bench.tune(other_id), self._room.panel.wish
        if other is not None:
            self._make(
                lambda seed, name: wish.between(self._score, other.score, amount, seed, name),
                other=other,
            )

    @property
    def _score(self) -> Score:
        assert self._room.bench.score is not None
        return self._room.bench.score

    def _mood(self, _mood: str) -> None:
        """Show who would play, while there is no tune."""
        if self._room.bench.now is None:
            self._room.panel.show_parts(None)

    def _begin(self, mood: str) -> None:
        """One press on a mood makes a tune."""
        panel = self._room.panel
        panel.choose_mood(mood)
        self.create()

    def _make(
        self, recipe: Callable[[int, str], TuneRecipe], count: int = 1, other: Tune | None = None
    ) -> None:
        """Compose something from the tune in hand, which is kept first where it is not yet."""
        room = self._room
        tune = room.bench.now
        if tune is None:
            return
        room.bench.settle()
        names = [one.name for one in room.bench.tunes]

        def recipes() -> list[TuneRecipe]:
            made = []
            seed = _seed()
            for place in range(count):
                name = next_name(tune.name, names)
                names.append(name)
                made.append(recipe((seed + place) % (MAX_SEED + 1), name))
            return made

        self._compose(recipes, (tune, other) if other else (tune,))

    def _compose(self, recipes: Callable[[], list[TuneRecipe]], of: Sequence[Tune]) -> None:
        room = self._room
        try:
            made = recipes()
        except StudioError as error:
            room.say_error(error)
            return
        if not room.composes:
            room.say_error(
                StudioError("Nothing here composes tunes.", "Add a model of tunes, then try again.")
            )
            return
        room.banner.hide()
        waiting = [tune for tune in of if not tune.safe or tune.artwork is None]
        room.composing.when_kept(waiting, lambda: room.composing.compose(made, of))

    # Changes to the notes in hand

    def _instrument(self, part: int, program: int) -> None:
        panel, score = self._room.panel, self._room.bench.score
        role = score.parts[part].role if score else panel.wish.roles[part]
        panel.show_wish(panel.wish.choose(role, program))
        if score is not None:
            self._put(part, program=program)
        else:
            panel.show_parts(None)
            self._room.changed.emit()

    def _put(self, part: int, **values: Any) -> None:
        if self._room.bench.score is not None:
            self._room.bench.edit(_with(self._room.bench.score, part, **values))

    def _drift(self, part: int, **values: Any) -> None:
        if self._room.bench.score is not None:
            self._room.bench.drift(_with(self._room.bench.score, part, **values))

    def _remove(self, part: int) -> None:
        room = self._room
        score, panel = room.bench.score, room.panel
        if score is None:
            panel.show_wish(panel.wish.with_role(panel.wish.roles[part], False))
            panel.show_parts(None)
            room.changed.emit()
        elif len(score.parts) == 1:
            room.toast.say(LAST_PART)
        else:
            rest = score.parts[:part] + score.parts[part + 1 :]
            panel.parts.forget()
            room.bench.edit(score.model_copy(update={"parts": rest}))

    def _add(self, role: Role) -> None:
        room = self._room
        wish = room.panel.wish
        if room.bench.now is None:
            room.panel.show_wish(wish.with_role(role, True))
            room.panel.show_parts(None)
            room.changed.emit()
        else:
            self._make(lambda seed, name: wish.add(self._score, role, seed, name))

    def _tempo(self, tempo: float) -> None:
        score = self._room.bench.score
        if score is not None:
            self._room.bench.edit(score.model_copy(update={"tempo": tempo}))

    def _activate(self, part: int) -> None:
        self._room.roll.set_active(part)
        self._room.panel.parts.show_active(part)

    def _locked(self, locks: frozenset[int]) -> None:
        self._room.roll.set_locked(locks)
        self._room.panel.foot.say(self.what_is_kept())

    def _chose_bars(self, _bars: Bars | None) -> None:
        self._room.panel.foot.say(self.what_is_kept())

    def _forked(self) -> None:
        if not self._told:
            self._told = True
            self._room.toast.say(FORKED)


def free_roles(score: Score, locks: frozenset[int]) -> tuple[Role, ...]:
    """Roles of which no part is kept."""
    kept = {score.parts[place].role for place in locks if place < len(score.parts)}
    there = {part.role for part in score.parts}
    return tuple(role for role in ROLES if role in there - kept)


def bar_words(bars: Bars) -> str:
    """ "bars 3 to 6"."""
    first, last = bars.since + 1, bars.until
    return f"bar {first}" if first == last else f"bars {first} to {last}"


def _with(score: Score, part: int, **values: Any) -> Score:
    parts = list(score.parts)
    parts[part] = parts[part].model_copy(update=values)
    return score.model_copy(update={"parts": tuple(parts)})


def _seed() -> int:
    return random.SystemRandom().randint(0, MAX_SEED)
