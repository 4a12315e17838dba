"""Reads and draws the kept picture of the overview, before anything slow is imported.

Like the early frame it needs only `sys` and `os`. A kept picture contains what it was made for – arguments, settings,
size – which must match exactly: a wrong account's figures must never be seen, not even as old ones.
"""

import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

MAX_BYTES = 200_000
MAGIC = "aktop screen 2"
COLUMN = "␟"
"""Encloses a column number in a kept line, since columns are uncertain after a glyph of disputed width."""
MAX_DIGITS = 4
_GIVEN_BY_HAND = ("AKTOP_TOKEN", "AKTOP_API_KEYS")
_DECIDING = (
    *("AKTOP_URL", "AKTOP_EMAIL", "AKTOP_PROFILE", "AKTOP_READ_ONLY", "AKTOP_LANG", "AKTOP_TZ"),
    *("LC_ALL", "LC_MESSAGES", "LANG", "LANGUAGE", "TZ"),
)
"""Variables written into the file; none may hold a password, of the account or of a proxy."""
_JOINER = "\u200d"


def folder(environ: "Mapping[str, str]") -> str:
    """The folder of pictures: `screens` in the folder of `tui.config.paths.state_dir`."""
    return os.path.join(_base(environ, "XDG_STATE_HOME", ".local/state"), "aktop", "screens")


def key_of(arguments: "Sequence[str]", environ: "Mapping[str, str]", width: int, height: int) -> str | None:
    """Everything that decides whose figures are shown and how, in one line; None if no picture may be kept.

    A token or key given by hand could be anybody's, and a demo account has nothing to remember. An address with a user
    in it may contain a password.
    """
    words = ("--demo", "--token-file", "--api-key-file")
    named = [f"{name}={environ[name]}" for name in _DECIDING if environ.get(name)]
    if any(environ.get(name) for name in _GIVEN_BY_HAND) or any(one.startswith(words) for one in arguments):
        return None
    if any("://" in one and "@" in one for one in (*arguments, *named)):
        return None
    config = os.path.join(_base(environ, "XDG_CONFIG_HOME", ".config"), "aktop", "config.toml")
    try:
        status = os.stat(config)
        state = f"{status.st_mtime_ns} {status.st_size}"
    except OSError:
        state = "none"
    return f"{width}x{height} {state} {list(arguments)!r} {named!r}"


def is_of_api_keys(arguments: "Sequence[str]", environ: "Mapping[str, str]") -> bool:
    """Whether API keys are named, which have another screen than an account."""
    return bool(environ.get("AKTOP_API_KEYS")) or any(one.startswith("--api-key-file") for one in arguments)


def path_of(key: str, environ: "Mapping[str, str]") -> str:
    """The file of a key. Its content distinguishes keys that share a file by chance."""
    number = 0x811C9DC5
    for byte in key.encode("utf-8", "surrogateescape"):
        number = (number ^ byte) * 0x01000193 & 0xFFFFFFFF
    return os.path.join(folder(environ), f"{number:08x}.txt")


def text_of(key: str, lines: "Sequence[str]") -> str | None:
    """The file's text; None for a picture that `read` would refuse."""
    text = "\n".join((MAGIC, key, *lines, ""))
    return text if _are_plain(lines) and len(text.encode("utf-8", "surrogateescape")) <= MAX_BYTES else None


def read(arguments: "Sequence[str]", environ: "Mapping[str, str]", width: int, height: int) -> list[str] | None:
    """The lines kept for exactly this start; None if there are none."""
    key = key_of(arguments, environ, width, height)
    if key is None:
        return None
    try:
        handle = os.open(path_of(key, environ), os.O_RDONLY | os.O_NOFOLLOW)
    except OSError:
        return None
    try:
        status = os.fstat(handle)
        if status.st_uid != os.getuid() or status.st_mode & 0o077 or status.st_size > MAX_BYTES:
            return None
        magic, _, rest = os.read(handle, MAX_BYTES).decode("utf-8", "surrogateescape").partition("\n")
    except (OSError, UnicodeDecodeError):
        return None
    finally:
        os.close(handle)
    kept_key, _, body = rest.partition("\n")
    lines = body.split("\n")[:-1]
    return lines if magic == MAGIC and kept_key == key and len(lines) == height and _are_plain(lines) else None


def drawn(lines: "Sequence[str]", *, is_colourless: bool = False) -> str:
    """A kept picture as drawn: dim and without colours, so that nobody takes it for a live one.

    The first line, in reverse, says how old it is.
    """
    dim, plain = ("", "") if is_colourless else ("\x1b[2m", "\x1b[m")
    rows = [f"\x1b[{number};1H{_with_columns(line)}" for number, line in enumerate(lines[1:], 2)]
    return f"\x1b[2J\x1b[1;1H{note(lines, is_colourless=is_colourless)}{dim}{''.join(rows)}{plain}"


def note(lines: "Sequence[str]", *, is_colourless: bool = False) -> str:
    """The note about the picture's age, as drawn."""
    return lines[0] if is_colourless else f"\x1b[7m{lines[0]}\x1b[m"


def _with_columns(line: str) -> str:
    """A kept line with its column numbers as addresses; anything else between two marks is dropped."""
    parts = line.split(COLUMN)
    for place in range(1, len(parts), 2):
        number = parts[place]
        is_number = number.isascii() and number.isdigit() and len(number) <= MAX_DIGITS
        parts[place] = f"\x1b[{number}G" if is_number else ""
    return "".join(parts)


def _are_plain(lines: "Sequence[str]") -> bool:
    """Whether everything is visible text: no escapes, no controls, no bidirectional marks."""
    return all(line.replace(_JOINER, "").isprintable() for line in lines)


def _base(environ: "Mapping[str, str]", variable: str, in_home: str) -> str:
    named = environ.get(variable, "").strip()
    if named:
        return named
    home = environ.get("HOME") or os.path.expanduser("~")
    return os.path.join(home, "Library/Application Support" if sys.platform == "darwin" else in_home)
