"""The command line: the same recipes, queue and engine as the window, without the window."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from studio import __version__
from studio.cli import (
    convert_command,
    export_command,
    library_commands,
    picture_commands,
    slider_commands,
    sound_commands,
    style_commands,
    tune_commands,
)
from studio.cli.running import CANNOT, DEFECT, INTERRUPTED, OK, USAGE, cannot
from studio.errors import StudioError

__all__ = ["CANNOT", "DEFECT", "INTERRUPTED", "OK", "USAGE", "main"]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run `easel` with these arguments (the process's own when None); returns the exit code.

    0 done; 1 it cannot be done, and why is said; 2 the command was not understood; 3 a defect
    of Easel; 130 interrupted.
    """
    given = list(sys.argv[1:] if arguments is None else arguments)
    if not given:
        from studio.app import main as open_window

        return open_window()
    _any_script()
    options = _parser().parse_args(given)
    try:
        return int(options.do(options))
    except StudioError as error:
        return cannot(error)
    except KeyboardInterrupt:
        print("Stopped.", file=sys.stderr)
        return INTERRUPTED


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="easel",
        description="Pictures from words, from sliders and in the manner of others, and tunes, "
        "made on this computer. Without a command the window opens.",
    )
    parser.add_argument("--version", action="version", version=f"Easel {__version__}")
    commands = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")
    picture_commands.add_to(commands)
    slider_commands.add_to(commands)
    style_commands.add_to(commands)
    tune_commands.add_to(commands)
    sound_commands.add_to(commands)
    convert_command.add_to(commands)
    library_commands.add_to(commands)
    export_command.add_to(commands)
    return parser


def _any_script() -> None:
    """Paths and prompts may hold any script; a terminal that cannot show it gets escapes."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="backslashreplace")
