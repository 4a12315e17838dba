"""One moment to judge: all facts that several rules share."""

from collections.abc import Collection
from datetime import datetime
from functools import cached_property

from tui.domain.usage import FailedCall, HourlyCost
from tui.triage.blame import Blame
from tui.triage.findings import FindingKind, Identity
from tui.triage.forecast import Forecast, basis_of, empty_at, extra_usd, usual_pace
from tui.triage.prices import PriceChange, extra_usd_per_h
from tui.triage.refusals import Side, refusal_of
from tui.triage.slow_spend import standing_spend
from tui.triage.spikes import RunningHour, Spike
from tui.triage.storms import GAP, RECENT, Storm, storms
from tui.triage.unit_cost import standing_spells

BURNING = 0.25
"""It goes on while its key spends at least this part of its rate."""


class Case(Blame):
    """One moment to judge: its hours, what is abnormal in them, whose it is, and what becomes of it."""

    @cached_property
    def standing(self) -> frozenset[Identity]:
        """What is so as long as its calls do not show the opposite, though nothing may be seen of it in a pause."""
        if self.full_hours is None:
            return frozenset()
        inputs = self.inputs
        account, until, thresholds = self.full_hours.cost, self.full_hours.until, inputs.thresholds
        spells = standing_spells(inputs.memo, self.keys, account, self.now, thresholds.floor_usd)
        steady = standing_spend(inputs.memo, account, self.keys, until, thresholds)
        grown = frozenset(one.key_id for one in self.growth)
        found = ((FindingKind.UNIT_COST, spells), (FindingKind.SLOW_SPEND, steady), (FindingKind.GROWTH, grown))
        return frozenset((kind, key_id) for kind, keys in found for key_id in keys if key_id not in inputs.stopped)

    def price_extra_usd_per_h(self, change: PriceChange) -> float:
        """The extra cost of a price change in an hour."""
        return extra_usd_per_h(change, self.inputs.usual_uses, self.now)

    def burns(self, key_id: int | None, usd_per_h: float) -> bool:
        """Whether a key, or any, still spends at about a rate: what has stopped wakes nobody."""
        pace = self._pace_usd_per_h(key_id)
        return pace is None or (pace > 0 and pace >= BURNING * usd_per_h)

    def _pace_usd_per_h(self, key_id: int | None) -> float | None:
        """What a key, or all together, cost in an hour of late; None if unknown."""
        paces = self.inputs.paces
        if paces is None:
            return None
        return sum(paces.values()) if key_id is None else paces.get(key_id, 0.0)

    @cached_property
    def storms(self) -> tuple[Storm, ...]:
        """Errors that take over, the latest storm first; refusals by an empty wallet count at any age."""
        inputs = self.inputs
        failed = inputs.failed or ()
        is_empty = inputs.balance_usd is not None and inputs.balance_usd <= 0
        recent = [call for call in failed if self.now - call.at <= RECENT or (is_empty and _is_of_wallet(call))]
        read_from = inputs.failed_from if len(recent) == len(failed) else self.now - RECENT
        found = storms(recent, inputs.recent_calls, inputs.recent_from, read_from, self.now)
        return tuple(one for one in found if one.refusal.side is not Side.WALLET or not self.is_refilled(one.newest.at))

    def is_refilled(self, refused_at: datetime) -> bool:
        """Whether the wallet has been refilled since it last refused a call."""
        balance_usd = self.inputs.balance_usd
        return balance_usd is not None and balance_usd > 0 and self.now - refused_at > GAP

    @cached_property
    def forecast(self) -> Forecast | None:
        """When the wallet runs empty; None if the balance or the pace is unknown."""
        account, balance_usd = self.inputs.account, self.inputs.balance_usd
        if account is None or balance_usd is None:
            return None
        pace = usual_pace(self.inputs.memo, None, account, self.now)
        extra = self._extra_usd_per_h(account) if self.contained_at is None else 0.0
        extra = extra or sum(self.price_extra_usd_per_h(one) for one in self.inputs.prices.in_force if one.is_rise)
        extra = extra or self._last_hour_usd_per_h(balance_usd, pace[0])
        return Forecast(
            empty_at(balance_usd, pace, 0.0, self.now),
            empty_at(balance_usd, pace, extra, self.now) if extra > 0 else None,
            sum(pace) / 7,
            extra,
            basis_of(account, self.now),
        )

    def _last_hour_usd_per_h(self, balance_usd: float, usual_usd_per_h: float) -> float:
        """What is spent above the usual by a balance that lasts no hour at this rate: then it need be no incident."""
        rate = self._running_without_stopped.steady_usd_per_h
        return rate - usual_usd_per_h if rate > max(balance_usd, usual_usd_per_h) else 0.0

    @property
    def empties_soon(self) -> bool:
        """Whether the wallet runs empty within six hours at the current rate."""
        return self.forecast is not None and self.forecast.empties_soon(self.now)

    def _extra_usd_per_h(self, account: HourlyCost) -> float:
        """The extra cost of the incident in an hour, without keys that were stopped: of spiking keys, or of the account
        if that is more.
        """
        inputs, running = self.inputs, self.inputs.running_by_key
        keys = sum(
            self._extra_of(key_id, self.keys[key_id], spike, running.get(key_id, RunningHour()))
            for key_id, spike in self.key_spikes.items()
            if key_id not in inputs.stopped
        )
        whole = self.account_spike
        if whole is None or not whole.is_confirmed:
            return keys
        stopped = [self.keys[key_id] for key_id in inputs.stopped if key_id in self.keys]
        return max(keys, self._extra_of(None, account, whole, self._running_without_stopped, stopped))

    def _extra_of(
        self,
        key_id: int | None,
        series: HourlyCost,
        spike: Spike,
        running: RunningHour,
        stopped: Collection[HourlyCost] = (),
    ) -> float:
        """The extra cost of a spike in an hour; of one that has stopped by itself, what it still costs."""
        memo, pace = self.inputs.memo, self._pace_usd_per_h(key_id)
        extra = extra_usd(memo, key_id, series, spike, self.now, running, stopped)
        if pace is None or self.burns(key_id, spike.worst.actual_usd):
            return extra
        return min(extra, max(0.0, pace - usual_pace(memo, key_id, series, self.now)[0]))

    @cached_property
    def _running_without_stopped(self) -> RunningHour:
        """The account's running hour, as far as it can go on."""
        running = self.inputs.running_by_key
        return (self.inputs.running or RunningHour()).without(
            running[key_id] for key_id in self.inputs.stopped if key_id in running
        )


def _is_of_wallet(call: FailedCall) -> bool:
    return refusal_of(call).side is Side.WALLET
