"""`python -m studio` is the same as `easel`."""

from studio.cli import main

if __name__ == "__main__":
    raise SystemExit(main())
