"""A recording on a disk shows what was known, moment by moment; a file that is none is a sentence."""

import gzip
import os
import random
import re
import stat
from datetime import timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.records.recording.sessions import CALLS, Session, sessions, written
from tui.domain.capabilities import Capability, Lack
from tui.monitor.calls.log import CallView
from tui.monitor.moments import MAX_MOMENTS, Moments
from tui.monitor.questions import AskProfile
from tui.monitor.snapshot import Snapshot
from tui.records.recording import files
from tui.records.recording.files import BadRecording, GrowingRecording, lines_of, read_recording
from tui.records.recording.redaction import Redactor

STEPS = [(kind, [kind, kind + 3, 11], 13) for kind in range(24)]


def assert_same(played: Snapshot, live: Snapshot) -> None:
    """Everything that a Snapshot tells, but that nobody can be asked any more."""
    assert dict(played.feeds) == dict(live.feeds)
    assert dict(played.calls) == dict(live.calls)
    for question, view in live.calls.items():
        other = played.calls[question]
        assert other.log.heard_after(0) == view.log.heard_after(0)
        assert (other.tail_at, other.deep_at) == (view.tail_at, view.deep_at)
        assert isinstance(played.feeds[question].data, CallView)
    assert (played.active_at, played.budget, played.zone) == (live.active_at, live.budget, live.zone)
    assert played.halted == live.halted
    lacks = live.capabilities.without(Lack.RECORDING, Capability.ACTIONS, Capability.LIVE)
    assert set(played.capabilities.lacks) == set(lacks.lacks)


@settings(deadline=None, max_examples=60)
@given(sessions, st.data())
def test_every_moment_is_what_was_known_then(
    tmp_path_factory: pytest.TempPathFactory, session: Session, data: st.DataObject
) -> None:
    first = data.draw(st.integers(0, len(session.heard)))
    suffix = data.draw(st.sampled_from((".jsonl", ".jsonl.gz")))
    path = written(tmp_path_factory.getbasetemp() / f"any{suffix}", session.since(first))
    recording = read_recording(path)
    assert recording.is_whole
    for moment in recording.moments.all:
        assert_same(moment.snapshot, session.at(moment.at))
    assert recording.last.snapshot.feeds.keys() == session.snapshots[-1].feeds.keys()


def test_a_file_that_grows_can_be_read_at_any_time_and_is_the_owners_alone(tmp_path: Path) -> None:
    session, redactor = Session(STEPS), Redactor(is_private=False)
    lines = list(lines_of(session.since(0), redactor, is_demo=True))
    for name in ("a.jsonl", "b.jsonl.gz"):
        file = GrowingRecording(tmp_path / name)
        assert stat.S_IMODE(os.stat(tmp_path / name).st_mode) == 0o600
        for count, line in enumerate(lines):
            file.add([line])
            if count % 9 == 1:
                assert read_recording(tmp_path / name).is_demo
        file.close()
        whole = read_recording(tmp_path / name)
        assert whole.is_whole
        assert_same(whole.last.snapshot, session.snapshots[-1])
        with pytest.raises(FileExistsError):
            GrowingRecording(tmp_path / name)


@pytest.mark.parametrize("name", ["torn.jsonl", "torn.jsonl.gz"])
def test_a_torn_file_is_read_up_to_there(tmp_path: Path, name: str) -> None:
    session = Session(STEPS)
    whole = written(tmp_path / f"whole-{name}", session.since(0)).read_bytes()
    for cut in random.Random(1).sample(range(400, len(whole) - 1), 40):
        path = tmp_path / name
        path.write_bytes(whole[:cut])
        recording = read_recording(path)
        is_at_line_end = not name.endswith(".gz") and whole[cut - 1 : cut] == b"\n"
        assert recording.is_whole == is_at_line_end
        for moment in recording.moments.all:
            assert moment.snapshot.feeds.keys() <= session.at(moment.at).feeds.keys()


def test_a_damaged_line_ends_it(tmp_path: Path) -> None:
    path = written(tmp_path / "a.jsonl", Session(STEPS).since(0))
    lines = path.read_bytes().splitlines(keepends=True)
    for wrong in (
        b"{}\n",
        b"not json\n",
        lines[5].replace(b'"at":"2026', b'"at":"20'),
        b'{"at":"2026-11-24T05:31:02Z","what":"answered","of":"AskProfile","question":{},"answer":{"id":1},"more":null}\n',
        b'{"at":"2026-11-24T05:31:02","what":"spent","more":{}}\n',
    ):
        path.write_bytes(b"".join((*lines[:5], wrong, *lines[5:])))
        recording = read_recording(path)
        assert not recording.is_whole
        assert len(recording.moments.all) <= 5


def test_no_number_stands_where_one_is_meant(tmp_path: Path) -> None:
    path = written(tmp_path / "a.jsonl", Session([(0, [1], 5)] * 2).since(0))
    text = path.read_text()
    assert '"balance_usd":"0.125"' in text
    infinite = ('"NaN"', '"-Infinity"', '"sNaN"', '"NaN17"', '"NaN٣"', '" nan "', '"n_an"')
    for wrong in (
        *infinite,
        '"1e400"',
        '"-1E+99"',
        f'"{"9" * 30}"',
        '"1_0e4_0"',
        '"1e-400"',
        f"{10**30}",
        "1e999",
        "[]",
    ):
        path.write_text(text.replace('"balance_usd":"0.125"', f'"balance_usd":{wrong}'))
        assert not read_recording(path).is_whole, wrong


def test_names_that_look_like_numbers_stay(tmp_path: Path) -> None:
    path = written(tmp_path / "a.jsonl", Session([(0, [1], 5)] * 2).since(0))
    text = path.read_text()
    for name in ("NaN", "1e400", "9" * 30, "9999-12-31T00:00"):
        path.write_text(text.replace('"username":"lin"', f'"username":"{name}"'))
        recording = read_recording(path)
        assert recording.is_whole
        profile = recording.last.snapshot.data(AskProfile())
        assert profile is not None
        assert profile.username == name


@pytest.mark.parametrize("at", ["0001-01-01T00:00:00Z", "1969-12-31T23:59:59Z", "9999-12-31T23:59:59.999999-12:00"])
def test_a_moment_that_cannot_be_reckoned_with_is_none(tmp_path: Path, at: str) -> None:
    path = written(tmp_path / "a.jsonl", Session([(4, [1], 5)] * 2).since(0))
    text = path.read_text()
    path.write_text(text.replace('"at":"2026-11-24T05:31:03Z"', f'"at":"{at}"'))
    assert not read_recording(path).is_whole
    head, rest = text.split("\n", 1)
    path.write_text(re.sub(r'"began_at":"[^"]*"', f'"began_at":"{at}"', head) + "\n" + rest)
    with pytest.raises(BadRecording):
        read_recording(path)


@pytest.mark.parametrize(
    ("written_as", "wrong"),
    [(r"\d{1,5}", f"{10**25}"), (r"0\.5", "1e300"), (r"0\.5", "-1e300"), (r"0\.5", "1e400")],
)
def test_a_number_too_large_for_what_holds_it_ends_it(written_as: str, wrong: str, tmp_path: Path) -> None:
    path = written(tmp_path / "a.jsonl", Session(STEPS).since(0))
    before, rows, after = path.read_text().partition('"rows":[[')
    assert rows
    path.write_text(before + rows + re.sub(f"(?<=,){written_as}(?=,)", wrong, after))
    assert not read_recording(path).is_whole


@pytest.mark.parametrize("url", ["", "ftp://gw.example.com", "https://lin:secret@gw.example.com", "https://[::1"])
def test_a_gateway_without_an_address_is_no_recording(tmp_path: Path, url: str) -> None:
    path = written(tmp_path / "a.jsonl", Session([]).since(0))
    path.write_text(re.sub(r'"gateway_url":"[^"]*"', f'"gateway_url":"{url}"', path.read_text()))
    with pytest.raises(BadRecording, match="is no recording of aktop"):
        read_recording(path)


def test_a_zone_that_is_not_known_is_no_head(tmp_path: Path) -> None:
    path = written(tmp_path / "a.jsonl", Session([]).since(0))
    head, changes = re.subn(r'"zone":"[^"]*"', '"zone":"Mars/Base"', path.read_text())
    assert changes == 1
    path.write_text(head)
    with pytest.raises(BadRecording, match="is no recording of aktop"):
        read_recording(path)


def test_a_moment_without_a_zone_is_none(tmp_path: Path) -> None:
    path = written(tmp_path / "a.jsonl", Session([(4, [1], 5)] * 2).since(0))
    text = path.read_text()
    at = '"at":"2026-11-24T05:31:01Z"'
    assert at in text
    path.write_text(text.replace(at, at.replace("Z", "")))
    assert not read_recording(path).is_whole


def test_what_a_later_version_asks_is_passed_over(tmp_path: Path) -> None:
    path = written(tmp_path / "a.jsonl", Session(STEPS).since(0))
    more = b'{"at":"2026-11-24T05:31:02Z","what":"answered","of":"AskWeather","question":{},"answer":1,"more":null}\n'
    path.write_bytes(path.read_bytes() + more)
    assert read_recording(path).is_whole


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\n",
        b"[1, 2]\n",
        b'{"id": 1, "at": "2026-11-24T05:31:02Z"}\n',
        b"\x1f\x8bno",
        random.Random(1).randbytes(5000),
    ],
    ids=["empty", "a blank line", "a list", "call records", "a broken gzip", "noise"],
)
def test_what_is_no_recording_is_a_sentence(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "a").write_bytes(content)
    with pytest.raises(BadRecording, match="is no recording of aktop"):
        read_recording(tmp_path / "a")


def test_a_newer_recording_says_so(tmp_path: Path) -> None:
    path = written(tmp_path / "a.jsonl", Session([]).since(0))
    path.write_text(path.read_text().replace('"schema":1', '"schema":2'))
    with pytest.raises(BadRecording, match="newer aktop"):
        read_recording(path)


def test_a_huge_file_is_refused_and_a_bomb_not_unpacked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = written(tmp_path / "a.jsonl", Session(STEPS).since(0))
    with pytest.raises(BadRecording, match="too large"):
        read_recording(path, max_bytes=2000)
    monkeypatch.setattr(files, "MAX_LINE", 4096)
    (tmp_path / "bomb.gz").write_bytes(gzip.compress(path.read_bytes() + b" " * 10_000_000))
    with pytest.raises(BadRecording, match="too large"):
        read_recording(tmp_path / "bomb.gz")


def test_a_pipe_and_a_folder_are_no_recordings(tmp_path: Path) -> None:
    with pytest.raises(OSError):
        read_recording(tmp_path)
    with pytest.raises(OSError):
        read_recording(Path("/dev/null"))


def test_moments_of_a_long_recording_lie_further_apart_and_end_alike() -> None:
    session = Session([(0, [number % 30], 12) for number in range(200)])
    moments = Moments(session.snapshots[0], session.begun_at, most=20)
    for heard in session.heard:
        moments.hear(heard)
    assert 10 <= len(moments.all) <= 20 < MAX_MOMENTS
    for moment in moments.all:
        assert_same_feeds(moment.snapshot, session.at(moment.at))
    assert moments.all[-1].at == session.heard[-1].at
    apart = [(later.at - one.at).total_seconds() for one, later in pairwise(moments.all[1:-1])]
    assert max(apart) < 4 * min(apart), "none of its parts is told in less detail than another"
    assert moments.place_of(session.begun_at - timedelta(days=1)) == 0
    assert moments.place_of(session.heard[-1].at) == len(moments.all) - 1


def assert_same_feeds(one: Snapshot, other: Snapshot) -> None:
    """The same was known."""
    assert dict(one.feeds) == dict(other.feeds)


def test_no_row_is_written_twice() -> None:
    session = Session([(2, [1, 2, 3, 4], 20), (2, [1, 2, 3, 4, 5], 20), (2, [5, 1], 20)])
    rows = [len(heard.event.answer.rows) for heard in session.heard]  # type: ignore[union-attr]
    assert rows == [4, 1, 0]
    assert len(session.snapshots[-1].calls[CALLS].log) == 5
