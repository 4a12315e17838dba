"""Verbs and their files."""

import csv
import io
import json
import re
from pathlib import Path

import pytest

from tests.hostile.texts import TEXTS, Mixed, as_toml, formulas, harmful
from tests.unit.cli.conftest import (  # noqa: F401 - fixtures
    Machine,
    aktop,
    machine,
    options,
    seal,
    signed_in,
    stage,
    standing,
)
from tui.demo import faults
from tui.demo.faults import FaultKind
from widgets.layout import cell_width

WIDTHS = (60, 200)
CHANGE = ("key", "disable", "2", "--yes")


@pytest.fixture
def hostile(signed_in: Machine, monkeypatch: pytest.MonkeyPatch) -> Machine:  # noqa: F811
    """An account all of whose names, messages and addresses begin with such a text."""
    mixed = Mixed(0, is_before=True)
    monkeypatch.setattr(faults, "_change", lambda _fault: mixed.change)
    signed_in.demo.way.add(FaultKind.HOSTILE)
    return signed_in


def test_what_verbs_say_is_inert(hostile: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    for width in WIDTHS:
        monkeypatch.setenv("COLUMNS", str(width))
        tables = (("calls", "--limit", "20"), ("errors", "--limit", "20"))
        for verb in (*tables, ("status",), ("triage",)) if width == WIDTHS[0] else tables:
            result = hostile.run(*verb)
            assert result.code == 0, result.err[-500:]
            assert not harmful((result.out + result.err).replace("\n", "")), (verb, width)
            if verb[0] in ("calls", "errors"):
                assert max(map(cell_width, result.out.splitlines())) <= width
    result = hostile.run(*CHANGE)
    assert result.code == 0, result.err[-500:]
    assert not harmful((result.out + result.err).replace("\n", ""))


FOLDERS = ("a\x1b[2J\x9b\u202e", "a\u200b\u2028b\nc", "a\udcff\udc9b2J")


@pytest.mark.parametrize("folder", FOLDERS)
def test_paths_are_inert_where_they_are_named(
    folder: str,
    machine: Machine,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / folder))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / folder))
    (tmp_path / folder / "aktop").mkdir(parents=True)
    told = [machine.run("config"), machine.run("status"), machine.run("login", "--email", machine.demo.email)]
    (tmp_path / folder / "aktop" / "config.toml").write_text("= 1\n")
    told.append(machine.run("status"))
    assert [result.code for result in told] == [0, 3, 0, 2]
    for result in told:
        assert "/a" in result.out + result.err or result.code == 3
        assert not harmful((result.out + result.err).replace("\n", ""))


def test_what_stands_in_the_configuration_is_inert(machine: Machine) -> None:  # noqa: F811
    machine.config.mkdir(parents=True, exist_ok=True)
    for text in TEXTS.values():
        for line in (f"{as_toml(text)} = 1", f"[profile.{as_toml(text)}]\nx = 1", f"profile = {as_toml(text)}"):
            (machine.config / "config.toml").write_text(line + "\n")
            result = machine.run("status")
            assert result.code == 2
            assert not harmful(result.err.replace("\n", "")), line


def test_what_programs_read_is_whole(hostile: Machine) -> None:
    for verb in (("status", "--json"), ("triage", "--json"), (*CHANGE, "--json")):
        result = hostile.run(*verb)
        assert json.loads(result.out)
        assert not harmful(result.out.replace("\n", ""))
    for what in ("calls", "errors"):
        lines = hostile.run(what, "--limit", "20", "--format", "jsonl").out.removesuffix("\n").split("\n")
        rows = [json.loads(line) for line in lines]
        assert 10 < len(rows) <= 20
        assert all(len(row) == len(rows[0]) for row in rows)
        written = hostile.run(what, "--limit", "20", "--format", "csv").out
        table = list(csv.reader(io.StringIO(written, newline="")))
        assert len(table) == len(rows) + 1
        assert {len(row) for row in table} == {len(table[0])}
        assert table[0] == list(rows[0])
        for row in table:
            assert not formulas(row)
            assert not any(map(harmful, row))
        assert "'" in {cell[:1] for row in table for cell in row}, "what would be a formula is there"


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
        *("at", "gateway_url", "key_id", "action", "before", "wanted", "stage", "answer", "undone", "until"),
        *("by", "claim", "batch", "account"),
    }
    assert re.fullmatch(r"[0-9a-f]{16}", entry["account"]), "it tells accounts apart and names none"
