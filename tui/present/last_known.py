"""The known figures of an account, as the bars of other programs show them."""

from msgspec.structs import replace

from tui.domain.names import seen
from tui.domain.text import inert
from tui.monitor.burn import burn_of
from tui.monitor.questions import AskBreakdown, AskKeys, AskProfile
from tui.monitor.snapshot import Snapshot
from tui.present import failures
from tui.present.display_context import DisplayContext
from tui.present.header import FAR, empty_at
from tui.present.incident_lines import finding_line
from tui.present.notice_words import plain
from tui.store.last_known import LastKnown
from tui.triage.findings import FindingKind
from tui.triage.incident_figures import reported_first
from tui.triage.incidents import Incidents
from tui.triage.report import Report

_SPEND_NOTHING = (FindingKind.LOW_BALANCE, FindingKind.STORM, FindingKind.FAILING)
"""Findings about keys that empty no wallet."""
MOST_NAMES = 500
"""More than anybody completes."""


def last_known(
    snapshot: Snapshot, report: Report | None, incidents: Incidents, look: DisplayContext, account: str = ""
) -> LastKnown | None:
    """The current figures; None before anything is known of the account."""
    feed = snapshot.feed(AskProfile())
    profile = feed.data
    if profile is None or feed.fetched_at is None:
        return None
    burn = burn_of(snapshot, profile.balance_usd, look.now)
    at = empty_at(burn, profile.balance_usd, look, report)
    is_far = at is None or at - look.now > FAR
    worst = next(iter(incidents.firing), None)
    firing = reported_first(incidents.firing, report)
    told = next((one for one in firing if one.kind not in _SPEND_NOTHING), worst)
    line = finding_line(told, report, snapshot, look) if told is not None and report is not None else ()
    key_id = told.blamed if told is not None else None
    key = snapshot.key(key_id) if key_id is not None else None
    return LastKnown(
        at=look.now if feed.failure is None else feed.fetched_at,
        severity=worst.severity.value if worst is not None else None,
        balance_usd=float(profile.balance_usd),
        burn_usd_per_h=float(burn.usd_per_h) if burn is not None else None,
        empty_at=None if is_far else at,
        key=look.key_name(key) if key is not None else None,
        key_id=key_id,
        sentence=inert(plain(line)),
        account=inert(account),
        trouble=failures.short(feed.failure) if feed.failure is not None else "",
    )


def with_names(known: LastKnown, snapshot: Snapshot) -> LastKnown:
    """The figures with names for completion."""
    keys = [
        str(key.id) if key.is_alike or not seen(key.name) else key.name.strip()
        for key in snapshot.data(AskKeys()) or ()
    ]
    answers = (feed.data for question, feed in snapshot.feeds.items() if isinstance(question, AskBreakdown))
    models = {one.id for data in answers if data is not None for one in data.models}
    return replace(known, keys=tuple(keys[:MOST_NAMES]), models=tuple(sorted(models)[:MOST_NAMES]))


def account_word(snapshot: Snapshot) -> str:
    """The account's own name."""
    profile = snapshot.data(AskProfile())
    return (profile.username or profile.email) if profile is not None else ""
