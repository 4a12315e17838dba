"""An account that is watched without a screen, as far as no process is needed to see it."""

import asyncio
from collections.abc import Sequence
from pathlib import Path

from tests.unit.account.test_played import settings_of
from tests.unit.outbound.made import notice
from tui.account.demo_account import DemoAccount
from tui.account.services import open_demo_account
from tui.outbound.notice_log import LoggedNotice
from tui.outbound.watching import WatchedAccount


async def test_what_channels_may_have_heard_is_said_though_it_is_asked_to_end(tmp_path: Path) -> None:
    services = await open_demo_account(settings_of(tmp_path), DemoAccount(), print)
    said: list[str] = []
    watched = WatchedAccount(services, {}, lambda told: said.append(told.notice.id), print)
    keeping = asyncio.Event()

    async def look() -> Sequence[LoggedNotice]:
        return (LoggedNotice(notice(), notice()),)

    async def keep() -> None:
        keeping.set()
        await asyncio.Event().wait()

    watched.outlet.look, watched._account.keep = look, keep  # type: ignore[method-assign, assignment]
    running = asyncio.create_task(watched.run())
    await keeping.wait()
    running.cancel()
    await asyncio.wait([running])
    assert said == [notice().id]
    await services.aclose()
