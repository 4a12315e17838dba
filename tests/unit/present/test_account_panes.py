"""The panes of all accounts, of API keys alone, and of triage."""

from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from tests.unit.present.shown import LOOK, NOTHING_KNOWN, PRIVATE, account, failing, lines, rows, text
from tests.unit.samples import NOW, key
from tui.domain.api_key_mode import ApiKeyTag
from tui.domain.capabilities import API_KEY_MODE
from tui.domain.scope import Scope
from tui.monitor.account_summary import AccountSummary
from tui.monitor.api_key_mode import AskApiKeyReport
from tui.monitor.questions import AskKeys
from tui.monitor.snapshot import Snapshot
from tui.present import accounts_panes, api_key_mode_panes, triage, triage_panes
from tui.present.trend import Metric
from tui.triage.findings import FindingKind
from tui.triage.incidents import Incident, Phase
from tui.triage.report import Report
from tui.triage.severity import Severity
from widgets.layout import line_width

HERE = AccountSummary("", "https://one.example", is_here=True)
AWAY = AccountSummary("staging", "https://two.example")
CONFIG = Path("/home/me/.config/aktop/config.toml")
TAGS = tuple(ApiKeyTag(place, f"sk-123…{place:04}", label) for place, label in enumerate(("mine", "")))
TWO_KEYS = Snapshot("https://gateway.example", ZoneInfo("UTC"), capabilities=API_KEY_MODE, api_keys=TAGS)


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


def test_the_panes_of_api_keys_say_how_many_of_them_tell() -> None:
    trend, split = api_key_mode_panes.use_panes(Scope(), Metric.BILLED, TWO_KEYS, LOOK)
    assert trend.frame.title.endswith("· 0 of 2 keys")
    assert split.frame.title == "2 Models · $"
    only, _split = api_key_mode_panes.use_panes(Scope().narrowed(key_id=2), Metric.BILLED, TWO_KEYS, LOOK)
    assert only.frame.title.endswith("· 0 of 1 key")


def test_the_table_of_api_keys_has_a_row_each_and_marks_a_failure() -> None:
    pane = api_key_mode_panes.keys_pane(TWO_KEYS, ("key", False), 120, LOOK)
    assert (pane.frame.title, pane.frame.is_stale, len(rows(pane))) == ("3 API keys · 2", False, 2)
    down = api_key_mode_panes.keys_pane(failing(TWO_KEYS, AskApiKeyReport(0)), ("key", False), 120, LOOK)
    assert down.frame.is_stale
    assert text(down.frame.note).startswith("▲ ")


def test_the_key_under_the_cursor_is_told_and_copied_without_its_secret() -> None:
    assert api_key_mode_panes.about_pane(1, TWO_KEYS, LOOK).frame.title == "4 Key #1 · mine · sk-123…0000"
    assert [api_key_mode_panes.copied_text(tag) for tag in TAGS] == ["sk-123…0000 mine", "sk-123…0001"]


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
