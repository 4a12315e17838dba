"""Incidents of spend: loops, leaks, keys that are new, asleep or stolen, two at once, and a deadline that is none."""

import random
from collections.abc import Callable

from tests.triage.diary import DAY, HOUR
from tests.triage.rows import Use
from tests.triage.worlds import Sketch
from tui.triage.findings import FindingKind

MOST_PER_MIN = 6.0
LIKE_WORK, WORK_TIMES = "no more than work", 2.5
WORTH_USD = 0.50
"""What an hour of an incident costs at least that has to be told."""
OF_SPEND = (FindingKind.SPIKE, FindingKind.SLOW_SPEND, FindingKind.UNIT_COST)
THIEF_IP, THIEF_AGENT = "45.155.205.99", "python-requests/2.32.3"
THIEF_AGENTS = (THIEF_AGENT, "OpenAI/Python 1.101.0", "curl/8.5.0", "node-fetch/3.3", "SillyTavern/1.13")


def loop(at: Sketch, key: int, span: tuple[float, float], usd_per_h: float, like: Use | None = None) -> float:
    """Calls that a program makes over and over until they cost so much an hour; returns what they cost in all.

    They look like a call that the key makes anyway, and come minute by minute; where that would take too many they
    are bigger.
    """
    draw = at.draw(f"loop/{key}/{span[0]}")
    like = (like or typical(at, key))._replace(key=key)
    a_call = max(1e-9, at.usd(like))
    per_min = min(MOST_PER_MIN, max(0.5, usd_per_h / 60 / a_call))
    like = like.scaled(usd_per_h / 60 / per_min / a_call)
    spent, when = 0.0, span[0] + draw.uniform(0, 30)
    while when < span[1]:
        use = like.scaled(draw.lognormvariate(-0.02, 0.2))._replace(at=when)
        at.uses.append(use)
        spent += at.usd(use)
        when += 60 / per_min * draw.uniform(0.6, 1.4)
    return spent


def agents(at: Sketch, key: int, span: tuple[float, float], usd_per_h: float) -> float:
    """Agents that were let loose: calls of all sizes that the key makes, at any moment, until they cost so much an
    hour; returns what they cost in all. Nothing but their number tells them from work.
    """
    draw, mine = at.draw(f"agents/{key}/{span[0]}"), _latest(at, key) or [typical(at, key)._replace(key=key)]
    a_call = max(1e-9, sum(map(at.usd, mine)) / len(mine))
    per_min = min(MOST_PER_MIN, max(0.5, usd_per_h / 60 / a_call))
    factor = usd_per_h / 60 / per_min / a_call
    spent, when = 0.0, span[0]
    while (when := when + draw.expovariate(per_min / 60)) < span[1]:
        use = draw.choice(mine).scaled(factor)._replace(at=when)
        at.uses.append(use)
        spent += at.usd(use)
    return spent


def _latest(at: Sketch, key: int) -> list[Use]:
    return sorted((use for use in at.uses if use.key == key), key=lambda use: use.at)[-300:]


def typical(at: Sketch, key: int) -> Use:
    """A call as the key makes them: of middling cost among its last."""
    mine = _latest(at, key)
    if not mine:
        return typical(at, min(at.spent_usd()))
    return sorted(mine, key=at.usd)[len(mine) // 2]


def a_span(at: Sketch, draw: random.Random, hours: float) -> tuple[float, float]:
    """So many hours at any moment of the judged week."""
    first, last = at.diary.judged
    begin = draw.uniform(first + 1200, last - hours * HOUR - 1200)
    return begin, begin + hours * HOUR


def in_use(at: Sketch) -> list[int]:
    """The keys that were used of late, and are there still; all that are there while everybody is away."""
    since = at.diary.judged[0] - 10 * DAY
    used = {use.key for use in at.uses if since <= use.at < at.diary.judged[0]}
    there = {key for key, holder in at.holders.items() if holder.deleted is None}
    return sorted(used & there or there)


def day_level_usd(at: Sketch, key: int) -> float:
    """What a busy hour of a key costs."""
    active = sorted(usd for usd in at.hours(at.diary.midnights[0], at.diary.judged[0], key) if usd > 0)
    busier = active[len(active) // 2 :]
    return sum(busier) / max(1, len(busier))


def usual_day_usd(at: Sketch) -> float:
    """What a workday of the known weeks costs: their median."""
    hours, diary = at.known_hours, at.diary
    days = sorted(sum(hours[day * 24 : day * 24 + 24]) for day in range(28) if not diary.is_weekend(day))
    return days[len(days) // 2]


def as_others_do(at: Sketch, usd_per_h: float, keys: list[int]) -> str:
    """Says so where what is wasted is no more than two busy hours and a half of a busy one of some keys: then nothing
    tells it from somebody at work, or from somebody new.
    """
    levels = sorted(day_level_usd(at, key) for key in keys)
    level = levels[len(levels) * 3 // 4] if levels else 0.0
    return LIKE_WORK if usd_per_h < WORK_TIMES * level else ""


def run(at: Sketch, draw: random.Random, times: float, hours: float = 4) -> None:
    """One key makes the account cost so many times its busy hour, whatever the time of day."""
    extra = (times - 1) * at.busy_hour_usd()
    _waste(at, draw.choice(in_use(at)), a_span(at, draw, hours), extra, "runs away")


def agents_run(at: Sketch, draw: random.Random, times: float, hours: float = 4) -> None:
    """The same by agents: no call is like the other."""
    extra = (times - 1) * at.busy_hour_usd()
    _waste(at, draw.choice(in_use(at)), a_span(at, draw, hours), extra, "lets agents run", how=agents)


def slow_leak(at: Sketch, draw: random.Random, times: float, hours: float = 24) -> None:
    """A key that costs so many usual days of the account more in a day, evenly."""
    key, span, day_usd = draw.choice(in_use(at)), a_span(at, draw, hours), times * usual_day_usd(at)
    spent = loop(at, key, span, day_usd / 24)
    story = f"key {key} leaks: {times:g} usual days of the account in a day"
    at.tell(span, OF_SPEND, key, story, size=1 + times, usd=spent, is_due=spent >= 4 * WORTH_USD)


def grows(at: Sketch, draw: random.Random, a_day: float) -> None:
    """The dearest key makes from day to day so many times the calls of the day before, all of the week."""
    spent, (begin, end) = at.spent_usd(), at.diary.judged
    key = max(in_use(at), key=lambda key: spent[key])
    more, usd = [], 0.0
    for use in [use for use in at.uses if use.key == key and begin <= use.at < end]:
        times = a_day ** ((use.at - begin) / DAY) - 1
        for _again in range(int(times) + (draw.random() < times % 1)):
            more.append(use._replace(at=min(end - 1, use.at + draw.uniform(30, 1800))))
            usd += at.usd(use)
    at.uses += more
    story = f"key {key} makes {a_day - 1:.0%} more calls from day to day"
    at.tell((begin, end), (*OF_SPEND, FindingKind.GROWTH), key, story, size=a_day**7, usd=usd)


def small_key(at: Sketch, draw: random.Random) -> None:
    """A key of the cheaper half wastes 1.5 % of a week's cost in each of four hours."""
    spent = at.spent_usd()
    keys = sorted(in_use(at), key=lambda key: spent[key])
    key, usd_per_h = draw.choice(keys[: max(1, len(keys) // 2)]), max(0.35, 0.015 * at.usual_week_usd())
    but = as_others_do(at, usd_per_h, [key])
    _waste(at, key, a_span(at, draw, 4), usd_per_h, "is small, and runs away", but=but)


def new_key(at: Sketch, draw: random.Random) -> None:
    """A key that was made that hour costs 2 % of a week an hour."""
    span, like = a_span(at, draw, 4), typical(at, draw.choice(in_use(at)))
    key = at.new_key("try-out", span[0] - 1800, like.key)
    usd_per_h = max(0.45, 0.02 * at.usual_week_usd())
    _waste(at, key, span, usd_per_h, "is new, and runs away", like, but=as_others_do(at, usd_per_h, in_use(at)))


def dormant_key(at: Sketch, draw: random.Random) -> None:
    """A key that was used until ten days before the week costs 2 % of a week an hour."""
    span, like = a_span(at, draw, 4), typical(at, draw.choice(in_use(at)))
    key, week_usd = at.new_key("old-tool", at.diary.midnights[0] - 90 * DAY, like.key), at.usual_week_usd()
    others = in_use(at)
    for day in range(18):
        loop(at, key, (at.diary.at(day, 8), at.diary.at(day, 16)), 0.15 * at.busy_hour_usd(), like)
    usd_per_h = max(0.45, 0.02 * week_usd)
    _waste(at, key, span, usd_per_h, "wakes up, and runs away", like, but=as_others_do(at, usd_per_h, others))


def _waste(
    at: Sketch,
    key: int,
    span: tuple[float, float],
    usd_per_h: float,
    story: str,
    like: Use | None = None,
    how: Callable[[Sketch, int, tuple[float, float], float], float] | None = None,
    but: str = "",
) -> None:
    size = 1 + usd_per_h / max(1e-9, at.busy_hour_usd())
    spent = how(at, key, span, usd_per_h) if how is not None else loop(at, key, span, usd_per_h, like)
    told = f"key {key} {story}: ${usd_per_h:.2f} an hour above usual"
    is_due = usd_per_h >= WORTH_USD
    at.tell(span, (*OF_SPEND, FindingKind.ORIGIN), key, told, size=size, usd=spent, is_due=is_due, but=but)


def stolen_key(at: Sketch, draw: random.Random, times: float = 1.0) -> None:
    """Somebody else has a key, and uses it at night as its owner does by day, from elsewhere and by another program."""
    key = draw.choice(in_use(at))
    day = at.diary.day_of(a_span(at, draw, 30)[0])
    begin = at.diary.at(day, draw.uniform(25.5, 27.0))
    steal(at, key, (begin, begin + 3 * HOUR), times)


def steal(at: Sketch, key: int, span: tuple[float, float], times: float) -> None:
    """The calls of a thief: so many times what a busy hour of the key costs, in each hour."""
    like = typical(at, key)._replace(ip=THIEF_IP, agent=THIEF_AGENT)
    spent = loop(at, key, span, times * day_level_usd(at, key), like)
    story = f"key {key} is used from {THIEF_IP} by python-requests: ${spent:.2f}"
    at.tell(span, (*OF_SPEND, FindingKind.ORIGIN), key, story, size=times, usd=spent, is_due=spent >= WORTH_USD)


def published_key(at: Sketch, draw: random.Random) -> None:
    """Half the world has a key, and uses it for six hours as its owner does by day, each a little."""
    key, span = draw.choice(in_use(at)), a_span(at, draw, 6)
    before = len(at.uses)
    spent = loop(at, key, span, day_level_usd(at, key), typical(at, key))
    crowd = [
        use._replace(ip=f"198.51.{draw.randrange(4)}.{draw.randrange(50)}", agent=draw.choice(THIEF_AGENTS))
        for use in at.uses[before:]
    ]
    at.uses[before:] = crowd
    story = f"key {key} was published: {len({use.ip for use in crowd})} addresses, ${spent:.2f}"
    at.tell(span, (*OF_SPEND, FindingKind.ORIGIN), key, story, size=1, usd=spent, is_due=spent >= WORTH_USD)


def deadline(at: Sketch, draw: random.Random) -> None:
    """All people work twice as much for three days. It may be told, and there is nobody to stop."""
    begin, end = at.diary.midnights[29], at.diary.midnights[32]
    more = [use for use in at.uses if begin <= use.at < end and use.key in at.people]
    at.uses += [use._replace(at=use.at + draw.uniform(30, 5400)) for use in more]
    at.tell((begin, end + DAY), (FindingKind.SLOW_SPEND,), None, "everybody works twice as much", size=2, is_due=False)


def two_causes(at: Sketch, draw: random.Random) -> None:
    """Two keys at once, the named one with two thirds of the excess."""
    keys, span, level = in_use(at), a_span(at, draw, 4), at.busy_hour_usd()
    first, second = draw.sample(keys, 2) if len(keys) > 1 else (keys[0], at.new_key("second", span[0] - 600, keys[0]))
    like = typical(at, second if second in keys else first)
    _waste(at, first, span, 8 / 3 * level, f"runs away together with {second}")
    loop(at, second, span, 4 / 3 * level, like)
    at.tell(span, OF_SPEND, second, f"key {second} runs away together with {first}", size=7 / 3, is_due=False)
