"""The simulation's clock: the injected time plus what tests have skipped, in the server's zone."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from tui.demo.calendar import SECOND, Moment, day_start, instant, moment, stamp


def wall_time() -> datetime:
    """The real time."""
    return datetime.now(UTC)


class Clock:
    """The clock of the demo."""

    def __init__(self, source: Callable[[], datetime] | None, zone: str) -> None:
        self.source = source or wall_time
        self.zone = ZoneInfo(zone)
        self.zone_name = zone
        self.ahead = timedelta()

    def now(self) -> Moment:
        """The current moment."""
        return moment(self.source() + self.ahead)

    def skip(self, seconds: float) -> None:
        """Let time pass at once."""
        self.ahead += timedelta(microseconds=round(seconds * SECOND))

    def local(self) -> datetime:
        """The time in the server's zone."""
        return instant(self.now(), self.zone)

    def stamp(self, when: Moment) -> str:
        """A moment as the wire writes it, in the server's zone."""
        return stamp(when, self.zone)

    def today(self) -> Moment:
        """The server's last midnight."""
        return day_start(self.now(), self.zone)
