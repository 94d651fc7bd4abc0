"""A stand-in for `sounddevice`: devices that are made up, and a stream that is asked by hand."""

from __future__ import annotations

import threading
import time
from types import SimpleNamespace

import numpy as np


class PortAudioError(Exception):
    """As there."""


class Stream:
    def __init__(self, module: FakeSoundDevice, **settings) -> None:
        self.module = module
        self.settings = settings
        self.active = False
        self.closed = False
        self.latency = module.latency
        self.underflow = False
        self._clock: threading.Thread | None = None

    def start(self) -> None:
        self.active = True
        self.module.streams.append(self)
        if self.module.paced:
            self._clock = threading.Thread(target=self._keep_time, name="fake device")
            self._clock.start()

    def close(self, ignore_errors: bool = True) -> None:
        self.active = False
        self.closed = True
        if self._clock is not None:
            self._clock.join()
            self._clock = None

    def ask(self, frames: int) -> np.ndarray:
        """What the callback gives."""
        out = np.full((frames, 2), np.nan, np.float32)
        status = SimpleNamespace(output_underflow=self.underflow)
        self.settings["callback"](out, frames, None, status)
        return out

    def _keep_time(self) -> None:
        frames = self.settings["blocksize"]
        due = time.perf_counter()
        while self.active:
            self.ask(frames)
            due += frames / self.settings["samplerate"]
            time.sleep(max(0.0, due - time.perf_counter()))


class FakeSoundDevice:
    """paced: the stream asks by itself, in time, as a device does."""

    PortAudioError = PortAudioError

    def __init__(self, *names: str, paced: bool = False) -> None:
        self.names = list(names or ("Speakers",))
        self.paced = paced
        self.streams: list[Stream] = []
        self.looked = 0
        self.latency = 0.0

    @property
    def stream(self) -> Stream:
        return self.streams[-1]

    def query_devices(self, kind: str | None = None):
        found = [{"name": name, "max_output_channels": 2} for name in self.names]
        found.append({"name": "Microphone", "max_output_channels": 0})
        if kind is None:
            return found
        if not self.names:
            raise PortAudioError("Error querying device -1")
        return found[0]

    def OutputStream(self, **settings) -> Stream:
        number = settings["device"]
        if not self.names or (number is not None and number >= len(self.names)):
            raise PortAudioError("Error opening OutputStream: Invalid device")
        return Stream(self, **settings)

    def _terminate(self) -> None:
        self.looked += 1

    def _initialize(self) -> None:
        pass
