"""What is formatted and worded in one place."""

import doctest
from datetime import timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from msgspec.structs import replace

from tests.unit.samples import NOW, call, failed, key, window
from tui import locale
from tui.domain import text
from tui.domain.account import Profile, Site, Threshold, ThresholdSource, low_balance_threshold
from tui.domain.failure import Failure, FailureKind
from tui.domain.intents import Limits
from tui.domain.keys import ApiKey
from tui.domain.outcomes import Applied, Changed, Refused, Unknown
from tui.domain.usage import FailedCallDetail
from tui.monitor.snapshot import Snapshot
from tui.present import calls, errors, failures, key_actions
from tui.present import format as fmt
from tui.present.display_context import DisplayContext
from widgets.layout import line_width

LOOK = DisplayContext(NOW, ZoneInfo("UTC"))
EMPTY = Snapshot("https://gateway.example", ZoneInfo("UTC"))


@pytest.mark.parametrize("module", [fmt, key_actions, text, locale])
def test_the_examples_hold(module: object) -> None:
    assert doctest.testmod(module).failed == 0  # type: ignore[arg-type]


@pytest.mark.parametrize("kind", list(FailureKind))
def test_every_failure_has_words_and_a_sentence(kind: FailureKind) -> None:
    failure = Failure(kind, message="told")
    assert failures.short(failure)
    assert failures.sentence(failure).endswith((".", "login", "FILE."))


def test_a_retry_is_told_in_coarse_steps() -> None:
    failure = Failure(FailureKind.UNREACHABLE)
    told = [failures.with_retry(failure, NOW + timedelta(seconds=s), NOW) for s in (-1, 3, 9, 47, 400)]
    assert told == [
        "gateway unreachable",
        "gateway unreachable, next try in 2 s",
        "gateway unreachable, next try in 8 s",
        "gateway unreachable, next try in 40 s",
        "gateway unreachable",
    ]


@pytest.mark.parametrize(
    ("profile", "site", "own", "expected"),
    [
        ({}, {}, None, None),
        ({}, {"low_balance_enabled": True}, None, None),
        ({}, {"low_balance_enabled": True, "low_balance_threshold_usd": Decimal(5)}, None, ("5", "site")),
        ({"threshold": Decimal(9)}, {"low_balance_enabled": True}, None, ("9", "account")),
        ({"threshold": Decimal(9), "notify_enabled": False}, {"low_balance_enabled": True}, None, None),
        ({"threshold": Decimal(9)}, {"low_balance_enabled": False}, None, None),
        (
            {"threshold": Decimal(10), "threshold_type": "percentage", "total_recharged_usd": Decimal(200)},
            {"low_balance_enabled": True},
            None,
            ("20", "account"),
        ),
        (
            {"threshold": Decimal(10), "threshold_type": "percentage"},
            {"low_balance_enabled": True},
            None,
            ("10", "account"),
        ),
        ({"threshold": Decimal(9)}, {"low_balance_enabled": True}, Decimal(3), ("3", "aktop")),
        ({"threshold": Decimal(9)}, {"low_balance_enabled": True}, Decimal(0), None),
    ],
)
def test_the_threshold_in_force(profile: dict, site: dict, own: Decimal | None, expected: object) -> None:
    found = low_balance_threshold(Site(**site), Profile(1, "a@b", "", Decimal(1), **profile), own)
    wanted = expected and Threshold(Decimal(expected[0]), ThresholdSource(expected[1]))  # type: ignore[index]
    assert found == wanted


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("", None),
        ("5", "5"),
        ("$5.50", "5.5"),
        ("0", "0"),
        ("+5", "33.53"),
        ("x2", "24"),
        ("×1.5", "18"),
        ("1,5", "1.5"),
    ],
)
def test_amounts_as_typed(typed: str, expected: str | None) -> None:
    amount = key_actions.parse_amount(typed, Decimal("28.53"), Decimal(12))
    assert amount == (None if expected is None else Decimal(expected))


@pytest.mark.parametrize("typed", ["-1", "abc", "nan", "inf", "1e40", "--5", "x", "+"])
def test_what_is_no_amount_is_refused(typed: str) -> None:
    with pytest.raises(key_actions.BadAmount):
        key_actions.parse_amount(typed, Decimal(0), Decimal(12))


@pytest.mark.parametrize("typed", ["+0", "x2", "0.0000000001"])
def test_only_a_typed_zero_takes_a_limit_away(typed: str) -> None:
    with pytest.raises(key_actions.BadAmount, match="too small"):
        key_actions.parse_amount(typed, Decimal(0), Decimal(0))


def test_a_quota_on_a_key_without_one_counts_from_nothing() -> None:
    assert "from 0 used" in key_actions.field_note(key(), "quota_usd", "5", LOOK).text


def test_a_limit_below_what_is_used_says_that_it_refuses_at_once() -> None:
    limited = key(windows={"1d": window(60, "28.53", NOW + timedelta(hours=1))})
    assert "refuses at once" in key_actions.field_note(limited, "limit_1d_usd", "5", LOOK).text
    assert "$31.47 left" in key_actions.field_note(limited, "limit_1d_usd", "60", LOOK).text


def test_limits_that_were_set_are_told_as_the_gateway_has_them_now() -> None:
    limited = key(quota_usd="77", windows={"1d": window(60, "28.53", NOW + timedelta(hours=1))})
    wanted = Limits(quota_usd=Decimal(77), limit_5h_usd=Decimal(0))
    done, line = key_actions.outcome_line(Applied(limited, NOW), LOOK, wanted)
    assert done
    assert "".join(cell.text for cell in line) == "✓ quota $77.00, 5 h limit none, active, as of 05:31:02"


@pytest.mark.parametrize(
    ("outcome", "is_done", "word"),
    [
        (Applied(key(stored_status="inactive"), NOW), True, "✓ inactive, as of 05:31:02"),
        (Changed(key()), False, "changed meanwhile"),
        (Refused(Failure(FailureKind.NOT_FOUND)), False, "not there any more"),
        (Unknown(Failure(FailureKind.TIMED_OUT)), False, "do not repeat"),
        (Unknown(Failure(FailureKind.TIMED_OUT), is_as_before=True), False, "look again before you repeat it"),
    ],
)
def test_outcomes_say_what_the_gateway_said(outcome: object, is_done: bool, word: str) -> None:
    done, line = key_actions.outcome_line(outcome, LOOK)  # type: ignore[arg-type]
    assert done is is_done
    assert word in "".join(cell.text for cell in line)


def test_the_arithmetic_of_a_call_adds_up() -> None:
    sample = call(1, input_cost=0.042065, output_cost=0.0054, cache_read_cost=0.000443, billed="0.0803964")
    shown = "\n".join("".join(cell.text for cell in line) for line in calls.detail(sample, EMPTY, LOOK))
    assert "0.042 065" in shown
    assert "0.080 396" in shown
    assert "420.65" in shown


def test_the_arithmetic_of_the_largest_calls_stands_on_a_narrow_terminal() -> None:
    sample = call(
        1,
        billed="1234.567891",
        input_tokens=1_000_000,
        output_tokens=128_000,
        cache_creation_tokens=1_000_000,
        cache_creation_cost=625.123456,
        rate_multiplier=1.25,
    )
    table = [line for line in calls.detail(sample, EMPTY, LOOK)[2:8] if line]
    assert max(line_width(line) for line in table) <= 56, "60 columns less frame and scroll bar"
    assert not [cell.text for line in table for cell in line if "…" in cell.text]


def test_a_body_is_shown_inert_and_indented() -> None:
    detail = FailedCallDetail(failed(1), '{"a": "\\u009b2J\\u202e", "b": [1]}', 529)
    shown = "\n".join("".join(cell.text for cell in line) for line in errors.inspector(failed(1), detail, LOOK))
    assert '  "b": [' in shown
    assert not set("\x9b\u202e") & set(shown)


@pytest.mark.parametrize(
    ("now", "told"),
    [
        (key(name="laptop-2"), "is called laptop-2 now"),
        (replace(key(), group_id=4), "is in no group now"),
        (key(stored_status="inactive"), "is inactive now"),
        (key(name="b", quota_usd="5"), "is called b, quota $5.00 now"),
        (key(), "is active now"),
    ],
    ids=["name", "group", "status", "name and quota", "nothing that is known"],
)
def test_a_change_that_was_not_made_says_what_the_key_is_meanwhile(now: ApiKey, told: str) -> None:
    _done, line = key_actions.outcome_line(Changed(now, key()), LOOK)
    assert told in "".join(cell.text for cell in line)
