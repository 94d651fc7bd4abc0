"""From what a model gives to what is kept: rate, sides, silence, loudness."""

from __future__ import annotations

import numpy as np
import pytest

from studio.engines.audio.finishing import at_our_rate, finished
from studio.errors import StudioError
from studio.sound import RATE
from studio.sound.mixing import CEILING, Loudness


def tone(seconds: float, loud: float = 0.5, rate: int = RATE, hertz: float = 440.0) -> np.ndarray:
    wave = loud * np.sin(2 * np.pi * hertz * np.arange(int(seconds * rate)) / rate)
    return np.stack([wave, wave], axis=1).astype(np.float32)


def done(sound: np.ndarray) -> np.ndarray:
    return np.concatenate(list(finished(sound)))


def silence(seconds: float) -> np.ndarray:
    return np.zeros((int(seconds * RATE), 2), np.float32)


@pytest.mark.parametrize("rate", [8_000, 44_100, 48_000])
@pytest.mark.parametrize("channels", [1, 2])
def test_every_rate_becomes_ours_in_stereo_and_stays_in_tune(rate, channels):
    wave = tone(2.0, rate=rate)[:, :channels]
    pieces = [wave[:5001], wave[5001:5002], wave[5002:]]
    made = np.concatenate(list(at_our_rate(pieces, rate)))
    assert made.dtype == np.float32
    assert made.shape[1] == 2
    assert abs(len(made) - 2 * RATE) < RATE // 100
    assert np.array_equal(made[:, 0], made[:, 1])
    middle = made[RATE // 2 : RATE // 2 + RATE, 0]
    assert np.argmax(np.abs(np.fft.rfft(middle))) == 440
    assert np.abs(middle).max() == pytest.approx(0.5, abs=0.01)


def test_nothing_is_lost_between_the_pieces():
    wave = tone(1.0, rate=48_000)
    whole = np.concatenate(list(at_our_rate([wave], 48_000)))
    pieces = np.concatenate(list(at_our_rate(np.array_split(wave, 7), 48_000)))
    assert np.array_equal(whole, pieces)


@pytest.mark.parametrize("loud", [0.003, 0.5, 4.0])
def test_it_is_as_loud_as_other_sounds_and_never_clips(loud):
    made = done(tone(3.0, loud))
    heard = Loudness()
    heard.add(made)
    assert heard.lufs == pytest.approx(-16.0, abs=0.3)
    assert np.abs(made).max() <= CEILING + 1e-6
    assert len(made) == 3 * RATE


def test_a_sudden_blow_does_not_make_the_rest_inaudible():
    sound = tone(3.0, 0.05)
    sound[RATE : RATE + 50] = 1.0
    made = done(sound)
    assert np.abs(made).max() <= CEILING + 1e-6
    assert np.abs(made[2 * RATE :]).max() > 0.1


def test_silence_at_the_ends_is_cut_off_and_in_the_middle_it_stays():
    sound = np.concatenate([silence(2.0), tone(1.0), silence(1.0), tone(1.0), silence(4.0)])
    made = done(sound)
    assert 3.0 * RATE <= len(made) <= 3.6 * RATE
    loud = np.flatnonzero(np.abs(made).max(axis=1) > 0.01)
    assert loud[0] <= 0.3 * RATE
    assert len(made) - loud[-1] <= 0.3 * RATE


def test_it_begins_and_ends_without_a_click():
    made = done(tone(1.0, hertz=443.3) + np.float32(0.2))
    assert np.abs(made[0]).max() < 1e-4
    assert np.abs(made[-1]).max() < 1e-3
    assert np.abs(np.diff(made, axis=0)).max() < 0.2


@pytest.mark.parametrize("frames", [1, 63, 4096, 5000])
def test_even_a_very_short_one_keeps_its_length(frames):
    sound = tone(1.0, hertz=5000.0)[1 : 1 + frames]
    assert len(done(sound)) == frames


@pytest.mark.parametrize("sound", [silence(1.0), np.zeros((0, 2), np.float32)])
def test_nothing_but_silence_is_said_so(sound):
    with pytest.raises(StudioError, match="nothing but silence") as caught:
        finished(sound)
    assert caught.value.todo


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_what_is_no_sound_is_said_so(bad):
    sound = tone(0.5)
    sound[100, 1] = bad
    with pytest.raises(StudioError, match="nonsense"):
        finished(sound)
