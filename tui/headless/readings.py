"""The verbs that only read."""

import argparse
import os
from datetime import timedelta

from tui.domain.clock import WORTH_TELLING
from tui.headless.found_keys import agreed_key
from tui.headless.output import say
from tui.locale import _
from tui.made_up import MadeUp
from tui.present import format as fmt
from tui.services import Services, services
from tui.settings import Settings


async def read(options: argparse.Namespace, settings: Settings, made_up: MadeUp | None) -> int:
    """Run status, triage, calls or errors and return the exit code. Raises GatewayError, WrongUse and BadSettings."""
    found = agreed_key(settings, os.environ) if options.verb == "status" and made_up is None else None
    async with services(settings, os.environ, made_up=made_up, found=found, warn=say) as opened:
        if opened.keys:
            from tui.headless.key_status import key_status, require_account

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
        from tui.headless.status import status

        return await status(options, opened)
    if options.verb == "triage":
        from tui.headless.triage import find

        return await find(options, opened)
    from tui.headless.listing import list_records

    return await list_records(options, opened)
