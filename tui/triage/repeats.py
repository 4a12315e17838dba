"""Possible paid repeats: successful calls that look like the same call again (triage-spec section 5)."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from decimal import Decimal

from msgspec import Struct
from msgspec.structs import replace

from tui.domain.usage import Call

LIKENESS = 0.01
MIN_REPEATS = 3
SPAN = timedelta(minutes=10)


class Repeats(Struct, frozen=True):
    """Repeated calls of one key, model and endpoint with the same input."""

    key_id: int
    model: str
    count: int
    """The number of repeats: of each run all but the first call."""
    usd: Decimal
    """The cost of the repeats, in USD."""
    since: datetime
    until: datetime


def paid_repeats(calls: Iterable[Call]) -> tuple[Repeats, ...]:
    """Find sources with runs of at least three within ten minutes, dearest first.

    An agent's context would grow from call to call; here it does not.
    """
    found: list[Repeats] = []
    by_source: dict[tuple[int, str, str | None], list[Call]] = {}
    for call in sorted(calls, key=lambda one: (one.at, one.id)):
        by_source.setdefault((call.key_id, call.model, call.endpoint), []).append(call)
    for series in by_source.values():
        runs = tuple(_runs(series))
        if runs:
            found.append(_together(runs))
    return tuple(sorted(found, key=lambda one: one.usd, reverse=True))


def _together(runs: tuple[Repeats, ...]) -> Repeats:
    return replace(
        runs[0],
        count=sum(run.count for run in runs),
        usd=sum((run.usd for run in runs), start=Decimal(0)),
        until=runs[-1].until,
    )


def _runs(series: list[Call]) -> Iterable[Repeats]:
    run = series[:1]
    first = last = run[0].context_tokens
    for call in series[1:]:
        size = call.context_tokens
        if _is_like(last, size) and _is_like(first, size) and call.at - run[-1].at <= SPAN:
            run.append(call)
        else:
            yield from _told(run)
            run, first = [call], size
        last = size
    yield from _told(run)


def _told(run: list[Call]) -> Iterable[Repeats]:
    if len(run) < MIN_REPEATS:
        return
    is_dense = any(b.at - a.at <= SPAN for a, b in zip(run, run[MIN_REPEATS - 1 :], strict=False))
    if is_dense:
        spent = sum((call.billed_usd for call in run[1:]), start=Decimal(0))
        yield Repeats(run[0].key_id, run[0].model, len(run) - 1, spent, run[0].at, run[-1].at)


def _is_like(before_tokens: int, after_tokens: int) -> bool:
    return before_tokens > 0 and abs(after_tokens - before_tokens) <= LIKENESS * before_tokens
