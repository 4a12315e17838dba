"""What the twins are made with: calm accounts, hours by the clock, and the figures that bounds rest on."""

import random
from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta

from tests.triage.diary import DAY, DAYS, HOUR, Diary, draw_diary
from tests.triage.expectations import Must, Never, Span, Twin
from tests.triage.kinds import sketch
from tests.triage.rows import moment
from tests.triage.worlds import Sketch
from tui.triage.findings import FindingKind
from tui.triage.severity import Severity

THAT_DAY = 30
"""The day on which things happen: a Wednesday."""
COSTS = frozenset({FindingKind.SPIKE, FindingKind.SLOW_SPEND, FindingKind.UNIT_COST, FindingKind.PRICE})
SPIKE, SLOW = frozenset({FindingKind.SPIKE}), frozenset({FindingKind.SLOW_SPEND})
PRICE = frozenset({FindingKind.PRICE})
UNIT, ORIGIN = frozenset({FindingKind.UNIT_COST}), frozenset({FindingKind.ORIGIN})
FAILURES = frozenset({FindingKind.STORM, FindingKind.FAILING})


def calm(kind: str, seed: int) -> Sketch:
    """An account of which nothing is out of the ordinary: no holiday, no deadline, nobody comes, leaves or travels."""
    return sketch(kind, seed, _calm_diary(seed))


def _calm_diary(seed: int) -> Diary:
    found = draw_diary(random.Random(f"calm/{seed}"))
    return replace(found, first=found.first - timedelta(days=found.first.weekday()), busy=(1.0,) * DAYS)


def hours(at: Sketch, begin: float, length: float, day: int = THAT_DAY) -> Span:
    """So many hours of a day, from an hour by the clock on."""
    first = at.diary.at(day, begin)
    return first, first + length * HOUR


def later(span: Span, hours_more: float) -> Span:
    """A span with some hours after it."""
    return span[0], span[1] + hours_more * HOUR


def people(at: Sketch) -> list[int]:
    """The keys of people that are there still, the one that spends most first."""
    spent = at.spent_usd()
    there = [key for key in at.people if at.holders[key].deleted is None and key in spent]
    return sorted(there, key=lambda key: -spent[key])


def someone(at: Sketch) -> int:
    """The key of somebody who spends neither most nor least."""
    there = people(at)
    return there[len(there) // 2]


def largest(at: Sketch) -> int:
    """The key that spends most."""
    spent = at.spent_usd()
    return max(spent, key=lambda key: spent[key])


def silence(at: Sketch, key: int, span: Span) -> None:
    """Take away what a key did."""
    at.uses[:] = [use for use in at.uses if use.key != key or not span[0] <= use.at < span[1]]
    at.misses[:] = [one for one in at.misses if one.key != key or not span[0] <= one.at < span[1]]


def bound_usd(at: Sketch, hour: float) -> float:
    """What an hour of the account seldom costs: the greater of its 90th percentile in 14 days, and the usual hour."""
    near = sorted(
        usd for back in range(1, 15) for usd in at.hours(hour - back * DAY - HOUR, hour - back * DAY + 2 * HOUR)
    )
    active = sorted(usd for usd in at.hours(hour - 7 * DAY, hour) if usd > 0)
    return max(near[int(0.9 * len(near))], active[len(active) // 2])


def must(
    span: Span,
    kinds: Iterable[FindingKind],
    *keys: int | None,
    least: Severity = Severity.WARNING,
    since: Span | None = None,
) -> Must:
    """What has to be told."""
    return Must(span, frozenset(kinds), frozenset(keys), least, since)


def never(span: Span, kinds: Iterable[FindingKind], *keys: int | None, most: int = 0) -> Never:
    """What must not be told of these keys (none: of any) above a note, or not more often."""
    return Never(span, frozenset(kinds), frozenset(keys), most=most)


def twin(
    at: Sketch,
    principle: int,
    name: str,
    span: Span,
    *,
    musts: Iterable[Must] = (),
    nevers: Iterable[Never] = (),
    is_guilty: bool = False,
    story: str = "",
    cause: str | None = None,
    over_within_h: float | None = None,
) -> Twin:
    """One of a pair; it is watched from six hours before something happens until six hours after."""
    watch = (moment(max(at.diary.judged[0], span[0] - 6 * HOUR)), moment(min(at.diary.judged[1], span[1] + 6 * HOUR)))
    over = (span[1], timedelta(hours=over_within_h)) if over_within_h is not None else None
    found = (*musts,), (*nevers,)
    return Twin(principle, name, is_guilty, at.world(), watch, *found, story, cause, over)
