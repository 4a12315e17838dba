"""The panes of the page of a key."""

from tui.domain.capabilities import Capability
from tui.domain.scope import Scope
from tui.locale import _, plural
from tui.monitor.calls.log import by_day
from tui.monitor.questions import AskKeyDays, AskKeys, AskSite
from tui.monitor.scoped import calls_of, calls_question, usage_of
from tui.monitor.snapshot import Snapshot
from tui.present import format as fmt
from tui.present import key_page, scope_line
from tui.present.dialogs import ChoiceModel
from tui.present.display_context import DisplayContext
from tui.present.drill_down import LATEST
from tui.present.notes import waiting_or
from tui.present.pane import FieldsPane, PaneFrame, TablePane, dated, framed, parts
from tui.present.shown_keys import with_keys
from widgets.dialog_values import Choice
from widgets.facts import Part

DAYS = (1, 7, 14, 30, 60, 90)


def title_parts(key_id: int, scope: Scope, snapshot: Snapshot, look: DisplayContext) -> tuple[Part, ...]:
    """The key, and the totals of the scope."""
    key = snapshot.key(key_id)
    usage = usage_of(scope, snapshot, look.now)
    chips = scope_line.chips(scope, snapshot, look)
    return parts(key_page.title(key, key_id, look), (*scope_line.totals(usage, look)[:2], chips))


def limits_pane(key_id: int, scope: Scope, snapshot: Snapshot, look: DisplayContext) -> FieldsPane:
    """Quota and windows; the frame names the key's main user."""
    key = snapshot.key(key_id)
    users = key_page.users(calls_of(scope, snapshot, look.now), look)
    hint = "".join(cell.text for cell in users[0]) if users else ""
    frame = framed(_("Limits"), hint, dated(snapshot.feed(AskKeys())), look)
    return FieldsPane(frame, key_page.limits(key, look) if key is not None else ())


def days_pane(key_id: int, days: int, scope: Scope, snapshot: Snapshot, look: DisplayContext) -> TablePane:
    """The key's days, by the server's clock; from the calls read if the gateway does not report them."""
    feed = snapshot.feed(AskKeyDays(key_id, days))
    if not snapshot.capabilities.can(Capability.KEY_DAYS):
        return _days_of_calls(scope, snapshot, look)
    title = f"{_('Days')} · {days} · {fmt.zone_name(snapshot.server_zone)}"
    since = fmt.midnight_elsewhere(snapshot.server_zone, look.zone, look.now)
    if since:
        title += f" · {_('each from {time}').format(time=since)}"
    return TablePane(
        framed(title, with_keys(_("d days"), "days"), dated(feed), look),
        key_page.day_columns(),
        key_page.day_rows(feed.data or (), look.now.astimezone(snapshot.server_zone).date()),
        waiting_or(_("no calls"), is_known=feed.data is not None, failure=feed.failure),
    )


def _days_of_calls(scope: Scope, snapshot: Snapshot, look: DisplayContext) -> TablePane:
    question = calls_question(scope, snapshot, look.now, rows=LATEST)
    found = calls_of(scope, snapshot, look.now, question)
    since = _(", since {time}").format(time=fmt.moment(found[-1].at, look.now, look.zone)) if found else ""
    title = f"{_('Days')} · {fmt.zone_name(snapshot.server_zone)}{since}"
    return TablePane(
        PaneFrame(title, with_keys(_("t range"), "range"), key_page.days_of_calls(snapshot.data(AskSite()))),
        key_page.day_columns(),
        key_page.day_rows(by_day(found, snapshot.server_zone)),
        waiting_or(_("no calls"), is_known=snapshot.calls.get(question) is not None),
    )


def day_choices(days: int) -> ChoiceModel:
    """The choices for the number of days."""
    choices = tuple(Choice(str(one), plural("{n} day", "{n} days", one).format(n=one)) for one in DAYS)
    return ChoiceModel(_("Days of the table"), choices, str(days))
