"""`aktop backtest`: the past by files or by the account, in words and as JSON Lines."""

import io
import json
import os
import random
import re
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from tests.unit.cli.conftest import Machine, Result
from tui.cli.past import Span
from tui.domain.scope import RangeName
from tui.terminal import exit_codes

SHANGHAI = ZoneInfo("Asia/Shanghai")
TEN = timedelta(minutes=10)


def here(at: str) -> datetime:
    return datetime.fromisoformat(f"2026-{at}").replace(tzinfo=SHANGHAI)


Run = Callable[..., Result]
BEGIN = datetime(2026, 11, 1, tzinfo=UTC)
WILD = BEGIN + timedelta(days=15, hours=3)
"""When a key begins to call twenty times as much, for three hours."""
RECENT = ("--step", "1h", "--range", "24h", "--json")
MEMBERS = ["at", "kind", "severity", "state", "key", "key_id", "share", "since", "excess_usd", "sentence"]


def rows() -> Iterator[dict[str, Any]]:
    """Sixteen days of two keys, the newest call first."""
    draw = random.Random(1)
    moments = [BEGIN + timedelta(minutes=20 * n) for n in range(16 * 72)]
    calls = [(at, draw.choice(("laptop", "batch")), draw.uniform(0.1, 0.3)) for at in moments]
    calls += [(WILD + timedelta(seconds=30 * n), "batch", 0.2) for n in range(360)]
    for at, key, usd in sorted(calls, reverse=True):
        yield {"at": at.isoformat(), "key": key, "billed_usd": round(usd, 6), "model": "opus", "input_tokens": 1000}


@pytest.fixture(scope="module")
def calls(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("records") / "calls.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows()))
    return path


def lines(result: Result) -> list[dict[str, Any]]:
    return [json.loads(line) for line in result.out.splitlines()]


def test_a_file_tells_what_would_have_been_told_without_any_gateway(aktop: Run, calls: Path) -> None:
    result = aktop("backtest", "--from", str(calls), "--json", "--step", "30m", "--begin", "2026-11-15")
    told = lines(result)
    assert (result.code, list(told[0])) == (exit_codes.OK, MEMBERS)
    spike = [one for one in told if one["kind"] == "spike"]
    assert [one["state"] for one in spike][:: len(spike) - 1] == ["began", "over"]
    began = spike[0]
    assert (began["key"], began["key_id"]) == ("batch", next(one["key_id"] for one in told if one["key"] == "batch"))
    assert began["at"].endswith("+08:00")
    delay = datetime.fromisoformat(began["at"]) - WILD
    assert timedelta(0) < delay <= timedelta(hours=2)
    assert began["share"] > 0.9
    assert 0 < began["excess_usd"] < 80
    assert "batch" in began["sentence"]
    assert "errors not known, 2 keys" in result.err


def test_the_same_for_a_person(aktop: Run, calls: Path) -> None:
    result = aktop("backtest", "--from", str(calls), "--step", "30m", "--begin", "2026-11-15", "--tz", "UTC")
    head, *told = result.out.splitlines()
    assert (result.code, result.err) == (exit_codes.OK, "")
    assert head.startswith("WHEN")
    assert [line for line in told if line.startswith("2026-11-16") and "began" in line and "SPIKE since" in line]
    assert [line for line in told if "✓ over: spike of batch" in line]
    assert "2026-11-15 00:00 to " in result.out
    assert "a week" in told[-1] or any("notices in" in line or "notice in" in line for line in told)


def test_what_is_judged_can_be_narrowed(aktop: Run, calls: Path) -> None:
    quiet = aktop(
        "backtest", "--from", str(calls), "--step", "1h", "--begin", "2026-11-14", "--end", "2026-11-15T20:00"
    )
    assert quiet.code == exit_codes.OK
    assert "Nothing would have been told." in quiet.out
    last = aktop("backtest", "--from", str(calls), "--step", "1h", "--range", "24h", "--json")
    assert {one["at"][:10] for one in lines(last)} <= {"2026-11-16", "2026-11-17"}
    nowhere = aktop("backtest", "--from", str(calls), "--range", "2026-12-01")
    assert nowhere.code == exit_codes.WRONG_USE
    assert "the records go from 2026-11-01" in nowhere.err


def test_a_setting_is_tried(aktop: Run, calls: Path) -> None:
    flags = ("backtest", "--from", str(calls), "--step", "1h", "--begin", "2026-11-16", "--json")
    assert "batch" in {one["key"] for one in lines(aktop(*flags))}
    assert aktop(*flags, "--off", "spike,unit_cost,slow_spend").out == ""
    # What a key costs counts for the account all the same.
    assert {one["key"] for one in lines(aktop(*flags, "--leave-out", "batch"))} <= {None}


def test_a_setting_of_the_configuration_holds_and_an_unknown_key_is_said(aktop: Run, calls: Path, seal: Path) -> None:
    config = seal / "config" / "aktop" / "config.toml"
    config.parent.mkdir(parents=True)
    config.write_text('[triage]\noff = ["spike", "unit_cost", "slow_spend"]\nquiet = "22:00-7"\nleave_out = ["gone"]\n')
    result = aktop("backtest", "--from", str(calls), "--step", "1h", "--begin", "2026-11-16", "--json")
    assert (result.code, result.out) == (exit_codes.OK, "")
    assert "no key is called 'gone'" in result.err
    told = aktop("config").out
    assert "triage.off" in told
    assert "spike, unit_cost, slow_spend" in told
    assert "22:00-07:00" in told
    assert f"{config} [triage]" in told


def test_standard_input_and_a_pipe(aktop: Run, calls: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    by_file = aktop("backtest", "--from", str(calls), *RECENT)
    monkeypatch.setattr("sys.stdin", SimpleNamespace(buffer=io.BytesIO(calls.read_bytes()), isatty=lambda: False))
    assert aktop("backtest", "--from", "-", *RECENT).out == by_file.out
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    writer = threading.Thread(target=lambda: pipe.write_bytes(calls.read_bytes()))
    writer.start()
    assert aktop("backtest", "--from", str(pipe), *RECENT).out == by_file.out
    writer.join()
    assert aktop("backtest", "--from", "-", "--errors", "-").code == exit_codes.WRONG_USE


def test_damaged_lines_are_said_and_the_rest_is_judged(aktop: Run, calls: Path, tmp_path: Path) -> None:
    damaged, errors = tmp_path / "damaged.jsonl", tmp_path / "errors.jsonl"
    good = calls.read_text()
    damaged.write_text("\ufeff" + good + '{"at": "never"}\n' * 7 + good.splitlines()[0][:30])
    errors.write_text('{"at": "2026-11-16T03:00:00Z", "key": "batch"}\n')
    result = aktop("backtest", "--from", str(damaged), "--errors", str(errors), "--step", "1h", "--range", "24h")
    assert result.code == exit_codes.CANNOT_TELL
    first = good.count("\n") + 1
    why = "at: expected a moment from 2000 to 2199, got 'never'"
    assert f"damaged.jsonl, line {first} is left out: {why}" in result.err
    assert "damaged.jsonl: 3 lines more are left out" in result.err
    assert len(result.err.splitlines()) == 6


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (None, "No such file"),
        (b"", "there is no call record in it"),
        (b"\n\n", "there is no call record in it"),
        (b"\x1f\x8b\x08\x00\x00\x00\n\xff", "no line of it can be read; expected JSON Lines, as `aktop calls --format"),
        (b"at,key,billed_usd\n", "(line 1: it is no JSON)"),
        ("folder", "Is a directory"),
        ("device", "it is no regular file"),
    ],
)
def test_a_file_without_records_is_a_sentence(aktop: Run, tmp_path: Path, content: Any, why: str) -> None:
    path = {"folder": tmp_path, "device": Path("/dev/zero")}.get(content, tmp_path / "calls.jsonl")
    if isinstance(content, bytes):
        path.write_bytes(content)
    result = aktop("backtest", "--from", str(path))
    assert (result.code, result.out) == (exit_codes.WRONG_USE, "")
    assert why in result.err
    assert len(result.err.splitlines()) == 1


@pytest.mark.parametrize(
    ("flags", "why"),
    [
        (("--step", "1m"), "--step 1m: expected 2m to 1h"),
        (("--step", "2h"), "expected 2m to 1h"),
        (("--step", "soon"), "expected 2m to 1h"),
        (("--begin", "noon"), "--begin: expected a moment such as"),
        (("--balance", "-1"), "--balance: expected an amount in USD"),
        (("--range", "soon"), "--range soon: expected one of"),
        (("--off", "spikes"), "--off: expected a list of kinds among spike"),
        (("--quiet", "night"), "--quiet: expected hours of the day"),
        (("--demo",), "leave --demo away"),
    ],
)
def test_wrong_flags_are_named(aktop: Run, calls: Path, flags: tuple[str, ...], why: str) -> None:
    result = aktop("backtest", "--from", str(calls), *flags)
    assert (result.code, result.out) == (exit_codes.WRONG_USE, "")
    assert why in result.err


def test_flags_of_files_need_one(aktop: Run) -> None:
    assert "--balance goes with --from" in aktop("backtest", "--demo", "--balance", "4").err


def test_a_balance_that_falls_is_told(aktop: Run, calls: Path) -> None:
    flags = ("backtest", "--from", str(calls), *RECENT)
    assert not [one for one in lines(aktop(*flags)) if one["kind"] == "low_balance"]
    assert [one for one in lines(aktop(*flags, "--balance", "1")) if one["kind"] == "low_balance"]


def test_the_account_tells_its_past_after_saying_what_that_costs(
    signed_in: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tui.cli.past.BEFORE", timedelta(days=2))
    result = signed_in.run("backtest", "--range", "6h", "--json", "--step", "30m")
    assert result.code == exit_codes.OK
    assert re.match(r"aktop: [34] days, 2 of them to know what is usual: ", result.err)
    assert " errors, " in result.err
    spike = next(one for one in lines(result) if one["kind"] == "spike")
    assert (spike["key"], spike["key_id"]) == ("batch-nightly", 2)


def test_a_person_who_does_not_want_it_read_is_not_read_to(signed_in: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tui.cli.past.BEFORE", timedelta(days=2))
    monkeypatch.setattr("tui.cli.prompts.has_person", lambda: True)
    monkeypatch.setattr("sys.stdin", io.StringIO("n\n"))
    result = signed_in.run("backtest", "--range", "1h")
    assert (result.code, result.out) == (exit_codes.NOT_APPLIED, "")
    assert result.err.endswith("Read them? [y/N] Nothing was read.\n")


def test_a_range_without_calls_has_nothing_to_judge(signed_in: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tui.cli.past.BEFORE", timedelta(days=2))
    result = signed_in.run("backtest", "--range", "2025-03-03..2025-03-04")
    assert (result.code, result.out) == (exit_codes.WRONG_USE, "")
    assert "there are no call records in this range" in result.err


def test_the_demo_can_be_judged(aktop: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tui.cli.past.BEFORE", timedelta(days=2))
    result = aktop("--demo", "backtest", "--range", "1h", "--step", "30m")
    assert result.code == exit_codes.OK
    assert "requests" in result.err


@pytest.mark.parametrize(
    ("span", "begin", "end"),
    [
        (Span(TEN), "11-01T05:00", "11-20T12:00"),
        (Span(TEN, RangeName.D7), "11-14T00:00", "11-20T12:00"),
        (Span(TEN, RangeName.H6), "11-20T06:00", "11-20T12:00"),
        (Span(TEN, RangeName.MONTH), "11-01T05:00", "11-20T12:00"),
        (Span(TEN, RangeName.YESTERDAY), "11-19T00:00", "11-20T00:00"),
        (Span(TEN, None, here("11-03T00:00")), "11-03T00:00", "11-20T12:00"),
        (Span(TEN, RangeName.D7, None, here("11-16T00:00")), "11-14T00:00", "11-16T00:00"),
        (Span(TEN, None, here("10-03T00:00"), here("12-01T00:00")), "11-01T05:00", "11-20T12:00"),
    ],
)
def test_a_range_is_a_part_of_what_there_is(span: Span, begin: str, end: str) -> None:
    assert span.window(here("11-01T05:00"), here("11-20T12:00"), SHANGHAI) == (here(begin), here(end))
