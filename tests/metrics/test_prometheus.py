"""`aktop metrics` and what is in `contrib/`, with the real Prometheus and the real Alertmanager."""

import re
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.metrics.debian import CONTRIB, ROOT, RULES, alerting, awaited, fetched, free_port, needs, program
from tui.demo.app import DemoGateway
from tui.demo.options import DemoOptions
from tui.demo.serve import running

pytestmark = pytest.mark.full_account
"""In real time, whatever the hour: there an incident of a light account may not stand out."""

SCRAPE_S = 3
AKTOP = (sys.executable, "-m", "tui")


@needs("promtool")
def test_the_rules_do_what_they_say() -> None:
    for command in (("check", "rules", str(RULES)), ("test", "rules", "aktop.rules.test.yml")):
        done = subprocess.run(("promtool", *command), cwd=RULES.parent, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
    example = ("promtool", "check", "config", str(CONTRIB / "prometheus" / "prometheus.yml"))
    assert subprocess.run(example, capture_output=True, check=False).returncode == 0


@needs("amtool")
def test_the_example_for_alertmanager_is_one() -> None:
    file = CONTRIB / "alertmanager" / "alertmanager.yml"
    done = subprocess.run(("amtool", "check-config", str(file)), capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@needs("promtool")
@pytest.mark.parametrize("scenario", ["runaway", "retry-storm"])
def test_names_and_units_pass_prometheus_own_check(scenario: str) -> None:
    command = (*AKTOP, "--demo", "--scenario", scenario, "metrics", "--once")
    text = subprocess.run(command, cwd=ROOT, capture_output=True, check=True).stdout
    done = subprocess.run(("promtool", "check", "metrics"), input=text, capture_output=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")


@pytest.fixture
def gateway(monkeypatch: pytest.MonkeyPatch) -> Iterator[DemoGateway]:
    """An account of which a key runs away, and a sign-in to it."""
    demo = DemoGateway(seed=1, scenario="runaway", options=DemoOptions(limits_on=False))
    with running(demo) as url:
        monkeypatch.setenv("AKTOP_URL", url)
        monkeypatch.setenv("AKTOP_PASSWORD", demo.password)
        subprocess.run((*AKTOP, "login", "--email", demo.email), cwd=ROOT, capture_output=True, check=True)
        yield demo


@needs("prometheus", "prometheus-alertmanager")
def test_a_runaway_reaches_a_webhook_within_two_scrapes_and_is_over_once_contained(
    gateway: DemoGateway, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = f"127.0.0.1:{free_port()}"

    def has_spike() -> bool:
        return 'kind="spike"' in (fetched(f"http://{target}/metrics") or "")

    monkeypatch.chdir(ROOT)
    with alerting(tmp_path, target, SCRAPE_S) as webhook, program(*AKTOP, "metrics", "--every=1", "--listen", target):
        awaited(has_spike)
        seen_s = time.monotonic()
        alert = awaited(lambda: webhook.alert("firing", alertname="AktopFinding", kind="spike"))
        assert time.monotonic() - seen_s <= 2 * SCRAPE_S
        assert alert["labels"]["severity"] == "critical"
        suspect = re.search(r"key (\d+) batch-nightly: \d+(\.\d+)?% of the excess", alert["annotations"]["suspect"])
        assert suspect, alert["annotations"]

        disable = (*AKTOP, "key", "disable", suspect.group(1), "--yes")
        subprocess.run(disable, capture_output=True, check=True)
        awaited(lambda: not has_spike())
        over_s = time.monotonic()
        awaited(lambda: webhook.alert("resolved", alertname="AktopFinding", kind="spike"))
        assert time.monotonic() - over_s <= 2 * SCRAPE_S
