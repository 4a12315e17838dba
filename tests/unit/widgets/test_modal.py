"""A screen above another is answered once, and hears nothing after that."""

import pytest
from textual import events
from textual.app import App, ComposeResult
from textual.widgets import Static

from widgets.modal import Modal

Y = events.Key("y", "y")


class Question(Modal[str]):
    """Asks nothing."""

    def compose(self) -> ComposeResult:
        yield Static("?")


class Host(App[None]):
    """Keeps the answers."""

    def __init__(self) -> None:
        super().__init__()
        self.answers: list[str | None] = []

    async def ask(self) -> Question:
        """Open a question above all."""
        question = Question()
        await self.push_screen(question, self.answers.append)
        return question


async def test_an_answer_from_below_another_screen_counts_once_that_one_is_gone() -> None:
    async with Host().run_test() as pilot:
        host = pilot.app
        assert isinstance(host, Host)
        below = await host.ask()
        above = await host.ask()
        below.dismiss("first")
        below.dismiss("second")
        await pilot.pause()
        assert (host.answers, host.screen is above) == ([], True)
        assert (below.hears(Y), above.hears(Y)) == (False, True)
        above.dismiss("above")
        await pilot.pause()
        assert host.answers == ["above", "first"]


async def test_a_question_that_nobody_answered_stays_when_one_above_it_goes() -> None:
    async with Host().run_test() as pilot:
        host = pilot.app
        assert isinstance(host, Host)
        below = await host.ask()
        (await host.ask()).dismiss("above")
        await pilot.pause()
        assert (host.answers, host.screen is below, below.hears(Y)) == (["above"], True, True)


@pytest.mark.parametrize("answers", [("yes",), ("yes", "no")])
async def test_the_first_answer_counts(answers: tuple[str, ...]) -> None:
    async with Host().run_test() as pilot:
        host = pilot.app
        assert isinstance(host, Host)
        question = await host.ask()
        for one in answers:
            question.dismiss(one)
        assert not question.hears(Y)
        await pilot.pause()
        assert host.answers == ["yes"]
