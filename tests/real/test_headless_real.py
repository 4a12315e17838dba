"""The verbs against a real gateway, named by AKTOP_REAL_GATEWAY=http://host:port with its account in
AKTOP_REAL_EMAIL and AKTOP_REAL_PASSWORD, or with the account in the address: http://me%40example.com:password@host:port.

Only keys that these tests make themselves are changed.
"""

import csv
import io
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

import httpx2 as httpx
import pytest

from tui.__main__ import main

pytestmark = pytest.mark.real


@dataclass(frozen=True)
class Real:
    """A gateway and an account on it."""

    url: str
    email: str
    password: str


def named() -> Real | None:
    parts = urlsplit(os.environ.get("AKTOP_REAL_GATEWAY", ""))
    email = os.environ.get("AKTOP_REAL_EMAIL") or unquote(parts.username or "")
    password = os.environ.get("AKTOP_REAL_PASSWORD") or unquote(parts.password or "")
    host = parts.netloc.rpartition("@")[2]
    return Real(f"{parts.scheme}://{host}", email, password) if host and email and password else None


@pytest.fixture
def real(sealed: None, monkeypatch: pytest.MonkeyPatch) -> Real:
    gateway = named()
    if gateway is None:
        pytest.skip("no real gateway is named")
    monkeypatch.setenv("AKTOP_URL", gateway.url)
    monkeypatch.setenv("AKTOP_PASSWORD", gateway.password)
    monkeypatch.setattr("tui.cli.prompts.has_person", lambda: False)
    assert main(["login", "--email", gateway.email]) == 0
    return gateway


@pytest.fixture
def own_key(real: Real) -> Iterator[int]:
    with httpx.Client(base_url=f"{real.url}/api/v1", trust_env=False) as client:
        answer = client.post("/auth/login", json={"email": real.email, "password": real.password})
        client.headers["authorization"] = f"Bearer {answer.json()['data']['access_token']}"
        key_id = client.post("/keys", json={"name": "aktop test & more"}).json()["data"]["id"]
        try:
            yield key_id
        finally:
            client.delete(f"/keys/{key_id}")


def test_status_agrees_with_its_records(real: Real, capsys: pytest.CaptureFixture[str]) -> None:
    capsys.readouterr()
    assert main(["status", "--json", "--range", "yesterday"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert main(["calls", "--range", "yesterday", "--limit", "0", "--format", "csv"]) == 0
    rows = list(csv.DictReader(io.StringIO(capsys.readouterr().out, newline="")))
    assert told["totals"]["requests"] == len(rows) == sum(bucket["requests"] for bucket in told["trend"])
    billed = sum(float(row["billed_usd"]) for row in rows)
    assert told["totals"]["billed_usd"] == pytest.approx(billed, abs=1e-6)
    for model in told["models"]:
        of_model = [row for row in rows if row["model"] == model["model"]]
        assert model["requests"] == len(of_model)
    assert told["account"]["email"] == real.email
    assert {feed["error"] for feed in told["feeds"].values()} <= {None, "errors_hidden"}


def test_a_short_range_in_words(real: Real, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["status", "--range", "1h", "--tz", "America/New_York"]) == 0
    assert "America/New_York" in capsys.readouterr().out


def test_a_key_is_switched_and_limited(own_key: int, capsys: pytest.CaptureFixture[str]) -> None:
    name = str(own_key)
    for arguments, member, value in (
        (["disable", name], "status", "inactive"),
        (["enable", name], "status", "active"),
        (["limit", name, "--1d", "+5", "--quota", "10"], "limit_1d_usd", 5),
        (["limit", name, "--1d", "0", "--quota", "0"], "quota_usd", 0),
    ):
        capsys.readouterr()
        assert main(["key", *arguments, "--yes", "--json"]) == 0
        told = json.loads(capsys.readouterr().out)
        assert (told["outcome"], told["after"][member]) == ("applied", value)
        assert told["key"]["name"] == "aktop test & more"


def test_signing_out(real: Real, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["logout"]) == 0
    assert main(["status"]) == 3
    assert real.password not in capsys.readouterr().err
