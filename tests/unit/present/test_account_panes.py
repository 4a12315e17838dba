"""The panes of all accounts, of API keys alone, and of triage."""

from pathlib import Path

import pytest

from tests.unit.present.shown import LOOK, NOTHING_KNOWN, PRIVATE, account, lines, rows, text
from tests.unit.samples import NOW, key
from tui.monitor.account_summary import AccountSummary
from tui.monitor.questions import AskKeys
from tui.present import accounts_panes, triage, triage_panes
from tui.triage.findings import FindingKind
from tui.triage.incidents import Incident, Phase
from tui.triage.report import Report
from tui.triage.severity import Severity
from widgets.layout import line_width

HERE = AccountSummary("", "https://one.example", is_here=True)
AWAY = AccountSummary("staging", "https://two.example")
CONFIG = Path("/home/me/.config/aktop/config.toml")


@pytest.mark.parametrize(
    ("summaries", "title", "note"),
    [
        ((HERE, AWAY), "Accounts · 2", ""),
        ((HERE,), "Accounts · 1", f"more of them: [profile.NAME] with a url in {CONFIG}"),
    ],
)
def test_one_account_says_how_to_have_more(summaries: tuple[AccountSummary, ...], title: str, note: str) -> None:
    pane = accounts_panes.list_pane(summaries, CONFIG, NOTHING_KNOWN, LOOK)
    assert (pane.frame.title, text(pane.frame.note)) == (title, note)
    assert len(rows(pane)) == len(summaries)


def test_a_profile_hides_its_name_under_privacy() -> None:
    assert accounts_panes.about_pane(AWAY, NOTHING_KNOWN, LOOK).frame.title == "staging"
    assert accounts_panes.about_pane(AWAY, NOTHING_KNOWN, PRIVATE).frame.title == "•••"
    assert accounts_panes.about_pane(HERE, NOTHING_KNOWN, LOOK).frame.title == "(as started)"


def test_a_configuration_that_cannot_be_read_says_why() -> None:
    assert text(accounts_panes.unreadable(ValueError("line 3: no url")).note) == "line 3: no url"


# Triage

REPORT = Report(NOW)
PLANNED = Incident(FindingKind.SPIKE, None, Phase.PLANNED, Severity.WARNING, NOW, NOW)


def test_the_steps_are_a_row_each_and_the_evidence_bears_the_sentence_of_its_step() -> None:
    steps = triage.steps(REPORT, NOTHING_KNOWN, LOOK)
    pane = triage_panes.steps_pane(steps)
    assert (pane.frame.title, len(rows(pane))) == ("Steps", 5)
    evidence = triage_panes.evidence_pane(steps[0], REPORT, NOTHING_KNOWN, LOOK, 60)
    assert (evidence.rows, text(evidence.empty_text)) == ((), steps[0].sentence)
    told = triage_panes.sentence_lines(steps[0], 20)
    assert "".join(text(line) for line in told) == steps[0].sentence
    assert max(map(line_width, told)) <= 20


def test_what_is_planned_stands_below_the_cause() -> None:
    def told(*incidents: Incident) -> str:
        return lines(triage_panes.cause_pane(REPORT, incidents, (), NOTHING_KNOWN, LOOK).lines)

    assert "n watch again" in told(PLANNED)
    assert "n watch again" not in told()


def test_the_key_to_contain_is_named() -> None:
    known = account((AskKeys(), (key(7, "batch"),)))
    assert triage_panes.contain_pane(known.key(7), REPORT, None, known, LOOK).frame.title == "Contain batch"
    assert triage_panes.contain_pane(None, REPORT, None, known, LOOK).frame.title == "Contain"
