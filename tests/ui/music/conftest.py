"""The music room with a composer that obeys, and a player that only notes what it is told."""

from __future__ import annotations

from pathlib import Path
from typing import Any, ClassVar

import pytest

from studio.ui.music import playing, recordings
from studio.ui.music.room import MusicRoom
from studio.ui.studio import Studio
from tests.ui.music.orchestra import OrchestraEngine, describe_orchestra


class Silence:
    """A player that plays at once, and nothing."""

    made: ClassVar[list[Silence]] = []

    def __init__(self, device: str) -> None:
        self.device = device
        self.done: list[tuple[str, Any]] = []
        self.playing = False
        self.trouble: Exception | None = None
        self.position = 0.0
        self.underruns = 0
        self.closed = False
        Silence.made.append(self)

    @property
    def levels(self) -> Any:
        return type("Levels", (), {"peak": (0.5, 0.5), "rms": (0.2, 0.2), "parts": ()})()

    def last(self, what: str) -> Any:
        """What it was told last of a kind."""
        return next(value for name, value in reversed(self.done) if name == what)

    def told(self, what: str) -> int:
        return sum(name == what for name, _ in self.done)

    def load(self, source: Any) -> None:
        self.done.append(("file", source))
        self.position = 0.0

    def load_score(self, score: Any, *, at: float = 0.0) -> None:
        self.done.append(("load", score))
        self.position = at

    def update(self, score: Any) -> None:
        self.done.append(("update", score))

    def solo(self, parts: frozenset[int]) -> None:
        self.done.append(("solo", parts))

    def loop(self, ticks: tuple[int, int] | None) -> None:
        self.done.append(("loop", ticks))

    def play(self) -> None:
        self.playing = self.trouble is None

    def pause(self) -> None:
        self.playing = False

    def seek(self, position: float) -> None:
        self.position = position
        self.done.append(("seek", position))

    def choose(self, device: str) -> None:
        self.device = device

    def close(self) -> None:
        self.closed = True

    end = close


@pytest.fixture(autouse=True)
def silence(monkeypatch: pytest.MonkeyPatch) -> type[Silence]:
    Silence.made = []
    monkeypatch.setattr(playing, "make_player", Silence)
    monkeypatch.setattr(recordings, "make_player", Silence)
    return Silence


@pytest.fixture
def pipes(shelf_folder: Path) -> Path:
    return describe_orchestra(shelf_folder / "pipes")


@pytest.fixture
def music(pipes: Path, open_studio) -> MusicRoom:
    """The room, without a tune."""
    return enter_music(open_studio(make_engine=OrchestraEngine))


@pytest.fixture
def tuned(qtbot, music: MusicRoom) -> MusicRoom:
    """The room with a kept tune of 16 bars in hand, paused."""
    music.panel.at_once.setChecked(False)
    music.doings.create()
    qtbot.waitUntil(lambda: kept(music))
    return music


def enter_music(studio: Studio) -> MusicRoom:
    studio.window.go_to("music")
    return studio.window.music


def engine(room: MusicRoom) -> OrchestraEngine:
    return room.composing._queue._engine.inner


def kept(room: MusicRoom) -> bool:
    """Whether there is a tune in hand, which is in the library."""
    now = room.bench.now
    return now is not None and now.artwork is not None and not now.own
