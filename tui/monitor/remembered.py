"""Pure functions that remember their last answer: panes ask the same several times while one picture is painted."""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")


def remembered(function: Callable[P, R]) -> Callable[P, R]:
    """Answer again what was just answered, as long as the arguments are the same or equal.

    Unlike `functools.lru_cache` it hashes no argument: what has not changed mostly is the very same object, such as a
    trend of many buckets, and looking into it would cost more than some answers. A Snapshot equals itself only.

    >>> asked = []
    >>> @remembered
    ... def double(number): asked.append(number); return number * 2
    >>> double(4.5), double(2.5), double(2.5)
    (9.0, 5.0, 5.0)
    >>> asked
    [4.5, 2.5]
    """
    last: tuple[tuple[object, ...], R] | None = None

    @wraps(function)
    def ask(*args: P.args, **named: P.kwargs) -> R:
        nonlocal last
        if named:
            return function(*args, **named)
        if last is None or not _are_same(last[0], args):
            last = (args, function(*args, **named))
        return last[1]

    return ask


def remembered_each(function: Callable[P, R]) -> Callable[P, R]:
    """The same for each value of the first argument, of which there must be few, such as the ids of keys.

    >>> asked = []
    >>> @remembered_each
    ... def times(number, factor): asked.append(number); return number * factor
    >>> times(1, 4.5), times(2, 4.5), times(1, 4.5), times(1, 2.5)
    (4.5, 9.0, 4.5, 2.5)
    >>> asked
    [1, 2, 1]
    """
    last: dict[object, tuple[tuple[object, ...], R]] = {}

    @wraps(function)
    def ask(*args: P.args, **named: P.kwargs) -> R:
        if named:
            return function(*args, **named)
        known = last.get(args[0])
        if known is None or not _are_same(known[0], args):
            known = last[args[0]] = args, function(*args, **named)
        return known[1]

    return ask


def _are_same(before: tuple[object, ...], now: tuple[object, ...]) -> bool:
    return len(before) == len(now) and all(a is b or a == b for a, b in zip(before, now, strict=True))
