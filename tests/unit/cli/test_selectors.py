"""Which key is meant: one, or none."""

import pytest

from tests.unit.samples import key
from tui.cli.output import WrongUse
from tui.cli.selectors import key_of, reference

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
