"""One call record, compact enough to hold a hundred thousand.

Values that many calls share (key, model, client …) are one object for all of them; numbers are packed side by side. As
separate Python objects they would take three times as much memory.
"""

import struct
from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from functools import lru_cache
from operator import attrgetter
from typing import Any, NamedTuple

from msgspec import Struct

_FIGURES = struct.Struct("<6q6dq")
_COUNTED = struct.Struct("<5q8x6d")
_WHOLE, _REAL = struct.Struct("<q"), struct.Struct("<d")
_NOT_TOLD = -(2**63)
_KINDS = 8192
_BY_THE_PIECE = ("image", "video", "per_request")


class CallTraits(NamedTuple):
    """Values shared by many calls."""

    key_id: int
    key_name: str | None
    model: str
    rate_multiplier: float
    billing_type: int
    request_type: str
    group_id: int | None
    group_name: str | None
    billing_mode: str | None
    endpoint: str | None
    reasoning_effort: str | None
    service_tier: str | None
    ip: str | None
    user_agent: str | None


class Media(Struct, frozen=True):
    """Images or a video that a call read or made. Costs are at list price, in USD."""

    count: int = 0
    size: str | None = None
    kind: str | None = None
    input_tokens: int = 0
    output_tokens: int = 0
    input_cost: float = 0.0
    output_cost: float = 0.0

    @property
    def cost(self) -> float:
        """Input and output cost together."""
        return self.input_cost + self.output_cost


class Pieces(NamedTuple):
    """What a call was charged for by the piece rather than by the token."""

    kind: str
    """`image`, `video` or `request`."""
    number: int


Counted = tuple[tuple[int, ...], int | None, Decimal, Decimal, tuple[float, ...], Pieces | None]
"""Tokens in, out, cache creation and read; duration in ms; standard and billed USD; list-price cost of each kind of
token; what was charged by the piece.
"""

NO_MEDIA = Media()
"""Shared by all calls without media, which are nearly all."""


@lru_cache(maxsize=_KINDS)
def _shared(*common: Any) -> CallTraits:
    """The same object for calls with equal traits."""
    return CallTraits(*common)


def _common(name: str) -> Any:
    return property(attrgetter(f"_kind.{name}"))


def _whole(place: int) -> Any:
    return property(lambda call: _WHOLE.unpack_from(call._figures, place * 8)[0])


def _told(place: int) -> Any:
    def get(call: "Call") -> int | None:
        value: int = _WHOLE.unpack_from(call._figures, place * 8)[0]
        return None if value == _NOT_TOLD else value

    return property(get)


def _real(place: int) -> Any:
    return property(lambda call: _REAL.unpack_from(call._figures, place * 8)[0])


def _usd(place: int) -> Any:
    return property(lambda call: _money(_REAL.unpack_from(call._figures, place * 8)[0]))


def _money(value: float) -> Decimal:
    """Money from a float of the wire: the shortest decimal that reads as that float is what was sent."""
    return Decimal(int(value)) if value.is_integer() else Decimal(repr(value))


class Call:
    """One call record; immutable. Money is in USD; the cost parts are at list price and only shown, hence plain floats.

    `billed_number` and `standard_number` are the same amounts as floats: for sorting, never for summing. `key_name` and
    `group_name` are those at the time of reading. Durations are in milliseconds, None if not reported.
    """

    __slots__ = ("_figures", "_kind", "at", "id", "media", "request_id", "session_id")

    id: int
    at: datetime
    request_id: str
    session_id: str | None
    media: Media
    _kind: CallTraits
    _figures: bytes
    key_id: int = _common("key_id")
    key_name: str | None = _common("key_name")
    model: str = _common("model")
    rate_multiplier: float = _common("rate_multiplier")
    billing_type: int = _common("billing_type")
    request_type: str = _common("request_type")
    group_id: int | None = _common("group_id")
    group_name: str | None = _common("group_name")
    billing_mode: str | None = _common("billing_mode")
    endpoint: str | None = _common("endpoint")
    reasoning_effort: str | None = _common("reasoning_effort")
    service_tier: str | None = _common("service_tier")
    ip: str | None = _common("ip")
    user_agent: str | None = _common("user_agent")
    input_tokens: int = _whole(0)
    output_tokens: int = _whole(1)
    cache_creation_tokens: int = _whole(2)
    cache_read_tokens: int = _whole(3)
    duration_ms: int | None = _told(4)
    first_token_ms: int | None = _told(5)
    standard_usd: Decimal = _usd(6)
    billed_usd: Decimal = _usd(7)
    standard_number: float = _real(6)
    billed_number: float = _real(7)
    input_cost: float = _real(8)
    output_cost: float = _real(9)
    cache_creation_cost: float = _real(10)
    cache_read_cost: float = _real(11)
    cache_creation_1h_tokens: int = _whole(12)

    def __init__(
        self,
        id: int,  # noqa: A002 - the gateway's own word
        at: datetime,
        key_id: int,
        key_name: str | None,
        model: str,
        input_tokens: int,
        output_tokens: int,
        cache_creation_tokens: int,
        cache_read_tokens: int,
        standard_usd: Decimal,
        billed_usd: Decimal,
        rate_multiplier: float,
        billing_type: int,
        request_type: str,
        input_cost: float = 0.0,
        output_cost: float = 0.0,
        cache_creation_cost: float = 0.0,
        cache_read_cost: float = 0.0,
        cache_creation_1h_tokens: int = 0,
        group_id: int | None = None,
        group_name: str | None = None,
        billing_mode: str | None = None,
        endpoint: str | None = None,
        reasoning_effort: str | None = None,
        service_tier: str | None = None,
        duration_ms: int | None = None,
        first_token_ms: int | None = None,
        ip: str | None = None,
        user_agent: str | None = None,
        request_id: str = "",
        session_id: str | None = None,
        media: Media = NO_MEDIA,
    ) -> None:
        keep: Callable[[str, object], None] = super().__setattr__
        keep("id", id)
        keep("at", at)
        keep("request_id", request_id)
        keep("session_id", session_id)
        keep("media", media)
        kind = _shared(
            key_id,
            key_name,
            model,
            rate_multiplier,
            billing_type,
            request_type,
            group_id,
            group_name,
            billing_mode,
            endpoint,
            reasoning_effort,
            service_tier,
            ip,
            user_agent,
        )
        keep("_kind", kind)
        figures = _FIGURES.pack(
            input_tokens,
            output_tokens,
            cache_creation_tokens,
            cache_read_tokens,
            _NOT_TOLD if duration_ms is None else duration_ms,
            _NOT_TOLD if first_token_ms is None else first_token_ms,
            float(standard_usd),
            float(billed_usd),
            input_cost,
            output_cost,
            cache_creation_cost,
            cache_read_cost,
            cache_creation_1h_tokens,
        )
        keep("_figures", figures)

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"a call does not change: {name}")

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Call) and self._parts() == other._parts()

    def __hash__(self) -> int:
        return hash(self.id)

    def __repr__(self) -> str:
        return f"Call(id={self.id}, at={self.at:%Y-%m-%dT%H:%M:%S}, key_id={self.key_id}, model={self.model!r})"

    def _parts(self) -> tuple[object, ...]:
        return self.id, self.at, self._kind, self._figures, self.request_id, self.session_id, self.media

    @property
    def counted(self) -> "Counted":
        """The figures that sums are made of."""
        figures = _COUNTED.unpack_from(self._figures)
        duration = figures[4]
        return (
            figures[:4],
            None if duration == _NOT_TOLD else duration,
            _money(figures[5]),
            _money(figures[6]),
            figures[7:],
            self._pieces() if self.is_by_piece else None,
        )

    def _pieces(self) -> Pieces | None:
        mode, media = self.billing_mode, self.media
        if mode == "video" or media.kind == "video":
            return Pieces("video", max(1, media.count))
        if mode == "image" or media.count:
            return Pieces("image", max(1, media.count))
        return Pieces("request", 1) if mode == "per_request" else None

    @property
    def traits(self) -> CallTraits:
        """The values shared with other calls: one object for equal ones that are close in time."""
        return self._kind

    @property
    def token_costs(self) -> tuple[tuple[int, ...], tuple[float, ...]]:
        """Tokens in, out, cache creation and read, and what each kind cost at list price."""
        figures = _COUNTED.unpack_from(self._figures)
        return figures[:4], figures[7:]

    @property
    def is_by_piece(self) -> bool:
        """Whether it was charged by the piece, or may have been."""
        return self.media is not NO_MEDIA or self._kind.billing_mode in _BY_THE_PIECE

    @property
    def context_tokens(self) -> int:
        """Tokens sent to the model, cached or not."""
        tokens: tuple[int, ...] = _COUNTED.unpack_from(self._figures)
        return tokens[0] + tokens[2] + tokens[3]

    @property
    def tokens(self) -> int:
        """All four kinds of tokens together (the gateway does not send the sum)."""
        return self.input_tokens + self.output_tokens + self.cache_creation_tokens + self.cache_read_tokens

    @property
    def is_wallet(self) -> bool:
        """Whether the wallet paid; a subscription's calls cost the wallet nothing."""
        return self.billing_type == 0
