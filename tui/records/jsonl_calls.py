"""Reads call records and error requests from JSON Lines, as written by `aktop calls` and `aktop errors` or by others.

A line needs a moment, a key and a cost; an error only the moment. Other members are used if they can be read. A line
without the required ones is left out and reported with its number and reason, so that nothing is dropped silently.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from tui.domain.call import NO_MEDIA, Media
from tui.domain.usage import Call, FailedCall
from tui.gateway.sub2api.wire.base import Amount, Count, Int, maybe_text, text, usd
from tui.locale import _
from tui.records.jsonl_lines import (
    LineDecoder,
    NamedPart,
    ReadLines,
    RecordLine,
    TakenLines,
    UnreadableError,
    as_number,
    first_of,
)

_BY_PLAN = frozenset({"subscription", "plan"})


class _CallLine(RecordLine, frozen=True):
    """A line of call records."""

    billed_usd: Amount | None = None
    actual_cost: Amount | None = None
    cost_usd: Amount | None = None
    standard_usd: Amount | None = None
    total_cost: Amount | None = None
    rate_multiplier: Amount | None = None
    billing_type: int | str | None = None
    input_tokens: Count | None = None
    output_tokens: Count | None = None
    cache_creation_tokens: Count | None = None
    cache_read_tokens: Count | None = None
    cache_creation_1h_tokens: Count | None = None
    input_usd: Amount | None = None
    input_cost: Amount | None = None
    output_usd: Amount | None = None
    output_cost: Amount | None = None
    cache_creation_usd: Amount | None = None
    cache_creation_cost: Amount | None = None
    cache_read_usd: Amount | None = None
    cache_read_cost: Amount | None = None
    media_type: str | None = None
    image_count: Count | None = None
    image_size: str | None = None
    image_input_tokens: Count | None = None
    image_output_tokens: Count | None = None
    image_input_usd: Amount | None = None
    image_input_cost: Amount | None = None
    image_output_usd: Amount | None = None
    image_output_cost: Amount | None = None
    group_id: Int | None = None
    billing_mode: str | None = None
    reasoning_effort: str | None = None
    service_tier: str | None = None
    duration_ms: Amount | None = None
    first_token_ms: Amount | None = None
    request_id: str | None = None
    session_id: str | None = None


class _ErrorLine(RecordLine, frozen=True):
    """A line of error requests."""

    key_deleted: bool | None = None
    status_code: Count | None = None
    status: Count | None = None
    category: str | None = None
    message: str | None = None
    platform: str | None = None
    client_ip: str | None = None


def read_calls(lines: Iterable[bytes], zone: ZoneInfo, now: datetime) -> ReadLines[Call]:
    """The call records of some lines, in order; moments without an offset are in `zone`, none is later than `now`."""
    decoder, keys, taken = LineDecoder(_CallLine), _Keys(), TakenLines[tuple[_CallLine, int, datetime, float]]()

    def row_of(line: bytes, number: int) -> tuple[_CallLine, int, datetime, float] | None:
        row = decoder.decoded(line)
        at = taken.moment_of(row, zone, now)
        billed_usd = first_of(row.billed_usd, row.actual_cost, row.cost_usd)
        if billed_usd is None:
            raise UnreadableError(_("no cost is told: billed_usd is missing"))
        if not keys.note(*_key_of(row)):
            raise UnreadableError(_("no key is told: key and key_id are missing"))
        call_id = taken.id_of(row.id, number, line)
        return None if call_id is None else (row, call_id, at, billed_usd)

    taken.take(lines, row_of)
    rows = tuple(_call(row, call_id, at, billed_usd, keys) for row, call_id, at, billed_usd in taken.rows)
    return taken.read(rows, decoder.ignored)


def read_errors(
    lines: Iterable[bytes], zone: ZoneInfo, now: datetime, calls: Iterable[Call] = ()
) -> ReadLines[FailedCall]:
    """The error requests of some lines; a key given only by id gets its name from `calls`."""
    names = {call.key_id: call.key_name for call in calls}
    decoder, taken = LineDecoder(_ErrorLine), TakenLines[FailedCall]()

    def row_of(line: bytes, number: int) -> FailedCall | None:
        row = decoder.decoded(line)
        at = taken.moment_of(row, zone, now)
        error_id = taken.id_of(row.id, number, line)
        return None if error_id is None else _failed(row, error_id, at, names)

    taken.take(lines, row_of)
    return taken.read(tuple(taken.rows), decoder.ignored)


class _Keys:
    """Assigns lines to keys: by id, or by name if there is no id.

    A name seen with exactly one id means that id. Other names get ids in order of first appearance.
    """

    def __init__(self) -> None:
        self._ids: dict[int | str, None] = {}
        self._names: dict[str, set[int | str]] = {}
        self._made: dict[str | tuple[str], int] | None = None
        self._free = 0

    def note(self, key_id: int | str | None, name: str | None) -> bool:
        """Note a key; return False if neither id nor name is given."""
        if key_id is not None:
            self._ids[key_id] = None
        if name is not None:
            of_name = self._names.setdefault(name, set())
            if key_id is not None:
                of_name.add(key_id)
        return key_id is not None or name is not None

    def id_of(self, key_id: int | str | None, name: str | None) -> int:
        """The id of a key, once all are noted."""
        if key_id is None:
            assert name is not None
            same = self._names[name]
            if len(same) != 1:
                return self._numbered((name,))
            key_id = next(iter(same))
        return key_id if isinstance(key_id, int) else self._numbered(key_id)

    def _numbered(self, what: str | tuple[str]) -> int:
        if self._made is None:
            self._made = {}
        number = self._made.get(what)
        if number is None:
            self._free += 1
            while self._free in self._ids:
                self._free += 1
            number = self._made[what] = self._free
        return number


def _key_of(row: RecordLine) -> tuple[int | str | None, str | None]:
    """The id and name of a line's key."""
    nested = next((one for one in (row.api_key, row.key) if isinstance(one, NamedPart)), NamedPart())
    key_id: int | str | None = first_of(row.key_id, row.api_key_id, nested.id)
    plain = row.key if isinstance(row.key, str | int) else None
    name = first_of(plain, row.key_name, row.api_key_name, row.api_key if isinstance(row.api_key, str) else None)
    name = first_of(name, nested.name)
    return (
        None if key_id is None or key_id == "" else as_number(key_id),
        maybe_text(str(name)) if name is not None else None,
    )


def _call(row: _CallLine, call_id: int, at: datetime, billed_usd: float, keys: _Keys) -> Call:
    key_id, key_name = _key_of(row)
    standard_usd = first_of(row.standard_usd, row.total_cost)
    multiplier = row.rate_multiplier
    if standard_usd is None:
        standard_usd = billed_usd / multiplier if multiplier else billed_usd
    if multiplier is None:
        multiplier = round(billed_usd / standard_usd, 4) if standard_usd else 1.0
    return Call(
        call_id,
        at,
        keys.id_of(key_id, key_name),
        key_name,
        text(row.model),
        row.input_tokens or 0,
        row.output_tokens or 0,
        row.cache_creation_tokens or 0,
        row.cache_read_tokens or 0,
        usd(standard_usd),
        usd(billed_usd),
        multiplier,
        _billing_type(row.billing_type),
        text(str(row.request_type)) if row.request_type else "stream" if row.stream else "sync",
        first_of(row.input_usd, row.input_cost) or 0.0,
        first_of(row.output_usd, row.output_cost) or 0.0,
        first_of(row.cache_creation_usd, row.cache_creation_cost) or 0.0,
        first_of(row.cache_read_usd, row.cache_read_cost) or 0.0,
        row.cache_creation_1h_tokens or 0,
        group_id=row.group_id,
        group_name=_group_of(row),
        billing_mode=maybe_text(row.billing_mode),
        endpoint=maybe_text(first_of(row.endpoint, row.inbound_endpoint)),
        reasoning_effort=maybe_text(row.reasoning_effort),
        service_tier=maybe_text(row.service_tier),
        duration_ms=None if row.duration_ms is None else round(row.duration_ms),
        first_token_ms=None if row.first_token_ms is None else round(row.first_token_ms),
        ip=maybe_text(first_of(row.ip, row.ip_address)),
        user_agent=maybe_text(row.user_agent),
        request_id=text(row.request_id),
        session_id=maybe_text(row.session_id),
        media=_media(row),
    )


def _media(row: _CallLine) -> Media:
    if not (row.media_type or row.image_count or row.image_input_tokens or row.image_output_tokens):
        return NO_MEDIA
    return Media(
        row.image_count or 0,
        maybe_text(row.image_size),
        maybe_text(row.media_type),
        row.image_input_tokens or 0,
        row.image_output_tokens or 0,
        first_of(row.image_input_usd, row.image_input_cost) or 0.0,
        first_of(row.image_output_usd, row.image_output_cost) or 0.0,
    )


def _failed(row: _ErrorLine, error_id: int, at: datetime, names: Mapping[int, str | None]) -> FailedCall:
    key_id, key_name = _key_of(row)
    if key_name is None and isinstance(key_id, int):
        key_name = names.get(key_id) or f"#{key_id}"
    return FailedCall(
        id=error_id,
        at=at,
        model=text(row.model),
        endpoint=text(first_of(row.endpoint, row.inbound_endpoint)),
        status_code=first_of(row.status_code, row.status) or 0,
        category=text(row.category) or "other",
        message=text(row.message),
        key_name=key_name or "",
        key_deleted=bool(row.key_deleted),
        platform=text(row.platform),
        ip=maybe_text(first_of(row.ip, row.ip_address, row.client_ip)),
        group_name=_group_of(row),
        user_agent=maybe_text(row.user_agent),
        request_type=maybe_text(str(row.request_type)) if row.request_type is not None else None,
        is_stream=bool(row.stream),
    )


def _group_of(row: RecordLine) -> str | None:
    group = row.group.name if isinstance(row.group, NamedPart) else row.group
    name: str | int | None = first_of(group, row.group_name)
    return maybe_text(str(name)) if name is not None else None


def _billing_type(raw: int | str | None) -> int:
    """What paid: 0 is the wallet, 1 a plan."""
    if isinstance(raw, str):
        raw = as_number(raw)
    return raw if isinstance(raw, int) else int(str(raw).casefold() in _BY_PLAN)
