"""The last picture of the overview, as it was kept, for the moment before anything slow is imported.

Like the early frame it costs nothing but `sys` and `os`. What a kept picture was made for – arguments, settings, size –
is written in it, and has to be the same in every letter: a wrong account's figures must never be seen, not even as old
ones.
"""

import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

MAX_BYTES = 200_000
MAGIC = "aktop screen 2"
COLUMN = "␟"
"""Stands around the number of a column in a kept line: behind a glyph of disputed width nobody knows where one is."""
MAX_DIGITS = 4
_GIVEN_BY_HAND = ("AKTOP_TOKEN", "AKTOP_API_KEYS")
_DECIDING = (
    *("AKTOP_URL", "AKTOP_EMAIL", "AKTOP_PROFILE", "AKTOP_READ_ONLY", "AKTOP_LANG", "AKTOP_TZ"),
    *("LC_ALL", "LC_MESSAGES", "LANG", "LANGUAGE", "TZ"),
)
"""What is written into the file: no variable that may hold a password, of the account or of a proxy."""
_JOINER = "\u200d"


def folder(environ: "Mapping[str, str]") -> str:
    """Where pictures are kept: `screens` in the folder that `tui.config.paths.state_dir` names."""
    return os.path.join(_base(environ, "XDG_STATE_HOME", ".local/state"), "aktop", "screens")


def key_of(arguments: "Sequence[str]", environ: "Mapping[str, str]", width: int, height: int) -> str | None:
    """All that decides whose figures are shown and how, in one line; None where no picture may be kept.

    A token or key that is given by hand could be anybody's, and a made-up account has nothing to remember. An address
    with a user in it may have the password there.
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
    """The file of a key. Keys that share a file by chance are told apart by what is in it."""
    number = 0x811C9DC5
    for byte in key.encode("utf-8", "surrogateescape"):
        number = (number ^ byte) * 0x01000193 & 0xFFFFFFFF
    return os.path.join(folder(environ), f"{number:08x}.txt")


def text_of(key: str, lines: "Sequence[str]") -> str | None:
    """What is written down, or None for a picture that `read` would not take."""
    text = "\n".join((MAGIC, key, *lines, ""))
    return text if _are_plain(lines) and len(text.encode("utf-8", "surrogateescape")) <= MAX_BYTES else None


def read(arguments: "Sequence[str]", environ: "Mapping[str, str]", width: int, height: int) -> list[str] | None:
    """The lines that were kept for exactly this, or None: then nothing of it is shown."""
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
    """A kept picture as it is painted: dim and without colours, so that nobody takes it for a live one.

    The first line says of when it is, in reverse.
    """
    dim, plain = ("", "") if is_colourless else ("\x1b[2m", "\x1b[m")
    rows = [f"\x1b[{number};1H{_with_columns(line)}" for number, line in enumerate(lines[1:], 2)]
    return f"\x1b[2J\x1b[1;1H{note(lines, is_colourless=is_colourless)}{dim}{''.join(rows)}{plain}"


def note(lines: "Sequence[str]", *, is_colourless: bool = False) -> str:
    """What says of when a kept picture is, drawn."""
    return lines[0] if is_colourless else f"\x1b[7m{lines[0]}\x1b[m"


def _with_columns(line: str) -> str:
    """A kept line with its numbers of columns as addresses; whatever else stands between two marks is dropped."""
    parts = line.split(COLUMN)
    for place in range(1, len(parts), 2):
        number = parts[place]
        is_number = number.isascii() and number.isdigit() and len(number) <= MAX_DIGITS
        parts[place] = f"\x1b[{number}G" if is_number else ""
    return "".join(parts)


def _are_plain(lines: "Sequence[str]") -> bool:
    """Whether there is nothing in it but what can be seen: no escapes, no controls, no marks that turn text round."""
    return all(line.replace(_JOINER, "").isprintable() for line in lines)


def _base(environ: "Mapping[str, str]", variable: str, in_home: str) -> str:
    named = environ.get(variable, "").strip()
    if named:
        return named
    home = environ.get("HOME") or os.path.expanduser("~")
    return os.path.join(home, "Library/Application Support" if sys.platform == "darwin" else in_home)
