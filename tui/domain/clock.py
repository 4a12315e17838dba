"""Time as a collaborator: who needs it is given it."""

import asyncio
from datetime import UTC, datetime, timedelta

CLOCK_AHEAD = timedelta(hours=1)
"""The gateway's clock may be ahead of this machine's: its newest calls are of now too."""


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """This moment, in UTC."""
        return datetime.now(UTC)

    async def sleep(self, seconds: float) -> None:
        """Wait."""
        await asyncio.sleep(seconds)


def floor_hour(moment: datetime) -> datetime:
    """The beginning of the hour that a moment falls into."""
    return moment.replace(minute=0, second=0, microsecond=0)


def floor_minute(moment: datetime) -> datetime:
    """The beginning of the minute that a moment falls into."""
    return moment.replace(second=0, microsecond=0)
