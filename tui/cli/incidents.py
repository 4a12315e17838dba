"""`aktop incidents`: the remembered incidents, from files on this machine where possible."""

import argparse
import asyncio

from tui.account.account_mark import account_mark
from tui.account.cache import stored_records
from tui.account.demo_account import DemoAccount
from tui.account.incident_tracker import IncidentTracker
from tui.account.services import Services
from tui.cli import selectors
from tui.cli.gather import Gatherer, gather_first, gather_verdict
from tui.cli.output import WrongUse, json_object, say, tell
from tui.cli.reading import reading
from tui.cli.selectors import require
from tui.cli.text_table import table_lines, text_width
from tui.config.complaints import file_complaint
from tui.config.settings import Settings
from tui.domain.capabilities import Capability
from tui.domain.names import seen
from tui.domain.scope import Scope, window_of
from tui.gateway.auth.sessions import account_of
from tui.locale import _
from tui.monitor.questions import AskProfile
from tui.monitor.snapshot import Snapshot
from tui.present import format as fmt
from tui.present import incidents_panes
from tui.present.display_context import DisplayContext, context_of
from tui.present.incident_history import Known, KnownIncident, known_incidents, whose
from tui.present.notes import WORTH_SAYING
from tui.records.incidents_json import incidents_json
from tui.terminal import exit_codes
from tui.triage.incident_history import Remembered


async def incidents(options: argparse.Namespace, settings: Settings, demo: DemoAccount | None) -> int:
    """Show them, current ones first. Raises GatewayError and WrongUse."""
    scope = Scope(selectors.range_of(options.range))
    async with reading(settings, demo) as opened:
        require(opened, Capability.CALLS)
        snapshot, records = await (_judged(opened) if opened.is_demo else _kept(opened))
        # Nobody has told the gateway's time: what it was when an incident was last seen has passed by any clock.
        look = context_of(snapshot, max([opened.clock.now(), *(one.as_of for one in records)]))
        entries = opened.journal.entries(opened.client.base_url, account_mark(opened.client))
        known = known_incidents(records, entries, look.now)
        found = _in_scope(known, scope, options.key, snapshot, look)
    if options.json:
        json_object(incidents_json(found, scope, snapshot, look))
    elif found:
        rows = incidents_panes.rows(found, snapshot, look)
        for line in table_lines(incidents_panes.columns(), rows, text_width()):
            tell(line)
    _say_about(known, found, look)
    return exit_codes.OK


async def _kept(services: Services) -> tuple[Snapshot, Remembered]:
    """What earlier runs kept; the gateway is asked only if the session does not identify the account."""
    session = services.client.sessions.current()
    who = account_of(session) if session is not None else None
    snapshot = services.first_snapshot()
    if who is None or not who.isdecimal():
        gatherer = Gatherer(services)
        await gather_first(gatherer)
        snapshot = gatherer.snapshot
        profile = snapshot.data(AskProfile())
        assert profile is not None
        who = str(profile.id)
    assert services.history_dir is not None
    store = stored_records(services.history_dir, services.client.base_url, int(who), say)
    try:
        return snapshot, await asyncio.to_thread(store.read)
    except OSError as error:
        sentence = _("the incidents that were kept cannot be read: {reason}")
        raise WrongUse(sentence.format(reason=file_complaint(error))) from None


async def _judged(services: Services) -> tuple[Snapshot, Remembered]:
    """For a demo account, which keeps nothing: what is found now, and by looking back."""
    gatherer = Gatherer(services)
    tracker = IncidentTracker.of(services.settings, lambda text: say(f"aktop: {text}"))
    await gather_first(gatherer)
    await gather_verdict(gatherer)
    tracker.judge(gatherer.snapshot, gatherer.now)
    return gatherer.snapshot, tracker.records


def _in_scope(known: Known, scope: Scope, key: str | None, snapshot: Snapshot, look: DisplayContext) -> Known:
    """Incidents within the range, and of the key if given. Raises WrongUse for a key without any."""
    window = window_of(scope.range, look.now, look.zone)
    found = [one for one in known if one.record.since < window.end and one.record.end >= window.start]
    if key is None:
        return tuple(found)
    wanted, number = seen(key), key.strip().removeprefix("#")
    of_key = [one for one in known if number == str(one.record.blamed) or (wanted and wanted == _name(one))]
    if len({one.record.blamed for one in of_key}) > 1:
        text = _("several keys are called '{name}', or look so; give an id:\n{keys}")
        raise WrongUse(text.format(name=key, keys=_keys(of_key, snapshot, look)))
    if not of_key and known:
        text = _("no incident is remembered of a key '{name}'; there are some of:\n{keys}")
        raise WrongUse(text.format(name=key, keys=_keys(known, snapshot, look)))
    return tuple(one for one in found if one in of_key)


def _name(one: KnownIncident) -> str:
    return seen(one.record.key_name or "")


def _keys(known: Known | list[KnownIncident], snapshot: Snapshot, look: DisplayContext) -> str:
    names = {one.record.blamed: whose(one.record, snapshot, look) for one in known if one.record.blamed is not None}
    return "\n".join(f"  {key_id:>6}  {name}" for key_id, name in sorted(names.items()))


def _say_about(known: Known, found: Known, look: DisplayContext) -> None:
    """Add what the list does not show: why it is empty, or how old its current entries are."""
    if not known:
        say(_("aktop: nothing is remembered yet: incidents are kept once the screen or aktop triage has told them"))
    elif not found:
        say(_("no incidents in this range"))
    oldest = min((one.record.as_of for one in found if one.record.phase is not None), default=look.now)
    if look.now - oldest >= WORTH_SAYING:
        time = fmt.moment(oldest, look.now, look.zone)
        say(_("aktop: what goes on is told as of {time}; aktop triage looks again").format(time=time))
