"""Moments as whole microseconds since 1970, the server's zone, and the hours of history."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import TypeAlias
from zoneinfo import ZoneInfo

Moment: TypeAlias = int
"""Microseconds since 1970-01-01 UTC."""

SECOND = 1_000_000
HOUR = 3_600 * SECOND
DAY = 24 * HOUR
FAR = 1 << 62
"""Later than every call."""

UTC_ZONE = ZoneInfo("UTC")
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def moment(when: datetime) -> Moment:
    """An aware time as a moment."""
    gap = when - EPOCH
    return (gap.days * 86_400 + gap.seconds) * SECOND + gap.microseconds


def instant(when: Moment, zone: ZoneInfo) -> datetime:
    """A moment as an aware time of a zone."""
    return (EPOCH + timedelta(microseconds=when)).astimezone(zone)


def midnight(day: date, zone: ZoneInfo) -> Moment:
    """The start of a day in a zone."""
    return moment(datetime(day.year, day.month, day.day, tzinfo=zone))


def day_of(when: Moment, zone: ZoneInfo) -> date:
    """The calendar day of a moment in a zone."""
    return instant(when, zone).date()


def day_start(when: Moment, zone: ZoneInfo) -> Moment:
    """The midnight at or before a moment in a zone."""
    return midnight(day_of(when, zone), zone)


def stamp(when: Moment, zone: ZoneInfo, nanoseconds: int = 0) -> str:
    """RFC 3339 as Go writes it: the zone's offset, trailing zeros of the fraction trimmed (contract 1.6)."""
    local = instant(when, zone)
    text = local.isoformat()[: len("2026-01-31T23:59:59")]
    if local.microsecond or nanoseconds:
        text += f".{local.microsecond:06d}{nanoseconds:03d}".rstrip("0")
    return text + offset_text(local)


def offset_text(local: datetime) -> str:
    """`+08:00`, or `Z` for UTC."""
    offset = local.utcoffset() or timedelta()
    if not offset:
        return "Z"
    minutes = int(offset.total_seconds()) // 60
    sign = "-" if minutes < 0 else "+"
    return f"{sign}{abs(minutes) // 60:02d}:{abs(minutes) % 60:02d}"


@dataclass(frozen=True, slots=True)
class Hours:
    """The hours of history: whole ones from `begin`, the last one cut off at `end`, the start of the demo."""

    begin: Moment
    end: Moment

    @classmethod
    def before(cls, end: Moment, zone: ZoneInfo, days: int) -> "Hours":
        """The given number of days up to a moment, starting at a full hour of the zone."""
        local = instant(end, zone) - timedelta(days=days)
        return cls(moment(local.replace(minute=0, second=0, microsecond=0)), end)

    def __len__(self) -> int:
        return -((self.begin - self.end) // HOUR)

    def start(self, hour: int) -> Moment:
        """The start of an hour."""
        return self.begin + hour * HOUR

    def span(self, hour: int) -> int:
        """The length of an hour in microseconds; only the last is shorter."""
        return min(HOUR, self.end - self.start(hour))

    def index(self, when: Moment) -> int:
        """The hour that a moment falls in: 0 before the first, the number of hours after the last."""
        if when >= self.end:
            return len(self)
        return max(0, (when - self.begin) // HOUR)
