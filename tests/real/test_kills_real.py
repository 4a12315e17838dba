"""The same on a real gateway. It allows 30 renewals a minute: each of AKTOP_REAL_KILLS takes about ten seconds."""

import os
from pathlib import Path

import pytest

from tests.killing import kill_renewals
from tests.real.test_headless_real import Real, real

__all__ = ["real"]
pytestmark = pytest.mark.real


async def test_killed_renewals_never_lose_a_session_in_silence(real: Real, tmp_path: Path) -> None:
    kills = int(os.environ.get("AKTOP_REAL_KILLS", "5"))
    path, account = tmp_path / "own" / "sessions.json", (real.email, real.password)
    tally = await kill_renewals(real.url, path, account, kills, is_patient=True)
    print(f"\n{tally}")
    assert tally.survived + tally.lost == tally.kills == kills
