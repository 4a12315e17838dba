"""What must be told of an account, and what must not: data, and a check of the notices against them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from tests.triage.rows import moment
from tests.triage.worlds import World
from tui.account.backtest import Told
from tui.triage.findings import FindingKind
from tui.triage.severity import Severity

Span = tuple[float, float]


@dataclass(frozen=True)
class Must:
    """A notice that has to come within a span, of one of some kinds and at least so severe."""

    span: Span
    kinds: frozenset[FindingKind]
    keys: frozenset[int | None] = frozenset()
    """The keys that it may blame, the right ones; empty: whichever."""
    least: Severity = Severity.WARNING
    since: Span | None = None
    """When it may say that it began; None: whenever."""

    def is_met_by(self, told: Told) -> bool:
        """Whether a notice is what has to come."""
        return (
            _within(told.at, self.span)
            and told.kind in self.kinds
            and (not self.keys or told.key_id in self.keys)
            and told.severity.rank >= self.least.rank
            and (self.since is None or _within(told.since, self.since))
        )


@dataclass(frozen=True)
class Never:
    """No more than some notices of some kinds may come within a span that are more severe than this."""

    span: Span
    kinds: frozenset[FindingKind] = frozenset(FindingKind)
    keys: frozenset[int | None] = frozenset()
    """Those that must not be blamed; empty: all."""
    not_keys: frozenset[int | None] = frozenset()
    """Those that may be."""
    above: Severity = Severity.INFO
    most: int = 0

    def forbids(self, told: Told) -> bool:
        """Whether a notice is one of those."""
        return (
            _within(told.at, self.span)
            and told.kind in self.kinds
            and told.severity.rank > self.above.rank
            and (not self.keys or told.key_id in self.keys)
            and told.key_id not in self.not_keys
        )


@dataclass(frozen=True)
class Twin:
    """One of two accounts that look alike: in the guilty one something is wrong, in the quiet one nothing is."""

    principle: int
    name: str
    is_guilty: bool
    world: World
    watch: tuple[datetime, datetime]
    """What is looked at: enough before and after."""
    must: tuple[Must, ...] = ()
    never: tuple[Never, ...] = ()
    story: str = ""
    """What a person should hear."""
    cause: str | None = None
    """What the evidence should call the largest part of the excess: input, output, price; None: no matter."""
    over_after: tuple[float, timedelta] | None = None
    """From this moment on, within so long, all that was told has to be over."""


def complaints(twin: Twin, notices: Sequence[Told]) -> list[str]:
    """What is wrong with the notices that were given; nothing is well."""
    news = [told for told in notices if told.state != "over"]
    began = [told for told in news if told.state in ("began", "worse")]
    missing = [
        f"not told: {'/'.join(sorted(must.kinds))} of {_keys(must.keys)} from {must.least} by {_clock(must.span[1])}"
        for must in twin.must
        if not any(must.is_met_by(told) for told in news)
    ]
    wrong = []
    for never in twin.never:
        found = [told for told in began if never.forbids(told)]
        if len(found) > never.most:
            wrong.append(f"told {len(found)} times, {never.most} may be: " + ", ".join(_told(one) for one in found[:4]))
    return missing + wrong + _lasting(twin, notices)


def _lasting(twin: Twin, notices: Sequence[Told]) -> list[str]:
    if twin.over_after is None:
        return []
    since, within = moment(twin.over_after[0]), twin.over_after[1]
    on: set[tuple[FindingKind, int | None]] = set()
    for told in notices:
        if told.at <= since + within:
            on = on - {(told.kind, told.key_id)} if told.state == "over" else on | {(told.kind, told.key_id)}
    return [f"still on at {since + within:%d %H:%M}: {kind} of {key}" for kind, key in sorted(on, key=str)]


def _within(at: datetime, span: Span) -> bool:
    return span[0] <= at.timestamp() <= span[1]


def _keys(keys: frozenset[int | None]) -> str:
    return ", ".join(str(key) for key in sorted(keys, key=str)) or "any key"


def _clock(at: float) -> str:
    return f"{moment(at):%d %H:%M}"


def _told(told: Told) -> str:
    return f"{told.at:%d %H:%M} {told.severity} {told.kind} of {told.key_id}"
