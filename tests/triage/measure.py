"""The whole of triage, run hour by hour and ten minutes by ten minutes over made-up accounts."""

import random
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import lru_cache
from statistics import median

from tests.triage import incidents
from tests.triage.accounts import HOUR, JUDGED, START, Account, account, parts_of
from tests.triage.incidents import Incident
from tui.domain.memo import Memo
from tui.triage.causes import Uses
from tui.triage.find import find
from tui.triage.findings import FindingKind
from tui.triage.inputs import Inputs
from tui.triage.report import Report
from tui.triage.spikes import RunningHour

TEN_MINUTES = timedelta(minutes=10)
SLOW = (FindingKind.SLOW_SPEND, FindingKind.UNIT_COST)
"""The rules beside that of spikes of which false alarms are counted."""
HITS = "hits of the account, unconfirmed ones too"


@dataclass(frozen=True)
class Moment:
    """What is known at a moment, without what the running hour has brought since it began."""

    account: Account
    parts: dict[int, list[float]]
    index: int
    tens: int
    memo: Memo = field(default_factory=Memo)
    """That of the whole run: full hours are judged once."""

    @property
    def now(self) -> datetime:
        """A second before or after whole ten minutes, so that an hour that is over is over."""
        return START + HOUR * self.index + TEN_MINUTES * self.tens + timedelta(seconds=1)

    def report(self, balance_usd: float | None = None) -> Report:
        """What triage finds then."""
        so_far = {key_id: sum(parts[: self.tens]) for key_id, parts in self.parts.items()}
        ten = {key_id: parts[self.tens - 1] if self.tens else 0.0 for key_id, parts in self.parts.items()}
        whole, keys = self.account.known(self.index, so_far)
        running = {key_id: RunningHour(so_far[key_id], ten[key_id]) for key_id in so_far}
        return find(
            Inputs(
                self.now,
                whole,
                keys,
                RunningHour(sum(so_far.values()), sum(ten.values())),
                running,
                balance_usd=balance_usd,
                zone=self.account.kind.zone,
                recent_uses=tuple(
                    {
                        key_id: self.account.uses(key_id, self.index - span, span, (so_far[key_id], self.tens / 6))
                        for key_id in keys
                    }
                    for span in (2, 6)
                ),
                usual_uses={key_id: _usual_uses(self.account, key_id, self.index) for key_id in keys},
                memo=self.memo,
            )
        )


@lru_cache(maxsize=64)
def _usual_uses(one: Account, key_id: int, index: int) -> Uses:
    """What a key did in fifteen days."""
    return one.uses(key_id, index - 15 * 24, 15 * 24)


def moments(one: Account, hours: range, seed: int, tens: tuple[int, ...]) -> Iterator[Moment]:
    """Moments of some hours, in whole tens of minutes after they begin."""
    draw, memo = random.Random(f"parts/{seed}"), Memo()
    for index in hours:
        parts = {key_id: parts_of(usd[index], draw) for key_id, usd in one.keys.items()}
        for ten in tens:
            yield Moment(one, parts, index, ten, memo)


Alarms = Mapping[str, int]
"""How often something was told: by the account, by keys, by each other rule; and all hits of the account."""


class _Counter:
    """Counts what is told; within three hours it is the same again."""

    def __init__(self) -> None:
        self.counts = dict.fromkeys(("account", "keys", *SLOW, HITS), 0)
        self._last: dict[str, datetime] = {}

    def see(self, report: Report) -> None:
        told = {
            "account": report.spike is not None and report.spike.is_confirmed,
            "keys": bool(report.key_spikes),
            HITS: report.spike is not None,
            **{kind: any(one.kind is kind for one in report.findings) for kind in SLOW},
        }
        for name, is_on in told.items():
            if is_on:
                last = self._last.get(name)
                self.counts[name] += last is None or report.at - last > 3 * HOUR
                self._last[name] = report.at


@lru_cache(maxsize=256)
def quiet_week(seed: int) -> tuple[Alarms, Alarms]:
    """What is told in a week without an incident: looking once an hour, and half an hour later too."""
    hourly, running = _Counter(), _Counter()
    for moment in moments(account(seed), JUDGED, seed, (0, 3)):
        report = moment.report()
        running.see(report)
        if moment.tens == 0:
            hourly.see(report)
    return hourly.counts, running.counts


def first_week(seed: int) -> Alarms:
    """What is told in the first week in which an account is used at all, looking once an hour."""
    one, begin = account(seed), JUDGED.start
    keys = {key_id: [0.0] * begin + usd[begin:] for key_id, usd in one.keys.items()}
    calls = {key_id: [0] * begin + counts[begin:] for key_id, counts in one.calls.items()}
    seen = _Counter()
    for moment in moments(replace(one, keys=keys, calls=calls), range(begin + 1, JUDGED.stop), seed, (0,)):
        seen.see(moment.report(200.0))
    return seen.counts


@dataclass(frozen=True)
class Sort:
    """A sort of incidents, and the rule that should tell of them."""

    kind: FindingKind
    name: str
    make: Callable[[Account, int], Incident]


def is_told(report: Report, kind: FindingKind) -> bool:
    """Whether an incident is told: by the rule of its kind, or as a spike."""
    return report.is_alarm or any(one.kind is kind and one.is_sure for one in report.findings)


@dataclass(frozen=True)
class Found:
    """What came of an incident: after how long it was told (None: never), and whether its key was named."""

    delay_h: float | None
    rank: int | None


def followed(incident: Incident, seed: int, kind: FindingKind) -> Found | None:
    """Follow an incident to its end; None when something was told before it began."""
    plain = Moment(incident.account, dict.fromkeys(incident.account.keys, [0.0] * 6), incident.begin, 0)
    if is_told(plain.report(), kind):
        return None
    begin = START + HOUR * incident.begin + HOUR * (1 - incident.part)
    hours = range(incident.begin, incident.begin + incident.hours)
    delay, rank = None, None
    tens = (0, 1, 2, 3, 4, 5) if incident.hours <= 6 else (0,)
    for moment in moments(incident.account, hours, seed, tens):
        if moment.now <= begin:
            continue
        report = moment.report()
        if is_told(report, kind) and delay is None:
            delay = (moment.now - begin) / HOUR
        if is_told(report, kind):
            order = [one.key_id for one in report.suspects]
            rank = order.index(incident.key_id) + 1 if incident.key_id in order else 0
    last = Moment(incident.account, dict.fromkeys(incident.account.keys, [0.0] * 6), hours.stop, 0).report()
    if is_told(last, kind):
        delay = delay if delay is not None else float(incident.hours)
        order = [one.key_id for one in last.suspects]
        rank = order.index(incident.key_id) + 1 if incident.key_id in order else 0
    return Found(delay, rank)


@dataclass(frozen=True)
class Share:
    """The figures of many incidents of a sort."""

    name: str
    count: int
    found: float
    delay_h: float
    first: float
    top_three: float


def share_of(sort: Sort, count: int) -> Share:
    """Follow so many incidents of a sort."""
    results = [followed(sort.make(account(seed), seed), seed, sort.kind) for seed in range(count)]
    told = [one for one in results if one is not None]
    found = [one for one in told if one.delay_h is not None]
    return Share(
        sort.name,
        len(told),
        len(found) / len(told),
        median(one.delay_h for one in found if one.delay_h is not None) if found else float("nan"),
        sum(one.rank == 1 for one in found) / max(1, len(found)),
        sum(one.rank in (1, 2, 3) for one in found) / max(1, len(found)),
    )


SORTS: tuple[Sort, ...] = (
    Sort(FindingKind.SPIKE, "account ×3", lambda one, seed: incidents.run(one, 3, seed)),
    Sort(FindingKind.SPIKE, "account ×5", lambda one, seed: incidents.run(one, 5, seed)),
    Sort(FindingKind.SPIKE, "account ×10", lambda one, seed: incidents.run(one, 10, seed)),
    Sort(FindingKind.SPIKE, "small key", incidents.small_key),
    Sort(FindingKind.SPIKE, "half of that", lambda one, seed: incidents.small_key(one, seed, 0.0075)),
    Sort(FindingKind.SPIKE, "new key", incidents.new_key),
    Sort(FindingKind.SPIKE, "dormant key", incidents.dormant_key),
    Sort(FindingKind.SPIKE, "two causes", incidents.two_causes),
    Sort(FindingKind.UNIT_COST, "dearer calls ×4", incidents.dear_calls),
    Sort(FindingKind.SLOW_SPEND, "slow day", incidents.slow_day),
    Sort(FindingKind.SLOW_SPEND, "slow day and half", incidents.slow_day_and_half),
)
NOT_MADE_UP = frozenset({FindingKind.STORM, FindingKind.ORIGIN, FindingKind.FAILING, FindingKind.PLAN})
"""Kinds of which the accounts have nothing: no errors, no addresses, no plans. Their rules have tables of cases."""


def forecast_usual(seed: int, *, after_incident: bool = False) -> float:
    """How far off the time to empty at the usual pace is, as a factor; a tenfold run may be in the past week."""
    draw = random.Random(f"forecast/{seed}")
    one, index = account(seed), JUDGED.start + draw.randrange(7 * 24)
    if after_incident:
        keys = {key_id: list(usd) for key_id, usd in one.keys.items()}
        first, level = index - draw.randrange(24, 7 * 24), one.level_usd()
        for hour in range(first, first + 4):
            keys[1][hour] += 9 * level
        one = replace(one, keys=keys)
    future = _hours(one, index)
    balance_usd = sum(future[: draw.randrange(30, 150)])
    empty = Moment(one, dict.fromkeys(one.keys, [0.0] * 6), index, 0).report(balance_usd).usual_empty_at
    return _factor(empty, index, _empty_after(balance_usd, future))


def forecast_run(times: float, seed: int) -> float:
    """How far off the time to empty at the current rate is in the third hour of a run that goes on."""
    draw = random.Random(f"rate/{seed}")
    incident = incidents.run(account(seed), times, seed, hours=7 * 24)
    index = incident.begin + 3
    future = _hours(incident.account, index)
    balance_usd = sum(future[: draw.randrange(3, 24)])
    report = Moment(incident.account, dict.fromkeys(incident.account.keys, [0.0] * 6), index, 0).report(balance_usd)
    empty = report.current_empty_at or report.usual_empty_at
    return _factor(empty, index, _empty_after(balance_usd, future))


def _hours(one: Account, index: int) -> list[float]:
    return [sum(hour) for hour in zip(*(usd[index:] for usd in one.keys.values()), strict=True)]


def _empty_after(balance_usd: float, future: list[float]) -> float:
    left = balance_usd
    for hour, usd in enumerate(future):
        if usd >= left:
            return hour + left / usd
        left -= usd
    return float(len(future))


def _factor(empty: datetime | None, index: int, truth_h: float) -> float:
    if empty is None:
        return 60 * 24 / truth_h
    told = max(0.1, (empty - START - HOUR * index) / HOUR)
    return max(told / truth_h, truth_h / told)
