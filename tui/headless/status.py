"""`aktop status`: what the overview shows, once."""

import argparse

from tui import exits
from tui.headless import choose
from tui.headless.alarms import reasons
from tui.headless.feeds import exit_code_of, failed_feeds, feeds_of
from tui.headless.gather import Gatherer, gather_account, gather_forecast, gather_keys, require
from tui.headless.output import json_object, say, tell
from tui.headless.status_json import status_json
from tui.headless.status_text import status_lines
from tui.headless.text_table import text_width
from tui.locale import _
from tui.memory import Memory
from tui.monitor.evidence import report_of
from tui.monitor.questions import AskKeys, AskProfile
from tui.present import failures
from tui.present.look import Look
from tui.services import Services
from tui.vigil import Vigil


async def status(options: argparse.Namespace, services: Services) -> int:
    """Ask, show, and say by the exit code how it went. Raises GatewayError when not even the account came."""
    choose.scope_of(argparse.Namespace(range=options.range, key=None, model=options.model), ())
    gatherer = Gatherer(services)
    if options.key is not None:
        await gather_keys(gatherer)
    scope = choose.scope_of(options, gatherer.snapshot.data(AskKeys()) or ())
    await gather_account(gatherer, scope)
    snapshot = gatherer.snapshot
    if snapshot.data(AskProfile()) is None:
        require(snapshot, AskProfile())
    memory = Memory(services.history_dir, services.client.base_url, Vigil(), say)
    await memory.recall(snapshot, gatherer.recall)
    await gather_forecast(gatherer)
    snapshot = gatherer.snapshot
    await memory.keep(snapshot, gatherer.now, at_once=True)
    look, report = Look(gatherer.now, services.zone), report_of(snapshot, gatherer.now)
    feeds = feeds_of(snapshot, scope, gatherer.now)
    own_usd = services.settings["low_balance_usd"]
    if options.json:
        json_object(status_json(snapshot, scope, feeds, look, report, own_usd))
    else:
        for line in status_lines(snapshot, scope, feeds, look, report, text_width()):
            tell(line)
    if options.check and (needed := reasons(snapshot, look, report, own_usd)):
        for reason in needed:
            say(reason)
        return exits.NEEDS_A_PERSON
    failed = failed_feeds(feeds)
    for failure in dict.fromkeys(failed.values()):
        names = ", ".join(name for name, other in failed.items() if other == failure)
        say(_("aktop: not known: {feeds} ({why})").format(feeds=names, why=failures.short(failure)))
    return next((exit_code_of(failure) for failure in failed.values()), exits.OK)
