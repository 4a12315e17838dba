"""Amounts as they are typed, and what they would do to a key: what is sent is what was meant."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from tests.unit.present.shown import LOOK, lines
from tests.unit.samples import NOW, key
from tui.domain.intents import KeyAction, KeyIntent, state_of
from tui.present.key_actions import (
    BadAmount,
    field_note,
    limit_lines,
    limit_text,
    parse_amount,
    read_limits,
    state_lines,
    stored_word,
    switch_lines,
    used_text,
)
from widgets.values import Emphasis

USED, USUAL = Decimal("28.53"), Decimal(12)
LATER = NOW + timedelta(hours=2)


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("", None),
        ("   ", None),
        ("5", "5"),
        (" $5.50 ", "5.5"),
        ("5,50", "5.5"),
        ("0,125", "0.125"),
        ("0", "0"),
        ("+5", "33.53"),
        ("+ 0", "28.53"),
        ("x2", "24"),
        ("X 1.5", "18"),
        ("×2", "24"),
        ("1e3", "1000"),
        ("0.00000001", "0.00000001"),
        ("999999999", "999999999"),
    ],
)
def test_an_amount_is_read_as_people_type_it(text: str, amount: str | None) -> None:
    assert parse_amount(text, USED, USUAL) == (None if amount is None else Decimal(amount))


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("five", "not an amount"),
        ("1,000", "not an amount"),
        ("+ $12,500", "not an amount"),
        ("1,000,000", "not an amount"),
        ("x", "not an amount"),
        ("-5", "not an amount"),
        ("x-2", "not an amount"),
        ("nan", "not an amount"),
        ("inf", "not an amount"),
        ("1000000000", "too large"),
        ("0.0000000001", "too small"),
        ("x0", "too small"),
    ],
)
def test_what_would_be_sent_as_something_else_is_refused(text: str, why: str) -> None:
    """Sent as 0, an amount too small would take the limit away; a thousand is not one, whatever a comma means."""
    with pytest.raises(BadAmount, match=why):
        parse_amount(text, USED, USUAL)


def test_nothing_more_than_nothing_and_a_multiple_of_the_unknown_are_no_amounts() -> None:
    with pytest.raises(BadAmount, match="too small"):
        parse_amount("+0", Decimal(0))
    with pytest.raises(BadAmount, match="not known yet"):
        parse_amount("x2", USED)


WINDOWS = {"5h": (4, 1, LATER), "1d": (0, 3, LATER), "7d": (0, 0, None)}
LIMITED = key(quota_usd=10, quota_used_usd=2, windows=WINDOWS)


@pytest.mark.parametrize(
    ("of", "name", "typed", "note", "emphasis"),
    [
        (LIMITED, "quota_usd", "", "", Emphasis.MUTED),
        (LIMITED, "limit_5h_usd", "", "resets in 2 h", Emphasis.MUTED),
        (LIMITED, "limit_7d_usd", "", "", Emphasis.MUTED),
        (LIMITED, "quota_usd", "0", "no limit", Emphasis.NORMAL),
        (LIMITED, "quota_usd", "2", "■ refuses at once", Emphasis.CRITICAL),
        (LIMITED, "quota_usd", "2.01", "$0.01 left", Emphasis.NORMAL),
        (LIMITED, "quota_usd", "+3", "= $5.00, $3.00 left", Emphasis.NORMAL),
        (LIMITED, "limit_5h_usd", "x2", "= $24.00, $23.00 left", Emphasis.NORMAL),
        (LIMITED, "limit_1d_usd", "5", "$2.00 left", Emphasis.NORMAL),
        (LIMITED, "limit_1d_usd", "lots", "▲ not an amount", Emphasis.WARNING),
        (key(), "quota_usd", "5", "counts from now, from 0 used", Emphasis.NORMAL),
        (key(quota_used_usd=1), "quota_usd", "5", "$4.00 left", Emphasis.NORMAL),
        (key(quota_usd=3), "limit_5h_usd", "5", "counts from now", Emphasis.NORMAL),
        (
            key(quota_usd=1, quota_used_usd=1, stored_status="quota_exhausted"),
            "quota_usd",
            "5",
            "re-activates the key",
            Emphasis.NORMAL,
        ),
    ],
)
def test_a_note_says_what_an_amount_would_do(of: Any, name: str, typed: str, note: str, emphasis: Emphasis) -> None:
    found = field_note(of, name, typed, LOOK, USUAL)
    assert (found.text, found.severity) == (note, emphasis)


def test_only_limits_that_differ_are_sent() -> None:
    limits = read_limits({"quota_usd": "10", "limit_5h_usd": "5", "limit_7d_usd": "0"}, LIMITED, LOOK)
    assert (limits.quota_usd, limits.limit_5h_usd, limits.limit_1d_usd, limits.limit_7d_usd) == (None, 5, None, None)
    shown = lines(limit_lines(LIMITED, limits, LOOK))
    assert "5 h limit" in shown
    assert "$4.00" in shown
    assert "$5.00" in shown
    assert "quota" not in shown


@pytest.mark.parametrize(
    ("of", "name", "used"),
    [
        (LIMITED, "quota_usd", "$2.00"),
        (key(quota_usd=5), "quota_usd", "$0.00"),
        (key(quota_used_usd=5), "quota_usd", "$5.00"),
        (key(), "quota_usd", "–"),
        (LIMITED, "limit_1d_usd", "$3.00"),
        (key(windows={"1d": (0, 3, LATER)}), "limit_1d_usd", "–"),
    ],
)
def test_use_is_counted_only_while_a_limit_is_set(of: Any, name: str, used: str) -> None:
    assert used_text(of, name, LOOK) == used


def test_limits_and_states_in_words() -> None:
    assert [limit_text(one) for one in (None, Decimal(0), Decimal(2))] == ["none", "none", "$2.00"]
    assert [stored_word(one) for one in ("active", "inactive", "disabled", "quota_exhausted", "odd")] == [
        "active",
        "inactive",
        "inactive",
        "exhausted",
        "odd",
    ]
    assert "Nothing would change." in lines(state_lines(LIMITED, state_of(LIMITED), state_of(LIMITED), LOOK))
    changed = lines(state_lines(LIMITED, state_of(LIMITED), state_of(key(quota_usd=3, windows=WINDOWS)), LOOK))
    assert "Nothing would change." not in changed
    assert "$3.00" in changed


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({}, "Calls with it pass again at once."),
        ({"expires_at": NOW}, "It has expired"),
        ({"expires_at": LATER}, "pass again at once"),
        ({"quota_usd": 1, "quota_used_usd": 1}, "Its quota is used up"),
        ({"windows": {"5h": (1, 1, LATER)}}, "A spend limit is reached"),
    ],
)
def test_enabling_promises_only_what_it_does(changes: dict[str, Any], told: str) -> None:
    shown = lines(switch_lines(key(**changes), KeyIntent(7, KeyAction.ENABLE), LOOK))
    assert told in shown
    assert "u undoes this." in shown
    without = lines(switch_lines(key(**changes), KeyIntent(7, KeyAction.ENABLE), LOOK, undo="Undo: aktop key disable"))
    assert "u undoes this." not in without
    assert "Undo: aktop key disable" in without
