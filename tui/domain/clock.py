"""Time as a collaborator: who needs it is given it."""

import asyncio
from datetime import UTC, datetime


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
