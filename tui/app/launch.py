"""Starting the screen: open the services, see that there is a session, load the framework meanwhile, run the app."""

import asyncio
import os
from contextlib import ExitStack
from typing import TYPE_CHECKING

from msgspec import Struct

from tui.account.demo_account import MadeUp
from tui.account.profiles import Doors
from tui.account.services import Services, open_made_up, open_services
from tui.app import prefetch
from tui.cli.found_keys import agreed_key
from tui.cli.run import say
from tui.domain.scope import RangeName, Scope, TimeRange
from tui.store.last_screen import forget, keep
from tui.terminal import colour, exit_codes, first_frame, streams
from tui.terminal.gc_tuning import settling
from tui.terminal.signals import leaving_on_signals
from tui.terminal.watch import watching

if TYPE_CHECKING:
    from tui.app.aktop import AktopApp
    from tui.terminal.driver import DiffDriver


class ScreenOptions(Struct, frozen=True):
    """How the screen begins: time range, number of colours, which driver writes, whether it takes the mouse."""

    range: TimeRange = RangeName.H24
    color: str = "auto"
    driver: str = "diff"
    has_mouse: bool = True


async def launch(doors: Doors, account: MadeUp | None, view: ScreenOptions) -> int:
    """Run the monitor until it is left, in a made-up account if one is named. Raises BadSettings and GatewayError.

    The person is asked for what is missing: which gateway, and to sign in.
    """
    if account is not None:
        return await _run(await open_made_up(doors.start, account, say), doors, view)
    found = agreed_key(doors.start, os.environ)
    if found is not None:
        return await _run(open_services(doors.start, os.environ, found=found, warn=say), doors, view)
    return await _run(doors.open(doors.start) if doors.start["url"] is not None else None, doors, view)


async def _run(opened: Services | None, doors: Doors, view: ScreenOptions) -> int:
    scope = Scope(view.range)
    monitor = await prefetch.begin(opened, scope) if opened is not None else None
    app_class = await asyncio.to_thread(_load)
    painted = first_frame.hand_over()
    driver_class = None if view.driver == "stock" else _driver_after(painted)
    options = colour.app_options(view.color, os.environ)
    app = app_class(opened, scope, doors, monitor, driver_class=driver_class, **options)

    def leave(return_code: int) -> None:
        app.exit(return_code=return_code)

    with ExitStack() as stack:
        stack.enter_context(leaving_on_signals(leave))
        stack.enter_context(watching(streams.INPUT, leave))
        try:
            await app.run_to_end(mouse=view.has_mouse)
        finally:
            await app.close_account()
    if not doors.start["last_screen"]:
        forget()
    elif app.last_picture is not None and painted is not None:
        keep(app.last_picture, app.size, *painted.start)
    return app.return_code or exit_codes.OK


def _load() -> "type[AktopApp]":
    """Import the framework and all that stands on it, in a thread: the first answers come in meanwhile."""
    with settling():
        from tui.app.aktop import AktopApp

        return AktopApp


def _driver_after(painted: first_frame.Curtain | None) -> "type[DiffDriver]":
    from tui.terminal.driver import DiffDriver, LastScreenDriver, TakeOverDriver

    if painted is None:
        return DiffDriver
    return LastScreenDriver if painted.shows_last else TakeOverDriver
