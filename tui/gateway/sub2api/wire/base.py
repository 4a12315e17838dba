"""Shared by all wire structs: bounded numbers, aware moments, and texts made harmless on arrival.

Every field that an older gateway may omit, or send as null, is optional. Any other type is an error that names the
field: an honest failure is better than a wrong figure.
"""

from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Annotated, Generic, TypeVar

from msgspec import Meta, Struct

from tui.domain.text import inert

T = TypeVar("T")
R = TypeVar("R")

# The gateway's numbers are doubles, so a float holds each exactly as sent; `usd` turns it into the same Decimal.
Num = Annotated[float, Meta(ge=-1e15, le=1e15)]
"""An amount that can be negative: a balance, an old gateway's limit, a correction."""
Amount = Annotated[float, Meta(ge=0, le=1e15)]
"""An amount used, charged or measured: never negative."""
Int = Annotated[int, Meta(ge=-(2**53), le=2**53)]
Count = Annotated[int, Meta(ge=0, le=2**53)]
Id = Annotated[int, Meta(ge=-(2**63), le=2**63 - 1)]
Moment = Annotated[datetime, Meta(tz=True)]

_EARLIEST = datetime(1, 1, 3, tzinfo=UTC)
_LATEST = datetime(9999, 12, 29, tzinfo=UTC)
_SHARED_LENGTH = 300
_ESCAPES = (("&lt;", "<"), ("&gt;", ">"), ("&#34;", '"'), ("&#39;", "'"), ("&amp;", "&"))
"""All that the gateway escapes in a name, in the order in which to undo it."""
PARTS = Meta(max_length=20_000)
"""Bounds a list that is sent whole: two years have fewer hours, and no request asks for more."""


class WireStruct(Struct, frozen=True):
    """A wire struct. Its repr shows nothing, since some of them hold secrets."""

    def __repr__(self) -> str:
        return f"<{type(self).__name__}>"

    def __rich_repr__(self) -> list[tuple[str, object]]:
        return []


class Envelope(WireStruct, Generic[T], frozen=True):
    """A panel answer."""

    code: int
    data: T


class PageOf(WireStruct, Generic[T], frozen=True):
    """One page of a list."""

    items: list[T]
    total: Count
    page_size: Count | None = None


class Misfit(ValueError):
    """A value of the right type that makes no sense; `field` is its path in the answer."""

    def __init__(self, field: str) -> None:
        super().__init__(field)
        self.field = field


def each(path: str, rows: Iterable[T], convert: Callable[[T], R]) -> tuple[R, ...]:
    """All rows converted; a Misfit says which row it was in."""
    values: list[R] = []
    try:
        for row in rows:
            values.append(convert(row))
    except Misfit as misfit:
        raise Misfit(f"{path}[{len(values)}].{misfit.field}") from None
    return tuple(values)


def usd(value: float) -> Decimal:
    """Money as sent.

    >>> usd(0.00084), usd(30.0)
    (Decimal('0.00084'), Decimal('30'))
    """
    return Decimal(int(value)) if value.is_integer() else Decimal(repr(value))


def maybe_usd(value: float | None) -> Decimal | None:
    """Like `usd`; null means that there is no such amount."""
    return None if value is None else usd(value)


def utc(value: datetime) -> datetime:
    """The moment in UTC; the far ends of the calendar are moved in by days, so that no zone can overflow them."""
    if 1 < value.year < 9999:
        return value.astimezone(UTC)
    return min(max(value, _EARLIEST), _LATEST).astimezone(UTC)


def maybe_utc(value: datetime | None) -> datetime | None:
    """Like `utc`; null means never."""
    return None if value is None else utc(value)


def text(value: str | None) -> str:
    """Outside text, made harmless; equal short texts are one object, since a hundred thousand rows repeat a few of
    them.
    """
    if not value:
        return ""
    return _shared(value) if len(value) <= _SHARED_LENGTH else inert(value)


def maybe_text(value: str | None) -> str | None:
    """Like `text`; null or empty means unknown."""
    return text(value) or None


def name(value: str | None) -> str:
    """A key's name, which the gateway stores HTML-escaped (contract 4.7)."""
    if not value:
        return ""
    for escaped, sign in _ESCAPES:
        value = value.replace(escaped, sign)
    return text(value)


@lru_cache(maxsize=8192)
def _shared(value: str) -> str:
    return inert(value)
