"""The zone of what is shown: the person's, else the machine's, else its present distance from UTC."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tui.config import zone
from tui.config.settings import Settings
from tui.config.sources import load


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return load({}, {}, tmp_path / "config.toml", tmp_path / "state")


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Path]:
    """A machine whose zone only the link tells; there is none yet."""
    link = tmp_path / "localtime"
    monkeypatch.setattr(zone, "Path", lambda _name: link)
    monkeypatch.setenv("TZ", "")
    yield link
    monkeypatch.undo()
    time.tzset()


def link_to(link: Path, name: str) -> None:
    target = link.parent / "share" / "zoneinfo" / name
    target.parent.mkdir(parents=True)
    target.write_bytes(b"")
    link.symlink_to(target)


def test_the_configured_zone_comes_first(settings: Settings, machine: Path) -> None:
    link_to(machine, "Asia/Shanghai")
    wanted = load({"tz": "Europe/Berlin"}, {}, settings.config_path, settings.state_dir)
    assert zone.user_zone(wanted).key == "Europe/Berlin"


def test_the_environment_comes_before_the_machine(
    settings: Settings, machine: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    link_to(machine, "Asia/Shanghai")
    monkeypatch.setenv("TZ", ":Asia/Kathmandu")
    assert zone.user_zone(settings).key == "Asia/Kathmandu"
    monkeypatch.setenv("TZ", "Nowhere/Atall")
    assert zone.user_zone(settings).key == "Asia/Shanghai"


@pytest.mark.parametrize(("posix", "key"), [("XXX-3", "Etc/GMT-3"), ("XXX5", "Etc/GMT+5"), ("XXX0", "UTC")])
@pytest.mark.usefixtures("machine")
def test_without_a_name_the_distance_from_utc_is_kept(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, posix: str, key: str
) -> None:
    monkeypatch.setenv("TZ", posix)
    time.tzset()
    assert zone.user_zone(settings).key == key
