"""The first line of a screen saved for the next start."""

from tui.locale import _
from tui.monitor.questions import AskProfile
from tui.monitor.snapshot import Snapshot
from tui.present.display_context import DisplayContext
from widgets.layout import fit


def note(snapshot: Snapshot, look: DisplayContext, width: int) -> str | None:
    """The line with its date. None if nothing is known of the account, so that nothing is worth saving."""
    heard_at = snapshot.feed(AskProfile()).fetched_at
    if heard_at is None:
        return None
    as_of = heard_at.astimezone(look.zone).strftime("%m-%d %H:%M")
    told = _("OLD · as it was on {moment} · asking anew …").format(moment=as_of)
    return fit(f" aktop  {told}", width)
