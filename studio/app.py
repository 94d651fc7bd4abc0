"""The window's program. Light to import: the engine process imports this module too."""

from __future__ import annotations

import sys
from collections.abc import Sequence


def main(argv: Sequence[str] | None = None) -> int:
    """Open the window; returns the exit code when it is closed."""
    import multiprocessing

    multiprocessing.freeze_support()
    from studio.ui.start import run

    return run(list(sys.argv if argv is None else argv))


if __name__ == "__main__":
    sys.exit(main())
