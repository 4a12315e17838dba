"""`aktop watch` with a rule that is armed: it acts once, is killed, and what it did is told by the next one."""

import json
import signal

import pytest

from tests.unit.outbound.test_watch_process import Place, gateway, place, until
from tui.demo.app import DemoGateway

__all__ = ["gateway", "place"]
pytestmark = pytest.mark.full_account
"""In real time, whatever the hour: there an incident of a light account may not stand out."""

RULE = """
[[guard]]
when = "spike"
severity = "warning"
keys = ["batch-*"]
do = "disable"
armed = true
"""


def test_the_guard_acts_once_and_says_so(place: Place, gateway: tuple[str, DemoGateway]) -> None:
    key = next(one for one in gateway[1].world.living_keys() if one.name == "batch-nightly")
    config = place.folder / "config" / "aktop" / "config.toml"
    place.configure(config.read_text(encoding="utf-8") + RULE)
    first = place.aktop("watch")
    until(lambda: key.status == "inactive", "act of the guard")
    first.kill()
    first.wait()
    last = place.aktop("watch")
    until(lambda: place.has_arrived("guard-"), "word of it")
    last.send_signal(signal.SIGTERM)
    assert last.wait() == 0
    assert len([one for one in place.told if one.startswith("guard-")]) == 1
    result = place.aktop("guard", "--json")
    assert result.wait() == 0
    assert result.stdout is not None
    (act,) = json.loads(result.stdout.read())["acts"]
    assert (act["key"], act["outcome"], act["mode"]) == ("batch-nightly", "applied", "armed")
