"""When there is another picture: at once for who waits, once a round or a tick for the rest, never after the end."""

from collections.abc import Callable
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
from tui.screens.picture import Picture
from tui.screens.view_state import ViewState

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

    def show_picture(self, picture: Picture) -> None:
        self.shown.append(picture)

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
    """Triage that finds nothing."""

    is_first_look = False

    def watch(self) -> None:
        """Nothing is wanted."""

    def judge(self) -> None:
        """Nothing is found."""


class Account:
    """An account that was heard of, and its pictures."""

    def __init__(self) -> None:
        self.stage = Stage()
        self.now = NOW
        self.monitor = SimpleNamespace(
            snapshot=EMPTY, is_awaited=False, wanted=frozenset(), set_interval=lambda _s: None
        )
        settings = SimpleNamespace(low_balance_usd=None)
        services = SimpleNamespace(clock=SimpleNamespace(now=lambda: self.now), settings=settings)
        context = SimpleNamespace(monitor=self.monitor, services=services)
        pending = SimpleNamespace(due=lambda _privacy: iter(()))
        self.pictures = Pictures(
            cast("Any", context),
            cast("AccountWatch", Watch()),
            cast("PendingActions", pending),
            ViewState(),
            cast("AccountStage", self.stage),
        )
        self.pictures.begin()
        self.pictures.hear()  # the first answer is always awaited
        self.stage.shown.clear()

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
