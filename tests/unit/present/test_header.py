"""The first line and the marks of the trend."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from msgspec.structs import replace

from tests.unit.samples import NOW, PLAN, key
from tests.unit.triage.test_incidents import finding
from tui.domain.account import Profile
from tui.domain.capabilities import Capabilities, Capability, Lack
from tui.domain.failure import Failure, FailureKind
from tui.gateway.budget import BudgetUse
from tui.monitor.burn import BASE_CALLS, Burn
from tui.monitor.calls.log import CallsRead
from tui.monitor.events import Answered, Event, QuestionFailed, Spent
from tui.monitor.question import Question
from tui.monitor.questions import AskErrors, AskKeyHistory, AskKeys, AskProfile, AskSite, AskTotals
from tui.monitor.reduce import reduce
from tui.monitor.snapshot import Snapshot
from tui.present import header
from tui.present.display_context import DisplayContext
from tui.present.playing import Playing
from tui.triage.baselines import Baseline, HistoryDepth
from tui.triage.forecast import Forecast
from tui.triage.report import Report
from tui.triage.spikes import FlaggedHour, Spike
from widgets.facts import Part, laid_out
from widgets.values import Align, Cell, Emphasis

LOOK = DisplayContext(NOW, ZoneInfo("UTC"))
HOUR = timedelta(hours=1)
THIS_HOUR = NOW.replace(minute=0, second=0, microsecond=0)
EMPTY = Snapshot("https://gateway.example", ZoneInfo("UTC"))
KNOWN = reduce(EMPTY, Answered(AskProfile(), Profile(1, "a@b.c", "lin", Decimal("23.41")), NOW))
USUAL = Forecast(NOW + timedelta(days=9, hours=3))
CALM = Report(NOW, forecast=USUAL)
SPIKE = Spike(
    THIS_HOUR, (FlaggedHour(THIS_HOUR, 9.0, Baseline(1.0, 0.5, HistoryDepth.FULL), 2.0),), True, HistoryDepth.FULL
)
SOON = replace(USUAL, current_empty_at=NOW + timedelta(hours=1, minutes=14))
WILD = Report(NOW, (finding(SPIKE, None, None, NOW),), forecast=SOON)


def words(report: Report | None, *, is_narrow: bool = False) -> str:
    """The right side in one text."""
    found = header.right(KNOWN, LOOK, report, is_narrow=is_narrow)
    return "  ".join("".join(cell.text for cell in line) for _rank, line in found)


@pytest.mark.parametrize(
    ("report", "told"),
    [
        (None, "empty –"),
        (CALM, "empty ≈ 12-03 (9 d)"),
        (Report(NOW, forecast=Forecast()), "empty > 60 d"),
        (WILD, "at the usual pace ≈ 12-03 (9 d)  balance $23.41  burn –  empty ≈ 06:45 (1 h 14 min) ■"),
    ],
)
def test_the_header_tells_both_times_to_empty_while_a_spike_fires(report: Report | None, told: str) -> None:
    assert told in words(report)


@pytest.mark.parametrize(
    ("report", "usd_per_h", "told_h"),
    [
        (WILD, 10, 74 / 60),
        (WILD, 150, 0.1),
        (CALM, 150, (9 * 24) + 3),
        (None, 150, 0.1),
    ],
)
def test_an_incident_empties_the_wallet_no_later_than_at_the_measured_rate(
    report: Report | None, usd_per_h: int, told_h: float
) -> None:
    """A forecast does not scale up an hour; without an incident the last minutes say nothing of the days to come."""
    balance = Decimal(15)
    burn = Burn(Decimal(usd_per_h), timedelta(minutes=15), NOW + timedelta(hours=float(balance / usd_per_h)))
    at = header.empty_at(burn, balance, LOOK, report)
    assert at is not None
    assert (at - NOW) / HOUR == pytest.approx(told_h)


def test_a_narrow_header_keeps_the_figures_and_leaves_the_words() -> None:
    assert words(WILD, is_narrow=True) == f"$23.41    empty {(NOW + timedelta(minutes=74)):%H:%M} ■"


@pytest.mark.parametrize("is_narrow", [True, False])
def test_long_names_leave_room_for_how_fresh_it_is(is_narrow: bool) -> None:
    long = replace(Profile(1, "a@b.c", "lin", Decimal("23.41")), username="客" * 100)
    read_only = Capabilities().without(Lack.READ_ONLY, Capability.ACTIONS)
    site = Snapshot(f"https://{'gateway' * 20}.example", ZoneInfo("UTC"), capabilities=read_only)
    snapshot = reduce(site, Answered(AskProfile(), long, NOW))
    state = header.HeaderState()
    parts = tuple(Part(line, rank) for rank, line in header.left(snapshot, state, LOOK, is_narrow=is_narrow))
    money = header.right(snapshot, LOOK, WILD, is_narrow=is_narrow)
    parts += tuple(Part(line, rank, Align.RIGHT) for rank, line in money)
    line = "".join(cell.text for cell in laid_out(parts, 70 if is_narrow else 140, 3))
    assert all(text in line for text in ("● live", "$23.41", "■"))


@pytest.mark.parametrize(("name", "width", "has_words"), [("lin", 130, True), ("lin" * 9, 100, False)])
def test_long_names_cost_the_words_before_a_figure(name: str, width: int, has_words: bool) -> None:
    profile = replace(Profile(1, "a@b.c", "lin", Decimal("23.41")), username=name)
    snapshot = reduce(
        Snapshot("https://panel.gateway.example.com", ZoneInfo("UTC")), Answered(AskProfile(), profile, NOW)
    )
    parts = header.parts(snapshot, header.HeaderState(width=width), LOOK, WILD)
    line = "".join(cell.text for cell in laid_out(parts, width - 2))
    assert ("balance" in line) == has_words
    assert all(text in line for text in ("● live", "$23.41", "empty", "■"))


def test_one_line_says_what_is_the_matter() -> None:
    line = header.one_line(KNOWN, LOOK, WILD)
    assert "".join(cell.text for cell in line).startswith("aktop $23.41 empty ")


BROKEN = Failure(FailureKind.SERVER_ERROR)
TOTALS = AskTotals((NOW.date(), NOW.date()))
SHOWN = header.HeaderState(shown=(BASE_CALLS, TOTALS, AskKeyHistory(7), AskSite()))


SPENT, FREE = BudgetUse(30, 30, 30, 120, 0.0), BudgetUse(3, 30, 3, 120, 0.0)


def freshness(*events: Event, now: datetime = NOW, is_active: bool = True, use: BudgetUse = FREE) -> str:
    """What the header says of an account that answers, over figures of which those things were heard."""
    snapshot = KNOWN
    for event in (*events, Answered(AskProfile(), Profile(1, "a@b.c", "lin", Decimal(1)), now)):
        snapshot = reduce(snapshot, event)
    active_at = now if is_active else NOW - HOUR
    return header.freshness(replace(snapshot, active_at=active_at, budget=use), SHOWN, now).text


def read(question: Question[Any], at: datetime = NOW) -> Event:
    return Answered(question, CallsRead((), NOW - HOUR, 0, at) if question == BASE_CALLS else None, at)


@pytest.mark.parametrize(
    ("events", "told"),
    [
        ((), "● live"),
        ((read(BASE_CALLS), read(TOTALS)), "● live"),
        ((read(TOTALS), QuestionFailed(TOTALS, BROKEN, NOW, NOW)), "▲ totals: error in the gateway"),
        ((QuestionFailed(BASE_CALLS, BROKEN, NOW, NOW),), "▲ calls: error in the gateway"),
        ((QuestionFailed(TOTALS, Failure(FailureKind.ENDPOINT_MISSING), NOW, NOW),), "● live"),
        ((QuestionFailed(AskKeyHistory(7), BROKEN, NOW, NOW),), "● live"),
        ((QuestionFailed(AskErrors((NOW.date(), NOW.date())), BROKEN, NOW, NOW),), "● live"),
    ],
)
def test_live_is_what_is_shown_and_not_the_connection(events: tuple[Event, ...], told: str) -> None:
    assert freshness(*events) == told


@pytest.mark.parametrize(
    ("later", "is_active", "use", "told"),
    [
        (timedelta(seconds=50), True, SPENT, "● live"),
        (timedelta(minutes=5), True, SPENT, "◌ calls 5 min old"),
        (timedelta(minutes=5), True, replace(FREE, blocked_for_s=9.0), "◌ calls 5 min old"),
        (timedelta(minutes=5), True, FREE, "● live"),
        (timedelta(minutes=5), False, SPENT, "● live"),
    ],
)
def test_figures_that_the_request_limit_holds_up_are_not_live(
    later: timedelta, is_active: bool, use: BudgetUse, told: str
) -> None:
    assert freshness(read(BASE_CALLS), read(TOTALS), now=NOW + later, is_active=is_active, use=use) == told


def test_when_it_was_all_well_is_that_of_the_figures_that_failed() -> None:
    snapshot = reduce(KNOWN, read(TOTALS, NOW - HOUR))
    snapshot = reduce(snapshot, QuestionFailed(TOTALS, BROKEN, NOW, NOW + timedelta(seconds=20)))
    line = "".join(cell.text for _rank, part in header.left(snapshot, SHOWN, LOOK) for cell in part)
    assert f"as of {NOW - HOUR:%H:%M:%S} · next try in 20 s" in line


@pytest.mark.parametrize(
    ("state", "is_narrow", "is_told"),
    [
        (SHOWN, False, True),
        (SHOWN, True, False),
        (replace(SHOWN, is_paused=True), False, False),
        (replace(SHOWN, playing=Playing()), False, False),
    ],
)
def test_what_stands_still_promises_no_next_try(state: header.HeaderState, is_narrow: bool, is_told: bool) -> None:
    snapshot = reduce(KNOWN, QuestionFailed(TOTALS, BROKEN, NOW, NOW + timedelta(seconds=20)))
    parts = header.left(snapshot, state, LOOK, is_narrow=is_narrow)
    assert ("next try in 20 s" in "".join(cell.text for _rank, part in parts for cell in part)) == is_told


@pytest.mark.parametrize(
    ("lack", "capability", "word"),
    [
        (Lack.READ_ONLY, Capability.ACTIONS, "read-only"),
        (Lack.SIMPLE_MODE, Capability.BALANCE, "no billing (simple mode)"),
    ],
)
def test_what_the_source_cannot_do_is_said(lack: Lack, capability: Capability, word: str) -> None:
    def said(capabilities: Capabilities) -> str:
        snapshot = replace(KNOWN, capabilities=capabilities)
        return "".join(cell.text for _rank, line in header.left(snapshot, SHOWN, LOOK) for cell in line)

    assert word not in said(Capabilities())
    assert word in said(Capabilities().without(lack, capability))


@pytest.mark.parametrize("width", [38, 49, 58, 78, 118])
def test_a_recording_is_told_at_every_width(width: int) -> None:
    state = header.HeaderState(width=width, playing=Playing())
    parts = header.parts(KNOWN, state, LOOK, WILD)
    line = "".join(cell.text for cell in laid_out(parts, width, 3))
    assert "▶ recording" in line
    assert "$23.41" in line
    assert (f"{NOW:%H:%M:%S}" in line) == (width > 50)


def parts_of(found: tuple[header.Ranked, ...]) -> list[tuple[int, str]]:
    """Each part with its rank."""
    return [(rank, "".join(cell.text for cell in line)) for rank, line in found]


BUSY = reduce(KNOWN, Spent(BudgetUse(3, 30, 3, 120, 0.0)))


def test_the_left_side_says_whose_figures_these_are_how_fresh_and_what_they_cost() -> None:
    state = header.HeaderState(guard=(Cell("guard on"),), machine_ahead=HOUR)
    assert parts_of(header.left(BUSY, state, LOOK)) == [
        (0, "aktop  lin · gateway.example "),
        (1, "● live"),
        (2, "▲ clock 1 h fast"),
        (3, "guard on"),
        (4, "budget 3/30"),
    ]
    assert parts_of(header.left(BUSY, header.HeaderState(is_demo=True), LOOK))[0] == (0, "aktop  lin · demo ")
    assert parts_of(header.left(BUSY, header.HeaderState(), LOOK, is_narrow=True)) == [
        (0, "aktop lin "),
        (2, "● live"),
        (4, "3/30"),
    ]


@pytest.mark.parametrize(
    ("profile", "name"),
    [
        (None, "–"),
        (Profile(1, "a@b.c", "", Decimal(1)), "a"),
        (Profile(1, "a@b.c", "lin", Decimal(1)), "lin"),
        (Profile(1, "a@b.c", "l" * 30, Decimal(1)), "l" * 19 + "…"),
    ],
)
def test_a_person_is_named_as_far_as_there_is_room(profile: Profile | None, name: str) -> None:
    known = EMPTY if profile is None else reduce(EMPTY, Answered(AskProfile(), profile, NOW))
    assert parts_of(header.left(known, header.HeaderState(), LOOK))[0] == (0, f"aktop  {name} · gateway.example ")


@pytest.mark.parametrize(("used", "emphasis"), [(29, Emphasis.MUTED), (30, Emphasis.WARNING)])
def test_a_budget_that_is_used_up_stands_out(used: int, emphasis: Emphasis) -> None:
    spent = reduce(KNOWN, Spent(BudgetUse(used, 30, used, 120, 0.0)))
    assert header.left(spent, header.HeaderState(), LOOK)[-1][1][0].emphasis is emphasis


@pytest.mark.parametrize(
    ("ahead_s", "word"),
    [
        (0, ""),
        (4.9, ""),
        (-4.9, ""),
        (5, "▲ clock 5 s fast"),
        (-5, "▲ clock 5 s slow"),
        (-7200, "▲ clock 2 h slow"),
    ],
)
def test_a_clock_that_is_wrong_is_told(ahead_s: float, word: str) -> None:
    assert header.clock_word(timedelta(seconds=ahead_s)) == word


@pytest.mark.parametrize(
    ("age_s", "is_held", "told", "emphasis"),
    [
        (12.5, False, "● live", Emphasis.GOOD),
        (12.6, False, "◌ 10 s old", Emphasis.WARNING),
        (12.6, True, "▲ rate limited · 10 s", Emphasis.WARNING),
        (25, False, "◌ 20 s old", Emphasis.WARNING),
        (25.1, False, "◌ 20 s old", Emphasis.CRITICAL),
    ],
)
def test_figures_age_by_the_interval_at_which_they_are_asked(
    age_s: float, is_held: bool, told: str, emphasis: Emphasis
) -> None:
    held = reduce(KNOWN, Spent(BudgetUse(3, 30, 3, 120, 9.0 if is_held else 0.0)))
    cell = header.freshness(held, header.HeaderState(interval_s=5.0), NOW + timedelta(seconds=age_s))
    assert (cell.text, cell.emphasis) == (told, emphasis)
    assert header.freshness(held, header.HeaderState(is_paused=True), NOW).text == "‖ paused"
    assert header.freshness(EMPTY, header.HeaderState(), NOW).text == "○ connecting"


@pytest.mark.parametrize(
    ("left_h", "told"),
    [
        (None, "> 60 d"),
        (60 * 24, "≈ 01-23 (60 d)"),
        (60 * 24 + 1, "> 60 d"),
        (0, "now"),
        (47.9, "≈ 11-26 05:25 (1 d 23 h)"),
        (48, "≈ 11-26 (2 d)"),
        (66, "≈ 11-27 (3 d)"),
        (61, "≈ 11-26 (2.5 d)"),
    ],
)
def test_a_forecast_is_a_moment_and_further_off_half_a_day(left_h: float | None, told: str) -> None:
    at = None if left_h is None else NOW + left_h * HOUR
    assert header.when_empty(at, LOOK) == told


@pytest.mark.parametrize(
    ("left_h", "emphasis"),
    [(5.9, Emphasis.CRITICAL), (6, Emphasis.WARNING), (71.9, Emphasis.WARNING), (72, Emphasis.NORMAL)],
)
def test_how_soon_a_wallet_is_empty_stands_out(left_h: float, emphasis: Emphasis) -> None:
    burn = Burn(Decimal(1), HOUR, NOW + left_h * HOUR)
    assert header.empty_cell(burn, Decimal(9), LOOK).emphasis is emphasis


def test_nothing_spent_nothing_known_and_nothing_left() -> None:
    def told(burn: Burn | None, balance: int | None) -> str:
        return header.empty_cell(burn, None if balance is None else Decimal(balance), LOOK).text

    calm = Burn(Decimal(0), HOUR, None)
    assert (told(calm, 9), told(None, 9), told(None, None), told(calm, 0)) == ("no spend now", "–", "–", "now ■")


def test_an_empty_wallet_stands_out_and_frozen_money_is_told() -> None:
    empty = reduce(EMPTY, Answered(AskProfile(), Profile(1, "a@b.c", "lin", Decimal(0), Decimal(2)), NOW))
    found = header.right(empty, LOOK, WILD)
    assert parts_of(found) == [(0, "balance $0.00"), (5, "$2.00 frozen"), (2, "burn –"), (1, "empty now ■")]
    assert found[0][1][1].emphasis is Emphasis.CRITICAL
    plan = reduce(empty, Answered(AskKeys(), (key(7, group=PLAN),), NOW))
    found = header.right(plan, LOOK)
    assert parts_of(found)[-1] == (3, "no key draws on it")
    assert found[0][1][1].emphasis is Emphasis.STRONG
    assert parts_of(header.right(plan, LOOK, is_narrow=True)) == [(0, "$0.00"), (2, ""), (1, "no key draws on it")]
