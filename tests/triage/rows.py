"""What made-up accounts are made of: calls before they have a price, failures, and what a list of prices makes of them.

An incident changes rows, never money: a broken cache reads its context as input, and the price list does the rest.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Final, NamedTuple

from tui.domain.usage import Call, FailedCall

SMALL, MEDIUM, LARGE = "claude-small-4", "claude-medium-4", "claude-large-4"
LIST: Final[Mapping[str, tuple[float, float]]] = {SMALL: (1.0, 5.0), MEDIUM: (3.0, 15.0), LARGE: (9.0, 45.0)}
"""USD per million tokens read and written; each model costs three times as much as the one before."""
CACHE_WRITE, CACHE_READ = 1.25, 0.1
"""What cache tokens cost, as parts of the input price."""
DEARER: Final[Mapping[str, str]] = {SMALL: MEDIUM, MEDIUM: LARGE, LARGE: LARGE}


class Use(NamedTuple):
    """A call before it has a price; `at` is in seconds of Unix time, as everywhere here."""

    at: float
    key: int
    model: str
    input: int
    output: int
    write: int
    read: int
    ip: str
    agent: str
    endpoint: str = "/v1/messages"
    ms: int = 2000
    is_stream: bool = True

    def scaled(self, factor: float) -> "Use":
        """The same call with so many times the tokens."""
        return self._replace(
            input=round(self.input * factor),
            output=round(self.output * factor),
            write=round(self.write * factor),
            read=round(self.read * factor),
        )


class Miss(NamedTuple):
    """A call that failed."""

    at: float
    key: int
    model: str
    status: int
    category: str
    message: str
    ip: str
    agent: str
    endpoint: str = "/v1/messages"


@dataclass(frozen=True)
class Team:
    """A group of provider accounts, with its multiplier from each moment on."""

    id: int
    name: str
    multipliers: tuple[tuple[float, float], ...]

    def multiplier(self, at: float) -> float:
        """The multiplier of a moment."""
        return _latest(self.multipliers, at)


Changes = Mapping[str, Sequence[tuple[float, float]]]
"""By model: from which moment on its list price is how many times the usual."""


class Parts(NamedTuple):
    """What a call costs at list price, in USD."""

    input: float
    output: float
    write: float
    read: float


def parts_of(use: Use, changes: Changes) -> Parts:
    """The list price of a call."""
    price_in, price_out = LIST[use.model]
    if use.model in changes:
        times = _latest(((0.0, 1.0), *changes[use.model]), use.at)
        price_in, price_out = price_in * times, price_out * times
    million = price_in * 1e-6
    return Parts(
        use.input * million, use.output * price_out * 1e-6, use.write * million * CACHE_WRITE,
        use.read * million * CACHE_READ,
    )  # fmt: skip


def list_usd(use: Use) -> float:
    """What a call costs where no list has changed."""
    return sum(parts_of(use, {}))


def moment(at: float) -> datetime:
    """A moment as the gateway writes it: to the millisecond."""
    return datetime.fromtimestamp(round(at, 3), UTC)


def priced(call_id: int, use: Use, name: str | None, team: Team, changes: Changes) -> Call:
    """The record of a call."""
    parts = parts_of(use, changes)
    standard = round(sum(parts), 10)
    multiplier = team.multiplier(use.at)
    return Call(
        call_id,
        moment(use.at),
        use.key,
        name,
        use.model,
        use.input,
        use.output,
        use.write,
        use.read,
        Decimal(repr(standard)),
        Decimal(repr(round(standard * multiplier, 10))),
        multiplier,
        0,
        "stream" if use.is_stream else "sync",
        *parts,
        0,
        team.id,
        team.name,
        "token",
        use.endpoint,
        duration_ms=use.ms,
        first_token_ms=min(use.ms, 400 + use.ms // 9) if use.is_stream else None,
        ip=use.ip,
        user_agent=use.agent,
        request_id=f"req_{call_id:012x}",
    )


def failed(error_id: int, miss: Miss, name: str | None, team: Team) -> FailedCall:
    """The record of a failure; of a deleted key it has no name."""
    return FailedCall(
        error_id,
        moment(miss.at),
        miss.model,
        miss.endpoint,
        miss.status,
        miss.category,
        miss.message,
        name or "",
        key_deleted=name is None,
        platform="anthropic",
        ip=miss.ip,
        group_name=team.name,
        user_agent=miss.agent,
        request_type="stream",
        is_stream=True,
    )


def _latest(steps: Sequence[tuple[float, float]], at: float) -> float:
    return next((value for since, value in reversed(steps) if since <= at), steps[0][1])
