"""Failed calls (contract 5.11, 5.12)."""

import msgspec

from tui.domain.text import inert_block, without_secrets
from tui.domain.usage import FailedCall, FailedCallDetail, Page
from tui.gateway.sub2api.wire.base import (
    Count,
    Envelope,
    Id,
    Int,
    Moment,
    PageOf,
    WireStruct,
    maybe_text,
    name,
    text,
    utc,
)

# Integers here, words in call records.
_REQUEST_TYPES = {0: "unknown", 1: "sync", 2: "stream", 3: "ws_v2", 4: "cyber", 5: "live"}


class FailedRow(WireStruct, frozen=True):
    """An error request, with or without the members of its detail."""

    id: Id
    created_at: Moment
    model: str | None = None
    inbound_endpoint: str | None = None
    status_code: Count | None = None
    category: str | None = None
    platform: str | None = None
    message: str | None = None
    key_name: str | None = None
    key_deleted: bool | None = None
    client_ip: str | None = None
    group_name: str | None = None
    user_agent: str | None = None
    request_type: Int | str | None = None
    stream: bool | None = None
    error_body: str | None = None
    upstream_status_code: Count | None = None


FAILED_CALLS = msgspec.json.Decoder(Envelope[PageOf[FailedRow]])
FAILED_CALL = msgspec.json.Decoder(Envelope[FailedRow])


def failed_calls_of(page: PageOf[FailedRow]) -> Page[FailedCall]:
    """A page of failed calls."""
    return Page(tuple(map(failed_call_of, page.items)), page.total, size=page.page_size)


def failed_call_of(row: FailedRow) -> FailedCall:
    """One failed call."""
    return FailedCall(
        id=row.id,
        at=utc(row.created_at),
        model=text(row.model),
        endpoint=text(row.inbound_endpoint),
        status_code=row.status_code or 0,
        category=text(row.category) or "other",
        message=without_secrets(text(row.message)),
        key_name=name(row.key_name),
        key_deleted=bool(row.key_deleted),
        platform=text(row.platform),
        ip=maybe_text(row.client_ip),
        group_name=maybe_text(row.group_name),
        user_agent=maybe_text(row.user_agent),
        request_type=_request_type(row.request_type),
        is_stream=bool(row.stream),
    )


def failed_call_detail_of(row: FailedRow) -> FailedCallDetail:
    """One failed call with the body that its caller got."""
    return FailedCallDetail(
        failed_call_of(row), without_secrets(inert_block(row.error_body or "")), row.upstream_status_code
    )


def _request_type(value: int | str | None) -> str | None:
    if isinstance(value, int):
        return _REQUEST_TYPES.get(value, str(value))
    return maybe_text(value)
