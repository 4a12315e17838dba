"""The main job in a real terminal, against a real gateway: from a cold start to the key that runs away inactive.

Played only where AKTOP_REAL_RUNAWAY names the key that runs away (`gateway traffic --runaway NAME` makes it); that key
is enabled again at the end. The web page needs 10 clicks, 41 panel requests and 7 s for it (web-page.md section 2).
"""

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx2 as httpx
import pytest

from tests.real.counting import counting
from tests.real.test_headless_real import Real, real
from tests.unit.terminal.pty_program import PtyProgram

__all__ = ["real"]
pytestmark = pytest.mark.real
MAX_KEYS, MAX_PANEL_REQUESTS, MAX_S = 6, 12, 3.5


@contextmanager
def account(real: Real) -> Iterator[httpx.Client]:
    """A client of the test's own, which asks the gateway beside aktop."""
    with httpx.Client(base_url=f"{real.url}/api/v1", trust_env=False) as client:
        answer = client.post("/auth/login", json={"email": real.email, "password": real.password})
        client.headers["authorization"] = f"Bearer {answer.json()['data']['access_token']}"
        yield client


def key_named(client: httpx.Client, name: str) -> dict[str, object]:
    """The key of that name."""
    items = client.get("/keys", params={"page_size": 1000}).json()["data"]["items"]
    return next(item for item in items if item["name"] == name)


def test_from_a_cold_start_to_the_runaway_inactive_in_a_terminal(real: Real, tmp_path: Path) -> None:
    name = os.environ.get("AKTOP_REAL_RUNAWAY")
    if not name:
        pytest.skip("no key runs away")
    with account(real) as client, counting(real.url) as gateway:
        token = tmp_path / "token"
        token.write_text(client.headers["authorization"].removeprefix("Bearer "))
        key = key_named(client, name)
        assert key["status"] == "active", f"{name} cannot run away: it is {key['status']}"
        environ = {"XDG_STATE_HOME": str(tmp_path), "XDG_CONFIG_HOME": str(tmp_path), "TZ": "UTC", "LC_ALL": "C.UTF-8"}
        command = [sys.executable, "-m", "tui", "--url", gateway.url, "--token-file", str(token)]
        began = time.monotonic()
        with PtyProgram(command, (120, 36), environ) as program:
            program.see(name + " $")
            named_s = time.monotonic() - began
            keys = ["T"]
            program.press("T")
            program.see(f"Contain {name}")
            for pressed in ("D", "\t", "\r"):
                keys.append(pressed)
                program.press(pressed)
                if pressed == "D":
                    program.see("Disable API key")
            program.see("✓ inactive")
            took_s, asked = time.monotonic() - began, list(gateway.panel)
            asked = asked[: next(place for place, one in enumerate(asked) if one.startswith("PUT")) + 1]
            status = client.get(f"/keys/{key['id']}").json()["data"]["status"]
        client.put(f"/keys/{key['id']}", json={"status": "active"})
        print(f"\n{len(keys)} keys, {len(asked)} panel requests, {gateway.answered_bytes / 1000:.0f} kB,")
        print(f"named after {named_s:.2f} s, inactive after {took_s:.2f} s", *asked, sep="\n  ")
    assert status == "inactive"
    assert (len(keys) <= MAX_KEYS, len(asked) <= MAX_PANEL_REQUESTS, took_s <= MAX_S) == (True, True, True)
