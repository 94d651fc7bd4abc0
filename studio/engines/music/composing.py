"""What an artist asks of the composer: new, go on, another take, between two, add, change this.

All of it is the same work, cells that are given and cells to write (`writing.write`); the verbs
only differ in which. Notes that are not asked for are never touched.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace

import torch

from studio.engines.music.building import Building, sounding
from studio.engines.music.cells import (
    BASS,
    CHORDS,
    DRUMS,
    HARMONY,
    MELODY,
    PART_OF,
    PITCHED,
    ROLE_OF,
    STEP,
    Metre,
    Place,
    Sheet,
    metre_of,
    notes_of,
    sheet_of,
    shift_of,
)
from studio.engines.music.form import plan
from studio.engines.music.grammar import Manners
from studio.engines.music.harmony import tonic_chord
from studio.engines.music.network import Writer
from studio.engines.music.wishes import (
    ABSENT,
    ANY_DENSITY,
    INSTRUMENTS,
    MODES,
    MOODS,
    PLAYED,
    Measures,
    Wish,
)
from studio.engines.music.writing import Task, write
from studio.errors import StudioError
from studio.recipes.score import MAX_BARS, Note, Part, Role, Score, Section

#: times in a row that a part may repeat one bar
_LOOPS = {HARMONY: 3, MELODY: 1, BASS: 3, CHORDS: 3, DRUMS: 7}
_USUAL_METRE, _USUAL_TEMPO = Metre(4, 4), 96.0


@dataclass(frozen=True)
class Grown:
    """How far a tune is: `done` bars of `bars` to be written. score: makes the tune so far."""

    done: int
    bars: int
    score: Callable[[], Score]


@dataclass(frozen=True)
class Manner:
    """adventurous: 0 safe .. 1 daring. seed: the same one and the same wishes, the same tune.

    fuller: times as many notes as the wish's densities would have.
    loops: what is new leads back to its beginning; else it comes to rest.
    report: called after each bar. check: called still more often. Both may raise where the work is
        to stop.
    """

    adventurous: float = 0.5
    seed: int = 0
    fuller: float = 1.0
    loops: bool = False
    report: Callable[[Grown], None] = field(default=lambda grown: None, compare=False)
    check: Callable[[], None] = field(default=lambda: None, compare=False)


@dataclass(frozen=True, eq=False)
class Composer:
    """The network and what is usual for it."""

    writer: Writer
    measures: Measures

    def new(
        self,
        wish: Wish,
        roles: Sequence[Role],
        bars: int,
        tonic: int | None = None,
        programs: Sequence[int] | None = None,
        manner: Manner | None = None,
    ) -> Score:
        """A new tune for these roles. programs: their instruments; the mood's own where None.

        What the wish leaves open is thrown: a mood's usual mode, metre, tempo and densities, and
        any key.
        """
        if not roles:
            raise StudioError("Nobody is to play.", "Choose at least one instrument.")
        if not 1 <= bars <= MAX_BARS:
            raise StudioError(
                f"A tune cannot have {bars} bars.", f"Choose a length from 1 to {MAX_BARS} bars."
            )
        manner = manner or Manner()
        dice = torch.Generator().manual_seed(manner.seed)
        parts = {PART_OF[role] for role in roles}
        wish = self.settled(wish, parts, dice)
        assert wish.metre is not None
        assert wish.mode is not None
        assert wish.tempo is not None
        if tonic is None:
            tonic = int(torch.randint(12, (1,), generator=dice))
        phrases = plan(bars, parts, dice, manner.loops)
        usual = INSTRUMENTS.get(wish.mood, INSTRUMENTS["calm"])
        mine = dict(zip((MELODY, BASS, CHORDS, DRUMS), usual, strict=True))
        blank = Score.model_validate(
            {
                "bars": bars,
                "beats": wish.metre.beats,
                "unit": wish.metre.unit,
                "tempo": wish.tempo,
                "tonic": tonic,
                "mode": wish.mode,
                "sections": tuple(Section(p.name, p.since) for p in phrases if p.name),
                "parts": tuple(
                    Part(role=role, program=programs[at] if programs else mine[PART_OF[role]])
                    for at, role in enumerate(roles)
                    if role not in roles[:at]  # a second one has nothing of its own to play
                ),
            }
        )
        played = sounding(phrases)
        building = Building(
            self.writer,
            Sheet(wish.metre, wish.mode, bars, [3] * bars),
            phrases,
            wish,
            self._manners(blank, wish, parts, manner, not manner.loops),
            dice,
            check=manner.check,
        )

        def so_far(sheet: Sheet, done: int) -> Score:
            return _merged(blank, sheet, {place for place in played if place[0] < done}, {})

        building.report = lambda sheet, done: manner.report(
            Grown(done, bars, lambda: so_far(sheet, done))
        )
        return so_far(building.build(manner.loops), bars)

    def go_on(self, score: Score, bars: int, wish: Wish, manner: Manner | None = None) -> Score:
        """The tune with `bars` more, by all who play in it."""
        if not 1 <= bars <= MAX_BARS - score.bars:
            raise StudioError(
                f"This tune cannot go on for {bars} bars.",
                f"A tune has at most {MAX_BARS} bars, this one has {score.bars}.",
            )
        sheet = sheet_of(score)
        parts = _parts(score)
        if not parts:
            raise StudioError("Nobody plays in this tune.", "Add an instrument first.")
        sheet = replace(sheet, bars=score.bars + bars, loud=[*sheet.loud, *sheet.loud[-1:] * bars])
        longer = score.model_copy(update={"bars": score.bars + bars})
        tasks = [
            Task(bar, part)
            for bar in range(score.bars, longer.bars)
            for part in (HARMONY, *sorted(parts))
        ]
        return self._rewritten(longer, sheet, tasks, self._like(score, wish), manner or Manner())

    def fill(
        self,
        score: Score,
        roles: Iterable[Role],
        wish: Wish,
        since: int = 0,
        until: int | None = None,
        manner: Manner | None = None,
        programs: dict[Role, int] | None = None,
    ) -> Score:
        """The tune with these roles written anew in bars `since` up to but not with `until`.

        A role that nobody plays yet is added. programs: instruments of those added.
        """
        until = score.bars if until is None else until
        if not 0 <= since < until <= score.bars:
            raise StudioError("These bars are not in the tune.", "Choose bars that it has.")
        parts = {PART_OF[role] for role in roles}
        sheet = sheet_of(score)
        tasks = [
            Task(bar, part)
            for bar in range(since, until)
            for part in sorted(parts | self._chords_unknown(sheet, parts))
        ]
        return self._rewritten(
            score, sheet, tasks, self._like(score, wish), manner or Manner(), programs
        )

    def vary(
        self,
        score: Score,
        amount: float,
        wish: Wish,
        roles: Iterable[Role] = (),
        since: int = 0,
        until: int | None = None,
        manner: Manner | None = None,
    ) -> Score:
        """Another take: `amount` 0 changes little, 1 nearly all. roles: only these, or all.

        More cells are written anew the larger the amount, and fewer of those are held to what
        they were; from the middle on the chords change too.
        """
        manner = manner or Manner()
        dice = torch.Generator().manual_seed(manner.seed)
        sheet = sheet_of(score)
        chosen = {PART_OF[role] for role in roles} or _parts(score)
        within = range(since, score.bars if until is None else until)
        anew, free = 0.2 + 0.8 * amount, amount * amount
        reharmonised = max(0.0, (amount - 0.5) * 1.6) if chosen == _parts(score) else 0.0
        tasks = []
        for bar in within:
            for part in (HARMONY, *sorted(chosen)):
                chance, held = torch.rand(2, generator=dice).tolist()
                if chance < (reharmonised if part == HARMONY else anew):
                    echo = None if held < free else sheet.cells.get((bar, part))
                    tasks.append(Task(bar, part, echo))
        if not any(task.part != HARMONY for task in tasks) and chosen:
            tasks.append(Task(since, min(chosen), sheet.cells.get((since, min(chosen)))))
        return self._rewritten(score, sheet, tasks, self._like(score, wish), manner, dice=dice)

    def between(
        self, one: Score, other: Score, amount: float, wish: Wish, manner: Manner | None = None
    ) -> Score:
        """A tune `amount` of the way from one to another: 0 is the one, 1 the other.

        Metre, length, players and key are those of the nearer one, the tempo lies between. Two
        bars at a time it leans on the one or the other: takes its chords, and is written like it.
        """
        if metre_of(one) != metre_of(other):
            raise StudioError(
                f"One tune is counted in {metre_of(one)}, the other in {metre_of(other)}.",
                "Choose two that are counted alike.",
            )
        if amount <= 0 or amount >= 1:
            return one if amount <= 0 else other
        manner = manner or Manner()
        dice = torch.Generator().manual_seed(manner.seed)
        near = one if amount < 0.5 else other
        near = near.model_copy(update={"tempo": one.tempo + amount * (other.tempo - one.tempo)})
        sheets = sheet_of(one), sheet_of(other)
        parts = _parts(near)
        mixed = Sheet(sheets[0].metre, near.mode, near.bars, [3] * near.bars)
        tasks: list[Task] = []
        leans = torch.rand(near.bars // 2 + 1, generator=dice) < amount
        for bar in range(near.bars):
            leant = sheets[int(leans[bar // 2])]
            at = bar % leant.bars
            mixed.loud[bar] = leant.loud[at]
            mixed.cells[bar, HARMONY] = leant.cells[at, HARMONY]
            tasks += [Task(bar, part, leant.cells.get((at, part))) for part in sorted(parts)]
        return self._rewritten(near, mixed, tasks, self._like(near, wish), manner, dice=dice)

    def settled(self, wish: Wish, parts: Iterable[int], dice: torch.Generator) -> Wish:
        """The wish with what it leaves open thrown, as pieces of its mood usually have it."""
        parts = set(parts)
        mood = wish.mood or MOODS[int(torch.randint(len(MOODS), (1,), generator=dice))]
        fitting = [
            example
            for example in self.measures.examples.get(mood, [])
            if wish.mode in (None, example[0]) and wish.metre in (None, example[1])
        ]
        at = int(torch.randint(1 << 30, (1,), generator=dice))
        mode, metre, tempo, density = (
            fitting[at % len(fitting)]
            if fitting
            else (wish.mode or MODES[0], wish.metre or _USUAL_METRE, _USUAL_TEMPO, (2, 2, 2, 2))
        )
        levels = [
            ABSENT if part not in parts else max(1, usual) if asked == ANY_DENSITY else asked
            for part, asked, usual in zip(PLAYED, wish.density, density, strict=True)
        ]
        return Wish(
            mood,
            wish.mode or mode,
            wish.metre or metre,
            wish.tempo or tempo,
            (levels[0], levels[1], levels[2], levels[3]),
        )

    def _like(self, score: Score, wish: Wish) -> Wish:
        """The wish with what it leaves open as the tune has it."""
        told = self.measures.wish_of(sheet_of(score), score.tempo, shift_of(score.tonic))
        density = [
            mine if asked == ANY_DENSITY else asked
            for asked, mine in zip(wish.density, told.density, strict=True)
        ]
        return Wish(
            wish.mood or told.mood,
            told.mode,
            told.metre,
            told.tempo,
            (density[0], density[1], density[2], density[3]),
        )

    def _chords_unknown(self, sheet: Sheet, anew: set[int]) -> set[int]:
        """The harmony, where too little is given that would tell it."""
        told = {part for _, part in sheet.cells} - anew
        return set() if told & {BASS, CHORDS} else {HARMONY}

    def _write(
        self,
        score: Score,
        sheet: Sheet,
        tasks: list[Task],
        wish: Wish,
        manner: Manner,
        dice: torch.Generator,
        programs: dict[Role, int],
        closes: bool,
    ) -> Score:
        """The score with the notes of those cells in place of its own."""
        asked = {task.part for task in tasks}
        levels = dict(zip(PLAYED, wish.density, strict=True))
        # a part to be written is there, whatever was measured without it
        density = [
            ANY_DENSITY if part in asked and levels[part] == ABSENT else levels[part]
            for part in PLAYED
        ]
        manners = self._manners(score, wish, asked, manner, closes)
        wish = replace(wish, density=(density[0], density[1], density[2], density[3]))
        bars = sorted({task.bar for task in tasks})

        def so_far(written: Sheet, done: int) -> Score:
            known = set(bars[:done])
            anew = {(t.bar, t.part) for t in tasks if t.part != HARMONY and t.bar in known}
            return _merged(score, written, anew, programs)

        def report(written: Sheet, done: int) -> None:
            manner.report(Grown(done, len(bars), lambda: so_far(written, done)))

        sheet = write(self.writer, sheet, tasks, wish, manners, dice, report, manner.check)
        return so_far(sheet, len(bars))

    def _manners(
        self, score: Score, wish: Wish, parts: set[int], manner: Manner, closes: bool
    ) -> Manners:
        levels = dict(zip(PLAYED, wish.density, strict=True))
        return Manners(
            shift_of(score.tonic),
            manner.adventurous,
            {part: manner.fuller * self.measures.target(part, levels[part]) for part in PLAYED},
            _LOOPS,
            max(parts & set(PITCHED), default=None),
            closes,
        )

    def _rewritten(
        self,
        score: Score,
        sheet: Sheet,
        tasks: list[Task],
        wish: Wish,
        manner: Manner,
        programs: dict[Role, int] | None = None,
        dice: torch.Generator | None = None,
    ) -> Score:
        dice = dice or torch.Generator().manual_seed(manner.seed)
        usual = dict(zip(PLAYED, INSTRUMENTS.get(wish.mood, (0, 32, 0, 0)), strict=True))
        mine = {ROLE_OF[part]: usual[part] for part in usual} | (programs or {})
        last = sheet.cells.get((sheet.bars - 1, HARMONY))
        closes = last is None or last[-1][0] == (tonic_chord(sheet.mode),)
        return self._write(
            score, sheet, tasks, wish, manner, dice, mine, closes and not manner.loops
        )


def _parts(score: Score) -> set[int]:
    return {PART_OF[part.role] for part in score.parts}


def _merged(score: Score, sheet: Sheet, anew: set[Place], programs: dict[Role, int]) -> Score:
    """The score with the notes of those cells in place of its own.

    Of several parts with one role the first plays what is new. What sounds into a bar that is new
    stays as long as it is, where nothing new begins before its end.
    """
    parts = list(score.parts)
    bar_ticks = sheet.bar_steps * STEP
    for part in sorted({part for _, part in anew}):
        role, bars = ROLE_OF[part], {bar for bar, p in anew if p == part}
        made = notes_of(sheet, part, bars, shift_of(score.tonic))
        first = True
        for at, player in enumerate(parts):
            if player.role != role:
                continue
            kept = [note for note in player.notes if note.start // bar_ticks not in bars]
            if first:
                kept = _joined(kept, made)
            parts[at] = player.model_copy(update={"notes": tuple(sorted(kept + made * first))})
            first = False
        if first:
            parts.append(Part(role=role, program=programs.get(role, 0), notes=tuple(made)))
    return Score.model_validate(score.model_copy(update={"parts": tuple(parts)}).model_dump())


def _joined(kept: list[Note], made: list[Note]) -> list[Note]:
    """Kept notes, shortened where the same pitch is struck anew while they sound."""
    starts: dict[int, list[int]] = {}
    for note in made:
        starts.setdefault(note.pitch, []).append(note.start)
    shortened = []
    for note in kept:
        again = min((s for s in starts.get(note.pitch, ()) if note.start < s < note.end), default=0)
        shortened.append(note._replace(length=again - note.start) if again else note)
    return shortened
