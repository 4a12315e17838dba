"""What triage found beside the hours that stand out, a sentence each."""

from zoneinfo import ZoneInfo

import pytest

from tests.unit.samples import NOW, failed
from tests.unit.triage.samples import finding_of, report_of
from tui.monitor.snapshot import Snapshot
from tui.present.display_context import DisplayContext
from tui.present.finding_words import in_words
from tui.present.triage import also_lines, steps
from tui.triage.find import find
from tui.triage.findings import FindingKind
from tui.triage.inputs import Inputs
from tui.triage.report import State


def test_each_storm_is_told_of_its_own_key() -> None:
    errors = [failed(n, ago_s=n * 2, key_name="ci", category="invalid_request") for n in range(30)]
    errors += [
        failed(100 + n, ago_s=n * 2, key_name="batch", category="other", message="API key 额度已用完")
        for n in range(12)
    ]
    report = find(Inputs(NOW, failed=tuple(errors), key_names={7: "ci", 8: "batch"}))
    snapshot = Snapshot("https://gateway.example", ZoneInfo("UTC"))
    told = [
        "".join(cell.text for cell in line) for line in also_lines(report, snapshot, DisplayContext(NOW, snapshot.zone))
    ]
    assert {line[:24] for line in told if line} == {"▲ ci: 30 errors in 58 s,", "▲ batch: 12 refusals by "}


@pytest.mark.parametrize("kind", [FindingKind.ORIGIN, FindingKind.PLAN, FindingKind.GROWTH])
def test_what_is_found_of_a_key_without_an_incident_is_told_in_the_step_of_the_key(kind: FindingKind) -> None:
    snapshot = Snapshot("https://gateway.example", ZoneInfo("UTC"))
    look = DisplayContext(NOW, snapshot.zone)
    line = next(one for one in steps(report_of(kind), snapshot, look) if one.id == "key")
    assert (line.state, line.sentence) == (State.FOUND, in_words(finding_of(kind), snapshot, look).sentence)
