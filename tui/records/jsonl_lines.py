"""Lines of JSON by anybody: decoded leniently, counted, and where one is left out, with its number and reason.

A member that cannot be read is dropped and counted; nothing is dropped silently.
"""

import json
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Generic, TypeVar
from zoneinfo import ZoneInfo

import msgspec
from msgspec import Struct
from msgspec.structs import FieldInfo, fields

from tui.gateway.sub2api.wire.base import WireStruct, text, utc
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


class NamedPart(WireStruct, frozen=True):
    """A nested key or group."""

    id: int | str | None = None
    name: str | None = None


class RecordLine(WireStruct, frozen=True):
    """Members shared by call records and error requests, under all their known names."""

    at: str | float | None = None
    created_at: str | float | None = None
    timestamp: str | float | None = None
    id: int | str | None = None
    key: str | int | NamedPart | None = None
    key_name: str | None = None
    api_key: str | NamedPart | None = None
    api_key_name: str | None = None
    key_id: int | str | None = None
    api_key_id: int | str | None = None
    model: str | None = None
    request_type: str | int | None = None
    stream: bool | None = None
    group: str | int | NamedPart | None = None
    group_name: str | None = None
    endpoint: str | None = None
    inbound_endpoint: str | None = None
    ip: str | None = None
    ip_address: str | None = None
    user_agent: str | None = None


_MOMENTS = ("at", "created_at", "timestamp")
_COSTS = ("billed_usd", "actual_cost", "cost_usd")
_NEEDED = frozenset({*_MOMENTS, *_COSTS})
"""Members whose bad values are not ignored."""


class UnreadableError(ValueError):
    """Why a line is left out."""


class LineDecoder(Generic[R]):
    """Decodes lines; a member with an impossible value is dropped and counted."""

    def __init__(self, kind: type[R]) -> None:
        self._kind = kind
        self._decoder = msgspec.json.Decoder(kind, strict=False)
        self._members: tuple[FieldInfo, ...] = fields(kind)
        self.ignored: dict[str, int] = {}

    def decoded(self, line: bytes) -> R:
        """A line as its struct. Raises UnreadableError."""
        try:
            return self._decoder.decode(line)
        except (msgspec.DecodeError, UnicodeDecodeError):
            return self._in_parts(line)

    def _in_parts(self, line: bytes) -> R:
        if line[:2] in _NOT_TEXT:
            raise UnreadableError(_(_NOT_TEXT[line[:2]]))
        try:
            raw = json.loads(line)  # accepts NaN, which some write for unknown
        except (ValueError, RecursionError):
            raise UnreadableError(_("it is no JSON")) from None
        if not isinstance(raw, dict):
            raise UnreadableError(_("it is no JSON object"))
        known: dict[str, Any] = {}
        for member in self._members:
            if raw.get(member.name) is None:
                continue
            try:
                known[member.name] = msgspec.convert(raw[member.name], member.type, strict=False)
            except msgspec.ValidationError:
                if member.name in _NEEDED:
                    raise UnreadableError(_unexpected(member.name, raw[member.name])) from None
                self.ignored[member.name] = self.ignored.get(member.name, 0) + 1
        return self._kind(**known)


def _unexpected(name: str, value: object) -> str:
    expected = _("an amount in USD, 0 or more")
    if name in _MOMENTS:
        expected = _("a moment from {first} to {last}").format(first=FIRST_YEAR, last=LAST_YEAR)
    shown = text(str(value))
    return _("{where}: expected {what}, got {value}").format(where=name, what=expected, value=repr(shown[:40]))


class TakenLines(Generic[T]):
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
            except UnreadableError as error:
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

    def moment_of(self, row: RecordLine, zone: ZoneInfo, now: datetime) -> datetime:
        """The moment of a line. Raises UnreadableError, also for a moment in the future."""
        at, is_local = _moment(row, zone)
        if at > now + AHEAD:
            raise UnreadableError(_("it is in the future: {moment}").format(moment=at.astimezone(zone).isoformat()))
        self.local += is_local
        return at

    def id_of(self, given: int | str | None, number: int, line: bytes) -> int | None:
        """The id of a line, derived from its number if it has none; None if it was seen before."""
        if given is None or given == "":
            text_hash = hash(line)
            self.alike += text_hash in self._without_id
            self._without_id.add(text_hash)
            return _MADE_UP + number
        given = as_number(given)
        if given in self._ids:
            return None
        self._ids[given] = made = given if isinstance(given, int) else _MADE_UP + number
        return made


def as_number(given: int | str) -> int | str:
    """An id as an integer, even if written as text.

    >>> as_number("12"), as_number("req_12"), as_number(7)
    (12, 'req_12', 7)
    """
    if isinstance(given, int):
        return given
    return int(given) if given.isascii() and given.isdigit() and len(given) < 19 else given


def _moment(row: RecordLine, zone: ZoneInfo) -> tuple[datetime, bool]:
    """The moment of a line, and whether it told no offset. Raises UnreadableError."""
    raw: str | float | None = first_of(row.at, row.created_at, row.timestamp)
    if raw is None or raw == "":
        raise UnreadableError(_("no moment is told: at is missing"))
    try:
        at = _from_number(float(raw)) if _is_number(raw) else datetime.fromisoformat(str(raw).strip())
        is_local = at.tzinfo is None
        at = (at.replace(tzinfo=zone) if is_local else at).astimezone(UTC)
    except (ValueError, OverflowError, OSError):
        raise UnreadableError(_unexpected("at", raw)) from None
    if not FIRST_YEAR <= at.year <= LAST_YEAR:
        raise UnreadableError(_unexpected("at", raw))
    return utc(at), is_local


def _is_number(raw: str | float) -> bool:
    return not isinstance(raw, str) or (raw.isascii() and raw.replace(".", "", 1).isdigit() and len(raw) > 8)


def _from_number(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds / 1000 if seconds >= _MILLISECONDS_FROM else seconds, UTC)


def first_of(*values: Any) -> Any:
    """The first value that is not None."""
    return next((value for value in values if value is not None), None)
