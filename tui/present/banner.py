"""What the banner says: the worst of what needs a person and was not seen yet."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from tui.monitor.key_mode import account_feed
from tui.monitor.snapshot import Snapshot
from tui.present import low_balance, sign_in, triage
from tui.present.look import Look
from tui.triage.report import Report
from widgets.values import Line, Severity


@dataclass(frozen=True, slots=True)
class News:
    """Something that needs a person. `id` tells episodes apart, so that each is told once."""

    id: str
    line: Line
    severity: Severity


def news(
    report: Report | None, alarm: low_balance.Alarm, snapshot: Snapshot, look: Look, own_usd: Decimal | None
) -> Iterator[News]:
    """All that needs a person, the worst first: no session, an empty wallet, then a spike, then a low balance."""
    trouble = sign_in.trouble(snapshot, look)
    if trouble is not None:
        yield News(*trouble)
    low = low_balance.banner(alarm, snapshot, look, own_usd)
    balance = News(low.started, low.line, low.severity) if low is not None else None
    profile = account_feed(snapshot).data
    is_empty = profile is not None and profile.balance_usd <= 0
    if balance is not None and is_empty:
        yield balance
    if report is not None and is_firing(report):
        assert report.since is not None
        severity = Severity.CRITICAL if report.is_critical else Severity.WARNING
        yield News(f"spike-{report.since.isoformat()}", triage.notice_line(report, snapshot, look), severity)
    if balance is not None and not is_empty:
        yield balance


def is_firing(report: Report) -> bool:
    """Whether an incident is worth a notice: critical, confirmed by a second hour, or a key's own confirmed spike."""
    if not report.is_incident:
        return False
    return report.is_critical or bool(report.key_spikes) or (report.spike is not None and len(report.spike.hours) > 1)
