"""Requests sent while the screen is being loaded, with the account's money on the early picture meanwhile.

Loading takes a quarter of a second, as do a far gateway's first answers: the two overlap.
"""

import asyncio
import os
from contextlib import suppress

from tui.account.account_watch import WATCHER, monitor_of
from tui.account.services import Services
from tui.domain.capabilities import Capability
from tui.domain.scope import Scope
from tui.monitor.loop import Monitor
from tui.monitor.questions import AskProfile
from tui.monitor.scoped import ACCOUNT, questions_of
from tui.monitor.snapshot import Snapshot
from tui.present import header
from tui.present.display_context import context_of
from tui.terminal import first_frame
from widgets.facts import laid_out
from widgets.values import Emphasis, Line

ALONE_S = 0.05
"""A near gateway has answered by then; for a far one the rest of the round trip is enough time to load."""
_STYLES = {Emphasis.STRONG: "1", Emphasis.ACCENT: "1", Emphasis.MUTED: "2"}
"""The theme is unknown yet, and the terminal's own colours may not be legible."""


async def begin(services: Services, scope: Scope) -> Monitor:
    """A monitor that already asks what the first screen will ask, and updates the early picture.

    Its first answers get the CPU to themselves, since Python's threads take turns. In API-key mode, or before a
    sign-in, it waits for the screen.
    """
    monitor = monitor_of(services)
    if services.capabilities.can(Capability.ACCOUNT) and services.client.sessions.current() is not None:
        await services.client.load()
        early = EarlyHeader(services)
        monitor.publish = early.follow
        asked = questions_of(scope, monitor.snapshot, services.clock.now())
        monitor.watch(WATCHER, (*ACCOUNT, *asked))
        monitor.begin()
        with suppress(TimeoutError):
            await asyncio.wait_for(early.heard.wait(), ALONE_S)
    return monitor


class EarlyHeader:
    """Puts the first line of the screen on the early picture as soon as the account is known."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._shown: Line | None = None
        self.heard = asyncio.Event()
        """Set once the gateway has answered about the account, even with a refusal."""

    def follow(self, snapshot: Snapshot) -> None:
        """Show what has changed."""
        early_screen = first_frame.early_screen()
        size = early_screen.size() if early_screen is not None else None
        if not snapshot.feed(AskProfile()).is_waiting:
            self.heard.set()
        if early_screen is None or size is None or snapshot.data(AskProfile()) is None:
            return
        services, (width, _height) = self._services, size
        state = header.HeaderState(
            interval_s=float(services.settings.interval_s),
            is_demo=services.is_demo,
            width=width,
        )
        look = context_of(snapshot, services.clock.now())
        line = laid_out(header.parts(snapshot, state, look), width - header.PADDING)
        if line != self._shown:
            self._shown = line
            early_screen.put_header(_drawn(line, is_colourless="NO_COLOR" in os.environ))


def _drawn(line: Line, *, is_colourless: bool) -> str:
    if is_colourless:
        return "".join(cell.text for cell in line)
    return "".join(f"\x1b[{_STYLES.get(cell.emphasis, '0')}m{cell.text}\x1b[m" for cell in line)
