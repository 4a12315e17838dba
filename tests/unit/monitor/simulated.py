"""A clock for the monitor that goes on when a test says so."""

import asyncio
from datetime import UTC, datetime, timedelta

NOW = datetime(2026, 11, 24, 6, 30, tzinfo=UTC)


class Simulated:
    """Time that passes when nothing else is going on."""

    def __init__(self) -> None:
        self.at = NOW
        self.moved = asyncio.Event()

    def now(self) -> datetime:
        return self.at

    async def sleep(self, seconds: float) -> None:
        until = self.at + timedelta(seconds=seconds)
        while self.at < until:
            await self.moved.wait()

    def pass_by(self, seconds: float) -> None:
        self.at += timedelta(seconds=seconds)
        self.moved.set()
        self.moved = asyncio.Event()
