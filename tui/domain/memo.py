"""Memoized pure functions: panes need the same result several times while one picture is painted.

Cached results belong to an account and go with it. They live in the `memo` of an argument – a Snapshot, a call log, or
a Memo itself – and never in a module.
"""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from functools import wraps
from typing import Any, ParamSpec, TypeVar, cast

P = ParamSpec("P")
R = TypeVar("R")


class Memo:
    """Cached results about one account."""

    __slots__ = ("kept", "last", "recent")

    def __init__(self) -> None:
        self.kept: dict[Hashable, Any] = {}
        self.last: dict[Hashable, tuple[tuple[object, ...], Any]] = {}
        self.recent: dict[object, OrderedDict[Hashable, tuple[object, Any]]] = {}

    @property
    def memo(self) -> "Memo":
        """Itself, so that it can be passed without the account."""
        return self


def memoize_last(*, of: int = 0, each: int | None = None) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Return the last result again while the arguments are the same or equal.

    The argument at index `of` holds the cache; `each` keeps one result per value of the argument at that index, of
    which there must be few, such as key ids. Unlike `functools.lru_cache` it hashes no argument: what has not changed
    is mostly the very same object, and hashing it would cost more than some results. A Snapshot equals itself only.

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
    """Return a recent result again, for up to `most` different arguments after the first two.

    The first argument holds the cache and is not compared: it is one of a lineage, such as a log and its successors.
    The second is a version, such as a number of calls: only the latest version of each result is kept, since old ones
    are not needed again.
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
