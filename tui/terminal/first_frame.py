"""The first picture: the last known one, or an empty frame of the overview, painted before slow imports.

Importing Textual takes a quarter of a second (terminal-facts §5). This module needs only `sys` and `os`, which the
interpreter has already loaded; it must be imported first to help.
"""

import os
import sys

from tui.terminal import last_screen, streams

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
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
        "record",
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
NO_SCREEN = frozenset(("-h", "--help", "--version", "--ascii"))
ENTER = "\x1b[?1049h\x1b[?25l"
LEAVE = "\x1b[m\x1b[?1049l\x1b[?25h"
SMALLEST = (60, 19)
WORDS = {
    "en": ("1 Trend", "2 Keys", "3 Keys", "4 Errors", "waiting for the gateway …"),
    "zh": ("1 趋势", "2 密钥", "3 密钥", "4 错误", "正在等待网关 …"),
}
"""Titles of the panes in every language, and what stands in them: catalogs are not read so early."""


class EarlyScreen:
    """Replaces standard error while the early frame is up, and removes the frame at the first output for the person.

    An error before Textual takes over is then printed on the screen that the person sees afterwards.
    """

    def __init__(self, stream: "TextIO", arguments: "Sequence[str]", last: "Sequence[str] | None") -> None:
        self._stream = stream
        self._last = last
        self._typing: list[Any] | None = None
        self.is_down = True
        self.start = tuple(arguments), dict(os.environ)
        """Arguments and environment of the start, which decide what picture the next such start shows."""

    @property
    def shows_last(self) -> bool:
        """Whether it is the last known picture rather than an empty frame."""
        return self._last is not None

    def size(self) -> tuple[int, int] | None:
        """Width and height if there is room for panes, otherwise None."""
        try:
            found = os.get_terminal_size(self._stream.fileno())
        except (OSError, ValueError):
            return None
        return found if found[0] >= SMALLEST[0] and found[1] >= SMALLEST[1] else None

    def put_header(self, drawn: str) -> None:
        """Replace the first line. The note that the picture is old moves below it, since the rest still is."""
        note = ""
        if self._last is not None:
            note = f"\x1b[2;1H{last_screen.note(self._last, is_colourless='NO_COLOR' in os.environ)}"
        try:
            self._stream.write(f"\x1b[1;1H\x1b[2K {drawn}{note}")
            self._stream.flush()
        except OSError:
            return  # the reader will notice that the terminal has vanished

    def write(self, text: str) -> int:
        """Restore the terminal, then write."""
        self.lift()
        return self._stream.write(text)

    def flush(self) -> None:
        """Flush the underlying stream."""
        self._stream.flush()

    def lift(self) -> None:
        """Restore the terminal, once."""
        if self.is_down:
            self.hand_over()
            try:
                self._stream.write(LEAVE)
                self._stream.flush()
            except OSError:
                streams.write_nowhere(streams.OUTPUT, streams.ERROR)  # the terminal has vanished

    def keep_keys(self) -> None:
        """Keep input for the app: it is not echoed over the picture, and ctrl+z is a key."""
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
        """Leave the frame to the next painter, and restore the terminal's attributes."""
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
        or os.environ.get("AKTOP_ASCII")
    ):
        return
    try:
        width, height = os.get_terminal_size(stream.fileno())
        is_colourless = "NO_COLOR" in os.environ
        last = last_screen.read(arguments, os.environ, width, height)
        if last is not None:
            first = last_screen.drawn(last, is_colourless=is_colourless)
        else:
            first = frame(width, height, words_for(arguments, os.environ), is_colourless=is_colourless)
        stream.write(ENTER + first)
        stream.flush()
    except (OSError, ValueError):
        return
    _draw_early_screen(EarlyScreen(stream, arguments, last))


def hand_over() -> EarlyScreen | None:
    """Pass the early picture to the caller; None if there is none."""
    found = early_screen()
    if found is not None:
        found.hand_over()
    return found


def early_screen() -> EarlyScreen | None:
    """The early picture while it is up."""
    return sys.stderr if isinstance(sys.stderr, EarlyScreen) and sys.stderr.is_down else None


def frame(width: int, height: int, words: "Sequence[str]" = (), *, is_colourless: bool = False) -> str:
    """Return the name in the first line, and the borders and titles of the overview's four panes.

    The last of the `words` says in each pane that nothing has been read yet.
    """
    dim, plain = ("", "") if is_colourless else ("\x1b[2m", "\x1b[m")
    lines = [f"\x1b[2J\x1b[1;2H\x1b[1maktop\x1b[m{dim}"]
    if width >= SMALLEST[0] and height >= SMALLEST[1]:
        lines += _lines(width, height)
        for (x, y, *_size), title in zip(panes(width, height), words[:-1], strict=False):
            lines.append(f"\x1b[{y + 1};{x + 3}H{title} \x1b[{y + 2};{x + 3}H{words[-1]}")
    return "".join(lines) + plain


def words_for(arguments: "Sequence[str]", environ: "Mapping[str, str]") -> "Sequence[str]":
    """Return the titles of the panes and the words for "no data yet" in the requested language.

    API key mode has other panes: no words. The language of the configuration file is not known yet.

    >>> words_for([], {"LC_ALL": "C"})[0], words_for(["--api-key-file=x"], {})
    ('1 Trend', ())
    """
    if last_screen.is_of_api_keys(arguments, environ):
        return ()
    asked = [
        *(one.partition("=")[2] for one in arguments if one.startswith("--lang=")),
        *(arguments[place + 1] for place, one in enumerate(arguments[:-1]) if one == "--lang"),
        *(environ.get(name, "") for name in ("AKTOP_LANG", "LC_ALL", "LC_MESSAGES", "LANG")),
    ]
    language = next((one for one in asked if one), "")
    return WORDS["zh" if language.lower().startswith("zh") else "en"]


def panes(width: int, height: int) -> list[tuple[int, int, int, int]]:
    """Return column, line, width and height of the overview's panes, which share borders, as in its style sheet.

    >>> panes(120, 36)
    [(0, 2, 72, 11), (71, 2, 49, 11), (0, 12, 120, 17), (0, 28, 120, 7)]
    """
    room = height - 4
    top = min(16, max(7, room * 2 // 6))
    end = (6 * room - min(54, max(18, room))) // 6
    left = (width - 1) * 3 // 5
    return [
        (0, 2, left + 1, top + 1),
        (left, 2, width - left, top + 1),
        (0, 2 + top, width, end - top + 1),
        (0, 2 + end, width, room - end + 1),
    ]


def _lines(width: int, height: int) -> list[str]:
    (_x, top, left, _height), _split, keys, errors = panes(width, height)
    before, after = left - 2, width - left - 1
    shared = {
        top: f"╭{'─' * before}┬{'─' * after}╮",
        keys[1]: f"├{'─' * before}┴{'─' * after}┤",
        errors[1]: f"├{'─' * (width - 2)}┤",
        height - 2: f"╰{'─' * (width - 2)}╯",
    }
    lines = [f"\x1b[{y + 1};1H{line}" for y, line in shared.items()]
    for y in range(top + 1, height - 2):
        if y not in shared:
            lines.append(f"\x1b[{y + 1};1H│\x1b[{y + 1};{width}H│")
            if y < keys[1]:
                lines.append(f"\x1b[{y + 1};{left}H│")
    return lines


def _is_foreground() -> bool:
    """Whether this process is in the foreground: changing the terminal from the background would stop it."""
    try:
        return os.tcgetpgrp(0) == os.getpgrp()
    except OSError:
        return False


def _draw_early_screen(early_screen: EarlyScreen) -> None:
    """Restore the terminal whatever happens from here on: on exit, on a signal, on the first output."""
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
