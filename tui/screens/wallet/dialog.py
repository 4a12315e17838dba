"""Wallet and plans: balance, reminder, windows, the recharge link, and redeeming a code."""

from textual.app import ComposeResult

from tui.account.actions import AnswerLost, ReadOnly
from tui.domain.capabilities import Capability
from tui.gateway.errors import GatewayError
from tui.monitor.questions import AskPlans, AskProfile, AskSite
from tui.monitor.snapshot import Snapshot
from tui.present import toasts, wallet
from tui.present.dialogs import failed_outcome, read_only_outcome
from tui.present.display_context import DisplayContext
from tui.present.plans import wallet_lines
from tui.screens.account_dialog import AccountDialog
from tui.screens.dialogs import confirm_dialog, prompt_dialog, show_toast
from tui.screens.messages import Copy
from widgets.dialogs import ActOutcome
from widgets.field_view import FieldView
from widgets.pane import Pane


class WalletDialog(AccountDialog):
    """Everything about the account's money."""

    DEFAULT_CSS = """
    WalletDialog { align: center middle; }
    WalletDialog Pane { width: 100%; max-width: 100; height: auto; max-height: 100%; background: $surface; }
    WalletDialog FieldView { height: auto; max-height: 100h; }
    """
    BINDINGS = [("escape,q,enter", "close", ""), ("y", "copy_link", ""), ("R", "redeem", "")]

    def compose(self) -> ComposeResult:
        with Pane(title_line=wallet.title(), hint=wallet.hint()):
            yield FieldView(wrap=True)

    def on_mount(self) -> None:
        self.query_one(FieldView).focus()
        self.run_worker(self.account.monitor.ask(AskPlans()))

    def fill(self, snapshot: Snapshot, look: DisplayContext) -> None:
        self.query_one(FieldView).lines = wallet_lines(snapshot, look)

    def action_close(self) -> None:
        self.dismiss()

    def action_copy_link(self) -> None:
        site = self.account.monitor.snapshot.data(AskSite())
        if site is not None and site.recharge_url:
            self.post_message(Copy(site.recharge_url))
        else:
            show_toast(self.app, wallet.no_address())

    def action_redeem(self) -> None:
        """Ask for a code, then for confirmation."""
        if not self.account.can(Capability.ACTIONS):
            show_toast(self.app, toasts.read_only())
            return
        self.app.push_screen(prompt_dialog(wallet.code_prompt()), self._confirm)

    def _confirm(self, code: str | None) -> None:
        if not code or not code.strip():
            return

        async def act() -> ActOutcome:
            return await self._redeem(code.strip())

        self.app.push_screen(confirm_dialog(wallet.redeem_model(), act))

    async def _redeem(self, code: str) -> ActOutcome:
        """Send the code once; if the answer is lost and cannot be looked up, it may be sent again by hand."""
        try:
            redeemed = await self.account.actions.redeem(code)
        except ReadOnly:
            return read_only_outcome()
        except AnswerLost:
            return wallet.answer_lost()
        except GatewayError as error:
            return failed_outcome(error.failure)
        await self.account.monitor.ask(AskProfile())
        profile = self.account.monitor.snapshot.data(AskProfile())
        return wallet.redeemed(redeemed.kind, redeemed.value_usd, profile.balance_usd if profile else None)
