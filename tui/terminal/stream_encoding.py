"""Standard output and error as they are: a stream that cannot bear a character gets what comes closest to it."""

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
"""ASCII for the signs that aktop itself writes; of a name that cannot be written there is a question mark a letter."""


def bear() -> None:
    """Have both streams write whatever they are given, in as much of it as their encoding has."""
    codecs.register_error(_ERRORS, _closest)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper) and stream.errors != _ERRORS:
            stream.reconfigure(errors=_ERRORS)


def spoken(language: str) -> str:
    """The language, or English where standard output or error could write nothing but question marks of it."""
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
        return bytes([ord(char) - 0xDC00]), error.start + 1  # a byte of a file's name, as it came in
    return _LIKE.get(char, "?"), error.start + 1
