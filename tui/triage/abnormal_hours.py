"""What stands out of the usual: spikes, slow spend, and calls that became dearer."""

from collections.abc import Iterable
from datetime import datetime
from functools import cached_property, partial

from msgspec.structs import replace

from tui.domain.clock import floor_hour
from tui.domain.usage import HourUse
from tui.triage.baselines import HOUR, HistoryDepth, first_active
from tui.triage.growth import Growth, find_growth
from tui.triage.judged_hours import GRAVE_DAYS, JudgedHours
from tui.triage.key_bars import bars_of_all, key_bars, key_judges, on_now, spikes_over
from tui.triage.loops import Loops
from tui.triage.origins import has_own_addresses
from tui.triage.price_share import PriceShare
from tui.triage.recurrence import bars_of
from tui.triage.slow_spend import SlowSpend, find_slow_spend
from tui.triage.spike_judge import Judge
from tui.triage.spike_search import current, find_spike
from tui.triage.spikes import ACCOUNT_BOUNDS, KEY_BOUNDS, USUAL_BARS, Bars, RunningHour, Spike
from tui.triage.suspects import DORMANT_FOR, NEW_FOR
from tui.triage.unit_cost import UnitCostRise, find_unit_cost, with_others

STRANGER_DAYS = 0.5
"""A new key from addresses of its own stands out when it has cost so many usual days of the whole account."""


class AbnormalHours(JudgedHours):
    """The hours of a moment, and which of them are abnormal."""

    @cached_property
    def account_spike(self) -> Spike | None:
        """The account's spike, confirmed or not."""
        if self.full_hours is None:
            return None
        judge, cost, memo = self.account_judge, self.full_hours.cost, self.inputs.memo
        running, bars = self.inputs.running or RunningHour(), self._account_bars
        spike = find_spike(memo, None, cost, judge, running, bars, self._use_of_all, self._loops.is_of_account)
        return spike if spike is not None and not self.price_share.makes_spike(None, spike) else None

    @cached_property
    def key_hits(self) -> dict[int, Spike]:
        """Keys with a spike by their own measure, also below the account's bound, confirmed or not."""
        if self.full_hours is None:
            return {}
        found, memo = {}, self.inputs.memo
        on = on_now(memo, self.keys, self.key_judges)
        for key_id, series in self.keys.items():
            running, judge = self.inputs.running_by_key.get(key_id, RunningHour()), self.key_judges[key_id]
            if running.is_below(judge.least_usd) and key_id not in on:
                continue  # most keys end here, after little work
            use_of, is_loop = partial(self._use_of, key_id), partial(self._loops.is_of_key, key_id)
            judge = replace(judge, balance_usd=self.inputs.balance_usd)
            bars = USUAL_BARS if self._is_dear_newcomer(key_id, judge, running) else self._key_bars[key_id]
            spike = find_spike(memo, key_id, series, judge, running, bars, use_of, is_loop)
            if spike is not None and not self.price_share.makes_spike(key_id, spike):
                found[key_id] = spike
        return found

    @cached_property
    def key_spikes(self) -> dict[int, Spike]:
        """The confirmed spikes of keys."""
        return {key_id: one for key_id, one in self.key_hits.items() if one.is_confirmed}

    @cached_property
    def _loops(self) -> Loops:
        return Loops(self.inputs.hour_uses, self.inputs.running_by_key, self.keys)

    def _use_of(self, key_id: int, hour: datetime) -> HourUse | None:
        return self.inputs.hour_uses.get(hour, {}).get(key_id)

    def _use_of_all(self, hour: datetime) -> HourUse | None:
        uses = self.inputs.hour_uses.get(hour)
        return _together(uses.values()) if uses is not None else None

    def _is_dear_newcomer(self, key_id: int, judge: Judge, running: RunningHour) -> bool:
        """Whether a new key has cost as much as a usual day of the whole account, or half of one from addresses that no
        other key uses: then past spikes of other keys no longer raise its bar.
        """
        series = self.keys[key_id]
        on = current(self.inputs.memo, key_id, series, judge)
        began = on[0].start if on else judge.account.until
        is_new = began - first_active(series, began) < NEW_FOR and began - judge.account.age.began >= DORMANT_FOR
        days = STRANGER_DAYS if has_own_addresses(self.inputs.seen, key_id) else GRAVE_DAYS
        return is_new and self.is_grave(began, sum(series.usd) + running.so_far_usd, days)

    @property
    def account_judge(self) -> Judge:
        """The judge of the account's hours."""
        assert self.full_hours is not None
        return Judge(ACCOUNT_BOUNDS, self.full_hours, self.inputs.thresholds, balance_usd=self.inputs.balance_usd)

    @cached_property
    def key_judges(self) -> dict[int, Judge]:
        """The judge of each key."""
        return key_judges(self.inputs.memo, self.keys, replace(self.past_judge, bounds=KEY_BOUNDS))

    @property
    def past_judge(self) -> Judge:
        """The judge of the account's past hours: without the balance, which keeps changing, unless history is short."""
        judge = self.account_judge
        is_cold = judge.account.age.step(judge.account.until) is HistoryDepth.COLD
        return judge if is_cold else replace(judge, balance_usd=None)

    @cached_property
    def _account_bars(self) -> Bars:
        assert self.full_hours is not None
        judge, memo = self.account_judge, self.inputs.memo
        bars = bars_of(spikes_over(memo, None, self.full_hours.cost, judge), judge.bounds)
        of_keys = bars_of_all(memo, self.keys, self.key_judges)
        return replace(bars, excess_usd=max(bars.excess_usd, of_keys.excess_usd))

    @cached_property
    def _key_bars(self) -> dict[int, Bars]:
        return key_bars(self.inputs.memo, self.keys, self.key_judges, self._account_bars)

    @cached_property
    def slow_spend(self) -> tuple[SlowSpend, ...]:
        """Slow spend, except what a spike already explains."""
        if self.inputs.account is None or (self.account_spike is not None and self.account_spike.is_confirmed):
            return ()
        inputs = self.inputs
        assert self.full_hours is not None
        found = find_slow_spend(inputs.memo, self.full_hours.cost, self.keys, self.now, inputs.thresholds)
        if self.key_spikes:
            found = tuple(one for one in found if one.key_id is not None)
        return tuple(
            one for one in found if one.key_id not in self.key_hits and not self.price_share.makes_slow_spend(one)
        )

    @cached_property
    def growth(self) -> tuple[Growth, ...]:
        """Keys whose cost grows, except what prices explain."""
        if self.full_hours is None:
            return ()
        found = find_growth(self.inputs.memo, self.full_hours, self.keys, self.key_judges)
        return tuple(one for one in found if not self.price_share.makes_growth(one))

    @cached_property
    def unit_cost(self) -> tuple[UnitCostRise, ...]:
        """Keys with dearer calls, dearest first."""
        if self.inputs.account is None:
            return ()
        inputs = self.inputs
        assert self.full_hours is not None
        found = find_unit_cost(
            inputs.memo,
            inputs.recent_uses,
            self.usual_uses,
            self.keys,
            self.full_hours.cost,
            self.now,
            inputs.thresholds,
            inputs.uses_since,
            inputs.dear_from,
        )
        return with_others(
            [one for one in found if not self._is_of_one_call(one) and not self.price_share.makes_unit_cost(one)]
        )

    def _is_of_one_call(self, rise: UnitCostRise) -> bool:
        """Whether a single call makes most of the extra cost: that is no evidence."""
        first = floor_hour(self.now - HOUR * rise.hours)
        uses = (one.get(rise.key_id) for hour, one in self.inputs.hour_uses.items() if hour >= first)
        dearest_usd = max((use.dearest_usd for use in uses if use is not None), default=0.0)
        return dearest_usd > rise.excess_usd_per_h * rise.hours / 2

    @cached_property
    def price_share(self) -> PriceShare:
        """The share of the extra cost that is due to risen prices."""
        return PriceShare(self.inputs)


def _together(uses: Iterable[HourUse]) -> HourUse:
    """The joint use of several keys in an hour."""
    whole = HourUse()
    for one in uses:
        whole.usd += one.usd
        whole.calls += one.calls
        whole.dearest_usd = max(whole.dearest_usd, one.dearest_usd)
        whole.squares += one.squares
    return whole
