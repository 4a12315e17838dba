"""Prometheus and Alertmanager of the machine, on ports of their own, and a webhook that hears of alerts."""

import json
import shutil
import socket
import subprocess
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
CONTRIB = ROOT / "contrib"
RULES = CONTRIB / "prometheus" / "aktop.rules.yml"


def needs(*programs: str) -> pytest.MarkDecorator:
    """Skips where one of the programs is not installed, and says so."""
    missing = [program for program in programs if shutil.which(program) is None]
    return pytest.mark.skipif(
        bool(missing),
        reason=f"{', '.join(missing)} not installed: apt-get install prometheus prometheus-alertmanager",
    )


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


def fetched(url: str) -> str | None:
    """What is at an address; None while nobody answers."""
    try:
        with urllib.request.urlopen(url, timeout=5) as answer:
            return str(answer.read().decode())
    except (urllib.error.URLError, ConnectionError, TimeoutError):
        return None


def awaited(what: Callable[[], Any], limit_s: float = 30.0) -> Any:
    """What comes true, as soon as it does."""
    until = time.monotonic() + limit_s
    while not (found := what()):
        assert time.monotonic() < until, "it did not come true in time"
        time.sleep(0.02)
    return found


@contextmanager
def program(*command: str) -> Iterator[subprocess.Popen[bytes]]:
    """A program that runs meanwhile."""
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    drained = threading.Thread(target=lambda: process.stderr and process.stderr.read(), daemon=True)
    drained.start()
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


class Webhook:
    """Hears of alerts."""

    def __init__(self) -> None:
        self.heard: list[dict[str, Any]] = []
        heard = self.heard

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                message = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                heard.extend(message["alerts"])
                self.send_response(200)
                self.end_headers()

            def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - what the library calls it
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}/"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def alert(self, status: str, **labels: str) -> dict[str, Any] | None:
        """An alert that was heard of."""
        alerts = (one for one in self.heard if one["status"] == status)
        return next((one for one in alerts if labels.items() <= one["labels"].items()), None)


@contextmanager
def alerting(folder: Path, target: str, scrape_s: int) -> Iterator[Webhook]:
    """Prometheus scrapes a target, and Alertmanager tells a webhook."""
    webhook, manager, server = Webhook(), free_port(), free_port()
    (folder / "alertmanager.yml").write_text(
        "route: {receiver: hook, group_wait: 0s, group_interval: 1s, group_by: ['...']}\n"
        f"receivers: [{{name: hook, webhook_configs: [{{url: '{webhook.url}'}}]}}]\n"
    )
    (folder / "prometheus.yml").write_text(
        f"global: {{scrape_interval: {scrape_s}s, evaluation_interval: 1s}}\n"
        f"rule_files: ['{RULES}']\n"
        f"alerting: {{alertmanagers: [{{static_configs: [{{targets: ['127.0.0.1:{manager}']}}]}}]}}\n"
        f"scrape_configs: [{{job_name: aktop, static_configs: [{{targets: ['{target}']}}]}}]\n"
    )
    try:
        with (
            program(
                "prometheus-alertmanager",
                f"--config.file={folder}/alertmanager.yml",
                f"--storage.path={folder}/alertmanager",
                f"--web.listen-address=127.0.0.1:{manager}",
                "--cluster.listen-address=",
            ),
            program(
                "prometheus",
                f"--config.file={folder}/prometheus.yml",
                f"--storage.tsdb.path={folder}/prometheus",
                f"--web.listen-address=127.0.0.1:{server}",
            ),
        ):
            awaited(lambda: fetched(f"http://127.0.0.1:{manager}/-/ready"))
            # What it scrapes and whom it tells becomes known only some seconds after it is ready.
            api = f"http://127.0.0.1:{server}/api/v1"
            awaited(lambda: f"127.0.0.1:{manager}/" in (fetched(f"{api}/alertmanagers") or ""))
            awaited(lambda: target in (fetched(f"{api}/targets") or ""))
            yield webhook
    finally:
        webhook.close()
