"""All that is known of one account of several, in whole sentences where its line in the table has no room for them."""

from collections.abc import Iterator

from tui.domain.failure import SIGN_IN_HELPS
from tui.locale import _
from tui.monitor.account_summary import Glance
from tui.monitor.api_key_mode import report_feeds
from tui.monitor.questions import AskKeys, AskSite
from tui.monitor.snapshot import Snapshot
from tui.present import accounts, api_key_mode, failures, finding_words, profiles
from tui.present import format as fmt
from tui.present.display_context import Look
from tui.present.keys import status_word
from widgets.layout import fit
from widgets.values import Align, Cell, Line, Severity

_LABEL_WIDTH = 11


def details(glance: Glance, here: Snapshot | None, look: Look) -> tuple[Line, ...]:
    """What is wrong first, then what the account is and has."""
    snapshot = here if glance.is_here else glance.snapshot
    told = [line for line in (_state(glance, snapshot, look),) if line]
    told.append(_gateway(glance, snapshot))
    if snapshot is not None:
        told += _account(snapshot, look)
    return tuple(told)


def _state(glance: Glance, snapshot: Snapshot | None, look: Look) -> Line:
    if glance.complaint:
        return _name(_("status")), Cell(f"■ {glance.complaint}", Severity.CRITICAL)
    feed = accounts.feed_of(snapshot)
    if feed.failure is not None:
        how = _(" Enter goes there and signs in.") if feed.failure.kind in SIGN_IN_HELPS else ""
        at = (
            _(" What you see is of {time}.").format(time=fmt.clock_time(feed.fetched_at, look.zone))
            if feed.fetched_at
            else ""
        )
        return _name(_("status")), Cell(f"▲ {failures.sentence(feed.failure)}{how}{at}", Severity.WARNING)
    if glance.report is not None and glance.report.is_alarm and snapshot is not None:
        return _name(_("status")), *finding_words.incident_line(glance.report, snapshot, look)
    if glance.report is not None and glance.report.contained_at is not None and snapshot is not None:
        return _name(_("status")), *finding_words.contained_line(glance.report, snapshot, look)
    found = accounts.finding(glance, snapshot, look)
    return _name(_("status")), found


def _gateway(glance: Glance, snapshot: Snapshot | None) -> Line:
    site = snapshot.data(AskSite()) if snapshot is not None else None
    what = f"  {profiles.site_text(site)}".rstrip()
    return _name(_("gateway")), Cell(glance.url or fmt.UNKNOWN), Cell(what, Severity.MUTED)


def _account(snapshot: Snapshot, look: Look) -> Iterator[Line]:
    profile = accounts.feed_of(snapshot).data
    if snapshot.api_keys:
        yield _name(_("account")), Cell(_("API keys only · read-only"), Severity.MUTED)
    elif profile is not None:
        yield _name(_("account")), Cell(look.email(profile.email))
    today_usd = accounts.today_usd(snapshot)
    if today_usd is not None:
        zone = _("  since midnight of the server ({zone})").format(zone=fmt.zone_name(snapshot.server_zone))
        yield _name(_("today")), Cell(fmt.usd(today_usd)), Cell(zone, Severity.MUTED)
    refusing = tuple(_refusing(snapshot, look))
    if refusing:
        yield _name(_("refused")), Cell(", ".join(refusing))


def _refusing(snapshot: Snapshot, look: Look) -> Iterator[str]:
    """Keys that the gateway refuses, though nobody switched them off."""
    for tag, feed in zip(snapshot.api_keys, report_feeds(snapshot), strict=False):
        if feed.failure is not None:
            yield f"{api_key_mode.name(tag, look)}: {failures.short(feed.failure)}"
    for key in snapshot.data(AskKeys()) or ():
        status = key.status(look.now)
        if status in accounts.REFUSING:
            yield f"{look.key_name(key)}: {status_word(status)}"


def _name(text: str) -> Cell:
    return Cell(fit(text, _LABEL_WIDTH, Align.LEFT), Severity.MUTED)
