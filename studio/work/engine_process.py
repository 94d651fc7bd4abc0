"""The engine process: started beside the window, restarted when it dies, ended with it.

It is spawned, never forked, so that torch's threads start clean; it runs at a low priority, so
that the window stays smooth; and it ends by itself when the window's process is gone.
"""

from __future__ import annotations

import multiprocessing
import os
import sys
import threading
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from typing import TYPE_CHECKING

from studio.work.messages import (
    Answer,
    Cancel,
    Cancelled,
    Command,
    Died,
    Failed,
    Finished,
    Ready,
    Stop,
)

if TYPE_CHECKING:
    from studio.engines.base import Engine

# Passive waiting keeps OpenMP from burning a core that another program needs; the allocator's
# settings keep large activations from being returned to and fetched from the system each step.
# numpy's own products are small; more threads for them would only wait for each other, and busily.
ENVIRONMENT = {
    "OMP_WAIT_POLICY": "passive",
    "OPENBLAS_NUM_THREADS": "1",
    "MALLOC_MMAP_MAX_": "0",
    "MALLOC_TRIM_THRESHOLD_": "8000000000",
    "MALLOC_TOP_PAD_": "268435456",
    "HF_HUB_OFFLINE": "1",
    "TRANSFORMERS_OFFLINE": "1",
    "HF_HUB_DISABLE_TELEMETRY": "1",
    "DO_NOT_TRACK": "1",
    "TOKENIZERS_PARALLELISM": "false",
}
NICENESS = 10
CANCEL_GRACE = 2.0  # seconds; what does not stop by then (a model being read) is stopped hard
MAX_DEATHS = 3  # in a row, without having been ready once in between

_environment_lock = threading.Lock()


class EngineProcess:
    """Keeps one engine process alive and carries messages to and from it.

    on_answer: called on a reader thread with each answer, in order.
    """

    def __init__(
        self,
        on_answer: Callable[[Answer], None],
        main: Callable[[Connection], None] | None = None,
    ) -> None:
        self._on_answer = on_answer
        self._main = main or engine_main
        self._lock = threading.Lock()
        self._stopped = False
        self._deaths = 0
        self._cancels: dict[str, threading.Timer] = {}
        self._spawned = threading.Event()
        self._process: BaseProcess | None = None
        self._connection: Connection | None = None
        self._thread: threading.Thread | None = None

    @property
    def pid(self) -> int | None:
        return self._process.pid if self._process else None

    def start(self) -> None:
        """Start the process and the thread that reads its answers; returns at once."""
        self._thread = threading.Thread(target=self._keep_alive, name="engine reader", daemon=True)
        self._thread.start()

    def send(self, command: Command) -> None:
        """Send a command. Where the process is being replaced it is dropped; `Died` tells."""
        self._spawned.wait()
        if isinstance(command, Cancel):
            self._watch_cancel(command.job)
        with self._lock:
            try:
                if self._connection is not None:
                    self._connection.send(command)
            except (OSError, ValueError):
                pass  # it has just died; the reader sees that too and says so

    def stop(self, timeout: float = 3.0) -> None:
        """End the process, gently for `timeout` seconds, then hard. Nothing stays behind."""
        if self._thread is None:
            return
        self._stopped = True
        self.send(Stop())
        self._forget_cancels()
        self._thread.join(timeout)
        if self._thread.is_alive():
            self._kill()
            self._thread.join()

    def _keep_alive(self) -> None:
        died: Died | None = None
        while True:
            connection, process = self._spawn()
            if died is not None:
                # Told only now, so that what the queue sends in answer goes to the new process.
                self._on_answer(died)
            self._read(connection)
            with self._lock:
                self._connection = None
            connection.close()
            process.join()
            exitcode = process.exitcode
            self._forget_cancels()
            if self._stopped:
                return
            self._deaths += 1
            died = Died(exitcode, restarted=self._deaths < MAX_DEATHS)
            if not died.restarted:
                self._on_answer(died)
                return

    def _spawn(self) -> tuple[Connection, BaseProcess]:
        context = multiprocessing.get_context("spawn")
        ours, theirs = context.Pipe()
        process = context.Process(
            target=self._main, args=(theirs,), name="easel engine", daemon=True
        )
        with _engine_environment():
            process.start()
        theirs.close()
        with self._lock:
            self._process, self._connection = process, ours
        self._spawned.set()
        return ours, process

    def _read(self, connection: Connection) -> None:
        while True:
            try:
                answer: Answer = connection.recv()
            except (EOFError, OSError):
                return
            if isinstance(answer, Ready):
                self._deaths = 0
            elif isinstance(answer, Finished | Cancelled | Failed):
                timer = self._cancels.pop(answer.job, None)
                if timer is not None:
                    timer.cancel()
            self._on_answer(answer)

    def _watch_cancel(self, job: str) -> None:
        process = self._process

        def too_slow() -> None:
            if process is self._process:
                self._kill()

        timer = threading.Timer(CANCEL_GRACE, too_slow)
        timer.daemon = True
        self._cancels[job] = timer
        timer.start()

    def _forget_cancels(self) -> None:
        for job in list(self._cancels):
            timer = self._cancels.pop(job, None)
            if timer is not None:
                timer.cancel()

    def _kill(self) -> None:
        if self._process is not None:
            self._process.kill()


@contextmanager
def _engine_environment() -> Iterator[None]:
    """The process inherits this environment; it must be set before its C library starts."""
    with _environment_lock:
        before = {name: os.environ.get(name) for name in ENVIRONMENT}
        os.environ.update(ENVIRONMENT)
        try:
            yield
        finally:
            for name, value in before.items():
                if value is None:
                    del os.environ[name]
                else:
                    os.environ[name] = value


def installed_engines() -> dict[str, Engine]:
    """All engines that are installed. Imports torch; call it in the engine process alone."""
    from studio.engines.base import load_engines

    return load_engines()


def engine_main(
    connection: Connection,
    make_engines: Callable[[], dict[str, Engine]] = installed_engines,
) -> None:
    """The engine process: reads commands until told to stop or until the window is gone."""
    import signal

    from tqdm import tqdm

    from studio.shelf import Shelf
    from studio.work.host import EngineHost

    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C is for the parent, which then says Stop
    # Its own would be a semaphore of the system, which outlives a process that ends at once.
    tqdm.set_lock(threading.RLock())
    _lower_priority()
    sending = threading.Lock()

    def answer(message: Answer) -> None:
        with sending:
            try:
                connection.send(message)
            except OSError:
                host.handle(Stop())  # nobody listens any more

    def made() -> dict[str, Engine]:
        try:
            return make_engines()
        except BaseException:  # noqa: BLE001 - whatever it is, it ends the process
            # Without engines nothing would ever be answered; the keeper tells of a process's end
            traceback.print_exc()
            sys.stderr.flush()
            os._exit(1)

    host = EngineHost(answer, made, Shelf.default())
    host.start()
    try:
        while not isinstance(command := connection.recv(), Stop):
            host.handle(command)
    except (EOFError, OSError):
        pass
    host.stop(timeout=2.0)
    # A worker deep inside native code cannot be joined; nothing of it is worth waiting for,
    # since what is kept is kept atomically.
    sys.stdout.flush()
    os._exit(0)


def _lower_priority() -> None:
    import psutil

    own = psutil.Process()
    low = psutil.BELOW_NORMAL_PRIORITY_CLASS if sys.platform == "win32" else NICENESS
    try:
        own.nice(low)
    except psutil.Error:
        pass  # a slower window is better than no engine
