"""Which libraries of the system are missing, and the exact words that bring them."""

from __future__ import annotations

import sys

import pytest

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="Linux only")

NOT_THERE = ("libno-such-thing.so.9", "libno-such-thing9", "no-such-thing")
THERE = ("libc.so.6", "libc6", "glibc")


@pytest.fixture
def has(system_libraries, monkeypatch):
    """Make the computer have these programs and no others, and this user."""

    def has(*programs: str, root: bool = False, sudo: bool = False) -> list[list[str]]:
        ran: list[list[str]] = []

        def run(command):
            ran.append(command)
            is_sudo_question = command[:2] == ["sudo", "-n"] and command[2:] == ["true"]
            return type("Done", (), {"returncode": 0 if sudo or not is_sudo_question else 1})()

        monkeypatch.setattr(
            system_libraries.shutil, "which", lambda name: name if name in programs else None
        )
        monkeypatch.setattr(system_libraries.os, "geteuid", lambda: 0 if root else 1000)
        monkeypatch.setattr(system_libraries, "_quietly_run", run)
        return ran

    return has


def test_only_what_is_missing_is_named(system_libraries) -> None:
    assert system_libraries.missing([THERE, NOT_THERE]) == [NOT_THERE]


@pytest.mark.parametrize(
    ("program", "command"),
    [
        ("apt-get", "sudo apt-get install libno-such-thing9"),
        ("dnf", "sudo dnf install 'libno-such-thing.so.9()(64bit)'"),
        ("zypper", "sudo zypper install 'libno-such-thing.so.9()(64bit)'"),
        ("pacman", "sudo pacman -S no-such-thing"),
        ("something else", None),
    ],
)
def test_the_exact_command_is_named(program, command, system_libraries, has) -> None:
    has(program)
    assert system_libraries.command_for([NOT_THERE]) == command


def test_root_installs_without_asking(system_libraries, has) -> None:
    ran = has("apt-get", root=True)
    assert system_libraries.provide([THERE, NOT_THERE]) == [NOT_THERE]
    assert ran[-1][:3] == ["env", "DEBIAN_FRONTEND=noninteractive", "apt-get"]
    assert ran[-1][-1] == "libno-such-thing9"


def test_sudo_is_used_only_where_it_needs_no_password(system_libraries, has) -> None:
    ran = has("apt-get", "sudo", sudo=True)
    system_libraries.provide([NOT_THERE])
    assert ran[-1][:3] == ["sudo", "-n", "env"]

    ran = has("apt-get", "sudo", sudo=False)
    assert system_libraries.provide([NOT_THERE]) == [NOT_THERE]
    assert all(command == ["sudo", "-n", "true"] for command in ran)


def test_nothing_is_run_when_nothing_is_missing(system_libraries, has) -> None:
    ran = has("apt-get", root=True)
    assert system_libraries.provide([THERE]) == []
    assert ran == []
