"""Growth: a key that costs more from day to day, though none of its hours stands out."""

from collections.abc import Callable, Mapping
from datetime import datetime
from decimal import Decimal
from types import SimpleNamespace
from typing import cast

import pytest
from msgspec.structs import replace

from tests.unit.triage.test_slow_spend import DAY
from tui.domain.usage import HourlyCost, Sums
from tui.triage.baselines import HOUR
from tui.triage.case import Case
from tui.triage.find import find
from tui.triage.findings import FindingKind
from tui.triage.growth import Growth
from tui.triage.incidents import Incidents, NoticeKind, advance
from tui.triage.inputs import Inputs
from tui.triage.prices import KnownPrices, PriceChange
from tui.triage.report import Report
from tui.triage.rules.growth import RULE
from tui.triage.slow_spend import SlowSpend
from tui.triage.thresholds import Thresholds

KEY = 7
NOBODY: Mapping[int, HourlyCost] = {}


def growing(days: float, times: float = 1.2, known_days: int = 28) -> HourlyCost:
    """A client at work from six to eighteen, at $1 an hour for some weeks, then each day at a multiple of the last."""
    hours = range(-known_days * 24, round(days * 24))
    cost = (times ** max(0, hour // 24 + 1) if 6 <= hour % 24 < 18 else 0.0 for hour in hours)
    return HourlyCost(DAY - known_days * 24 * HOUR, tuple(cost))


def report(series: HourlyCost, more: Mapping[int, HourlyCost] = NOBODY, thresholds: Thresholds | None = None) -> Report:
    """What is found at the end of a key's hours, in an account that does nothing else but what more keys do."""
    keys = {KEY: series, **more}
    account = replace(series, usd=tuple(map(sum, zip(*(one.usd for one in keys.values()), strict=True))))
    return find(Inputs(until(series), account, keys, thresholds=thresholds or Thresholds()))


def until(series: HourlyCost) -> datetime:
    """The end of the last hour."""
    return series.start + HOUR * len(series.usd)


def told(series: HourlyCost, **given: Thresholds) -> Growth | None:
    """The growth that is told of the key."""
    found = report(series, **given).findings
    return next((one.evidence for one in found if isinstance(one.evidence, Growth)), None)


def changed(series: HourlyCost, change: Callable[[int, float], float]) -> HourlyCost:
    """With another cost of each hour, by its distance from the first day of growth in hours."""
    first = (DAY - series.start) // HOUR
    return replace(series, usd=tuple(change(place - first, usd) for place, usd in enumerate(series.usd)))


def test_two_days_at_twice_the_usual_are_told_since_they_cost_more_than_any_before() -> None:
    one = told(growing(5))
    assert one is not None
    assert (one.key_id, one.since) == (KEY, DAY + 6 * HOUR)
    assert one.usd == pytest.approx(12 * (1.2**4 + 1.2**5))
    assert (one.usual_usd, one.highest_usd, one.days) == (24.0, 24.0, 23)
    assert one.told_from_usd == 48.0
    assert one.excess_usd == pytest.approx(one.usd - 24.0)
    assert {one.kind for one in report(growing(5)).findings} == {FindingKind.GROWTH}


@pytest.mark.parametrize(
    ("days", "times", "known_days", "is_told"),
    [(4, 1.2, 28, False), (5, 1.15, 28, False), (6, 1.15, 28, True), (14, 1.03, 28, False), (5, 1.2, 10, False)],
)
def test_it_takes_twice_the_usual_and_a_week_that_is_known(
    days: float, times: float, known_days: int, is_told: bool
) -> None:
    assert (told(growing(days, times, known_days)) is not None) is is_told


def test_days_that_differ_say_nothing() -> None:
    """A week ago two days cost nearly twice the usual: such days come, and two dearer ones are no growth."""

    def busy(hour: int, usd: float) -> float:
        return usd * 1.75 if -10 * 24 <= hour < -8 * 24 else usd

    assert told(changed(growing(6), busy)) is None


def test_it_must_cost_half_as_much_again_as_the_dearest_days_before() -> None:
    def busy(hour: int, usd: float) -> float:
        return usd * 1.6 if -10 * 24 <= hour < -8 * 24 else usd

    assert told(changed(growing(5), busy)) is None
    one = told(changed(growing(6), busy))
    assert one is not None
    assert (one.highest_usd, one.told_from_usd) == (pytest.approx(38.4), pytest.approx(57.6))


def test_a_cost_that_falls_again_does_not_grow() -> None:
    def back(hour: int, usd: float) -> float:
        return usd * 0.5 if hour >= 5 * 24 else usd

    series = changed(growing(6, 1.4), back)
    assert series.usd[-10] + 24 > 24
    assert told(series) is None


def test_an_excess_that_is_little_for_the_account_is_none() -> None:
    """The key costs $12 a day and $29 in the end; beside one of a hundred times that, it is nobody's concern."""
    other = changed(growing(5), lambda _hour, _usd: 50.0)
    assert [one.kind for one in report(growing(5), {8: other}).findings] == []


def test_a_key_that_was_never_used_before_does_not_grow() -> None:
    new = changed(growing(3, 1.0), lambda hour, usd: usd if hour >= 0 else 0.0)
    found = report(new, {8: growing(3, 1.0)})
    assert FindingKind.GROWTH not in {one.kind for one in (*found.findings, *found.untold)}


def test_a_person_who_wants_fewer_notices_gets_fewer() -> None:
    assert told(growing(6), thresholds=Thresholds(least_times=3.0)) is None
    assert told(growing(6), thresholds=Thresholds(floor_usd=50.0)) is None


def test_a_spike_is_told_by_itself_and_makes_no_growth() -> None:
    """Two wild hours of today make two days cost twice the usual."""

    def wild(hour: int, usd: float) -> float:
        return 14.0 if hour in (57, 58) else usd

    series = changed(growing(3, 1.0), wild)
    assert sum(series.usd[-48:]) > 48.0
    found = report(series)
    assert found.findings == ()
    assert [one.key_id for one in found.earlier] == [KEY]


@pytest.mark.parametrize("other", ["key_hits", "slow_spend", "unit_cost", None])
def test_a_key_of_which_something_else_is_told_grows_untold(other: str | None) -> None:
    grown, same = report(growing(5)).findings[0].evidence, SimpleNamespace(key_id=KEY, cause=KEY)
    case = SimpleNamespace(now=DAY, growth=(grown,), key_hits={}, slow_spend=(), unit_cost=())
    if other is not None:
        setattr(case, other, {KEY: same} if other == "key_hits" else (same,))
    (one,) = RULE.find(cast("Case", case))
    assert one.is_told is (other is None)


def test_slow_spend_of_a_key_is_not_told_again_as_growth() -> None:
    steady = changed(growing(7), lambda hour, _usd: 1.2 ** max(0, hour // 24 + 1))
    found = report(steady)
    assert [type(one.evidence) for one in found.findings] == [SlowSpend]
    assert [(one.kind, one.key_id) for one in found.untold if one.kind is FindingKind.GROWTH] == [
        (FindingKind.GROWTH, KEY)
    ]


@pytest.mark.parametrize(("multiplier", "ago_h", "is_told"), [(2.2, 48, False), (1.05, 48, True), (2.2, 12, True)])
def test_what_is_due_to_a_price_is_told_as_that(multiplier: float, ago_h: int, is_told: bool) -> None:
    """Two days at 2.4 times the cost: of the same calls at that price, or because there are more of them."""
    series = changed(growing(6, 1.0), lambda hour, usd: usd * 2.4 if hour >= 96 else usd)
    since = until(series) - ago_h * HOUR
    price = PriceChange(3, "group-3", None, 1.0, multiplier, since, frozenset({KEY}), 50, 50.0)
    uses = {KEY: ({"sonnet": Sums(50, billed_usd=Decimal(50))}, 10.0)}
    prices = KnownPrices(changes=(price,))
    found = find(Inputs(until(series), series, {KEY: series}, recent_uses=(uses,), prices=prices)).findings
    assert (FindingKind.GROWTH in {one.kind for one in found}) is is_told


def test_it_begins_once_goes_on_over_a_quiet_day_and_is_over_when_the_cost_is_back() -> None:
    def quiet_then_back(hour: int, usd: float) -> float:
        if hour >= 8 * 24:
            return min(usd, 1.0)
        return 0.7 * usd if 6 * 24 <= hour < 7 * 24 else usd

    incidents, notices = Incidents(), []
    whole = changed(growing(12, 1.16), quiet_then_back)
    for hour in range(4 * 24, 12 * 24):
        series = replace(whole, usd=whole.usd[: 28 * 24 + hour])
        incidents = advance(incidents, report(series), DAY + hour * HOUR, True)
        notices += [(one.told, hour / 24) for one in incidents.notices]
    (began, first), (over, last) = notices
    assert (began, over) == (NoticeKind.BEGAN, NoticeKind.OVER)
    assert 5 < first < 6
    assert 8 < last < 10
