"""Killed in the middle of a renewal: the session lives, or it is said that the gateway has used it up (contract 2.3).

AKTOP_REAL_KILLS says how often; five hundred take half a minute.
"""

import json
import os
from pathlib import Path

import pytest

from tests.killing import EndedByItself, kill_renewals
from tui.demo.app import DemoGateway
from tui.demo.options import DemoOptions, Limits
from tui.demo.serve import running


async def test_killed_renewals_never_lose_a_session_in_silence(tmp_path: Path) -> None:
    demo = DemoGateway(options=DemoOptions(limits_on=False))
    path = tmp_path / "state" / "sessions.json"
    kills = int(os.environ.get("AKTOP_REAL_KILLS", "15"))
    with running(demo) as url:
        tally = await kill_renewals(url, path, (demo.email, demo.password), kills)
    print(f"\n{tally}")
    assert tally.survived + tally.lost == tally.kills == kills
    assert tally.survived > 0
    assert not [file.name for file in path.parent.iterdir() if "unreadable" in file.name]
    assert json.loads(path.read_text())


async def test_a_process_that_ends_by_itself_is_told(tmp_path: Path) -> None:
    """At the gateway's limit of renewals there is nothing to kill."""
    demo = DemoGateway(options=DemoOptions(limits=Limits(refresh=1)))
    with running(demo) as url, pytest.raises(EndedByItself, match=r"refused a renewal: .*HTTP 429"):
        await kill_renewals(url, tmp_path / "sessions.json", (demo.email, demo.password), 5)
