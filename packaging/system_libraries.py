"""What Easel needs from a Linux system that pip cannot bring: found, named and, where it may
be, installed. Standard library only, like bootstrap.py beside it."""

import ctypes
import os
import shutil
import subprocess

# Library, Debian's package, Arch's package. Fedora and openSUSE take the library's own name.
FOR_ANY_PICTURE_ON_A_SCREEN = [
    ("libglib-2.0.so.0", "libglib2.0-0", "glib2"),
    ("libGL.so.1", "libgl1", "libglvnd"),
    ("libEGL.so.1", "libegl1", "libglvnd"),
    ("libxkbcommon.so.0", "libxkbcommon0", "libxkbcommon"),
    ("libdbus-1.so.3", "libdbus-1-3", "dbus"),
    ("libfontconfig.so.1", "libfontconfig1", "fontconfig"),
]
FOR_A_WINDOW_ON_X11 = [
    ("libxcb-cursor.so.0", "libxcb-cursor0", "xcb-util-cursor"),
    ("libxcb-icccm.so.4", "libxcb-icccm4", "xcb-util-wm"),
    ("libxcb-keysyms.so.1", "libxcb-keysyms1", "xcb-util-keysyms"),
    ("libxcb-shape.so.0", "libxcb-shape0", "libxcb"),
    ("libxcb-xkb.so.1", "libxcb-xkb1", "libxcb"),
    ("libxkbcommon-x11.so.0", "libxkbcommon-x11-0", "libxkbcommon-x11"),
]
FOR_SOUND = [("libportaudio.so.2", "libportaudio2", "portaudio")]

NEEDED = FOR_ANY_PICTURE_ON_A_SCREEN + FOR_A_WINDOW_ON_X11
WANTED = FOR_SOUND


def missing(rows):
    """Those of the rows whose library cannot be loaded."""
    return [row for row in rows if not _loads(row[0])]


def provide(rows):
    """Install what the rows name where that needs no password; returns what is missing still."""
    if missing(rows) and may_use_apt():
        apt_install([row[1] for row in missing(rows)])
    return missing(rows)


def command_for(rows):
    """The exact command that installs what the rows name, or None on an unknown system."""
    if has_apt():
        return "sudo apt-get install " + _words(row[1] for row in rows)
    for tool in ("dnf", "zypper"):
        if shutil.which(tool):
            return "sudo %s install %s" % (tool, _words("'%s()(64bit)'" % row[0] for row in rows))
    if shutil.which("pacman"):
        return "sudo pacman -S " + _words(row[2] for row in rows)
    return None


def has_apt():
    """Whether this system installs packages with apt, as Debian and Ubuntu do."""
    return shutil.which("apt-get") is not None


def may_use_apt():
    """Whether packages can be installed here without asking anybody for a password."""
    return has_apt() and _as_root() is not None


def apt_install(packages):
    """Install Debian packages; True when that worked. Fetches the lists of packages if need be."""
    install = ["apt-get", "install", "-y", "-q", "--no-install-recommends", *packages]
    print("Installing from the system's packages: " + " ".join(packages), flush=True)
    if _quietly(install):
        return True
    return _quietly(["apt-get", "update", "-q"]) and _quietly(install, say=True)


def _loads(library):
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def _as_root():
    """The words to put before a command to run it as root; None where that is not possible."""
    if os.geteuid() == 0:
        return []
    if shutil.which("sudo") and _quietly_run(["sudo", "-n", "true"]).returncode == 0:
        return ["sudo", "-n"]
    return None


def _quietly(command, say=False):
    done = _quietly_run([*_as_root(), "env", "DEBIAN_FRONTEND=noninteractive", *command])
    if done.returncode and say:
        print(done.stdout.decode("utf-8", "replace").strip()[-1500:])
    return done.returncode == 0


def _quietly_run(command):
    return subprocess.run(
        command,
        check=False,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )


def _words(items):
    return " ".join(dict.fromkeys(items))
