"""What is left for the bars of other programs."""

from datetime import timedelta
from decimal import Decimal

import pytest
from msgspec.structs import replace

from tests.unit.present.shown import LOOK, NOTHING_KNOWN, PRIVATE, account, failing
from tests.unit.samples import NOW, key
from tests.unit.triage.samples import finding_of
from tests.unit.triage.test_incidents import report, spike
from tui.domain.account import Profile
from tui.monitor.questions import AskKeys, AskProfile
from tui.monitor.snapshot import Snapshot
from tui.present.display_context import DisplayContext
from tui.present.last_known import last_known
from tui.store.last_known import LastKnown
from tui.triage.findings import Finding, FindingKind
from tui.triage.forecast import Forecast
from tui.triage.incidents import Incidents, advance
from tui.triage.report import Report
from tui.triage.severity import Severity

WILD = report(NOW, spike(20.0))
SOON = Forecast(usual_empty_at=NOW + timedelta(hours=2))
HOUR = timedelta(hours=1)
PROFILE = Profile(1, "a@b.c", "lin", Decimal("23.41"))
ACCOUNT = account((AskProfile(), PROFILE), (AskKeys(), (key(7),)))


def left(snapshot: Snapshot = ACCOUNT, of: Report | None = WILD, look: DisplayContext = LOOK) -> LastKnown:
    incidents = advance(Incidents(), of, NOW, True) if of is not None else Incidents()
    found = last_known(snapshot, of, incidents, look, "lin\x1b[2J")
    assert found is not None
    assert (found.balance_usd, found.account) == (23.41, "lin[2J")
    return found


def test_nothing_is_left_of_an_account_of_which_nothing_is_known() -> None:
    assert last_known(NOTHING_KNOWN, None, Incidents(), LOOK) is None


def test_the_key_to_blame_has_its_name_or_its_id_alone() -> None:
    gone = account((AskKeys(), ()), base=ACCOUNT)
    found = [(one.key, one.key_id) for one in (left(), left(look=PRIVATE), left(gone), left(of=None))]
    assert found == [("laptop", 7), ("#7", 7), (None, 7), (None, None)]


def test_the_worst_gives_the_severity_and_whoever_empties_the_wallet_the_sentence() -> None:
    low = Finding(kind=FindingKind.LOW_BALANCE, severity=Severity.CRITICAL, since=NOW - HOUR, hit_at=NOW, evidence=SOON)
    spikes = report(NOW, spike()).findings
    assert [one.severity for one in spikes] == [Severity.WARNING]
    found = left(of=Report(NOW, (low, *spikes), forecast=SOON))
    assert (found.severity, found.key) == ("critical", "laptop")
    assert found.sentence.startswith("▲ SPIKE")
    refused = replace(finding_of(FindingKind.STORM), key_id=7, cause=7, severity=Severity.WARNING)
    beside = left(of=Report(NOW, (low, refused), forecast=SOON))
    assert (beside.key, beside.sentence.startswith("■ LOW BALANCE")) == (None, True), "a refused key empties nothing"
    alone = left(of=Report(NOW, (low,), forecast=SOON))
    assert alone.key is None
    assert alone.sentence.startswith("■ LOW BALANCE")
    calm = left(of=None)
    assert (calm.severity, calm.sentence) == (None, "")


@pytest.mark.parametrize(("ends_in", "is_far"), [(None, True), (timedelta(days=61), True), (timedelta(days=60), False)])
def test_a_wallet_that_lasts_has_no_time_at_which_it_is_empty(ends_in: timedelta | None, is_far: bool) -> None:
    at = NOW + ends_in if ends_in is not None else None
    found = left(of=Report(NOW, forecast=Forecast(usual_empty_at=at)))
    assert found.empty_at == (None if is_far else at)


def test_figures_that_could_not_be_refreshed_are_as_old_as_they_are() -> None:
    later = DisplayContext(NOW.replace(second=50), LOOK.zone)
    fresh, old = left(look=later), left(failing(ACCOUNT, AskProfile()), look=later)
    assert (fresh.at, fresh.trouble) == (later.now, "")
    assert old.at == NOW
    assert old.trouble != ""
