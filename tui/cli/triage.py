"""`aktop triage`: the findings, once – the same report as on the triage screen."""

import argparse
from collections.abc import Sequence
from pathlib import Path

from tui.account.account_mark import account_mark
from tui.account.cache import AccountCache
from tui.account.demo_account import DemoAccount
from tui.account.incident_tracker import IncidentTracker
from tui.account.services import Services
from tui.cli.exit_code import check_code, first_code, say_missing
from tui.cli.gather import Gatherer, gather_first, gather_verdict
from tui.cli.output import WrongUse, json_object, plain_text, read_or_not, say, tell
from tui.cli.reading import reading
from tui.cli.selectors import require
from tui.cli.written_file import file_to_write, not_written
from tui.config.settings import Settings
from tui.domain.capabilities import Capability
from tui.locale import _
from tui.monitor.snapshot import Snapshot
from tui.present import triage as triage_lines
from tui.present.display_context import DisplayContext, context_of
from tui.present.incident_history import Known, again_lines, known_incidents
from tui.present.incident_lines import firing_line
from tui.present.lead import lead_line
from tui.records.incident_report import entries_since, write_report
from tui.records.triage_json import triage_json
from tui.store.journal import Entry
from tui.triage.incident_figures import reported_first
from tui.triage.report import Report
from widgets.layout import fit
from widgets.values import Cell, Line


async def triage(options: argparse.Namespace, settings: Settings, demo: DemoAccount | None) -> int:
    """Ask, judge and show. Raises GatewayError if not even the account came, and WrongUse."""
    report_file = file_to_write("--report", options.report) if options.report is not None else None
    if options.replay is not None:
        return _of_recording(options, settings, report_file)
    async with reading(settings, demo) as opened:
        require(opened, Capability.CALLS)
        return await _triage(options, opened, report_file)


async def _triage(options: argparse.Namespace, services: Services, report_file: Path | None) -> int:
    gatherer = Gatherer(services, may_wait=not options.no_wait)
    tracker = IncidentTracker.of(services.settings, lambda text: say(f"aktop: {text}"))
    memory = AccountCache(services.history_dir, services.client.base_url, tracker, say)
    await gather_first(gatherer)
    await memory.recall(gatherer.snapshot, gatherer.recall)
    await gather_verdict(gatherer)
    tracker.judge(gatherer.snapshot, gatherer.now)
    await memory.keep(gatherer.snapshot, gatherer.now, at_once=True)
    entries = services.journal.entries(services.client.base_url, account_mark(services.client))
    return _shown(options, report_file, tracker, entries, gatherer.snapshot, gatherer.look)


def _of_recording(options: argparse.Namespace, settings: Settings, report_file: Path | None) -> int:
    """The report of a moment that was recorded."""
    from tui.cli.replay import judged, replay_of  # which few runs need

    snapshot, tracker, at = judged(replay_of(options), settings)
    if not snapshot.capabilities.can(Capability.CALLS):
        raise WrongUse(_("--replay: there are no call records in it, which triage judges by"))
    return _shown(options, report_file, tracker, (), snapshot, context_of(snapshot, at))


def _shown(
    options: argparse.Namespace,
    report_file: Path | None,
    tracker: IncidentTracker,
    entries: Sequence[tuple[int, Entry]],
    snapshot: Snapshot,
    look: DisplayContext,
) -> int:
    report = tracker.report
    assert report is not None, "it was judged"
    known = known_incidents(tracker.records, entries, look.now, tracker.incidents.open.values())
    with read_or_not(is_outcome=options.check):
        if options.json:
            json_object(triage_json(report, tracker.incidents, known, snapshot, look))
        else:
            for line in text_lines(report, known, snapshot, look):
                tell("".join(cell.text for cell in line).rstrip())
    if report_file is not None:
        _write(report_file, tracker, known, entries, snapshot, look)
    firing = reported_first(tracker.incidents.firing, report)
    for incident in firing if options.check else ():
        say(plain_text(firing_line(incident, report, snapshot, look)))
    say_missing({}, report.gaps)
    if options.check:
        return check_code(is_firing=bool(firing), is_whole=report.is_whole)
    return first_code({}, report.gaps)


def _write(
    path: Path,
    tracker: IncidentTracker,
    known: Known,
    written: Sequence[tuple[int, Entry]],
    snapshot: Snapshot,
    look: DisplayContext,
) -> None:
    """Write the incident report. Raises WrongUse if the disk refuses."""
    assert tracker.report is not None
    entries = entries_since(written, tracker.report.since)
    try:
        write_report(path, tracker.report, tracker.incidents, known, entries, snapshot, look, may_replace=True)
    except OSError as error:
        raise not_written("--report", path, error) from None
    say(_("incident report: {path}").format(path=path))


def text_lines(report: Report, known: Known, snapshot: Snapshot, look: DisplayContext) -> tuple[Line, ...]:
    """The report as lines: the five steps, suspects, earlier incidents, the cause, and the two times to empty."""
    rows = triage_lines.step_rows(triage_lines.steps(report, snapshot, look))
    steps = ((*(Cell(fit(cell.text, 14)) for cell in row.cells[:2]), row.cells[2]) for row in rows)
    lead = lead_line(report, snapshot, look)
    return (
        *((lead,) if lead else ()),
        (*triage_lines.title(report, snapshot, look), Cell("   "), *triage_lines.history_words(report, look)),
        (),
        *steps,
        (),
        *triage_lines.suspect_lines(report, snapshot, look),
        *again_lines(known, snapshot, look),
        *triage_lines.why_lines(report, snapshot, look),
        (),
        *triage_lines.also_lines(report, snapshot, look),
        *triage_lines.times_to_empty(report, snapshot, look),
    )
