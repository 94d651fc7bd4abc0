"""Refuses every connection to a network, in the tests' process and in every Python it starts.

Child processes find this file through PYTHONPATH, which conftest.py sets; Python imports a module
of this name by itself at the start. An audit hook sees what C code does as well, and no test can
take it away. Unix sockets and pipes are let through. What was refused is also written down, one
line each, in the file that EASEL_TEST_NETWORK_LOG names, so that code which swallows the error
fails its test all the same.
"""

import contextlib
import os
import socket
import sys

_LOOK_UPS = ("socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr")
_LOOPBACK = ("127.", "::1", "localhost")
_NETWORKS = (socket.AF_INET, socket.AF_INET6)


class NetworkRefused(RuntimeError):
    """Easel works offline: nothing in a test may reach for the network."""


def _target(event, arguments):
    """Host and port a call reaches for, as words; None where that is no matter of a network."""
    if event in ("socket.connect", "socket.sendto", "socket.sendmsg"):
        its_socket, address = arguments[:2]
        if its_socket.family not in _NETWORKS or not address:
            return None
        return f"{address[0]}:{address[1]}"
    if event in _LOOK_UPS:
        return str(arguments[0])
    return None


def _refuse(event, arguments):
    if not event.startswith("socket."):
        return
    target = _target(event, arguments)
    if target is None:
        return
    if target.startswith(_LOOPBACK) and os.environ.get("EASEL_TEST_LOOPBACK") == "1":
        return
    if log := os.environ.get("EASEL_TEST_NETWORK_LOG"):
        with contextlib.suppress(OSError), open(log, "a", encoding="utf-8") as file:  # noqa: PTH123
            file.write(f"{os.getpid()} {event} {target}\n")
    raise NetworkRefused(f"{event} to {target}")


sys.addaudithook(_refuse)
