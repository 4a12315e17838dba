"""What bad things get: a sentence in its place, old data kept and marked, the rest alive."""

import re
from dataclasses import replace

import pytest
from msgspec import structs

from tests.flows.conftest import Running
from tests.flows.types import Start
from tui.cli.output import say
from tui.demo.app import DemoGateway
from tui.demo.options import Limits
from tui.monitor.questions import AskKeys, AskProfile
from tui.screens.record.dialogs import CallDialog
from widgets.layout import cell_width

HOSTILE = "[/foo] [red]x[/red] \x1b[31mred\x1b]0;owned\x07 \u202eevil\u2066 \x9b2J"


def balance_of(run: Running) -> object:
    """The balance that is shown."""
    profile = run.app.snapshot.data(AskProfile())
    return profile and profile.balance_usd


async def test_a_gateway_whose_database_is_down_loses_neither_data_nor_session(aktop: Start) -> None:
    async with aktop() as run:
        await run.on_key("batch-nightly")
        before = balance_of(run)
        run.demo.options.trouble.database = True
        await run.shows("database is down", "as of", "● batch-nightly")
        assert balance_of(run) == before
        run.demo.options.trouble.database = False
        await run.press("r")
        await run.shows("● live")


async def test_an_error_list_that_is_not_shared_says_so(aktop: Start) -> None:
    async with aktop() as run:
        run.demo.options.error_view = False
        await run.on_key("batch-nightly")
        await run.press("t", "down", "enter")
        await run.shows("does not share its error list")
        await run.shows("● batch-nightly", "● live")


async def test_a_session_that_ends_is_said_and_the_data_stay(aktop: Start) -> None:
    async with aktop() as run:
        await run.on_key("batch-nightly")
        run.app.account.services.client.sessions.forget()
        await run.shows("not signed in", "● batch-nightly")


@pytest.mark.budget
async def test_a_request_limit_is_kept_to_and_said(aktop: Start) -> None:
    async with aktop() as run:
        await run.on_key("batch-nightly")
        run.demo.options.limits = Limits(panel=1, heavy=1)
        await run.shows("rate limited", "● batch-nightly")


async def test_hostile_names_are_inert(aktop: Start) -> None:
    async with aktop() as run:
        for key in run.demo.world.living_keys():
            if key.name == "laptop":
                key.name = HOSTILE
        await run.until(
            lambda: any("[/foo]" in key.name for key in run.app.snapshot.data(AskKeys()) or ()), "the name arrived"
        )
        await run.shows("[/foo] [red]x")
        text = run.text()
        assert not [char for char in text if ord(char) < 32 and char != "\n"]
        assert not set("\x9b\u202e\u2066") & set(text)


GROUP_KEYS = (
    ("2", "b"),
    ("enter", "escape"),
    ("w",),
    ("escape", "3", "D"),
    ("escape", "L"),
    ("escape", "c"),
    ("enter",),
)


async def test_hostile_names_of_groups_are_inert_and_leave_the_state_its_room(aktop: Start, demo: DemoGateway) -> None:
    names = (HOSTILE + "超长" * 40, "W" * 100 + "\u202e", "\u0301\u0301👨\u200d👩" + HOSTILE)
    for place, group in enumerate(demo.world.group_of.values()):
        demo.world.group_of[group.id] = replace(group, name=names[place % len(names)] + str(place))
    demo.options.site_name = HOSTILE * 3
    demo.world.user.username = HOSTILE + "长" * 90
    async with aktop(size=(100, 30)) as run:
        await run.on_key("batch-nightly")
        for keys in GROUP_KEYS:
            await run.press(*keys)
            text = run.text()
            assert not [char for char in text if ord(char) < 32 and char != "\n"]
            assert not set("\x9b\u202e\u2066") & set(text)
            assert all(cell_width(line) == 100 for line in text.splitlines())
            assert re.search(r"● live|◌ \d+ s old", text.splitlines()[0])
        await run.press("escape", "escape", "3", "enter")
        await run.shows("Key · batch-nightly   ● active")


async def test_an_answer_that_comes_while_the_app_ends_harms_nothing(
    aktop: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with aktop() as run:
        await run.on_key("batch-nightly")
        await run.press("c", "enter")
        await run.until(lambda: isinstance(run.app.screen, CallDialog), "a call")
        dialog, close_all = run.app.screen, run.app._close_all
        ended = []

        async def close_slowly() -> None:
            await run.app._prune(*dialog.children)
            assert run.app.picture is not None
            run.app.show_picture(structs.replace(run.app.picture, report=None))
            ended.append(True)
            await close_all()

        monkeypatch.setattr(run.app, "_close_all", close_slowly)
    assert ended


async def test_hostile_errors_and_bodies_are_inert(aktop: Start) -> None:
    async with aktop() as run:
        await run.on_key("batch-nightly")
        await run.press("e")
        await run.shows("Inspector", "{")
        assert not [char for char in run.text() if ord(char) < 32 and char != "\n"]


async def test_no_secret_is_on_any_screen(aktop: Start) -> None:
    async with aktop() as run:
        await run.on_key("batch-nightly")
        secrets = [key.secret for key in run.demo.world.living_keys()]
        for keys in (("enter",), ("D",), ("escape",), ("L",), ("escape",), ("c",), ("enter",), ("escape", "escape")):
            await run.press(*keys)
            text = run.text()
            assert not [secret for secret in secrets if secret[4:40] in text]


async def test_what_is_said_behind_the_picture_is_shown_on_it(aktop: Start) -> None:
    async with aktop() as run:
        await run.on_key("batch-nightly")
        say("a [red]file[/red] was moved")
        await run.shows("a [red]file[/red] was moved")
