"""When there is another picture: at once for who waits, once a round or a tick for the rest, never after the end."""

from collections.abc import AsyncIterator, Callable, Coroutine
from datetime import timedelta
from types import SimpleNamespace
from typing import Any, cast

from tests.unit.present.shown import account
from tests.unit.samples import NOW, key
from tui.account.account_watch import AccountWatch
from tui.app.pending_actions import PendingActions
from tui.app.pictures import GATHER_S, TICK_S, Pictures
from tui.app.stage import AccountStage
from tui.monitor.questions import AskKeys
from tui.monitor.snapshot import Snapshot
from tui.present.toasts import Toast
from tui.screens.picture import Picture
from tui.screens.view_state import ViewState
from tui.triage.findings import FindingKind
from tui.triage.incidents import Incident, IncidentNotice, Incidents, NoticeKind, Phase
from tui.triage.report import Report
from tui.triage.severity import Severity

EMPTY, KNOWN = account(), account((AskKeys(), (key(),)))


class Timer:
    """A callback for later."""

    def __init__(self, seconds: float, callback: Callable[[], None]) -> None:
        self.seconds, self.callback, self.is_cancelled = seconds, callback, False

    def cancel(self) -> None:
        self.is_cancelled = True


class Stage:
    """Remembers what it is to show."""

    def __init__(self) -> None:
        self.shown: list[Picture] = []
        self.timers: list[Timer] = []
        self.started: list[Any] = []
        self.followed: list[Any] = []

    def show_picture(self, picture: Picture) -> None:
        self.shown.append(picture)

    def start(self, work: Coroutine[Any, Any, None]) -> None:
        self.started.append(work)

    def follow(self, following: Any) -> None:
        self.followed.append(following)

    def handle_in(self, seconds: float, callback: Callable[[], None]) -> Timer:
        self.timers.append(Timer(seconds, callback))
        return self.timers[-1]

    @property
    def waits_s(self) -> list[float]:
        """What is still waited for."""
        return [timer.seconds for timer in self.timers if not timer.is_cancelled]

    def ring(self) -> None:
        """Let the time pass."""
        timer = next(timer for timer in self.timers if not timer.is_cancelled)
        timer.is_cancelled = True
        timer.callback()


class Watch:
    """Triage that finds what it is told to."""

    def __init__(self) -> None:
        self.is_first_look = False
        self.report: Report | None = None
        self.did: list[str] = []

    def watch(self) -> None:
        self.did.append("watch")

    def judge(self) -> Report | None:
        self.did.append("judge")
        return self.report


class Account:
    """An account that was heard of, and its pictures."""

    def __init__(self) -> None:
        self.stage = Stage()
        self.now = NOW
        self.monitor = SimpleNamespace(
            snapshot=EMPTY, is_awaited=False, wanted=frozenset(), set_interval=self.set_interval
        )
        self.interval: timedelta | None = None
        self.watch = Watch()
        self.due: list[Any] = []
        self.tracker = SimpleNamespace(incidents=Incidents(), records=())
        settings = SimpleNamespace(low_balance_usd=None)
        services = SimpleNamespace(clock=SimpleNamespace(now=lambda: self.now), settings=settings)
        context = SimpleNamespace(monitor=self.monitor, services=services, tracker=self.tracker)
        pending = SimpleNamespace(due=lambda _privacy: iter(self.due))
        self.pictures = Pictures(
            cast("Any", context),
            cast("AccountWatch", self.watch),
            cast("PendingActions", pending),
            ViewState(),
            cast("AccountStage", self.stage),
        )
        self.pictures.begin()
        self.pictures.hear()  # the first answer is always awaited
        self.stage.shown.clear()
        self.watch.did.clear()

    def set_interval(self, interval: timedelta) -> None:
        self.interval = interval

    def tell(self, snapshot: Snapshot, *, is_awaited: bool = False) -> None:
        self.monitor.snapshot, self.monitor.is_awaited = snapshot, is_awaited
        self.now += timedelta(seconds=1)
        self.pictures.hear()


def test_the_answers_of_a_round_make_one_picture() -> None:
    found = Account()
    found.tell(EMPTY)
    found.tell(KNOWN)
    assert (found.stage.shown, found.stage.waits_s, found.pictures.is_gathering) == ([], [GATHER_S], True)
    found.stage.ring()
    assert [picture.snapshot for picture in found.stage.shown] == [KNOWN]
    assert found.stage.shown[0].now == found.now
    assert (found.stage.waits_s, found.pictures.is_gathering) == ([TICK_S], False)


def test_what_somebody_waits_for_is_shown_as_it_comes() -> None:
    found = Account()
    found.tell(EMPTY, is_awaited=True)
    found.tell(KNOWN)
    assert [picture.snapshot for picture in found.stage.shown] == [EMPTY, KNOWN]


def test_a_first_look_is_shown_as_it_comes() -> None:
    found = Account()
    found.watch.is_first_look = True
    found.tell(KNOWN)
    assert [picture.snapshot for picture in found.stage.shown] == [KNOWN]


async def test_a_picture_has_what_triage_finds_and_starts_what_is_due() -> None:
    async def work() -> AsyncIterator[str]:
        yield "told"

    over = Incident(FindingKind.SPIKE, 7, Phase.COOLING, Severity.WARNING, NOW, NOW, was_told=True)
    found = Account()
    found.watch.report, found.due = Report(NOW), [work()]
    found.tracker.incidents = Incidents({}, (IncidentNotice(NoticeKind.OVER, over),))
    found.pictures.take()
    assert found.watch.did == ["watch", "judge"]
    assert (found.pictures.latest.report, found.pictures.latest.incidents) == (Report(NOW), found.tracker.incidents)
    assert [type(one) for one in found.stage.followed] == [Toast]
    (started,) = found.stage.started
    await started
    assert found.stage.followed[-1] == "told"


def test_held_it_is_not_judged_but_goes_on_to_watch_and_to_settle() -> None:
    found = Account()
    found.pictures.change_view(ViewState(is_paused=True, interval_s=10))
    found.watch.did.clear()
    found.due = [iter(())]
    found.stage.ring()
    assert (found.watch.did, len(found.stage.started), found.stage.waits_s) == (["watch"], 1, [TICK_S])
    assert found.interval == timedelta(seconds=10)
    found.stage.started[0].close()
    found.due, shown = [], len(found.stage.shown)
    found.pictures.change_view(ViewState(is_paused=True, interval_s=30))
    assert (len(found.stage.shown), found.watch.did) == (shown + 1, ["watch"]), "a change of the view is no catching up"
    found.pictures.change_view(ViewState())
    assert found.watch.did == ["watch", "watch", "judge"]


def test_without_an_answer_what_ages_is_painted_at_each_tick() -> None:
    found = Account()
    for _tick in range(3):
        found.now += timedelta(seconds=TICK_S)
        found.stage.ring()
    moments = [picture.now for picture in found.stage.shown]
    assert len(set(moments)) == 3
    assert found.stage.waits_s == [TICK_S]


def test_a_pause_holds_the_picture_and_its_moment_and_its_end_catches_up() -> None:
    found = Account()
    held = found.pictures.latest
    found.monitor.wanted = frozenset({AskKeys()})
    found.pictures.change_view(ViewState(is_paused=True))
    found.tell(KNOWN)
    found.stage.ring()
    assert (found.pictures.latest.snapshot, found.pictures.latest.now) == (held.snapshot, held.now)
    found.pictures.change_view(ViewState())
    assert (found.pictures.latest.snapshot, found.pictures.latest.now) == (KNOWN, found.now)


def test_what_is_first_asked_while_it_is_held_is_added() -> None:
    found = Account()
    found.pictures.change_view(ViewState(is_paused=True))
    held = found.pictures.latest
    found.tell(account((AskKeys(), (key(),)), at=held.now))
    assert found.pictures.latest.snapshot.data(AskKeys()) is not None
    assert found.pictures.latest.now == held.now


def test_after_the_end_nothing_is_shown_whatever_is_heard() -> None:
    found = Account()
    found.pictures.end()
    found.tell(KNOWN, is_awaited=True)
    assert (found.stage.shown, found.stage.waits_s) == ([], [])
