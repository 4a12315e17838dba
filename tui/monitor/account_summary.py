"""Summaries of several accounts: the questions cheap enough to ask of each, and a burn rate from their balances."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from msgspec import Struct

from tui.domain.capabilities import Capability
from tui.domain.keys import KeyCost
from tui.domain.scope import Scope
from tui.gateway.budget import Tier
from tui.monitor.burn import BURN_WINDOW, MIN_WINDOW, Burn
from tui.monitor.question import Asking, Question
from tui.monitor.questions import AskKeyCosts, AskKeys, AskProfile, AskSite
from tui.monitor.refresh_policy import seldom
from tui.monitor.scoped import questions_of
from tui.monitor.snapshot import Snapshot
from tui.triage.report import Report

TODAY_EVERY_S = 300.0
LOOK_EVERY = timedelta(seconds=10)
"""How often an account's balance and keys are polled: 12 requests a minute of the 240 that the gateway allows."""


class AskToday(Struct, frozen=True):
    """The cost of every key, polled seldom: the only heavy question of a summary."""

    tier = Tier.HEAVY
    pace = seldom(TODAY_EVERY_S)

    async def ask(self, asking: Asking) -> dict[int, KeyCost]:
        return await AskKeyCosts().ask(asking)


def summary_questions(snapshot: Snapshot, now: datetime) -> tuple[Question[Any], ...]:
    """The questions that a summary of an account asks."""
    if not snapshot.capabilities.can(Capability.ACCOUNT):
        return questions_of(Scope(), snapshot, now)
    return AskSite(), AskProfile(), AskKeys(), AskToday()


class BalanceTrail(Struct, frozen=True):
    """Balance readings of the last quarter of an hour, each with the total spent up to it."""

    readings: tuple[tuple[datetime, Decimal, Decimal], ...] = ()

    def seen(self, at: datetime, balance_usd: Decimal) -> "BalanceTrail":
        """The trail with another reading. A rising balance is a top-up, not negative spending."""
        if not self.readings:
            return BalanceTrail(((at, balance_usd, Decimal(0)),))
        last_at, before_usd, spent_usd = self.readings[-1]
        if at <= last_at:
            return self
        spent_usd += max(Decimal(0), before_usd - balance_usd)
        kept = tuple(reading for reading in self.readings if at - reading[0] <= BURN_WINDOW)
        return BalanceTrail((*kept, (at, balance_usd, spent_usd)))

    def burn(self, now: datetime) -> Burn | None:
        """The burn rate over the readings; None if they span less than two minutes or the last one is too old."""
        if not self.readings or now - self.readings[-1][0] > MIN_WINDOW:
            return None
        (first_at, _first, first_usd), (last_at, balance_usd, last_usd) = self.readings[0], self.readings[-1]
        if last_at - first_at < MIN_WINDOW:
            return None
        per_h = (last_usd - first_usd) * 3600 / Decimal((last_at - first_at).total_seconds())
        hours = float(max(balance_usd, Decimal(0)) / per_h) if per_h > 0 else None
        empty_at = now + timedelta(hours=hours) if hours is not None and hours < 24 * 365 else None
        return Burn(per_h, last_at - first_at, empty_at)


class AccountSummary(Struct, frozen=True):
    """One of several accounts: its profile (empty for the one aktop was started with) and what is known of it.

    `complaint` says why the profile cannot be used; `own_usd` is its low-balance threshold; `report` is set only for
    the account on the screen, the only one that triage judges.
    """

    profile: str
    url: str
    is_here: bool = False
    snapshot: Snapshot | None = None
    trail: BalanceTrail = BalanceTrail()
    own_usd: Decimal | None = None
    report: Report | None = None
    complaint: str = ""
