"""Call records (contract 5.2). A row is 3.5 kB, mostly nested objects: only the needed members are decoded."""

from operator import attrgetter

import msgspec

from tui.domain.call import NO_MEDIA, Media
from tui.domain.text import inert
from tui.domain.usage import Call, DamagedRow, Page
from tui.gateway.sub2api.wire.base import (
    Envelope,
    Id,
    Int,
    Misfit,
    Moment,
    Num,
    PageOf,
    WireStruct,
    maybe_text,
    name,
    text,
    usd,
    utc,
)


class NamedRow(WireStruct, frozen=True):
    """A nested key or group: only its name is needed, least of all the secret."""

    name: str | None = None


class CallRow(WireStruct, frozen=True):
    """The UsageLog object. Its figures may be impossible: one bad row must not cost the whole page."""

    id: Id
    api_key_id: Id
    created_at: Moment
    input_tokens: Int
    output_tokens: Int
    cache_creation_tokens: Int
    cache_read_tokens: Int
    total_cost: Num
    actual_cost: Num
    model: str | None = None
    rate_multiplier: Num | None = None
    billing_type: Int | None = None
    request_type: str | None = None
    stream: bool | None = None
    input_cost: Num | None = None
    output_cost: Num | None = None
    cache_creation_cost: Num | None = None
    cache_read_cost: Num | None = None
    cache_creation_1h_tokens: Int | None = None
    image_count: Int | None = None
    image_size: str | None = None
    media_type: str | None = None
    image_input_tokens: Int | None = None
    image_output_tokens: Int | None = None
    image_input_cost: Num | None = None
    image_output_cost: Num | None = None
    group_id: Id | None = None
    billing_mode: str | None = None
    inbound_endpoint: str | None = None
    reasoning_effort: str | None = None
    service_tier: str | None = None
    duration_ms: Int | None = None
    first_token_ms: Int | None = None
    ip_address: str | None = None
    user_agent: str | None = None
    request_id: str | None = None
    session_id: str | None = None
    api_key: NamedRow | None = None
    group: NamedRow | None = None


_NEVER_NEGATIVE = (
    "input_tokens",
    "output_tokens",
    "cache_creation_tokens",
    "cache_read_tokens",
    "total_cost",
    "actual_cost",
    "rate_multiplier",
    "input_cost",
    "output_cost",
    "cache_creation_cost",
    "cache_read_cost",
    "cache_creation_1h_tokens",
    "image_count",
    "image_input_tokens",
    "image_output_tokens",
    "image_input_cost",
    "image_output_cost",
    "duration_ms",
    "first_token_ms",
)
_figures = attrgetter(*_NEVER_NEGATIVE)

CALLS = msgspec.json.Decoder(Envelope[PageOf[CallRow]])


def calls_of(page: PageOf[CallRow]) -> Page[Call]:
    """A page of call records, without those with impossible figures."""
    calls: list[Call] = []
    damaged: list[DamagedRow] = []
    for row in page.items:
        try:
            calls.append(call_of(row))
        except Misfit as misfit:
            damaged.append(DamagedRow(row.id, misfit.field))
    return Page(tuple(calls), page.total, damaged=tuple(damaged), size=page.page_size)


def call_of(row: CallRow) -> Call:
    """One call record. The names of key and group are today's; a deleted key has none (8.5).

    Raises Misfit for negative tokens, cost or time: a sum with it would hide the cost of other calls.
    """
    if min(filter(None, _figures(row)), default=0) < 0:
        raise Misfit(next(name for name in _NEVER_NEGATIVE if (getattr(row, name) or 0) < 0))
    return Call(
        id=row.id,
        at=utc(row.created_at),
        key_id=row.api_key_id,
        key_name=name(row.api_key.name) if row.api_key is not None else None,
        model=text(row.model),
        input_tokens=row.input_tokens,
        output_tokens=row.output_tokens,
        cache_creation_tokens=row.cache_creation_tokens,
        cache_read_tokens=row.cache_read_tokens,
        standard_usd=usd(row.total_cost),
        billed_usd=usd(row.actual_cost),
        rate_multiplier=1.0 if row.rate_multiplier is None else row.rate_multiplier,
        billing_type=row.billing_type or 0,
        request_type=text(row.request_type) or ("stream" if row.stream else "sync"),
        input_cost=row.input_cost or 0.0,
        output_cost=row.output_cost or 0.0,
        cache_creation_cost=row.cache_creation_cost or 0.0,
        cache_read_cost=row.cache_read_cost or 0.0,
        cache_creation_1h_tokens=row.cache_creation_1h_tokens or 0,
        group_id=row.group_id,
        group_name=maybe_text(row.group.name) if row.group is not None else None,
        billing_mode=maybe_text(row.billing_mode),
        endpoint=maybe_text(row.inbound_endpoint),
        reasoning_effort=maybe_text(row.reasoning_effort),
        service_tier=maybe_text(row.service_tier),
        duration_ms=row.duration_ms,
        first_token_ms=row.first_token_ms,
        ip=maybe_text(row.ip_address),
        user_agent=maybe_text(row.user_agent),
        request_id=inert(row.request_id or ""),
        session_id=maybe_text(row.session_id),
        media=_media_of(row),
    )


def _media_of(row: CallRow) -> Media:
    media = Media(
        row.image_count or 0,
        maybe_text(row.image_size),
        maybe_text(row.media_type),
        row.image_input_tokens or 0,
        row.image_output_tokens or 0,
        row.image_input_cost or 0.0,
        row.image_output_cost or 0.0,
    )
    return NO_MEDIA if media == NO_MEDIA else media
