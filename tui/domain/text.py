"""Outside text, made harmless where it comes in."""

import re
import unicodedata

_DROPPED = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_SECRETS = re.compile(
    r"\b(?:sk|pk|rk|ak|rt)[-_][\w-]{13,}|\beyJ[\w-]{8,}(?:\.[\w-]+)*|\bAIza[\w-]{13,}|(?i:(?<=bearer ))[\w.~+/=-]{13,}"
)
_LONG = 24
_IN_ADDRESSES = re.compile(r"://[^/\s@]+@")
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


def without_secrets(text: str) -> str:
    """Outside text without whole keys, tokens and passwords in addresses; of long ones it keeps what identifies them.

    >>> without_secrets("bad key sk-0be1234567890abcdef0f52b, sent as Bearer abcdef1234567890")
    'bad key sk-0be…f52b, sent as Bearer …'
    >>> without_secrets("see https://lin:secret@gateway.example, or sk-proj-****4f9c")
    'see https://…@gateway.example, or sk-proj-****4f9c'
    """
    told = _SECRETS.sub(lambda found: masked(found[0]) if len(found[0]) >= _LONG else "…", text)
    return _IN_ADDRESSES.sub("://…@", told)


def _harmless(char: str) -> str:
    if char in "\t\n\r\v\f\x85\u2028\u2029":
        return " "
    if char in _KEPT or unicodedata.category(char) not in _DROPPED:
        return char
    return ""
