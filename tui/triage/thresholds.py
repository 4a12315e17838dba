"""When a person wants to be notified."""

from datetime import datetime, time, tzinfo

from msgspec import Struct

from tui.triage.findings import FindingKind


class QuietHours(Struct, frozen=True):
    """Hours of the person's day in which warnings wait; they may span midnight."""

    begin: time
    end: time

    def covers(self, now: datetime, zone: tzinfo) -> bool:
        """Whether a moment is within them.

        >>> from datetime import UTC
        >>> night = QuietHours(time(22), time(7))
        >>> [night.covers(datetime(2026, 1, 1, hour, tzinfo=UTC), UTC) for hour in (6, 7, 21, 22)]
        [True, False, False, True]
        """
        clock = now.astimezone(zone).time()
        if self.begin <= self.end:
            return self.begin <= clock < self.end
        return clock >= self.begin or clock < self.end


class Thresholds(Struct, frozen=True):
    """From when on something counts, and what is never reported."""

    floor_usd: float = 0.50
    """An hour that costs less above its usual never counts."""
    least_times: float = 2.0
    """Nor does one below this multiple of the usual."""
    quiet: QuietHours | None = None
    """When warnings wait until the hours are over, if they still stand; critical ones are reported at once."""
    off: frozenset[FindingKind] = frozenset()
    """Kinds that are never reported."""
    left_out: frozenset[int] = frozenset()
    """Keys that are never reported by themselves; their cost still counts for the account."""


DEFAULTS = Thresholds()
