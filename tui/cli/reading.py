"""The verbs that only read."""

import argparse
import os
from datetime import timedelta

from tui.account.demo_account import DemoAccount
from tui.account.services import Services, services
from tui.cli.found_keys import agreed_key
from tui.cli.output import say
from tui.config.settings import Settings
from tui.domain.clock import WORTH_TELLING
from tui.locale import _
from tui.present import format as fmt


async def read(options: argparse.Namespace, settings: Settings, demo: DemoAccount | None) -> int:
    """Run status, triage, calls or errors and return the exit code. Raises GatewayError, WrongUse and BadSettings."""
    found = agreed_key(settings, os.environ) if options.verb == "status" and demo is None else None
    async with services(settings, os.environ, demo=demo, found=found, warn=say) as opened:
        if opened.keys:
            from tui.cli.api_key_mode import key_status, require_account

            if options.verb == "status":
                return await key_status(options, opened)
            require_account(opened)
        code = await _read(options, opened)
        ahead = opened.clock.machine_ahead
        if abs(ahead) >= WORTH_TELLING:
            told = _("aktop: this machine's clock is {span} behind the gateway's, by which all figures go")
            if ahead > timedelta(0):
                told = _("aktop: this machine's clock is {span} ahead of the gateway's, by which all figures go")
            say(told.format(span=fmt.span(abs(ahead))))
        return code


async def _read(options: argparse.Namespace, opened: Services) -> int:
    if options.verb == "status":
        from tui.cli.status import status

        return await status(options, opened)
    if options.verb == "triage":
        from tui.cli.triage import find

        return await find(options, opened)
    from tui.cli.listing import list_records

    return await list_records(options, opened)
