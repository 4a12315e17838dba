"""Reads request bodies as Go's `encoding/json` does, down to the words of its complaints (contract 1.3, 10).

Only the first JSON value counts; what follows it is ignored. Numbers keep their spelling, because the complaint about a
number of the wrong kind quotes it.
"""

import re
from typing import Any

SPACE = " \t\r\n"
NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?")
ESCAPES = {'"': '"', "\\": "\\", "/": "/", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t"}
LITERALS = {"t": ("true", True), "f": ("false", False), "n": ("null", None)}


class Number(str):
    """A JSON number as it was spelled."""

    __slots__ = ()


class SyntaxFault(ValueError):
    """What Go says about a body that is not JSON."""


def parse(raw: bytes) -> Any:
    """The first value of a body; raises SyntaxFault."""
    reader = _Reader(raw.decode("utf-8", "replace"))
    reader.skip()
    if reader.ended():
        raise SyntaxFault("EOF")
    return reader.value()


def quoted(character: str) -> str:
    """A character as Go quotes it in a complaint."""
    special = {"'": r"'\''", '"': "'\"'", "\n": r"'\n'", "\r": r"'\r'", "\t": r"'\t'"}
    if character in special:
        return special[character]
    if ord(character) < 32:
        return f"'\\x{ord(character):02x}'"
    return f"'{character}'"


class _Reader:
    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0

    def ended(self) -> bool:
        return self.at >= len(self.text)

    def skip(self) -> None:
        while self.at < len(self.text) and self.text[self.at] in SPACE:
            self.at += 1

    def peek(self) -> str:
        if self.ended():
            raise SyntaxFault("unexpected EOF")
        return self.text[self.at]

    def fail(self, where: str) -> SyntaxFault:
        return SyntaxFault(f"invalid character {quoted(self.peek())} {where}")

    def value(self) -> Any:
        self.skip()
        first = self.peek()
        if first == "{":
            return self.members()
        if first == "[":
            return self.elements()
        if first == '"':
            return self.string()
        if first in LITERALS:
            return self.literal(*LITERALS[first])
        if first == "-" or (first.isascii() and first.isdigit()):
            return self.number()
        raise self.fail("looking for beginning of value")

    def literal(self, word: str, value: Any) -> Any:
        for place, expected in enumerate(word):
            if self.peek() != expected:
                raise self.fail(f"in literal {word} (expecting {quoted(word[place])})")
            self.at += 1
        return value

    def number(self) -> Number:
        found = NUMBER.match(self.text, self.at)
        if found is None:
            self.at += 1
            raise self.fail("in numeric literal")
        self.at = found.end()
        rest = self.text[self.at : self.at + 1]
        if rest == ".":
            self.at += 1
            raise self.fail("after decimal point in numeric literal")
        if rest in ("e", "E") and rest:
            self.at += 1
            raise self.fail("in exponent of numeric literal")
        return Number(found.group())

    def string(self) -> str:
        self.at += 1
        parts: list[str] = []
        while (character := self.peek()) != '"':
            if ord(character) < 32:
                raise self.fail("in string literal")
            self.at += 1
            parts.append(self.escape() if character == "\\" else character)
        self.at += 1
        return "".join(parts).encode("utf-16", "surrogatepass").decode("utf-16", "replace")

    def escape(self) -> str:
        character = self.peek()
        if character in ESCAPES:
            self.at += 1
            return ESCAPES[character]
        if character != "u":
            raise self.fail("in string escape code")
        code = 0
        for _ in range(4):
            self.at += 1
            digit = self.peek()
            if digit not in "0123456789abcdefABCDEF":
                raise self.fail("in \\u hexadecimal character escape")
            code = code * 16 + int(digit, 16)
        self.at += 1
        return chr(code)

    def members(self) -> dict[str, Any]:
        self.at += 1
        found: dict[str, Any] = {}
        self.skip()
        if self.peek() == "}":
            self.at += 1
            return found
        while True:
            self.skip()
            if self.peek() != '"':
                raise self.fail("looking for beginning of object key string")
            name = self.string()
            self.skip()
            if self.peek() != ":":
                raise self.fail("after object key")
            self.at += 1
            found[name] = self.value()
            if self.closed("}", "after object key:value pair"):
                return found

    def elements(self) -> list[Any]:
        self.at += 1
        found: list[Any] = []
        self.skip()
        if self.peek() == "]":
            self.at += 1
            return found
        while True:
            found.append(self.value())
            if self.closed("]", "after array element"):
                return found

    def closed(self, bracket: str, where: str) -> bool:
        self.skip()
        character = self.peek()
        if character not in (bracket, ","):
            raise self.fail(where)
        self.at += 1
        return character == bracket
