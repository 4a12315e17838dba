"""An alarm has the same sign wherever it is told."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from tests.unit.samples import NOW
from tui.monitor.snapshot import Snapshot
from tui.present import incident_lines, triage
from tui.present.display_context import DisplayContext
from tui.present.signs import SIGNS, signed
from tui.triage.findings import Finding, FindingKind
from tui.triage.incidents import Incident, Phase
from tui.triage.report import Report
from tui.triage.severity import Severity
from tui.triage.slow_spend import SlowSpend

LOOK = DisplayContext(NOW, ZoneInfo("UTC"))
NOTHING = Snapshot("https://gateway.example", ZoneInfo("UTC"))
HOUR = timedelta(hours=1)
DAY = SlowSpend(None, NOW - HOUR, NOW, 9.0, 2.0, 3.0, 40.0, 10.0, 14)
SLOW = Finding(kind=FindingKind.SLOW_SPEND, since=DAY.since, hit_at=NOW, evidence=DAY)
FOUND = Report(NOW, (SLOW,))


@pytest.mark.parametrize("severity", list(Severity))
def test_the_sign_is_that_of_the_severity(severity: Severity) -> None:
    incident = Incident(FindingKind.SLOW_SPEND, None, Phase.FIRING, severity, NOW - HOUR, NOW)
    line = incident_lines.finding_line(incident, FOUND, NOTHING, LOOK)
    assert line[0].text.startswith(SIGNS[severity])
    assert line[0].emphasis == signed(severity, "").emphasis
    assert incident_lines.unseen_line(incident, NOTHING, LOOK)[0].text.startswith(SIGNS[severity])


def test_the_screen_beside_the_steps_says_it_alike() -> None:
    assert triage.also_lines(FOUND, NOTHING, LOOK)[0][0].text.startswith(SIGNS[SLOW.severity])
