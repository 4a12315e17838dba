"""`aktop status`: what the overview shows, once."""

import argparse
import os

from tui.account.cache import AccountCache
from tui.account.demo_account import DemoAccount
from tui.account.incident_tracker import IncidentTracker
from tui.account.services import Services
from tui.cli import selectors
from tui.cli.alarms import reasons
from tui.cli.api_key_mode import api_key_mode_status
from tui.cli.exit_code import CheckResult, first_code, say_missing
from tui.cli.found_keys import agreed_key
from tui.cli.gather import Gatherer, gather_first, gather_forecast, gather_keys, gather_overview
from tui.cli.output import json_object, say, tell
from tui.cli.reading import reading
from tui.cli.status_json import status_json
from tui.cli.status_text import status_lines
from tui.cli.text_table import text_width
from tui.config.settings import Settings
from tui.domain.capabilities import Capability
from tui.monitor.burn import BASE_CALLS
from tui.monitor.questions import AskKeys
from tui.records.freshness import failed_feeds, feeds_of, missing_json
from tui.triage.gaps import Input, among, that_matter

FORECAST = (Input.PROFILE, Input.KEYS, Input.CALLS, Input.HISTORY, Input.KEY_HISTORIES, Input.PLANS)
"""What the check rests on, and when the wallet is empty."""


async def status(options: argparse.Namespace, settings: Settings, demo: DemoAccount | None) -> int:
    """Ask, show, and say by the exit code how it went. Raises GatewayError when not even the account came."""
    found = agreed_key(settings, os.environ) if demo is None else None
    async with reading(settings, demo, found=found) as opened:
        return await (_status if opened.capabilities.can(Capability.ACCOUNT) else api_key_mode_status)(options, opened)


async def _status(options: argparse.Namespace, services: Services) -> int:
    selectors.scope_of(argparse.Namespace(range=options.range, key=None, model=options.model), ())
    gatherer = Gatherer(services, may_wait=not options.no_wait)
    if options.key is not None:
        await gather_keys(gatherer)
    scope = selectors.scope_of(options, gatherer.snapshot.data(AskKeys()) or ())
    await gather_first(gatherer)
    await gather_overview(gatherer, scope)
    tracker = IncidentTracker.of(services.settings, lambda text: say(f"aktop: {text}"))
    memory = AccountCache(services.history_dir, services.client.base_url, tracker, say)
    await memory.recall(gatherer.snapshot, gatherer.recall)
    await gather_forecast(gatherer)
    snapshot = gatherer.snapshot
    await memory.keep(snapshot, gatherer.now, at_once=True)
    look = gatherer.look
    report = tracker.look(snapshot, gatherer.now, BASE_CALLS)
    feeds = feeds_of(snapshot, scope, gatherer.now)
    own_usd = services.settings.low_balance_usd
    failed, lacking = failed_feeds(feeds, snapshot.capabilities), among(report.gaps, FORECAST)
    result = CheckResult(reasons(snapshot, look, report, own_usd), not failed and not that_matter(lacking))
    if options.json:
        missing = missing_json(lacking, look.zone)
        json_object(status_json(snapshot, scope, feeds, look, report, own_usd, result.state, missing))
    else:
        for line in status_lines(snapshot, scope, feeds, look, report, text_width()):
            tell(line)
    if options.check:
        result.say()
    say_missing(failed, lacking)
    return result.code if options.check else first_code(failed, lacking)
