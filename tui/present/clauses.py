"""Clauses of one sentence, joined as the language does: the signs of Chinese are others."""

from collections.abc import Iterable
from functools import reduce

from tui.locale import _


def clauses(parts: Iterable[str]) -> str:
    """The parts as one sentence; empty ones are left out.

    >>> clauses(("no calls", "", "nothing billed"))
    'no calls; nothing billed'
    """
    return reduce(_two, filter(None, parts), "")


def _two(one: str, other: str) -> str:
    return _("{one}; {other}").format(one=one, other=other) if one else other


def of(who: str, what: str) -> str:
    """What is said of somebody or something.

    >>> of("laptop", "disabled")
    'laptop: disabled'
    """
    return _("{key}: {what}").format(key=who, what=what)


def because(what: str) -> str:
    """What explains the words before.

    >>> because("3 calls")
    ': 3 calls'
    """
    return _(": {what}").format(what=what)
