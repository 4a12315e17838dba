"""The first picture: the last known one or an empty frame of the overview, painted before anything slow is imported.

Importing the framework takes a quarter of a second (terminal-facts §5). This module costs nothing but `sys` and `os`,
which the interpreter has already; whoever paints must import it first.
"""

import os
import sys

from tui.terminal import last_screen, streams

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any, TextIO

VERBS = frozenset(
    (
        "demo",
        "login",
        "logout",
        "status",
        "triage",
        "incidents",
        "watch",
        "alerts",
        "calls",
        "errors",
        "backtest",
        "key",
        "guard",
        "metrics",
        "config",
        "doctor",
        "completion",
        "man",
    )
)
NO_SCREEN = frozenset(("-h", "--help", "--version"))
ENTER = "\x1b[?1049h\x1b[?25l"
LEAVE = "\x1b[m\x1b[?1049l\x1b[?25h"
SMALLEST = (60, 18)


class EarlyScreen:
    """Stands in for standard error while the early frame is up, and goes up at the first word for the person.

    What fails before the framework takes over is said on the screen that the person sees afterwards.
    """

    def __init__(self, stream: "TextIO", arguments: "Sequence[str]", last: "Sequence[str] | None") -> None:
        self._stream = stream
        self._last = last
        self._typing: list[Any] | None = None
        self.is_down = True
        self.start = tuple(arguments), dict(os.environ)
        """Arguments and environment as they were, which decide what picture the next such start shows."""

    @property
    def shows_last(self) -> bool:
        """Whether it is the last known picture rather than an empty frame."""
        return self._last is not None

    def size(self) -> tuple[int, int] | None:
        """Width and height while there is room for panes; None otherwise."""
        try:
            found = os.get_terminal_size(self._stream.fileno())
        except (OSError, ValueError):
            return None
        return found if found[0] >= SMALLEST[0] and found[1] >= SMALLEST[1] else None

    def put_header(self, drawn: str) -> None:
        """Replace the first line. What said that the picture is old moves below it, for the rest of it still is."""
        note = ""
        if self._last is not None:
            note = f"\x1b[2;1H{last_screen.note(self._last, is_colourless='NO_COLOR' in os.environ)}"
        try:
            self._stream.write(f"\x1b[1;1H\x1b[2K {drawn}{note}")
            self._stream.flush()
        except OSError:
            return  # a terminal that has vanished is found out by whoever reads from it

    def write(self, text: str) -> int:
        """Restore the terminal, then say it."""
        self.lift()
        return self._stream.write(text)

    def flush(self) -> None:
        """Flush the stream behind."""
        self._stream.flush()

    def lift(self) -> None:
        """Restore the terminal as it was, once."""
        if self.is_down:
            self.hand_over()
            try:
                self._stream.write(LEAVE)
                self._stream.flush()
            except OSError:
                streams.write_nowhere()  # the terminal has vanished

    def keep_keys(self) -> None:
        """What is typed meanwhile waits for the app: it is not echoed over the picture, and ctrl+z is a key."""
        import termios

        if not _is_foreground():
            return
        try:
            self._typing = termios.tcgetattr(0)
            held = termios.tcgetattr(0)
            held[3] &= ~(termios.ECHO | termios.ICANON)
            held[6][termios.VSUSP] = bytes([os.fpathconf(0, "PC_VDISABLE")])
            termios.tcsetattr(0, termios.TCSANOW, held)
        except (termios.error, OSError, ValueError):
            return

    def _let_keys_go(self) -> None:
        import termios

        if self._typing is not None and _is_foreground():
            try:
                termios.tcsetattr(0, termios.TCSANOW, self._typing)
            except termios.error:
                pass  # the terminal has vanished
        self._typing = None

    def hand_over(self) -> None:
        """Leave the frame to whoever paints from now on, and the terminal's attributes as they were."""
        self.is_down = False
        self._let_keys_go()
        if sys.stderr is self:
            sys.stderr = self._stream

    def __getattr__(self, name: str) -> object:
        return getattr(self._stream, name)


def paint(arguments: "Sequence[str]") -> None:
    """Paint the first picture if these arguments lead to the screen and there is a terminal for it."""
    stream = sys.__stderr__
    if (
        stream is None
        or streams.without_terminal() is not None
        or os.environ.get("TERM") == "dumb"
        or stream.encoding.lower() not in ("utf-8", "utf8")
        or any(word in VERBS or word in NO_SCREEN for word in arguments)
    ):
        return
    try:
        width, height = os.get_terminal_size(stream.fileno())
        is_colourless = "NO_COLOR" in os.environ
        last = last_screen.read(arguments, os.environ, width, height)
        if last is not None:
            first = last_screen.drawn(last, is_colourless=is_colourless)
        else:
            first = frame(width, height, is_colourless=is_colourless)
        stream.write(ENTER + first)
        stream.flush()
    except (OSError, ValueError):
        return
    _draw_early_screen(EarlyScreen(stream, arguments, last))


def hand_over() -> EarlyScreen | None:
    """Leave the early picture to the caller; None when there is none."""
    found = early_screen()
    if found is not None:
        found.hand_over()
    return found


def early_screen() -> EarlyScreen | None:
    """The early picture while it is up."""
    return sys.stderr if isinstance(sys.stderr, EarlyScreen) and sys.stderr.is_down else None


def frame(width: int, height: int, *, is_colourless: bool = False) -> str:
    """Return the name in the first line and the borders of the four panes where the overview has them."""
    dim, plain = ("", "") if is_colourless else ("\x1b[2m", "\x1b[m")
    lines = [f"\x1b[2J\x1b[1;2H\x1b[1maktop\x1b[m{dim}"]
    if width >= SMALLEST[0] and height >= SMALLEST[1]:
        for x, y, pane_width, pane_height in panes(width, height):
            lines += _borders(x, y, pane_width, pane_height)
    return "".join(lines) + plain


def panes(width: int, height: int) -> list[tuple[int, int, int, int]]:
    """Return column, line, width and height of the overview's panes; the style sheet of the overview decides.

    >>> panes(120, 36)
    [(0, 2, 72, 11), (72, 2, 48, 11), (0, 13, 120, 16), (0, 29, 120, 6)]
    """
    room = height - 3
    top = min(16, max(7, room * 2 // 6))
    end = (6 * room - min(54, max(24, room))) // 6
    left = width * 3 // 5
    return [
        (0, 2, left, top),
        (left, 2, width - left, top),
        (0, 2 + top, width, end - top),
        (0, 2 + end, width, room - end),
    ]


def _borders(x: int, y: int, width: int, height: int) -> list[str]:
    sides = [f"\x1b[{line};{x + 1}H│\x1b[{line};{x + width}H│" for line in range(y + 2, y + height)]
    dashes = "─" * (width - 2)
    return [f"\x1b[{y + 1};{x + 1}H╭{dashes}╮", *sides, f"\x1b[{y + height};{x + 1}H╰{dashes}╯"]


def _is_foreground() -> bool:
    """Whether the terminal listens to us: whoever changes it from the background is stopped."""
    try:
        return os.tcgetpgrp(0) == os.getpgrp()
    except OSError:
        return False


def _draw_early_screen(early_screen: EarlyScreen) -> None:
    """Restore the terminal whatever happens from here on: at the end, at a signal, at the first word."""
    # After the first byte a few milliseconds no longer matter.
    import atexit
    import signal

    early_screen.keep_keys()
    sys.stderr = early_screen
    atexit.register(early_screen.lift)

    def end(number: int, _frame: object) -> None:
        early_screen.lift()
        sys.exit(128 + number)

    for number in (signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(number) is signal.SIG_DFL:
            signal.signal(number, end)
