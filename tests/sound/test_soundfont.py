"""The shipped soundfont, and taking it apart."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest

from studio.errors import StudioError
from studio.sound.instruments import INSTRUMENTS, KITS
from studio.sound.soundfont import DRUM_BANK, SoundFont, shipped

tinysoundfont = pytest.importorskip("tinysoundfont")


@pytest.fixture(scope="module")
def font():
    font = SoundFont(shipped())
    yield font
    font.close()


def loaded(source: object):
    synth = tinysoundfont.Synth()
    return synth, synth.sfload(source)


def played(source: object, bank: int, program: int, pitches: list[int]) -> np.ndarray:
    synth, number = source if isinstance(source, tuple) else loaded(source)
    synth.program_select(0, number, bank, program, bank == DRUM_BANK)
    for pitch in pitches:
        synth.noteon(0, pitch, 100)
    return np.frombuffer(synth.generate_simple(22_050), np.float32)


def test_every_instrument_that_is_offered_is_in_it_and_sounds(font: SoundFont) -> None:
    for instrument in (*INSTRUMENTS, *KITS):
        bank = DRUM_BANK if instrument in KITS else 0
        assert font.has(bank, instrument.program), instrument
        sound = played(font.only(bank, instrument.program), bank, instrument.program, [38, 60])
        assert np.abs(sound).max() > 0.01, instrument


@pytest.mark.slow
def test_a_cut_out_instrument_sounds_as_in_the_whole_soundfont(font: SoundFont) -> None:
    everything = loaded(str(shipped()))
    for bank, program in ((0, 0), (0, 48), (0, 89), (DRUM_BANK, 40)):
        everything[0].soundfonts[everything[1]].reset()
        everything[0].generate_simple(22_050)
        whole = played(everything, bank, program, [36, 38, 60, 72])
        cut = played(font.only(bank, program), bank, program, [36, 38, 60, 72])
        # A sample's last frame is blended with whatever lies behind it, which is another one now.
        different = np.abs(whole - cut) > 1e-5
        assert different.mean() < 1e-3
        assert np.abs(whole - cut).max() < 0.01


def test_it_is_a_small_part(font: SoundFont) -> None:
    assert len(font.only(0, 73)) < shipped().stat().st_size / 50


def test_what_it_has_not_is_a_key_error(font: SoundFont) -> None:
    assert not font.has(DRUM_BANK, 127)
    with pytest.raises(KeyError):
        font.only(DRUM_BANK, 127)


@pytest.mark.parametrize("keep", [0, 5, 100, 2000, 30_000])
def test_a_soundfont_that_was_cut_off_says_so(tmp_path: Path, keep: int) -> None:
    damaged = tmp_path / "damaged.sf3"
    with shipped().open("rb") as file:
        damaged.write_bytes(file.read(keep))
    with pytest.raises(StudioError, match="Install Easel again"):
        SoundFont(damaged)


def test_a_soundfont_with_wrong_numbers_says_so(tmp_path: Path) -> None:
    damaged = tmp_path / "damaged.sf3"
    shutil.copy(shipped(), damaged)
    data = bytearray(damaged.read_bytes())
    at = data.rfind(b"pbag") + 8
    data[at : at + 4000] = b"\xff" * 4000
    damaged.write_bytes(data)
    font = SoundFont(damaged)
    with pytest.raises(StudioError, match="damaged"):
        font.only(0, 0)
    font.close()


def test_none_at_all_says_so(tmp_path: Path) -> None:
    with pytest.raises(StudioError, match="missing"):
        SoundFont(tmp_path / "none.sf3")


def test_a_guitar_does_not_ring_through_all_that_follows(font: SoundFont) -> None:
    synth, number = loaded(font.only(0, 25))
    synth.program_select(0, number, 0, 25, False)
    for pitch in (52, 59, 64, 67):
        synth.noteon(0, pitch, 100)
    rung = np.abs(np.frombuffer(synth.generate_simple(44_100), np.float32)).max()
    for pitch in (52, 59, 64, 67):
        synth.noteoff(0, pitch)
    synth.generate_simple(3 * 44_100)
    rest = np.abs(np.frombuffer(synth.generate_simple(4410), np.float32)).max()
    assert rest < rung / 10_000
