"""Spans and moments as they are typed on a command line."""

import re
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

_SPAN = re.compile(r"(\d{1,5}) ?(s|m|min|h)", re.ASCII)
_SECONDS = {"s": 1, "m": 60, "min": 60, "h": 3600}


def span_of(text: str) -> timedelta | None:
    """Parse a span such as 90s, 10m or 12h; None if it is none.

    >>> span_of("90s"), span_of("10 min"), span_of("1d"), span_of("٣m")
    (datetime.timedelta(seconds=90), datetime.timedelta(seconds=600), None, None)
    """
    match = _SPAN.fullmatch(text.strip())
    return timedelta(seconds=int(match[1]) * _SECONDS[match[2]]) if match else None


def moment_of(text: str, zone: ZoneInfo) -> datetime:
    """Parse a moment in ISO 8601, in `zone` if it names none. Raises ValueError, and OverflowError out of range.

    >>> moment_of("2026-11-02T14:05", ZoneInfo("UTC")).isoformat()
    '2026-11-02T14:05:00+00:00'
    """
    at = datetime.fromisoformat(text.strip())
    at = at if at.tzinfo is not None else at.replace(tzinfo=zone)
    at.astimezone(zone)
    return at
