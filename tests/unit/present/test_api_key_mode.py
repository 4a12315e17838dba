"""API keys alone in the presenters of an account: their state, what they report, and what must not leave the header."""

from datetime import datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from tests.unit.present.shown import LOOK, failing, lines, rows, text
from tests.unit.samples import NOW
from tui.domain.account import PlanWindow, Site
from tui.domain.api_key_mode import ApiKeyPrice, ApiKeyReport, ApiKeyTag, OwnLimits, OwnPlan
from tui.domain.capabilities import API_KEY_MODE
from tui.domain.failure import Failure, FailureKind
from tui.domain.keys import SpendWindow, WindowName
from tui.domain.scope import HourRange, RangeName, Scope
from tui.domain.usage import DayUsage, Sums
from tui.monitor.api_key_mode import AskApiKeyPrice, AskApiKeyReport, api_key_questions, with_answers_of_keys
from tui.monitor.events import Answered, Event, QuestionFailed
from tui.monitor.questions import AskKeyCosts, AskKeys, AskProfile, AskSite
from tui.monitor.reduce import reduce
from tui.monitor.scoped import told_scope, usage_of
from tui.monitor.snapshot import Snapshot
from tui.present import api_key_mode, api_key_mode_details, header, key_names, keys, overview, usage_panes
from tui.present.header import HeaderState
from tui.present.key_lines import key_lines
from tui.present.overview import KeyTableState
from tui.present.trend import Metric
from widgets.facts import laid_out

TAGS = tuple(ApiKeyTag(place, f"sk-123…{place:04}", label) for place, label in enumerate(("mine", "", "third", "4th")))
URL = "https://a-gateway-with-a-long-name.example:8443"
SNAPSHOT = with_answers_of_keys(Snapshot(URL, ZoneInfo("UTC"), capabilities=API_KEY_MODE, api_keys=TAGS))
MONTH = Scope(RangeName.D30)
SUMS = Sums(3, 10, 20, 0, 0, Decimal(2), Decimal(1))
TODAY = f"{NOW.astimezone(ZoneInfo('UTC')).date()}"
WALLET = ApiKeyReport(balance_usd=Decimal(7), today=SUMS, total=SUMS, days=(DayUsage(TODAY, SUMS),), models=())
PLAN = OwnPlan("max", True, Decimal(5), (PlanWindow("1d", Decimal(10), Decimal(9), None),))
A_DAY = SpendWindow(WindowName.ONE_DAY, Decimal(4), Decimal(1), None)
LIMITS = OwnLimits("active", Decimal(10), Decimal(4), (A_DAY,))


def told(place: int, report: ApiKeyReport) -> Event:
    return Answered(AskApiKeyReport(place), report, NOW)


def refused(place: int, kind: FailureKind) -> Event:
    return QuestionFailed(AskApiKeyReport(place), Failure(kind), NOW, NOW + timedelta(seconds=10))


def after(*events: Event) -> Snapshot:
    snapshot = SNAPSHOT
    for event in events:
        snapshot = reduce(snapshot, event)
    return snapshot


@pytest.mark.parametrize(
    ("event", "state", "kind", "left", "limit"),
    [
        (None, "asking …", "–", "–", "–"),
        (told(0, WALLET), "answers", "wallet", "$7.00", "–"),
        (told(0, ApiKeyReport(balance_usd=Decimal(0))), "no balance", "wallet", "$0.00", "–"),
        (told(0, ApiKeyReport(balance_usd=Decimal(-1))), "no balance", "wallet", "−$1.00", "–"),
        (told(0, ApiKeyReport(balance_usd=Decimal(1), is_valid=False)), "not valid", "wallet", "$1.00", "–"),
        (told(0, ApiKeyReport(plan=PLAN)), "answers", "max", "$5.00", "1d 90 %"),
        (told(0, ApiKeyReport(plan=OwnPlan("max"))), "no plan", "max", "–", "plan"),
        (told(0, ApiKeyReport(plan=OwnPlan("", True, Decimal(0)))), "plan used up", "plan", "$0.00", "plan"),
        (told(0, ApiKeyReport(limits=LIMITS)), "active", "own limits", "$6.00", "quota 40 %"),
        (told(0, ApiKeyReport(limits=OwnLimits("active", expires_at=NOW))), "expired", "own limits", "–", "–"),
        (told(0, ApiKeyReport(limits=OwnLimits("disabled"))), "inactive", "own limits", "–", "–"),
        (refused(0, FailureKind.KEY_DISABLED), "API key disabled", "–", "–", "–"),
        (refused(0, FailureKind.KEY_INVALID), "API key not known", "–", "–", "–"),
        (refused(0, FailureKind.UNREACHABLE), "gateway unreachable", "–", "–", "–"),
    ],
)
def test_a_row_says_what_calls_would_meet(event: Event | None, state: str, kind: str, left: str, limit: str) -> None:
    snapshot = after(*([event] if event else []))
    pane = overview.keys_pane(KeyTableState(("name", False), "", 140), None, snapshot, LOOK)
    row = next(row for row in rows(pane) if "mine |" in row)
    cells = dict(zip([column.id for column in pane.columns], row.split(" | "), strict=True))
    assert (cells["status"], cells["kind"], cells["left"], cells["limit"]) == (state, kind, left, limit)


def test_the_answers_of_keys_stand_for_those_of_an_account() -> None:
    assert [key.name for key in SNAPSHOT.data(AskKeys()) or ()] == ["mine", "sk-123…0001", "third", "4th"]
    assert SNAPSHOT.feed(AskProfile()).is_waiting
    assert SNAPSHOT.data(AskKeyCosts()) is None
    snapshot = after(
        told(0, WALLET), told(1, ApiKeyReport(balance_usd=Decimal(3))), told(2, ApiKeyReport(limits=LIMITS))
    )
    profile = snapshot.data(AskProfile())
    assert profile is not None
    assert profile.balance_usd == 3
    costs = snapshot.data(AskKeyCosts()) or {}
    assert (set(costs), costs[1].today_usd, costs[1].last_30_days_usd) == ({1}, 1, 1)
    assert "$3.00 … $7.00" in first_line(snapshot, 140)
    assert SNAPSHOT.data(AskProfile()) is None


def test_a_refused_key_is_no_failure_of_the_others() -> None:
    snapshot = after(told(0, WALLET), refused(1, FailureKind.KEY_INVALID))
    assert snapshot.feed(AskKeys()).failure is None
    alone = after(refused(0, FailureKind.KEY_INVALID), refused(1, FailureKind.KEY_INVALID))
    assert alone.feed(AskKeys()).failure is None  # two were not heard yet
    whole = after(*(refused(place, FailureKind.KEY_INVALID) for place in range(4)))
    assert whole.feed(AskKeys()).failure == Failure(FailureKind.KEY_INVALID)
    assert "API key not known" in first_line(whole, 140)


def test_keys_without_wallet_report_no_balance() -> None:
    assert "balance –" in first_line(SNAPSHOT, 140)
    assert "balance not told" in first_line(after(told(0, ApiKeyReport(limits=LIMITS))), 140)


def test_prices_are_asked_only_of_keys_that_answered() -> None:
    def asked(snapshot: Snapshot) -> set[int]:
        found = api_key_questions(MONTH, snapshot, NOW)
        return {one.place for one in found if isinstance(one, AskApiKeyPrice)}

    assert asked(SNAPSHOT) == set()
    assert asked(after(told(0, WALLET), refused(1, FailureKind.KEY_INVALID))) == {0}


def test_usage_is_of_whole_days_and_says_how_many_keys_report_them() -> None:
    snapshot = after(told(0, WALLET))
    usage = usage_of(MONTH, snapshot, NOW)
    assert usage.sums == SUMS
    assert len(usage.trend or ()) == 30
    part = usage_of(Scope(HourRange(NOW - timedelta(hours=1), NOW)), snapshot, NOW)
    assert (part.sums, part.trend) == (None, None)
    assert api_key_mode.part_word(MONTH, snapshot, LOOK) == "1 of 4 keys"
    assert api_key_mode.part_word(MONTH.narrowed(key_id=1), snapshot, LOOK) == ""


def test_a_scope_of_another_account_keeps_what_keys_report() -> None:
    wide = Scope().narrowed(key_id=2, model="x")
    assert told_scope(wide, API_KEY_MODE) == MONTH.narrowed(key_id=2)


def test_an_old_gateway_is_why_there_are_no_days() -> None:
    old = ApiKeyReport(balance_usd=Decimal(1), is_old=True)
    snapshot = after(Answered(AskSite(), Site(version="0.1.83"), NOW), told(0, old))
    usage = usage_of(MONTH, snapshot, NOW)
    pane = usage_panes.marked_trend_pane(MONTH, usage, Metric.BILLED, None, snapshot, LOOK)
    assert "this gateway (0.1.83) does not tell a key its days" in text(pane.empty_text)
    assert "no days, models, limits or prices" in " ".join(map(text, api_key_mode_details.blind_spots(snapshot)))


def test_days_are_the_servers() -> None:
    zone = "Asia/Shanghai"
    snapshot = after(Answered(AskSite(), Site(time_zone=zone), NOW), told(0, WALLET))
    pane = usage_panes.marked_trend_pane(MONTH, usage_of(MONTH, snapshot, NOW), Metric.BILLED, None, snapshot, LOOK)
    assert zone in pane.frame.title
    scope, *_totals = overview.title_parts(MONTH, usage_of(MONTH, snapshot, NOW), snapshot, LOOK)
    assert "30 days of the server" in text(scope.line)


def test_all_that_a_key_reports() -> None:
    price = ApiKeyPrice(Decimal("0.8"), Decimal(1), Decimal("0.8"), Decimal(2), "18–20", "Asia/Shanghai")
    snapshot = after(told(0, WALLET), Answered(AskApiKeyPrice(0), price, NOW), told(1, ApiKeyReport(plan=PLAN)))
    snapshot = reduce(snapshot, told(2, ApiKeyReport(limits=LIMITS)))
    wallet, plan, limits, unread = (
        api_key_mode_details.pane(key, snapshot, LOOK) for key in snapshot.data(AskKeys()) or ()
    )
    assert wallet.frame.title == "4 Key #1 · mine · sk-123…0000"
    assert unread.frame.title == "4 Key #4 · 4th · sk-123…0003"
    for pane, words in (
        (wallet, ("$7.00", "×0.8 of the list price", "yours ×0.8 · peak ×2 now", "$1.00   3 calls", "kept calls")),
        (plan, ("max  $5.00 left", "day", "90 %")),
        (limits, ("● active", "expires never", "up to 5½ min old", "1 d limit", "not told to keys with limits")),
        (unread, ("waiting for the gateway …", "sign in: aktop login --url")),
    ):
        assert all(word in lines(pane.lines) for word in words)


def test_a_key_is_copied_without_its_secret() -> None:
    assert [key_names.copied_text(key) for key in SNAPSHOT.data(AskKeys()) or ()][:2] == ["1 mine", "2 sk-123…0001"]


def test_amounts_that_are_unknown_come_after_all_others() -> None:
    found = key_lines(after(told(2, ApiKeyReport(balance_usd=Decimal(-3)))), NOW)
    shown = keys.columns(140, capabilities=API_KEY_MODE)
    assert keys.rows(found, LOOK, shown, ("left", True))[0].id == 3


# The header

DOWN = reduce(SNAPSHOT, refused(0, FailureKind.UNREACHABLE))


def first_line(snapshot: Snapshot, width: int, now: datetime = NOW) -> str:
    parts = header.parts(snapshot, HeaderState(width=width), LOOK)
    return "".join(cell.text for cell in laid_out(parts, width - 2, 3))


@pytest.mark.parametrize("width", [40, 60, 80, 100, 140])
def test_read_only_stays_longest(width: int) -> None:
    assert "read-only" in first_line(DOWN, width)


@pytest.mark.parametrize("width", [60, 80, 100, 140])
def test_trouble_is_told_before_names(width: int) -> None:
    assert "✕ gateway unreachable" in first_line(DOWN, width)


def test_where_there_is_room_the_gateway_is_named() -> None:
    assert "4 API keys · a-gateway-with-a-long-name.example:8443" in first_line(SNAPSHOT, 140)


def test_a_failure_marks_the_table() -> None:
    pane = overview.keys_pane(
        KeyTableState(("today", True), "", 120), None, failing(SNAPSHOT, AskApiKeyReport(0)), LOOK
    )
    assert text(pane.frame.note).startswith("▲ ")
