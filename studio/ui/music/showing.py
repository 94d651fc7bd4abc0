"""What the music room shows: the take in hand, what is being made, and what can be done with it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from studio.recipes.score import Score
from studio.recipes.tune import TuneRecipe
from studio.ui.music.bench import Tune
from studio.ui.music.note_names import clock
from studio.ui.music.recordings import facts as sound_facts
from studio.ui.music.recordings import merged
from studio.ui.music.takes import Take

if TYPE_CHECKING:
    from studio.ui.music.room import MusicRoom
    from studio.work.queue import Job

GROWING = "growing"  # the id of the take that is being made


class Showing(QObject):
    """Follows bench, recordings and what composes. growing: whether notes are shown as they come.

    wanted: the artwork to have in hand as soon as it is there.
    """

    def __init__(self, room: MusicRoom) -> None:
        super().__init__(room)
        self._room = room
        self.growing = False
        self.wanted = ""
        self._shape: tuple[object, ...] = ()  # of the tune that is shown
        bench, composing, recordings = room.bench, room.composing, room.recordings
        bench.taken.connect(self.take)
        bench.changed.connect(self.edited)
        bench.listed.connect(self.show_takes)
        composing.grown.connect(self._grown)
        composing.composed.connect(self._composed)
        composing.went.connect(self.went)
        composing.failed.connect(self._failed)
        recordings.listed.connect(self.show_takes)
        recordings.taken.connect(self.take)
        room.strip.chosen.connect(self._chosen)

    def take(self) -> None:
        """Another tune is in hand, or none."""
        room = self._room
        tune = room.bench.now
        if tune is not None:
            room.recordings.leave()
        self.growing = False
        room.roll.set_growing(False)
        shape = shape_of(tune.score) if tune else ()
        if shape != self._shape:  # what was locked and chosen belongs to another tune
            self._shape = shape
            room.panel.parts.forget()
            room.roll.set_range(None)
        if tune is not None:
            room.panel.follow(tune.recipe.mood)
        room.hearing.take(tune.score if tune else None)
        self.show()
        room.strip.choose(self._in_hand())
        room.changed.emit()

    def edited(self) -> None:
        """The notes in hand are others."""
        room = self._room
        score = room.bench.score
        if score is not None:
            self._shape = shape_of(score)
            room.hearing.playing.change(score)
        self.show()
        room.changed.emit()

    def show(self) -> None:
        """Bring everything to what is in hand."""
        room = self._room
        score = room.bench.score
        if not self.growing:
            room.roll.set_score(score)
            room.stage.setCurrentWidget(self._page(score))
        room.transport.set_score(score)
        room.tools.show_score(score)
        room.panel.show_parts(score)
        room.panel.parts.show_active(room.roll.active())
        self._show_doable()

    def _page(self, score: Score | None) -> QWidget:
        """What the middle of the room shows."""
        room = self._room
        if room.recordings.now is not None:
            return room.recordings.page
        return room.welcome if score is None else room.work

    def _in_hand(self) -> str:
        """The id of the take that is shown large, or ""."""
        room = self._room
        if self.growing:
            return GROWING
        if room.recordings.now is not None:
            return room.recordings.now.id
        return room.bench.now.id if room.bench.now else ""

    def _show_doable(self) -> None:
        """Title, and which buttons have something to do."""
        room = self._room
        tune = room.bench.now
        recording = room.recordings.now
        said = facts(tune) if tune else sound_facts(recording) if recording else ""
        job = room.composing.job if self.growing else None
        room.bar.say(job.recipe.title, "") if job else room.bar.say(room.title(), said)
        kept = recording is not None or bool(tune and tune.artwork)
        there = recording is not None or tune is not None
        room.bar.enable(there, bool(tune and tune.own), kept, named=tune is not None)
        room.bar.show_steps(*room.bench.steps)
        missing = room.panel.parts.missing() if tune else []
        roles = [part.role for part in tune.score.parts] if tune else []
        able = tune is not None and room.composes
        room.verbs.enable(able, missing, bool(room.roll.range()), roles)
        room.panel.foot.set_able(room.sung.ready if room.sung.shown else room.composes)
        room.panel.foot.say("" if room.sung.shown else room.doings.what_is_kept())

    def show_takes(self) -> None:
        """The takes are others."""
        room = self._room
        takes = [
            Take(one.id, one.name, one.score, facts(one))
            if isinstance(one, Tune)
            else room.recordings.shown(one)
            for one in merged(room.bench.tunes, room.recordings.all)
        ]
        job = room.composing.job
        if job is not None:
            doing = "Composing…" if isinstance(job.recipe, TuneRecipe) else "Recording…"
            takes.insert(0, Take(GROWING, job.recipe.title, doing=doing))
        now = self._in_hand()
        room.strip.set_takes(takes, now)
        follow(room.transport.tempo, room.strip.tiles())
        room.none.setVisible(not takes)
        room.strip.setVisible(bool(takes))
        self._want()
        self._show_doable()

    def want(self, artwork_id: str) -> None:
        """Have this artwork in hand as soon as it is there."""
        self.wanted = artwork_id
        self._want()

    def _want(self) -> None:
        """Have what was in hand last time, as soon as it is there."""
        room = self._room
        if not self.wanted or room.bench.now is not None or room.recordings.now is not None:
            return
        tune = room.bench.of_artwork(self.wanted)
        recording = room.recordings.find(self.wanted)
        if tune is not None:
            self.wanted = ""
            room.bench.take(tune)
        elif recording is not None:
            self.wanted = ""
            room.recordings.take(recording)

    def _grown(self, score: Score) -> None:
        """Show notes as they are composed."""
        room = self._room
        if not self.growing:
            self.growing = True
            room.hearing.hush()
            room.recordings.listening.pause()
            room.roll.set_growing(True)
            room.roll.set_position(0.0)
            room.stage.setCurrentWidget(room.work)
            room.strip.choose(GROWING)
            self._show_doable()
        room.roll.set_score(score)
        room.hearing.grow(score, room.panel.plays_at_once)

    def _composed(self, tune: Tune, awaited: bool) -> None:
        """A tune is whole: it is in hand at once where the artist waited for it."""
        room = self._room
        if awaited:
            self.wanted = ""
            along = room.hearing.along
            room.bench.take(tune)
            if not along:
                room.hearing.begin(room.panel.plays_at_once, tune.score)
        else:
            room.toast.say(f"“{tune.name}” is ready", "Show", lambda: room.bench.take(tune))

    def went(self, job: Job | None) -> None:
        """How far what is being composed is."""
        room = self._room
        room.panel.foot.show_job(job)
        if job is None and self.growing:  # it was cancelled, or could not be made
            room.hearing.hush()
            self.take()
        there = any(take.id == GROWING for take in room.strip.takes())
        if there != (job is not None):
            self.show_takes()

    def _failed(self, job: Job) -> None:
        room = self._room
        if job.error is not None:
            room.banner.complain(job.error.what, job.error.todo, job.report)

    def _chosen(self, take_id: str) -> None:
        room = self._room
        if take_id == GROWING:
            room.composing.watch()
            return
        room.composing.look_away()
        recording = room.recordings.find(take_id)
        if recording is not None:
            room.recordings.take(recording)
            return
        tune = room.bench.tune(take_id)
        if tune is room.bench.now:
            self.take()
        else:
            room.bench.take(tune)


def follow(before: QWidget, widgets: Sequence[QWidget]) -> None:
    """Let Tab come to these one after the other, after the one before them."""
    for widget in widgets:
        QWidget.setTabOrder(before, widget)
        before = widget


def facts(tune: Tune) -> str:
    """How long it is, and whether it is kept, in a few words."""
    score = tune.score
    bars = "1 bar" if score.bars == 1 else f"{score.bars} bars"
    words = f"{bars} · {clock(score.seconds)}"
    return f"{words} · not kept yet" if tune.own else words


def shape_of(score: Score) -> tuple[object, ...]:
    """Tunes with the same one have the same parts and bars."""
    return (score.bars, score.bar, *(part.role for part in score.parts))
