"""The findings of `aktop triage --json`."""

from zoneinfo import ZoneInfo

import pytest

from tests.unit.samples import NOW
from tests.unit.triage.samples import finding_of, report_of
from tui.monitor.snapshot import Snapshot
from tui.present.display_context import DisplayContext
from tui.records.json_values import json_line
from tui.records.triage_json import triage_json
from tui.triage.findings import FindingKind
from tui.triage.incidents import Incidents, advance

NOTHING = Snapshot("https://gateway.example", ZoneInfo("UTC"))


@pytest.mark.parametrize("kind", list(FindingKind))
def test_each_kind_is_told_with_its_state_and_the_figures_of_its_rule(kind: FindingKind) -> None:
    report = report_of(kind)
    incidents = advance(Incidents(), report, report.at, True)
    told = triage_json(report, incidents, (), NOTHING, DisplayContext(NOW, NOTHING.zone))
    name = "loop" if kind is FindingKind.STORM else kind.value
    (found,) = (one for one in told["findings"] if one["kind"] == name)  # type: ignore[attr-defined]
    assert (found["state"], found["key_id"]) == ("firing", finding_of(kind).key_id)
    assert found["sentence"]
    assert kind is FindingKind.STORM or found["rule"]
    assert json_line(told)
