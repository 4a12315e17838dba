"""Notices of what the guard did, made from its record, so that none is lost or repeated if aktop ends."""

from collections.abc import Container, Iterator
from datetime import timedelta

from msgspec.structs import replace

from tui.account.context import AccountContext
from tui.config import rerun_command
from tui.domain.text import inert
from tui.outbound.notice import GUARD, Notice, NoticeState
from tui.outbound.reporter import HIDDEN, WordedNotice, account_label
from tui.present import guard_words
from tui.present.display_context import DisplayContext, context_of
from tui.triage.guard.act import DeedOutcome, GuardAct
from tui.triage.severity import Severity

LATELY = timedelta(days=1)
"""Older acts are no news to anybody, even if they were never reported."""
UNDER_WAY = timedelta(minutes=2)
"""For this long an act without an outcome counts as in progress, or as just interrupted."""
_WELL = (DeedOutcome.APPLIED, DeedOutcome.TOLD)
_OVER = (DeedOutcome.ENDED, DeedOutcome.LEFT)


def guard_told(account: AccountContext, taken: Container[str]) -> Iterator[WordedNotice]:
    """Acts of the guard that were not reported yet, first one first; `taken` are the ids of past notices.

    Raises OSError if its record cannot be read.
    """
    guard, snapshot, now = account.guard, account.monitor.snapshot, account.services.clock.now()
    if guard is None:
        return
    look = context_of(snapshot, now)
    for act in reversed(guard.acts(snapshot)):
        told_at = act.settled_at or act.at
        if act.is_open and act.failure is None and now - act.at < UNDER_WAY:
            continue  # in progress, or the next look settles it
        if act.news_id not in taken and now - told_at < LATELY:
            yield WordedNotice(_notice(act, account, look), _notice(act, account, replace(look, privacy=True)))


def _notice(act: GuardAct, account: AccountContext, look: DisplayContext) -> Notice:
    settings, names = account.services.settings, rerun_command.AS_ACCOUNT
    enable, disable = (
        rerun_command.command(settings, "key", word, str(act.key_id), "--yes", names=names)
        for word in ("enable", "disable")
    )
    return Notice(
        id=act.news_id,
        at=act.settled_at or act.at,
        state=NoticeState.ACTED,
        kind=GUARD,
        severity=_severity(act),
        episode=act.episode,
        account=HIDDEN if look.privacy else account_label(account),
        gateway="" if look.privacy else account.services.client.base_url,
        key=None if look.privacy else act.key_name,
        key_id=act.key_id,
        share=round(act.share, 4),
        since=act.since,
        excess_usd=round(act.excess_usd, 6),
        sentence=inert(guard_words.act_sentence(act, look)),
        advice=inert(guard_words.act_advice(act, enable, disable)),
    )


def _severity(act: GuardAct) -> Severity:
    """As bad as what it answers; a failed act cannot wait, since nobody else is acting."""
    if act.outcome in _OVER:
        return Severity.WARNING
    return act.severity if act.outcome in _WELL else Severity.CRITICAL
