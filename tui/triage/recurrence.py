"""How often the like came before: an alarm that comes every week is none, and raises the bar for the next one.

A bar is never lower than what the last three weeks of the account, or of the key, would have crossed more than once a
fortnight. One incident in that time raises nothing: it is the second one that counts.
"""

import itertools
from collections.abc import Callable, Iterable, Sequence

from tui.triage.spikes import CONFIRMED_WITHIN, MORE_CALLS, Bars, FlaggedHour, SpikeBounds

AGAIN = 2
"""What came so often in three weeks counts."""
MARGIN = 2.0
"""What comes next may be larger than what came."""
CALLS_MARGIN = 1.2


def bars_of(past: Iterable[Sequence[FlaggedHour]], bounds: SpikeBounds) -> Bars:
    """The bars for the next spike, by those that are over."""
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
    """By how many times the bounds could have been raised for a past spike to be told all the same.

    It is told by its second hit within three hours, or by one that is sure alone.
    """
    alone = _most(hours, _times_bound) / bounds.sure_bars
    pairs = (
        min(_times_bound(one), _times_bound(other))
        for one, other in itertools.pairwise(hours)
        if other.start - one.start <= CONFIRMED_WITHIN
    )
    return max(alone, max(pairs, default=0.0))


def raised(levels: Iterable[float], margin: float = MARGIN) -> float:
    """By how much bars are raised, by what past spikes would have been told up to; never lowered.

    >>> raised([3.0, 2.0]), raised([5.0]), raised([0.5, 0.5])
    (4.0, 1.0, 1.0)
    """
    return max(1.0, margin * _again(levels))


def _again(values: Iterable[float]) -> float:
    """The highest value that came often enough to count; 0 for none."""
    highest = sorted(values, reverse=True)
    return highest[AGAIN - 1] if len(highest) >= AGAIN else 0.0


def _most(hours: Sequence[FlaggedHour], figure: Callable[[FlaggedHour], float]) -> float:
    return max(map(figure, hours), default=0.0)


def _times_bound(hour: FlaggedHour) -> float:
    return hour.actual_usd / hour.bound_usd
