"""The subscription to a flat-rate group: three windows that charges fill (contract 7.5)."""

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from tui.demo.calendar import DAY, Moment, day_start
from tui.demo.catalogue import Group
from tui.demo.money import Units, units

SPANS: dict[str, int] = {"daily": DAY, "weekly": 7 * DAY, "monthly": 30 * DAY}


@dataclass(slots=True)
class Allowance:
    """One window of a subscription; a limit of None means no limit."""

    span: int
    limit_usd: int | None
    start: Moment | None = None
    used: Units = 0

    def lapsed(self, now: Moment) -> bool:
        """Whether the window is over and waits for the next call to restart."""
        return self.start is not None and now >= self.start + self.span

    def full(self, now: Moment) -> bool:
        """Whether the limit refuses calls."""
        return self.limit_usd is not None and not self.lapsed(now) and self.used >= units(self.limit_usd)

    def advance(self, now: Moment, zone: ZoneInfo) -> None:
        """Restart the window if needed: the day at midnight, the others in whole spans from their anchor."""
        if self.start is None:
            self.start = day_start(now, zone)
        elif self.lapsed(now):
            spans = (now - self.start) // self.span
            self.start = day_start(now, zone) if self.span == DAY else self.start + spans * self.span
            self.used = 0


@dataclass(slots=True)
class Subscription:
    """A user's subscription to a group."""

    id: int
    group: Group
    starts: Moment
    expires: Moment
    updated: Moment
    windows: dict[str, Allowance]

    @classmethod
    def to(cls, group: Group, starts: Moment, expires: Moment) -> "Subscription":
        """A new subscription to a group."""
        limits = (group.daily_limit_usd, group.weekly_limit_usd, group.monthly_limit_usd)
        windows = {name: Allowance(SPANS[name], limit) for name, limit in zip(SPANS, limits, strict=True)}
        return cls(1, group, starts, expires, starts, windows)

    def active(self, now: Moment) -> bool:
        """Whether it is still active."""
        return now < self.expires

    def full_window(self, now: Moment) -> str | None:
        """The first window that refuses calls."""
        return next((name for name, window in self.windows.items() if window.full(now)), None)

    def charge(self, amount: Units, now: Moment, zone: ZoneInfo) -> None:
        """Count a charge in all windows."""
        for window in self.windows.values():
            window.advance(now, zone)
            window.used += amount
        self.updated = now
