"""Several keys in one packet do what they do one by one."""

from typing import ClassVar

import pytest
from textual import events, on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.message import Message
from textual.pilot import Pilot
from textual.screen import ModalScreen, Screen
from textual.widgets import Input, Label

from tests.flows.settling import settle
from tests.flows.typing import type_at_once
from tui.terminal.keys_in_turn import KeysInTurn, Typed


class Room(Screen[None]):
    """A room behind another, opened by a message as screens are."""

    BINDINGS: ClassVar[list[BindingType]] = [("o", "open", ""), ("b", "back", ""), ("x", "note", "")]

    class Wanted(Message):
        """Another room is wanted."""

    def action_open(self) -> None:
        self.post_message(self.Wanted())

    def action_back(self) -> None:
        self.app.pop_screen()

    def action_note(self) -> None:
        self.app.noted.append(len(self.app.screen_stack))  # type: ignore[attr-defined]


class Question(ModalScreen[str]):
    """Asks for a text."""

    def compose(self) -> ComposeResult:
        yield Input()

    @on(Input.Submitted)
    def take(self, message: Input.Submitted) -> None:
        self.dismiss(message.value)


class House(KeysInTurn):
    """Rooms, and questions asked in them."""

    BINDINGS: ClassVar[list[BindingType]] = [("q", "ask", "")]

    def __init__(self) -> None:
        super().__init__()
        self.noted: list[int] = []
        self.told: list[str | None] = []
        self.deaf_to = ""

    def compose(self) -> ComposeResult:
        yield Label("home", markup=False)

    def hears(self, event: Typed) -> bool:
        return not isinstance(event, events.Key) or event.key != self.deaf_to

    @on(Room.Wanted)
    def go(self) -> None:
        self.push_screen(Room())

    def action_ask(self) -> None:
        self.push_screen(Question(), self.told.append)

    def on_mount(self) -> None:
        self.push_screen(Room())


async def at_once(pilot: Pilot[None], keys: str) -> House:
    """Type it in one packet after all is there, and a mark behind that is waited for."""
    app = pilot.app
    assert isinstance(app, House)
    await settle(pilot, lambda: isinstance(app.screen, Room), "the first room")
    type_at_once(app, keys)
    return app


@pytest.mark.parametrize(
    ("keys", "noted"), [("x", [2]), ("ox", [3]), ("oxx", [3, 3]), ("oobx", [3]), ("ooxbxbx", [4, 3, 2])]
)
async def test_each_key_is_for_the_screen_that_those_before_it_led_to(keys: str, noted: list[int]) -> None:
    async with House().run_test() as pilot:
        app = await at_once(pilot, keys)
        await settle(pilot, lambda: len(app.noted) == len(noted), "all keys taken")
        assert app.noted == noted


async def test_text_goes_to_the_field_that_a_key_before_it_opened() -> None:
    async with House().run_test() as pilot:
        app = await at_once(pilot, "qnightly\rx")
        await settle(pilot, lambda: app.noted, "the key after the text")
        assert app.told == ["nightly"]
        assert app.noted == [2]


async def test_a_question_is_answered_once_and_the_repeated_key_is_nobody_elses() -> None:
    async with House().run_test() as pilot:
        app = await at_once(pilot, "qa\r\r\rox")
        await settle(pilot, lambda: app.noted, "the key after the answer")
        assert (app.told, app.noted) == (["a"], [3])


async def test_what_is_not_heard_is_dropped_and_the_rest_is_not() -> None:
    async with House().run_test() as pilot:
        app = pilot.app
        assert isinstance(app, House)
        app.deaf_to = "o"
        await at_once(pilot, "oox")
        await settle(pilot, lambda: app.noted, "what is heard")
        assert app.noted == [2]


async def test_a_widget_that_is_taken_away_makes_nobody_deaf() -> None:
    async with House().run_test() as pilot:
        app = await at_once(pilot, "q")
        await settle(pilot, lambda: isinstance(app.focused, Input), "the field")
        type_at_once(app, "\t")
        app.pop_screen()
        type_at_once(app, "x")
        await settle(pilot, lambda: app.noted, "the key after")
        assert app.noted == [2]
