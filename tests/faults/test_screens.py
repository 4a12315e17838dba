"""Each kind of fault meets some screen; `python -m tests.faults` has each of them meet every screen."""

from pathlib import Path

import pytest

from tests.faults.cases import CASES, Case, Effect
from tests.faults.tour import ACCOUNT, FIGURES, TOUR, from_the_start, walk
from tui.demo.faults import FaultKind

STEPS = len(TOUR) - 1
FROM_THE_START = (FaultKind.GARBAGE, FaultKind.NULL, FaultKind.RESET)
WALKED = tuple({case.kind: case for case in CASES if case.kind not in FROM_THE_START}.values())
PARTS = [WALKED[start : start + STEPS] for start in range(0, len(WALKED), STEPS)]


def test_every_kind_has_its_case() -> None:
    assert {*FROM_THE_START, *(case.kind for case in WALKED)} == {case.kind for case in CASES} == set(FaultKind)


@pytest.mark.parametrize("part", range(len(PARTS)))
async def test_no_fault_kills_a_screen_or_is_shown_as_live(part: int, tmp_path: Path) -> None:
    tried = await walk(tmp_path, PARTS[part], FIGURES if part % 2 else ACCOUNT)
    assert {case.title for case in PARTS[part]} == tried.keys()
    for one in tried.values():
        assert one.met
        assert not one.wrong


@pytest.mark.parametrize("kind", FROM_THE_START)
async def test_a_fault_from_the_start_is_no_zero_and_no_peace(kind: FaultKind, tmp_path: Path) -> None:
    tried = await from_the_start(tmp_path, Case(kind, Effect.BREAKS))
    assert tried.met
    assert not tried.wrong
