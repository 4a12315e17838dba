"""An alarm has the same sign wherever it is told."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from tests.unit.samples import NOW
from tui.monitor.snapshot import Snapshot
from tui.present import finding_words, triage
from tui.present.display_context import DisplayContext
from tui.present.signs import SIGNS, signed
from tui.triage.findings import FindingKind, findings, low_balance
from tui.triage.incidents import Incident, Phase
from tui.triage.report import Report
from tui.triage.severity import Severity
from tui.triage.slow_spend import SlowSpend

LOOK = DisplayContext(NOW, ZoneInfo("UTC"))
NOTHING = Snapshot("https://gateway.example", ZoneInfo("UTC"))
HOUR = timedelta(hours=1)
LEAK = Report(NOW, leaks=(SlowSpend(None, NOW - HOUR, NOW, 9.0, 2.0, 3.0, 14),))


@pytest.mark.parametrize("severity", list(Severity))
def test_the_sign_is_that_of_the_severity(severity: Severity) -> None:
    incident = Incident(FindingKind.LEAK, None, Phase.FIRING, severity, NOW - HOUR, NOW)
    line = finding_words.finding_line(incident, LEAK, NOTHING, LOOK)
    assert line[0].text.startswith(SIGNS[severity])
    assert line[0].emphasis == signed(severity, "").emphasis
    assert finding_words.unseen_line(incident, NOTHING, LOOK)[0].text.startswith(SIGNS[severity])


def test_a_wallet_that_is_nearly_empty_cannot_wait_at_either_rate() -> None:
    for times, severity in (
        ({"usual_empty_at": NOW + 2 * HOUR}, Severity.CRITICAL),
        ({"usual_empty_at": NOW + 20 * HOUR, "current_empty_at": NOW + HOUR}, Severity.CRITICAL),
        ({"usual_empty_at": NOW + 20 * HOUR}, Severity.WARNING),
        ({"usual_empty_at": NOW + 200 * HOUR}, None),
    ):
        assert low_balance(Report(NOW, knows_pace=True, **times)) is severity


def test_the_screen_beside_the_steps_says_it_alike() -> None:
    (one,) = findings(LEAK)
    assert triage.also_lines(LEAK, NOTHING, LOOK)[0][0].text.startswith(SIGNS[one.severity])
