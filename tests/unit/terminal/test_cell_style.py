"""From one look to another in the fewest bytes."""

import itertools

import pytest

from tests.unit.terminal.emulator import Style, styled
from tui.terminal.cell_style import CellStyles, NotUnderstood

CODES = (
    *("1", "2", "1;2", "3", "4", "7", "9", "31", "44", "91;100", "38;5;200", "1;38;2;1;2;3;48;2;4;5;6"),
    *("48;2;4;5;6", "1;4;7", "38;2;1;2;3", "4;31", "1;31;44"),
)


@pytest.mark.parametrize(("before", "after"), [*itertools.product(CODES, repeat=2)])
def test_every_way_leads_there_and_is_no_longer_than_afresh(before: str, after: str) -> None:
    looks = CellStyles()
    old, new = looks.applied(looks.plain, before), looks.applied(looks.plain, after)
    way = looks.way(old, new)
    assert len(way) <= len(f"\x1b[0;{new.codes}m")
    if way:
        assert styled(styled(Style(), before), way[2:-1]) == styled(Style(), after)
    else:
        assert old is new


def test_equal_looks_are_one_object() -> None:
    looks = CellStyles()
    assert looks.applied(looks.plain, "31;1") is looks.applied(looks.plain, "1;31")
    assert looks.applied(looks.applied(looks.plain, "1;31"), "0") is looks.plain


def test_a_blank_keeps_only_what_is_seen() -> None:
    looks = CellStyles()
    assert looks.applied(looks.plain, "1;31").cells[" "] is looks.plain.cells[" "]
    assert looks.applied(looks.plain, "7;31").cells[" "] is not looks.plain.cells[" "]
    assert looks.applied(looks.plain, "4").cells[" "] is not looks.plain.cells[" "]
    on_blue = looks.applied(looks.plain, "44")
    assert looks.applied(looks.plain, "31;44").cells[" "] is on_blue.cells[" "]


def test_a_million_colours_stay_bounded() -> None:
    looks = CellStyles()
    for number in range(20_000):
        look = looks.applied(looks.plain, f"38;2;{number % 256};{number // 256};1")
        looks.way(looks.plain, look)
    assert len(looks._known) <= 4097
    assert len(looks._applied) <= 4096


@pytest.mark.parametrize("codes", ["58;5;1", "38;5", "38;7;1", "38;2;1;2", "200"])
def test_unknown_codes_are_not_understood(codes: str) -> None:
    looks = CellStyles()
    with pytest.raises(NotUnderstood):
        looks.applied(looks.plain, codes)
