"""Starts the screen: opens the services, checks for a session, imports Textual meanwhile, runs the app."""

import asyncio
import os
from contextlib import ExitStack
from typing import TYPE_CHECKING

from tui.account.screen_start import ScreenStart
from tui.account.services import Services, open_demo_account, open_services
from tui.app import prefetch
from tui.domain.scope import Scope
from tui.store.last_screen import forget, keep
from tui.terminal import colour, exit_codes, first_frame, streams
from tui.terminal.gc_tuning import imports_frozen
from tui.terminal.signals import leaving_on_signals
from tui.terminal.watch import watching

if TYPE_CHECKING:
    from tui.app.aktop import AktopApp
    from tui.terminal.driver import DiffDriver


async def launch(start: ScreenStart) -> int:
    """Run the screen until it is closed; return the exit code. Raises BadSettings and GatewayError.

    The person is asked for what is missing: the gateway, and a sign-in.
    """
    opened, profiles, scope = await _opened(start), start.profiles, Scope(start.range)
    monitor = await prefetch.begin(opened, scope) if opened is not None else None
    app_class = await asyncio.to_thread(_load)
    painted = first_frame.hand_over()
    is_ascii = profiles.start.ascii
    driver_class = None if start.driver == "stock" and not is_ascii else _driver_after(painted, is_ascii=is_ascii)
    options = colour.app_options(start.color, os.environ)
    looks = start.first, start.replay
    app = app_class(opened, scope, profiles, monitor, *looks, driver_class=driver_class, **options)

    def leave(return_code: int) -> None:
        app.exit(return_code=return_code)

    with ExitStack() as stack:
        stack.enter_context(leaving_on_signals(leave))
        stack.enter_context(watching(streams.INPUT, leave))
        try:
            await app.run_to_end(mouse=start.has_mouse)
        finally:
            await app.entrance.close()
    if not profiles.start.last_screen:
        forget()
    elif app.last_picture is not None and painted is not None:
        keep(app.last_picture, app.size, *painted.start)
    return app.return_code or exit_codes.OK


async def _opened(start: ScreenStart) -> Services | None:
    profiles = start.profiles
    if start.replay is not None:
        return None
    if start.demo is not None:
        return await open_demo_account(profiles.start, start.demo, profiles.warn)
    if start.found is not None:
        return open_services(profiles.start, os.environ, found=start.found, warn=profiles.warn)
    return profiles.open(profiles.start) if profiles.start.url is not None else None


def _load() -> "type[AktopApp]":
    """Import Textual and everything built on it, in a thread: the first answers arrive meanwhile."""
    with imports_frozen():
        from tui.app.aktop import AktopApp
        from tui.terminal.allocator import return_large_blocks

        return_large_blocks()
        return AktopApp


def _driver_after(painted: first_frame.EarlyScreen | None, *, is_ascii: bool) -> "type[DiffDriver]":
    from tui.terminal.driver import DiffDriver, LastScreenDriver, TakeOverDriver

    found = DiffDriver if painted is None else LastScreenDriver if painted.shows_last else TakeOverDriver
    if not is_ascii:
        return found
    from tui.terminal.ascii_signs import ASCII

    return type("AsciiDriver", (found,), {"signs": ASCII})
