"""Incidents of price: the same calls cost more, by a model, a cache, a multiplier or a price list that changed."""

import random
from collections.abc import Callable

from tests.triage.diary import DAY, HOUR
from tests.triage.rows import DEARER, LARGE, LIST, Team, Use
from tests.triage.spending import OF_SPEND, WORTH_USD, a_span, in_use
from tests.triage.worlds import Sketch
from tui.triage.findings import FindingKind

WORK, WORK_S, CHANGED_FOR_S = 20, 2 * HOUR, 8 * HOUR
TRIED_SHARE = 0.05
"""A key has tried a model out that no more of its calls went to, and does not work with it."""
TOLD_WEEK_SHARE = 0.015
"""Dearer calls that cost less of a usual week than this in all are not told anywhere."""
LEAST_WEEK_SHARE = 0.006
"""What part of a usual week a change costs at least that has to be told."""


def at_work(at: Sketch, draw: random.Random, suits: Callable[[Use], bool] = lambda use: True) -> tuple[int, float]:
    """A key in use, and a moment from which on it makes twenty calls in two hours; any moment if it never does."""
    keys = set(in_use(at))
    times: dict[int, list[float]] = {}
    for use in sorted(at.uses, key=lambda one: one.at):
        if at.diary.judged[0] + HOUR <= use.at < at.diary.judged[1] - DAY / 4 and use.key in keys and suits(use):
            times.setdefault(use.key, []).append(use.at)
    places = [
        (key, mine[i])
        for key, mine in sorted(times.items())
        for i in range(len(mine) - WORK)
        if mine[i + WORK] - mine[i] <= WORK_S
    ]
    return draw.choice(places) if places else (in_use(at)[0], a_span(at, draw, 12)[0])


def dear_model(at: Sketch, draw: random.Random) -> None:
    """From a moment on all calls of a key go to a model that costs three times as much, without a word."""
    key, begin = at_work(at, draw, lambda use: use.model != LARGE)
    mine = [use.model for use in at.uses if use.key == key and use.at < begin]
    is_known = mine.count(DEARER[min(mine, default=LARGE, key=lambda model: LIST[model])]) > TRIED_SHARE * len(mine)
    but = "a model that it works with" if is_known else ""
    change(at, key, begin, "goes to a dearer model", lambda use: use._replace(model=DEARER[use.model]), but=but)


def broken_cache(at: Sketch, draw: random.Random) -> None:
    """From a moment on nothing is read from the cache: all of the context is paid as input."""
    key, begin = at_work(at, draw, lambda use: use.read > use.input)
    change(
        at,
        key,
        begin,
        "reads nothing from the cache any more",
        lambda use: use._replace(input=use.input + use.write + use.read, write=0, read=0),
    )


def change(at: Sketch, key: int, begin: float, story: str, how: Callable[[Use], Use], *, but: str = "") -> None:
    """Change the calls of a key for eight hours. What that costs may be too little to be told."""
    extra, seen, span = 0.0, 0, (begin, begin + CHANGED_FOR_S)
    for i, use in enumerate(at.uses):
        if use.key == key and span[0] <= use.at < span[1]:
            at.uses[i] = how(use)
            extra += at.usd(at.uses[i]) - at.usd(use)
            seen += 1
    is_due = seen >= WORK and extra >= _least_usd(at)
    but = but or ("little money" if extra < TOLD_WEEK_SHARE * at.usual_week_usd() else "")
    at.tell(span, OF_SPEND, key, f"key {key} {story}: ${extra:.2f}", size=3, usd=extra, is_due=is_due, but=but)


def raised_multiplier(at: Sketch, draw: random.Random, times: float = 2.0) -> None:
    """The operator changes the multiplier of a group for good."""
    key, begin = at_work(at, draw)
    set_multiplier(at, at.holders[key].team, begin, times)


def set_multiplier(at: Sketch, old: Team, begin: float, times: float) -> None:
    """From a moment on the calls of a group cost so many times as much."""
    new = Team(old.id, old.name, (*old.multipliers, (begin, old.multipliers[-1][1] * times)))
    for holder in at.holders.values():
        if holder.team.id == old.id:
            holder.team = new
    story = f"{old.name}: multiplier {old.multipliers[-1][1]:g} → {new.multipliers[-1][1]:g}"
    _for_good(at, begin, times, story, lambda use: at.holders[use.key].team.id == new.id, 1 - 1 / times)


def price_list(at: Sketch, draw: random.Random, times: float = 2.0) -> None:
    """The list price of a model is raised for good."""
    key, begin = at_work(at, draw)
    model = next((use.model for use in at.uses if use.key == key and use.at >= begin), at.uses[-1].model)
    at.changes[model] = [(begin, times)]
    story = f"{model} costs {times:g} times as much"
    _for_good(at, begin, times, story, lambda use: use.model == model, times - 1)


def _for_good(
    at: Sketch, begin: float, times: float, story: str, is_changed: Callable[[Use], bool], share: float
) -> None:
    """Tell of a change that stays; `share` of what its calls cost is more than before."""
    extra = sum(share * at.usd(use) for use in at.uses if begin <= use.at < begin + DAY and is_changed(use))
    span = (begin, at.diary.judged[1])
    at.tell(span, (*OF_SPEND, FindingKind.PRICE), None, story, size=times, usd=extra, is_due=extra >= _least_usd(at))


def _least_usd(at: Sketch) -> float:
    return max(WORTH_USD, LEAST_WEEK_SHARE * at.usual_week_usd())
