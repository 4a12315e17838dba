"""A little of everything that `python -m tests.survival` tries for a quarter of an hour.

Renewals that are killed are in `tests/contract/test_kills.py`, terminals that vanish in `tests/unit/terminal`.
"""

from pathlib import Path

import pytest

from tests.survival import disks, killed, times


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


async def test_a_full_disk_changes_no_key_and_no_file(tmp_path: Path) -> None:
    tried = await disks.full(tmp_path, 1)
    assert not tried.lost


async def test_files_that_are_spoilt_are_survived(tmp_path: Path) -> None:
    tried = await disks.spoilt(tmp_path, 2)
    assert not tried.lost


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


async def test_a_stopped_process_goes_on(tmp_path: Path) -> None:
    tried = await times.stopped(tmp_path, 1)
    assert not tried.lost
