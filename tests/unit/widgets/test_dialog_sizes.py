"""At every size a dialog shows its figures, what follows and its buttons – or that there is no room for them."""

import re
from collections.abc import Mapping
from decimal import Decimal

import pytest
from textual.pilot import Pilot

from tests.unit.widgets.test_dialogs import DialogHost, settle
from tui.present import format as fmt
from tui.present import key_actions
from widgets.act_dialog import ActDialog
from widgets.dialogs import ActOutcome, ConfirmDialog, DialogWords, FormCheck, FormDialog, FormField
from widgets.layout import plain_line
from widgets.values import Cell, Emphasis, Line

SIZES = [(width, height) for width in (20, 30, 40, 52, 80, 200) for height in (5, 8, 10, 12, 18, 24, 60)]
AMOUNTS = [Decimal("45.69"), Decimal("0.01"), Decimal(296_296_296), Decimal(1_000_000_000_000), Decimal("-12345.6")]
USUAL, WIDEST = AMOUNTS[0], Decimal(1_000_000_000_000)
EFFECT = "refuses at once, and is billed for what is in flight"
TOO_SMALL = DialogWords().too_small


def text_of(pilot: Pilot[None]) -> str:
    """All that is on the screen, blanks and line ends as one blank: a wrapped sentence is a sentence."""
    lines = pilot.app.screen._compositor.render_strips()
    text = " ".join("".join(segment.text for segment in strip) for strip in lines)
    return re.sub(r"[\s┃│]+", " ", text)


async def never() -> ActOutcome:
    raise AssertionError("nobody said yes")


def sizes_for(amount: Decimal) -> list[tuple[int, int]]:
    """Every size for the usual amount and the widest one; a share of them for each of those between."""
    return SIZES if amount in (USUAL, WIDEST) else SIZES[AMOUNTS.index(amount) % 4 :: 4] + SIZES[-1:]


async def at_every_size(dialog: ActDialog, sizes: list[tuple[int, int]], *wanted: str) -> None:
    """Every one of these texts is there whole, or it is said that it would not be and nothing can be done."""
    is_seen = False
    async with DialogHost(dialog).run_test(size=(120, 40)) as pilot:
        for size in sizes:
            await pilot.resize_terminal(*size)
            await settle(pilot)
            shown = text_of(pilot)
            if dialog.is_whole:
                is_seen = True
                missing = [text for text in (*wanted, "Cancel") if text not in shown]
                assert not missing, (size, missing, shown)
                assert dialog.verb_button.region.right <= size[0]
                assert dialog.verb_button.region.bottom <= size[1]
                assert dialog.verb_button.region.width >= 6
            else:
                assert TOO_SMALL.split(".")[0][:10] in shown, (size, shown)
                dialog.begin()
                await settle(pilot)
                assert not dialog.is_busy
                assert size < (200, 60)
    assert is_seen


@pytest.mark.parametrize("amount", AMOUNTS)
async def test_a_confirmation(amount: Decimal) -> None:
    changes = key_actions.changes(
        [("status", "active", "inactive"), ("5 h limit", fmt.usd(amount), fmt.usd(amount * 2)), ("quota", "none", "$5")]
    )
    lines: tuple[Line, ...] = (plain_line("batch-nightly #2"), (), *changes, (), plain_line(EFFECT))
    await at_every_size(
        ConfirmDialog("Undo", lines, "Undo for batch-nightly", never),
        sizes_for(amount),
        fmt.usd(amount),
        fmt.usd(amount * 2),
        EFFECT,
        "#2",
    )


@pytest.mark.parametrize("amount", AMOUNTS)
async def test_a_form(amount: Decimal) -> None:
    money = fmt.usd(amount)

    def check(_values: Mapping[str, str]) -> FormCheck:
        note = Cell(f"= {money}, {EFFECT}", Emphasis.CRITICAL)
        return FormCheck({"quota": note}, (plain_line("It is told at once."),), ready=True, hints=(plain_line("x2"),))

    async def act(_values: Mapping[str, str]) -> ActOutcome:
        return await never()

    fields = tuple(FormField(name, name, "7", now=money, used=fmt.usd(amount / 3)) for name in ("quota", "5 h", "1 d"))
    form = FormDialog("Limits", (plain_line("batch-nightly #2"),), fields, "Set limits", check, act)
    await at_every_size(form, sizes_for(amount), money, fmt.usd(amount / 3), EFFECT, "It is told at once.", "#2")


async def test_with_the_focus_on_the_verb_a_narrow_form_tells_of_what_was_filled() -> None:
    def check(values: Mapping[str, str]) -> FormCheck:
        return FormCheck({name: Cell(f"note {name}") for name in values}, ready=True)

    async def act(_values: Mapping[str, str]) -> ActOutcome:
        return await never()

    fields = tuple(
        FormField(name, name, value, now="$1", used="$2") for name, value in (("a", "5"), ("b", ""), ("c", "6"))
    )
    form = FormDialog("Limits", (plain_line("batch-nightly"),), fields, "Set limits", check, act)
    async with DialogHost(form).run_test(size=(40, 12)) as pilot:
        await settle(pilot)
        assert "now $1 · used $2 · note a" in text_of(pilot)
        form.verb_button.focus()
        await settle(pilot)
        shown = text_of(pilot)
        assert "a: note a" in shown
        assert "c: note c" in shown
        assert "b: note" not in shown
