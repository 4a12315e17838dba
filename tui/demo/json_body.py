"""Parses a request body as JSON: the first value counts, and numbers keep their spelling, which messages quote."""

import json
from typing import Any


class Number(str):
    """A JSON number as it was spelled."""

    __slots__ = ()


class SyntaxFault(ValueError):
    """A body that is not JSON."""


_DECODER = json.JSONDecoder(parse_int=Number, parse_float=Number)


def parse(raw: bytes) -> Any:
    """The first value of a body. Raises SyntaxFault."""
    text = raw.decode("utf-8", "replace").strip()
    if not text:
        raise SyntaxFault("EOF")
    try:
        value, _end = _DECODER.raw_decode(text)
    except (ValueError, RecursionError):
        raise SyntaxFault("invalid character in the body") from None
    return value
