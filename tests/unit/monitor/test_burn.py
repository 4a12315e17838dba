"""How fast the wallet empties: at the measured rate, of what can still call."""

from datetime import timedelta
from decimal import Decimal

from tests.unit.present.shown import LOOK, account
from tests.unit.samples import NOW, call, key
from tui.domain.account import Profile
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


def with_key(stored_status: str) -> Snapshot:
    """An account whose first key has this status."""
    return account(
        (AskProfile(), Profile(1, "a@b.c", "lin", BALANCE)),
        (AskKeys(), (key(7, stored_status=stored_status, in_flight=0), key(8, "ci"))),
        (BASE_CALLS, CallsRead(CALLS, EVERYTHING, len(CALLS), NOW)),
    )


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
