"""`python -m tui`, and what the command `aktop` calls: the first picture goes before every import that takes time."""

import sys

from tui.terminal import first_frame


def main() -> int:
    """Paint the empty frame if a screen follows, then do what the command line says."""
    first_frame.paint(sys.argv[1:])
    from tui.cli.parser import main as run

    return run()


if __name__ == "__main__":
    sys.exit(main())
