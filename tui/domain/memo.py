"""Pure functions that remember answers: panes ask the same several times while one picture is painted.

What is remembered belongs to an account and goes with it. It lies in the `memo` of one of the arguments – a Snapshot, a
call log, or a Memo itself – and never in a module.
"""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from functools import wraps
from typing import Any, ParamSpec, TypeVar, cast

P = ParamSpec("P")
R = TypeVar("R")


class Memo:
    """What functions answered about one account."""

    __slots__ = ("kept", "last", "recent")

    def __init__(self) -> None:
        self.kept: dict[Hashable, Any] = {}
        self.last: dict[Hashable, tuple[tuple[object, ...], Any]] = {}
        self.recent: dict[object, OrderedDict[Hashable, tuple[object, Any]]] = {}

    @property
    def memo(self) -> "Memo":
        """Itself: it may be handed on without the account."""
        return self


def memoize_last(*, of: int = 0, each: int | None = None) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Answer again what was just answered, as long as the arguments are the same or equal.

    The argument at the place `of` keeps it; with `each`, for every value of the argument there, of which there must be
    few, such as the ids of keys. Unlike `functools.lru_cache` it hashes no argument: what has not changed mostly is
    the very same object, and looking into it would cost more than some answers. A Snapshot equals itself only.

    >>> asked = []
    >>> @memoize_last()
    ... def double(memo, number): asked.append(number); return number * 2
    >>> memo = Memo()
    >>> double(memo, 4.5), double(memo, 2.5), double(memo, 2.5)
    (9.0, 5.0, 5.0)
    >>> asked
    [4.5, 2.5]
    """

    def decorate(function: Callable[P, R]) -> Callable[P, R]:
        @wraps(function)
        def ask(*args: P.args, **named: P.kwargs) -> R:
            if named:
                return function(*args, **named)
            last = _memo_of(args[of]).last
            name = function if each is None else (function, args[each])
            known = last.get(name)
            if known is None or not _are_same(known[0], args):
                known = last[name] = args, function(*args, **named)
            return cast("R", known[1])

        return ask

    return decorate


def memoize_recent(most: int) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Answer again what was answered of late, for so many different arguments behind the first two.

    The first argument keeps it, and does not count as another: it is one of a lineage, such as the logs that follow
    each other. The second tells those apart as far as the answer goes, such as how many calls a span has; of each
    other answer the last one is kept only, since what has grown is not asked for as it was.
    """

    def decorate(function: Callable[P, R]) -> Callable[P, R]:
        @wraps(function)
        def ask(*args: P.args, **named: P.kwargs) -> R:
            if named:
                return function(*args, **named)
            recent = _memo_of(args[0]).recent
            found = recent.get(function) or recent.setdefault(function, OrderedDict())
            version, key = args[1], args[2:]
            known = found.get(key)
            if known is None or known[0] != version:
                known = found[key] = version, function(*args, **named)
                if len(found) > most:
                    found.popitem(last=False)
            found.move_to_end(key)
            return cast("R", known[1])

        return ask

    return decorate


def _memo_of(owner: object) -> Memo:
    return cast("Memo", owner.memo)  # type: ignore[attr-defined]


def _are_same(before: tuple[object, ...], now: tuple[object, ...]) -> bool:
    return len(before) == len(now) and all(a is b or a == b for a, b in zip(before, now, strict=True))
