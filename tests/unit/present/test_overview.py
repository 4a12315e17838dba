"""The panes of the overview."""

from datetime import timedelta
from decimal import Decimal

import pytest

from tests.unit.present.shown import LOOK, NOTHING_KNOWN, account, failing, rows, text
from tests.unit.samples import NOW, failed, key
from tui.domain.failure import Failure, FailureKind
from tui.domain.keys import ApiKey, KeyCost
from tui.domain.scope import Scope
from tui.domain.usage import Page
from tui.monitor.questions import AskKeyCosts, AskKeys
from tui.monitor.scoped import errors_question
from tui.present import keys, overview
from tui.present.overview import KeyTableState

BY_TODAY = KeyTableState(("today", True), "", 120)
KEYS = (key(1, "laptop"), key(2, "batch"))
COSTS = {1: KeyCost(Decimal(1), Decimal(10)), 2: KeyCost(Decimal(5), Decimal(50))}
KNOWN = account((AskKeys(), KEYS), (AskKeyCosts(), COSTS))


def title(state: KeyTableState = BY_TODAY, found: tuple[ApiKey, ...] | None = KEYS) -> str:
    snapshot = KNOWN if found is None else account((AskKeys(), found), (AskKeyCosts(), COSTS))
    return overview.keys_pane(state, None, snapshot, LOOK).frame.title


@pytest.mark.parametrize(
    ("state", "told"),
    [
        (BY_TODAY, "3 Keys · 2 · by TODAY ▼"),
        (KeyTableState(("name", False), "", 120), "3 Keys · 2 · by KEY ▲"),
        (KeyTableState(("today", True), "lap", 120), "3 Keys · 1/2 · by TODAY ▼ · /lap"),
        (KeyTableState(("month", True), "", 80), "3 Keys · 2 · by 30 D ▼"),
    ],
)
def test_the_title_of_the_keys_tells_how_many_and_in_which_order(state: KeyTableState, told: str) -> None:
    assert title(state) == told


def test_how_many_keys_there_are_is_not_known_before_they_were_read() -> None:
    pane = overview.keys_pane(BY_TODAY, None, NOTHING_KNOWN, LOOK)
    assert pane.frame.title.startswith("3 Keys · – ·")
    assert text(pane.empty_text) == "the keys are being read …"


@pytest.mark.parametrize(
    ("found", "needle", "told"), [((), "", "This account has no keys."), (KEYS, "nothing", "no key matches")]
)
def test_a_table_without_rows_says_why(found: tuple[ApiKey, ...], needle: str, told: str) -> None:
    pane = overview.keys_pane(KeyTableState(("today", True), needle, 120), None, account((AskKeys(), found)), LOOK)
    assert (rows(pane), text(pane.empty_text)) == ([], told)


@pytest.mark.parametrize(("width", "is_shown"), [(keys.WIDE, True), (keys.WIDE - 1, False)])
def test_last_models_are_found_where_they_are_shown(
    width: int, is_shown: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tui.present.key_lines._last_models", lambda *_: {1: "claude-opus-4-5"})
    pane = overview.keys_pane(KeyTableState(("today", True), "", width), None, KNOWN, LOOK)
    assert ("claude-opus-4-5" in "".join(rows(pane))) is is_shown


@pytest.mark.parametrize("question", [AskKeys(), AskKeyCosts()])
def test_keys_or_costs_that_could_not_be_read_again_stay_and_are_marked(question: AskKeys | AskKeyCosts) -> None:
    pane = overview.keys_pane(BY_TODAY, None, failing(KNOWN, question), LOOK)
    assert len(rows(pane)) == 2
    assert pane.frame.is_stale
    assert text(pane.frame.note).startswith("▲ as of ")


def test_the_errors_say_how_many_they_are_and_of_which_range() -> None:
    question = errors_question(Scope(), NOTHING_KNOWN, NOW)
    known = account((question, Page((failed(1, ago_s=5), failed(2, ago_s=60)), 2)))
    pane = overview.errors_pane(Scope(), known, LOOK)
    assert pane.frame.title == "4 Errors · 2 · last 24 h"
    assert not pane.frame.is_stale
    assert rows(pane)


def test_errors_that_are_counted_and_not_sent_are_not_none() -> None:
    question = errors_question(Scope(), NOTHING_KNOWN, NOW)
    cut = account((question, Page((), 2, missing=2)))
    for known in (cut, failing(cut, question)):
        pane = overview.errors_pane(Scope(), known, LOOK)
        assert pane.frame.title.startswith("4 Errors · 0+ ·")
        assert "no errors" not in text(pane.empty_text)


@pytest.mark.parametrize(("hours_ago", "told"), [(25, "no errors"), (23, "none among the latest 1 of 3")])
def test_no_error_of_a_kind_among_the_latest_is_told_as_that(hours_ago: int, told: str) -> None:
    scope = Scope(error_category="other")
    latest = failed(1, ago_s=hours_ago * 3600, category="upstream")
    known = account((errors_question(scope, NOTHING_KNOWN, NOW), Page((latest,), 3, is_last=False)))
    assert text(overview.errors_pane(scope, known, LOOK).empty_text) == told


def test_errors_that_were_never_read_are_not_none() -> None:
    pane = overview.errors_pane(Scope(), failing(NOTHING_KNOWN, errors_question(Scope(), NOTHING_KNOWN, NOW)), LOOK)
    assert pane.frame.title.startswith("4 Errors · – ·")
    assert not pane.frame.is_stale, "there is nothing that could be old"
    assert "no errors" not in text(pane.empty_text)


@pytest.mark.parametrize(
    ("kind", "told"),
    [
        (FailureKind.ENDPOINT_MISSING, "This gateway has no error list for users"),
        (FailureKind.ERRORS_HIDDEN, "does not share its error list with users"),
    ],
)
def test_errors_that_the_source_does_not_tell_say_why(kind: FailureKind, told: str) -> None:
    question = errors_question(Scope(), NOTHING_KNOWN, NOW)
    pane = overview.errors_pane(Scope(), failing(NOTHING_KNOWN, question, Failure(kind)), LOOK)
    assert told in text(pane.empty_text)


def test_what_was_read_a_minute_ago_says_so() -> None:
    old = account((AskKeys(), KEYS), at=NOW - timedelta(minutes=5))
    assert text(overview.keys_pane(BY_TODAY, None, old, LOOK).frame.note) == "as of 05:26"
    assert overview.keys_pane(BY_TODAY, None, KNOWN, LOOK).frame.note == ()
