"""Shared by verbs that only read: an account's services, and a warning about a wrong clock."""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

from tui.account.demo_account import DemoAccount
from tui.account.services import Services, services
from tui.cli.output import say
from tui.config.api_key_files import FoundKey
from tui.config.settings import Settings
from tui.domain.capabilities import Capability
from tui.domain.clock import WORTH_TELLING
from tui.locale import _
from tui.present import format as fmt


@asynccontextmanager
async def reading(
    settings: Settings, demo: DemoAccount | None, *, found: FoundKey | None = None
) -> AsyncIterator[Services]:
    """Open the services for the block; warn afterwards if this machine's clock is wrong. Raises BadSettings."""
    async with services(settings, os.environ, demo=demo, found=found, warn=say) as opened:
        yield opened
        if opened.capabilities.can(Capability.CALLS):
            _tell_clock(opened.clock.machine_ahead)


def _tell_clock(ahead: timedelta) -> None:
    if abs(ahead) < WORTH_TELLING:
        return
    told = _("aktop: this machine's clock is {span} behind the gateway's, by which all figures go")
    if ahead > timedelta(0):
        told = _("aktop: this machine's clock is {span} ahead of the gateway's, by which all figures go")
    say(told.format(span=fmt.span(abs(ahead))))
