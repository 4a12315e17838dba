"""What must not stand on a screen, whatever the gateway answers."""

import re
from collections.abc import Iterator

from tests.faults.cases import Effect
from widgets.layout import cell_width

LIVE = "● live"
_OF_THE_INSIDE = re.compile(r"Traceback|NoneType|\bNone\b|\bnan\b|\binf\b|Decimal\(|msgspec|Error:")
_INVISIBLE = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
_ZERO = re.compile(r"\$0(?:\.0+)?(?![\d.,]|┼|┤)")
_ALL_WELL = ("No incident", "no incident", "○ clear", "0 calls")


def misprints(picture: str, size: tuple[int, int]) -> Iterator[str]:
    """What cannot be right in any picture."""
    lines = picture.split("\n")
    if len(lines) != size[1]:
        yield f"{len(lines)} lines of {size[1]}"
    for line in lines:
        if cell_width(line) != size[0]:
            yield f"a line of {cell_width(line)} cells: {line!r}"
        if _INVISIBLE.search(line):
            yield f"control characters: {line!r}"
        if _OF_THE_INSIDE.search(line):
            yield f"words of the inside: {line!r}"


def false_freshness(picture: str, effect: Effect) -> Iterator[str]:
    """What the first line says of the state of the rest and is not so."""
    first = picture.split("\n")[0]
    if effect is Effect.BREAKS and LIVE in first:
        yield f"shown as live: {first!r}"
    if effect is Effect.HARMLESS and LIVE not in first and "aktop " in first:
        yield f"not live: {first!r}"


def false_peace(picture: str) -> Iterator[str]:
    """What looks like a figure, or like all being well, where nothing could be read."""
    if zeros(picture):
        yield "a zero where nothing is known"
    yield from (f"{words!r} where nothing is known" for words in _ALL_WELL if words in picture)


def zeros(picture: str) -> int:
    """How many amounts of nothing are shown; the foot of an axis is none."""
    return len(_ZERO.findall(picture))
