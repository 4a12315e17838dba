"""Possible paid repeats: successful calls that look like the same call again (triage-spec section 5)."""

import itertools
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from tui.domain.usage import Call

SAME = 0.01
"""How far the whole input may differ from that of the row before."""
LEAST = 3
WITHIN = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Repeats:
    """Rows of one key, model and endpoint with the same whole input, oldest first."""

    key_id: int
    model: str
    endpoint: str | None
    calls: tuple[Call, ...]

    @property
    def since(self) -> datetime:
        """When the first of them ended."""
        return self.calls[0].at

    @property
    def until(self) -> datetime:
        """When the last of them ended."""
        return self.calls[-1].at

    @property
    def cost_usd(self) -> float:
        """What the repeats after the first cost: the money that may have been paid for nothing."""
        return sum(float(call.billed_usd) for call in self.calls[1:])


def whole_input(call: Call) -> int:
    """Input, cache creation and cache read together: what a client sent, wherever the gateway read it from."""
    return call.input_tokens + call.cache_creation_tokens + call.cache_read_tokens


def find_repeats(calls: Iterable[Call]) -> tuple[Repeats, ...]:
    """Runs of calls with the same whole input, the dearest first.

    Sessions are kept apart where clients name them, so that two agents of one key do not hide each other's retries.
    """
    lines: dict[tuple[int, str, str | None, str | None], list[Call]] = defaultdict(list)
    for call in sorted(calls, key=lambda call: (call.at, call.id)):
        lines[call.key_id, call.model, call.endpoint, call.session_id].append(call)
    found = [
        Repeats(key_id, model, endpoint, tuple(run))
        for (key_id, model, endpoint, _), line in lines.items()
        for run in _runs(line)
        if is_repeat(run)
    ]
    return tuple(sorted(found, key=lambda repeats: -repeats.cost_usd))


def _runs(line: Sequence[Call]) -> Iterator[list[Call]]:
    run: list[Call] = []
    for call in line:
        if run and not (call.at - run[-1].at <= WITHIN and is_alike(run[-1], call)):
            yield run
            run = []
        run.append(call)
    if run:
        yield run


def is_alike(before: Call, call: Call) -> bool:
    """Whether the whole input stays within 1 % of the row before."""
    size = whole_input(before)
    return size > 0 and abs(whole_input(call) - size) <= SAME * size


def is_repeat(run: Sequence[Call]) -> bool:
    """Three or more within ten minutes, without growth: agents resend a growing context, retries resend the same."""
    if len(run) < LEAST or all(c.at - a.at > WITHIN for a, c in zip(run, run[LEAST - 1 :], strict=False)):
        return False
    sizes = [whole_input(call) for call in run]
    grown = sum(b > a for a, b in itertools.pairwise(sizes))
    return grown <= (len(run) - 1) / 2
