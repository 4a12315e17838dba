"""Starting the screen: open the services, see that there is a session, run the app."""

import os

from tui import exits
from tui.app import AktopApp
from tui.domain.failure import Failure, FailureKind
from tui.gateway.errors import SignInNeeded
from tui.services import services
from tui.settings import Settings
from tui.verbs import say

Demo = tuple[str, str, str]
"""The demo's base URL, e-mail and password."""


async def launch(settings: Settings, demo: Demo | None) -> int:
    """Run the monitor until it is left. Raises BadSettings and GatewayError."""
    async with services(settings, os.environ, demo_url=demo[0] if demo else None, warn=say) as opened:
        if demo is not None:
            await opened.client.login(demo[1], demo[2])
        elif opened.client.sessions.current() is None:
            raise SignInNeeded(Failure(FailureKind.NOT_SIGNED_IN))
        app = AktopApp(opened)
        await app.run_async()
        if app.return_code:
            return app.return_code
    return exits.OK
