"""The findings of `aktop triage --json`."""

from datetime import timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from tests.unit.samples import NOW
from tests.unit.triage.samples import finding_of, report_of
from tui.monitor.snapshot import Snapshot
from tui.present.display_context import DisplayContext
from tui.present.triage import also_lines
from tui.records.json_values import json_line
from tui.records.triage_json import triage_json
from tui.triage.findings import FindingKind
from tui.triage.incidents import Incidents, advance
from tui.triage.joint_keys import JointKeys, Trait
from tui.triage.report import Report
from tui.triage.takeovers import Takeover

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


def test_who_takes_over_is_told_though_it_is_no_finding() -> None:
    report = Report(NOW, takeovers=(Takeover(8, 7, NOW - timedelta(hours=30), NOW - timedelta(hours=31)),))
    told = triage_json(report, Incidents(), (), NOTHING, DisplayContext(NOW, NOTHING.zone))
    (one,) = told["takeovers"]  # type: ignore[misc]
    assert (one["key_id"], one["from_id"], told["findings"]) == (8, 7, [])
    assert one["sentence"].startswith("#8 takes over from #7 since ")
    line, _end = also_lines(report, NOTHING, DisplayContext(NOW, NOTHING.zone))
    assert line[0].text == one["sentence"]


THIEF = JointKeys(Trait.ADDRESS, "45.155.205.99", "curl", (7, 8, 9), 3, 80.0, 0.81234, 12.0)


@pytest.mark.parametrize("joint", [None, THIEF])
def test_what_many_keys_share_is_told(joint: JointKeys | None) -> None:
    told = triage_json(Report(NOW, joint=joint), Incidents(), (), NOTHING, DisplayContext(NOW, NOTHING.zone))[
        "joint_keys"
    ]
    figures = {"trait": "address", "ip": "45.155.205.99", "program": "curl", "keys": 3, "new_keys": 3, "share": 0.8123}
    figures |= {"key_ids": [7, 8, 9], "excess_usd": Decimal("80.0")}
    assert told == (figures if joint is not None else None)
