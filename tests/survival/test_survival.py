"""A little of everything that `python -m tests.survival` tries for a quarter of an hour.

Renewals that are killed are in `tests/contract/test_kills.py`, terminals that vanish in `tests/unit/terminal`.
"""

from pathlib import Path

import pytest

from tests.survival import disks, guards, killed, times
from tests.survival.homes import at_home

pytestmark = pytest.mark.full_account
"""In real time, whatever the hour: there an incident of a light account may not stand out."""


async def test_two_on_one_session_lose_it_to_nobody(tmp_path: Path) -> None:
    tried = await killed.two_on_one_session(tmp_path, 30)
    assert not tried.lost


async def test_killed_journal_writes_lose_nothing(tmp_path: Path) -> None:
    tried = await killed.journal_writes(tmp_path, 8)
    assert not tried.lost
    assert tried.told["entries"] >= 8


async def test_a_killed_change_of_a_key_is_in_the_journal_and_found_out(tmp_path: Path) -> None:
    tried = await killed.key_changes(tmp_path, 8)
    assert not tried.lost
    assert tried.told["changes heard"], "or nothing was killed in the middle of one"


async def test_guards_that_are_killed_act_once_an_episode(tmp_path: Path) -> None:
    tried = await guards.guard_acts(tmp_path, 10)
    assert not tried.lost
    assert tried.told["acts heard"], "or every one was killed before it acted"


@pytest.mark.parametrize("fault", disks.SPOILT)
def test_whatever_stands_in_a_file_ends_nothing(fault: str, tmp_path: Path) -> None:
    disks.write_all(tmp_path)
    assert not disks.read_all(tmp_path)
    for path in sorted(tmp_path.glob("*.json")):
        disks.SPOILT[fault](path)
    assert not disks.read_all(tmp_path)


async def test_a_clock_that_jumps_leaves_aktop_live(tmp_path: Path) -> None:
    tried = await times.clock_steps(tmp_path, 4)
    assert not tried.lost


def test_full_disks_spoilt_files_and_a_stop_in_one_home(tmp_path: Path) -> None:
    with at_home(tmp_path) as (home, demo):
        for tried in (
            disks.full_in(home, demo, 1),
            disks.spoilt_in(home, tmp_path, 2),
            times.stopped_in(home, demo, 1),
        ):
            assert tried.times
            assert not tried.lost
