"""Notices in words: what happened, and what to do about it."""

from datetime import datetime, timedelta

from tui.domain.failure import Failure
from tui.locale import _, plural
from tui.monitor.questions import AskProfile
from tui.monitor.snapshot import Snapshot
from tui.present import failures
from tui.present import format as fmt
from tui.present.display_context import DisplayContext
from tui.present.finding_words import kind_word
from tui.present.incident_lines import cost_words, finding_line, over_words, unseen_line
from tui.present.key_names import key_name
from tui.present.shown_keys import with_keys
from tui.present.signs import SIGNS
from tui.triage.findings import FindingKind
from tui.triage.incidents import Incident
from tui.triage.report import Report
from tui.triage.severity import Severity
from widgets.values import Line

_BY_THE_KEY = (FindingKind.SPIKE, FindingKind.SLOW_SPEND, FindingKind.UNIT_COST, FindingKind.ORIGIN)
"""Kinds that stopping a key helps against."""


def plain(line: Line) -> str:
    """A line of the screen as a sentence.

    >>> from widgets.values import Cell
    >>> plain((Cell("■ SPIKE since 02:13  "), Cell("batch "), Cell("$9.10 above usual")))
    '■ SPIKE since 02:13 batch $9.10 above usual'
    """
    return " ".join("".join(cell.text for cell in line).split())


def seen_sentence(incident: Incident, report: Report, snapshot: Snapshot, look: DisplayContext) -> str:
    """An incident as it is now."""
    return plain(finding_line(incident, report, snapshot, look) or unseen_line(incident, snapshot, look))


def contained_sentence(incident: Incident, excess_usd: float | None, snapshot: Snapshot, look: DisplayContext) -> str:
    """The key of an incident can no longer call."""
    whose = incident.blamed
    told = (
        _("✓ contained: {what} of {key}, since {time}") if whose is not None else _("✓ contained: {what}, since {time}")
    )
    key = key_name(whose, snapshot, look) if whose is not None else ""
    since = fmt.moment(incident.since, look.now, look.zone)
    return told.format(what=kind_word(incident.kind), key=key, time=since) + cost_words(incident.kind, excess_usd)


def over_sentence(incident: Incident, excess_usd: float | None, snapshot: Snapshot, look: DisplayContext) -> str:
    """An incident is over, with its cost."""
    return over_words(incident, snapshot, look, excess_usd)


def planned_sentence(incident: Incident, snapshot: Snapshot, look: DisplayContext) -> str:
    """A person marked an incident as planned."""
    return _("{what}: somebody says that it is planned").format(what=over_words(incident, snapshot, look))


def balance_over_sentence(snapshot: Snapshot) -> str:
    """The balance is no longer low."""
    profile = snapshot.data(AskProfile())
    return _("✓ balance no longer low: {amount}").format(amount=fmt.usd(profile.balance_usd if profile else None))


def blind_sentence(severity: Severity, failure: Failure | None, since: datetime, look: DisplayContext) -> str:
    """The account cannot be watched, since when, and why."""
    time = fmt.moment(since, look.now, look.zone)
    told = f"{SIGNS[severity]} {_('BLIND since {time}: nothing is known of this account').format(time=time)}"
    return f"{told}. {failures.sentence(failure)}" if failure is not None else f"{told}."


def seeing_sentence(blind_for: timedelta) -> str:
    """The account can be watched again."""
    return _("✓ seeing again, after {span}").format(span=fmt.span(blind_for))


def advice(kind: str, key_id: int | None, disable: str, triage: str) -> str:
    """What to do: `disable` and `triage` are the commands for it without a screen."""
    if kind == FindingKind.LOW_BALANCE:
        return with_keys(_("w in aktop shows the wallet, `{command}` what it goes for."), "wallet").format(
            command=triage
        )
    if kind in _BY_THE_KEY and key_id is not None:
        return with_keys(_("To stop the key: D in aktop, or `{command}`."), "disable").format(command=disable)
    return with_keys(_("T in aktop, or `{command}`."), "triage").format(command=triage)


def digest_sentence(sentences: list[str]) -> str:
    """Several notices in one line."""
    count = plural("{n} notice more: {what}", "{n} notices more: {what}", len(sentences))
    return count.format(n=fmt.count(len(sentences)), what=" | ".join(sentences))


def trial_sentence() -> str:
    """The test notice for a channel."""
    return _("This is a test: aktop can reach you here.")


def state_word(state: str) -> str:
    """What happened, in a word."""
    words = {
        "began": _("began"),
        "worse": _("worse"),
        "cause": _("cause"),
        "contained": _("contained"),
        "over": _("over"),
        "blind": _("blind"),
        "seeing": _("seeing"),
        "acted": _("acted"),
    }
    return words.get(state, state)


def watch_line(at: datetime, state: str, text: str, look: DisplayContext, account: str = "") -> str:
    """A notice as a line of a log."""
    when = at.astimezone(look.zone).strftime("%Y-%m-%d %H:%M:%S")
    return "  ".join(part for part in (when, account, state_word(state), text) if part)
