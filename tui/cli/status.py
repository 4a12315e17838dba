"""`aktop status`: what the overview shows, once."""

import argparse
import os
from contextlib import suppress
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from tui.account.cache import AccountCache
from tui.account.demo_account import DemoAccount
from tui.account.incident_tracker import IncidentTracker
from tui.account.services import Services
from tui.cli import selectors
from tui.cli.alarms import reasons
from tui.cli.exit_code import CheckResult, first_code, say_missing
from tui.cli.found_keys import agreed_key
from tui.cli.gather import Gatherer, gather_check, gather_first, gather_keys, gather_overview
from tui.cli.output import WrongUse, json_object, read_or_not, say, tell
from tui.cli.reading import reading
from tui.cli.status_json import status_json
from tui.cli.status_line import text_of
from tui.cli.status_text import named_feeds, status_lines
from tui.cli.text_table import text_width
from tui.config.settings import Settings
from tui.config.state_files import last_known_file
from tui.domain.capabilities import Capability
from tui.locale import _
from tui.monitor.burn import BASE_CALLS
from tui.monitor.questions import AskKeys
from tui.monitor.snapshot import Snapshot
from tui.present.display_context import DisplayContext
from tui.present.last_known import account_word, last_known, with_names
from tui.present.status_line import FIELDS, UnknownField, formatted
from tui.records.freshness import failed_feeds, feeds_of, missing_feeds_json, missing_json
from tui.store.last_known import LastKnown, write
from tui.triage.gaps import that_matter
from tui.triage.incidents import Incidents
from tui.triage.report import Report


async def status(options: argparse.Namespace, settings: Settings, demo: DemoAccount | None) -> int:
    """Ask, show, and return the exit code.

    Raises WrongUse, and GatewayError if not even the account came.
    """
    if options.json and (options.line or options.format is not None):
        raise WrongUse(_("--json and --line: expected one of them"))
    _require_form(options.format)
    found = agreed_key(settings, os.environ) if demo is None else None
    async with reading(settings, demo, found=found) as opened:
        return await _status(options, opened)


async def _status(options: argparse.Namespace, services: Services) -> int:
    selectors.scope_of(argparse.Namespace(range=options.range, key=None, model=options.model), ())
    gatherer = Gatherer(services, may_wait=not options.no_wait)
    if options.key is not None:
        await gather_keys(gatherer)
    scope = selectors.scope_of(options, gatherer.snapshot.data(AskKeys()) or ())
    await gather_first(gatherer)
    scope = selectors.reported(scope, gatherer.snapshot, gatherer.now)
    await gather_overview(gatherer, scope)
    tracker = await _judged(gatherer, services)
    report, incidents = (tracker.report, tracker.incidents) if tracker is not None else (None, Incidents())
    snapshot, look = gatherer.snapshot, gatherer.look
    feeds = feeds_of(snapshot, scope, gatherer.now)
    own_usd = services.settings.low_balance_usd
    failed = failed_feeds(feeds, snapshot.capabilities)
    lacking = report.gaps if report is not None else ()
    needs = reasons(snapshot, look, report, incidents, own_usd)
    result = CheckResult(needs, not failed and not that_matter(lacking))
    with read_or_not(is_outcome=options.check):
        if options.line or options.format is not None:
            _tell_line(options, services, snapshot, report, incidents, look)
        elif options.json:
            missing = missing_json(lacking, look.zone) if report is not None else missing_feeds_json(feeds, look.zone)
            json_object(status_json(snapshot, scope, feeds, look, report, own_usd, result.state, missing))
        else:
            for line in status_lines(snapshot, scope, feeds, look, report, text_width()):
                tell(line)
    if options.check:
        result.say()
    say_missing(named_feeds(failed, snapshot, look), lacking)
    return result.code if options.check else first_code(failed, lacking)


async def _judged(gatherer: Gatherer, services: Services) -> IncidentTracker | None:
    """What triage finds, with what earlier runs kept; None if there are no calls to judge by."""
    if not services.capabilities.can(Capability.CALLS):
        return None
    tracker = IncidentTracker.of(services.settings, lambda text: say(f"aktop: {text}"))
    memory = AccountCache(services.history_dir, services.client.base_url, tracker, say)
    await memory.recall(gatherer.snapshot, gatherer.recall)
    await gather_check(gatherer)
    await memory.keep(gatherer.snapshot, gatherer.now, at_once=True)
    tracker.hear(tracker.look(gatherer.snapshot, gatherer.now, BASE_CALLS), gatherer.snapshot, gatherer.now)
    return tracker


def _tell_line(
    options: argparse.Namespace,
    services: Services,
    snapshot: Snapshot,
    report: Report | None,
    incidents: Incidents,
    look: DisplayContext,
) -> None:
    """Print one line, and leave its figures for the next run."""
    known = last_known(snapshot, report, incidents, look, account_word(snapshot))
    if known is None:
        return
    if not services.is_demo and snapshot.capabilities.can(Capability.ACCOUNT):
        with suppress(OSError):  # the next run asks again
            write(last_known_file(services.settings), with_names(known, snapshot))
    tell(text_of(options, known, look.now, look.zone))


def _require_form(form: str | None) -> None:
    """Raise WrongUse for a format that cannot be filled in, before any request."""
    try:
        formatted(form or "", LastKnown(datetime.now(UTC)), datetime.now(UTC), ZoneInfo("UTC"))
    except UnknownField as error:
        text = _("--format: there is no {field}; expected fields among {names}")
        raise WrongUse(text.format(field=error, names=", ".join(FIELDS))) from None
