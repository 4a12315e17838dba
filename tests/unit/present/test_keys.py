"""The key table's rows."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from msgspec.structs import replace

from tests.unit.samples import NOW, PLAN, key, window
from tests.unit.triage.test_incidents import finding
from tui.domain.clock import floor_hour
from tui.domain.keys import ApiKey, KeyCost
from tui.domain.memo import Memo
from tui.domain.usage import HourlyCost, KeyHistory
from tui.monitor.events import Answered
from tui.monitor.questions import AskKeyCosts, AskKeyHistory, AskKeys
from tui.monitor.reduce import reduce
from tui.monitor.snapshot import Snapshot
from tui.present import format as fmt
from tui.present import keys
from tui.present.display_context import DisplayContext
from tui.present.key_lines import key_lines, usual_usd
from tui.triage.baselines import Baseline, HistoryDepth
from tui.triage.report import Report
from tui.triage.spikes import FlaggedHour, Spike
from tui.triage.suspects import Suspect
from widgets.values import Cell, Emphasis

LOOK = DisplayContext(NOW, ZoneInfo("UTC"))
SHANGHAI = ZoneInfo("Asia/Shanghai")


def snapshot_of(*found: ApiKey, costs: dict[int, KeyCost] | None = None) -> Snapshot:
    """A Snapshot with keys and their costs."""
    known = reduce(Snapshot("https://gateway.example", ZoneInfo("UTC")), Answered(AskKeys(), found, NOW))
    return known if costs is None else reduce(known, Answered(AskKeyCosts(), costs, NOW))


def texts(
    snapshot: Snapshot, column: str, *, width: int = 120, look: DisplayContext = LOOK, needle: str = ""
) -> Sequence[str]:
    """One column of the table, sorted by today's cost."""
    shown = keys.columns(width)
    place = [one.id for one in shown].index(column)
    rows = keys.rows(key_lines(snapshot, NOW), look, shown, ("today", True), needle)
    return [row.cells[place].text for row in rows]


def cost(today: str, month: str = "10") -> KeyCost:
    """What a key cost."""
    return KeyCost(Decimal(today), Decimal(month))


def test_the_costliest_today_comes_first_and_what_is_not_known_is_no_zero() -> None:
    known = snapshot_of(key(1, "a"), key(2, "b"), key(3, "c"), costs={1: cost("1"), 2: cost("5")})
    assert texts(known, "name") == ["● b", "● a", "● c"]
    assert texts(known, "today") == ["$5.00", "$1.00", "–"]
    assert texts(snapshot_of(key()), "today") == ["–"]


@pytest.mark.parametrize(
    ("sample", "glyph", "word"),
    [
        (key(), "●", "active"),
        (key(stored_status="inactive"), "○", "inactive"),
        (key(quota_usd=1, quota_used_usd=1), "◌", "exhausted"),
        (key(expires_at=NOW), "✕", "expired"),
        (key(windows={"5h": window(1, 1, NOW + timedelta(hours=1))}), "◌", "limited"),
    ],
)
def test_a_state_is_told_by_glyph_and_word(sample: ApiKey, glyph: str, word: str) -> None:
    known = snapshot_of(sample)
    assert texts(known, "name")[0].startswith(glyph)
    assert texts(known, "status") == [word]


@pytest.mark.parametrize("width", [80, 120, 200])
@pytest.mark.parametrize(("quota_used_usd", "told"), [(1, "7d 80 %"), (3.6, "quota 90 %")])
def test_one_column_shows_the_tightest_limit(width: int, quota_used_usd: float, told: str) -> None:
    limits = {"1d": window(10, 5, NOW + timedelta(hours=1)), "7d": window(10, 8, NOW + timedelta(hours=1))}
    known = snapshot_of(key(quota_usd=4, quota_used_usd=quota_used_usd, windows=limits))
    assert texts(known, "limit", width=width) == [told]


def test_what_a_plan_pays_is_said() -> None:
    assert texts(snapshot_of(key(group=PLAN)), "limit") == ["plan"]


def test_privacy_leaves_the_number_of_a_key() -> None:
    assert texts(
        snapshot_of(key(7, "secret-project")), "name", look=DisplayContext(NOW, ZoneInfo("UTC"), privacy=True)
    ) == ["● #7"]


def test_the_filter_knows_name_number_and_group() -> None:
    known = snapshot_of(key(1, "客服机器人"), key(2, "ci & release", group=PLAN))
    assert texts(known, "name", needle="客服") == ["● 客服机器人"]
    assert texts(known, "name", needle="#2") == ["● ci & release"]
    assert texts(known, "name", needle="MAX") == ["● ci & release"]
    assert texts(known, "name", needle="nothing") == []


def steady(usd_per_h: float, days: int = 16) -> HourlyCost:
    """The same cost every hour until now."""
    hour = NOW.replace(minute=0, second=0, microsecond=0)
    start = hour - timedelta(days=days)
    return HourlyCost(start, (usd_per_h,) * (days * 24 + 1))


@pytest.mark.parametrize("zone", [ZoneInfo("UTC"), SHANGHAI, ZoneInfo("Asia/Kolkata"), ZoneInfo("Asia/Kathmandu")])
def test_what_is_usual_is_the_cost_until_the_same_clock_time_of_the_servers_day(zone: ZoneInfo) -> None:
    local = NOW.astimezone(zone)
    hours = local.hour + (local.minute * 60 + local.second) / 3600
    assert usual_usd(Memo(), ((1, steady(2.0)), (2, steady(3.0))), NOW, zone) == {
        1: pytest.approx(2 * hours),
        2: pytest.approx(3 * hours),
    }


@pytest.mark.parametrize(("usd_per_h", "has_factor"), [(2.0, True), (0.0, False)])
def test_a_key_without_usual_cost_has_no_factor(usd_per_h: float, has_factor: bool) -> None:
    history = Answered(AskKeyHistory(7), KeyHistory(steady(usd_per_h), ()), NOW)
    (line,) = key_lines(reduce(snapshot_of(key(), costs={7: cost("5")}), history), NOW)
    assert (line.times_usual is not None) == has_factor


def test_a_row_tells_the_moment_though_little_of_it_is_made_again() -> None:
    ends = NOW + timedelta(seconds=70)
    known = snapshot_of(key(last_used_at=NOW - timedelta(seconds=5), windows={"5h": window(2, 1, ends)}))
    shown = keys.columns(80)
    told = {}
    for after_s in (0, 20, 130):
        at = NOW + timedelta(seconds=after_s)
        (row,) = keys.rows(key_lines(known, at), DisplayContext(at, ZoneInfo("UTC")), shown, ("today", True))
        cells = dict(zip((column.id for column in shown), (cell.text for cell in row.cells), strict=True))
        told[after_s] = cells["limit"], cells["used"]
    assert told[0][0] == told[20][0] != told[130][0]
    assert len({used for _, used in told.values()}) == 3


@pytest.mark.parametrize(
    ("times", "glyph", "severity"),
    [
        (1.0, "×", Emphasis.NORMAL),
        (1.99, "×", Emphasis.NORMAL),
        (2.0, "▲ ×", Emphasis.WARNING),
        (4.99, "▲ ×", Emphasis.WARNING),
        (5.0, "■ ×", Emphasis.CRITICAL),
        (200.0, "■ ×", Emphasis.CRITICAL),
    ],
)
def test_a_high_factor_stands_out(times: float, glyph: str, severity: Emphasis) -> None:
    (line,) = key_lines(snapshot_of(key(), costs={7: cost("1")}), NOW)
    shown = keys.columns(80)
    (row,) = keys.rows((replace(line, times_usual=times),), LOOK, shown, ("today", True))
    told = row.cells[[one.id for one in shown].index("usual")]
    assert told.text.startswith(glyph)
    assert told.emphasis is severity


@pytest.mark.parametrize(
    ("at_fault", "told"),
    [
        ((), [("active", Emphasis.NORMAL), ("inactive", Emphasis.MUTED)]),
        ((1,), [("*active", Emphasis.CRITICAL), ("inactive", Emphasis.MUTED)]),
        ((2,), [("active", Emphasis.NORMAL), ("*inactive", Emphasis.CRITICAL)]),
        ((1, 2), [("*active", Emphasis.CRITICAL), ("*inactive", Emphasis.CRITICAL)]),
        ((3,), [("active", Emphasis.NORMAL), ("inactive", Emphasis.MUTED)]),
    ],
)
@pytest.mark.parametrize("width", [60, 120])
def test_those_at_fault_alone_bear_a_star(
    at_fault: tuple[int, ...], told: list[tuple[str, Emphasis]], width: int
) -> None:
    known, shown = snapshot_of(key(1, "a"), key(2, "b", stored_status="inactive")), keys.columns(width)
    rows = keys.rows(key_lines(known, NOW), LOOK, shown, ("name", False), at_fault=at_fault)
    place = [column.id for column in shown].index("status")
    assert [(row.cells[place].text, row.cells[place].emphasis) for row in rows] == told


@pytest.mark.parametrize(("today", "told"), [("0.02", "×20.0"), ("0.52", "×20.0"), ("0.54", "■ ×20.0")])
def test_many_times_a_cent_is_no_reason_to_look(today: str, told: str) -> None:
    (line,) = key_lines(snapshot_of(key(), costs={7: cost(today)}), NOW)
    assert keys._usual(replace(line, times_usual=20.0), LOOK).text == told


@pytest.mark.parametrize(
    ("above_usd", "times", "told", "severity"),
    [
        (None, None, "×20.0", Emphasis.NORMAL),
        (0.3, 15.0, "×20.0", Emphasis.NORMAL),
        (54.6, 21.2, "■ +$54.60 ×21.2", Emphasis.CRITICAL),
        (54.6, 4.0, "▲ +$54.60 ×4.0", Emphasis.WARNING),
        (54.6, 1.4, "+$54.60 ×1.4", Emphasis.NORMAL),
        (54.6, None, "■ +$54.60", Emphasis.CRITICAL),
    ],
)
def test_what_is_above_the_usual_is_told_with_its_amount(
    above_usd: float | None, times: float | None, told: str, severity: Emphasis
) -> None:
    (line,) = key_lines(snapshot_of(key(), costs={7: cost("0.02")}), NOW)
    cell = keys._above(replace(line, times_usual=20.0, above_usd=above_usd, times_above=times), LOOK)
    assert (cell.text, cell.emphasis) == (told, severity)


def test_a_suspect_is_above_its_usual_by_what_the_incident_has_cost() -> None:
    known = snapshot_of(key(1, "a"), key(2, "b"), key(3, "c"), costs={1: cost("90"), 2: cost("1"), 3: cost("3")})
    history = Answered(AskKeyHistory(3), KeyHistory(steady(0.01), ()), NOW)
    report = spiking(floor_hour(NOW) - timedelta(hours=2), 2)
    shown = keys.columns(120)
    for sort in ("above", "today"):
        lines = key_lines(reduce(known, history), NOW, report)
        rows = keys.rows(lines, LOOK, shown, (sort, True))
        told = {row.cells[0].text[2:]: row.cells[[one.id for one in shown].index("above")].text for row in rows}
        assert told["a"] == "■ +$38.00 ×20.0"
        assert told["b"] == "▲ +$2.00 ×2.0"
        assert told["c"].startswith("■ +$2.")
    assert [row.id for row in keys.rows(lines, LOOK, shown, ("above", True))] == [1, 3, 2]


@pytest.mark.parametrize("width", [60, 80, 120, 200])
def test_every_column_that_sorts_has_a_measure_at_every_width(width: int) -> None:
    assert {column.id for column in keys.columns(width) if column.sortable} <= keys.SORTABLE
    assert set(keys.SORTS) <= keys.SORTABLE


def spiking(since: datetime, hours: int) -> Report:
    usual = Baseline(1.0, 1.0, HistoryDepth.FULL)
    flagged = tuple(FlaggedHour(since + timedelta(hours=one), 20.0, usual, 3.0) for one in range(hours))
    found = finding(Spike(since, flagged, True, HistoryDepth.FULL), None, 1, since)
    return Report(NOW, (found,), since=since, suspects=(Suspect(1, 40.0, 2.0, 0.9), Suspect(2, 4.0, 2.0, 0.1)))


def test_the_hours_of_a_spike_are_red_in_the_likely_cause_alone() -> None:
    this_hour = floor_hour(NOW)
    report = spiking(this_hour - timedelta(hours=2), 2)
    known = snapshot_of(key(1, "a"), key(2, "b"))
    likely, other = (replace(line, hours_usd=(1.0,) * 12) for line in key_lines(known, NOW, report))
    parts = keys._hours(likely, LOOK).parts
    emphasis = report_emphasis(report)
    assert [(len(part.text), part.emphasis) for part in parts] == [
        (9, Emphasis.DATA),
        (2, emphasis),
        (1, Emphasis.DATA),
    ]
    assert keys._hours(other, LOOK) == Cell("█" * 12, Emphasis.DATA)


def report_emphasis(report: Report) -> Emphasis:
    return Emphasis.CRITICAL if report.is_critical else Emphasis.WARNING


def test_hours_outside_of_what_is_known_cost_nothing() -> None:
    history = HourlyCost(datetime(2026, 1, 1, 10, tzinfo=UTC), (1.0, 2.0, 3.0))
    assert history.hours(datetime(2026, 1, 1, 8, tzinfo=UTC), 4) == (0.0, 0.0, 1.0, 2.0)
    assert history.hours(datetime(2026, 1, 1, 12, tzinfo=UTC), 3) == (3.0, 0.0, 0.0)
    assert history.hours(datetime(2026, 1, 2, tzinfo=UTC), 2) == (0.0, 0.0)


def test_what_is_free_is_not_unused() -> None:
    today = NOW - timedelta(minutes=5)
    free, idle = key(1, "free", last_used_at=today), key(2, "idle", last_used_at=NOW - timedelta(days=3))
    never = key(3, "never")
    nothing = cost("0", "0")
    known = snapshot_of(free, idle, never, costs={1: nothing, 2: nothing, 3: nothing})
    assert texts(known, "name") == ["● free", "● idle", "● never"]
    assert texts(known, "today") == ["$0.00", "–", "–"]
    assert texts(known, "month", width=200) == ["$0.00", "$0.00", "–"]


def test_today_begins_at_the_midnight_of_the_server() -> None:
    """A free key that was used since then is not told from an unused one by its cost."""
    midnight = NOW.astimezone(SHANGHAI).replace(hour=0, minute=0, second=0, microsecond=0)
    before, since = (key(n, last_used_at=midnight - timedelta(microseconds=1 - n)) for n in (0, 1))
    known = replace(snapshot_of(before, since, costs={0: cost("0"), 1: cost("0")}), zone=SHANGHAI)
    assert [line.is_used_today for line in key_lines(known, NOW + timedelta(microseconds=9))] == [False, True]


def test_calls_that_cost_nothing_are_drawn_all_the_same() -> None:
    line = key_lines(snapshot_of(key(1, "free")), NOW)[0]
    calls = (0.0,) * 10 + (200.0, 10.0)
    drawn = keys._hours(replace(line, hours_usd=(0.0,) * 12, hours_calls=calls), LOOK)
    assert drawn.text == "▁" * 10 + "█░"
    assert drawn.emphasis is Emphasis.MUTED


@pytest.mark.parametrize(
    ("zone", "title"), [("Asia/Shanghai", "TODAY"), ("Asia/Singapore", "TODAY"), ("UTC", "TODAY +8")]
)
def test_the_server_s_day_is_named_where_it_is_not_the_user_s(zone: str, title: str) -> None:
    offset = fmt.foreign_offset(SHANGHAI, ZoneInfo(zone), NOW)
    column = next(column for column in keys.columns(120, offset) if column.id == "today")
    assert column.title == title
    assert column.width >= len(title) + (2 if offset else 0)


def test_what_a_table_has_no_room_for_is_not_looked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []
    monkeypatch.setattr("tui.present.key_lines._last_models", lambda *_given: asked.append(1) or {1: "claude-opus-4-5"})
    known = snapshot_of(key(1, "a"))
    assert [one.last_model for one in key_lines(known, NOW)] == [""]
    assert not asked
    assert [one.last_model for one in key_lines(known, NOW, has_models=True)] == ["claude-opus-4-5"]
