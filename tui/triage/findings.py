"""What a report found, as one list: each with what it is about, how bad it is, and since when."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from enum import StrEnum

from msgspec import Struct
from msgspec.structs import replace

from tui.triage.report import SOON, Report
from tui.triage.severity import Severity
from tui.triage.spikes import Spike

SOON_WARNING = timedelta(days=3)


class FindingKind(StrEnum):
    """What can be found."""

    SPIKE = "spike"
    LEAK = "leak"
    DEARER = "dearer"
    STORM = "storm"
    FAILING = "failing"
    PLACE = "place"
    PLAN = "plan"
    LOW_BALANCE = "low_balance"


Identity = tuple[FindingKind, int | None]
"""What tells incidents apart: the kind, and the key it is about (None: the account, or no key of a known id)."""


class Finding(Struct, frozen=True):
    """Something found, as the incidents follow it.

    `is_sure`: no second hit is needed. `hit_at` is the last moment that it was seen at; `cause` is the key to blame,
    which for the account's spike may change; `is_contained`: what it is of can call no more.
    """

    kind: FindingKind
    key_id: int | None
    severity: Severity
    since: datetime
    hit_at: datetime
    is_sure: bool
    cause: int | None = None
    is_contained: bool = False

    @property
    def identity(self) -> Identity:
        """What it is the same as at the next look."""
        return self.kind, self.key_id


def findings(report: Report) -> Iterator[Finding]:
    """All that a report found, spikes first."""
    for one in _found(report):
        of_account = (
            one.key_id is None and one.kind in (FindingKind.SPIKE, FindingKind.LEAK) and report.contained_at is not None
        )
        yield replace(one, is_contained=of_account or one.key_id in report.stopped)


def _found(report: Report) -> Iterator[Finding]:
    if report.spike is not None:
        likely = report.suspects[0].key_id if report.suspects else None
        yield _spike(report, report.spike, None, likely)
    for key_id, spike in (*report.key_spikes.items(), *report.key_hits.items()):
        yield _spike(report, spike, key_id, key_id)
    yield from _slow(report)
    yield from _storms(report)
    yield from _places(report)
    for one in report.failing:
        yield Finding(FindingKind.FAILING, one.key_id, Severity.WARNING, one.since, report.at, True, one.key_id)
    if report.plans:
        short = report.plans[0]
        yield Finding(FindingKind.PLAN, None, Severity.WARNING, report.at, report.at, True, short.key_id)
    low = low_balance(report)
    if low is not None:
        yield Finding(FindingKind.LOW_BALANCE, None, low, report.at, report.at, True)


def _spike(report: Report, spike: Spike, key_id: int | None, cause: int | None) -> Finding:
    """A hit of a key that is not confirmed waits for a second one, however far above usual: its usual is small."""
    last = spike.hours[-1]
    hit_at = report.at if last.is_running else last.start + timedelta(hours=1)
    is_critical = (spike.is_critical and (spike.is_confirmed or key_id is None)) or (
        spike.is_confirmed and report.empties_soon
    )
    severity = Severity.CRITICAL if is_critical else Severity.WARNING
    return Finding(FindingKind.SPIKE, key_id, severity, spike.since, hit_at, spike.is_confirmed or is_critical, cause)


def _slow(report: Report) -> Iterator[Finding]:
    leak = report.leak
    if leak is not None:
        yield Finding(FindingKind.LEAK, leak.key_id, Severity.WARNING, leak.since, report.at, True, leak.key_id)
    for one in report.dearer:
        if one.key_id not in report.key_spikes:
            yield Finding(FindingKind.DEARER, one.key_id, Severity.WARNING, one.since, report.at, True, one.key_id)


def _storms(report: Report) -> Iterator[Finding]:
    """The storms, those of one key together: each burst is no incident of its own."""
    by_key: dict[int | None, Finding] = {}
    for storm in report.storms:
        key_id = report.key_ids.get(storm.newest.key_name)
        since, hit_at, severity = storm.calls[-1].at, storm.newest.at, storm.severity
        known = by_key.get(key_id)
        if known is not None:
            since, hit_at = min(since, known.since), max(hit_at, known.hit_at)
            severity = max(severity, known.severity, key=lambda one: one.rank)
        by_key[key_id] = Finding(FindingKind.STORM, key_id, severity, since, hit_at, True, key_id)
    yield from by_key.values()


def _places(report: Report) -> Iterator[Finding]:
    """New places, those of one key together: an address and a program that come up at once are one intruder."""
    since: dict[int | None, datetime] = {}
    for place in report.places:
        since[place.key_id] = min(place.since, since.get(place.key_id, place.since))
    for key_id, began in since.items():
        yield Finding(FindingKind.PLACE, key_id, Severity.WARNING, began, report.at, True, key_id)


def low_balance(report: Report) -> Severity | None:
    """Low by time: critical when empty within six hours at either rate, a warning within three days usually.

    Low by money is the gateway's and the user's own threshold, which is kept where the balance is.
    """
    first = report.first_empty_at
    if first is not None and first - report.at < SOON:
        return Severity.CRITICAL
    if report.usual_empty_at is not None and report.usual_empty_at - report.at < SOON_WARNING:
        return Severity.WARNING
    return None
