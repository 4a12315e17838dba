"""What all screens show of the account: one value, so that none is ahead of another."""

from datetime import datetime

from msgspec import Struct, field

from tui.monitor.snapshot import Snapshot
from tui.present.display_context import DisplayContext, context_of
from tui.present.low_balance import Alarm
from tui.present.notices_panes import ToldNotices
from tui.screens.view_state import ViewState
from tui.triage.incidents import Incidents
from tui.triage.report import Report


class Picture(Struct, frozen=True, eq=False):
    """A Snapshot, the moment it is seen at, what was found in it, and how a person wants to see it."""

    snapshot: Snapshot
    now: datetime
    view: ViewState = field(default_factory=ViewState)
    alarm: Alarm = field(default_factory=Alarm)
    report: Report | None = None
    incidents: Incidents = field(default_factory=Incidents)
    notices: ToldNotices = ToldNotices()

    @property
    def look(self) -> DisplayContext:
        """How to word it."""
        return self.look_at(self.now)

    def look_at(self, now: datetime) -> DisplayContext:
        """How to word something at another moment, such as an answer that comes while the picture is held."""
        return context_of(self.snapshot, now, privacy=self.view.privacy)


NO_VIEW, NO_ALARM, NO_EPISODES, NO_NOTICES = ViewState(), Alarm(), Incidents(), ToldNotices()


class ShowsPicture:
    """The parts of the picture that a screen was given; there is none before it is put on the stack."""

    picture: Picture | None

    @property
    def snapshot(self) -> Snapshot | None:
        """What is known of the account."""
        return self.picture.snapshot if self.picture is not None else None

    @property
    def now(self) -> datetime | None:
        """The moment of the picture, which a pause holds."""
        return self.picture.now if self.picture is not None else None

    @property
    def view(self) -> ViewState:
        """How the person wants to see things."""
        return self.picture.view if self.picture is not None else NO_VIEW

    @property
    def alarm(self) -> Alarm:
        """Whether the balance is low."""
        return self.picture.alarm if self.picture is not None else NO_ALARM

    @property
    def report(self) -> Report | None:
        """What triage found."""
        return self.picture.report if self.picture is not None else None

    @property
    def incidents(self) -> Incidents:
        """What is going on."""
        return self.picture.incidents if self.picture is not None else NO_EPISODES

    @property
    def notices(self) -> ToldNotices:
        """The notices given."""
        return self.picture.notices if self.picture is not None else NO_NOTICES
