"""What the banner says: the worst of what needs a person and was not seen yet."""

from collections.abc import Iterator
from decimal import Decimal

from msgspec import Struct

from tui.locale import _
from tui.monitor.api_key_mode import account_feed
from tui.monitor.scoped import draws_on_wallet
from tui.monitor.snapshot import Snapshot
from tui.present import low_balance, sign_in
from tui.present.display_context import Look
from tui.present.finding_words import contained_line, finding_line
from tui.triage.findings import Kind
from tui.triage.incidents import Episode, Episodes
from tui.triage.report import Report
from widgets.values import Cell, Line, Severity


class News(Struct, frozen=True):
    """Something that needs a person. `id` tells episodes apart, so that each is told once."""

    id: str
    line: Line
    severity: Severity


def news(
    report: Report | None,
    episodes: Episodes,
    alarm: low_balance.Alarm,
    snapshot: Snapshot,
    look: Look,
    own_usd: Decimal | None,
) -> Iterator[News]:
    """All that needs a person, the worst first: no session, an empty wallet, then what fires, then a low balance.

    That an incident is contained needs nobody, and stands before a low balance that is no emergency until it was seen.
    """
    trouble = sign_in.trouble(snapshot, look)
    if trouble is not None:
        yield News(*trouble)
    low = low_balance.banner(alarm, snapshot, look, report, own_usd)
    balance = News(low.started, low.line, low.severity) if low is not None else None
    profile = account_feed(snapshot).data
    is_empty = profile is not None and profile.balance_usd <= 0 and draws_on_wallet(snapshot, look.now)
    if balance is not None and is_empty:
        yield balance
    for episode in episodes.firing:
        is_told_below = episode.kind is Kind.LOW_BALANCE
        line = finding_line(episode, report, snapshot, look) if report is not None and not is_told_below else ()
        if line:
            yield News(_identity(episode), (*line, Cell(_("   T triage  a seen"), Severity.MUTED)), line[0].severity)
    is_urgent = balance is not None and balance.severity is Severity.CRITICAL
    if report is not None and report.contained_at is not None and not is_urgent:
        yield News(f"contained-{report.since:%Y%m%dT%H%M}", contained_line(report, snapshot, look), Severity.GOOD)
    if balance is not None and not is_empty:
        yield balance


def _identity(episode: Episode) -> str:
    """Another one when it gets worse or another key comes to blame: that is told again, though it was seen."""
    return f"{episode.id}-{episode.severity}-{len(episode.told_causes)}"
