"""How the rules do on made-up accounts: what they tell in quiet weeks, what they find of incidents, and when.

Everything comes from judging the past as `aktop backtest` does: the rules that judge live, by what was known then.
"""

import random
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median
from typing import Any, Final

from tests.triage.diary import HOUR
from tests.triage.expectations import Twin, complaints
from tests.triage.guilty import guilty_world, quiet_world
from tests.triage.kinds import KINDS, sketch
from tests.triage.rows import moment
from tests.triage.spending import in_use, loop
from tests.triage.twins import PAIRS
from tests.triage.worlds import Truth, World
from tui.account.backtest import NoticeFigures, Told, backtest, judged
from tui.monitor.replay import Records
from tui.triage.causes import CausePart
from tui.triage.findings import FindingKind
from tui.triage.severity import Severity

BEFORE, AFTER = timedelta(hours=6), timedelta(hours=1)
"""How long before an incident the watch begins, and how long after it a notice still counts."""
PACES: Final = {"usual pace, days": None, "usual pace, a week": None, "run ×5": 5.0, "run ×10": 10.0}
"""Of what forecasts are measured."""
WITH_A_PACE: Final = tuple(kind for kind in KINDS if kind != "cents")
"""When the next of a few cents is spent is nothing to forecast."""
MAY_BE_TOLD = frozenset({"deadline"})
"""What need not be told, and is followed all the same: what else is told meanwhile counts."""
NOT_MADE_UP = frozenset({FindingKind.PLAN})
"""Kinds of which the accounts have nothing: no subscriptions. Their rules have tables of cases."""


def records(world: World) -> Records:
    """What is known of a world."""
    return Records(world.calls, world.zone, world.failed, world.keys, world.balance_usd)


def is_news(told: Told) -> bool:
    """Whether a notice disturbs: something began, or became worse."""
    return told.state in ("began", "worse")


@dataclass(frozen=True)
class QuietWeek:
    """The notices of a week in which nothing was wrong."""

    kind: str
    seed: int
    notices: tuple[Told, ...]
    happenings: tuple[str, ...]

    @property
    def critical(self) -> int:
        """How many could not wait."""
        return sum(told.severity is Severity.CRITICAL for told in self.notices)

    @property
    def by_kind(self) -> Counter[FindingKind]:
        """How many there were of each kind."""
        return Counter(told.kind for told in self.notices)


def quiet_week(kind: str, seed: int) -> QuietWeek:
    """Judge a quiet week."""
    world = quiet_world(kind, seed)
    notices = tuple(told for told in backtest(records(world), *world.judged) if is_news(told))
    return QuietWeek(kind, seed, notices, world.happenings)


@dataclass(frozen=True)
class Followed:
    """What came of an incident: when it was told (None: never), and whether the first notice named its key."""

    sort: str
    kind: str
    seed: int
    truth: Truth
    delay: timedelta | None
    is_first: bool | None
    """None: it is not of one key."""
    others: int
    """How many notices were of something else."""
    cause: CausePart | None = None
    """What the first notice called the largest part of the excess of a call."""


def followed(kind: str, seed: int, incident: str) -> Followed | None:
    """Judge the hours around an incident; None where there is nothing that has to be told."""
    world = guilty_world(kind, seed, incident)
    truth = next((one for one in reversed(world.truths) if one.is_due or incident in MAY_BE_TOLD), None)
    if truth is None:
        return None
    watch = max(world.judged[0], truth.begin - BEFORE), min(world.judged[1], truth.end + AFTER)
    known, causes = records(world), dict[datetime, CausePart]()
    figures, notices = NoticeFigures(known), list[Told]()
    for moment_of in judged(known, *watch):
        notices += (told for _notice, told in figures.of(moment_of) if told.state != "over")
        if moment_of.report.why is not None:
            causes[moment_of.at] = moment_of.report.why.main_of_call
    mine = [told for told in notices if _is_of(told, truth)]
    others = [told for told in notices if is_news(told) and not any(_is_of(told, one) for one in world.truths)]
    delay = mine[0].at - truth.begin if mine else None
    is_first = mine[0].key_id == truth.key_id if mine and truth.key_id is not None else None
    return Followed(incident, kind, seed, truth, delay, is_first, len(others), causes.get(mine[0].at) if mine else None)


def _is_of(told: Told, truth: Truth) -> bool:
    """Whether a notice tells of what really happened. One that blames another key still does if it is of an hour."""
    if told.kind not in truth.kinds or not truth.begin <= told.at <= truth.end + AFTER:
        return False
    is_right = truth.key_id is None or told.key_id in (truth.key_id, None)
    return is_right or told.kind in (FindingKind.SPIKE, FindingKind.SLOW_SPEND)


@dataclass(frozen=True)
class Share:
    """The figures of many incidents of a sort."""

    sort: str
    count: int
    found: float
    delay_min: float | None
    """The median, of those found."""
    first: float | None
    others: float
    fast: float
    """Found within the hour."""
    causes: Counter[CausePart]


def share_of(sort: str, results: Sequence[Followed]) -> Share:
    """Sum up incidents of a sort."""
    found = [one for one in results if one.delay is not None]
    named = [one.is_first for one in found if one.is_first is not None]
    return Share(
        sort,
        len(results),
        len(found) / max(1, len(results)),
        median(one.delay / timedelta(minutes=1) for one in found if one.delay is not None) if found else None,
        sum(named) / len(named) if named else None,
        sum(one.others for one in results) / max(1, len(results)),
        sum(one.delay is not None and one.delay <= timedelta(hours=1) for one in results) / max(1, len(results)),
        Counter(one.cause for one in found if one.cause is not None),
    )


def twin_complaints(twin: Twin) -> list[str]:
    """What is wrong with what is told of a twin."""
    return complaints(twin, list(backtest(records(twin.world), *twin.watch)))


def forecast_factor(kind: str, seed: int, pace: str) -> float | None:
    """How far off the time to empty is, as a factor: three hours into a run that goes on, or at the usual pace.

    None where no incident is firing then, though there is a run.
    """
    times, at = PACES[pace], sketch(kind, seed)
    draw = at.draw(f"forecast/{times}" if pace != "usual pace, a week" else pace)
    begin, end = at.diary.judged
    if pace == "usual pace, a week":
        begin, end = at.diary.midnights[21], at.diary.midnights[27]
    start = draw.uniform(begin, end - 72 * HOUR)
    if times is not None:
        loop(at, draw.choice(in_use(at)), (start, end), (times - 1) * at.busy_hour_usd())
    seen = moment(start + 3 * HOUR)
    whole = at.world()
    after = [(call.at, call.billed_number) for call in whole.calls if call.at > seen]
    if times is not None:
        hours, part = draw.uniform(3, 24), 1.0
    elif pace == "usual pace, a week":
        hours, part = draw.uniform(5, 10) * 24, 1.0
    else:
        hours, part = 68.0, draw.uniform(0.4, 1.0)
    balance_usd = part * sum(usd for when, usd in after if when <= seen + timedelta(hours=hours))
    known = Records(whole.calls, whole.zone, whole.failed, whole.keys, balance_usd - sum(usd for _, usd in after))
    report = [one.report for one in judged(known, seen - timedelta(hours=3), seen)][-1]
    if times is not None and report.current_empty_at is None:
        return None
    return _factor(report.current_empty_at or report.usual_empty_at, seen, _empty_at(after, balance_usd, seen))


def _empty_at(after: Sequence[tuple[datetime, float]], balance_usd: float, seen: datetime) -> datetime:
    left = balance_usd
    for when, usd in after:
        left -= usd
        if left <= 1e-9:
            return when
    return after[-1][0] if after else seen


def _factor(told: datetime | None, seen: datetime, truth: datetime) -> float:
    least = timedelta(minutes=6)
    really = max(least, truth - seen)
    said = max(least, told - seen) if told is not None else timedelta(days=60)
    return max(said / really, really / said)


Task = tuple[str, str, int, str]
"""What to measure: its sort, a kind of account, a seed, and an incident or the like."""


def tasks_of(sort: str, seeds: range, names: Sequence[str], kinds: Sequence[str] = tuple(KINDS)) -> Iterator[Task]:
    """Of each kind of account and of each name one for each seed."""
    order = [(sort, kind, seed, name) for name in names for kind in kinds for seed in seeds]
    random.Random("order").shuffle(order)
    yield from order


def measured(task: Task) -> Any:
    """One measurement, in a process of its own."""
    sort, kind, seed, name = task
    if sort == "quiet":
        return quiet_week(kind, seed)
    if sort == "guilty":
        return followed(kind, seed, name)
    if sort == "forecast":
        factor = forecast_factor(kind, seed, name)
        return None if factor is None else (name, factor)
    twin = PAIRS[int(name)](seed, kind == "guilty")
    return twin.principle, twin.name, kind, seed, twin_complaints(twin)
