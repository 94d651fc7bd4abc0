"""Where sound comes out: the devices of this computer, and why there may be none."""

from __future__ import annotations

import sys
from typing import Any, NamedTuple

from studio.errors import StudioError

_SILENT = "Everything else works, and tunes can be written to files."


class Device(NamedTuple):
    """name: as the system says, what a choice is remembered by. usual: the system's own choice."""

    name: str
    usual: bool


def backend() -> Any:
    """The module `sounddevice`. StudioError where it or PortAudio is missing."""
    try:
        import sounddevice
    except (ImportError, OSError) as error:  # without the library it is an OSError
        how = "Install PortAudio (libportaudio2). " if sys.platform.startswith("linux") else ""
        raise StudioError("Easel cannot play sound on this computer.", how + _SILENT) from error
    return sounddevice


def devices(module: Any = None, *, again: bool = False) -> list[Device]:
    """Devices that play in stereo, the usual one first; names are given once.

    again: look anew at what is plugged in. Only while nothing plays: PortAudio is started again.
    StudioError where there is none, or no PortAudio. Takes a moment.
    """
    module = module or backend()
    try:
        if again:
            module._terminate()
            module._initialize()
        found = [each for each in module.query_devices() if each["max_output_channels"] >= 2]
        usual = module.query_devices(kind="output")["name"] if found else ""
    except (module.PortAudioError, ValueError) as error:  # ValueError: there is no usual one
        found, usual, cause = [], "", error
    else:
        cause = None
    if not found:
        raise no_device() from cause
    names = dict.fromkeys([usual, *(each["name"] for each in found)])
    return [Device(name, name == usual) for name in names if name]


def number_of(name: str, module: Any) -> int | None:
    """PortAudio's number of a device; None, which is the usual one, when it is not there."""
    for number, each in enumerate(module.query_devices()):
        if each["name"] == name and each["max_output_channels"] >= 2:
            return number
    return None


def no_device() -> StudioError:
    """Nothing is there that makes sound."""
    return StudioError(
        "There is no loudspeaker or headphone on this computer.", f"Plug one in. {_SILENT}"
    )


def gone() -> StudioError:
    """What played is not there any more."""
    return StudioError(
        "The loudspeaker or headphone is gone.", "Plug it in again, or choose another one."
    )
