"""The wallet: a code is sent once, after a question."""

from tests.flows.types import Start
from tui.demo.app import DemoGateway
from tui.screens.wallet.dialog import WalletDialog
from widgets.dialogs import ConfirmDialog, PromptDialog


async def test_a_code_is_redeemed_after_a_question_and_another_time_refused(aktop: Start, demo: DemoGateway) -> None:
    code = next(iter(demo.world.unused_codes))
    keys = [{"-": "minus"}.get(letter, letter) for letter in code]
    async with aktop() as run:
        await run.on_key("batch-nightly")
        await run.press("w")
        await run.until(lambda: isinstance(run.app.screen, WalletDialog), "the wallet")
        for told in ("added; balance $", "✕"):
            await run.press("R")
            await run.until(lambda: isinstance(run.app.screen, PromptDialog), "the prompt")
            await run.press(*keys, "enter")
            await run.until(lambda: isinstance(run.app.screen, ConfirmDialog), "the question")
            assert (code in demo.world.unused_codes) == (told != "✕")
            await run.press("r")
            await run.shows(told)
            assert [one.code for one in demo.world.user.codes].count(code) == 1
            await run.press("escape")
            await run.until(lambda: isinstance(run.app.screen, WalletDialog), "the wallet again")
        await run.press("y")
        await run.shows("This site names no address for topping up.")
        await run.press("q")
        await run.until(lambda: not isinstance(run.app.screen, WalletDialog), "the overview")
