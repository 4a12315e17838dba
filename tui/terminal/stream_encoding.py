"""Replaces characters that standard output or error cannot encode with the closest equivalent."""

import codecs
import io
import sys

_ERRORS = "aktop.bearable"
_SAMPLES = {"zh": "中文"}
_LIKE = {
    **dict(zip("·–—−×≈≥≤→←“”‘’•│┃─━┈┊‖", "---" + "-x~><>" + "<" + '""' + "''" + "*||--.:|", strict=True)),
    **dict(zip("■▲▼●○◌✓✕▸◂▾»«", "#!v*oo+x><v><", strict=True)),
    **dict(zip("▁▂▃▄▅▆▇█░▓▏▎▍▌▋▊▉", "_.-=+*%#.#|||:::#", strict=True)),
    **dict.fromkeys("╭╮╰╯├┤┬┴┼┏┓┗┛┡┢┩┪┱┲┷┹┺", "+"),
    "…": "...",
    "½": "1/2",
    "\u00a0": " ",
}
"""ASCII for aktop's own signs; other unencodable characters become question marks."""


def bear() -> None:
    """Make both streams accept any text, as far as their encoding allows."""
    codecs.register_error(_ERRORS, _closest)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper) and stream.errors != _ERRORS:
            stream.reconfigure(errors=_ERRORS)


def spoken(language: str) -> str:
    """The language, or English if standard output or error could only write question marks of it."""
    try:
        for stream in (sys.stdout, sys.stderr):
            _SAMPLES.get(language, "").encode(getattr(stream, "encoding", None) or "utf-8")
    except (UnicodeEncodeError, LookupError):
        return "en"
    return language


def _closest(error: UnicodeError) -> tuple[str | bytes, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    char = error.object[error.start]
    if "\udc80" <= char <= "\udcff":
        return bytes([ord(char) - 0xDC00]), error.start + 1  # a byte of a file name, as it came in
    return _LIKE.get(char, "?"), error.start + 1
