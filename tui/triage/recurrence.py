"""How often the like occurred before: a weekly alarm is useless, so past spikes raise the bar for the next one.

A bar is never lower than what the last three weeks of the account, or of the key, would have crossed more than once a
fortnight. One incident in that time raises nothing: the second one counts.
"""

import itertools
from collections.abc import Callable, Iterable, Sequence

from tui.triage.spike_search import CONFIRMED_WITHIN
from tui.triage.spikes import MORE_CALLS, Bars, FlaggedHour, SpikeBounds

AGAIN = 2
"""What occurred this often in three weeks counts."""
MARGIN = 2.0
"""The next one may be larger than the last."""
CALLS_MARGIN = 1.2


def bars_of(past: Iterable[Sequence[FlaggedHour]], bounds: SpikeBounds) -> Bars:
    """The bars for the next spike, from those that are over."""
    spikes = [[hour for hour in hours if not hour.is_thin] for hours in past]
    levels = [told_level(hours, bounds) for hours in spikes]
    more_calls = [_most(hours, lambda one: one.more_calls) / MORE_CALLS for hours in spikes]
    return Bars(
        raised(levels, MARGIN),
        MORE_CALLS * raised(more_calls, CALLS_MARGIN),
        before=sum(level >= 1.0 for level in levels),
        excess_usd=_again(sum(hour.excess_usd for hour in hours) for hours in spikes),
    )


def told_level(hours: Sequence[FlaggedHour], bounds: SpikeBounds) -> float:
    """The multiple of the bounds at which a past spike would still have been reported.

    It is reported by its second hit within three hours, or by a single hit that is sure.
    """
    alone = _most(hours, _times_bound) / bounds.sure_bars
    pairs = (
        min(_times_bound(one), _times_bound(other))
        for one, other in itertools.pairwise(hours)
        if other.start - one.start <= CONFIRMED_WITHIN
    )
    return max(alone, max(pairs, default=0.0))


def raised(levels: Iterable[float], margin: float = MARGIN) -> float:
    """How much bars are raised, from the levels of past spikes; never lowered.

    >>> raised([3.0, 2.0]), raised([5.0]), raised([0.5, 0.5])
    (4.0, 1.0, 1.0)
    """
    return max(1.0, margin * _again(levels))


def _again(values: Iterable[float]) -> float:
    """The highest value that occurred often enough to count; 0 for none."""
    highest = sorted(values, reverse=True)
    return highest[AGAIN - 1] if len(highest) >= AGAIN else 0.0


def _most(hours: Sequence[FlaggedHour], figure: Callable[[FlaggedHour], float]) -> float:
    return max(map(figure, hours), default=0.0)


def _times_bound(hour: FlaggedHour) -> float:
    return hour.actual_usd / hour.bound_usd
