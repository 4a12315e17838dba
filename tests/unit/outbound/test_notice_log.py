"""What was told outlasts the aktop that told it."""

import stat
from pathlib import Path

import pytest

from tests.unit.outbound.made import NOW, notice
from tui.outbound import notice_log
from tui.outbound.notice import NoticeState
from tui.outbound.notice_log import Delivery, DeliveryState, NoticeLog

SENT = Delivery(DeliveryState.SENT, NOW, 1)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "log.json"


def ids(log: NoticeLog) -> list[str]:
    return [one.notice.id for one in log.entries().values()]


def test_another_aktop_knows_what_was_told_and_what_came_of_it(path: Path) -> None:
    one, other = NoticeLog(path), NoticeLog(path)
    assert other.entries() == {}
    one.add([(notice(), notice(key=None))], ["mail", "hook"], "watch")
    assert ids(other) == ["spike-7-began"]
    other.mark({1: SENT}, "hook")
    (entry,) = one.entries().values()
    assert entry.deliveries == {"mail": Delivery(), "hook": SENT}
    assert (entry.private.key, entry.told_by, entry.is_on_its_way) == (None, "watch", True)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_the_same_news_is_written_down_once(path: Path) -> None:
    one, other = NoticeLog(path), NoticeLog(path)
    one.add([(notice(), notice())], ["mail"], "watch")
    other.add([(notice(), notice()), (notice("storm-3"), notice("storm-3"))], ["mail"], "screen")
    assert ids(one) == ["spike-7-began", "storm-3-began"]


@pytest.mark.parametrize("is_on_disk", [True, False])
def test_old_notices_go_but_for_what_is_open_or_on_its_way(
    path: Path, monkeypatch: pytest.MonkeyPatch, is_on_disk: bool
) -> None:
    monkeypatch.setattr(notice_log, "MAX_ENTRIES", 4)
    log = NoticeLog(path if is_on_disk else None)
    over = NoticeState.OVER
    log.add([(notice("open"), notice("open"))], [], "watch")
    log.add([(notice("waiting", over), notice("waiting", over))], ["mail"], "watch")
    for number in range(6):
        for state in (NoticeState.BEGAN, over):
            log.add([(notice(f"n{number}", state), notice(f"n{number}", state))], [], "watch")
    assert ids(log) == ["open-began", "waiting-over", "n5-began", "n5-over"]


def test_numbers_are_never_used_again(path: Path) -> None:
    """What is new is what has a higher number than what was seen."""
    log = NoticeLog(path)
    for number in range(3):
        log.add([(notice(f"n{number}"), notice(f"n{number}"))], [], "watch")
    assert list(log.entries()) == [1, 2, 3]


def test_an_entry_that_makes_no_sense_is_left_out(path: Path) -> None:
    log = NoticeLog(path)
    log.add([(notice(), notice())], [], "watch")
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace('{"_default":{', '{"_default":{"9":{"notice":3},'), encoding="utf-8")
    assert ids(NoticeLog(path)) == ["spike-7-began"]
