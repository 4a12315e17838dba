"""Reads call records and error requests from JSON Lines, as written by `aktop calls` and `aktop errors` or by others.

A line needs a moment, a key and a cost; an error only the moment. Other members are used if they can be read. A line
without the required ones is left out and reported with its number and reason, so that nothing is dropped silently.
"""

import json
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Generic, TypeVar
from zoneinfo import ZoneInfo

import msgspec
from msgspec import Struct
from msgspec.structs import FieldInfo, fields

from tui.domain.call import NO_MEDIA, Media
from tui.domain.usage import Call, FailedCall
from tui.gateway.sub2api.wire.base import Amount, Count, Int, WireStruct, maybe_text, text, usd, utc
from tui.locale import _, _n

GIVEN_UP_AFTER = 1000
"""A file whose first lines are all unreadable, this many of them, is not a file of records."""
FIRST_YEAR, LAST_YEAR = 2000, 2199
AHEAD = timedelta(days=1)
"""Clocks differ, but not by more."""
_NOT_TEXT = {
    b"\xff\xfe": _n("it is UTF-16: convert it to UTF-8 first"),
    b"\xfe\xff": _n("it is UTF-16: convert it to UTF-8 first"),
    b"\x1f\x8b": _n("it is compressed: unpack it first, for instance with zcat"),
}
"""What is no text of lines, by how it begins."""
_MILLISECONDS_FROM = 1e11
"""A numeric moment is in seconds; from here on it can only be in milliseconds."""
_MADE_UP = 1 << 62
"""Lines without an id get ids from here on, where the gateway has none."""
_BY_PLAN = frozenset({"subscription", "plan"})

T = TypeVar("T")
U = TypeVar("U")
R = TypeVar("R", bound=WireStruct)


class UnreadLine(Struct, frozen=True):
    """A line that was left out, and why."""

    number: int
    why: str


class ReadLines(Struct, Generic[T], frozen=True):
    """What was read from a file."""

    rows: tuple[T, ...]
    count: int
    """Lines that are not blank."""
    unread: tuple[UnreadLine, ...] = ()
    repeated: int = 0
    """Lines with an id that was read before; they count once."""
    ignored: Mapping[str, int] = msgspec.field(default_factory=dict)
    """Members ignored because of impossible values, with the number of lines."""
    alike: int = 0
    """Lines without an id that equal an earlier one; they count, since two calls may be alike."""
    local: int = 0
    """Lines with a moment without an offset."""


class _Named(WireStruct, frozen=True):
    """A nested key or group."""

    id: int | str | None = None
    name: str | None = None


class _Line(WireStruct, frozen=True):
    """Members shared by call records and error requests, under all their known names."""

    at: str | float | None = None
    created_at: str | float | None = None
    timestamp: str | float | None = None
    id: int | str | None = None
    key: str | int | _Named | None = None
    key_name: str | None = None
    api_key: str | _Named | None = None
    api_key_name: str | None = None
    key_id: int | str | None = None
    api_key_id: int | str | None = None
    model: str | None = None
    request_type: str | int | None = None
    stream: bool | None = None
    group: str | int | _Named | None = None
    group_name: str | None = None
    endpoint: str | None = None
    inbound_endpoint: str | None = None
    ip: str | None = None
    ip_address: str | None = None
    user_agent: str | None = None


class _CallLine(_Line, frozen=True):
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


class _ErrorLine(_Line, frozen=True):
    """A line of error requests."""

    key_deleted: bool | None = None
    status_code: Count | None = None
    status: Count | None = None
    category: str | None = None
    message: str | None = None
    platform: str | None = None
    client_ip: str | None = None


_MOMENTS = ("at", "created_at", "timestamp")
_COSTS = ("billed_usd", "actual_cost", "cost_usd")
_NEEDED = frozenset({*_MOMENTS, *_COSTS})
"""Members whose bad values are not ignored."""


class _Unreadable(ValueError):
    """Why a line is left out."""


class _Lines(Generic[R]):
    """Decodes lines; a member with an impossible value is dropped and counted."""

    def __init__(self, kind: type[R]) -> None:
        self._kind = kind
        self._decoder = msgspec.json.Decoder(kind, strict=False)
        self._members: tuple[FieldInfo, ...] = fields(kind)
        self.ignored: dict[str, int] = {}

    def decoded(self, line: bytes) -> R:
        """A line as its struct. Raises _Unreadable."""
        try:
            return self._decoder.decode(line)
        except (msgspec.DecodeError, UnicodeDecodeError):
            return self._in_parts(line)

    def _in_parts(self, line: bytes) -> R:
        if line[:2] in _NOT_TEXT:
            raise _Unreadable(_(_NOT_TEXT[line[:2]]))
        try:
            raw = json.loads(line)  # accepts NaN, which some write for unknown
        except (ValueError, RecursionError):
            raise _Unreadable(_("it is no JSON")) from None
        if not isinstance(raw, dict):
            raise _Unreadable(_("it is no JSON object"))
        known: dict[str, Any] = {}
        for member in self._members:
            if raw.get(member.name) is None:
                continue
            try:
                known[member.name] = msgspec.convert(raw[member.name], member.type, strict=False)
            except msgspec.ValidationError:
                if member.name in _NEEDED:
                    raise _Unreadable(_unexpected(member.name, raw[member.name])) from None
                self.ignored[member.name] = self.ignored.get(member.name, 0) + 1
        return self._kind(**known)


def _unexpected(name: str, value: object) -> str:
    expected = _("an amount in USD, 0 or more")
    if name in _MOMENTS:
        expected = _("a moment from {first} to {last}").format(first=FIRST_YEAR, last=LAST_YEAR)
    shown = text(str(value))
    return _("{where}: expected {what}, got {value}").format(where=name, what=expected, value=repr(shown[:40]))


class _Taken(Generic[T]):
    """The results of the lines so far."""

    def __init__(self) -> None:
        self.count = 0
        self.rows: list[T] = []
        self.unread: list[UnreadLine] = []
        self.repeated = 0
        self.alike = 0
        self.local = 0
        self._ids: dict[int | str, int] = {}
        self._without_id: set[int] = set()

    def take(self, lines: Iterable[bytes], row_of: Callable[[bytes, int], T | None]) -> None:
        """Process each line; `row_of` returns its row, or None for a repeated one."""
        for number, line in enumerate(lines, start=1):
            bare = line.strip()
            if not bare:
                continue
            self.count += 1
            try:
                row = row_of(bare, number)
            except _Unreadable as error:
                self.unread.append(UnreadLine(number, str(error)))
                if len(self.unread) == self.count == GIVEN_UP_AFTER:
                    return
                continue
            if row is None:
                self.repeated += 1
            else:
                self.rows.append(row)

    def read(self, rows: tuple[U, ...], ignored: Mapping[str, int]) -> ReadLines[U]:
        """What was read, with the rows made of its lines."""
        return ReadLines(rows, self.count, tuple(self.unread), self.repeated, ignored, self.alike, self.local)

    def moment_of(self, row: _Line, zone: ZoneInfo, latest: datetime) -> datetime:
        """The moment of a line. Raises _Unreadable."""
        at, is_local = _moment(row, zone)
        if at > latest:
            raise _Unreadable(_("it is in the future: {moment}").format(moment=at.astimezone(zone).isoformat()))
        self.local += is_local
        return at

    def id_of(self, given: int | str | None, number: int, line: bytes) -> int | None:
        """The id of a line, derived from its number if it has none; None if it was seen before."""
        if given is None or given == "":
            text_hash = hash(line)
            self.alike += text_hash in self._without_id
            self._without_id.add(text_hash)
            return _MADE_UP + number
        given = _as_number(given)
        if given in self._ids:
            return None
        self._ids[given] = made = given if isinstance(given, int) else _MADE_UP + number
        return made


def read_calls(lines: Iterable[bytes], zone: ZoneInfo, now: datetime) -> ReadLines[Call]:
    """The call records of some lines, in order; moments without an offset are in `zone`, none is later than `now`."""
    decoder, keys, taken = _Lines(_CallLine), _Keys(), _Taken[tuple[_CallLine, int, datetime, float]]()

    def row_of(line: bytes, number: int) -> tuple[_CallLine, int, datetime, float] | None:
        row = decoder.decoded(line)
        at = taken.moment_of(row, zone, now + AHEAD)
        billed_usd = _first(row.billed_usd, row.actual_cost, row.cost_usd)
        if billed_usd is None:
            raise _Unreadable(_("no cost is told: billed_usd is missing"))
        if not keys.note(*_key_of(row)):
            raise _Unreadable(_("no key is told: key and key_id are missing"))
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
    decoder, taken = _Lines(_ErrorLine), _Taken[FailedCall]()

    def row_of(line: bytes, number: int) -> FailedCall | None:
        row = decoder.decoded(line)
        at = taken.moment_of(row, zone, now + AHEAD)
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


def _key_of(row: _Line) -> tuple[int | str | None, str | None]:
    """The id and name of a line's key."""
    nested = next((one for one in (row.api_key, row.key) if isinstance(one, _Named)), _Named())
    key_id: int | str | None = _first(row.key_id, row.api_key_id, nested.id)
    plain = row.key if isinstance(row.key, str | int) else None
    name = _first(plain, row.key_name, row.api_key_name, row.api_key if isinstance(row.api_key, str) else None)
    name = _first(name, nested.name)
    return (
        None if key_id is None or key_id == "" else _as_number(key_id),
        maybe_text(str(name)) if name is not None else None,
    )


def _as_number(given: int | str) -> int | str:
    """An id as an integer, even if written as text.

    >>> _as_number("12"), _as_number("req_12"), _as_number(7)
    (12, 'req_12', 7)
    """
    if isinstance(given, int):
        return given
    return int(given) if given.isascii() and given.isdigit() and len(given) < 19 else given


def _moment(row: _Line, zone: ZoneInfo) -> tuple[datetime, bool]:
    """The moment of a line, and whether it told no offset. Raises _Unreadable."""
    raw: str | float | None = _first(row.at, row.created_at, row.timestamp)
    if raw is None or raw == "":
        raise _Unreadable(_("no moment is told: at is missing"))
    try:
        at = _from_number(float(raw)) if _is_number(raw) else datetime.fromisoformat(str(raw).strip())
        is_local = at.tzinfo is None
        at = (at.replace(tzinfo=zone) if is_local else at).astimezone(UTC)
    except (ValueError, OverflowError, OSError):
        raise _Unreadable(_unexpected("at", raw)) from None
    if not FIRST_YEAR <= at.year <= LAST_YEAR:
        raise _Unreadable(_unexpected("at", raw))
    return utc(at), is_local


def _is_number(raw: str | float) -> bool:
    return not isinstance(raw, str) or (raw.isascii() and raw.replace(".", "", 1).isdigit() and len(raw) > 8)


def _from_number(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds / 1000 if seconds >= _MILLISECONDS_FROM else seconds, UTC)


def _call(row: _CallLine, call_id: int, at: datetime, billed_usd: float, keys: _Keys) -> Call:
    key_id, key_name = _key_of(row)
    standard_usd = _first(row.standard_usd, row.total_cost)
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
        _first(row.input_usd, row.input_cost) or 0.0,
        _first(row.output_usd, row.output_cost) or 0.0,
        _first(row.cache_creation_usd, row.cache_creation_cost) or 0.0,
        _first(row.cache_read_usd, row.cache_read_cost) or 0.0,
        row.cache_creation_1h_tokens or 0,
        group_id=row.group_id,
        group_name=_group_of(row),
        billing_mode=maybe_text(row.billing_mode),
        endpoint=maybe_text(_first(row.endpoint, row.inbound_endpoint)),
        reasoning_effort=maybe_text(row.reasoning_effort),
        service_tier=maybe_text(row.service_tier),
        duration_ms=None if row.duration_ms is None else round(row.duration_ms),
        first_token_ms=None if row.first_token_ms is None else round(row.first_token_ms),
        ip=maybe_text(_first(row.ip, row.ip_address)),
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
        _first(row.image_input_usd, row.image_input_cost) or 0.0,
        _first(row.image_output_usd, row.image_output_cost) or 0.0,
    )


def _failed(row: _ErrorLine, error_id: int, at: datetime, names: Mapping[int, str | None]) -> FailedCall:
    key_id, key_name = _key_of(row)
    if key_name is None and isinstance(key_id, int):
        key_name = names.get(key_id) or f"#{key_id}"
    return FailedCall(
        id=error_id,
        at=at,
        model=text(row.model),
        endpoint=text(_first(row.endpoint, row.inbound_endpoint)),
        status_code=_first(row.status_code, row.status) or 0,
        category=text(row.category) or "other",
        message=text(row.message),
        key_name=key_name or "",
        key_deleted=bool(row.key_deleted),
        platform=text(row.platform),
        ip=maybe_text(_first(row.ip, row.ip_address, row.client_ip)),
        group_name=_group_of(row),
        user_agent=maybe_text(row.user_agent),
        request_type=maybe_text(str(row.request_type)) if row.request_type is not None else None,
        is_stream=bool(row.stream),
    )


def _group_of(row: _Line) -> str | None:
    group = row.group.name if isinstance(row.group, _Named) else row.group
    name: str | int | None = _first(group, row.group_name)
    return maybe_text(str(name)) if name is not None else None


def _billing_type(raw: int | str | None) -> int:
    """What paid: 0 is the wallet, 1 a plan."""
    if isinstance(raw, str):
        raw = _as_number(raw)
    return raw if isinstance(raw, int) else int(str(raw).casefold() in _BY_PLAN)


def _first(*values: Any) -> Any:
    """The first value that is not None."""
    return next((value for value in values if value is not None), None)
