"""Hours that are judged once each: whatever the way there, the same is found."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.samples import NOW
from tests.unit.triage.test_rules import THIS_HOUR, series
from tui.domain.memo import Memo
from tui.domain.usage import HourlyCost
from tui.triage.baselines import HOUR, before, full_hours
from tui.triage.scan import LOOK_BACK_HOURS, Scan, kept
from tui.triage.spike_judge import Judge
from tui.triage.spike_search import past_spikes
from tui.triage.spikes import ACCOUNT_BOUNDS, FlaggedHour
from tui.triage.thresholds import Thresholds

DAYS = 35


class Seen(Scan[tuple[int, float]]):
    """Finds every hour."""

    def __init__(self, memo: Memo) -> None:
        super().__init__(memo)
        self.judged: list[float] = []

    def take(self, series: HourlyCost, index: int) -> None:
        self.judged.append(series.usd[index])
        self.found.append((index, series.usd[index]))

    def ended(self, one: tuple[int, float]) -> datetime:
        return THIS_HOUR


def counting(hours: int, start: int = 0) -> HourlyCost:
    """Hours that cost their own number, up to the one before THIS_HOUR."""
    return HourlyCost(THIS_HOUR - HOUR * hours, tuple(float(start + number) for number in range(hours)))


def test_each_hour_is_judged_once_and_only_those_that_are_over() -> None:
    scan, cost = Seen(Memo()), counting(10)
    scan.through(THIS_HOUR - 3 * HOUR, None, cost)
    assert scan.judged == [0, 1, 2, 3, 4, 5, 6]
    scan.through(THIS_HOUR - 3 * HOUR, None, cost)
    assert len(scan.judged) == 7
    assert scan.through(THIS_HOUR, None, cost)[-1] == (9, 9.0)
    assert scan.judged == [*range(10)]


def test_it_looks_back_three_weeks() -> None:
    scan = Seen(Memo())
    scan.through(THIS_HOUR, None, counting(40 * 24))
    assert len(scan.judged) == LOOK_BACK_HOURS == 21 * 24
    assert scan.judged[-1] == 40 * 24 - 1


@pytest.mark.parametrize(
    ("changed", "by", "again"),
    [
        (counting(10), "a", False),
        (HourlyCost(counting(10).start + 2 * HOUR, counting(10).usd[2:]), "a", False),
        (HourlyCost(counting(10).start - HOUR, (7.0, *counting(10).usd)), "a", False),
        (counting(10, start=1), "a", True),
        (HourlyCost(counting(10).start, (*counting(10).usd[:4], 99.0, *counting(10).usd[5:])), "a", True),
        (before(counting(10), THIS_HOUR - 5 * HOUR), "a", True),
        (counting(10), "b", True),
    ],
)
def test_it_begins_anew_where_the_past_is_not_the_past_any_more(changed: HourlyCost, by: str, again: bool) -> None:
    """A window that moves on changes no past; a history that was read again and tells something else does."""
    scan = Seen(Memo())
    scan.through(THIS_HOUR - HOUR, "a", counting(10))
    scan.judged.clear()
    scan.through(THIS_HOUR - HOUR, by, changed)
    assert bool(scan.judged) is again


def test_it_begins_anew_where_any_series_it_rests_on_has_changed_or_time_goes_back() -> None:
    scan, account = Seen(Memo()), counting(10)
    scan.through(THIS_HOUR - HOUR, None, counting(10), account)
    for until, of_account, again in (
        (THIS_HOUR - HOUR, account, False),
        (THIS_HOUR - HOUR, counting(10, start=5), True),
        (THIS_HOUR - 4 * HOUR, counting(10, start=5), True),
    ):
        scan.judged.clear()
        scan.through(until, None, counting(10), of_account)
        assert bool(scan.judged) is again


def test_scans_of_one_memo_each_notice_that_what_they_share_has_changed() -> None:
    memo, account = Memo(), counting(10)
    one, other = Seen(memo), Seen(memo)
    for of_account, again in ((account, True), (counting(10), False), (counting(10, start=5), True)):
        for scan in (one, other):
            scan.judged.clear()
            scan.through(THIS_HOUR - HOUR, None, counting(10), of_account)
            assert bool(scan.judged) is again


def test_a_memo_keeps_one_scan_of_a_name() -> None:
    memo = Memo()
    assert kept(memo, "a", Seen) is kept(memo, "a", Seen)
    assert kept(memo, "a", Seen) is not kept(memo, "b", Seen)
    assert kept(Memo(), "a", Seen) is not kept(memo, "a", Seen)


def spikes(memo: Memo, cost: HourlyCost, until_back: int) -> tuple[tuple[FlaggedHour, ...], ...]:
    """The past spikes as they stand so many hours before THIS_HOUR."""
    account = full_hours(cost, NOW - HOUR * until_back)
    return past_spikes(memo, None, cost, Judge(ACCOUNT_BOUNDS, account))


DEAR_HOURS = st.dictionaries(st.integers(1, 12 * 24), st.floats(0.0, 30.0), max_size=40)
STEPS = st.lists(st.integers(0, 72), max_size=6)


@settings(max_examples=40)
@given(DEAR_HOURS, STEPS)
def test_hour_by_hour_or_at_once_the_same_spikes_are_found(hours: dict[int, float], steps: list[int]) -> None:
    """In whatever steps time goes on, by a memory that lasts or by none."""
    cost = series(hours, days=28)
    memo = Memo()
    for back in sorted(steps, reverse=True):
        assert spikes(memo, cost, back) == spikes(Memo(), cost, back)
    assert spikes(memo, cost, 0) == spikes(Memo(), cost, 0)


@settings(max_examples=20)
@given(DEAR_HOURS, st.integers(1, 200), st.floats(0.0, 30.0))
def test_after_a_history_was_read_anew_a_lasting_memory_says_what_a_fresh_one_does(
    hours: dict[int, float], back: int, usd: float
) -> None:
    memo = Memo()
    spikes(memo, series(hours, days=28), 5)
    corrected = series({**hours, back: usd}, days=28)
    assert spikes(memo, corrected, 0) == spikes(Memo(), corrected, 0)


def test_of_an_old_account_whose_window_moves_on_one_hour_is_judged_an_hour(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is read of it begins an hour later each hour: that is no other past."""
    from tui.triage.spike_search import _SpikeScan

    judged = []
    take = _SpikeScan.take
    monkeypatch.setattr(_SpikeScan, "take", lambda *args: (judged.append(args[2]), take(*args))[1])
    memo, whole = Memo(), series({30: 9.0, 31: 9.0}, days=60)
    counts = []
    for back in (3, 2, 1, 0):
        begin = len(whole.usd) - back - DAYS * 24
        window = HourlyCost(whole.start + HOUR * begin, whole.usd[begin:])
        spikes(memo, window, back)
        counts.append(len(judged))
    assert counts == [LOOK_BACK_HOURS + number for number in range(4)]


@pytest.mark.parametrize("days", [6, 13, 27])
def test_of_a_young_account_it_matters_when_it_began(days: int) -> None:
    memo = Memo()
    cost = series({1: 9.0, 2: 9.0}, days=days)
    later = HourlyCost(cost.start + timedelta(days=1), cost.usd[24:])
    spikes(memo, cost, 0)
    assert spikes(memo, later, 0) == spikes(Memo(), later, 0)


@settings(max_examples=40)
@given(DEAR_HOURS, st.floats(0.1, 2.0), st.floats(1.0, 6.0), st.integers(13, 28))
def test_no_hour_over_its_bound_is_passed_over_as_plainly_usual(
    hours: dict[int, float], steady_usd: float, least_times: float, days: int
) -> None:
    cost = series(hours, steady_usd, days)
    judge = Judge(ACCOUNT_BOUNDS, full_hours(cost, NOW), Thresholds(least_times=least_times), peer_usd=steady_usd)
    quick = past_spikes(Memo(), None, cost, judge)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(Judge, "_is_plainly_usual", lambda *_: False)
        assert past_spikes(Memo(), None, cost, judge) == quick
