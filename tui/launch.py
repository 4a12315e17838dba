"""Starting the screen: open the services, see that there is a session, run the app."""

import os
import sys
from contextlib import ExitStack
from dataclasses import dataclass

from tui import exits
from tui.app import AktopApp
from tui.domain.failure import Failure, FailureKind
from tui.domain.scope import RangeName, Scope, TimeRange
from tui.gateway.errors import SignInNeeded
from tui.services import Services, services
from tui.settings import Settings
from tui.terminal import colour, first_frame
from tui.terminal.driver import DiffDriver, TakeOverDriver
from tui.terminal.signals import leaving_on_signals
from tui.terminal.watch import watching
from tui.verbs import say

Demo = tuple[str, str, str]
"""The demo's base URL, e-mail and password."""


@dataclass(frozen=True, slots=True)
class ScreenOptions:
    """How the screen begins: time range, number of colours, which driver writes, whether it takes the mouse."""

    range: TimeRange = RangeName.H24
    color: str = "auto"
    driver: str = "diff"
    has_mouse: bool = True


async def launch(settings: Settings, demo: Demo | None, view: ScreenOptions) -> int:
    """Run the monitor until it is left. Raises BadSettings and GatewayError."""
    async with services(settings, os.environ, demo_url=demo[0] if demo else None, warn=say) as opened:
        if demo is not None:
            await opened.client.login(demo[1], demo[2])
        elif not opened.keys and opened.client.sessions.current() is None:
            raise SignInNeeded(Failure(FailureKind.NOT_SIGNED_IN))
        return await _run(opened, view)


async def _run(opened: Services, view: ScreenOptions) -> int:
    is_painted = first_frame.hand_over()
    driver_class = None if view.driver == "stock" else TakeOverDriver if is_painted else DiffDriver
    app = AktopApp(opened, Scope(view.range), driver_class=driver_class, **colour.app_options(view.color, os.environ))

    def leave(return_code: int) -> None:
        app.exit(return_code=return_code)

    with ExitStack() as stack:
        stack.enter_context(leaving_on_signals(leave))
        stack.enter_context(watching(sys.__stdin__.fileno() if sys.__stdin__ else 0, leave))
        await app.run_to_end(mouse=view.has_mouse)
    return app.return_code or exits.OK
