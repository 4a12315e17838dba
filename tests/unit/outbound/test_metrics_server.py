"""Who may read the metrics."""

import gzip
import http.client
import shutil
import socket
import ssl
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tui.outbound.metrics import server
from tui.outbound.metrics.exporter import MetricsExporter
from tui.outbound.metrics.server import ListenAddress, MetricsServer, Protection, Unsafe, address_of, protection_of

TOKEN = "a-token-of-some-length"
HERE = ListenAddress("127.0.0.1", 0)


@contextmanager
def serving(protection: Protection = Protection(), address: ListenAddress = HERE) -> Iterator[int]:  # noqa: B008 - a value
    exporter = MetricsExporter(None)
    exporter.hear_nothing("a")
    running = MetricsServer(exporter, address, protection)
    try:
        yield running.port
    finally:
        running.close()
        exporter.close()


def get(port: int, path: str = "/metrics", method: str = "GET", **headers: str) -> tuple[int, dict[str, str], bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    connection.request(method, path, headers={name.replace("_", "-"): value for name, value in headers.items()})
    answer = connection.getresponse()
    return answer.status, dict(answer.headers), answer.read()


def test_anybody_on_this_machine_may_read_them() -> None:
    with serving() as port:
        status, headers, text = get(port)
        assert (status, text.count(b'aktop_up{account="a"} 0.0')) == (200, 1)
        assert headers["Content-Type"].startswith("text/plain; version=0.0.4")
        packed = get(port, Accept_Encoding="gzip", Accept="application/openmetrics-text;version=1.0.0")
        assert gzip.decompress(packed[2]).endswith(b"# EOF\n")
        assert get(port, method="HEAD")[2] == b""
        assert get(port, "/metrics?name[]=aktop_up")[0] == 200
        assert get(port, "/")[0] == 404
        assert get(port, method="POST")[0] == 501


def test_a_page_under_a_name_of_its_own_is_no_scraper() -> None:
    with serving() as port:
        assert get(port, Host="rebound.example:9810")[0] == 403
        assert get(port, Host="localhost:1")[0] == 200


def test_a_token_lets_in_who_brings_it_and_nobody_else() -> None:
    with serving(Protection(token=TOKEN)) as port:
        assert get(port, Authorization=f"Bearer {TOKEN}", Host="m1.example")[0] == 200
        for wrong in ("", f"Basic {TOKEN}", "Bearer", f"Bearer {TOKEN}x", "Bearer \xff"):
            status, headers, text = get(port, Authorization=wrong)
            assert (status, headers["WWW-Authenticate"]) == (401, "Bearer")
            assert b"aktop_" not in text


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1", "m1.example"])
def test_beyond_this_machine_it_is_not_served_openly(host: str) -> None:
    with pytest.raises(Unsafe, match="--tls-cert"):
        MetricsServer(MetricsExporter(None), ListenAddress(host, 0))


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("127.0.0.1:9810", ListenAddress("127.0.0.1", 9810)),
        ("[::1]:9810", ListenAddress("::1", 9810)),
        ("localhost:0", ListenAddress("localhost", 0)),
        ("9810", None),
        (":9810", None),
        ("127.0.0.1:", None),
        ("127.0.0.1:99999", None),
        ("127.0.0.1:٣", None),
    ],
)
def test_an_address_is_host_and_port(text: str, address: ListenAddress | None) -> None:
    if address is None:
        with pytest.raises(Unsafe, match="HOST:PORT"):
            address_of(text)
    else:
        assert address_of(text) == address
        assert address.is_loopback


@pytest.mark.parametrize(
    ("content", "mode", "complaint"),
    [
        (TOKEN, 0o644, "chmod 600"),
        ("short", 0o600, "at least 16"),
        ("two words in one line", 0o600, "at least 16"),
        (None, 0o600, "cannot be read"),
    ],
)
def test_a_token_comes_from_a_file_that_is_its_owners_alone(
    content: str | None, mode: int, complaint: str, tmp_path: Path
) -> None:
    file = tmp_path / "token"
    if content is not None:
        file.write_text(content)
        file.chmod(mode)
    with pytest.raises(Unsafe, match=complaint) as told:
        protection_of(None, None, file)
    assert content is None or content not in str(told.value)


def test_certificate_and_key_belong_together(tmp_path: Path) -> None:
    with pytest.raises(Unsafe, match="give both"):
        protection_of(tmp_path / "cert.pem", None, None)
    with pytest.raises(Unsafe, match="cannot be used"):
        protection_of(tmp_path / "cert.pem", tmp_path / "key.pem", None)


@pytest.fixture
def certificate(tmp_path: Path) -> tuple[Path, Path]:
    if shutil.which("openssl") is None:
        pytest.skip("openssl is not installed")
    files = tmp_path / "cert.pem", tmp_path / "key.pem"
    command = (
        "openssl req -x509 -newkey rsa:2048 -nodes -days 1 -subj /CN=localhost -addext subjectAltName=IP:127.0.0.1"
    )
    subprocess.run([*command.split(), "-out", files[0], "-keyout", files[1]], check=True, capture_output=True)
    return files


def test_by_tls_it_is_read_from_anywhere_and_who_says_nothing_keeps_nobody_waiting(
    certificate: tuple[Path, Path],
) -> None:
    protection, everywhere = protection_of(*certificate, None), ListenAddress("0.0.0.0", 0)
    with serving(protection, everywhere) as port, socket.create_connection(("127.0.0.1", port)):
        context = ssl.create_default_context(cafile=str(certificate[0]))
        connection = http.client.HTTPSConnection("127.0.0.1", port, timeout=10, context=context)
        connection.request("GET", "/metrics", headers={"Host": "m1.example"})
        assert connection.getresponse().status == 200


def test_a_scraper_that_hangs_is_let_go_and_a_crowd_of_them_turned_away(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "DEADLINE_S", 0.2)
    with serving() as port:
        hanging = [socket.create_connection(("127.0.0.1", port), timeout=10) for _ in range(server.MOST_AT_ONCE)]
        for one in hanging:
            one.sendall(b"GET /metrics HTTP/1.1\r\nX: ")
        assert all(one.recv(1) == b"" for one in hanging)
        assert get(port)[0] == 200
        for one in hanging:
            one.close()
