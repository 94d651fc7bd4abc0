"""Notes to sound, in blocks, with changes on the way."""

from __future__ import annotations

import numpy as np
import pytest

from studio.recipes.score import TICKS, Note
from studio.sound import RATE
from studio.sound import synth as module
from studio.sound.synth import GRID, Synth, frame_of
from tests.sound.scores import BAR, alone, tune

pytest.importorskip("tinysoundfont")

BLOCK = 16 * GRID


def blocks(synth: Synth, count: int, frames: int = BLOCK) -> np.ndarray:
    """[parts, frames, 2]"""
    return np.concatenate([synth.parts(frames) for _ in range(count)], axis=1)


def loudness(sound: np.ndarray) -> float:
    return float(np.sqrt(np.square(sound).mean()))


def pitch_of(sound: np.ndarray) -> float:
    """The strongest frequency, Hz."""
    spectrum = np.abs(np.fft.rfft(sound.sum(axis=-1) * np.hanning(len(sound))))
    return float(np.argmax(spectrum)) * RATE / len(sound)


def test_the_sound_does_not_depend_on_the_blocks() -> None:
    small, large = Synth(tune()), Synth(tune())
    assert np.array_equal(blocks(small, 64, GRID * 2), blocks(large, 2, GRID * 64))


def test_an_instrument_that_was_used_before_sounds_as_new() -> None:
    first = Synth(tune())
    before = blocks(first, 20)
    first.close()
    again = Synth(tune())
    assert np.array_equal(before, blocks(again, 20))


def test_notes_are_where_they_should_be() -> None:
    begin = 3 * TICKS
    synth = Synth(alone(Note(begin, TICKS, 69, 100), program=73))
    sound = blocks(synth, 120)[0]
    at = frame_of(begin, 120.0)
    assert not sound[:at].any()
    assert loudness(sound[at : at + RATE // 4]) > 0.01
    assert pitch_of(sound[at : at + RATE // 2]) == pytest.approx(440.0, rel=0.01)
    over = frame_of(begin + TICKS, 120.0) + RATE // 2
    assert loudness(sound[over:]) < 0.001


def test_a_note_right_after_one_of_its_pitch_is_heard() -> None:
    notes = [Note(k * TICKS, TICKS, 60, 100) for k in range(4)]
    sound = blocks(Synth(alone(*notes, program=0)), 80)[0]
    onsets = [frame_of(note.start, 120.0) for note in notes]
    before = [loudness(sound[max(0, at - 2000) : at]) for at in onsets[1:]]
    after = [loudness(sound[at + 500 : at + 2500]) for at in onsets[1:]]
    assert all(new > 1.2 * old for new, old in zip(after, before, strict=True))


def test_volume_place_mute_and_solo() -> None:
    score = alone(Note(0, 2 * BAR, 60, 100))

    def changed(**part: object) -> np.ndarray:
        new = score.parts[0].model_copy(update=part)
        synth = Synth(score.model_copy(update={"parts": (new,)}))
        return blocks(synth, 20)[0]

    plain = changed()
    assert loudness(changed(volume=0.4)) == pytest.approx(loudness(plain) / 4, rel=0.01)
    assert not changed(muted=True).any()
    left = changed(pan=-1.0)
    assert loudness(left[:, 0]) == pytest.approx(loudness(plain[:, 0]), rel=0.01)
    assert loudness(left[:, 1]) < 1e-6

    synth = Synth(tune())
    synth.solo = frozenset({2})
    parts = blocks(synth, 10)
    assert parts[2].any()
    assert not parts[[0, 1, 3]].any()


def test_a_change_of_volume_glides() -> None:
    score = alone(Note(0, 2 * BAR, 60, 100))
    synth = Synth(score)
    before = blocks(synth, 20)[0]
    silent = score.parts[0].model_copy(update={"muted": True})
    synth.update(score.model_copy(update={"parts": (silent,)}))
    after = blocks(synth, 2)[0]
    steps = np.abs(np.diff(np.concatenate([before, after]), axis=0)).max(axis=1)
    assert steps[len(before) - 5 :].max() <= steps[: len(before)].max()
    assert not after[BLOCK:].any()


def test_what_is_muted_while_it_sounds_is_there_again_afterwards() -> None:
    score = alone(Note(0, 2 * BAR, 60, 100))
    muted = score.model_copy(update={"parts": (score.parts[0].model_copy(update={"muted": True}),)})
    synth = Synth(score)
    blocks(synth, 5)
    synth.update(muted)
    blocks(synth, 5)
    synth.update(score)
    assert loudness(blocks(synth, 5)[0][BLOCK:]) > 0.01


def test_another_instrument_takes_over_a_note_that_is_held() -> None:
    score = alone(Note(0, 2 * BAR, 60, 100))
    synth = Synth(score)
    blocks(synth, 10)
    trumpet = score.parts[0].model_copy(update={"program": 56})
    synth.update(score.model_copy(update={"parts": (trumpet,)}))
    both = blocks(synth, 20)[0]
    fresh = Synth(score)
    assert loudness(both[5 * BLOCK :]) > 0.01
    assert not np.allclose(both, blocks(fresh, 30)[0][10 * BLOCK :], atol=0.01)


def test_a_note_that_was_taken_away_stops_and_others_go_on() -> None:
    low, high = Note(0, 2 * BAR, 48, 100), Note(0, 2 * BAR, 81, 100)
    score = alone(low, high)
    synth = Synth(score)
    blocks(synth, 10)
    synth.update(alone(low))
    rest = blocks(synth, 60)[0][-RATE // 2 :]
    expected = Synth(alone(low))
    only_low = blocks(expected, 70)[0][-RATE // 2 :]
    assert loudness(rest) == pytest.approx(loudness(only_low), rel=0.1)


def test_another_tempo_goes_on_at_the_same_place() -> None:
    score = tune(4)
    synth = Synth(score)
    blocks(synth, 43)  # a second: two beats
    before = synth.position
    synth.update(score.model_copy(update={"tempo": 60.0}))
    assert synth.position == pytest.approx(before, abs=5)
    blocks(synth, 43)
    assert synth.position == pytest.approx(before + TICKS, abs=10)


def test_parts_may_come_and_go() -> None:
    score = tune()
    synth = Synth(score)
    blocks(synth, 3)
    synth.update(score.model_copy(update={"parts": score.parts[:1]}))
    assert blocks(synth, 3).shape[0] == 1
    synth.update(score)
    parts = blocks(synth, 30)
    assert all(part.any() for part in parts)


def test_seeking_begins_long_notes_again_and_stops_what_sounded() -> None:
    score = alone(Note(0, BAR, 62, 100), Note(BAR, BAR, 69, 100), program=73)
    synth = Synth(score)
    blocks(synth, 10)
    synth.seek(BAR + TICKS)
    sound = blocks(synth, 30)[0][8 * BLOCK :]
    assert pitch_of(sound) == pytest.approx(440.0, rel=0.02)
    synth.seek(0)
    assert synth.position == 0


def test_a_loop_goes_round_exactly() -> None:
    # Three beats: every round is alike once the first has died away.
    score = alone(Note(0, TICKS, 60, 100), Note(TICKS, TICKS, 64, 100), program=12)
    synth = Synth(score, loop=(0, 3 * TICKS))
    length = frame_of(3 * TICKS, 120.0)
    sound = blocks(synth, -(-4 * length // BLOCK))[0]
    rounds = [sound[k * length : (k + 1) * length] for k in range(4)]
    assert loudness(rounds[1]) > 0.01
    assert np.abs(rounds[3] - rounds[2]).max() < 0.02 * np.abs(rounds[2]).max()
    assert synth.position < 3 * TICKS + 1
    assert not synth.finished


def test_a_note_held_over_the_end_of_a_loop_does_not_hang() -> None:
    score = alone(Note(0, 2 * BAR, 60, 100))
    synth = Synth(score, loop=(TICKS, 2 * TICKS))
    sound = blocks(synth, 120)[0]
    assert loudness(sound[-RATE // 2 :]) < 1e-3  # it begins before the loop, so only once


def test_without_the_synthesizer_it_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    from studio.errors import StudioError

    monkeypatch.setattr(module, "tinysoundfont", None)
    monkeypatch.setattr(module, "_SHELF", module._Shelf(most=1))
    assert not module.can_play()
    with pytest.raises(StudioError, match="Python"):
        Synth(tune())
