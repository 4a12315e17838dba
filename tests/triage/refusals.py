"""Incidents of failures: a limit, a wallet or a provider that answers no, and clients that go on asking."""

import random

from tests.triage.diary import DAY, HOUR
from tests.triage.prices import at_work
from tests.triage.rows import Miss, Use
from tests.triage.spending import typical
from tests.triage.worlds import Sketch
from tui.triage.findings import FindingKind

OF_FAILURES = (FindingKind.STORM, FindingKind.FAILING)
NO_BALANCE = (403, "other", "Insufficient account balance")
DAY_FULL = (429, "other", "api key 日限额已用完")
OVERLOADED = (529, "upstream", "Overloaded")
STORM_FAILURES = 30


def own_limit(at: Sketch, draw: random.Random) -> None:
    """A key runs into its own daily limit, and its client goes on trying for two hours."""
    key, begin = at_work(at, draw)
    span, like = (begin, begin + 2 * HOUR), typical(at, key)
    at.uses[:] = [use for use in at.uses if use.key != key or not span[0] <= use.at < span[1]]
    when = begin
    while when < span[1]:
        at.misses.append(Miss(when, key, "", *DAY_FULL, like.ip, like.agent))
        when += draw.uniform(4, 9)
    at.tell(span, OF_FAILURES, key, f"key {key} is refused by its own daily limit; its client goes on")


def empty_wallet(at: Sketch, draw: random.Random) -> None:
    """The wallet is empty from a moment on: every key is refused until the end of the records."""
    end = at.diary.judged[1]
    begin = end - draw.uniform(8, 30) * HOUR
    refused = [use for use in at.uses if begin <= use.at < end]
    at.uses[:] = [use for use in at.uses if use.at < begin]
    for use in refused:
        refuse(at, use._replace(model=""), 3, 4.0, NO_BALANCE)
    at.balance_usd = -0.02
    at.tell((max(at.diary.judged[0], begin - 4 * DAY), end), (FindingKind.LOW_BALANCE,), None, "the wallet runs empty")
    is_due = sum(use.at < begin + 6 * HOUR for use in refused) * 3 >= STORM_FAILURES
    kinds = (*OF_FAILURES, FindingKind.LOW_BALANCE)
    at.tell((begin, end), kinds, None, "the wallet is empty: every key is refused", is_due=is_due)


def upstream_down(at: Sketch, draw: random.Random) -> None:
    """The provider fails nine calls in ten for forty minutes, and clients retry."""
    begin = at_work(at, draw)[1]
    span, kept, keys = (begin, begin + 40 * 60), [], []
    for use in at.uses:
        if span[0] <= use.at < span[1] and draw.random() < 0.9:
            keys.append(use.key)
            refuse(at, use, 5, 5.0, OVERLOADED)
        else:
            kept.append(use)
    at.uses[:] = kept
    key = keys[0] if len(set(keys)) == 1 else None
    is_due = 5 * len(keys) >= STORM_FAILURES
    at.tell(span, OF_FAILURES, key, "the provider is overloaded: nine calls in ten fail", is_due=is_due)


def refuse(at: Sketch, use: Use, tries: int, every_s: float, answer: tuple[int, str, str]) -> None:
    """A call that fails instead, and is tried again."""
    at.misses += [
        Miss(use.at + i * every_s, use.key, use.model, *answer, use.ip, use.agent, use.endpoint) for i in range(tries)
    ]
