"""Callbacks of the loop that count as handlers."""

import asyncio

from textual.app import App
from textual.widgets import Static

from tui.terminal.pump_calls import call_in, call_soon, end_on_failures


class SomeApp(App[None]):
    def compose(self):  # type: ignore[no-untyped-def]
        yield Static("before", id="text")


async def test_a_callback_runs_after_what_is_going_on_and_may_change_widgets() -> None:
    app = SomeApp()
    async with app.run_test() as pilot:
        told: list[str] = []

        def change() -> None:
            told.append("called")
            app.query_one("#text", Static).update("after")

        call_soon(app, change)
        assert not told
        await pilot.pause()
        assert told == ["called"]
        assert str(app.query_one("#text", Static).render()) == "after"


async def test_what_fails_ends_the_app_as_in_any_handler() -> None:
    class Quiet(SomeApp):
        def on_mount(self) -> None:
            end_on_failures(self)

        def _fatal_error(self) -> None:
            self._close_messages_no_wait()

    app = Quiet()

    def fail() -> None:
        raise LookupError

    async def start() -> None:
        await asyncio.sleep(0.05)
        call_in(app, 0, fail)

    starting = asyncio.create_task(start())
    await asyncio.wait_for(app.run_async(headless=True), 5)
    await starting
    assert isinstance(app._exception, LookupError)
