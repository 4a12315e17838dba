"""Query parameters, parsed as the gateway does: pages, dates, filters (contract 1.4, 5.1)."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import MAXYEAR, MINYEAR, date, datetime, timedelta
from urllib.parse import parse_qsl
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from tui.demo.calendar import FAR, Moment, instant, midnight, moment
from tui.demo.listing import Range
from tui.demo.wire import handler_error, internal_error

GO_BOOLS = {
    **dict.fromkeys(("1", "t", "T", "TRUE", "true", "True"), True),
    **dict.fromkeys(("0", "f", "F", "FALSE", "false", "False"), False),
}
INTEGER = re.compile(r"[+-]?[0-9]+")
DATE = re.compile(r"(\d{4})-(\d\d)-(\d\d)", re.ASCII)
DEFAULT_SIZE, LARGEST_SIZE = 20, 1000


def first_values(query: str) -> dict[str, str]:
    """The parameters; the first of several with one name counts."""
    found: dict[str, str] = {}
    for name, value in parse_qsl(query, keep_blank_values=True):
        found.setdefault(name, value)
    return found


def integer(text: str, bits: int = 64) -> int | None:
    """An integer as Go parses it; None if it is not one or does not fit."""
    if not INTEGER.fullmatch(text) or len(text) > 30:
        return None
    value = int(text)
    return value if -(1 << (bits - 1)) <= value < 1 << (bits - 1) else None


def _digits(text: str) -> int | None:
    """Digits only, wrapping around at 64 bits, as the gateway's own page parser does."""
    if not text or not text.isascii() or not text.isdigit():
        return None
    value = int(text[-400:]) & ((1 << 64) - 1)
    return value - (1 << 64) if value >> 63 else value


@dataclass(frozen=True, slots=True)
class Paging:
    """Page number and size."""

    page: int
    size: int

    @property
    def offset(self) -> int:
        """The number of items before the page; a product that overflows below 0 is a database error."""
        offset = ((self.page - 1) * self.size) & ((1 << 64) - 1)
        if offset >> 63:
            raise internal_error()
        return offset


def paging(query: Mapping[str, str], largest: int = LARGEST_SIZE) -> Paging:
    """Page and size: values out of range are replaced, not clamped; `limit` stands in for an absent size."""
    page = _digits(query.get("page", ""))
    size = _digits(query.get("page_size") or query.get("limit") or "")
    if size is None or not 1 <= size <= LARGEST_SIZE:
        size = DEFAULT_SIZE
    return Paging(page if page is not None and page > 0 else 1, min(size, largest))


def falling(query: Mapping[str, str]) -> bool:
    """Whether the order is descending, the default unless `asc` is given."""
    return query.get("sort_order", "").strip().lower() != "asc"


def flag(query: Mapping[str, str], name: str) -> bool | None:
    """A Go boolean; None if absent, 400 if invalid."""
    text = query.get(name, "").strip()
    if not text:
        return None
    if text not in GO_BOOLS:
        raise handler_error(400, f"Invalid {name} value, use true or false")
    return GO_BOOLS[text]


def number(query: Mapping[str, str], name: str, *, least: int | None = None, bits: int = 64) -> int | None:
    """An integer filter; None if absent, 400 if invalid."""
    text = query.get(name, "").strip()
    if not text:
        return None
    value = integer(text, bits)
    if value is None or (least is not None and value < least):
        raise handler_error(400, f"Invalid {name}")
    return value


def zone_of(query: Mapping[str, str], server: ZoneInfo) -> ZoneInfo:
    """The zone of the dates; an unknown one means the server's."""
    name = query.get("timezone", "").strip()
    if not name:
        return server
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return server


def day(query: Mapping[str, str], name: str) -> date | None:
    """A calendar day; None if absent, 400 if invalid."""
    text = query.get(name, "").strip()
    if not text:
        return None
    found = DATE.fullmatch(text)
    try:
        if found is None:
            raise ValueError(text)
        year, month, of_month = map(int, found.groups())
        return date(max(year, MINYEAR), month, of_month)
    except ValueError:
        raise handler_error(400, f"Invalid {name} format, use YYYY-MM-DD") from None


def start_of(when: date, zone: ZoneInfo) -> Moment:
    """The midnight that begins a day; the calendar's ends extend to infinity."""
    if when.year <= MINYEAR + 1:
        return 0
    return FAR if when.year >= MAXYEAR else midnight(when, zone)


def end_of(when: date, zone: ZoneInfo) -> Moment:
    """The midnight that ends a day."""
    return FAR if when.year >= MAXYEAR else start_of(when + timedelta(days=1), zone)


def open_range(query: Mapping[str, str], server: ZoneInfo) -> Range:
    """The range of a list: each bound optional, the end day included."""
    zone = zone_of(query, server)
    begin, end = day(query, "start_date"), day(query, "end_date")
    return Range(start_of(begin, zone) if begin else 0, end_of(end, zone) if end else FAR)


@dataclass(frozen=True, slots=True)
class NamedRange:
    """A range with the dates that the answer reports."""

    span: Range
    start_date: str
    end_date: str


def closed_range(query: Mapping[str, str], server: ZoneInfo, now: Moment) -> NamedRange:
    """The range of a statistic: eight calendar days by default (contract 5.1).

    Any period ends the range now and reports yesterday as its end, even if it is unknown or overridden by a start.
    """
    zone = zone_of(query, server)
    local = instant(now, zone)
    begin_day, end_day = day(query, "start_date"), day(query, "end_date")
    period = query.get("period", "")
    begin, first = (start_of(begin_day, zone), begin_day) if begin_day else _period_start(period, local)
    start_date = query["start_date"].strip() if begin_day else first.isoformat()
    if end_day:
        return NamedRange(Range(begin, end_of(end_day, zone)), start_date, end_day.isoformat())
    if period:
        yesterday = local.date() - timedelta(days=1)
        return NamedRange(Range(begin, now), start_date, yesterday.isoformat())
    return NamedRange(Range(begin, end_of(local.date(), zone)), start_date, local.date().isoformat())


def _period_start(period: str, local: datetime) -> tuple[Moment, date]:
    zone = local.tzinfo
    assert isinstance(zone, ZoneInfo)
    if period == "today":
        return midnight(local.date(), zone), local.date()
    if period == "week":
        start = local - timedelta(days=7)
        return moment(start), start.date()
    if period == "month":
        start = _month_before(local)
        return moment(start), start.date()
    first = local.date() - timedelta(days=7)
    return midnight(first, zone), first


def _month_before(local: datetime) -> datetime:
    """A month earlier, like Go's AddDate: the 31st of a shorter month runs over into the next."""
    year, month = (local.year, local.month - 1) if local.month > 1 else (local.year - 1, 12)
    return local.replace(year=year, month=month, day=1) + timedelta(days=local.day - 1)
