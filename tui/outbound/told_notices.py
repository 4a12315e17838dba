"""Notices as screens and verbs show them."""

from tui.outbound.alerts import Alerts
from tui.outbound.notice import Notice
from tui.outbound.notice_log import Entries, LoggedNotice
from tui.present.notices_panes import Arrival, ToldNotice, ToldNotices


def told_notices(alerts: Alerts) -> ToldNotices:
    """All notices of an account."""
    entries, missed = alerts.entries, alerts.missed
    return ToldNotices(shown(entries, missed), shown(entries, missed, is_private=True), alerts.teller)


def shown(entries: Entries, missed: range = range(0), *, is_private: bool = False) -> tuple[ToldNotice, ...]:
    """Some notices, oldest first."""
    return tuple(
        _told(entry, entry.private if is_private else entry.notice, is_missed=number in missed)
        for number, entry in entries.items()
    )


def _told(entry: LoggedNotice, notice: Notice, *, is_missed: bool) -> ToldNotice:
    number = f"#{notice.key_id}" if notice.key_id is not None else ""
    return ToldNotice(
        id=notice.id,
        at=notice.at,
        state=notice.state,
        severity=notice.severity,
        key=notice.key or number,
        sentence=notice.sentence,
        advice=notice.advice,
        told_by=entry.told_by,
        arrivals=tuple(Arrival(name, one.state, one.at, one.tries, one.why) for name, one in entry.deliveries.items()),
        is_missed=is_missed,
    )
