"""Which key is meant: one, or none."""

from argparse import Namespace
from datetime import timedelta

import pytest
from msgspec.structs import replace

from tests.unit.present.shown import account
from tests.unit.samples import NOW, key
from tui.cli.output import WrongUse
from tui.cli.selectors import MAX_CANDIDATES, key_of, reference, reported, scope_of
from tui.domain.capabilities import API_KEY_MODE
from tui.domain.scope import DayRange, Filters, RangeName, Scope

KEYS = (key(1, "laptop"), key(2, "40"), key(3, "prod"), key(4, "pro\u200bd"), key(5, ""), key(40, "ci"), key(41, "41"))


@pytest.mark.parametrize(
    ("text", "key_id"),
    [("laptop", 1), (" laptop ", 1), ("3", 3), ("#40", 40), ("40\u200b ci", None), ("ci", 40), ("41", 41)],
)
def test_what_means_one_key(text: str, key_id: int | None) -> None:
    if key_id is None:
        with pytest.raises(WrongUse):
            key_of(text, KEYS)
    else:
        assert key_of(text, KEYS).id == key_id


@pytest.mark.parametrize("text", ["", " ", "\u3164", "\u200b"])
def test_nothing_is_nobodys_name(text: str) -> None:
    with pytest.raises(WrongUse, match="expected the id or the name"):
        key_of(text, KEYS)


def test_a_number_that_is_an_id_and_a_name_is_refused_and_both_are_told() -> None:
    with pytest.raises(WrongUse, match="is the id of a key and the name of another") as refused:
        key_of("40", KEYS)
    assert "     2  40" in str(refused.value)
    assert "    40  ci" in str(refused.value)
    assert "'#40'" in str(refused.value)


@pytest.mark.parametrize("text", ["prod", "pro\u200bd", "ｐｒｏｄ"])
def test_names_that_look_alike_are_refused(text: str) -> None:
    with pytest.raises(WrongUse, match="or look so") as refused:
        key_of(text, KEYS)
    assert "     3  prod" in str(refused.value)


def test_what_a_command_calls_a_key_by_means_that_key() -> None:
    assert reference(KEYS[5], KEYS) == "#40"
    assert reference(KEYS[0], KEYS) == "1"
    assert all(key_of(reference(one, KEYS), KEYS) is one for one in KEYS)


@pytest.mark.parametrize(("text", "listed"), [("LAP", "       1  laptop"), ("#99", "       1  laptop\n       2  40")])
def test_what_means_no_key_lists_those_that_may_be_meant(text: str, listed: str) -> None:
    with pytest.raises(WrongUse) as refused:
        key_of(text, KEYS)
    assert f"no key has the id or name '{text}'; there are:\n{listed}" in str(refused.value)
    assert ("prod" in str(refused.value)) is (text == "#99"), "all of them, if none comes near"
    with pytest.raises(WrongUse, match="this account has no keys"):
        key_of(text, ())


@pytest.mark.parametrize(("count", "is_cut"), [(MAX_CANDIDATES, False), (MAX_CANDIDATES + 1, True)])
def test_so_many_candidates_are_listed(count: int, is_cut: bool) -> None:
    with pytest.raises(WrongUse) as refused:
        key_of("none", [key(number, f"key-{number}") for number in range(1, count + 1)])
    assert str(refused.value).endswith("…") is is_cut
    assert str(refused.value).count("key-") == MAX_CANDIDATES


def options(**given: str | None) -> Namespace:
    """What was given on the command line."""
    return Namespace(**{"range": "24h", "key": None, "model": None} | given)


def test_a_scope_is_of_a_key_by_its_id_and_of_a_model_by_its_name() -> None:
    assert scope_of(options(), KEYS) == Scope(RangeName.H24)
    assert scope_of(options(key="laptop", model=" opus "), KEYS) == Scope(RangeName.H24, Filters(1, "opus"))
    for wrong in (options(model=" "), options(range="noon"), options(key="nobody")):
        with pytest.raises(WrongUse):
            scope_of(wrong, KEYS)


ALONE = replace(account(), capabilities=API_KEY_MODE)


@pytest.mark.parametrize(
    ("scope", "told"),
    [
        (Scope(RangeName.H24), Scope(RangeName.D30)),
        (Scope(RangeName.D7), Scope(RangeName.D7)),
        (Scope(DayRange(NOW.date() - timedelta(days=89), NOW.date())), None),
        (Scope(RangeName.H1), "needs a sign-in"),
        (Scope(RangeName.D7, Filters(model="opus")), "--model needs a sign-in"),
        (Scope(DayRange(NOW.date() - timedelta(days=90), NOW.date())), "the last 90 days, from 2026-08-27 on"),
        (Scope(DayRange(NOW.date() + timedelta(days=1), NOW.date() + timedelta(days=1))), "the last 90 days"),
    ],
)
def test_keys_alone_tell_whole_days_of_all_models(scope: Scope, told: Scope | str | None) -> None:
    if isinstance(told, str):
        with pytest.raises(WrongUse, match=told):
            reported(scope, ALONE, NOW)
    else:
        assert reported(scope, ALONE, NOW) == (told or scope)
    assert reported(scope, account(), NOW) == scope
