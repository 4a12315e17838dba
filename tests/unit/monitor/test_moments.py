"""The moments of a recording."""

from datetime import timedelta
from zoneinfo import ZoneInfo

from tests.unit.samples import NOW
from tui.monitor.events import Dropped
from tui.monitor.heard import Heard
from tui.monitor.moments import Moments, Recording
from tui.monitor.snapshot import Snapshot


def test_a_time_outside_of_a_recording_is_its_nearer_end() -> None:
    moments = Moments(Snapshot("https://gw", ZoneInfo("UTC")), NOW)
    moments.hear(Heard(NOW + timedelta(minutes=5), Dropped(frozenset())))
    recording = Recording(moments)
    before, within, after = (NOW + timedelta(minutes=minutes) for minutes in (-1, 2, 9))
    assert [recording.nearest(at) for at in (before, within, after)] == [NOW, within, NOW + timedelta(minutes=5)]
