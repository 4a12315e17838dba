"""The panes and title lines of the accounts screen."""

from collections.abc import Sequence
from pathlib import Path

from tui.locale import _
from tui.monitor.account_summary import AccountSummary
from tui.monitor.snapshot import Snapshot
from tui.present import account_details, accounts, profiles
from tui.present.display_context import DisplayContext
from tui.present.pane import FieldsPane, PaneFrame, TablePane, parts
from tui.present.shown_keys import with_keys
from widgets.facts import Part
from widgets.values import Cell, Emphasis


def title_parts() -> tuple[Part, ...]:
    """What the screen shows."""
    text = _("all accounts · burn of the others is by their balance, after two minutes")
    return parts(((Cell(text, Emphasis.MUTED),),))


def list_pane(
    summaries: Sequence[AccountSummary], config_path: Path, snapshot: Snapshot, look: DisplayContext
) -> TablePane:
    """A line per account; says how to add more as long as there is only one."""
    example = _("more of them: [profile.NAME] with a url in {path}").format(path=config_path)
    note = (Cell(example, Emphasis.MUTED),) if len(summaries) < 2 else ()
    frame = PaneFrame(f"{_('Accounts')} · {len(summaries)}", with_keys(_("enter go there"), "open"), note)
    return TablePane(frame, accounts.columns(), accounts.rows(summaries, snapshot, look))


def unreadable(error: Exception) -> PaneFrame:
    """The configuration file cannot be read, so the accounts are not known."""
    return PaneFrame(_("Accounts"), note=(Cell(str(error), Emphasis.CRITICAL),))


def about_pane(summary: AccountSummary, snapshot: Snapshot, look: DisplayContext) -> FieldsPane:
    """All about the account under the cursor."""
    frame = PaneFrame(look.name(profiles.title(summary.profile)))
    return FieldsPane(frame, account_details.details(summary, snapshot, look))
