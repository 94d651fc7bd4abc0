"""What is heard: the tune in hand through the computer's sound, and where in it that is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, QTimer, Signal

from studio.recipes.score import Note, Score
from studio.recipes.tune import Bars

if TYPE_CHECKING:
    from studio.sound.player import Player

PACE = 16  # milliseconds between two looks at the player: 60 Hz
SILENCE = (0.0, 0.0)
_HEARD = {"muted": False}


class Playing(QObject):
    """Plays a score from where it stands. The player is made when it is first needed.

    moved: ticks. switched: whether it plays. levelled: how loud it is, peak and mean, each of
    left and right. troubled: a StudioError.
    """

    moved = Signal(float)
    switched = Signal(bool)
    levelled = Signal(object, object)
    troubled = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._device = ""
        self._player: Player | None = None
        self._score: Score | None = None
        self._solo: frozenset[int] = frozenset()
        self._round = False
        self._bars: Bars | None = None
        self._loaded = False  # whether the player has this score
        self._wanted = False  # whether it is to play
        self._begun = False  # and has been seen to do so
        self._at = 0.0
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setInterval(PACE)
        self._timer.timeout.connect(self._look)

    @property
    def on(self) -> bool:
        """Whether it plays, or is about to."""
        return self._wanted

    @property
    def score(self) -> Score | None:
        """What is to be heard."""
        return self._score

    @property
    def position(self) -> float:
        """Where it is, in ticks."""
        return self._at

    @property
    def looping(self) -> bool:
        """Whether it goes round."""
        return self._round

    def load(self, score: Score | None, stay: bool = False) -> None:
        """Another tune. Goes on playing where something was played; at the same place to compare.

        stay: whether it goes on at the same place, where it is as long as the one before.
        """
        same = bool(stay and score and self.is_like(score))
        self._score = score
        self._loaded = False
        if score is None:
            self.pause()
        self._go(self._at if same else self._start())
        if self._wanted:
            self._load()

    def is_like(self, score: Score) -> bool:
        """Whether a place in what is to be heard is the same place in this score."""
        own = self._score
        return own is not None and _shape(own) == _shape(score)

    def change(self, score: Score) -> None:
        """The same tune with other notes, instruments, volumes or tempo; heard at once."""
        self._score = score
        if self._at > score.ticks:
            self.seek(0.0)
        if self._loaded and self._player is not None:
            self._player.update(score)
            self._player.loop(self._span())

    def play(self) -> None:
        """Play on from here."""
        if self._score is None or self._wanted:
            return
        self._wanted, self._begun = True, False
        if self._at >= self._score.ticks:
            self._go(self._start())
        self._load()
        self._timer.start()
        self.switched.emit(True)

    def pause(self) -> None:
        """Be silent, and stay here."""
        if not self._wanted:
            return
        self._wanted = False
        self._timer.stop()
        if self._player is not None:
            self._player.pause()
        self.levelled.emit(SILENCE, SILENCE)
        self.switched.emit(False)

    def toggle(self) -> None:
        """Play, or pause."""
        self.pause() if self._wanted else self.play()

    def seek(self, ticks: float) -> None:
        """Go on from there."""
        self._go(ticks)
        if self._loaded and self._player is not None:
            self._player.seek(self._at)

    def loop(self, on: bool, bars: Bars | None = None) -> None:
        """Go round and round, or not: these bars, or the whole."""
        other = (on, bars) != (self._round, self._bars)
        self._round, self._bars = on, bars
        span = self._span()
        if not other or not self._loaded or self._player is None:
            return
        self._player.loop(span)
        if span and not span[0] <= self._at < span[1]:
            self.seek(span[0])

    def solo(self, parts: frozenset[int]) -> None:
        """Only these are heard; all where there are none."""
        self._solo = parts
        if self._loaded and self._player is not None:
            self._player.solo(parts)

    def choose(self, device: str) -> None:
        """Play there from now on; "" is the system's own choice."""
        self._device = device
        if self._player is not None:
            self._player.choose(device)

    def sound(self, note: Note, part: int) -> None:
        """Let a note be heard by itself, where nothing plays."""
        score = self._score
        if self._wanted or score is None or part >= len(score.parts):
            return
        alone = score.parts[part].model_copy(
            update={"notes": (note._replace(start=0, length=min(note.length, score.bar)),)}
        )
        self._loaded = False
        player = self._need()
        player.load_score(
            score.model_copy(update={"bars": 1, "parts": (alone.model_copy(update=_HEARD),)})
        )
        player.play()

    def close(self) -> None:
        """End the player's thread."""
        self._timer.stop()
        self._wanted = False
        if self._player is not None:
            self._player.close()
            self._player = None

    def _need(self) -> Player:
        if self._player is None:
            self._player = make_player(self._device)
        return self._player

    def _load(self) -> None:
        assert self._score is not None
        player = self._need()
        if not self._loaded:
            player.load_score(self._score, at=self._at)
            self._loaded = True
            player.solo(self._solo)
            player.loop(self._span())
        else:
            player.seek(self._at)
        player.play()

    def _start(self) -> float:
        span = self._span()
        return float(span[0]) if span else 0.0

    def _span(self) -> tuple[int, int] | None:
        score = self._score
        if not self._round or score is None:
            return None
        if self._bars is None or self._bars.since >= score.bars:
            return 0, score.ticks
        return self._bars.since * score.bar, min(self._bars.until, score.bars) * score.bar

    def _go(self, ticks: float) -> None:
        most = self._score.ticks if self._score else 0
        self._at = min(max(0.0, ticks), float(most))
        self.moved.emit(self._at)

    def _look(self) -> None:
        player = self._player
        if player is None:
            return
        if player.trouble is not None:
            error = player.trouble
            self.pause()
            self.troubled.emit(error)
        elif player.playing:
            self._begun = True
            self._go(player.position)
            levels = player.levels
            self.levelled.emit(levels.peak, levels.rms)
        elif self._begun:  # it has come to its end
            self.pause()
            self._loaded = False
            self._go(self._start())


def make_player(device: str) -> Player:
    """A player on that device. What it needs takes a moment to import."""
    from studio.sound.player import Player

    return Player(device=device)


def _shape(score: Score) -> tuple[int, int, float]:
    return score.ticks, score.bar, score.tempo
