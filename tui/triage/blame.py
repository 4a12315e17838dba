"""Whose it is: the keys behind what stands out, since when and why, and whether they were stopped."""

from collections.abc import Iterable
from datetime import datetime
from functools import cached_property

from msgspec.structs import replace

from tui.domain.clock import floor_hour
from tui.triage.abnormal_hours import AbnormalHours
from tui.triage.baselines import index_of, is_job
from tui.triage.causes import CostCause, together, why, without
from tui.triage.failing import CallOutcomes, ids_by_name, outcomes
from tui.triage.joint_keys import MIN_KEYS, JointKeys, joint_keys
from tui.triage.origins import learn
from tui.triage.spikes import FlaggedHour, RunningHour, Spike
from tui.triage.suspects import (
    BLAMED_SHARE,
    CALM_SHARE,
    MIN_SHARE,
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

MOST_OF_HOUR = 0.8
ALL_BARS = 1.5
"""A busy day of all, with no key behind most of it, is reported from this multiple of the bar on."""


class Blame(AbnormalHours):
    """The abnormal hours of a moment, and who is behind them."""

    @property
    def has_spike(self) -> bool:
        """Whether an hour stands out, of the account or of a key."""
        return self.is_account_sure or bool(self.key_spikes)

    @cached_property
    def is_account_sure(self) -> bool:
        """Whether the account's spike is an incident: confirmed, with one key behind most of it and above its own
        usual, or joint keys. A busy day of all is one only from a multiple of the bar on.
        """
        spike, suspects = self.account_spike, self._by_excess
        if spike is None or not spike.is_confirmed:
            return False
        if not is_single_cause(suspects):
            if self.joint is not None and self.joint.has_most:
                return True
            return spike.worst.actual_usd - self._jobs_usd(spike) >= ALL_BARS * spike.worst.bar_usd
        first = suspects[0]
        return first.is_first_look or first.is_deleted or self._is_over_own(first.key_id, spike)

    def _jobs_usd(self, spike: Spike) -> float:
        """What weekly and monthly jobs cost in the worst hour, as far as they often do."""
        worst = spike.worst
        jobs = (key_id for key_id, series in self.keys.items() if is_job(series, index_of(series, worst.start)))
        return sum(self._cost_in(worst, key_id) for key_id in jobs if not self._is_over_own(key_id, spike))

    def _cost_in(self, worst: FlaggedHour, key_id: int) -> float:
        """What a key cost in an hour; of the running one, so far or in the last sixty minutes."""
        series, running = self.keys[key_id], self.inputs.running_by_key.get(key_id, RunningHour())
        place = index_of(series, worst.start)
        usd = series.usd[place] if 0 <= place < len(series.usd) else 0.0
        return max(usd, running.so_far_usd, running.hour_usd) if worst.is_running else usd

    def _is_over_own(self, key_id: int, spike: Spike) -> bool:
        """Whether a key is over its own bound, if it ever works at this time of day: its weekly job is no surprise."""
        if key_id not in self.keys:
            return True
        judge, series, worst = self.key_judges[key_id], self.keys[key_id], spike.worst
        place, began = index_of(series, worst.start), index_of(series, spike.since)
        actual_usd = self._cost_in(worst, key_id)
        usual = judge.usual_of(series, place, began)
        if judge.habit_of(usual) <= 0:
            return True
        found = judge.bound_of(usual, actual_usd, judge.account.week_usd(spike.since))
        return found is None or actual_usd >= found[0]

    @cached_property
    def joint(self) -> JointKeys | None:
        """Several keys behind an incident that have one thing in common."""
        suspects, inputs = self._by_excess, self.inputs
        if self._began is None or len(suspects) < MIN_KEYS:
            return None
        # Until the calls of a day are read, those of the last hour are not among the origins.
        return joint_keys(suspects, learn(inputs.seen, inputs.recent_calls or ()))

    @cached_property
    def blamed(self) -> tuple[int, ...]:
        """The keys behind an incident; none if it is many keys' together, or if joint keys burn instead.

        Once those are calm, a key that burns is named, as among single keys.
        """
        found, joint = to_blame(self.suspects), self.joint
        if joint is None:
            return found
        if joint.is_calm:
            burning = [one.key_id for one in self.suspects if one.burns and one.share >= MIN_SHARE]
            return found or tuple(burning[:1])
        calm_usd_per_h = CALM_SHARE * (joint.pace_usd_per_h or 0.0)
        blamed = (one for one in self.suspects if one.key_id in found and not one.is_calm)
        return found if any(one.pace_usd_per_h is None or one.pace_usd_per_h > calm_usd_per_h for one in blamed) else ()

    @cached_property
    def behind(self) -> tuple[Suspect, ...]:
        """The keys that the cause is about: the first suspect, or those with most of an incident of many keys."""
        if self.unit_cost and not self.has_spike:
            return tuple(one for one in self.suspects if one.key_id == self.unit_cost[0].key_id)
        if not self.is_account_sure or self.blamed:
            return self.suspects[:1]
        if self.joint is not None:
            ids = frozenset(self.joint.key_ids)
            return tuple(one for one in self.suspects if one.key_id in ids)
        return most_of(self._by_excess)

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
    def _ranked(self) -> tuple[Suspect, ...]:
        """By history if every costly key and the running hour are known; else a first look, which includes that hour.

        Nobody before the calls show who burns now: a key that was wild at noon is not named at midnight.
        """
        inputs = self.inputs
        if inputs.awaits_calls:
            return ()
        looked = first_look(inputs.costs, inputs.day_part, inputs.paces) if inputs.costs is not None else ()
        ranked: tuple[Suspect, ...] | None = None
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
        return ranked if ranked is not None else looked

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
        part = self.inputs.uses_since(known, self.since) if known else None
        if part is None:
            return why(now[0], now[1], {}, 0.0)
        models, hours = without(together(self.usual_uses[key_id] for key_id in known), part)
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
        free = (one for one in self._ranked if one.key_id not in stopped)
        if any(one.share >= BLAMED_SHARE and one.pace_usd_per_h for one in free):
            return None
        return max(stopped[one.key_id] for one in held)

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
