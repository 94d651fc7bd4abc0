"""Everything between a fresh checkout and a picture, with nothing but Python.

    python3 packaging/bootstrap.py run               open the window
    python3 packaging/bootstrap.py run make "a fox"  the command line: what follows goes to `easel`
    python3 packaging/bootstrap.py test              run the tests; what follows goes to pytest
    python3 packaging/bootstrap.py tool mypy         run one of the developers' tools

The first start makes `.venv` in the checkout and installs the versions of constraints.txt into it;
later ones compare one hash and go on. `.venv` counts as finished only once its state file is
there, so a start that was interrupted is simply done again.

Every Python 3 must be able to parse this file, to be told which one it takes.
"""

import contextlib
import hashlib
import json
import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
ON_WINDOWS = os.name == "nt"
SCRIPTS = VENV / ("Scripts" if ON_WINDOWS else "bin")
SUFFIX = ".exe" if ON_WINDOWS else ""
PYTHON = SCRIPTS / ("python" + SUFFIX)
STATE = VENV / "easel-installed.json"
LOG = VENV / "easel-install.log"
CONSTRAINTS = ROOT / "packaging" / "constraints.txt"

OLDEST, NEWEST = (3, 11), (3, 14)  # what torch and PySide6 of constraints.txt are built for
FIRST_PICTURE = "a smiling red fox, 3d emoji"
LINUX = sys.platform.startswith("linux")


class Stop(Exception):
    """Something to tell the artist instead of going on."""


def main(words):
    if sys.version_info[:2] < OLDEST or sys.version_info[:2] > NEWEST:
        return go_on_with_another_python()
    command, arguments = (words[0], words[1:]) if words else ("", [])
    if command not in ("run", "test", "tool") or (command == "tool" and not arguments):
        print(__doc__)
        return 0 if command in ("-h", "--help") else 2
    try:
        state = prepare([] if command == "run" else ["dev", "test"])
        return {"run": run, "test": test, "tool": tool}[command](arguments, state)
    except Stop as stop:
        print(stop, file=sys.stderr)
        return 1
    except OSError as error:
        print("Easel cannot be set up in its own folder: %s." % error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nStopped. The next start goes on from here.", file=sys.stderr)
        return 130


# The commands


def run(arguments, state):
    if arguments:
        return become("easel", arguments)
    if LINUX and not any(map(os.environ.get, ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"))):
        print("There is no screen here to open a window on, so Easel makes a picture instead.")
        return become("easel", ["make", FIRST_PICTURE])
    if state["libraries_missing"]:
        complain_about_libraries()
    return become("easel-gui", [])


def test(arguments, state):
    if state["libraries_missing"]:
        complain_about_libraries()
    os.chdir(str(ROOT))
    return become("pytest", arguments)


def tool(arguments, _state):
    os.chdir(str(ROOT))
    return become(arguments[0], arguments[1:])


def become(program, arguments):
    """Continue as a program of the environment; on Windows, which cannot, wait for it."""
    path = SCRIPTS / (program + SUFFIX)
    if not path.exists():
        raise Stop("There is no program called %s in %s." % (program, SCRIPTS))
    sys.stdout.flush()
    if ON_WINDOWS:
        import subprocess

        return subprocess.call([str(path), *arguments])
    return os.execv(path, [str(path), *arguments])


# The environment


def prepare(extras):
    """Bring `.venv` up to date, with these extras; returns its state."""
    state = read_state()
    if is_installed(state, extras) and not state["libraries_missing"]:
        return state
    with one_at_a_time():
        state = read_state()  # another start may have done it meanwhile
        libraries_missing = provide_libraries(testing="test" in extras)
        if not is_installed(state, extras):
            state = install(state, extras)
        state["libraries_missing"] = libraries_missing
        write_state(state)
    return state


def is_installed(state, extras):
    return (
        state.get("key") == key_of_environment()
        and set(extras) <= set(state["extras"])
        and PYTHON.exists()
    )


def key_of_environment():
    """Changes when what has to be installed changes, or when the checkout was moved."""
    digest = hashlib.sha256(("%s %s" % (sys.version_info[:2], ROOT)).encode())
    for file in (ROOT / "pyproject.toml", CONSTRAINTS):
        digest.update(file.read_bytes())
    return digest.hexdigest()


def read_state():
    try:
        return json.loads(STATE.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}


def write_state(state):
    new = STATE.with_suffix(".new")
    new.write_text(json.dumps(state), encoding="utf-8")
    new.replace(STATE)


def install(old, extras):
    """Install into `.venv`, anew unless a finished one is there; returns its state, not written."""
    made_for = [*sys.version_info[:2], str(ROOT)]  # the programs in it know both
    if old.get("made_for") == made_for and PYTHON.exists():
        print("Bringing Easel up to date.", flush=True)
        STATE.unlink()
    else:
        old = {}
        make_environment()
    extras = sorted(set(extras) | set(old.get("extras", [])))
    try:
        print("Fetching the parts that do the drawing.", flush=True)
        choose_build_of_torch()
        print("Fetching the rest.", flush=True)
        what = str(ROOT) + ("[%s]" % ",".join(extras) if extras else "")
        pip("install", "--constraint", str(CONSTRAINTS), "--editable", what)
        install_synthesizer()
    except Stop:
        if old:  # pip failed before it changed anything, or has put back what it changed
            write_state(old)
        raise
    print("Easel is installed.", flush=True)
    return {"key": key_of_environment(), "made_for": made_for, "extras": extras}


def make_environment():
    import shutil
    import subprocess

    provide_ensurepip()
    print(
        "Setting Easel up in %s. This happens once and fetches about a gigabyte"
        " (more with an NVIDIA card)." % VENV,
        flush=True,
    )
    if shutil.disk_usage(str(ROOT)).free < 4e9:
        raise Stop("There is not enough room on this disk. Easel needs about 4 GB to install.")
    done = subprocess.run(
        [sys.executable, "-m", "venv", "--clear", str(VENV)],
        check=False,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    if done.returncode:
        raise Stop(
            "Python could not make an environment in %s:\n%s"
            % (VENV, done.stdout.decode("utf-8", "replace").strip()[-800:])
        )


def provide_ensurepip():
    """Debian splits it off from Python, and without it there is no pip in a new environment."""
    import importlib.util

    def is_there():
        importlib.invalidate_caches()
        return importlib.util.find_spec("ensurepip") is not None

    if is_there():
        return
    package = "python%d.%d-venv" % sys.version_info[:2]
    if LINUX:
        import system_libraries as system

        if system.may_use_apt():
            system.apt_install([package])
        if not is_there() and system.has_apt():
            others = system.missing(system.NEEDED + system.WANTED)
            raise Stop(
                "This Python comes without a part that Easel's setup needs. Please run\n    %s\n"
                "and start again." % system.command_for([("", package, ""), *others])
            )
    if not is_there():
        raise Stop(
            "This Python comes without ensurepip, which Easel's setup needs. Please install"
            " a complete one from python.org or from your system's packages."
        )


def choose_build_of_torch():
    """Take torch from its makers' own index first where PyPI's build does not suit the computer.

    PyPI's is built for NVIDIA cards on Linux, with gigabytes of CUDA, and for the processor alone
    on Windows; the one for macOS suits every Mac. Where the index cannot be reached, pip takes what
    else it finds, and the install goes on.
    """
    nvidia = has_nvidia_card()
    if LINUX and not nvidia:
        build = "cpu"
    elif ON_WINDOWS and nvidia:
        build = "cu130"
    else:
        return
    pins = CONSTRAINTS.read_text(encoding="utf-8").splitlines()
    torch = next(line for line in pins if line.startswith("torch=="))
    index = "https://download.pytorch.org/whl/" + build
    with contextlib.suppress(Stop):
        pip("install", "--no-deps", "--retries", "2", "--extra-index-url", index, torch)


def install_synthesizer():
    """Install what plays the instruments, without what it asks for.

    tinysoundfont wants PyAudio, for a player of its own that Easel does not use and that has to be
    compiled on Linux. There is no build of it for every Python and processor; where it cannot be
    compiled either, everything but the sound of tunes works.
    """
    pins = CONSTRAINTS.read_text(encoding="utf-8").splitlines()
    for line in pins:
        if line.startswith("tinysoundfont=="):
            try:
                pip("install", "--no-deps", line)
            except Stop:
                print(
                    "The instruments of the music room could not be installed, so its tunes stay"
                    " silent.\nEverything else works. With Python 3.11 or 3.12 they are there.",
                    flush=True,
                )


def has_nvidia_card():
    import shutil

    return Path("/dev/nvidia0").exists() or shutil.which("nvidia-smi") is not None


def pip(*arguments):
    """Run the environment's pip: a line or two for the artist, everything in the log."""
    import subprocess

    command = [str(PYTHON), "-m", "pip", "--disable-pip-version-check", "--no-input", *arguments]
    with LOG.open("a", encoding="utf-8") as log:
        running = subprocess.Popen(
            command,
            cwd=str(ROOT),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            env=dict(os.environ, PIP_USER="0", PYTHONIOENCODING="utf-8"),
            close_fds=False,  # it shares the lock of one_at_a_time()
        )
        try:
            last_lines = show_progress(running.stdout, log)
        except BaseException:
            running.terminate()
            raise
        finally:
            running.wait()
    if running.returncode:
        raise Stop(
            "Easel could not be installed. Is the internet reachable? The next start tries"
            " again.\nThe last words of pip, of which %s has all:\n    %s"
            % (LOG, "\n    ".join(last_lines))
        )


def show_progress(lines, log):
    """Show what is being fetched, in place on a terminal; returns the last lines."""
    on_terminal = sys.stdout.isatty()
    last_lines = []
    for raw in lines:
        line = raw.decode("utf-8", "replace").rstrip()
        log.write(line + "\n")
        last_lines = [*last_lines[-7:], line]
        if on_terminal and line.strip().startswith(("Collecting", "Downloading", "Installing")):
            print("\r\033[K  " + line.strip()[:70], end="", flush=True)
    if on_terminal:
        print("\r\033[K", end="", flush=True)
    return last_lines


@contextlib.contextmanager
def one_at_a_time():
    """Wait while another start installs.

    The system lets go of the lock when the processes that hold it have ended: this one, and a pip
    that outlived a bootstrap which was killed.
    """
    with ROOT.joinpath(".venv.lock").open("a+") as file:
        os.set_inheritable(file.fileno(), True)
        if not try_to_lock(file):
            import time

            print("Another start is setting Easel up. Waiting for it.", flush=True)
            while not try_to_lock(file):
                time.sleep(0.2)
        yield


def try_to_lock(file):
    try:
        if ON_WINDOWS:
            import msvcrt

            file.seek(0)
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:
        return not ON_WINDOWS  # a network folder that knows no locks is used without
    return True


# The computer


def provide_libraries(testing):
    """Install the system's libraries where that needs no password; True if needed ones are missing.

    Sound is optional: without its library everything but listening works.
    """
    if not LINUX:
        return False
    import shutil

    import system_libraries as system

    wanted = system.missing(system.NEEDED + system.WANTED)
    if wanted and system.may_use_apt():
        system.provide(wanted)
    if testing and not shutil.which("Xvfb") and system.may_use_apt():
        system.apt_install(["xvfb"])  # a few tests open a real window; without it they are skipped
    if system.missing(system.WANTED) and not system.missing(system.NEEDED):
        print("Sound needs one more thing:\n    %s" % system.command_for(system.WANTED), flush=True)
    return bool(system.missing(system.NEEDED))


def complain_about_libraries():
    import system_libraries as system

    rows = system.missing(system.NEEDED)
    command = system.command_for(rows + system.missing(system.WANTED))
    if command:
        raise Stop("The window needs some libraries of the system. Please run\n    " + command)
    names = ", ".join(row[0] for row in rows)
    raise Stop("The window needs these libraries; please install them: " + names)


def go_on_with_another_python():
    """Use a Python that fits if the computer has one, else say which one to get."""
    import shutil
    import subprocess

    if LINUX or sys.platform == "darwin":
        for minor in range(NEWEST[1], OLDEST[1] - 1, -1):
            other = shutil.which("python3.%d" % minor)
            if other and not subprocess.call([other, "-c", ""], stderr=subprocess.DEVNULL):
                os.execv(other, [other, *sys.argv])
    print(
        "Easel needs Python %d.%d to %d.%d, and this is Python %d.%d. Get one from python.org or"
        " from your system's packages and start again with it."
        % (OLDEST + NEWEST + sys.version_info[:2]),
        file=sys.stderr,
    )
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
