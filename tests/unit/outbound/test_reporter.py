"""What there is to tell of an account, in words."""

from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytest
from msgspec.structs import replace

from tests.unit.present.shown import account, failing
from tests.unit.samples import NOW, key
from tests.unit.triage.test_incidents import report, spike
from tui.account.context import AccountContext
from tui.account.incident_tracker import IncidentTracker
from tui.config.sources import load
from tui.domain.account import Profile
from tui.domain.failure import Failure, FailureKind
from tui.domain.usage import Page
from tui.monitor.burn import BASE_CALLS
from tui.monitor.questions import AskKeys, AskProfile
from tui.monitor.snapshot import Snapshot
from tui.outbound.episodes import told_of
from tui.outbound.notice import Notice, NoticeState
from tui.outbound.reporter import HIDDEN, Reporter
from tui.triage.report import Report, State
from tui.triage.severity import Severity
from tui.triage.suspects import Suspect

MINUTE = timedelta(minutes=1)
RICH = Profile(1, "lin@example.com", "lin", Decimal(80))
KNOWN = account((AskProfile(), RICH), (AskKeys(), (key(7, "batch"),)), (BASE_CALLS, Page((), 0)))
SUSPECT = Suspect(7, actual_usd=10.1, expected_usd=1.0, share=0.93)


def judged(found: Report) -> Report:
    """A report that rests on all there is."""
    return replace(found, since=NOW if found.findings else None, suspects=(SUSPECT,), spike_state=State.FOUND)


class Desk:
    """An account whose Snapshot, report and clock are what a test says."""

    def __init__(self, folder: Path, **settings: object) -> None:
        self.now = NOW
        self.snapshot = KNOWN
        self.tracker = IncidentTracker()
        self.told: list[Notice] = []
        self.private: list[Notice] = []
        options = load({"url": "https://gateway.example", **settings}, {}, folder / "config.toml", folder)
        client = SimpleNamespace(base_url="https://gateway.example", sessions=None)
        services = SimpleNamespace(clock=SimpleNamespace(now=lambda: self.now), client=client, settings=options)
        monitor = SimpleNamespace()
        self.context = cast(
            AccountContext,
            SimpleNamespace(services=services, monitor=monitor, tracker=self.tracker, guard=None),
        )
        monitor.snapshot = self.snapshot
        self._monitor = monitor
        self.reporter = Reporter(self.context)

    def look(
        self, found: Report | None, snapshot: Snapshot | None = None, *, after: timedelta = MINUTE
    ) -> list[Notice]:
        """Time passes, something is found, and what there is to tell is told."""
        self.judge(found, snapshot, after=after)
        before = told_of(self.told)
        news = self.reporter.told(before, {one.id for one in self.told})
        self.told += [one.notice for one in news]
        self.private += [one.private for one in news]
        return [one.notice for one in news]

    def judge(self, found: Report | None, snapshot: Snapshot | None = None, *, after: timedelta = MINUTE) -> None:
        """Time passes, and something is found."""
        self.now += after
        self._monitor.snapshot = self.snapshot = snapshot or self.snapshot
        if found is not None:
            self.tracker.hear(replace(found, at=self.now), self.snapshot, self.now)

    def pass_s(self, seconds: float) -> None:
        """Time passes."""
        self.now += timedelta(seconds=seconds)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


WILD, CALM = judged(report(NOW, spike())), judged(report(NOW))


def states(notices: list[Notice]) -> list[str]:
    return [one.state.value for one in notices]


def test_a_notice_says_which_key_how_much_and_what_to_do(desk: Desk) -> None:
    (one,) = desk.look(WILD)
    assert (one.state, one.kind, one.key, one.key_id, one.share) == (NoticeState.BEGAN, "spike", "batch", 7, 0.93)
    assert (one.excess_usd, one.since, one.gateway) == (9.1, WILD.findings[0].since, "https://gateway.example")
    assert "batch" in one.sentence
    assert one.advice == "To stop the key: D in aktop, or `aktop key disable 7 --yes --url https://gateway.example`."
    assert desk.look(WILD) == [], "told once"


def test_a_private_notice_names_nobody(desk: Desk) -> None:
    desk.look(WILD)
    (one,) = desk.private
    assert (one.key, one.key_id, one.account, one.gateway) == (None, 7, HIDDEN, "")
    text = one.encoded().decode()
    assert "batch" not in text
    assert "lin" not in one.sentence
    assert one.id == desk.told[0].id


def test_it_is_over_once_with_what_it_cost(desk: Desk) -> None:
    desk.look(WILD)
    (over,) = [one for _look in range(20) for one in desk.look(CALM, after=timedelta(minutes=10))]
    assert over.state is NoticeState.OVER
    assert over.sentence.startswith("✓ over: spike of batch, since ")
    assert over.advice == ""


def test_what_was_stopped_while_nobody_looked_is_contained_for_those_who_were_told(tmp_path: Path) -> None:
    """Killed before it could keep what it knew, the next aktop finds what never fired for it."""
    first, next_one = Desk(tmp_path), Desk(tmp_path)
    first.look(WILD)
    next_one.told = first.told
    (found,) = WILD.findings
    stopped = replace(WILD, findings=(replace(found, is_contained=True),))
    assert states(next_one.look(stopped)) == ["contained"]
    assert states(Desk(tmp_path).look(stopped)) == [], "news to nobody"


def test_what_is_planned_is_over_for_those_who_were_told(desk: Desk) -> None:
    desk.look(WILD)
    (incident,) = desk.tracker.incidents.firing
    desk.tracker.answer_planned(incident, desk.now)
    (over,) = desk.look(None)
    assert (over.state, over.sentence.endswith("somebody says that it is planned")) == (NoticeState.OVER, True)


def test_figures_of_a_first_look_are_waited_for_but_not_for_ever(desk: Desk) -> None:
    hasty = replace(WILD, suspects=(replace(SUSPECT, is_first_look=True),))
    assert desk.look(hasty) == []
    assert states(desk.look(WILD)) == ["began"]
    other = Desk(Path(desk.context.services.settings.state_dir))
    looks = [other.look(hasty, after=MINUTE) for _look in range(4)]
    assert [len(told) for told in looks] == [0, 0, 1, 0]


def low(desk: Desk, balance: str) -> Snapshot:
    return account((AskProfile(), replace(RICH, balance_usd=Decimal(balance))), at=desk.now, base=desk.snapshot)


def test_a_low_balance_is_told_and_its_end(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text("low_balance_usd = 10\n")
    desk = Desk(tmp_path)
    assert desk.look(CALM) == []
    (began,) = desk.look(CALM, low(desk, "9.5"))
    assert (began.kind, began.severity, began.key) == ("low_balance", Severity.WARNING, None)
    assert began.sentence.startswith("▲ LOW BALANCE $9.50")
    assert desk.look(CALM, low(desk, "10.5")) == [], "it has to recover well"
    (over,) = desk.look(CALM, low(desk, "50"))
    assert (over.state, over.sentence) == (NoticeState.OVER, "✓ balance no longer low: $50.00")


def test_a_low_balance_is_told_once_over_restarts(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text("low_balance_usd = 10\n")
    desk = Desk(tmp_path)
    desk.look(CALM, low(desk, "9.5"))
    again = Desk(tmp_path)
    again.told = desk.told
    assert again.look(CALM, low(again, "10.5")) == [], "still low for who was told"
    assert states(again.look(CALM, low(again, "50"))) == ["over"]


@pytest.mark.parametrize(
    ("kind", "severity"),
    [(FailureKind.UNREACHABLE, Severity.WARNING), (FailureKind.SESSION_EXPIRED, Severity.CRITICAL)],
)
def test_blindness_is_told_once_and_so_is_its_end(desk: Desk, kind: FailureKind, severity: Severity) -> None:
    down = failing(KNOWN, AskProfile(), Failure(kind))
    looks = [desk.look(None, down, after=timedelta(minutes=3)) for _look in range(6)]
    assert [len(told) for told in looks] == [0, 0, 0, 1, 0, 0]
    (blind,) = desk.told
    assert (blind.state, blind.kind, blind.severity, blind.since) == (NoticeState.BLIND, "watch", severity, NOW)
    login = "Run: aktop login --url https://gateway.example"
    assert blind.advice == (login if kind is FailureKind.SESSION_EXPIRED else "")
    back = account((AskProfile(), RICH), (BASE_CALLS, Page((), 0)), at=desk.now, base=down)
    (seeing,) = desk.look(None, back)
    assert (seeing.state, seeing.sentence) == (NoticeState.SEEING, "✓ seeing again, after 19 min")


def test_nothing_ends_while_nothing_is_seen(desk: Desk) -> None:
    desk.look(WILD)
    down = failing(KNOWN, AskProfile(), Failure(FailureKind.UNREACHABLE))
    for _look in range(30):
        desk.look(None, down, after=timedelta(minutes=10))
    assert states(desk.told) == ["began", "blind"]


def test_a_silence_without_a_failure_is_no_blindness(desk: Desk) -> None:
    """A machine that slept has old answers and no failure: the next answers are on their way."""
    assert desk.look(None, after=timedelta(hours=5)) == []
