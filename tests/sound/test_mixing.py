"""Room, limiter and loudness."""

from __future__ import annotations

import numpy as np
import pytest

from studio.sound import RATE
from studio.sound.mixing import CEILING, Limiter, Loudness, Mixer, Room, _impulse


def tone(hertz: float, decibels: float, seconds: float) -> np.ndarray:
    """A sine of that peak in both ears [frames, 2]."""
    at = np.arange(int(seconds * RATE)) / RATE
    wave = 10 ** (decibels / 20) * np.sin(2 * np.pi * hertz * at)
    return np.repeat(wave[:, None], 2, axis=1).astype(np.float32)


def loudness_of(*sounds: np.ndarray, block: int = 5000) -> float:
    meter = Loudness()
    sound = np.concatenate(sounds)
    for at in range(0, len(sound), block):
        meter.add(sound[at : at + block])
    return meter.lufs


# EBU Tech 3341, table 1, cases 1, 2, 3 and 5: to be within 0.1 LU.
@pytest.mark.parametrize(
    ("sounds", "lufs"),
    [
        ([(-23.0, 20)], -23.0),
        ([(-33.0, 20)], -33.0),
        ([(-36.0, 10), (-23.0, 60), (-36.0, 10)], -23.0),
        ([(-26.0, 20), (-20.0, 20.1), (-26.0, 20)], -23.0),
    ],
)
def test_loudness_of_the_standard_s_signals(sounds, lufs) -> None:
    parts = [tone(1000.0, decibels, seconds) for decibels, seconds in sounds]
    assert loudness_of(*parts) == pytest.approx(lufs, abs=0.1)


def test_loudness_counts_high_sounds_more_and_deep_ones_less() -> None:
    # By the curve of BS.1770-5: +3.3 dB at 5 kHz and -4.7 at 50 Hz against 1 kHz.
    middle = loudness_of(tone(1000.0, -20, 5))
    assert loudness_of(tone(5000.0, -20, 5)) - middle == pytest.approx(3.3, abs=0.2)
    assert loudness_of(tone(50.0, -20, 5)) - middle == pytest.approx(-4.7, abs=0.2)


def test_silence_and_what_is_too_short_have_no_loudness() -> None:
    assert loudness_of(np.zeros((RATE, 2), np.float32)) == -np.inf
    assert loudness_of(tone(1000, -10, 0.3)) == -np.inf
    assert Loudness().lufs == -np.inf


def through(limiter: Limiter, sound: np.ndarray, block: int) -> np.ndarray:
    return np.concatenate([limiter(sound[at : at + block]) for at in range(0, len(sound), block)])


def bursts() -> np.ndarray:
    dice = np.random.default_rng(3)
    sound = dice.standard_normal((RATE * 4 // 4096 * 4096, 2)).astype(np.float32)
    return sound * (np.sin(np.arange(len(sound)) / 7000) ** 8).astype(np.float32)[:, None]


@pytest.mark.parametrize("gain", [0.1, 1.0, 10.0])
def test_the_limiter_never_lets_anything_over_the_ceiling(gain: float) -> None:
    out = through(Limiter(), bursts() * np.float32(gain), 1024)
    assert np.abs(out).max() <= CEILING * (1 + 1e-6)


def test_the_limiter_does_not_touch_what_is_below() -> None:
    sound = tone(300.0, -2.0, 1)[: 40 * 1024]
    out = through(Limiter(), sound, 1024)
    assert np.array_equal(out[Limiter.delay :], sound[: -Limiter.delay])


def test_the_limiter_lowers_and_does_not_cut() -> None:
    """A loud sine stays a sine: what is not of its frequency stays 40 dB below it."""
    sound = tone(441.0, 12.0, 2)[: 80 * 1024]
    out = through(Limiter(), sound, 1024)[RATE : RATE + 22_050, 0]
    power = np.abs(np.fft.rfft(out * np.hanning(len(out)))) ** 2
    top = int(np.argmax(power))
    around = power[top - 3 : top + 4].sum()
    assert 10 * np.log10((power.sum() - around) / around) < -40


def test_the_limiter_does_not_depend_on_the_blocks() -> None:
    sound = bursts() * 3
    small, large = through(Limiter(), sound, 64), through(Limiter(), sound, 4096)
    assert np.allclose(small, large, atol=1e-6)


def test_the_limiter_comes_back() -> None:
    quiet = tone(1000.0, -20.0, 1.5)
    sound = np.concatenate([tone(1000.0, 10.0, 0.5), quiet])
    sound = sound[: len(sound) // 64 * 64]
    out = through(Limiter(), sound, len(sound))
    end = slice(-RATE // 4, None)
    assert np.abs(out[end]).max() == pytest.approx(np.abs(sound[end]).max(), rel=0.02)


def test_the_room_answers_with_its_impulse_whatever_the_blocks() -> None:
    clap = np.zeros(1 << 17, np.float32)
    clap[100] = 1.0
    for block in (1024, 16_384):
        room = Room(block)
        out = np.concatenate([room(clap[at : at + block]) for at in range(0, len(clap), block)])
        impulse = _impulse()
        assert not np.abs(out[:100]).max() > 1e-6
        assert np.allclose(out[100 : 100 + len(impulse)], impulse, atol=1e-5)
        assert np.abs(out[100 + len(impulse) :]).max() < 1e-5


def test_the_room_dies_away_and_is_different_for_both_ears() -> None:
    impulse = _impulse().astype(np.float64)
    early, late = impulse[: RATE // 5], impulse[RATE:]
    assert np.square(late).sum() < 1e-3 * np.square(early).sum()
    assert abs(np.corrcoef(impulse.T)[0, 1]) < 0.1


def test_a_mix_is_the_sum_of_its_parts_and_of_a_little_room() -> None:
    dice = np.random.default_rng(1)
    parts = dice.standard_normal((2, 2048, 2)).astype(np.float32) * 0.1
    out = Mixer(["bass", "drums"], 2048)(parts)
    room = out - parts.sum(axis=0)
    assert 0 < np.square(room).sum() < 0.05 * np.square(out).sum()
