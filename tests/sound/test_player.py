"""Playing on a device that is made up and, where there is PortAudio, on one that nobody hears."""

from __future__ import annotations

import builtins
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from studio.errors import StudioError
from studio.recipes.score import TICKS, Note, Score
from studio.sound import RATE, devices, files, render
from studio.sound.player import BLOCK, Player
from studio.sound.sources import FileSource, Piece, ScoreSource
from studio.sound.synth import frame_of
from tests.sound.fake_sounddevice import FakeSoundDevice
from tests.sound.scores import BAR, alone, tune

pytest.importorskip("tinysoundfont")


def wait_for(holds: Callable[[], object], seconds: float = 20.0) -> None:
    until = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < until, "waited in vain"
        time.sleep(0.002)


class Desk:
    """A player and the device it plays on."""

    def __init__(self, *names: str) -> None:
        self.device = FakeSoundDevice(*names)
        self.player = Player(module=self.device)

    def play(self, score: Score) -> None:
        self.player.load_score(score)
        self.player.play()
        wait_for(lambda: self.player.playing)

    def hear(self, blocks: int, frames: int = BLOCK) -> np.ndarray:
        """The next blocks, each asked for once it is rendered."""
        heard = []
        enough = -(-frames // BLOCK)
        for _ in range(blocks):
            wait_for(
                lambda: (
                    len(self.player._queue) >= enough
                    or None in self.player._queue
                    or not self.player.playing
                )
            )
            heard.append(self.device.stream.ask(frames))
        return np.concatenate(heard)

    def settle(self) -> None:
        """Until every wish is done."""
        done = threading.Event()
        self.player._wish(done.set)
        assert done.wait(20)


@pytest.fixture
def desk() -> Iterator[Desk]:
    desk = Desk("Speakers", "Headphones")
    yield desk
    desk.player.close()


def rendered(score: Score, blocks: int) -> np.ndarray:
    source = ScoreSource(score, BLOCK)
    sound = np.concatenate([source.next(BLOCK).sound for _ in range(blocks)])
    source.close()
    return sound


def loudness(sound: np.ndarray) -> float:
    return float(np.sqrt(np.square(sound).mean()))


@pytest.mark.parametrize("frames", [BLOCK, 441, 3000])
def test_what_is_heard_is_what_was_rendered(desk: Desk, frames: int) -> None:
    desk.play(tune())
    heard = desk.hear(20, frames)[: 8 * BLOCK]
    expected = rendered(tune(), 8)
    assert np.array_equal(heard[1000:], expected[1000:])  # it comes in gliding
    assert desk.player.underruns == 0


def test_position_and_levels_follow_what_is_heard(desk: Desk) -> None:
    desk.play(tune())
    desk.hear(1)
    assert desk.player.position == pytest.approx(0, abs=2 * BLOCK / RATE * 2 * TICKS)
    desk.hear(43)  # a second in all: two beats
    block = BLOCK / RATE * 2 * TICKS
    assert 2 * TICKS - 3 * block < desk.player.position < 2 * TICKS + 3 * block
    levels = desk.player.levels
    assert 0 < levels.rms[0] < levels.peak[0] <= 1
    assert len(levels.parts) == 4
    assert max(levels.parts) > 0


def test_position_is_of_what_is_heard_not_of_what_the_device_holds(desk: Desk) -> None:
    desk.device.latency = 30.0
    desk.play(tune())
    desk.hear(20)
    assert desk.player.position == 0.0


def test_it_ends_by_itself_and_begins_again(desk: Desk) -> None:
    desk.play(alone(Note(0, TICKS, 60, 100), bars=1))
    while desk.player.playing:
        desk.hear(1)
    assert desk.player.underruns == 0
    assert desk.player.levels.peak == (0.0, 0.0)
    assert not desk.device.stream.ask(BLOCK).any()
    desk.player.play()
    wait_for(lambda: desk.player.playing)
    assert loudness(desk.hear(10)) > 0.001
    assert desk.player.position < 2 * TICKS


def test_pause_is_silent_without_a_click_and_goes_on_where_it_was(desk: Desk) -> None:
    desk.play(tune())
    before = desk.hear(12)
    position = desk.player.position
    desk.player.pause()
    wait_for(lambda: not desk.player.playing)
    silent = desk.hear(3)
    steps = np.abs(np.diff(np.concatenate([before[-5:], silent]), axis=0)).max()
    assert steps <= max(np.abs(np.diff(before, axis=0)).max(), 0.01)
    assert not silent[BLOCK:].any()
    assert desk.player.position == pytest.approx(position, abs=2 * BLOCK / RATE * 2 * TICKS)
    desk.player.play()
    wait_for(lambda: desk.player.playing)
    after = desk.hear(4)
    assert np.array_equal(after[1000:], rendered(tune(), 16)[12 * BLOCK + 1000 :])


def test_seeking_while_it_plays(desk: Desk) -> None:
    desk.play(tune(8))
    desk.hear(5)
    desk.player.seek(4 * BAR)
    desk.settle()
    assert desk.player.position == 4 * BAR
    desk.hear(3)
    assert 4 * BAR <= desk.player.position < 4 * BAR + TICKS


def test_a_loop_goes_round_without_a_gap(desk: Desk) -> None:
    desk.player.load_score(alone(Note(0, 4 * TICKS, 60, 100), Note(0, 4 * TICKS, 67, 100)))
    desk.player.loop((0, 2 * TICKS))
    desk.player.play()
    wait_for(lambda: desk.player.playing)
    length = frame_of(2 * TICKS, 120.0)
    sound = desk.hear(6 * length // BLOCK)
    cells = np.abs(sound[RATE // 4 :]).reshape(-1, 2)
    windows = [loudness(cells[at : at + 1024]) for at in range(0, len(cells) - 1024, 512)]
    assert min(windows) > 0.1 * max(windows)
    assert desk.player.position < 2 * TICKS * 1.2
    assert desk.player.underruns == 0


def test_changes_are_heard_soon(desk: Desk) -> None:
    score = alone(Note(0, 2 * BAR, 60, 100))
    desk.play(score)
    desk.hear(10)
    muted = score.parts[0].model_copy(update={"muted": True})
    desk.player.update(score.model_copy(update={"parts": (muted,)}))
    desk.settle()
    sound = desk.hear(60)
    silent = np.flatnonzero(np.abs(sound).max(axis=1) > 1e-3)[-1] / RATE
    assert silent < 1.2  # the blocks that were rendered, and the room
    desk.player.update(score)
    desk.settle()
    assert loudness(desk.hear(12)[-BLOCK:]) > 0.001
    desk.player.solo(frozenset({3}))
    desk.settle()
    assert loudness(desk.hear(70)[-BLOCK:]) < 0.001


def test_another_score_takes_over_while_it_plays(desk: Desk) -> None:
    desk.play(tune())
    desk.hear(3)
    desk.player.load_score(tune(tempo=60.0), at=BAR)
    desk.settle()
    assert desk.player.playing
    desk.hear(2)
    assert BAR <= desk.player.position < BAR + TICKS


def test_too_little_too_late_is_counted_and_told_without_a_click(desk: Desk) -> None:
    gate = threading.Semaphore(4)

    class Slow:
        pace, finished = 1.0, False

        def next(self, frames: int) -> Piece:
            assert gate.acquire(timeout=20)
            return Piece(np.full((frames, 2), 0.5, np.float32), 0.0)

        def seek(self, position: float) -> None: ...

        def close(self) -> None: ...

    desk.player.load(Slow)
    desk.player.play()
    wait_for(lambda: desk.player.playing)
    wait_for(lambda: len(desk.player._queue) == 4)
    sound = np.concatenate([desk.device.stream.ask(BLOCK) for _ in range(6)])
    assert desk.player.underruns == 1
    gate.release(100)
    wait_for(lambda: len(desk.player._queue) > 2)
    more = desk.device.stream.ask(BLOCK)
    assert more[-1, 0] == 0.5
    assert np.abs(np.diff(np.concatenate([sound, more]), axis=0)).max() < 0.01
    desk.device.stream.underflow = True
    desk.device.stream.ask(BLOCK)
    assert desk.player.underruns == 2
    assert desk.player.starved == 1
    wait_for(lambda: len(desk.player._queue) == 16)  # it was too late with eight


def test_without_portaudio_it_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    real = builtins.__import__

    def without(name: str, *more, **words):
        if name == "sounddevice":
            raise OSError("PortAudio library not found")
        return real(name, *more, **words)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(StudioError, match="Everything else works"):
        devices.devices()
    player = Player()
    player.load_score(tune())
    player.play()
    wait_for(lambda: player.trouble)
    assert not player.playing
    assert "cannot play sound" in player.trouble.what
    player.close()


def test_without_a_device_it_says_so(desk: Desk) -> None:
    desk.device.names.clear()
    with pytest.raises(StudioError, match="Plug one in"):
        devices.devices(desk.device)
    desk.player.load_score(tune())
    desk.player.play()
    wait_for(lambda: desk.player.trouble)
    assert not desk.player.playing
    desk.device.names.append("Speakers")
    desk.player.play()
    wait_for(lambda: desk.player.playing)
    assert desk.player.trouble is None


def test_a_device_that_is_pulled_out_stops_it_and_another_goes_on(desk: Desk) -> None:
    desk.play(tune(4))
    desk.hear(30)
    position = desk.player.position
    desk.device.stream.active = False
    wait_for(lambda: desk.player.trouble)
    assert "gone" in desk.player.trouble.what
    assert not desk.player.playing
    assert desk.device.stream.closed
    desk.player.play()
    wait_for(lambda: desk.player.playing)
    desk.hear(2)
    assert desk.player.position == pytest.approx(position, abs=TICKS / 2)


def test_a_device_that_is_not_heard_of_any_more_is_gone(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("studio.sound.player._DEAF", 0.2)
    desk.play(tune())
    wait_for(lambda: desk.player.trouble)
    assert "gone" in desk.player.trouble.what


def test_devices_are_named_once_and_the_usual_one_comes_first(desk: Desk) -> None:
    desk.device.names.append("Speakers")
    found = devices.devices(desk.device, again=True)
    assert found == [("Speakers", True), ("Headphones", False)]
    assert desk.device.looked == 1


def test_choosing_a_device_while_it_plays(desk: Desk) -> None:
    desk.play(tune())
    desk.hear(3)
    assert desk.device.stream.settings["device"] is None
    first = desk.device.stream
    desk.player.choose("Headphones")
    desk.settle()
    assert first.closed
    assert desk.device.stream.settings["device"] == 1
    assert loudness(desk.hear(5)) > 0.001
    desk.player.choose("Gone since yesterday")
    desk.settle()
    assert desk.device.stream.settings["device"] is None


def test_the_device_is_let_go_when_a_pause_lasts(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("studio.sound.player._IDLE", 0.05)
    desk.play(tune())
    desk.hear(3)
    desk.player.pause()
    wait_for(lambda: desk.device.stream.closed)
    desk.player.play()
    wait_for(lambda: len(desk.device.streams) == 2)


def test_files_are_played_too(desk: Desk, tmp_path) -> None:
    score = tune()
    sound = np.concatenate(list(render.tune(score, trimmed=False)))
    path = tmp_path / "tune.flac"
    files.save(path, [sound], files.Tags())
    desk.player.load(lambda: FileSource(path))
    desk.player.play()
    wait_for(lambda: desk.player.playing)
    assert np.allclose(desk.hear(10)[1000:], sound[1000 : 10 * BLOCK], atol=1e-6)
    desk.player.seek(1.5)
    desk.settle()
    at = round(1.5 * RATE)
    assert np.allclose(desk.hear(5)[1000:], sound[at + 1000 : at + 5 * BLOCK], atol=1e-6)
    assert desk.player.position == pytest.approx(1.5, abs=0.3)
    while desk.player.playing:
        desk.hear(1)
    assert desk.player.underruns == 0


def test_a_file_that_is_none_says_so(desk: Desk, tmp_path) -> None:
    path = tmp_path / "tune.flac"
    path.write_bytes(b"fLaC" + bytes(100))
    desk.player.load(lambda: FileSource(path))
    desk.player.play()
    wait_for(lambda: desk.player.trouble)
    assert "cannot be read" in desk.player.trouble.what


PLAYS = """
import sys, time
from studio.sound.player import Player
from studio.sound.devices import devices
from tests.sound.scores import tune
print([device.name for device in devices()])
player = Player()
player.load_score(tune(1))
player.play()
until = time.monotonic() + 60
while not player.playing and player.trouble is None and time.monotonic() < until:
    time.sleep(0.01)
while player.playing and time.monotonic() < until:
    time.sleep(0.01)
print("trouble", player.trouble, "position", player.position)
player.close()
"""


@pytest.mark.slow
@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="ALSA's null device")
def test_a_real_portaudio_with_a_device_that_nobody_hears(tmp_path) -> None:
    try:
        devices.backend()
    except StudioError:
        pytest.skip("no PortAudio here")
    system = Path("/usr/share/alsa/alsa.conf")
    if not system.exists():
        pytest.skip("no ALSA here")
    settings = tmp_path / "asound.conf"
    settings.write_text(f"<{system}>\npcm.!default {{ type null }}\n")
    done = subprocess.run(
        [sys.executable, "-c", PLAYS],
        env={**os.environ, "ALSA_CONFIG_PATH": str(settings)},
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )
    assert "default" in done.stdout, done.stderr
    assert "trouble None" in done.stdout
    assert float(done.stdout.split("position")[1]) >= BAR
