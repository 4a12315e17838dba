"""The hours that are judged: those that are over, of the account and of each key, and what is usual in them."""

from collections import ChainMap
from collections.abc import Mapping
from datetime import datetime
from functools import cached_property
from typing import cast

from tui.domain.clock import floor_hour
from tui.domain.usage import HourlyCost, Sums
from tui.triage.baselines import FullHours, full_hours_of, settled
from tui.triage.causes import Uses
from tui.triage.inputs import Inputs
from tui.triage.takeovers import Takeover, find_takeovers, joined

GRAVE_DAYS, GRAVE_USD = 1.0, 10.0
"""What has cost so many usual days of the account above usual, and so much, cannot wait, however even it is."""


class JudgedHours:
    """The hours of a moment. Each fact is computed when first needed, and then cached."""

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
        """The full hours of each key. A key that took over also has those of the former key, which is dropped.

        On the first day the former one stays, with its last day: whoever replaces a stolen key is not to blame for it.
        """
        keys, memo, until = dict(self._own_hours), self.inputs.memo, floor_hour(self.now)
        for one in self.takeovers:
            before, after = keys[one.from_id], keys[one.key_id]
            running = self.inputs.running_by_key.get(one.from_id)
            if one.is_settled(until) and not (running is not None and running.so_far_usd):
                del keys[one.from_id]
                keys[one.key_id] = joined(memo, one.key_id, before, after)
            else:
                keys[one.key_id] = joined(memo, one.key_id, before, after, one.usual_until)
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

    def usual_day_usd(self, since: datetime) -> float:
        """What a day of the account cost in the week before a moment."""
        return self.full_hours.week_usd(floor_hour(since)) / 7 if self.full_hours is not None else 0.0

    def is_grave(self, since: datetime, excess_usd: float, days: float = GRAVE_DAYS) -> bool:
        """Whether something has cost so many usual days by now that it cannot wait."""
        return self.full_hours is not None and excess_usd >= max(days * self.usual_day_usd(since), GRAVE_USD)
