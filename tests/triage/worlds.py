"""Made-up accounts, record by record: four weeks that are known, one that is judged, and what really happened in it.

A `Sketch` is an account while it is drawn: rows without prices, which incidents change. Its `world` never changes.
"""

import random
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from functools import cached_property
from zoneinfo import ZoneInfo

from tests.triage.diary import DAY, HOUR, Diary
from tests.triage.rows import Miss, Team, Use, failed, list_usd, moment, priced
from tui.domain.keys import ApiKey, Group, SpendWindow, WindowName
from tui.domain.usage import Call, FailedCall
from tui.triage.findings import FindingKind

OVERLOADED = (
    (529, "upstream", "Overloaded"),
    (529, "upstream", "Overloaded"),
    (429, "upstream", "This request would exceed your organization's rate limit"),
    (503, "upstream", "upstream connect error or disconnect/reset before headers"),
)
TOO_LONG = (400, "invalid_request", "prompt is too long: 207311 tokens > 200000 maximum")
ERRORS, MOST_ERRORS, USER_ERRORS = 0.014, 0.06, 0.001


@dataclass(frozen=True)
class Truth:
    """Something that really happened in the judged week. What is told of its kinds while it lasts is no false alarm.

    `key_id` None: the account, or a group of it.
    """

    begin: datetime
    end: datetime
    kinds: frozenset[FindingKind]
    key_id: int | None
    size: float
    """How many times the usual it is."""
    story: str
    """What a person should hear."""
    is_due: bool = True
    """Whether it has to be told; else it may be."""
    excess_usd: float = 0.0
    """What it cost in all beyond the usual, as billed; 0 where that is not the point."""
    but: str = ""
    """Why it looks like what happens in quiet weeks all the time; "" where it does not."""


@dataclass(frozen=True)
class World:
    """An account at the end of five weeks, with all of its records, oldest first."""

    kind: str
    seed: int
    zone: ZoneInfo
    keys: tuple[ApiKey, ...]
    calls: tuple[Call, ...]
    failed: tuple[FailedCall, ...]
    balance_usd: float
    judged: tuple[datetime, datetime]
    truths: tuple[Truth, ...] = ()
    happenings: tuple[str, ...] = ()
    """What was out of the ordinary and is no trouble, such as a holiday."""


@dataclass
class Holder:
    """A key, from when it was made until it was deleted."""

    id: int
    name: str
    team: Team
    created: float
    deleted: float | None = None
    status: str = "active"


@dataclass
class Sketch:
    """An account that is still being drawn."""

    kind: str
    seed: int
    diary: Diary
    holders: dict[int, Holder]
    uses: list[Use]
    misses: list[Miss] = field(default_factory=list)
    changes: dict[str, list[tuple[float, float]]] = field(default_factory=dict)
    truths: list[Truth] = field(default_factory=list)
    happenings: list[str] = field(default_factory=list)
    people: frozenset[int] = frozenset()
    """The keys of people."""
    balance_usd: float | None = None
    """None: enough for some weeks."""

    def draw(self, what: str) -> random.Random:
        """Lots for one purpose: what is drawn for others does not change them."""
        return random.Random(f"{self.kind}/{self.seed}/{what}")

    def usd(self, use: Use) -> float:
        """What a call is billed, before any list changes."""
        return list_usd(use) * self.holders[use.key].team.multiplier(use.at)

    def hours(self, begin: float, end: float, key: int | None = None) -> list[float]:
        """What hours cost from a moment on, of the account or of a key."""
        found = [0.0] * max(0, int((end - begin) / HOUR + 0.5))
        for use in self.uses:
            index = int((use.at - begin) // HOUR)
            if 0 <= index < len(found) and key in (None, use.key):
                found[index] += self.usd(use)
        return found

    @cached_property
    def known_hours(self) -> list[float]:
        """What each hour of the four known weeks cost."""
        return self.hours(self.diary.midnights[0], self.diary.judged[0])

    def busy_hour_usd(self) -> float:
        """What a busy hour of the account costs: the mean of the busier half of its active hours."""
        active = sorted(usd for usd in self.known_hours if usd > 0) or [0.0]
        busier = active[len(active) // 2 :]
        return sum(busier) / len(busier)

    def usual_week_usd(self) -> float:
        """What a known week cost."""
        return sum(self.known_hours) / 4

    def spent_usd(self) -> dict[int, float]:
        """What each key cost in the known weeks; keys that were not used are left out."""
        found: dict[int, float] = {}
        for use in self.uses:
            if use.at < self.diary.judged[0]:
                found[use.key] = found.get(use.key, 0.0) + self.usd(use)
        return found

    def new_key(self, name: str, created: float, like: int | None = None) -> int:
        """Another key, in the group of one that is there."""
        key, like = max(self.holders) + 1, like if like is not None else min(self.holders)
        self.holders[key] = Holder(key, name, self.holders[like].team, created)
        return key

    def tell(
        self,
        span: tuple[float, float],
        kinds: Iterable[FindingKind],
        key: int | None,
        story: str,
        *,
        size: float = 1.0,
        usd: float = 0.0,
        is_due: bool = True,
        but: str = "",
    ) -> None:
        """Note what really happens."""
        begin, end = span
        self.truths.append(Truth(moment(begin), moment(end), frozenset(kinds), key, size, story, is_due, usd, but))

    def fail_now_and_then(self) -> None:
        """Errors of every day: some hours the provider is overloaded, some prompts are too long; all are retried."""
        draw = self.draw("errors")
        rates: dict[int, float] = {}
        for use in self.uses:
            hour = int(use.at // HOUR)
            rate = rates.get(hour)
            if rate is None:
                rate = rates[hour] = min(MOST_ERRORS, ERRORS * draw.lognormvariate(0.0, 0.7))
            lot = draw.random()
            if lot < rate:
                status, category, message = draw.choice(OVERLOADED)
                at = use.at - draw.uniform(1.0, 12.0)
                self.misses.append(
                    Miss(at, use.key, use.model, status, category, message, use.ip, use.agent, use.endpoint)
                )
            elif lot > 1 - USER_ERRORS:
                self.misses.append(Miss(use.at - 2.0, use.key, use.model, *TOO_LONG, use.ip, use.agent, use.endpoint))

    def world(self) -> World:
        """The account as its records tell it: what was called and failed within the five weeks."""
        begin, end = self.diary.midnights[0], self.diary.judged[1]
        names = {key: one.name if one.deleted is None else None for key, one in self.holders.items()}
        uses = sorted((use for use in self.uses if begin <= use.at < end), key=lambda use: use.at)
        calls = tuple(
            priced(i, use, names[use.key], self.holders[use.key].team, self.changes) for i, use in enumerate(uses, 1001)
        )
        misses = sorted((miss for miss in self.misses if begin <= miss.at < end), key=lambda miss: miss.at)
        errors = tuple(
            failed(i, miss, names[miss.key], self.holders[miss.key].team) for i, miss in enumerate(misses, 501)
        )
        weeks = self.draw("balance").uniform(2.5, 8.0)
        balance = weeks * sum(call.billed_number for call in calls) / 5 + 1.0
        last = {use.key: use for use in uses}
        return World(
            self.kind,
            self.seed,
            self.diary.zone,
            tuple(_key(one, last.get(key)) for key, one in sorted(self.holders.items()) if one.deleted is None),
            calls,
            errors,
            self.balance_usd if self.balance_usd is not None else round(balance, 2),
            (moment(self.diary.judged[0]), moment(end)),
            tuple(self.truths),
            tuple(self.happenings),
        )


def _key(one: Holder, last: Use | None) -> ApiKey:
    multiplier = Decimal(repr(one.team.multipliers[-1][1]))
    zero = Decimal(0)
    return ApiKey(
        one.id,
        one.name,
        f"sk-{one.id:03}...{one.id * 7919 % 10000:04}",
        one.status,
        zero,
        zero,
        tuple(SpendWindow(name, zero, zero, None) for name in WindowName),
        group=Group(one.team.id, one.team.name, "anthropic", multiplier),
        group_id=one.team.id,
        in_flight=0,
        last_used_at=moment(last.at) if last is not None else None,
        last_used_ip=last.ip if last is not None else None,
        created_at=moment(one.created),
    )


LONG_AGO_S = 120 * DAY
"""How long before the five weeks keys were made that are older."""
