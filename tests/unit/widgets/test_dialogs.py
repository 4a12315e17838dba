"""Dialogs ask before they act, act once, and show how it ended."""

import asyncio
import doctest
from typing import cast

import pytest
from textual.app import App, ComposeResult
from textual.pilot import Pilot
from textual.screen import Screen
from textual.widgets import Label

from tests.unit.widgets.hosts import text_of
from widgets import act_dialog
from widgets.act_dialog import ActDialog
from widgets.dialog_values import HelpRow, HelpSection
from widgets.dialogs import (
    ActOutcome,
    Choice,
    ChoiceDialog,
    ConfirmDialog,
    DialogWords,
    FormCheck,
    FormDialog,
    FormField,
    PromptCheck,
    PromptDialog,
)
from widgets.help_view import HelpDialog
from widgets.layout import plain_line
from widgets.values import Cell, Emphasis, Line

OPEN = object()
LINES: tuple[Line, ...] = (plain_line("batch-nightly [/x]"), (), plain_line("status  active → inactive"))


class DialogHost(App[None]):
    """Opens a dialog and keeps its result."""

    def __init__(self, dialog: Screen[bool] | Screen[str | None] | Screen[None]) -> None:
        super().__init__()
        self.dialog = dialog
        self.result: object = OPEN

    def compose(self) -> ComposeResult:
        yield Label("below", markup=False)

    def on_mount(self) -> None:
        self.push_screen(cast("Screen[object]", self.dialog), self._done)

    def _done(self, result: object) -> None:
        self.result = result


class Gateway:
    """Something to act on, whose answer a test gives when it wants."""

    def __init__(self) -> None:
        self.calls = 0
        self.asked: dict[str, str] = {}
        self.answer: asyncio.Future[ActOutcome] = asyncio.get_running_loop().create_future()

    async def act(self) -> ActOutcome:
        self.calls += 1
        return await self.answer

    async def send(self, values: dict[str, str]) -> ActOutcome:
        self.asked = values
        return await self.act()


async def settle(pilot: Pilot[None]) -> None:
    await pilot.pause()
    await pilot.app.workers.wait_for_complete()
    await pilot.pause()


def focused_id(pilot: Pilot[None]) -> str | None:
    focused = pilot.app.focused
    return focused.id if focused is not None else None


def state_of(dialog: ActDialog) -> tuple[bool, bool]:
    return dialog.is_busy, dialog.outcome is not None


def body(dialog: ActDialog | HelpDialog) -> str:
    return "\n".join(text_of(dialog.text))


async def test_the_letter_is_that_of_a_latin_verb() -> None:
    assert doctest.testmod(act_dialog).failed == 0


async def test_focus_is_on_cancel_and_escape_changes_nothing() -> None:
    gateway = Gateway()
    host = DialogHost(ConfirmDialog("Disable API key", LINES, "Disable batch", gateway.act))
    async with host.run_test(size=(60, 20)) as pilot:
        assert focused_id(pilot) == "cancel"
        await pilot.press("escape")
        assert (host.result, gateway.calls) == (False, 0)


async def test_enter_on_cancel_changes_nothing() -> None:
    gateway = Gateway()
    host = DialogHost(ConfirmDialog("Disable API key", LINES, "Disable batch", gateway.act))
    async with host.run_test(size=(60, 20)) as pilot:
        await pilot.press("enter")
        assert (host.result, gateway.calls) == (False, 0)


async def test_focus_shows_without_colour() -> None:
    gateway = Gateway()
    dialog = ConfirmDialog("Disable API key", LINES, "Disable batch", gateway.act)
    async with DialogHost(dialog).run_test(size=(60, 20)) as pilot:
        await pilot.pause()
        assert dialog.cancel_button.render_line(0).text == "[ Cancel ]"
        assert dialog.verb_button.render_line(0).text == "  Disable batch  "
        underlined = [seg.text for seg in dialog.verb_button.render_line(0) if seg.style and seg.style.underline]
        assert underlined == ["D"]
        for key, label in (("right", "[ Disable batch ]"), ("left", "  Disable batch  "), ("tab", "[ Disable batch ]")):
            await pilot.press(key)
            assert dialog.verb_button.render_line(0).text == label
        assert all(segment.style and segment.style.reverse for segment in dialog.verb_button.render_line(0))


@pytest.mark.parametrize("keys", [("right", "enter"), ("d",)])
async def test_acting_shows_busy_then_the_outcome_then_closes_with_true(keys: tuple[str, ...]) -> None:
    gateway = Gateway()
    dialog = ConfirmDialog("Disable API key", LINES, "Disable batch", gateway.act)
    host = DialogHost(dialog)
    async with host.run_test(size=(60, 20)) as pilot:
        await pilot.press(*keys)
        await pilot.pause()
        assert "sending…" in body(dialog)
        assert dialog.cancel_button.disabled
        assert dialog.verb_button.disabled
        await pilot.press("d", "enter", "escape")
        assert (gateway.calls, host.result, state_of(dialog)) == (1, OPEN, (True, False))
        gateway.answer.set_result(ActOutcome(True, plain_line("✓ inactive", Emphasis.GOOD)))
        await settle(pilot)
        assert "✓ inactive" in body(dialog)
        assert "sending…" not in body(dialog)
        assert focused_id(pilot) == "close"
        await pilot.press("d")
        assert (gateway.calls, state_of(dialog)) == (1, (False, True))
        await pilot.press("enter")
        assert host.result is True


async def test_a_refusal_is_shown_and_the_result_is_false() -> None:
    gateway = Gateway()
    gateway.answer.set_result(ActOutcome(False, plain_line("✕ refused: 403", Emphasis.CRITICAL)))
    dialog = ConfirmDialog("Disable API key", LINES, "Disable batch", gateway.act)
    host = DialogHost(dialog)
    async with host.run_test(size=(60, 20)) as pilot:
        await pilot.press("d")
        await settle(pilot)
        assert "✕ refused: 403" in body(dialog)
        assert not dialog.verb_button.display
        dialog.begin()
        await settle(pilot)
        assert gateway.calls == 1
        await pilot.press("escape")
        assert host.result is False


async def test_what_nobody_foresaw_is_shown_with_its_type() -> None:
    async def fail() -> ActOutcome:
        raise LookupError("no such key [/x]")

    dialog = ConfirmDialog("Disable API key", LINES, "Disable batch", fail)
    async with DialogHost(dialog).run_test(size=(60, 20)) as pilot:
        await pilot.press("d")
        await pilot.pause()
        await pilot.pause()
        assert "✕ LookupError: no such key [/x]" in body(dialog)


async def test_the_capital_that_opened_the_dialog_does_not_act() -> None:
    gateway = Gateway()
    async with DialogHost(ConfirmDialog("Disable", LINES, "Disable batch", gateway.act)).run_test() as pilot:
        await pilot.press("D")
        assert gateway.calls == 0


async def test_the_text_may_change_while_open() -> None:
    gateway = Gateway()
    dialog = ConfirmDialog("Disable API key", LINES, "Disable batch", gateway.act)
    async with DialogHost(dialog).run_test(size=(60, 20)) as pilot:
        height = dialog.frame.outer_size.height
        dialog.show_lines((*LINES, plain_line("3 in flight end and are billed")))
        await pilot.pause()
        assert "3 in flight" in body(dialog)
        assert dialog.frame.outer_size.height == height + 1


async def test_it_works_with_a_mouse_and_asks_nothing_where_there_is_no_room_for_the_question() -> None:
    gateway = Gateway()
    gateway.answer.set_result(ActOutcome(True, plain_line("✓ done")))
    long = tuple(plain_line(f"line {number}") for number in range(40))
    dialog = ConfirmDialog("Disable API key", long, "Disable " + "客服机器人" * 9, gateway.act)
    host = DialogHost(dialog)
    async with host.run_test(size=(50, 12)) as pilot:
        await pilot.pause()
        assert dialog.frame.outer_size.height == 12
        await pilot.press("d", "right", "enter")
        assert gateway.calls == 0
        await pilot.resize_terminal(50, 60)
        await settle(pilot)
        assert "line 39" in body(dialog)
        await pilot.click("#verb")
        await settle(pilot)
        await pilot.click("#close")
        assert host.result is True


async def test_words_are_given() -> None:
    gateway = Gateway()
    dialog = ConfirmDialog("停用", LINES, "停用 laptop", gateway.act, letter="d", words=DialogWords(cancel="取消"))
    async with DialogHost(dialog).run_test(size=(60, 20)) as pilot:
        await pilot.pause()
        assert dialog.cancel_button.render_line(0).text == "[ 取消 ]"
        assert dialog.verb_button.render_line(0).text == "  停用 laptop (d)  "


FIELDS = (FormField("quota", "quota", now="none", used="–"), FormField("day", "1 d limit", now="$60.00", used="$28.53"))


def check(values: dict[str, str]) -> FormCheck:
    if not any(values.values()):
        return FormCheck()
    if values["day"] == "x":
        return FormCheck({"day": Cell("✕ not a number", Emphasis.CRITICAL)}, (plain_line("nothing to send"),))
    return FormCheck({"day": Cell("■ refuses at once", Emphasis.WARNING)}, (plain_line("$60 → $5"),), True)


def form_of(gateway: Gateway) -> FormDialog:
    return FormDialog("Limits", LINES[:1], FIELDS, "Set limits", check, gateway.send)


async def test_a_form_checks_each_change_and_enables_the_verb() -> None:
    gateway = Gateway()
    dialog = form_of(gateway)
    async with DialogHost(dialog).run_test(size=(80, 20)) as pilot:
        await pilot.pause()
        assert dialog.verb_button.disabled
        await pilot.press("tab", "x")
        await pilot.pause()
        assert text_of(dialog._notes["day"]) == ["✕ not a number"]
        assert dialog.verb_button.disabled
        await pilot.press("enter")
        assert focused_id(pilot) == "cancel"
        await pilot.press("up", "backspace", "5")
        await pilot.pause()
        assert text_of(dialog._notes["day"]) == ["■ refuses at once"]
        assert text_of(dialog.hints) == ["$60 → $5"]
        assert not dialog.verb_button.disabled


async def test_a_form_sends_what_is_typed_after_a_second_enter() -> None:
    gateway = Gateway()
    gateway.answer.set_result(ActOutcome(True, plain_line("✓ limits set")))
    dialog = form_of(gateway)
    host = DialogHost(dialog)
    async with host.run_test(size=(80, 20)) as pilot:
        await pilot.press("s", "down", "5", "enter")
        assert gateway.calls == 0
        assert focused_id(pilot) == "verb"
        await pilot.press("enter")
        await settle(pilot)
        assert gateway.asked == {"quota": "s", "day": "5"}
        assert "✓ limits set" in body(dialog)
        await pilot.press("enter")
        assert host.result is True


async def test_a_form_is_laid_out_in_columns() -> None:
    gateway = Gateway()
    dialog = form_of(gateway)
    async with DialogHost(dialog).run_test(size=(80, 20)) as pilot:
        await pilot.pause()
        shown = [strip.text for strip in pilot.app.screen._compositor.render_strips()]
        rows = [line.split("┃")[1].rstrip() for line in shown if "┃" in line]
    assert "             now      new             used" in rows
    assert "  1 d limit  $60.00  [             ]  $28.53" in rows


async def test_inputs_do_not_blink() -> None:
    gateway = Gateway()
    dialog = form_of(gateway)
    async with DialogHost(dialog).run_test(size=(80, 20)):
        assert not any(typed.cursor_blink for typed in dialog._inputs.values())


CHOICES = (Choice("24h", "24 hours", "d"), Choice("7d", "7 days", "j", "slow"), Choice("custom", "custom", "c"))


@pytest.mark.parametrize(
    ("keys", "result"),
    [
        (("enter",), "7d"),
        (("down", "enter"), "custom"),
        (("d",), "24h"),
        (("j",), "7d"),
        (("escape",), None),
    ],
)
async def test_a_choice_by_cursor_or_letter(keys: tuple[str, ...], result: str | None) -> None:
    host = DialogHost(ChoiceDialog("Range", CHOICES, "7d"))
    async with host.run_test(size=(60, 20)) as pilot:
        await pilot.press(*keys)
        assert host.result == result


async def test_a_choice_shows_the_current_one_and_takes_clicks() -> None:
    dialog = ChoiceDialog("Range", CHOICES, "7d", lines=(plain_line("for all panes"),))
    host = DialogHost(dialog)
    async with host.run_test(size=(60, 20)) as pilot:
        await pilot.pause()
        assert text_of(dialog.table) == [" d    24 hours", "▌j  ● 7 days    slow", " c    custom"]
        await pilot.click(dialog.table, offset=(6, 2))
        await pilot.click(dialog.table, offset=(6, 2))
        assert host.result == "custom"


def prompt_check(value: str) -> PromptCheck:
    return PromptCheck(plain_line(f"{len(value)} letters"), len(value) > 2)


async def test_a_prompt_accepts_only_what_is_ready() -> None:
    dialog = PromptDialog("Filter", value="ab", check=prompt_check)
    host = DialogHost(dialog)
    async with host.run_test(size=(60, 20)) as pilot:
        await pilot.press("enter")
        assert host.result is OPEN
        assert dialog.accept_button.disabled
        await pilot.press("c")
        await pilot.pause()
        assert text_of(dialog.text) == ["3 letters"]
        await pilot.press("enter")
        assert host.result == "abc"


async def test_a_prompt_can_be_left_and_hides_secrets() -> None:
    dialog = PromptDialog("Redeem", password=True)
    host = DialogHost(dialog)
    async with host.run_test(size=(60, 20)) as pilot:
        await pilot.press("s", "e", "c")
        await pilot.pause()
        assert "sec" not in dialog.typed.render_line(0).text
        await pilot.press("escape")
        assert host.result is None


async def test_a_prompt_works_with_a_mouse() -> None:
    host = DialogHost(PromptDialog("Filter", value="abc", check=prompt_check, verb="Filter"))
    async with host.run_test(size=(60, 20)) as pilot:
        await pilot.click("#accept")
        assert host.result == "abc"


SECTIONS = (
    HelpSection("Keys", (HelpRow("D", "Disable", "read-only", "disable"), HelpRow("enter", "Open [/x]", id="open"))),
    HelpSection("All", tuple(HelpRow(f"f{number}", "something") for number in range(30))),
)


def rows_of(dialog: HelpDialog) -> list[str]:
    """What its table shows, line by line."""
    strips = [dialog.table.render_line(y) for y in range(dialog.table.size.height)]
    return [strip.text.strip("▌ ").rstrip() for strip in strips]


@pytest.mark.parametrize("key", ["escape", "question_mark"])
async def test_help_has_one_column_of_keys_scrolls_and_closes(key: str) -> None:
    dialog = HelpDialog("Help", SECTIONS)
    host = DialogHost(dialog)
    async with host.run_test(size=(60, 14)) as pilot:
        await pilot.pause()
        assert rows_of(dialog)[:5] == ["Keys", "D      Disable   read-only", "enter  Open [/x]", "", "All"]
        await pilot.press(*["pagedown"] * 6)
        assert any("f29" in row for row in rows_of(dialog))
        await pilot.press(key)
        assert host.result is None
        assert not dialog.is_attached


async def test_help_is_found_by_typing_and_does_it() -> None:
    dialog = HelpDialog("Help", SECTIONS)
    host = DialogHost(dialog)
    async with host.run_test(size=(60, 14)) as pilot:
        await pilot.press(*"open")
        assert rows_of(dialog)[:3] == ["Keys", "enter  Open [/x]", ""]
        await pilot.press("enter")
        assert host.result == "open"


async def test_what_only_explains_does_nothing_and_no_title_is_under_the_cursor() -> None:
    dialog = HelpDialog("Help", SECTIONS)
    host = DialogHost(dialog)
    async with host.run_test(size=(60, 14)) as pilot:
        assert dialog.table.cursor_id == "disable"
        await pilot.press("up", "down", "down")
        assert dialog.table.cursor_id == "1.0"
        await pilot.press("enter", "up")
        assert dialog.is_attached
        assert dialog.table.cursor_id == "open"


async def test_the_first_answer_counts() -> None:
    app = DialogHost(ChoiceDialog("Range", (Choice("a", "A", "a"), Choice("b", "B", "b"))))
    async with app.run_test() as pilot:
        dialog = cast("ChoiceDialog", app.dialog)
        await pilot.pause()
        dialog.dismiss("a")
        dialog.dismiss("b")
        await settle(pilot)
        assert app.result == "a"
        assert len(app.screen_stack) == 1


async def test_a_dialog_that_is_answered_below_another_leaves_that_one_alone() -> None:
    app = DialogHost(ChoiceDialog("Range", (Choice("a", "A", "a"),)))
    async with app.run_test() as pilot:
        dialog = cast("ChoiceDialog", app.dialog)
        above = HelpDialog("Help", ())
        await app.push_screen(above)
        dialog.dismiss("a")
        await settle(pilot)
        assert app.screen is above
        await pilot.press("escape")
        await settle(pilot)
        assert (app.result, len(app.screen_stack)) == ("a", 1)
