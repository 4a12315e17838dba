"""Sequences for the terminal's title, desktop notifications and bell; whether they take effect cannot be known.

The terminal saves the original title (`keep_title`, `restore_title`). Notifications have three dialects, and a terminal
ignores or prints the wrong one: unless its dialect is known, none is sent.
"""

import base64
import re
from collections.abc import Callable, Mapping
from enum import StrEnum

TITLE_LENGTH = 120
TEXT_LENGTH = 400
BELL = "\a"
_WITHOUT_TITLE = re.compile(r"(?:$|dumb|unknown|linux|vt\d|cons|sun|emacs|eterm)")
"""Terminals without a title, by the beginning of their names: some of them print unknown sequences."""
_ST = "\x1b\\"
_JOINER = "\u200d"
_SCREEN_PIECE = 240
_VTE_WITH_777 = 4600
"""Older versions printed it."""


class Dialect(StrEnum):
    """The sequence for desktop notifications."""

    NONE = "none"
    OSC_9 = "osc 9"
    OSC_99 = "osc 99"
    OSC_777 = "osc 777"


_BY_PROGRAM = {
    "iTerm.app": Dialect.OSC_9,
    "iTerm2": Dialect.OSC_9,
    "WezTerm": Dialect.OSC_777,
    "ghostty": Dialect.OSC_777,
    "WarpTerminal": Dialect.OSC_777,
    "contour": Dialect.OSC_777,
    "rio": Dialect.OSC_9,
    "Apple_Terminal": Dialect.NONE,
    "vscode": Dialect.NONE,
    "mintty": Dialect.NONE,
}
"""By TERM_PROGRAM, or LC_TERMINAL, which ssh passes on."""
_BY_TERM = (
    ("xterm-kitty", Dialect.OSC_99),
    ("xterm-ghostty", Dialect.OSC_777),
    ("foot", Dialect.OSC_777),
    ("wezterm", Dialect.OSC_777),
    ("contour", Dialect.OSC_777),
    ("rxvt-unicode", Dialect.OSC_777),
    ("konsole", Dialect.OSC_777),
)
"""By the beginning of TERM, which ssh passes on as well."""


def dialect_of(environ: Mapping[str, str]) -> Dialect:
    """The dialect of the terminal, as it identifies itself.

    Inside tmux or screen it is that of the terminal in which they were started, as far as that is visible.
    """
    term = environ.get("TERM", "")
    by_term = next((dialect for name, dialect in _BY_TERM if term.startswith(name)), None)
    if by_term is not None:
        return by_term
    for name in ("TERM_PROGRAM", "LC_TERMINAL"):
        if (by_program := _BY_PROGRAM.get(environ.get(name, ""))) is not None:
            return by_program
    if not _has_title(environ) or environ.get("WT_SESSION"):
        return Dialect.NONE
    if environ.get("KITTY_WINDOW_ID"):
        return Dialect.OSC_99
    vte = environ.get("VTE_VERSION", "")
    # These stay in the environment inside tmux too.
    is_other = any(environ.get(name) for name in ("GHOSTTY_RESOURCES_DIR", "WEZTERM_PANE", "KONSOLE_VERSION"))
    is_vte = vte.isascii() and vte.isdigit() and int(vte) >= _VTE_WITH_777
    return Dialect.OSC_777 if is_other or is_vte else Dialect.NONE


def title(text: str, environ: Mapping[str, str]) -> str:
    """The sequence that sets the title of the window, or of tmux's pane; empty for a terminal without one.

    >>> title("a\\x1b]b", {"TERM": "xterm-256color"})
    '\\x1b]2;a]b\\x1b\\\\'
    """
    return f"\x1b]2;{_plain(text, TITLE_LENGTH)}{_ST}" if _has_title(environ) else ""


def keep_title(environ: Mapping[str, str]) -> str:
    """The sequence that makes the terminal save its title."""
    return "\x1b[22;0t" if _has_title(environ) else ""


def restore_title(environ: Mapping[str, str]) -> str:
    """The sequence that restores the saved title."""
    return "\x1b[23;0t" if _has_title(environ) else ""


def desktop(heading: str, text: str, environ: Mapping[str, str], *, is_urgent: bool = False) -> str:
    """The sequence of a desktop notification; empty if the terminal is not known to understand one."""
    heading, text = _plain(heading, TITLE_LENGTH), _plain(text, TEXT_LENGTH)
    match dialect_of(environ):
        case Dialect.OSC_9:
            told = f"{heading}: {text}"
            # ConEmu and its successors take a leading number for a command.
            sequence = f"\x1b]9;{' ' if told[:1].isdigit() else ''}{told}\a"
        case Dialect.OSC_99:
            # Nothing is shown before the last part has come (`d`); both belong to one notification (`i`).
            urgency = 2 if is_urgent else 1
            sequence = f"\x1b]99;i=aktop:d=0:u={urgency}:e=1;{_encoded(heading)}\a"
            sequence += f"\x1b]99;i=aktop:d=1:p=body:e=1;{_encoded(text)}\a"
        case Dialect.OSC_777:
            sequence = f"\x1b]777;notify;{heading.replace(';', ',')};{text}\a"
        case Dialect.NONE:
            return ""
    return through(sequence, environ)


def through(sequence: str, environ: Mapping[str, str]) -> str:
    """A sequence that ends with a bell, wrapped for tmux (`allow-passthrough on`) or screen to pass on."""
    if environ.get("TMUX"):
        return f"\x1bPtmux;{sequence.replace(chr(27), chr(27) * 2)}{_ST}"
    if environ.get("STY") or environ.get("TERM", "").startswith("screen"):
        pieces = (sequence[at : at + _SCREEN_PIECE] for at in range(0, len(sequence), _SCREEN_PIECE))
        return "".join(f"\x1bP{piece}{_ST}" for piece in pieces)
    return sequence


class TerminalVoice:
    """Everything a terminal is sent besides the picture. `write` takes raw sequences."""

    def __init__(self, write: Callable[[str], None], environ: Mapping[str, str]) -> None:
        self._write = write
        self._environ = environ
        self._title: str | None = None

    def show_title(self, text: str) -> None:
        """Set the title, saving the original one; an unchanged title is not sent again."""
        if text == self._title:
            return
        kept = keep_title(self._environ) if self._title is None else ""
        self._title = text
        self._tell(kept + title(text, self._environ))

    def restore_title(self) -> None:
        """Restore the original title."""
        if self._title is not None:
            self._title = None
            self._tell(restore_title(self._environ))

    def notify(self, heading: str, text: str, *, is_urgent: bool = False) -> bool:
        """Show a desktop notification; return whether the terminal is known to understand it."""
        sequence = desktop(heading, text, self._environ, is_urgent=is_urgent)
        self._tell(sequence)
        return bool(sequence)

    def ring(self) -> None:
        """Ring the bell."""
        self._tell(BELL)

    def _tell(self, sequence: str) -> None:
        if sequence:
            self._write(sequence)


def _has_title(environ: Mapping[str, str]) -> bool:
    return _WITHOUT_TITLE.match(environ.get("TERM", "").lower()) is None


def _plain(text: str, most: int) -> str:
    """One line without anything that a terminal would obey."""
    text = "".join(char for char in " ".join(text.split()) if char.isprintable() or char == _JOINER)
    return text if len(text) <= most else f"{text[: most - 1]}…"


def _encoded(text: str) -> str:
    return base64.b64encode(text.encode("utf-8", "replace")).decode()
