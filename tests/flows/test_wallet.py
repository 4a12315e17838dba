"""The wallet: a code is sent once, after a question."""

import pytest

from tests.flows.types import Start
from tui.demo.app import DemoGateway
from tui.domain.failure import Failure, FailureKind
from tui.gateway.errors import error_of
from tui.gateway.sub2api.client import GatewayClient
from tui.gateway.sub2api.values import Redeemed
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


@pytest.mark.parametrize(
    ("is_done", "failure", "can_read", "told"),
    [
        (True, Failure(FailureKind.UNREACHABLE), True, "added; balance $"),
        (True, Failure(FailureKind.UNREACHABLE), False, "may be redeemed or not"),
        (False, Failure(FailureKind.UNREACHABLE), True, "The gateway cannot be reached"),
        (False, Failure(FailureKind.TIMED_OUT), True, "may be redeemed or not"),
    ],
)
async def test_whether_a_code_was_redeemed_is_looked_up_if_the_answer_is_lost(
    aktop: Start,
    demo: DemoGateway,
    monkeypatch: pytest.MonkeyPatch,
    is_done: bool,
    failure: Failure,
    can_read: bool,
    told: str,
) -> None:
    code = next(iter(demo.world.unused_codes))
    sent = GatewayClient.redeem

    async def lost(self: GatewayClient, code: str) -> Redeemed:
        if is_done:
            await sent(self, code)
        raise error_of(failure)

    async def unreadable(_self: GatewayClient, _code: str) -> None:
        raise error_of(failure)

    monkeypatch.setattr(GatewayClient, "redeem", lost)
    if not can_read:
        monkeypatch.setattr(GatewayClient, "redeemed", unreadable)
    async with aktop() as run:
        await run.on_key("batch-nightly")
        await run.press("w")
        await run.until(lambda: isinstance(run.app.screen, WalletDialog), "the wallet")
        await run.press("R")
        await run.until(lambda: isinstance(run.app.screen, PromptDialog), "the prompt")
        await run.press(*({"-": "minus"}.get(letter, letter) for letter in code), "enter")
        await run.until(lambda: isinstance(run.app.screen, ConfirmDialog), "the question")
        await run.press("r")
        await run.shows(told)
