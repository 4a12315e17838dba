"""The low-balance banner: when it stands, and that it tells the forecast of triage, as the header does."""

from datetime import timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from msgspec.structs import replace

from tests.unit.samples import NOW, PLAN, key
from tui.domain.account import Profile, Site
from tui.domain.capabilities import API_KEY_MODE, Capabilities, Capability, Lack
from tui.domain.failure import Failure, FailureKind
from tui.domain.keys import ApiKey
from tui.monitor.burn import Burn
from tui.monitor.events import Answered
from tui.monitor.events import QuestionFailed as NotAnswered
from tui.monitor.questions import AskKeys, AskProfile, AskSite
from tui.monitor.reduce import reduce
from tui.monitor.snapshot import Snapshot
from tui.monitor.triage_inputs import inputs_of
from tui.present import header, low_balance
from tui.present.display_context import DisplayContext
from tui.present.low_balance import Alarm
from tui.triage.forecast import Forecast
from tui.triage.report import Report
from widgets.values import Emphasis

LOOK = DisplayContext(NOW, ZoneInfo("UTC"))
EMPTY = Snapshot("https://gateway.example", ZoneInfo("UTC"))


def with_balance(usd: str) -> Snapshot:
    """A Snapshot with a balance and a site's threshold of $5."""
    site = Site(low_balance_enabled=True, low_balance_threshold_usd=Decimal(5))
    known = reduce(EMPTY, Answered(AskSite(), site, NOW))
    return reduce(known, Answered(AskProfile(), Profile(1, "a@b", "", Decimal(usd)), NOW))


def test_the_banner_has_one_episode_until_the_balance_has_recovered() -> None:
    alarm = low_balance.step(Alarm(), with_balance("6"), LOOK, None)
    assert alarm == Alarm()
    alarm = low_balance.step(alarm, with_balance("4.99"), LOOK, None)
    assert alarm == Alarm(True, 1)
    for usd in ("4", "5.50", "6"):
        alarm = low_balance.step(alarm, with_balance(usd), LOOK, None)
        assert alarm == Alarm(True, 1)
    alarm = low_balance.step(alarm, with_balance("6.01"), LOOK, None)
    assert alarm == Alarm(False, 1)
    assert low_balance.step(alarm, with_balance("1"), LOOK, None) == Alarm(True, 2)


def test_a_failed_refresh_is_no_recovery() -> None:
    away = NotAnswered(AskProfile(), Failure(FailureKind.UNREACHABLE), NOW, NOW)
    assert low_balance.step(Alarm(True, 1), reduce(with_balance("99"), away), LOOK, None) == Alarm(True, 1)


def test_the_banner_says_the_threshold_and_whose_it_is() -> None:
    told = low_balance.banner(Alarm(True, 1), with_balance("4.20"), LOOK, None)
    assert told is not None
    line = "".join(cell.text for cell in told.line)
    assert "$4.20" in line
    assert "under $5.00 (the site's reminder)" in line


@pytest.mark.parametrize(
    ("usd", "own", "told"),
    [
        ("5", None, None),
        ("4.99", None, ", under $5.00 (the site's reminder)"),
        ("4.99", "7", ", under $7.00 (aktop's own threshold)"),
        ("0", None, ", under $5.00 (the site's reminder)"),
    ],
)
def test_a_balance_is_low_under_the_threshold_in_force(usd: str, own: str | None, told: str | None) -> None:
    own_usd = None if own is None else Decimal(own)
    alarm = low_balance.step(Alarm(), with_balance(usd), LOOK, None, own_usd)
    found = low_balance.news(alarm, with_balance(usd), LOOK, None, own_usd)
    assert [cell.text for cell in found[2:3]] == ([] if told is None else [told])


def test_without_a_threshold_only_an_empty_wallet_is_low() -> None:
    def known(usd: str) -> Snapshot:
        return reduce(EMPTY, Answered(AskProfile(), Profile(1, "a@b", "", Decimal(usd)), NOW))

    assert not low_balance.step(Alarm(), known("0.01"), LOOK, None).is_on
    alarm = low_balance.step(Alarm(), known("0"), LOOK, None)
    assert alarm.is_on
    told = low_balance.news(alarm, known("0"), LOOK, None)
    assert "the gateway refuses calls" in "".join(cell.text for cell in told)
    assert low_balance.news(alarm, known("3"), LOOK, None)[2:] == ()
    assert low_balance.news(alarm, EMPTY, LOOK, None) == ()
    assert not low_balance.step(alarm, known("0.01"), LOOK, None).is_on, "it is well above nothing"


def test_what_can_tell_no_balance_raises_no_alarm() -> None:
    lacking = replace(with_balance("1"), capabilities=Capabilities().without(Lack.READ_ONLY, Capability.BALANCE))
    assert low_balance.step(Alarm(True, 3), lacking, LOOK, None) == Alarm(False, 3)
    assert low_balance.step(Alarm(True, 3), EMPTY, LOOK, None) == Alarm(True, 3)


def test_the_hint_names_only_keys_that_lead_somewhere() -> None:
    for capabilities, has_wallet in ((Capabilities(), True), (API_KEY_MODE, False)):
        found = low_balance.banner(Alarm(True, 1), replace(with_balance("1"), capabilities=capabilities), LOOK, None)
        assert found is not None
        assert ("wallet" in found.hint[0].text) is has_wallet


HOUR = timedelta(hours=1)


def forecast(usual: timedelta | None = None, current: timedelta | None = None) -> Report:
    """A report that knows the pace."""
    return Report(NOW, forecast=Forecast(*(None if left is None else NOW + left for left in (usual, current))))


BURNING = Burn(Decimal(6), timedelta(minutes=15), NOW + 4 * HOUR)


@pytest.mark.parametrize(
    ("report", "severity", "told"),
    [
        (None, "CRITICAL", "(4 h) at this rate"),
        (Report(NOW), "CRITICAL", "(4 h) at this rate"),
        (forecast(usual=2 * HOUR), "CRITICAL", "(2 h) at the usual pace"),
        (forecast(usual=71 * HOUR), "WARNING", "(3 d) at the usual pace"),
        (forecast(usual=90 * HOUR, current=3 * HOUR), "CRITICAL", "(3 h) at this rate"),
        (forecast(usual=90 * HOUR, current=7 * HOUR), "CRITICAL", "(4 h) at this rate"),
        (forecast(usual=73 * HOUR), None, ""),
    ],
)
def test_the_banner_takes_the_time_left_from_the_forecast(
    report: Report | None, severity: str | None, told: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(header, "burn_of", lambda *_: BURNING)
    snapshot = with_balance("24")
    alarm = low_balance.step(Alarm(), snapshot, LOOK, report)
    found = low_balance.banner(alarm, snapshot, LOOK, report)
    assert (found.emphasis if found else None) == (Emphasis[severity] if severity else None)
    if found is None or severity is None:
        return
    line = "".join(cell.text for cell in found.line)
    times = [one for _rank, cells in header.right(snapshot, LOOK, report) for one in cells]
    same = [cell.text for cell in times if cell.text.startswith("≈ ")][-1].rstrip(" ■▲")
    assert f"empty {same} at " in line, "the header tells another time"
    assert told in line


def test_the_alarm_ends_only_well_above_the_time(monkeypatch: pytest.MonkeyPatch) -> None:
    snapshot = with_balance("24")
    alarm = low_balance.step(Alarm(), snapshot, LOOK, forecast(usual=71 * HOUR))
    assert low_balance.step(alarm, snapshot, LOOK, forecast(usual=75 * HOUR)) == alarm
    assert low_balance.step(alarm, snapshot, LOOK, forecast(usual=90 * HOUR)) == Alarm(False, 1)
    assert low_balance.step(alarm, snapshot, LOOK, forecast()) == Alarm(False, 1)


WALLET_KEY, PLAN_KEY = key(7), key(8, group=PLAN)


@pytest.mark.parametrize(
    ("keys", "is_low"),
    [
        (None, True),
        ((WALLET_KEY, PLAN_KEY), True),
        ((key(7, windows={"5h": (1, 1, NOW + HOUR)}),), True),
        ((PLAN_KEY,), False),
        ((PLAN_KEY, key(7, stored_status="inactive")), False),
        ((key(7, quota_usd=1, quota_used_usd=1),), False),
        ((key(7, expires_at=NOW - HOUR),), False),
        ((), False),
    ],
)
def test_a_wallet_is_low_only_where_a_usable_key_draws_on_it(keys: tuple[ApiKey, ...] | None, is_low: bool) -> None:
    snapshot = with_balance("0")
    if keys is not None:
        snapshot = reduce(snapshot, Answered(AskKeys(), keys, NOW))
    assert low_balance.step(Alarm(), snapshot, LOOK, None).is_on == is_low
    shown = [cell for _rank, line in header.right(snapshot, LOOK) for cell in line]
    assert any("now ■" in cell.text for cell in shown) == is_low
    assert any("no key draws on it" in cell.text for cell in shown) != is_low
    assert any(cell.emphasis is Emphasis.CRITICAL for cell in shown) == is_low
    assert (inputs_of(snapshot, NOW).balance_usd is not None) == is_low
