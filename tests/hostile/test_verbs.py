"""Verbs and their files."""

import csv
import io
import json
import re
from pathlib import Path

import pytest

from tests.hostile.texts import TEXTS, formulas, harmful
from tests.unit.headless.conftest import (  # noqa: F401 - fixtures
    Machine,
    aktop,
    machine,
    options,
    seal,
    signed_in,
    stage,
)
from tui.demo import faults
from tui.demo.faults import FaultKind
from widgets.layout import cell_width

WIDTHS = (60, 100, 200)
CHANGE = ("key", "disable", "2", "--yes")


@pytest.fixture(params=TEXTS)
def hostile(request: pytest.FixtureRequest, signed_in: Machine, monkeypatch: pytest.MonkeyPatch) -> Machine:  # noqa: F811
    """An account all of whose names, messages and addresses are such a text."""
    monkeypatch.setattr(faults, "HOSTILE", TEXTS[request.param])
    signed_in.demo.way.add(FaultKind.HOSTILE)
    return signed_in


def test_what_verbs_say_is_inert(hostile: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    for width in WIDTHS:
        monkeypatch.setenv("COLUMNS", str(width))
        for verb in (("status",), ("calls", "--limit", "20"), ("errors", "--limit", "20"), ("triage",)):
            result = hostile.run(*verb)
            assert result.code == 0, result.err[-500:]
            assert not harmful((result.out + result.err).replace("\n", "")), (verb, width)
            if verb[0] in ("calls", "errors"):
                assert max(map(cell_width, result.out.splitlines())) <= width
    result = hostile.run(*CHANGE)
    assert result.code == 0, result.err[-500:]
    assert not harmful((result.out + result.err).replace("\n", ""))


def test_what_programs_read_is_whole(hostile: Machine) -> None:
    for verb in (("status", "--json"), ("triage", "--json"), (*CHANGE, "--json")):
        result = hostile.run(*verb)
        assert json.loads(result.out)
        assert not harmful(result.out.replace("\n", ""))
    for what in ("calls", "errors"):
        lines = hostile.run(what, "--limit", "20", "--format", "jsonl").out.removesuffix("\n").split("\n")
        rows = [json.loads(line) for line in lines]
        assert len(rows) == 20
        assert all(len(row) == len(rows[0]) for row in rows)
        written = hostile.run(what, "--limit", "20", "--format", "csv").out
        table = list(csv.reader(io.StringIO(written, newline="")))
        assert len(table) == 21
        assert {len(row) for row in table} == {len(table[0])}
        assert table[0] == list(rows[0])
        for row in table:
            assert not formulas(row)
            assert not any(map(harmful, row))


def test_a_report_is_text_and_nothing_more(hostile: Machine, tmp_path: Path) -> None:
    markdown, as_json = tmp_path / "incident.md", tmp_path / "incident.json"
    assert hostile.run("triage", "--report", str(markdown)).code == 0
    assert hostile.run("triage", "--report", str(as_json)).code == 0
    assert json.loads(as_json.read_text())
    text = markdown.read_text()
    assert not harmful(text.replace("\n", ""))
    assert len(re.findall(r"^# ", text, re.MULTILINE)) == 1
    assert text.count("\n```") == 2
    # What would be markup is escaped, sign by sign.
    outside = re.sub(r"\n```.*?\n```", "", text, flags=re.DOTALL)
    assert not re.search(r"(?<!\\)(<|\]\(|`|!\[)", outside)


def test_the_journal_keeps_no_text_from_outside(hostile: Machine) -> None:
    assert hostile.run(*CHANGE).code == 0
    kept = (hostile.state / "journal.json").read_text()
    assert not harmful(kept)
    assert "sk-" not in kept
    entry = json.loads(kept)["_default"]["1"]
    assert entry["key_id"] == 2
    assert set(entry) == {
        *("at", "gateway_url", "key_id", "action", "before", "wanted", "stage", "answer", "undone", "until")
    }
