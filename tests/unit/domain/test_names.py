"""Names that look alike are told apart by their ids."""

import doctest
from itertools import combinations

import pytest

from tests.unit.samples import key
from tui.domain import names
from tui.domain.names import alike, seen, told_apart

PRODS = (
    *(
        "prod",
        "prod ",
        " prod",
        "pro\u200bd",
        "prod\u200d",
        "\ufeffprod",
        "pro\u00add",
        "prod\ufe0f",
        "ｐｒｏｄ",
        "рrоd",
    ),
    *("pr\u03bfd", "PROD", "Prod", "pr0d", "𝐩𝐫𝐨𝐝", "prod\u3164", "prod\u2060"),
)


def test_the_examples_hold() -> None:
    assert doctest.testmod(names).failed == 0


@pytest.mark.parametrize(("one", "other"), list(combinations(PRODS, 2)))
def test_what_looks_alike_is_found(one: str, other: str) -> None:
    assert alike({1: one, 2: other, 3: "laptop"}) == {1, 2}


@pytest.mark.parametrize("blank", ["", " ", "\u3164", "\u200b\u200d", "\u2800", "\u00a0\u2003"])
def test_a_blank_name_is_told_by_its_id(blank: str) -> None:
    assert seen(blank) == ""
    assert alike({1: blank, 2: "laptop"}) == {1}


@pytest.mark.parametrize(("one", "other"), [("prod", "prod-2"), ("a", "b"), ("客服", "客服2"), ("हिन्दी", "हिन्द")])
def test_what_differs_to_the_eye_is_left_alone(one: str, other: str) -> None:
    assert not alike({1: one, 2: other})


def test_names_that_look_alike_where_they_are_cut_are_marked_so() -> None:
    keys = told_apart(
        [
            key(1, "assistant-backend"),
            key(2, "assistant-backend-2"),
            key(3, "laptop"),
            key(4, "客服机器人-生产"),
            key(5, "客服机器人-生测试"),
        ]
    )
    assert [one.is_alike for one in keys] == [False] * 5
    assert [one.is_alike_cut for one in keys] == [True, True, False, True, True]
