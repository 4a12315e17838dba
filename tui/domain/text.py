"""Outside text, made harmless where it comes in."""

import unicodedata

_DROPPED = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_KEPT = frozenset("\u200d")  # joins emoji families


def inert(text: str) -> str:
    """One line of outside text that a terminal shows but does not obey.

    Control characters, escapes, direction marks and unassigned code points are removed; line breaks and tabs become
    blanks.

    >>> inert("a\\x1b[31mb\\tc\\u202ed")
    'a[31mb cd'
    """
    if text.isprintable():
        return text
    return "".join(_harmless(char) for char in text)


def inert_block(text: str) -> str:
    """Outside text of several lines: like `inert`, but line breaks stay.

    >>> inert_block("a\\r\\n\\tb\\x07")
    'a\\n    b'
    """
    return "\n".join(inert(line.replace("\t", "    ")) for line in text.splitlines())


def legible(text: str) -> str:
    """Text from this machine, such as a path or a library's error: like `inert_block`, with undecodable bytes as `?`.

    >>> legible("/tmp/a\\x1b[2Jb\\udcff.md")
    '/tmp/a[2Jb?.md'
    """
    return inert_block(text.encode("utf-8", "replace").decode())


def masked(secret: str) -> str:
    """A secret cut to what identifies it: its first 6 and last 4 characters.

    >>> masked("sk-0be1234567890f52b")
    'sk-0be…f52b'
    >>> masked("short-secret")
    'shor…'
    """
    return f"{secret[:6]}…{secret[-4:]}" if len(secret) > 12 else f"{secret[:4]}…"


def _harmless(char: str) -> str:
    if char in "\t\n\r\v\f\x85\u2028\u2029":
        return " "
    if char in _KEPT or unicodedata.category(char) not in _DROPPED:
        return char
    return ""
