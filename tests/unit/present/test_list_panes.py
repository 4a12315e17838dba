"""The panes of calls, errors, keys and models, and what stands above them."""

from datetime import timedelta
from decimal import Decimal

import pytest

from tests.unit.present.shown import LOOK, NOTHING_KNOWN, account, failing, lines, rows, text
from tests.unit.samples import NOW, call, failed, key
from tui.domain.failure import Failure, FailureKind
from tui.domain.scope import RangeName, Scope
from tui.domain.usage import DayUsage, FailedCallDetail, Page, Sums
from tui.monitor.calls.log import EVERYTHING, CallsRead
from tui.monitor.questions import AskKeyDays, AskKeys
from tui.monitor.scoped import calls_question, errors_question
from tui.present import calls, calls_pane, drill_down, errors_pane, key_panes, model_page
from tui.present.calls_lines import ListState
from tui.present.calls_pane import CallsState
from tui.present.read_back import ReadPlan
from widgets.facts import Part
from widgets.values import Cell

KEY = Scope().narrowed(key_id=7)
STORM = tuple(failed(number, ago_s=number) for number in range(1, 5))
ERRORS = errors_question(Scope(), NOTHING_KNOWN, NOW)


def told(parts: tuple[Part, ...]) -> str:
    return lines(part.line for part in parts)


# The page of a key


@pytest.mark.parametrize(
    ("kind", "title", "hint"),
    [
        (None, "Days · 30 · UTC", "d days"),
        (FailureKind.UNREACHABLE, "Days · 30 · UTC", "d days"),
        (FailureKind.ENDPOINT_MISSING, "Days · UTC", "t range"),
    ],
)
def test_the_days_of_a_key_are_the_gateways_or_those_of_the_calls(
    kind: FailureKind | None, title: str, hint: str
) -> None:
    known = NOTHING_KNOWN if kind is None else failing(NOTHING_KNOWN, AskKeyDays(7, 30), Failure(kind))
    frame = key_panes.days_pane(7, 30, KEY, known, LOOK).frame
    assert (frame.title, frame.hint) == (title, hint)
    assert frame.is_stale == (kind is FailureKind.UNREACHABLE)


def test_the_days_are_the_servers_and_say_from_when() -> None:
    look = LOOK.in_zone(type(LOOK.zone)("Asia/Shanghai"))
    pane = key_panes.days_pane(7, 7, KEY, account((AskKeyDays(7, 7), (DayUsage("2026-11-24", Sums(1)),))), look)
    assert pane.frame.title == "Days · 7 · UTC · each from 08:00"
    assert len(rows(pane)) == 1


def test_the_limits_name_who_uses_the_key_and_a_key_that_is_gone_has_none() -> None:
    question = calls_question(KEY, NOTHING_KNOWN, NOW, rows=drill_down.LATEST)
    read = CallsRead((call(1, ago_s=9, ip="10.0.0.1", user_agent="claude-cli"),), EVERYTHING, 1, NOW)
    known = account((AskKeys(), (key(7),)), (question, read))
    assert "claude-cli" in key_panes.limits_pane(7, KEY, known, LOOK).frame.hint
    assert key_panes.limits_pane(8, KEY, known, LOOK).lines == ()


def test_the_title_of_a_page_names_what_it_is_about() -> None:
    known = account((AskKeys(), (key(7, "laptop"),)))
    assert told(key_panes.title_parts(7, KEY, known, LOOK)).startswith("Key · laptop")
    assert told(key_panes.title_parts(9, KEY, known, LOOK)).startswith("Key · #9 not in this account")
    assert told(model_page.title_parts("opus", Scope(), known, LOOK)).startswith("Model · opus  last 24 h")


def test_the_number_of_days_that_is_shown_is_marked() -> None:
    model = key_panes.day_choices(14)
    assert model.current == "14"
    assert [choice.label for choice in model.choices][:2] == ["1 day", "7 days"]


# What pages share


def test_the_latest_calls_are_a_row_each_in_the_columns_that_are_there() -> None:
    question = calls_question(KEY, NOTHING_KNOWN, NOW, rows=drill_down.LATEST)
    known = account((question, CallsRead((call(2, ago_s=1), call(1, ago_s=2)), EVERYTHING, 2, NOW)))
    pane = drill_down.calls_pane(KEY, calls.short_columns(), known, LOOK)
    assert (pane.frame.title, pane.frame.hint, len(rows(pane))) == ("Latest calls", "c all", 2)
    assert text(drill_down.calls_pane(KEY, calls.short_columns(), NOTHING_KNOWN, LOOK).empty_text).startswith("waiting")


def test_errors_on_a_page_are_put_together_and_counted() -> None:
    pane = drill_down.errors_pane(Scope(), account((ERRORS, Page(STORM, 4))), LOOK)
    assert pane.frame.title == "Errors · 4 · last 24 h"
    assert len(rows(pane)) == 1
    assert drill_down.errors_pane(Scope(), NOTHING_KNOWN, LOOK).frame.title == "Errors · – · last 24 h"


# The error list


@pytest.mark.parametrize(
    ("is_grouped", "needle", "title", "hint", "count"),
    [
        (True, "", "Errors · 4 · 1 group", "o one by one", 1),
        (False, "", "Errors · 4", "o storms", 4),
        (True, "slow", "Errors · 4 · 1 group · /slow", "o one by one", 1),
        (True, "nothing", "Errors · 0 · 0 groups · /nothing", "o one by one", 0),
    ],
)
def test_errors_are_listed_together_or_one_by_one(
    is_grouped: bool, needle: str, title: str, hint: str, count: int
) -> None:
    known = account((ERRORS, Page(STORM, 4)))
    found = errors_pane.matching(Scope(), needle, known, LOOK)
    pane = errors_pane.list_pane(Scope(), found, needle, known, LOOK, is_grouped=is_grouped)
    assert (pane.frame.title, pane.frame.hint, len(rows(pane))) == (title, hint, count)


def test_errors_that_are_not_known_are_not_counted() -> None:
    pane = errors_pane.list_pane(Scope(), (), "", NOTHING_KNOWN, LOOK, is_grouped=True)
    assert pane.frame.title == "Errors · –"
    assert text(pane.empty_text) == "the errors are being read …"


def test_the_inspector_is_empty_without_an_error_and_copies_the_body_where_it_is_known() -> None:
    assert errors_pane.inspector_pane(None, NOTHING_KNOWN, LOOK).lines == ()
    error = failed(1, message="slow down")
    assert "slow down" in lines(errors_pane.inspector_pane(error, NOTHING_KNOWN, LOOK).lines)
    assert errors_pane.copied_text(error, None) == "slow down"
    assert errors_pane.copied_text(error, FailedCallDetail(error, '{"error": 1}', 429)) == '{"error": 1}'
    assert errors_pane.copied_text(error, FailedCallDetail(error, "", 429)) == "slow down"


# The call list

QUESTION = calls_question(Scope(RangeName.D7), NOTHING_KNOWN, NOW)
LIST = ListState(3, Decimal(1), "", ReadPlan(3, 10), NOW - timedelta(hours=1), is_complete=False)
NEWEST = CallsState(("at", True), 0, True)


@pytest.mark.parametrize(
    ("shown", "title", "hint"),
    [
        (NEWEST, "Calls · TIME ▼", "following ●"),
        (CallsState(("billed", False), 0, False), "Calls · BILLED $ ▲", "F follows"),
        (CallsState(("at", True), 5, False), "Calls · TIME ▼", "+5 new, F follows"),
    ],
)
def test_the_call_list_tells_its_order_and_whether_it_follows(shown: CallsState, title: str, hint: str) -> None:
    frame = calls_pane.frame(shown, LIST, QUESTION, NOTHING_KNOWN, LOOK)
    assert (frame.title, frame.hint, frame.is_stale) == (title, hint, False)


def test_the_note_of_the_call_list_tells_first_what_a_person_began() -> None:
    exporting = CallsState(("at", True), 0, True, (Cell("exporting"),))
    reading = ListState(3, Decimal(1), "", ReadPlan(3, 10), NOW, is_complete=False, is_reading=True)
    down = failing(NOTHING_KNOWN, QUESTION)

    def note(shown: CallsState, state: ListState, known: object = NOTHING_KNOWN) -> str:
        return text(calls_pane.frame(shown, state, QUESTION, known, LOOK).note)  # type: ignore[arg-type]

    assert note(exporting, reading) == "exporting"
    assert note(NEWEST, reading).startswith("reading back, esc stops: 3 of 10 calls")
    assert note(NEWEST, reading, down).startswith("▲ "), "reading back does not go on"
    assert note(NEWEST, LIST) == ""


def test_a_filter_has_a_line_of_its_own_only_while_there_is_one() -> None:
    assert calls_pane.filter_parts(LIST) == ()
    filtered = ListState(3, Decimal(1), "model:opus", ReadPlan(3, 10), NOW, is_complete=True)
    assert told(calls_pane.filter_parts(filtered)).splitlines() == ["/ model:opus", "3 match · $1.00", "esc clears"]


@pytest.mark.parametrize(("request_id", "copied"), [("req-1", "req-1"), (None, "5")])
def test_a_call_is_copied_by_what_the_gateway_calls_it(request_id: str | None, copied: str) -> None:
    assert calls_pane.copied_text(call(5, request_id=request_id)) == copied
