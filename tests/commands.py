"""Easel's commands, run in this process."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import pytest

from studio.cli import CANNOT, OK, main


def engine_on_threads(monkeypatch: pytest.MonkeyPatch, kinds: Iterable[str]) -> None:
    """The engine on threads instead of in a process, which would take seconds to start."""
    from studio.engines.base import load_engines
    from studio.shelf import Shelf
    from studio.work.host import InProcessEngine

    kinds = tuple(kinds)
    monkeypatch.setattr(
        "studio.work.engine_process.EngineProcess",
        lambda answer: InProcessEngine(answer, lambda: load_engines(kinds), Shelf.default()),
    )


def runner(capsys: pytest.CaptureFixture[str]) -> Callable[..., list[str]]:
    """Runs a command that has to work; the lines that it printed."""

    def command(*arguments: object) -> list[str]:
        assert main([str(one) for one in arguments]) == OK
        return capsys.readouterr().out.splitlines()

    return command


def refuser(capsys: pytest.CaptureFixture[str]) -> Callable[..., str]:
    """Runs a command that cannot be done; what it said."""

    def command(*arguments: object) -> str:
        assert main([str(one) for one in arguments]) == CANNOT
        return capsys.readouterr().err

    return command
