import csv
import io
import json
from typing import Any

import pytest

from tests.unit.cli.conftest import Machine
from tui.domain.failure import Failure, FailureKind
from tui.domain.usage import Call, Page
from tui.gateway.errors import BudgetSpent, error_of
from tui.gateway.sub2api.client import GatewayClient
from tui.present import format as fmt
from tui.records.csv_rows import csv_line
from tui.records.rows import CALL_NAMES, ERROR_NAMES
from tui.terminal import exit_codes
from widgets.layout import cell_width


def rows_of(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text, newline=""), strict=True))


@pytest.mark.parametrize("span", ["6h", "yesterday"])
def test_all_records_of_a_range_each_once(signed_in: Machine, span: str) -> None:
    scope = signed_in.run("status", "--json", "--range", span).json["scope"]
    result = signed_in.run("calls", "--range", span, "--limit", "0", "--format", "csv")
    assert (result.code, result.err) == (0, "")
    rows = rows_of(result.out)
    whole = signed_in.ledger(scope["from"], scope["to"])
    assert len({row["id"] for row in rows}) == len(rows) == whole.calls
    assert sum(round(float(row["billed_usd"]) * 10**10) for row in rows) == whole.actual_cost
    assert [row["at"] for row in rows] == sorted((row["at"] for row in rows), reverse=True)
    assert tuple(rows[0]) == CALL_NAMES


def test_json_lines_are_objects_with_numbers(signed_in: Machine) -> None:
    result = signed_in.run("calls", "--limit", "7", "--format", "jsonl", "--key", "laptop")
    rows = [json.loads(line) for line in result.out.splitlines()]
    assert len(rows) == 7
    assert tuple(rows[0]) == CALL_NAMES
    assert {row["key"] for row in rows} == {"laptop"}
    assert all(isinstance(row["billed_usd"], int | float) and row["at"].endswith("+08:00") for row in rows)


@pytest.mark.full_account
def test_a_table_fits_its_width(signed_in: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    for width in (80, 320):
        monkeypatch.setenv("COLUMNS", str(width))
        for verb in ("calls", "errors"):
            lines = signed_in.run(verb, "--limit", "5").out.splitlines()
            assert len(lines) == 6
            assert all(cell_width(line) <= width for line in lines)
    assert "USER AGENT" in signed_in.run("calls", "--limit", "1").out


def test_errors_of_a_range(signed_in: Machine) -> None:
    world = signed_in.demo.world
    result = signed_in.run("errors", "--range", "30d", "--limit", "0", "--format", "csv")
    rows = rows_of(result.out)
    assert tuple(rows[0]) == ERROR_NAMES
    assert {int(row["id"]) for row in rows} <= {row.id for row in world.errors.rows}
    told = signed_in.run("status", "--json", "--range", "30d").json["errors"]
    assert told["total"] == len(rows)
    only = rows_of(signed_in.run("errors", "--range", "30d", "--limit", "0", "--format", "csv", "--key", "2").out)
    assert {row["key"] for row in only} == {"batch-nightly"}
    assert 0 < len(only) < len(rows)


def test_no_records_are_no_error(signed_in: Machine) -> None:
    result = signed_in.run("calls", "--range", "2020-01-01", "--format", "csv")
    assert (result.code, result.out.count("\r\n")) == (0, 1)
    assert result.err


def test_cells_that_a_spreadsheet_would_compute_are_text() -> None:
    line = csv_line(["=1+1", "+1", "-1", "@x", "\tx", "\rx", " =1", "＝1", "a=b", 'say "hi", you', -1, None])
    assert next(csv.reader(io.StringIO(line, newline=""))) == [
        *("'=1+1", "'+1", "'-1", "'@x", "'\tx", "'\rx", "' =1", "'＝1", "a=b", 'say "hi", you', "-1", "")
    ]


def test_a_keys_name_is_no_formula(signed_in: Machine) -> None:
    signed_in.demo.world.keys[1].name = "=HYPERLINK(1)"
    rows = rows_of(signed_in.run("calls", "--key", "1", "--limit", "2", "--format", "csv").out)
    assert {row["key"] for row in rows} == {"'=HYPERLINK(1)"}


@pytest.mark.parametrize("form", ["csv", "jsonl"])
def test_programs_get_all_of_a_range_unless_told(signed_in: Machine, form: str) -> None:
    scope = signed_in.run("status", "--json", "--range", "yesterday").json["scope"]
    number = signed_in.ledger(scope["from"], scope["to"]).calls
    result = signed_in.run("calls", "--range", "yesterday", "--format", form)
    assert number > 1000
    assert (len(result.out.splitlines()) - (form == "csv"), result.err) == (number, "")
    cut = signed_in.run("calls", "--range", "yesterday", "--format", form, "--limit", "7")
    assert cut.err == f"aktop: 7 of {fmt.count(number)} calls; --limit 0 for all\n"


def test_a_table_that_was_cut_says_of_how_many(signed_in: Machine) -> None:
    result = signed_in.run("calls", "--range", "24h")
    assert len(result.out.splitlines()) == 1 + 100
    assert "aktop: 100 of at most " in result.err
    assert "calls; --limit 0 for all" in result.err
    errors = signed_in.run("errors", "--range", "30d", "--limit", "2")
    number = signed_in.run("status", "--json", "--range", "30d").json["errors"]["total"]
    assert errors.err == f"aktop: 2 of {fmt.count(number)} errors; --limit 0 for all\n"
    assert signed_in.run("errors", "--range", "30d", "--limit", str(number)).err == ""


def test_a_list_that_breaks_off_says_how_much_of_it_there_is(
    signed_in: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    ask = GatewayClient.calls

    async def second_page_is_gone(client: GatewayClient, *args: Any, page: int = 1, **named: Any) -> Page[Call]:
        if page > 1:
            raise error_of(Failure(FailureKind.UNREACHABLE, "gone"))
        return await ask(client, *args, page=page, **named)

    monkeypatch.setattr(GatewayClient, "calls", second_page_is_gone)
    result = signed_in.run("calls", "--range", "yesterday", "--format", "csv")
    assert result.code == exit_codes.UNREACHABLE
    assert len(result.out.splitlines()) == 1 + 1000
    assert "aktop: cut short: 1 000 of " in result.err


def test_what_may_not_wait_is_cut_short_at_once(signed_in: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    ask = GatewayClient.calls

    async def second_page_must_wait(client: GatewayClient, *args: Any, page: int = 1, **named: Any) -> Page[Call]:
        if page > 1:
            raise BudgetSpent(Failure(FailureKind.BUDGET_SPENT, retry_after_s=50))
        return await ask(client, *args, page=page, **named)

    monkeypatch.setattr(GatewayClient, "calls", second_page_must_wait)
    result = signed_in.run("calls", "--range", "yesterday", "--format", "csv", "--no-wait")
    assert result.code == exit_codes.CANNOT_TELL
    assert len(result.out.splitlines()) == 1 + 1000
    assert "cut short" in result.err
