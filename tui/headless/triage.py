"""`aktop triage`: the findings, once – the same report that the triage screen shows."""

import argparse

from tui.headless.feeds import check_code, first_code, say_missing
from tui.headless.gather import Gatherer, gather_first, gather_verdict
from tui.headless.output import WrongUse, json_object, plain_text, say, tell
from tui.headless.triage_json import triage_json
from tui.incident_report import entries_since, write_report
from tui.locale import _
from tui.memory import Memory
from tui.monitor.snapshot import Snapshot
from tui.paths import as_written
from tui.present import finding_words, triage
from tui.present.look import Look
from tui.services import Services
from tui.triage.episodes import Episode
from tui.triage.report import Report
from tui.vigil import Vigil
from widgets.layout import fit
from widgets.values import Cell, Line


async def find(options: argparse.Namespace, services: Services) -> int:
    """Ask, judge and show. Raises GatewayError when not even the account came."""
    gatherer = Gatherer(services, may_wait=not options.no_wait)
    vigil = Vigil()
    memory = Memory(services.history_dir, services.client.base_url, vigil, say)
    await gather_first(gatherer)
    await memory.recall(gatherer.snapshot, gatherer.recall)
    await gather_verdict(gatherer)
    snapshot, look = gatherer.snapshot, Look(gatherer.now, services.zone)
    report = vigil.judge(snapshot, gatherer.now)
    await memory.keep(snapshot, gatherer.now, at_once=True)
    if options.json:
        json_object(triage_json(report, vigil.episodes, snapshot, look))
    else:
        for line in text_lines(report, snapshot, look):
            tell("".join(cell.text for cell in line).rstrip())
    if options.report is not None:
        _write(options.report, vigil, services, snapshot, look)
    firing = vigil.episodes.firing
    for episode in firing if options.check else ():
        say(plain_text(_firing_line(episode, report, snapshot, look)))
    say_missing({}, report.gaps)
    if options.check:
        return check_code(is_firing=bool(firing), is_whole=report.is_whole)
    return first_code({}, report.gaps)


def _firing_line(episode: Episode, report: Report, snapshot: Snapshot, look: Look) -> Line:
    """An episode in one line; of one that an earlier run saw, and this one cannot see, that it has not ended."""
    line = finding_words.finding_line(episode, report, snapshot, look)
    return line or finding_words.unseen_line(episode, snapshot, look)


def _write(name: str, vigil: Vigil, services: Services, snapshot: Snapshot, look: Look) -> None:
    """Write the incident report. Raises WrongUse where the disk refuses."""
    assert vigil.report is not None
    entries = entries_since(services.journal.entries(services.client.base_url), vigil.report.since)
    path = as_written(name)
    try:
        write_report(path, vigil.report, vigil.episodes, entries, snapshot, look, may_replace=True)
    except OSError as error:
        raise WrongUse(f"--report {path}: {error.strerror or type(error).__name__}") from None
    say(_("incident report: {path}").format(path=path))


def text_lines(report: Report, snapshot: Snapshot, look: Look) -> tuple[Line, ...]:
    """The report as lines: the five steps, the suspects, why, and the two times to empty."""
    rows = triage.step_rows(triage.steps(report, snapshot, look))
    steps = ((*(Cell(fit(cell.text, 14)) for cell in row.cells[:2]), row.cells[2]) for row in rows)
    return (
        (*triage.title(report, snapshot, look), Cell("   "), *triage.history_words(report, look)),
        (),
        *steps,
        (),
        *triage.suspect_lines(report, snapshot, look),
        *triage.why_lines(report, snapshot, look),
        (),
        *triage.also_lines(report, snapshot, look),
        *triage.times_to_empty(report, look),
    )
