"""The details of one account of several, in whole sentences where its table row has no room."""

from collections.abc import Iterator

from tui.domain.capabilities import Capability
from tui.domain.failure import SIGN_IN_HELPS
from tui.locale import _
from tui.monitor.account_summary import AccountSummary
from tui.monitor.questions import AskKeys, AskSite
from tui.monitor.snapshot import Snapshot
from tui.present import accounts, api_key_mode, failures, incident_lines, profiles
from tui.present import format as fmt
from tui.present.clauses import of
from tui.present.display_context import DisplayContext
from tui.present.key_state import status_word
from widgets.layout import fit
from widgets.values import Align, Cell, Emphasis, Line

_LABEL_WIDTH = 11


def details(summary: AccountSummary, here: Snapshot | None, look: DisplayContext) -> tuple[Line, ...]:
    """Problems first, then what the account is and has."""
    snapshot = here if summary.is_here else summary.snapshot
    told = [line for line in (_state(summary, snapshot, look),) if line]
    told.append(_gateway(summary, snapshot))
    if snapshot is not None:
        told += _account(snapshot, look)
    return tuple(told)


def _state(summary: AccountSummary, snapshot: Snapshot | None, look: DisplayContext) -> Line:
    if summary.complaint:
        return _name(_("status")), Cell(f"■ {summary.complaint}", Emphasis.CRITICAL)
    feed = accounts.feed_of(snapshot)
    if feed.failure is not None:
        how = _(" Enter goes there and signs in.") if feed.failure.kind in SIGN_IN_HELPS else ""
        at = (
            _(" What you see is of {time}.").format(time=fmt.clock_time(feed.fetched_at, look.zone))
            if feed.fetched_at
            else ""
        )
        return _name(_("status")), Cell(f"▲ {failures.sentence(feed.failure)}{how}{at}", Emphasis.WARNING)
    if summary.report is not None and summary.report.is_alarm and snapshot is not None:
        return _name(_("status")), *incident_lines.incident_line(summary.report, snapshot, look)
    if summary.report is not None and summary.report.contained_at is not None and snapshot is not None:
        return _name(_("status")), *incident_lines.contained_line(summary.report, snapshot, look)
    found = accounts.finding(summary, snapshot, look)
    return _name(_("status")), found


def _gateway(summary: AccountSummary, snapshot: Snapshot | None) -> Line:
    site = snapshot.data(AskSite()) if snapshot is not None else None
    words = (profiles.site_text(site), profiles.newer_note(site))
    what = f"  {' · '.join(word for word in words if word)}".rstrip()
    return _name(_("gateway")), Cell(summary.url or fmt.UNKNOWN), Cell(what, Emphasis.MUTED)


def _account(snapshot: Snapshot, look: DisplayContext) -> Iterator[Line]:
    profile = accounts.feed_of(snapshot).data
    if not snapshot.capabilities.can(Capability.ACCOUNT):
        yield _name(_("account")), Cell(_("API keys only · read-only"), Emphasis.MUTED)
    elif profile is not None:
        yield _name(_("account")), Cell(look.email(profile.email))
    today_usd = accounts.today_usd(snapshot)
    if today_usd is not None:
        zone = _("  since midnight of the server ({zone})").format(zone=fmt.zone_name(snapshot.server_zone))
        yield _name(_("today")), Cell(fmt.usd(today_usd)), Cell(zone, Emphasis.MUTED)
    refusing = tuple(_refusing(snapshot, look))
    if refusing:
        yield _name(_("refused")), Cell(", ".join(refusing))


def _refusing(snapshot: Snapshot, look: DisplayContext) -> Iterator[str]:
    """Keys that the gateway refuses, though nobody disabled them."""
    for key in snapshot.data(AskKeys()) or ():
        status = key.status(look.now)
        if status in accounts.REFUSING:
            yield of(look.key_name(key), api_key_mode.state_word(key) or status_word(status))


def _name(text: str) -> Cell:
    return Cell(fit(text, _LABEL_WIDTH, Align.LEFT), Emphasis.MUTED)
