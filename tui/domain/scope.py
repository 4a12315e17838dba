"""The scope: what is being looked at. Every pane shows the data of the one scope."""

from datetime import date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from msgspec import Struct
from msgspec.structs import replace

from tui.domain.clock import floor_minute


class BadRange(ValueError):
    """A time range that cannot be parsed; the message says what is expected."""


class RangeName(StrEnum):
    """The named time ranges. Those up to 24 hours end now; the others are whole days of the user's calendar."""

    M15 = "15m"
    H1 = "1h"
    H6 = "6h"
    H24 = "24h"
    TODAY = "today"
    YESTERDAY = "yesterday"
    D7 = "7d"
    D14 = "14d"
    D30 = "30d"
    MONTH = "month"
    LAST_MONTH = "last-month"


_SLIDING = {
    RangeName.M15: timedelta(minutes=15),
    RangeName.H1: timedelta(hours=1),
    RangeName.H6: timedelta(hours=6),
    RangeName.H24: timedelta(hours=24),
}
_STEP = {
    RangeName.M15: timedelta(minutes=1),
    RangeName.H1: timedelta(minutes=2),
    RangeName.H6: timedelta(minutes=10),
    RangeName.H24: timedelta(hours=1),
}
_BACK = {RangeName.D7: 6, RangeName.D14: 13, RangeName.D30: 29}
_LONGEST_BY_HOUR = timedelta(days=2)


class DayRange(Struct, frozen=True, tag=True):
    """Whole days, both included; `name` if they were requested by name."""

    first: date
    last: date
    name: str = ""


class HourRange(Struct, frozen=True, tag=True):
    """One bucket of a chart, entered: a span with a fixed start and end."""

    start: datetime
    end: datetime


TimeRange = RangeName | DayRange | HourRange


class Window(Struct, frozen=True):
    """A range made definite: `start` ≤ t < `end`.

    `days` holds the first and last calendar day if the window is whole days, the only ranges that the gateway can sum;
    other windows are computed from call records. `step` is the width of a trend bucket.
    """

    start: datetime
    end: datetime
    step: timedelta
    days: tuple[date, date] | None


class Filters(Struct, frozen=True):
    """Filters on calls. None is no filter; values are the gateway's own (contract 5.1)."""

    key_id: int | None = None
    model: str | None = None
    group_id: int | None = None
    request_type: str | None = None
    billing_type: int | None = None
    billing_mode: str | None = None

    @property
    def is_empty(self) -> bool:
        """Whether nothing is filtered."""
        return self == NO_FILTERS


NO_FILTERS = Filters()


class Scope(Struct, frozen=True):
    """Time range and filters together; `error_category` and `error_status` filter errors only."""

    range: TimeRange = RangeName.H24
    filters: Filters = NO_FILTERS
    error_category: str | None = None
    error_status: int | None = None

    def narrowed(self, **filters: int | str | None) -> "Scope":
        """The same range with further filters."""
        return replace(self, filters=replace(self.filters, **filters))

    def over(self, time_range: TimeRange) -> "Scope":
        """The same filters over another range."""
        return replace(self, range=time_range)

    def elsewhere(self) -> "Scope":
        """The same view for another account, which has other keys and groups."""
        return Scope(self.range, replace(self.filters, key_id=None, group_id=None))


def window_of(time_range: TimeRange, now: datetime, zone: ZoneInfo) -> Window:
    """The window of a range at a moment, with days of `zone`.

    Sliding windows begin on a whole minute, so that a minute of call records is either in or out.
    """
    if isinstance(time_range, HourRange):
        return Window(time_range.start, time_range.end, _fine_step(time_range.end - time_range.start), None)
    if isinstance(time_range, RangeName) and time_range in _SLIDING:
        end = now.astimezone(zone)
        start = floor_minute(end - _SLIDING[time_range])
        return Window(start, end, _STEP[time_range], None)
    days = time_range if isinstance(time_range, DayRange) else _days_of(time_range, now.astimezone(zone).date())
    start = datetime.combine(days.first, time(), zone)
    end = datetime.combine(days.last + timedelta(days=1), time(), zone)
    step = timedelta(hours=1) if end - start <= _LONGEST_BY_HOUR else timedelta(days=1)
    return Window(start, end, step, (days.first, days.last))


def is_of_days(time_range: TimeRange) -> bool:
    """Whether a range is whole days, which the gateway can sum."""
    return not isinstance(time_range, HourRange) and time_range not in _SLIDING


def parse_range(text: str) -> TimeRange:
    """Parse a range from the command line: a name, or `2026-11-01..2026-11-20`.

    Raises BadRange with a sentence that lists what is accepted.
    """
    text = text.strip()
    if text in {name.value for name in RangeName}:
        return RangeName(text)
    first, dots, last = text.partition("..")
    try:
        days = DayRange(date.fromisoformat(first.strip()), date.fromisoformat((last if dots else first).strip()))
    except ValueError:
        names = " ".join(RangeName)
        raise BadRange(f"'{text}' is no time range: expected one of {names}, or 2026-11-01..2026-11-20") from None
    if days.first > days.last:
        raise BadRange(f"'{text}' ends before it begins")
    return days


def range_text(time_range: TimeRange) -> str:
    """The range as `parse_range` reads it (an entered bucket as its two moments)."""
    if isinstance(time_range, DayRange):
        return time_range.name or f"{time_range.first}..{time_range.last}"
    if isinstance(time_range, HourRange):
        return f"{time_range.start.isoformat()}..{time_range.end.isoformat()}"
    return time_range.value


def _days_of(name: RangeName, today: date) -> DayRange:
    if name is RangeName.YESTERDAY:
        return DayRange(today - timedelta(days=1), today - timedelta(days=1))
    if name is RangeName.MONTH:
        return DayRange(today.replace(day=1), today)
    if name is RangeName.LAST_MONTH:
        last = today.replace(day=1) - timedelta(days=1)
        return DayRange(last.replace(day=1), last)
    return DayRange(today - timedelta(days=_BACK.get(name, 0)), today)


def _fine_step(length: timedelta) -> timedelta:
    if length <= timedelta(hours=1):
        return timedelta(minutes=2)
    return timedelta(minutes=10) if length <= timedelta(hours=6) else timedelta(hours=1)
