"""A short run of the monkey; `python -m tests.monkey` types for a quarter of an hour."""

from pathlib import Path

import pytest

from tests.monkey.run import play

pytestmark = pytest.mark.full_account
"""In real time, whatever the hour: there an incident of a light account may not stand out."""

KEYS = 60


@pytest.mark.parametrize(("seed", "size", "read_only"), [(4, (120, 36), False), (5, (40, 12), True)])
async def test_a_monkey_changes_only_what_dialogs_have_named(
    seed: int, size: tuple[int, int], read_only: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    tally = await play(tmp_path, seed, size, KEYS, read_only=read_only)
    assert tally.keys >= KEYS
    assert bool(tally.changes) is not read_only, "that seed changes something, or the test says nothing"
