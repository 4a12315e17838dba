"""One account of requests for all aktops of a user: what one asks the others know, and nobody waits for another."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.unit.gateway.gateways import token
from tui.account import shared_requests
from tui.account.shared_requests import StoredRequests
from tui.gateway.auth.sessions import Session, account_of
from tui.gateway.budget import RequestBudget, Tier

ROOT = Path(__file__).parents[3]


class Clock:
    """One machine: each process has a monotonic clock of its own beginning, and all share the wall clock."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.set_by = 1_795_000_000.0

    def monotonic(self, offset: float = 0.0) -> float:
        return self.now + offset

    def wall(self) -> float:
        return self.now + self.set_by


@pytest.fixture
def clock() -> Clock:
    return Clock()


def budget(
    folder: Path, clock: Clock, account: str | None = "a", offset: float = 0.0, share: float = 0.5
) -> RequestBudget:
    def mine() -> float:
        return clock.monotonic(offset)

    others = StoredRequests(folder, lambda: account, clock=mine, wall=clock.wall)
    return RequestBudget(mine, share=share, others=others)


def test_two_share_one_share(tmp_path: Path, clock: Clock) -> None:
    one, other = budget(tmp_path, clock), budget(tmp_path, clock, offset=500.0)
    for _ in range(15):
        for each in (one, other):
            clock.now += 0.1
            assert each.wait_s(Tier.HEAVY) == 0
            each.spend(Tier.HEAVY)
    clock.now += 0.1
    assert one.wait_s(Tier.HEAVY) == pytest.approx(60 - 3.0)
    assert other.wait_s(Tier.HEAVY) == pytest.approx(60 - 3.0)
    assert one.used() == other.used()
    assert (one.used().heavy_used, one.used().global_used) == (30, 30)
    clock.now += 57.1
    assert other.wait_s(Tier.HEAVY) == 0
    clock.now += 60
    assert one.used().heavy_used == 0


def test_a_wait_that_one_was_asked_for_is_everybodys(tmp_path: Path, clock: Clock) -> None:
    one, other = budget(tmp_path, clock), budget(tmp_path, clock, offset=-300.0)
    one.refused(Tier.HEAVY, 30)
    clock.now += 1
    assert other.blocked_s(Tier.HEAVY) == pytest.approx(29)
    assert other.blocked_s(Tier.GLOBAL) == 0
    clock.now += 30
    assert other.blocked_s(Tier.HEAVY) == 0


def test_accounts_have_nothing_to_do_with_each_other(tmp_path: Path, clock: Clock) -> None:
    one, other, unknown = budget(tmp_path, clock), budget(tmp_path, clock, "b"), budget(tmp_path, clock, None)
    for each in (one, unknown):
        each.spend(Tier.HEAVY)
    clock.now += 1
    assert [each.used().heavy_used for each in (one, other, unknown)] == [1, 0, 1]
    assert len(list(tmp_path.glob("*.txt"))) == 1


def test_only_the_last_minute_of_the_account_in_use_is_listed(tmp_path: Path, clock: Clock) -> None:
    in_use = "a"
    mine = StoredRequests(tmp_path, lambda: in_use, clock=clock.monotonic, wall=clock.wall)
    for account, tiers in {"a": [Tier.HEAVY], "b": [Tier.GLOBAL, Tier.GLOBAL]}.items():
        other = StoredRequests(tmp_path, lambda name=account: name, clock=clock.monotonic, wall=clock.wall)
        for tier in tiers:
            other.tell(tier)
    assert mine.sent() == {Tier.HEAVY: [pytest.approx(clock.now)]}
    in_use = "b"
    assert mine.sent() == {Tier.GLOBAL: [pytest.approx(clock.now)] * 2}
    clock.now += 61
    other.tell(Tier.GLOBAL)
    assert mine.sent() == {Tier.GLOBAL: [pytest.approx(clock.now)]}


def test_a_clock_that_is_set_holds_nobody_up(tmp_path: Path, clock: Clock) -> None:
    one, other = budget(tmp_path, clock, share=1.0), budget(tmp_path, clock, share=1.0)
    for step in (-3600.0, 86_400.0):
        for _ in range(60):
            one.spend(Tier.HEAVY)
        clock.now += 0.1
        assert other.wait_s(Tier.HEAVY) > 50
        clock.set_by += step
        other.spend(Tier.GLOBAL)
        clock.now += 61
        assert other.wait_s(Tier.HEAVY) == 0


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b"1 2", b"x heavy y\n", b"\xff\xfe\0", b"1e300 heavy x\n-1 heavy x\nnan heavy x", b"[" * 10**6],
)
def test_what_cannot_be_read_counts_as_nothing(tmp_path: Path, clock: Clock, content: bytes) -> None:
    one, other = budget(tmp_path, clock), budget(tmp_path, clock)
    one.spend(Tier.HEAVY)
    (path,) = tmp_path.glob("*.txt")
    path.write_bytes(content)
    clock.now += 1
    assert other.used().heavy_used == 0
    one.spend(Tier.HEAVY)
    one.spend(Tier.HEAVY)
    clock.now += 1
    assert (one.used().heavy_used, other.used().heavy_used) == (3, 2 if len(content) < 10**5 else 1)
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.stat().st_size < 10_000


def test_the_file_stays_small_and_nothing_is_forgotten_when_it_is_shortened(tmp_path: Path, clock: Clock) -> None:
    one, other = budget(tmp_path, clock), budget(tmp_path, clock)
    for number in range(2000):
        one.spend(Tier.GLOBAL)
        clock.now += 0.5
        (path,) = tmp_path.glob("*.txt")
        assert path.stat().st_size <= 8 * 1024 + 100
        if number > 130 and number % 50 == 0:
            assert other.used().global_used == one.used().global_used == pytest.approx(119, abs=1)
    assert sorted(path.suffix for path in tmp_path.iterdir()) in ([".lock", ".txt"], [".txt"])


@pytest.mark.parametrize("kind", ["pipe", "folder", "link", "read-only"])
def test_a_file_of_another_kind_stops_nobody(
    tmp_path: Path, clock: Clock, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "requests"
    one = budget(folder, clock)
    one.spend(Tier.HEAVY)
    (path,) = folder.glob("*.txt")
    path.unlink()
    victim = tmp_path / "victim"
    victim.write_text("precious")
    if kind == "pipe":
        os.mkfifo(path)
    elif kind == "folder":
        path.mkdir()
    elif kind == "link":
        path.symlink_to(victim)
        path.with_suffix(".tmp").symlink_to(victim)
        monkeypatch.setattr(shared_requests, "_LONG_BYTES", 1)
    else:
        folder.chmod(0o500)
    other = budget(folder, clock)
    for each in (one, other):
        each.spend(Tier.HEAVY)
        clock.now += 1
    assert one.used().heavy_used >= 2
    assert victim.read_text() == "precious"
    folder.chmod(0o700)


HOLDER = """
import sys, time
from pathlib import Path
from tui.store.locks import lock_beside
with lock_beside(Path(sys.argv[1])):
    print("held", flush=True)
    time.sleep(600)
"""


def test_who_stands_still_or_dies_with_the_lock_keeps_nobody_waiting(
    tmp_path: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shared_requests, "_LONG_BYTES", 1)
    one, other = budget(tmp_path, clock), budget(tmp_path, clock)
    one.spend(Tier.HEAVY)
    (path,) = tmp_path.glob("*.txt")
    holder = subprocess.Popen([sys.executable, "-c", HOLDER, str(path)], stdout=subprocess.PIPE)
    assert holder.stdout is not None
    assert holder.stdout.readline() == b"held\n"
    holder.send_signal(signal.SIGSTOP)
    began = time.monotonic()
    one.spend(Tier.HEAVY)
    assert time.monotonic() - began < 0.5
    assert one.used().heavy_used == 2
    holder.kill()
    holder.wait()
    holder.stdout.close()
    one.spend(Tier.HEAVY)
    clock.now += 1
    assert other.used().heavy_used == 3


WRITER = """
import sys
from pathlib import Path
from tui.gateway.budget import RequestBudget, Tier
from tui.account.shared_requests import StoredRequests
import time
budget = RequestBudget(time.monotonic, global_per_min=0, others=StoredRequests(Path(sys.argv[1]), lambda: "a"))
for _ in range(100):
    budget.spend(Tier.GLOBAL)
"""


def test_nothing_is_lost_where_several_write_at_once(tmp_path: Path) -> None:
    writers = [subprocess.Popen([sys.executable, "-c", WRITER, str(tmp_path)], cwd=ROOT) for _ in range(3)]
    assert [writer.wait() for writer in writers] == [0, 0, 0]
    found = RequestBudget(time.monotonic, others=StoredRequests(tmp_path, lambda: "a")).used()
    assert 300 <= found.global_used <= 310  # one that is added while another shortens the file may count twice


def test_looking_is_cheap(tmp_path: Path) -> None:
    here, there = (RequestBudget(time.monotonic, others=StoredRequests(tmp_path, lambda: "a")) for _ in range(2))
    for _ in range(30):
        there.spend(Tier.HEAVY)
    time.sleep(shared_requests.LOOK_EVERY_S)
    began = time.process_time()
    for _ in range(2000):
        here.wait_s(Tier.HEAVY)
    assert (time.process_time() - began) / 2000 < 200e-6


def test_an_account_is_the_same_whichever_way_one_signs_in() -> None:
    import base64
    import json

    claims = base64.urlsafe_b64encode(json.dumps({"user_id": 7, "exp": 1}).encode()).decode().rstrip("=")
    by_hand, kept = Session(f"h.{claims}.s"), Session(f"h.{claims}.t", "rt", None, "lin@example.com")
    assert account_of(by_hand) == account_of(kept) == "7"
    assert account_of(Session(token(), None, None, "lin@example.com")) == "lin@example.com"
    assert account_of(Session("opaque")) is None
