"""Notices on the terminal that aktop runs in."""

import pytest
from msgspec.structs import replace

from tests.unit.outbound.samples import NOTICE, alert
from tui.outbound.channels.channel import Undelivered
from tui.outbound.channels.terminal import TerminalChannel
from tui.outbound.notice import NoticeState
from tui.terminal.notify import BELL, TerminalVoice

ITERM = {"TERM": "xterm-256color", "LC_TERMINAL": "iTerm2"}


@pytest.mark.parametrize(
    ("switches", "state", "sent", "shown"),
    [
        ({}, NoticeState.BEGAN, [f"\x1b]9;aktop · prod: {NOTICE.text}\a", BELL], "desktop notification, bell"),
        ({}, NoticeState.OVER, [f"\x1b]9;aktop · prod: {NOTICE.text}\a"], "desktop notification, bell"),
        ({"desktop": False}, NoticeState.WORSE, [BELL], "bell"),
        ({"bell": False, "desktop": False}, NoticeState.BEGAN, [], "title"),
    ],
)
async def test_it_tells_what_is_switched_on(
    switches: dict[str, object], state: NoticeState, sent: list[str], shown: str
) -> None:
    heard: list[str] = []
    channel = TerminalChannel(alert("terminal", **switches), TerminalVoice(heard.append, ITERM))
    await channel.send(replace(NOTICE, state=state))
    assert heard == sent
    assert channel.shown == shown


async def test_without_a_terminal_nothing_arrives() -> None:
    with pytest.raises(Undelivered, match="there is no terminal here") as caught:
        await TerminalChannel(alert("terminal"), None).send(NOTICE)
    assert caught.value.is_final
