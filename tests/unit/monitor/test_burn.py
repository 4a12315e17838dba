"""How fast the wallet empties: at the measured rate, of what can still call."""

from datetime import datetime, timedelta
from decimal import Decimal

import pytest

from tests.unit.present.shown import LOOK, account, failing
from tests.unit.samples import NOW, call, key
from tui.domain.account import Profile
from tui.domain.usage import Call
from tui.monitor.account_summary import BalanceTrail
from tui.monitor.burn import BASE_CALLS, burn_of
from tui.monitor.calls.log import EVERYTHING, CallsRead
from tui.monitor.questions import AskKeys, AskProfile
from tui.monitor.snapshot import Snapshot
from tui.present.finding_words import in_words
from tui.present.header import balance_empty_at, when_empty
from tui.triage.findings import Finding, FindingKind
from tui.triage.forecast import Forecast
from tui.triage.report import Report
from tui.triage.severity import Severity

CALLS = (
    call(1, ago_s=840, billed="1", key_id=7),
    call(2, ago_s=400, billed="8", key_id=7),
    call(3, ago_s=300, billed="1", key_id=8),
)
BALANCE = Decimal(10)


def with_key(stored_status: str, in_flight: int = 0, calls: tuple[Call, ...] = CALLS) -> Snapshot:
    """An account whose first key has this status."""
    return account(
        (AskProfile(), Profile(1, "a@b.c", "lin", BALANCE)),
        (AskKeys(), (key(7, stored_status=stored_status, in_flight=in_flight), key(8, "ci"))),
        (BASE_CALLS, CallsRead(calls, EVERYTHING, len(calls), NOW)),
    )


def rate(snapshot: Snapshot, now: datetime = NOW) -> tuple[float, datetime | None]:
    """The rate, and when the wallet is empty."""
    burn = burn_of(snapshot, BALANCE, now)
    assert burn is not None
    return float(burn.usd_per_h), burn.empty_at


def test_a_stopped_key_counts_until_its_last_call_has_ended() -> None:
    assert rate(with_key("inactive", in_flight=1)) == rate(with_key("active"))


def test_what_a_plan_pays_empties_no_wallet() -> None:
    paid = (call(4, ago_s=890, billed="9", billing_type=1), call(5, ago_s=60, billed="9", billing_type=1))
    early = (call(6, ago_s=890, billed="1", key_id=8), call(7, ago_s=840.5, billed="1", key_id=8))
    assert rate(with_key("active", calls=(*CALLS, *paid, *early))) == (48, NOW + timedelta(minutes=12.5))
    assert rate(with_key("active", calls=paid)) == (0, None)


def test_while_records_cannot_be_read_the_rate_stays_that_of_the_last_reading() -> None:
    stale = failing(with_key("active"), BASE_CALLS)
    assert rate(stale, NOW + timedelta(hours=1)) == rate(with_key("active"))


@pytest.mark.parametrize(("balance_usd", "empty_h"), [(0, 0), (-5, 0), (40, 1), (40 * 8759, 8759), (40 * 8760, None)])
def test_a_wallet_that_lasts_a_year_is_not_said_to_end(balance_usd: int, empty_h: float | None) -> None:
    burn = burn_of(with_key("active"), Decimal(balance_usd), NOW)
    assert burn is not None
    assert burn.empty_at == (None if empty_h is None else NOW + timedelta(hours=empty_h))
    trail = BalanceTrail().seen(NOW - timedelta(minutes=3), Decimal(balance_usd + 2)).seen(NOW, Decimal(balance_usd))
    burn = trail.burn(NOW)
    assert burn is not None
    assert burn.empty_at == (None if empty_h is None else NOW + timedelta(hours=empty_h))


def test_what_a_stopped_key_has_cost_is_no_rate_and_empties_no_wallet() -> None:
    going, stopped = (burn_of(with_key(status), BALANCE, NOW) for status in ("active", "inactive"))
    assert going is not None
    assert stopped is not None
    assert (going.usd_per_h, stopped.usd_per_h) == (Decimal(40), Decimal(4))
    assert going.empty_at == NOW + timedelta(minutes=15)
    assert stopped.empty_at == NOW + timedelta(minutes=150)


def test_the_finding_says_the_same_moment_as_the_header() -> None:
    forecast = Forecast(NOW + timedelta(hours=9), NOW + timedelta(hours=5))
    low = Finding(
        kind=FindingKind.LOW_BALANCE, severity=Severity.CRITICAL, since=NOW, hit_at=NOW, evidence=forecast
    )  # fmt: skip
    snapshot = with_key("active")
    at = balance_empty_at(snapshot, LOOK, Report(NOW, (low,), forecast=forecast))
    assert at == NOW + timedelta(minutes=15)
    assert in_words(low, snapshot, LOOK).sentence == f"$10.00 left, empty {when_empty(at, LOOK)}"
