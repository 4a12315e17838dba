"""`aktop triage`: the findings, once – the same report that the triage screen shows."""

import argparse
from pathlib import Path

from tui import exits
from tui.domain.scope import RangeName
from tui.headless.gather import HISTORIES, Gatherer, require
from tui.headless.output import WrongUse, json_object, plain_text, say, tell
from tui.headless.triage_json import triage_json
from tui.incident_report import entries_since, write_report
from tui.locale import _
from tui.memory import Memory
from tui.monitor.evidence import triage_questions
from tui.monitor.questions import AskCalls, AskKeyCosts, AskKeyHistory, AskKeys, AskProfile, AskSite, Question
from tui.monitor.snapshot import Snapshot
from tui.present import finding_words, triage
from tui.present.look import Look
from tui.services import Services
from tui.triage.report import Report
from tui.vigil import Vigil
from widgets.layout import fit
from widgets.values import Cell, Line


async def find(options: argparse.Namespace, services: Services) -> int:
    """Ask, judge and show. Raises GatewayError when not even the account came."""
    gatherer = Gatherer(services)
    vigil = Vigil()
    memory = Memory(services.history_dir, services.client.base_url, vigil, say)
    await _gather(gatherer, memory)
    snapshot, look = gatherer.snapshot, Look(gatherer.now, services.zone)
    if snapshot.data(AskProfile()) is None:
        require(snapshot, AskProfile())
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
    if not options.check or not firing:
        return exits.OK
    for episode in firing:
        say(plain_text(finding_words.finding_line(episode, report, snapshot, look)))
    return exits.NEEDS_A_PERSON


def _write(name: str, vigil: Vigil, services: Services, snapshot: Snapshot, look: Look) -> None:
    """Write the incident report. Raises WrongUse where the disk refuses."""
    assert vigil.report is not None
    entries = entries_since(services.journal.entries(services.client.base_url), vigil.report.since)
    path = Path(name).expanduser()
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
        *triage.times_to_empty(report, look),
    )


async def _gather(gatherer: Gatherer, memory: Memory) -> None:
    await gatherer.ask((AskSite(), AskProfile(), AskKeys()))
    await memory.recall(gatherer.snapshot, gatherer.recall)
    if gatherer.snapshot.data(AskKeys()) is None:
        return
    await gatherer.ask((AskKeyCosts(), AskCalls(back_to=RangeName.H24)))
    wanted = triage_questions(gatherer.snapshot, gatherer.now)
    histories = [question for question in wanted if isinstance(question, AskKeyHistory)][:HISTORIES]
    others: list[Question[object]] = [question for question in wanted if not isinstance(question, AskKeyHistory)]
    await gatherer.ask((*(one for one in others if one != AskKeyCosts()), *histories))
