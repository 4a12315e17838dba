"""What goes wrong in a made-up account."""

import random
from dataclasses import dataclass, replace

from tests.triage.accounts import DAYS, JUDGED, KNOWN_DAYS, Account


@dataclass(frozen=True)
class Incident:
    """An account in which something went wrong: which key did it, from which hour on, and in how many hours.

    `part` is how much of its first hour the incident had. The rest of the first hour was as usual.
    """

    account: Account
    key_id: int
    begin: int
    hours: int
    part: float
    extra_usd: float


def run(plain: Account, times: float, seed: int, hours: int = 4) -> Incident:
    """One key makes the account cost so many times its busy hour, whatever the time of day."""
    draw = random.Random(f"run/{seed}/{times}")
    return inject(plain, draw.choice(sorted(plain.keys)), (times - 1) * plain.level_usd(), draw, hours)


def small_key(plain: Account, seed: int, week_share: float = 0.015) -> Incident:
    """A key that wastes 1.5 % of a week's cost in each hour: mostly under what the account as a whole may cost."""
    draw = random.Random(f"small/{seed}")
    least = sorted(plain.keys, key=lambda key_id: sum(plain.keys[key_id]))[: max(1, len(plain.keys) // 2)]
    return inject(plain, draw.choice(least), max(0.35, week_share * _week_usd(plain)), draw)


def new_key(plain: Account, seed: int) -> Incident:
    """A key that was never used, and costs 2 % of a week an hour."""
    draw = random.Random(f"new/{seed}")
    grown = replace(plain, keys={**plain.keys, 99: [0.0] * (DAYS * 24)})
    return inject(grown, 99, max(0.45, 0.02 * _week_usd(plain)), draw)


def dormant_key(plain: Account, seed: int) -> Incident:
    """A key that was used until ten days ago."""
    draw = random.Random(f"dormant/{seed}")
    past = [0.2 * plain.level_usd() if i % 24 < 8 else 0.0 for i in range((KNOWN_DAYS - 10) * 24)]
    grown = replace(plain, keys={**plain.keys, 98: past + [0.0] * (DAYS * 24 - len(past))})
    return inject(grown, 98, max(0.45, 0.02 * _week_usd(plain)), draw)


def two_causes(plain: Account, seed: int) -> Incident:
    """Two keys at once, the named one with two thirds of the excess."""
    draw = random.Random(f"two/{seed}")
    first, second = draw.sample(sorted(plain.keys), 2)
    one = inject(plain, first, 8 / 3 * plain.level_usd(), draw)
    keys = {key_id: list(usd) for key_id, usd in one.account.keys.items()}
    for hour in range(one.begin, one.begin + one.hours):
        keys[second][hour] += 4 / 3 * plain.level_usd() * (one.part if hour == one.begin else 1.0)
    return replace(one, account=replace(one.account, keys=keys))


def slow_day(plain: Account, seed: int) -> Incident:
    """A key that costs more by an even trickle from local midnight on: a usual weekday more in a day, 20 hours long."""
    draw = random.Random(f"leak/{seed}")
    offset = round(plain.kind.zone.utcoffset(None).total_seconds() / 3600)  # type: ignore[union-attr]
    begin = draw.randrange(JUDGED.start + 24, JUDGED.stop - 24) // 24 * 24 - offset
    key_id = draw.choice(sorted(plain.keys))
    a_day = max(sum(_account_hours(plain, begin - 24 * back, 24)) for back in range(1, 8))
    return inject(plain, key_id, max(1.4 * a_day / 24, 0.08 * _week_usd(plain) / 12), draw, 20, begin)


def slow_day_and_half(plain: Account, seed: int) -> Incident:
    """A key that costs 0.4 % of a week more in each hour, from any hour on, for a day and a half."""
    draw = random.Random(f"lasting/{seed}")
    begin = draw.randrange(JUDGED.start, JUDGED.stop - 40)
    return inject(plain, draw.choice(sorted(plain.keys)), 0.004 * _week_usd(plain), draw, 36, begin)


def dear_calls(plain: Account, seed: int) -> Incident:
    """The same calls at four times the cost, where that is worth 0.6 % of a week in the first full hour.

    So a switched model, a broken cache and a raised multiplier all look from outside.
    """
    draw = random.Random(f"dear/{seed}")
    least_usd = max(0.2, 0.006 * _week_usd(plain))
    places = [
        (key_id, hour)
        for key_id, usd in sorted(plain.keys.items())
        for hour in range(JUDGED.start, JUDGED.stop - 8)
        if 3 * usd[hour + 1] >= least_usd and sum(plain.calls[key_id][hour + 1 : hour + 3]) >= 20
    ]
    key_id, begin = draw.choice(places)
    keys = {one: list(usd) for one, usd in plain.keys.items()}
    part = draw.uniform(0.1, 1.0)
    for hour in range(begin, begin + 4):
        keys[key_id][hour] *= 1 + 3 * (part if hour == begin else 1.0)
    return Incident(replace(plain, keys=keys), key_id, begin, 4, part, 3 * plain.keys[key_id][begin + 1])


def inject(
    plain: Account, key_id: int, extra_usd: float, draw: random.Random, hours: int = 4, begin: int | None = None
) -> Incident:
    """Add a cost to some hours of a key, the first of which it has only a part of."""
    if begin is None:
        begin, part = draw.randrange(JUDGED.start, JUDGED.stop - 8), draw.uniform(0.1, 1.0)
    else:
        part = 1.0
    keys = {one: list(usd) for one, usd in plain.keys.items()}
    for hour in range(begin, begin + hours):
        keys[key_id][hour] += extra_usd * draw.uniform(0.85, 1.15) * (part if hour == begin else 1.0)
    return Incident(replace(plain, keys=keys), key_id, begin, hours, part, extra_usd)


def _week_usd(plain: Account) -> float:
    return sum(_account_hours(plain, JUDGED.start - 7 * 24, 7 * 24))


def _account_hours(plain: Account, first: int, count: int) -> list[float]:
    return [sum(usd[hour] for usd in plain.keys.values()) for hour in range(first, first + count)]
