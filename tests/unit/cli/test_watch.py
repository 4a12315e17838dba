"""Which accounts `aktop watch` watches, and what becomes of those that it cannot."""

import argparse
from collections.abc import Sequence
from contextlib import AsyncExitStack

import pytest

from tui.account.profiles import Profiles
from tui.cli.output import WrongUse
from tui.cli.watch import _meant, _opened
from tui.config.file import BadSettings
from tui.config.paths import config_file, state_dir
from tui.config.sources import load

GOOD = '[profile.one]\nurl = "https://one.example"\n[profile.two]\nurl = "https://two.example"\n'
BAD = '[profile.bad]\nurl = "https://bad.example"\nca_bundle = "/no/such/file"\n'


def configure(text: str) -> None:
    path = config_file()
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def asked(*profiles: str, is_all: bool = False) -> argparse.Namespace:
    return argparse.Namespace(all=is_all, profiles=list(profiles), json=True)


def meant(options: argparse.Namespace) -> Sequence[str | None]:
    return _meant(options, Profiles(load({}, {}, config_file(), state_dir()), {}, {}, pytest.fail))


async def watched(options: argparse.Namespace) -> list[str]:
    """The gateways that are watched."""
    async with AsyncExitStack() as stack:
        found = await _opened(options, load({}, {}, config_file(), state_dir()), None, None, stack)
        return [one.context.services.client.base_url for one in found]


def test_each_profile_that_is_meant_is_watched_once() -> None:
    configure(GOOD)
    assert meant(asked()) == (None,)
    assert meant(asked("two", "one", "two")) == ("two", "one")
    assert meant(asked(is_all=True)) == ("one", "two")
    with pytest.raises(WrongUse, match="name none beside it"):
        meant(asked("one", is_all=True))
    configure("")
    with pytest.raises(WrongUse, match="there is no profile"):
        meant(asked(is_all=True))


async def test_one_of_several_that_cannot_be_watched_is_told_and_the_others_are(
    capsys: pytest.CaptureFixture[str],
) -> None:
    configure(GOOD + BAD)
    assert await watched(asked(is_all=True)) == ["https://one.example", "https://two.example"]
    told = capsys.readouterr().err
    assert told.startswith("aktop: bad is not watched: ")
    assert "/no/such/file" in told
    with pytest.raises(BadSettings):
        await watched(asked("bad"))
    configure(BAD + BAD.replace("bad", "worse"))
    with pytest.raises(WrongUse, match="no account is left"):
        await watched(asked(is_all=True))


async def test_api_keys_alone_have_no_calls_to_judge(monkeypatch: pytest.MonkeyPatch) -> None:
    configure('url = "https://one.example"')
    monkeypatch.setenv("AKTOP_API_KEYS", "sk-named-0000001111")
    with pytest.raises(WrongUse, match="judges call records"):
        await watched(asked())
