"""Facts of a moment shared by several rules: who costs more, since when, why, whether it goes on, what is left."""

from collections import ChainMap
from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import cached_property, partial
from typing import cast

from msgspec.structs import replace

from tui.domain.clock import floor_hour
from tui.domain.usage import FailedCall, HourlyCost, HourUse, Sums
from tui.triage.baselines import (
    HOUR,
    FullHours,
    HistoryDepth,
    first_active,
    full_hours_of,
    index_of,
    settled,
    week_usd,
)
from tui.triage.causes import CostCause, Uses, together, why, without
from tui.triage.common_origin import MIN_KEYS, CommonOrigin, common_origin
from tui.triage.failing import CallOutcomes, ids_by_name, outcomes
from tui.triage.findings import FindingKind, Identity
from tui.triage.forecast import Forecast, basis_of, empty_at, extra_usd, usual_pace
from tui.triage.inputs import Inputs
from tui.triage.key_bars import bars_of_all, key_bars, key_judges, on_now, spikes_over
from tui.triage.loops import Loops
from tui.triage.origins import learn
from tui.triage.price_share import PriceShare
from tui.triage.prices import PriceChange, extra_usd_per_h
from tui.triage.recurrence import bars_of
from tui.triage.refusals import Side, refusal_of
from tui.triage.slow_spend import SlowSpend, find_slow_spend, standing_spend
from tui.triage.spikes import (
    ACCOUNT_BOUNDS,
    KEY_BOUNDS,
    USUAL_BARS,
    Bars,
    Judge,
    RunningHour,
    Spike,
    current,
    find_spike,
)
from tui.triage.storms import GAP, RECENT, Storm, storms
from tui.triage.suspects import (
    CALM_SHARE,
    DORMANT_FOR,
    NEW_FOR,
    SINGLE_CAUSE,
    Suspect,
    burning_first,
    first_look,
    is_single_cause,
    most_of,
    rank,
    to_blame,
    with_errors,
)
from tui.triage.takeovers import Takeover, find_takeovers, joined
from tui.triage.unit_cost import UnitCostRise, find_unit_cost, standing_spells, with_others

MOST_OF_HOUR = 0.8
GRAVE_DAYS, GRAVE_USD = 1.0, 10.0
"""What has cost so many usual days of the account above usual, and so much, cannot wait, however even it is."""
GRAVE_SPIKE_DAYS = 3.0
"""The same for a spike, which may be somebody's heavy work."""
BURNING = 0.25
"""It goes on while its key spends at least this part of its rate."""
ALL_BARS = 1.5
"""A busy day of all, with no key behind most of it, is reported from this multiple of the bar on."""


class Case:
    """One moment to judge. Each fact is computed when first needed, and then cached."""

    def __init__(self, inputs: Inputs) -> None:
        self.inputs = inputs

    @property
    def now(self) -> datetime:
        """The moment to judge."""
        return self.inputs.now

    @cached_property
    def full_hours(self) -> FullHours | None:
        """The account's hours that are over."""
        if self.inputs.account is None:
            return None
        until = floor_hour(self.now)
        return full_hours_of(self.inputs.memo, settled(self.inputs.memo, None, self.inputs.account, until), until)

    @cached_property
    def _own_hours(self) -> dict[int, HourlyCost]:
        memo, until = self.inputs.memo, floor_hour(self.now)
        return {key_id: settled(memo, key_id, series, until) for key_id, series in self.inputs.keys.items()}

    @cached_property
    def takeovers(self) -> tuple[Takeover, ...]:
        """The keys that go on where others stopped."""
        inputs = self.inputs
        running, names, until = inputs.running_by_key, inputs.key_names, floor_hour(self.now)
        return find_takeovers(inputs.memo, self._own_hours, running, names, inputs.seen, until)

    @cached_property
    def keys(self) -> dict[int, HourlyCost]:
        """The full hours of each key; a key that took over also has the hours of the former key, which is dropped."""
        keys = dict(self._own_hours)
        for one in self.takeovers:
            keys[one.key_id] = joined(self.inputs.memo, one.key_id, keys.pop(one.from_id), keys[one.key_id])
        return keys

    @cached_property
    def usual_uses(self) -> Mapping[int, Uses]:
        """The usual use of each key by model; a key that took over includes that of the former key."""
        uses, joined_uses = self.inputs.usual_uses, dict[int, Uses]()
        for one in self.takeovers:
            if one.key_id in uses and one.from_id in uses:
                (models, hours), (own, own_hours) = uses[one.from_id], uses[one.key_id]
                whole = {name: models.get(name, Sums()) + own.get(name, Sums()) for name in {**models, **own}}
                joined_uses[one.key_id] = whole, max(hours, own_hours)
        return ChainMap(joined_uses, cast("dict[int, Uses]", uses)) if joined_uses else uses

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
    def _loops(self) -> Loops:
        return Loops(self.inputs.hour_uses, self.inputs.running_by_key, self.keys)

    def _use_of(self, key_id: int, hour: datetime) -> HourUse | None:
        return self.inputs.hour_uses.get(hour, {}).get(key_id)

    def _use_of_all(self, hour: datetime) -> HourUse | None:
        uses = self.inputs.hour_uses.get(hour)
        return _together(uses.values()) if uses is not None else None

    def _is_dear_newcomer(self, key_id: int, judge: Judge, running: RunningHour) -> bool:
        """Whether a new key has cost as much as a usual day of the whole account: then past spikes of other keys no
        longer raise its bar.
        """
        series = self.keys[key_id]
        on = current(self.inputs.memo, key_id, series, judge)
        began = on[0].start if on else judge.account.until
        is_new = began - first_active(series, began) < NEW_FOR and began - judge.account.age.began >= DORMANT_FOR
        return is_new and self.is_grave(began, sum(series.usd) + running.so_far_usd)

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
    def key_spikes(self) -> dict[int, Spike]:
        """The confirmed spikes of keys."""
        return {key_id: one for key_id, one in self.key_hits.items() if one.is_confirmed}

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

    @cached_property
    def standing(self) -> frozenset[Identity]:
        """What is so as long as its calls do not show the opposite, though nothing may be seen of it in a pause."""
        if self.full_hours is None:
            return frozenset()
        inputs = self.inputs
        account, until, thresholds = self.full_hours.cost, self.full_hours.until, inputs.thresholds
        spells = standing_spells(inputs.memo, self.keys, account, self.now, thresholds.floor_usd)
        steady = standing_spend(inputs.memo, account, self.keys, until, thresholds)
        found = ((FindingKind.UNIT_COST, spells), (FindingKind.SLOW_SPEND, steady))
        return frozenset((kind, key_id) for kind, keys in found for key_id in keys if key_id not in inputs.stopped)

    def _is_of_one_call(self, rise: UnitCostRise) -> bool:
        """Whether a single call makes most of the extra cost: that is no evidence."""
        first = floor_hour(self.now - HOUR * rise.hours)
        uses = (one.get(rise.key_id) for hour, one in self.inputs.hour_uses.items() if hour >= first)
        dearest_usd = max((use.dearest_usd for use in uses if use is not None), default=0.0)
        return dearest_usd > rise.excess_usd_per_h * rise.hours / 2

    def price_extra_usd_per_h(self, change: PriceChange) -> float:
        """The extra cost of a price change in an hour."""
        return extra_usd_per_h(change, self.inputs.usual_uses, self.now)

    @cached_property
    def price_share(self) -> PriceShare:
        """The share of the extra cost that is due to risen prices."""
        return PriceShare(self.inputs)

    @property
    def has_spike(self) -> bool:
        """Whether an hour stands out, of the account or of a key."""
        return self.is_account_sure or bool(self.key_spikes)

    @cached_property
    def is_account_sure(self) -> bool:
        """Whether the account's spike is an incident: confirmed, with one key behind most of it and above its own
        usual, or one address. A busy day of all is one only from a multiple of the bar on.
        """
        spike, suspects = self.account_spike, self._by_excess
        if spike is None or not spike.is_confirmed:
            return False
        if not is_single_cause(suspects):
            common = self.common_origin
            return (common is not None and common.has_most) or spike.worst.actual_usd >= ALL_BARS * spike.worst.bar_usd
        first = suspects[0]
        return first.is_first_look or first.is_deleted or self._is_over_own(first.key_id)

    @cached_property
    def common_origin(self) -> CommonOrigin | None:
        """The address that several keys behind an incident share."""
        suspects, inputs = self._by_excess, self.inputs
        if len(suspects) < MIN_KEYS:
            return None
        # Until the calls of a day are read, those of the last hour are not among the origins.
        return common_origin(suspects, learn(inputs.seen, inputs.recent_calls or ()))

    @cached_property
    def blamed(self) -> tuple[int, ...]:
        """The keys behind an incident; none if it is many keys' together, or if those of one address burn instead."""
        found, common = to_blame(self.suspects), self.common_origin
        if common is None or common.is_calm:
            return found
        calm_usd_per_h = CALM_SHARE * (common.pace_usd_per_h or 0.0)
        blamed = (one for one in self.suspects if one.key_id in found and not one.is_calm)
        return found if any(one.pace_usd_per_h is None or one.pace_usd_per_h > calm_usd_per_h for one in blamed) else ()

    @cached_property
    def behind(self) -> tuple[Suspect, ...]:
        """The keys that the cause is about: the first suspect, or those with most of an incident of many keys."""
        if self.unit_cost and not self.has_spike:
            return tuple(one for one in self.suspects if one.key_id == self.unit_cost[0].key_id)
        if not self.is_account_sure or self.blamed:
            return self.suspects[:1]
        if self.common_origin is not None:
            ids = frozenset(self.common_origin.key_ids)
            return tuple(one for one in self.suspects if one.key_id in ids)
        return most_of(self._by_excess)

    def _is_over_own(self, key_id: int) -> bool:
        """Whether a key is over its own bound, if it ever works at this time of day: its weekly job is no surprise."""
        judge, series = self.key_judges.get(key_id), self.keys.get(key_id)
        if judge is None or series is None or self.account_spike is None:
            return True
        worst, running = self.account_spike.worst, self.inputs.running_by_key.get(key_id, RunningHour())
        place, began = index_of(series, worst.start), index_of(series, self.account_spike.since)
        actual_usd = series.usd[place] if 0 <= place < len(series.usd) else 0.0
        if worst.is_running:
            actual_usd = max(actual_usd, running.so_far_usd, running.hour_usd)
        usual = judge.usual_of(series, place, began)
        if judge.habit_of(usual) <= 0:
            return True
        found = judge.bound_of(usual, actual_usd, week_usd(judge.account.cost, self.account_spike.since))
        return found is None or actual_usd >= found[0]

    def is_grave(self, since: datetime, excess_usd: float, days: float = GRAVE_DAYS) -> bool:
        """Whether something has cost so many usual days by now that it cannot wait."""
        return self.full_hours is not None and excess_usd >= max(days * self.usual_day_usd(since), GRAVE_USD)

    def usual_day_usd(self, since: datetime) -> float:
        """What a day of the account cost in the week before a moment."""
        return week_usd(self.full_hours.cost, floor_hour(since)) / 7 if self.full_hours is not None else 0.0

    def burns(self, key_id: int | None, usd_per_h: float) -> bool:
        """Whether a key, or any, still spends at about a rate: what has stopped wakes nobody."""
        if self.inputs.paces is None:
            return True
        paces = self.inputs.paces
        pace = sum(paces.values()) if key_id is None else paces.get(key_id, 0.0)
        return pace > 0 and pace >= BURNING * usd_per_h

    @cached_property
    def _began(self) -> datetime | None:
        """The hour in which the first spike began, else the slow spend, or in which calls became dearer."""
        begins = [self._hour_of(key_id, one.since) for key_id, one in self.key_spikes.items()]
        if self.account_spike is not None and self.account_spike.is_confirmed:
            begins.append(self.account_spike.since)
        if not begins:
            begins = [*(one.since for one in self.slow_spend), *(floor_hour(one.since) for one in self.unit_cost)]
        return min(begins, default=None)

    @cached_property
    def since(self) -> datetime | None:
        """When the incident began; None without one: a hit that waits for a second one is none."""
        if self._began is None or not (self.has_spike or self.slow_spend or self.unit_cost):
            return None
        return self._hour_of(self.suspects[0].key_id, self._began) if self.has_spike and self.suspects else self._began

    def minute_of(self, key_id: int | None, since: datetime) -> datetime:
        """The minute in which a spike began, from the calls of its key."""
        told = self.inputs.begin_of(key_id, since) if key_id is not None else None
        return told if told is not None else since

    def _hour_of(self, key_id: int, since: datetime) -> datetime:
        return min(since, floor_hour(self.minute_of(key_id, since)))

    @cached_property
    def key_ids(self) -> dict[str, int]:
        """The ids of keys by name."""
        return ids_by_name(self.inputs.key_names)

    @cached_property
    def outcomes(self) -> dict[int, CallOutcomes]:
        """How the calls of the last hour ended, if both successful and failed ones are known."""
        inputs = self.inputs
        if inputs.recent_from is None or inputs.failed is None or inputs.recent_calls is None:
            return {}
        return outcomes(inputs.recent_calls, inputs.failed, inputs.key_names, inputs.recent_from)

    @cached_property
    def storms(self) -> tuple[Storm, ...]:
        """Errors that take over, the latest storm first; refusals by an empty wallet count at any age."""
        inputs = self.inputs
        failed = inputs.failed or ()
        is_empty = inputs.balance_usd is not None and inputs.balance_usd <= 0
        recent = [call for call in failed if self.now - call.at <= RECENT or (is_empty and _is_of_wallet(call))]
        read_from = inputs.failed_from if len(recent) == len(failed) else self.now - RECENT
        found = storms(recent, inputs.recent_calls, inputs.recent_from, read_from, self.now)
        return tuple(one for one in found if one.refusal.side is not Side.WALLET or not self._is_refilled(one))

    def _is_refilled(self, empty: Storm) -> bool:
        """Whether the wallet has been refilled since it refused."""
        balance_usd = self.inputs.balance_usd
        return balance_usd is not None and balance_usd > 0 and self.now - empty.newest.at > GAP

    @cached_property
    def suspects(self) -> tuple[Suspect, ...]:
        """The keys by their share of the excess, those that still burn first. If the account as a whole is as usual,
        keys above their own usual come before those that cost more, but no more than they often do.
        """
        if self.is_account_sure:
            return self._by_excess
        slow, dear = (one.key_id for one in self.slow_spend), (one.key_id for one in self.unit_cost)
        guilty = {*self.key_spikes, *slow, *dear}
        return tuple(sorted(self._by_excess, key=lambda one: one.key_id not in guilty))

    @cached_property
    def _by_excess(self) -> tuple[Suspect, ...]:
        is_contained = self.contained_at is not None
        found = burning_first(self._ranked, self.inputs.stopped, is_contained=is_contained)
        told = (replace(one, is_deleted=one.key_id in self.inputs.deleted) for one in found)
        return with_errors(tuple(told), self.outcomes)

    @cached_property
    def why(self) -> CostCause | None:
        """Why the keys behind it cost more; without a spike, why the calls of the first became dearer."""
        if self.unit_cost and not self.has_spike:
            return self.unit_cost[0].why
        if self.since is None or not self.behind:
            return None
        now = self.inputs.uses_since([one.key_id for one in self.behind], self.since)
        # The first calls of a new key are part of it, and nothing is usual.
        known = [one.key_id for one in self.behind if not one.is_new]
        if now is None or any(key_id not in self.usual_uses for key_id in known):
            return None
        if not known:
            return why(now[0], now[1], {}, 0.0)
        models, hours = without(together(self.usual_uses[key_id] for key_id in known), now)
        found = why(now[0], now[1], models, hours)
        busy_h = self._busy_hours(known[0], self.since) if len(self.behind) == 1 else 0
        if found is None or not busy_h:
            return found
        return replace(found, busy_calls_per_h=max(found.calls_per_h[0], found.calls_per_h[0] * hours / busy_h))

    def _busy_hours(self, key_id: int, until: datetime) -> int:
        """The hours in which a key was used before a moment."""
        series = self.keys.get(key_id)
        return sum(usd > 0 for usd in series.usd[: max(0, index_of(series, until))]) if series is not None else 0

    @cached_property
    def contained_at(self) -> datetime | None:
        """When the last call of the stopped keys ended, if they caused the incident and no other key still does."""
        if self._began is None:
            return None
        stopped = self.inputs.stopped
        slow = {one.key_id for one in self.slow_spend if one.key_id is not None}
        guilty = {*self.key_spikes, *slow, *(one.key_id for one in self.unit_cost)}
        held = [one for one in self._ranked if one.key_id in stopped]
        if guilty - stopped.keys() or sum(one.share for one in held) < SINGLE_CAUSE:
            return None
        return max(stopped[one.key_id] for one in held)

    @cached_property
    def forecast(self) -> Forecast | None:
        """When the wallet runs empty; None if the balance or the pace is unknown."""
        account, balance_usd = self.inputs.account, self.inputs.balance_usd
        if account is None or balance_usd is None:
            return None
        pace = usual_pace(self.inputs.memo, None, account, self.now)
        extra = self._extra_usd_per_h if self.contained_at is None else 0.0
        extra = extra or sum(self.price_extra_usd_per_h(one) for one in self.inputs.prices.in_force if one.is_rise)
        return Forecast(
            empty_at(balance_usd, pace, 0.0, self.now),
            empty_at(balance_usd, pace, extra, self.now) if extra > 0 else None,
            sum(pace) / 7,
            extra,
            basis_of(account, self.now),
        )

    @property
    def empties_soon(self) -> bool:
        """Whether the wallet runs empty within six hours at the current rate."""
        return self.forecast is not None and self.forecast.empties_soon(self.now)

    @cached_property
    def _ranked(self) -> tuple[Suspect, ...]:
        """By history if every costly key and the running hour are known; else a first look, which includes that hour.

        Nobody before the calls show who burns now: a key that was wild at noon is not named at midnight.
        """
        inputs = self.inputs
        if inputs.awaits_calls:
            return ()
        looked = first_look(inputs.costs, inputs.day_part, inputs.paces) if inputs.costs is not None else ()
        ranked: tuple[Suspect, ...] = ()
        knows_hour = self._knows_whose_hour or not looked
        if self._began is not None and knows_hour and self._knows_keys(looked[:3]):
            running = {key_id: one.so_far_usd for key_id, one in inputs.running_by_key.items()}
            age = self.full_hours.age if self.full_hours is not None else None
            account = None
            if inputs.account is not None and inputs.running is not None:
                account = inputs.account, inputs.running.so_far_usd
            ranked = rank(inputs.memo, self.keys, self._began, self.now, running, age, inputs.paces, account)
            began = self._hour_of(ranked[0].key_id, self._began) if ranked else self._began
            if began < self._began:  # the first hours of the key to blame cost too little to be over a bar
                ranked = rank(inputs.memo, self.keys, began, self.now, running, age, inputs.paces, account)
        return ranked or looked

    @property
    def _knows_whose_hour(self) -> bool:
        """Whether the keys of the running hour's cost are known, at least for most of it."""
        running = self.inputs.running
        if running is None or self.inputs.is_hour_whole:
            return running is not None
        told = sum(one.so_far_usd for one in self.inputs.running_by_key.values())
        return told >= MOST_OF_HOUR * running.so_far_usd

    def _knows_keys(self, first: Iterable[Suspect]) -> bool:
        """Whether the histories of the worst keys are here, as far as they can matter."""
        if self.inputs.awaited is None:
            return all(one.key_id in self.inputs.keys for one in first)
        return not any(one.key_id in self.inputs.awaited for one in first)

    @property
    def _extra_usd_per_h(self) -> float:
        """The extra cost of the incident in an hour, without keys that were stopped: of spiking keys, or of the account
        if that is more.
        """
        inputs, running = self.inputs, self.inputs.running_by_key
        keys = sum(
            extra_usd(inputs.memo, key_id, self.keys[key_id], spike, self.now, running.get(key_id, RunningHour()))
            for key_id, spike in self.key_spikes.items()
            if key_id not in inputs.stopped
        )
        spike = self.account_spike
        if spike is None or not spike.is_confirmed or inputs.account is None:
            return keys
        left = (inputs.running or RunningHour()).without(
            running[key_id] for key_id in inputs.stopped if key_id in running
        )
        stopped = [self.keys[key_id] for key_id in inputs.stopped if key_id in self.keys]
        return max(keys, extra_usd(inputs.memo, None, inputs.account, spike, self.now, left, stopped))


def _is_of_wallet(call: FailedCall) -> bool:
    return refusal_of(call).side is Side.WALLET


def _together(uses: Iterable[HourUse]) -> HourUse:
    """The joint use of several keys in an hour."""
    whole = HourUse()
    for one in uses:
        whole.usd += one.usd
        whole.calls += one.calls
        whole.dearest_usd = max(whole.dearest_usd, one.dearest_usd)
        whole.squares += one.squares
    return whole
