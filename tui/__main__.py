"""`python -m tui`, and what the command `aktop` calls: the first picture goes before every import that takes time."""

import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

from tui.terminal import first_frame, streams

if TYPE_CHECKING:
    from tui.account.screen_start import ScreenStart


def main(argv: Sequence[str] | None = None) -> int:
    """Paint the empty frame if a screen follows, then do what the command line says. Returns the exit code."""
    arguments = sys.argv[1:] if argv is None else list(argv)
    streams.open_closed()
    first_frame.paint(arguments)
    from tui.cli.main import main as run

    return run(arguments, open_screen)


async def open_screen(start: "ScreenStart") -> int:
    """Run the monitor; the verbs, which need none of it, do without what it imports."""
    from tui.app.launch import launch

    return await launch(start)


if __name__ == "__main__":
    sys.exit(main())
