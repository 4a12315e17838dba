"""The verbs that only read."""

import argparse
import os

from tui.headless.output import say
from tui.services import services
from tui.settings import Settings


async def read(options: argparse.Namespace, settings: Settings) -> int:
    """Run status, triage, calls or errors and return the exit code. Raises GatewayError, WrongUse and BadSettings."""
    async with services(settings, os.environ, warn=say) as opened:
        if options.verb == "status":
            from tui.headless.status import status

            return await status(options, opened)
        if options.verb == "triage":
            from tui.headless.triage import find

            return await find(options, opened)
        from tui.headless.listing import list_records

        return await list_records(options, opened)
