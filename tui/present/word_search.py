"""Search terms for rows: words that must all match; those with a `!` must not."""

import re
from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

from tui.locale import _
from tui.present.dialogs import PromptModel
from widgets.dialog_values import PromptCheck
from widgets.values import Cell, Emphasis

T = TypeVar("T")

_WORD = re.compile(r'(!?)(?:"([^"]*)"?|(\S+))')


def is_found(needle: str, texts: Sequence[str], whole: Sequence[str] = ()) -> bool:
    """Whether every word is part of one of the texts, or one of the `whole` ones, in capitals or not.

    >>> is_found("prod !batch", ["batch-prod"]), is_found("prod !batch", ["web-prod"]), is_found("", [])
    (False, True, True)
    >>> is_found('"ci release"', ["ci & release"]), is_found("ci release", ["ci & release"])
    (False, True)
    >>> is_found("active", [], whole=["inactive"]), is_found("Inactive", [], whole=["inactive"])
    (False, True)
    """
    parts, words = [text.casefold() for text in texts], {text.casefold() for text in whole}
    return all(
        (word in words or any(word in text for text in parts)) != is_not for is_not, word in _words(needle.casefold())
    )


def words_to_light(needle: str) -> tuple[str, ...]:
    """Return the words that a row must have, to be lit up in it.

    >>> words_to_light('prod !batch "two words"')
    ('prod', 'two words')
    """
    return tuple(word for is_not, word in _words(needle) if not is_not)


def prompt(title: str, needle: str, rows: Iterable[T], matches: Callable[[T, str], bool]) -> PromptModel:
    """A filter to type, and how many of the rows pass it."""
    rows = tuple(rows)

    def check(typed: str) -> PromptCheck:
        count = sum(matches(row, typed) for row in rows)
        told = _("{count} of {total} · all words must match, !word must not").format(count=count, total=len(rows))
        return PromptCheck((Cell(told, Emphasis.MUTED if count else Emphasis.WARNING),))

    return PromptModel(title, needle, check)


def _words(needle: str) -> list[tuple[bool, str]]:
    found = ((bool(sign), quoted or plain) for sign, quoted, plain in _WORD.findall(needle))
    return [(is_not, word) for is_not, word in found if word and word != "!"]
