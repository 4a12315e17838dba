"""Each fault is what it says, over a real connection."""

import gzip
import json
from collections.abc import Iterator

import httpx2 as httpx
import pytest

from tui.demo.app import DemoGateway
from tui.demo.faults import HOSTILE, FaultKind
from tui.demo.serve import running

SITE = "/api/v1/settings/public"


@pytest.fixture
def demo() -> DemoGateway:
    return DemoGateway(seed=1)


@pytest.fixture
def http(demo: DemoGateway) -> Iterator[httpx.Client]:
    with running(demo) as url, httpx.Client(base_url=url, timeout=5.0, trust_env=False) as client:
        answer = client.post("/api/v1/auth/login", json={"email": demo.email, "password": demo.password})
        client.headers["authorization"] = f"Bearer {answer.json()['data']['access_token']}"
        yield client


@pytest.mark.parametrize(
    ("kind", "status", "reason"),
    [
        (FaultKind.STATUS, 500, 500),
        (FaultKind.RATE_LIMIT, 429, "RATE_LIMITED"),
        (FaultKind.EXPIRED, 401, "TOKEN_EXPIRED"),
        (FaultKind.REVOKED, 401, "TOKEN_REVOKED"),
        (FaultKind.NO_USER, 401, "USER_NOT_FOUND"),
    ],
)
def test_refusals(demo: DemoGateway, http: httpx.Client, kind: FaultKind, status: int, reason: object) -> None:
    demo.way.add(kind)
    answer = http.get(SITE)
    assert (answer.status_code, answer.json()["code"]) == (status, reason)


@pytest.mark.parametrize("kind", [FaultKind.RESET, FaultKind.LOST, FaultKind.TRUNCATE])
def test_connections_that_break(demo: DemoGateway, http: httpx.Client, kind: FaultKind) -> None:
    demo.way.add(kind, times=1)
    with pytest.raises((httpx.RemoteProtocolError, httpx.ReadError)):
        http.get(SITE)
    assert http.get(SITE).json()["code"] == 0


def test_a_fault_meets_what_its_path_matches_so_often_and_the_newest_goes_first(
    demo: DemoGateway, http: httpx.Client
) -> None:
    fault = demo.way.add(FaultKind.STATUS, r"/usage\?.*page=2", times=2, value="503")
    assert http.get("/api/v1/usage", params={"page": 1}).status_code == 200
    assert [http.get("/api/v1/usage", params={"page": 2}).status_code for _ in range(3)] == [503, 503, 200]
    assert fault.met == 2
    demo.way.add(FaultKind.STATUS, value="500")
    demo.way.add(FaultKind.EMPTY)
    assert http.get(SITE).content == b""
    demo.way.clear()
    assert http.get(SITE).status_code == 200


def test_spoilt_answers(demo: DemoGateway, http: httpx.Client) -> None:
    real = http.get("/api/v1/usage").json()["data"]
    demo.way.add(FaultKind.MISSING, value="actual_cost")
    assert "actual_cost" not in http.get("/api/v1/usage").json()["data"]["items"][0]
    demo.way.add(FaultKind.MISTYPED)
    assert http.get("/api/v1/usage").json()["data"]["total"] == str(real["total"])
    demo.way.add(FaultKind.UNKNOWN)
    assert "zz_new" in http.get("/api/v1/usage").json()["data"]["items"][0]
    demo.way.add(FaultKind.NULL)
    assert http.get("/api/v1/usage").json()["data"]["items"][0]["model"] is None
    demo.way.add(FaultKind.NEGATIVE)
    row = http.get("/api/v1/usage").json()["data"]["items"][0]
    assert row["input_tokens"] < 0 < row["id"]
    demo.way.add(FaultKind.HUGE)
    assert http.get("/api/v1/usage").json()["data"]["items"][0]["actual_cost"] >= 10**9
    demo.way.add(FaultKind.HOSTILE)
    assert http.get("/api/v1/keys").json()["data"]["items"][0]["name"].endswith(HOSTILE[-3:])
    demo.way.add(FaultKind.NO_TOTAL)
    assert http.get("/api/v1/usage").json()["data"]["total"] == 0
    demo.way.add(FaultKind.ENDLESS)
    pages = [http.get("/api/v1/usage", params={"page": page}).json()["data"] for page in (1, 2, 900)]
    assert [page["total"] for page in pages] == [10**9] * 3
    assert pages[0]["items"] == pages[2]["items"]


def test_packed_answers(demo: DemoGateway, http: httpx.Client) -> None:
    demo.way.add(FaultKind.PACKED_TWICE)
    with http.stream("GET", SITE) as answer:
        assert answer.headers["content-encoding"] == "gzip, gzip"
        assert json.loads(gzip.decompress(gzip.decompress(b"".join(answer.iter_raw()))))["code"] == 0
    demo.way.add(FaultKind.BOMB, value="8")
    with http.stream("GET", SITE) as answer:
        packed = b"".join(answer.iter_raw())
    assert len(packed) < 20_000 < (8 << 20) < len(gzip.decompress(packed))


@pytest.mark.parametrize("kind", [FaultKind.HTML, FaultKind.GARBAGE])
def test_answers_that_are_no_json(demo: DemoGateway, http: httpx.Client, kind: FaultKind) -> None:
    demo.way.add(kind)
    with pytest.raises(ValueError):
        http.get(SITE).json()


@pytest.mark.parametrize("kind", [FaultKind.DELAY, FaultKind.HANG])
def test_answers_that_take_long(demo: DemoGateway, http: httpx.Client, kind: FaultKind) -> None:
    demo.way.add(kind, value="30")
    with pytest.raises(httpx.ReadTimeout):
        http.get(SITE, timeout=0.3)
