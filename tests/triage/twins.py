"""Pairs of accounts that look alike, one guilty and one quiet, for each principle of good judgement.

Each function makes one of a pair: the guilty one, or the quiet one that is most like it.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Final

from tests.triage.diary import DAY, HOUR
from tests.triage.expectations import Never, Twin
from tests.triage.kinds import rotate
from tests.triage.prices import set_multiplier
from tests.triage.refusals import DAY_FULL, NO_BALANCE, OVERLOADED, refuse
from tests.triage.rows import Miss
from tests.triage.spending import THIEF_AGENT, THIEF_IP, day_level_usd, loop, steal, typical, usual_day_usd
from tests.triage.twin_tools import (
    COSTS,
    FAILURES,
    ORIGIN,
    PRICE,
    SLOW,
    SPIKE,
    THAT_DAY,
    UNIT,
    bound_usd,
    calm,
    hours,
    largest,
    later,
    must,
    never,
    people,
    silence,
    someone,
    twin,
)
from tui.triage.findings import FindingKind
from tui.triage.severity import Severity

MINUTE = 60.0


def deleted_key(seed: int, is_guilty: bool) -> Twin:
    """A contractor's key ran away and was deleted; or did its usual work and was deleted."""
    at = calm("agency", seed)
    key, span = someone(at), hours(at, 10, 4)
    silence(at, key, (span[1] + HOUR, at.diary.judged[1]))
    at.holders[key].deleted = span[1] + HOUR
    if not is_guilty:
        return twin(at, 1, "deleted key", span, nevers=[never(later(span, 6), SPIKE | SLOW, key)])
    loop(at, key, span, 6 * at.busy_hour_usd())
    others = Never(later(span, 6), SPIKE | SLOW, not_keys=frozenset({key}))
    return twin(
        at, 1, "deleted key", span, is_guilty=True, musts=[must(span, COSTS, key)], nevers=[others],
        story=f"deleted key #{key}, nearly all; nothing left to contain",
    )  # fmt: skip


def told_once(seed: int, is_guilty: bool) -> Twin:
    """A spike that ended two hours ago, and a leak that goes on."""
    at = calm("team", seed)
    key = people(at)[0]
    if is_guilty:
        span = hours(at, 9, 20)
        loop(at, key, span, 2 * usual_day_usd(at) / 24)
        return twin(at, 2, "told once", span, is_guilty=True, musts=[must(span, COSTS, key)], story="goes on leaking")
    span = hours(at, 9, 2)
    loop(at, key, span, 9 * at.busy_hour_usd())
    after = (span[1] + HOUR / 2, at.diary.midnights[THAT_DAY + 1])
    return twin(
        at, 2, "told once", span, musts=[must(span, SPIKE, key)], nevers=[never(after, SLOW)], over_within_h=4,
        story="a spike from 09:00 to 11:00, over",
    )  # fmt: skip


def dear_call(seed: int, is_guilty: bool) -> Twin:
    """One dear call at night, and a run of them."""
    at = calm("solo", seed)
    key, span = largest(at), hours(at, 3, 1)
    like, usd = typical(at, key), max(0.79, 1.5 * at.busy_hour_usd())
    at.balance_usd = 40 * usd
    for i in range(15 if is_guilty else 1):
        at.uses.append(like.scaled(usd / at.usd(like))._replace(at=span[0] + 60 + i * 2.5 * MINUTE))
    if is_guilty:
        return twin(at, 3, "dear call", span, is_guilty=True, musts=[must(span, COSTS, key)], story="15 dear calls")
    return twin(at, 3, "dear call", span, nevers=[never(later(span, 5), COSTS)], story=f"one call, ${usd:.2f}")


def floor_of_money(seed: int, is_guilty: bool) -> Twin:
    """$0.21 on an account of cents, and $1 000 an hour at 36 times the usual on a large one."""
    at = calm("large" if is_guilty else "cents", seed)
    if not is_guilty:
        span = hours(at, 14, 1)
        loop(at, largest(at), span, 0.21)
        return twin(at, 4, "floor", span, nevers=[never(later(span, 6), COSTS)])
    key = at.new_key("small-tool", at.diary.midnights[0] - 30 * DAY)
    span, like = hours(at, 10, 4), typical(at, people(at)[0])
    for day in range(THAT_DAY):
        loop(at, key, hours(at, 10, 5, day), 28.0, like)
    loop(at, key, span, 1000.0, like)
    soon = (span[0], span[0] + 2 * HOUR)
    return twin(at, 4, "floor", span, is_guilty=True, musts=[must(soon, COSTS, key)], story="$1 000 an hour, ×36")


def pending(seed: int, is_guilty: bool) -> Twin:
    """One hour of twice what is seldom passed, and three of them."""
    at = calm("team", seed)
    span = hours(at, 15, 3 if is_guilty else 1)
    target = (3.0 if is_guilty else 2.2) * bound_usd(at, span[0])
    for i, usd in enumerate(at.hours(*span)):
        begin = span[0] + i * HOUR
        loop(at, largest(at), (begin + 60, begin + HOUR - 60), max(0.01, target - usd))
    if is_guilty:
        return twin(at, 5, "pending", span, is_guilty=True, musts=[must(later(span, 0.5), SPIKE | SLOW, largest(at))])
    return twin(at, 5, "pending", span, nevers=[never(later(span, 1), SPIKE)], story="waits for its second hit")


def contained(seed: int, is_guilty: bool) -> Twin:
    """A run whose key was disabled at 13:20, and one that goes on."""
    at = calm("team", seed)
    key, span = people(at)[0], hours(at, 11, 6 if is_guilty else 7 / 3)
    if not is_guilty:
        silence(at, key, (span[1], at.diary.judged[1]))
        at.holders[key].status = "inactive"
    loop(at, key, span, 9 * at.busy_hour_usd())
    found = must((span[0], span[0] + HOUR), SPIKE, key)
    if is_guilty:
        return twin(at, 6, "contained", span, is_guilty=True, musts=[found], story=f"disable key {key}")
    return twin(
        at, 6, "contained", span, musts=[found], nevers=[never((span[1] + HOUR, span[1] + 6 * HOUR), COSTS)],
        over_within_h=4, story="inactive since 13:20, burn is back",
    )  # fmt: skip


def cause_of(part: str) -> Callable[[int, bool], Twin]:
    """A server whose calls cost more by one part alone, much or hardly."""

    def make(seed: int, is_guilty: bool) -> Twin:
        at = calm("server", seed)
        key, span = largest(at), hours(at, 10, 4)
        factor = {"output": 30.0, "input": 14.0, "price": 3.2}[part] if is_guilty else 1.25
        if part == "price":
            models = {use.model for use in at.uses if use.key == key}
            at.changes.update({model: [(span[0], factor), (span[1], 1.0)] for model in models})
        for i, use in enumerate(at.uses):
            if use.key == key and span[0] <= use.at < span[1] and part != "price":
                at.uses[i] = use._replace(**{part: round(getattr(use, part) * factor)})
        if is_guilty:
            due = must(later(span, 0.5), COSTS, key, None)
            return twin(at, 7, f"cause: {part}", span, is_guilty=True, musts=[due], cause=part)
        return twin(at, 7, f"cause: {part}", span, nevers=[never(later(span, 1), UNIT)])

    return make


def night_work(seed: int, is_guilty: bool) -> Twin:
    """Somebody who is never up at three, and spends as by day then; and an owl."""
    at = calm("team", seed)
    key = people(at)[0]
    level, span = max(1.0, day_level_usd(at, key)), hours(at, 27, 2)
    if not is_guilty:
        for day in range(THAT_DAY):
            loop(at, key, hours(at, 26.5, 3, day), level)
    loop(at, key, span, level)
    if is_guilty:
        due = must(later(span, 0.5), COSTS, key)
        return twin(at, 8, "night work", span, is_guilty=True, musts=[due], story="never at 3 a.m.")
    return twin(at, 8, "night work", span, nevers=[never(later(span, 1), COSTS | ORIGIN, key)])


def night_thief(seed: int, is_guilty: bool) -> Twin:
    """An owl at work from home, and a thief at the same hours with the same money."""
    at = calm("team", seed)
    key = people(at)[0]
    level, span = max(1.0, day_level_usd(at, key)), hours(at, 25, 2)
    for day in range(THAT_DAY):
        loop(at, key, hours(at, 25, 2, day), level)
    if not is_guilty:
        loop(at, key, span, level)
        return twin(at, 8, "night thief", span, nevers=[never(later(span, 1), COSTS | ORIGIN, key)])
    steal(at, key, span, level / day_level_usd(at, key))
    story = f"from {THIEF_IP} by {THIEF_AGENT}"
    return twin(at, 8, "night thief", span, is_guilty=True, musts=[must(span, ORIGIN, key)], story=story)


def rotation(seed: int, is_guilty: bool) -> Twin:
    """A key takes over from another: at its level, and with five times the busy hour of the account."""
    at = calm("team", seed)
    old, span = people(at)[0], hours(at, 9.5, 8)
    new = rotate(at, old, span[0])
    if not is_guilty:
        quiet, story = never(later(span, 6), COSTS | ORIGIN, old, new), f"{new} takes over from {old}"
        return twin(at, 9, "rotation", span, nevers=[quiet], story=story)
    span = (span[0] + HOUR, span[0] + 5 * HOUR)
    loop(at, new, span, 4 * at.busy_hour_usd())
    return twin(at, 9, "rotation", span, is_guilty=True, musts=[must(span, COSTS, new)])


def monthly_job(seed: int, is_guilty: bool) -> Twin:
    """The work of a month's end on its day, and once more on a day that is not its own."""
    at = calm("batch", seed)
    key = next(one.id for one in at.holders.values() if one.name == "month-end")
    begin = min(use.at for use in at.uses if use.key == key and use.at >= at.diary.judged[0])
    if not is_guilty:
        span = (begin, begin + 2 * HOUR)
        return twin(at, 9, "monthly job", span, nevers=[never(later(span, 6), COSTS | ORIGIN, key)])
    day = 29 if at.diary.day_of(begin) > 31 else 33
    span, run = hours(at, at.diary.clock(begin), 3, day), [use for use in at.uses if use.key == key and use.at >= begin]
    loop(at, key, span, sum(at.usd(use) for use in run))
    return twin(at, 9, "monthly job", span, is_guilty=True, musts=[must(later(span, 0.5), COSTS, key)])


def back_again(seed: int, is_guilty: bool) -> Twin:
    """Somebody back from two weeks' holiday, at work as before, or with a loop."""
    at = calm("team", seed)
    key, span = someone(at), hours(at, 9, 8)
    silence(at, key, (at.diary.midnights[15], span[0]))
    if not is_guilty:
        return twin(at, 9, "back again", span, nevers=[never(later(span, 6), COSTS | ORIGIN, key)])
    span = (span[0] + HOUR, span[0] + 5 * HOUR)
    loop(at, key, span, 4 * at.busy_hour_usd())
    return twin(at, 9, "back again", span, is_guilty=True, musts=[must(span, COSTS, key)])


def holiday(seed: int, is_guilty: bool) -> Twin:
    """Everybody back from eleven days' holiday, at work as before, and somebody with a loop."""
    at = calm("team", seed)
    key, span = someone(at), hours(at, 9, 8)
    for one in {use.key for use in at.uses}:
        silence(at, one, (at.diary.midnights[19], at.diary.midnights[THAT_DAY]))
    if not is_guilty:
        return twin(at, 9, "holiday", span, nevers=[never(later(span, 40), COSTS)])
    span = (span[0] + HOUR, span[0] + 5 * HOUR)
    loop(at, key, span, 4 * at.busy_hour_usd())
    return twin(at, 9, "holiday", span, is_guilty=True, musts=[must(span, COSTS, key)])


def new_prices(seed: int, is_guilty: bool) -> Twin:
    """A group's multiplier is doubled, and halved."""
    at = calm("team", seed)
    team, span = at.holders[people(at)[0]].team, hours(at, 9, 10)
    set_multiplier(at, team, span[0], 2.0 if is_guilty else 0.5)
    if not is_guilty:
        return twin(at, 10, "prices", span, nevers=[never(span, UNIT | PRICE)])
    first = min(use.at for use in at.uses if use.at >= span[0] and at.holders[use.key].team.id == team.id)
    return twin(
        at, 10, "prices", span, is_guilty=True, musts=[must((first, first + HOUR / 3), PRICE, None)],
        nevers=[never(span, UNIT | PRICE, most=1)], story=f"{team.name}: twice the multiplier, all of its keys",
    )  # fmt: skip


def own_limit(seed: int, is_guilty: bool) -> Twin:
    """A client that goes on after its limit, and one with six errors that it gets over."""
    at = calm("team", seed)
    key, span = people(at)[0], hours(at, 14, 1)
    like = typical(at, key)
    if not is_guilty:
        loop(at, key, span, at.usd(like) * 60)
        refuse(at, like._replace(at=span[0] + 600), 6, 40.0, OVERLOADED)
        return twin(at, 11, "own limit", span, nevers=[never(later(span, 1), FAILURES, key)])
    silence(at, key, span)
    at.misses += [Miss(span[0] + i * 8.0, key, "", *DAY_FULL, like.ip, like.agent) for i in range(450)]
    soon = (span[0], span[0] + HOUR / 2)
    return twin(
        at, 11, "own limit", span, is_guilty=True, musts=[must(soon, FAILURES, key)], story="its own daily limit"
    )


def overdrawn(seed: int, is_guilty: bool) -> Twin:
    """A wallet that is empty, so that every key is refused; and one that lasts for weeks."""
    at = calm("team", seed)
    span = (at.diary.at(32, 10.0), at.diary.judged[1])
    if not is_guilty:
        return twin(at, 11, "overdrawn", span, nevers=[never(span, {FindingKind.LOW_BALANCE} | FAILURES)])
    refused = [use for use in at.uses if use.at >= span[0]]
    at.uses[:] = [use for use in at.uses if use.at < span[0]]
    for use in refused:
        refuse(at, use._replace(model=""), 4, 3.0, NO_BALANCE)
    at.balance_usd = -0.02
    kinds, soon = {FindingKind.LOW_BALANCE} | FAILURES, (span[0], span[0] + 2 * HOUR)
    early = must((at.diary.judged[0], span[0]), {FindingKind.LOW_BALANCE})
    musts = [must(soon, kinds, least=Severity.CRITICAL), early]
    story = "the wallet is empty: every key is refused"
    found = twin(at, 11, "overdrawn", span, is_guilty=True, musts=musts, story=story)
    return replace(found, watch=(found.world.judged[0], found.watch[1]))


def young(seed: int, is_guilty: bool) -> Twin:
    """A run that began twelve minutes ago, and somebody who begins to work as always."""
    at = calm("team", seed)
    key, begin = people(at)[0], at.diary.at(THAT_DAY, 13.62)
    span = (begin, begin + 2 * HOUR)
    loop(at, key, span, (9 if is_guilty else 0.4) * at.busy_hour_usd())
    if not is_guilty:
        return twin(at, 12, "young", span, nevers=[never(span, SPIKE)])
    due = must((begin, begin + 20 * MINUTE), COSTS, key, since=(begin - 10 * MINUTE, begin + 10 * MINUTE))
    return twin(at, 12, "young", span, is_guilty=True, musts=[due], story="since 13:37, at its rate since then")


def old(seed: int, is_guilty: bool) -> Twin:
    """A leak of fifty hours, whose beginning stays its beginning; and a habit of five weeks."""
    at = calm("server", seed)
    key = at.new_key("collector", at.diary.midnights[0] - 60 * DAY)
    like, span = typical(at, largest(at)), hours(at, 9, 50)
    rate = usual_day_usd(at) / 24
    loop(at, key, (at.diary.midnights[0], span[0]), (0.05 if is_guilty else 2.0) * rate, like)
    loop(at, key, span, 2.0 * rate, like)
    if not is_guilty:
        return twin(at, 12, "old", span, nevers=[never(span, SPIKE | SLOW, key)])
    due = must(span, COSTS, key, since=(span[0] - 2 * HOUR, span[0] + 6 * HOUR))
    return twin(at, 12, "old", span, is_guilty=True, musts=[due], story="for 50 hours")


def many_at_once(seed: int, is_guilty: bool) -> Twin:
    """Twenty new keys from one address by one program; and an office that moves."""
    at = calm("many", seed)
    span = hours(at, 10, 3)
    if not is_guilty:
        first = people(at)[0]
        moved = {use.ip for use in at.uses if use.key == first and 10 <= at.diary.clock(use.at) < 18}
        new = {ip: f"198.18.0.{i}" for i, ip in enumerate(sorted(moved), 1)}
        at.uses[:] = [use._replace(ip=new.get(use.ip, use.ip)) if use.at >= span[0] else use for use in at.uses]
        return twin(at, 13, "many at once", span, nevers=[never(later(span, 6), ORIGIN, most=2)])
    like = typical(at, people(at)[0])._replace(ip=THIEF_IP, agent=THIEF_AGENT)
    for i in range(20):
        loop(at, at.new_key(f"bot-{i}", span[0] - 3600), span, 0.3 * at.busy_hour_usd(), like)
    return twin(
        at, 13, "many at once", span, is_guilty=True, musts=[must(span, COSTS | ORIGIN)],
        nevers=[never(later(span, 2), COSTS | ORIGIN, most=3)], story="20 new keys, all from one address",
    )  # fmt: skip


def any_order(seed: int, is_guilty: bool) -> Twin:
    """The records of a run, and of a usual week, in any order: the verdict is the same."""
    found = young(seed, is_guilty)
    calls = list(found.world.calls)
    calm("team", seed).draw("order").shuffle(calls)
    return replace(found, principle=14, name="any order", world=replace(found.world, calls=tuple(calls)))


PAIRS: Final[tuple[Callable[[int, bool], Twin], ...]] = (
    deleted_key, told_once, dear_call, floor_of_money, pending, contained, cause_of("output"), cause_of("input"),
    cause_of("price"), night_work, night_thief, rotation, monthly_job, back_again, holiday, new_prices, own_limit,
    overdrawn, young, old, many_at_once, any_order,
)  # fmt: skip
"""What makes one of a pair: of a seed, guilty or quiet."""
