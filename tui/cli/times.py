"""Moments as they are typed on a command line."""

from datetime import datetime
from zoneinfo import ZoneInfo


def moment_of(text: str, zone: ZoneInfo) -> datetime:
    """Parse a moment in ISO 8601, in `zone` if it names none. Raises ValueError, and OverflowError out of range.

    >>> moment_of("2026-11-02T14:05", ZoneInfo("UTC")).isoformat()
    '2026-11-02T14:05:00+00:00'
    """
    at = datetime.fromisoformat(text.strip())
    at = at if at.tzinfo is not None else at.replace(tzinfo=zone)
    at.astimezone(zone)
    return at
