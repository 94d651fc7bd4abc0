"""Whole tunes: loud enough, never too loud, and no silence around them."""

from __future__ import annotations

import numpy as np
import pytest

from studio.errors import StudioError
from studio.recipes.score import TICKS, Note, Score
from studio.sound import RATE, render
from studio.sound.instruments import INSTRUMENTS
from studio.sound.mixing import CEILING, Loudness
from tests.sound.scores import BAR, alone, tune

pytest.importorskip("tinysoundfont")


def whole(score: Score, **more) -> np.ndarray:
    return np.concatenate(list(render.tune(score, **more)))


def silence_around(sound: np.ndarray) -> tuple[float, float]:
    """Seconds below -60 dBFS at the start and at the end."""
    loud = np.flatnonzero(np.abs(sound).max(axis=1) > 1e-3)
    return loud[0] / RATE, (len(sound) - 1 - loud[-1]) / RATE


SCORES = {
    "four parts": tune(4),
    "slow": tune(2, tempo=40.0),
    "fast": tune(8, tempo=240.0),
    "late": alone(Note(3 * BAR, BAR, 60, 100), bars=6),
    "a pad that comes slowly": alone(Note(0, 4 * BAR, 60, 40), bars=4, program=89),
    "one short note": alone(Note(0, 10, 60, 1), bars=1, program=0),
    "many notes at once": alone(*(Note(0, BAR, pitch, 127) for pitch in range(40, 90, 2))),
    "drums alone": alone(*(Note(k * TICKS, 60, 36, 127) for k in range(8)), role="drums"),
}


@pytest.mark.parametrize("score", SCORES.values(), ids=SCORES.keys())
def test_no_clipping_and_no_silence_around_it(score: Score) -> None:
    sound = whole(score)
    assert sound.dtype == np.float32
    assert np.isfinite(sound).all()
    assert np.abs(sound).max() <= CEILING * (1 + 1e-6)
    assert max(silence_around(sound)) <= 0.3
    assert np.abs(sound[-20:]).max() < 1e-3  # faded to nothing


@pytest.mark.parametrize("name", ["four parts", "slow", "fast"])
def test_it_is_as_loud_as_other_music(name: str) -> None:
    meter = Loudness()
    meter.add(whole(SCORES[name]))
    assert meter.lufs == pytest.approx(-16.0, abs=1.0)


def test_it_lasts_as_long_as_its_bars_and_what_dies_away() -> None:
    score = tune(4)
    seconds = len(whole(score)) / RATE
    assert score.seconds - 0.1 <= seconds <= score.seconds + 4


def test_untrimmed_it_begins_with_the_first_bar() -> None:
    late = SCORES["late"]
    trimmed, exact = whole(late), whole(late, trimmed=False)
    assert len(exact) - len(trimmed) == pytest.approx(6.0 * RATE, abs=0.3 * RATE)
    assert silence_around(exact)[0] == pytest.approx(6.0, abs=0.3)


def test_the_same_score_gives_the_same_sound() -> None:
    assert np.array_equal(whole(tune()), whole(tune()))


def test_stems_add_up_to_the_mix() -> None:
    score = tune(2)
    stems = [np.concatenate(list(stem)) for stem in render.stems(score)]
    assert len(stems) == 4
    assert len({len(stem) for stem in stems}) == 1
    assert all(np.abs(stem).max() > 0.01 for stem in stems)
    mix = whole(score, trimmed=False)
    assert len(mix) == len(stems[0])
    if np.abs(mix).max() < CEILING * 0.999:  # else the limiter was at work
        assert np.allclose(sum(stems), mix, atol=1e-4)
    quiet = np.abs(sum(stems)).max(axis=1) < 0.2
    assert np.corrcoef(sum(stems)[quiet, 0], mix[quiet, 0])[0, 1] > 0.99


def test_muted_parts_are_in_their_stem_only() -> None:
    score = tune(2)
    muted = [part.model_copy(update={"muted": part.role != "bass"}) for part in score.parts]
    only_bass = score.model_copy(update={"parts": tuple(muted)})
    assert all(np.concatenate(list(stem)).any() for stem in render.stems(only_bass))
    meter = np.abs(np.fft.rfft(whole(only_bass)[:RATE, 0]))
    assert np.argmax(meter) < 400  # Hz: one bin each


@pytest.mark.parametrize(
    "score",
    [Score(bars=4), alone(), alone(Note(0, TICKS, 60, 90), muted=True)],
    ids=["no part", "no note", "all muted"],
)
def test_nothing_to_hear_says_so(score: Score) -> None:
    with pytest.raises(StudioError, match="nothing to hear"):
        whole(score)


def test_hours_say_so() -> None:
    endless = Score(
        bars=256, beats=16, unit=2, tempo=20.0, parts=alone(Note(0, TICKS, 60, 90)).parts
    )
    with pytest.raises(StudioError, match="longer than an hour"):
        whole(endless)


def test_it_can_be_stopped_and_says_how_far_it_is() -> None:
    seen: list[float] = []
    whole(tune(4), check=seen.append)
    assert seen == sorted(seen)
    assert seen[-1] == pytest.approx(1.0, abs=0.05)

    def stop(done: float) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        whole(tune(4), check=stop)


@pytest.mark.slow
def test_instruments_are_about_equally_loud() -> None:
    """In the register where they are used, a plain tune on each is within 5 dB of the middle."""
    from studio.sound.synth import Synth

    found = {}
    for instrument in INSTRUMENTS:
        low = instrument.roles[0] == "bass"
        notes = [Note(k * TICKS, TICKS - 20, (36 if low else 60) + k % 8, 85) for k in range(16)]
        role = "bass" if low else "melody"
        synth = Synth(alone(*notes, bars=4, role=role, program=instrument.program))
        meter = Loudness()
        while not synth.finished:
            meter.add(synth.parts(16_384)[0])
        synth.close()
        found[instrument.name] = meter.lufs
    middle = float(np.median(list(found.values())))
    assert not {name: lufs for name, lufs in found.items() if abs(lufs - middle) > 6}
