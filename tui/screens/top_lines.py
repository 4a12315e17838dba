"""The lines above the panes: the account and its money, and the banner. A tiny terminal shows only the first."""

from collections.abc import Iterable
from typing import Any

from textual.geometry import Size

from tui.account.context import AccountContext
from tui.monitor.question import Question
from tui.monitor.snapshot import Snapshot
from tui.present import guard_words, header, incident_lines
from tui.present.banner import News
from tui.present.display_context import DisplayContext
from tui.screens.view_state import ViewState
from tui.triage.report import Report
from widgets.dialog_values import BannerNotice
from widgets.facts import Part
from widgets.values import Line

ONE_LINE = Size(40, 10)
"""In less than this the panes give way to one line."""


def is_tiny(size: Size) -> bool:
    """Whether there is room for one line only."""
    return size.width < ONE_LINE.width or size.height < ONE_LINE.height


def header_state(
    account: AccountContext, view: ViewState, size: Size, shown: tuple[Question[Any], ...] = ()
) -> header.HeaderState:
    """What the header shows besides the account."""
    return header.HeaderState(
        is_paused=view.is_paused,
        interval_s=view.interval_s,
        is_demo=account.services.is_demo,
        width=size.width,
        shown=shown,
        machine_ahead=account.services.clock.machine_ahead,
        guard=_guard_part(account),
        playing=view.playing,
    )


def _guard_part(account: AccountContext) -> Line:
    if account.guard is None or not account.guard.rules:
        return ()
    return guard_words.state_part(account.guard.rules, is_disarmed=account.guard.is_disarmed)


def header_parts(
    snapshot: Snapshot, state: header.HeaderState, look: DisplayContext, report: Report | None
) -> tuple[Part, ...]:
    """Whose account, or whose keys, how fresh, and the money."""
    return header.parts(snapshot, state, look, report)


def one_line(snapshot: Snapshot, look: DisplayContext, report: Report | None) -> tuple[Part, ...]:
    """All that a terminal too small for panes shows."""
    culprit = incident_lines.culprit(report, snapshot, look)
    return (Part(header.one_line(snapshot, look, report, culprit)),)


def notice(news: Iterable[News], view: ViewState) -> BannerNotice | None:
    """The worst news that was not acknowledged yet."""
    unseen = (BannerNotice(one.id, one.line, one.severity, one.hint) for one in news if one.id not in view.acknowledged)
    return next(unseen, None)
