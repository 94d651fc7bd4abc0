"""From parts to a mix that is pleasant to hear: room, loudness, and a limit that is kept.

All of it works on blocks one after another, so that a tune of any length needs little memory and
the same code plays live. Blocks are float32 [frames, 2].
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import numpy as np
import numpy.typing as npt

from studio.recipes.score import Role
from studio.sound import RATE

Sound = npt.NDArray[np.float32]

CEILING = 10.0 ** (-1.0 / 20.0)  # -1 dBFS: encoders overshoot a little
LOUDNESS = -16.0  # LUFS, what streaming services and telephones expect
_SENDS: dict[Role, float] = {"melody": 0.16, "chords": 0.16, "bass": 0.04, "drums": 0.07}
_ROOM_SECONDS = 1.4
_CELL = 64  # frames that share a gain in the limiter
_AHEAD = 4  # cells it looks ahead: 6 ms
_RELEASE = 0.15  # seconds until a gain has come back by two thirds


class Mixer:
    """Sums parts and adds the room, block by block. `block`: frames of every block."""

    def __init__(self, roles: Sequence[Role], block: int) -> None:
        self._room = Room(block)
        self.roles = roles

    @property
    def roles(self) -> Sequence[Role]:
        """What the parts do: how much of the room each gets."""
        return self._roles

    @roles.setter
    def roles(self, roles: Sequence[Role]) -> None:
        self._roles = roles
        self._sends = [_SENDS[role] for role in roles]

    def __call__(self, parts: Sound) -> Sound:
        """Parts [parts, frames, 2] to a mix [frames, 2]."""
        send = np.zeros(parts.shape[1], np.float32)
        for part, amount in zip(parts, self._sends, strict=True):
            send += (part[:, 0] + part[:, 1]) * np.float32(0.5 * amount)
        dry: Sound = parts.sum(axis=0, dtype=np.float32)
        return dry + self._room(send)


@cache
def _impulse() -> Sound:
    """How the room answers a clap [frames, 2]: noise that dies away, the high of it sooner.

    Moorer, "About This Reverberation Business" (1979). Energy 1 in each ear.
    """
    dice = np.random.default_rng(1979)
    frames = int(_ROOM_SECONDS * RATE)
    noise = dice.standard_normal((frames, 2))
    spectrum = np.fft.rfft(noise, axis=0)
    hertz = np.fft.rfftfreq(frames, 1 / RATE)[:, None]
    seconds = np.arange(frames)[:, None] / RATE
    answer = np.zeros((frames, 2))
    edges = [150.0, 500.0, 1500.0, 4000.0, 9000.0]
    lasts = [1.3, 1.15, 0.9, 0.55]  # seconds in which a band loses 60 dB
    for low, high, last in zip(edges, edges[1:], lasts, strict=False):
        band = np.fft.irfft(spectrum * ((hertz >= low) & (hertz < high)), frames, axis=0)
        answer += band * 10.0 ** (-3.0 * seconds / last)
    delay = int(0.015 * RATE)
    rise = np.minimum(1.0, np.arange(frames) / (0.004 * RATE))[:, None]
    answer = np.concatenate([np.zeros((delay, 2)), (answer * rise)[:-delay]])
    fade = np.minimum(1.0, np.arange(frames, 0, -1) / (0.1 * RATE))[:, None]
    answer *= fade
    return np.asarray(answer / np.sqrt((answer**2).sum(axis=0)), np.float32)


class Room:
    """A small hall: convolution in equal partitions (Stockham 1966; Gardner 1995), no delay."""

    def __init__(self, block: int) -> None:
        self._block = block
        self._spectra = _partitions(block)
        self._past = np.zeros((self._spectra.shape[1], block + 1), np.complex64)
        self._newest = 0
        self._last = np.zeros(block, np.float32)

    def __call__(self, send: Sound) -> Sound:
        """What comes back [frames, 2] of a block that goes in [frames]."""
        self._newest = (self._newest - 1) % len(self._past)
        self._past[self._newest] = np.fft.rfft(np.concatenate([self._last, send]))
        self._last = send
        order = np.roll(self._past, -self._newest, axis=0)
        back = (order * self._spectra).sum(axis=1)
        return np.fft.irfft(back)[:, self._block :].T.astype(np.float32)


@cache
def _partitions(block: int) -> npt.NDArray[np.complex64]:
    impulse = _impulse()
    count = -(-len(impulse) // block)
    padded = np.zeros((2, count * block), np.float32)
    padded[:, : len(impulse)] = impulse.T
    return np.fft.rfft(padded.reshape(2, count, block), 2 * block).astype(np.complex64)


class Limiter:
    """Keeps every sample within `CEILING` and looks ahead, so that nothing is cut off.

    What comes out is `delay` frames late. Blocks are multiples of 64 frames.
    """

    delay = _AHEAD * _CELL

    def __init__(self, ceiling: float = CEILING) -> None:
        self._ceiling = ceiling
        self._waiting = np.zeros((self.delay, 2), np.float32)
        self._wanted = np.ones(_AHEAD)  # gains that the cells waiting allow
        self._lows = np.ones(_AHEAD - 1)
        self._gain = 1.0  # after release
        self._smooth = 1.0  # of the last cell that went out
        self._back = float(np.exp(-_CELL / (_RELEASE * RATE)))

    def __call__(self, block: Sound) -> Sound:
        """As many frames as come in, of those that came in before."""
        cells = len(block) // _CELL
        peaks = np.abs(block).reshape(cells, -1).max(axis=1)
        wanted = np.concatenate([self._wanted, self._ceiling / np.maximum(peaks, self._ceiling)])
        self._wanted = wanted[cells:]
        sound = np.concatenate([self._waiting, block])
        self._waiting = sound[len(block) :]
        out = sound[: len(block)]
        if wanted.min() >= 1.0 and min(self._gain, self._smooth, self._lows.min()) > 0.9999:
            self._gain = self._smooth = 1.0
            self._lows[:] = 1.0
            return out
        return (out * self._gains(wanted, cells)).astype(np.float32)

    def _gains(self, wanted: npt.NDArray[np.float64], cells: int) -> npt.NDArray[np.float64]:
        """A gain for every frame of the cells that go out [frames, 1]."""
        ahead = np.lib.stride_tricks.sliding_window_view(wanted, _AHEAD + 1).min(axis=1)
        low = np.empty(cells)
        gain = self._gain
        for number, most in enumerate(ahead):
            gain = low[number] = min(most, 1.0 - (1.0 - gain) * self._back)
        self._gain = gain
        lows = np.concatenate([self._lows, low])
        self._lows = lows[cells:]
        # Each of the cells in this mean has looked at this one and the next: it is allowed in both.
        smooth = np.lib.stride_tricks.sliding_window_view(lows, _AHEAD).mean(axis=1)
        before = np.concatenate([[self._smooth], smooth[:-1]])
        self._smooth = float(smooth[-1])
        steps = np.arange(1, _CELL + 1) / _CELL
        return np.asarray(before[:, None] + (smooth - before)[:, None] * steps).reshape(-1, 1)


class Loudness:
    """Integrated loudness of what was added, by ITU-R BS.1770-5, and its highest sample.

    The weighting is done on the spectra of tenths of a second, which need no filter that goes
    from sample to sample; the error is below 0.1 dB.
    """

    _STEP = RATE // 10

    def __init__(self) -> None:
        self.peak = 0.0
        self._rest = np.zeros((0, 2), np.float32)
        self._powers: list[npt.NDArray[np.float64]] = []

    def add(self, block: Sound) -> None:
        """The next block."""
        if len(block):
            self.peak = max(self.peak, float(np.abs(block).max()))
        sound = np.concatenate([self._rest, block])
        count = len(sound) // self._STEP
        self._rest = sound[count * self._STEP :]
        if count:
            steps = sound[: count * self._STEP].reshape(count, self._STEP, 2)
            spectra = np.fft.rfft(steps, axis=1)
            power = (np.abs(spectra) ** 2 * _weights(self._STEP)[:, None]).sum(axis=(1, 2))
            self._powers.append(power * 2.0 / self._STEP**2)

    @property
    def lufs(self) -> float:
        """Of all of it; minus infinity when it is silent or shorter than 0.4 s."""
        steps = np.concatenate(self._powers) if self._powers else np.zeros(0)
        if len(steps) < 4:
            return -np.inf
        blocks = np.lib.stride_tricks.sliding_window_view(steps, 4).mean(axis=1)
        heard = blocks[blocks > _power(-70.0)]
        if not len(heard):
            return -np.inf
        heard = heard[heard > heard.mean() / 10.0]  # the second gate: 10 dB below the first mean
        return float(-0.691 + 10.0 * np.log10(heard.mean()))


def _power(lufs: float) -> float:
    return float(10.0 ** ((lufs + 0.691) / 10.0))


@cache
def _weights(frames: int) -> npt.NDArray[np.float64]:
    """How much the power of each frequency counts: the standard's two filters at 48 kHz."""
    turn = np.exp(-2j * np.pi * np.fft.rfftfreq(frames, 1 / RATE) / 48_000.0)
    shelf_b, shelf_a = (
        (1.53512485958697, -2.69169618940638, 1.19839281085285),
        (1.0, -1.69065929318241, 0.73248077421585),
    )
    pass_b, pass_a = (1.0, -2.0, 1.0), (1.0, -1.99004745483398, 0.99007225036621)

    def response(b: tuple[float, ...], a: tuple[float, ...]) -> npt.NDArray[np.complex128]:
        above = sum(each * turn**power for power, each in enumerate(b))
        below = sum(each * turn**power for power, each in enumerate(a))
        return np.asarray(above / below)

    return np.asarray(np.abs(response(shelf_b, shelf_a) * response(pass_b, pass_a)) ** 2)
