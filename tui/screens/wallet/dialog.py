"""Wallet and plans: balance, reminder, windows, the recharge link, and redeeming a code."""

from textual.app import ComposeResult

from tui.account.actions import ReadOnly
from tui.gateway.errors import GatewayError
from tui.gateway.sub2api.values import Redeemed
from tui.locale import _
from tui.monitor.questions import AskPlans, AskProfile, AskSite
from tui.monitor.snapshot import Snapshot
from tui.present import failures
from tui.present import format as fmt
from tui.present.display_context import DisplayContext
from tui.present.plans import wallet_lines
from tui.screens.account_dialog import AccountDialog
from tui.screens.dialog_words import dialog_words
from tui.screens.messages import Copy
from widgets.dialogs import ActOutcome, ConfirmDialog, PromptDialog
from widgets.field_view import FieldView
from widgets.pane import Pane
from widgets.values import Cell, Emphasis, Line


class WalletDialog(AccountDialog):
    """Everything about the account's money."""

    DEFAULT_CSS = """
    WalletDialog { align: center middle; }
    WalletDialog Pane { width: 100%; max-width: 100; height: auto; max-height: 100%; background: $surface; }
    WalletDialog FieldView { height: auto; max-height: 100h; }
    """
    BINDINGS = [("escape,q,enter", "close", ""), ("y", "copy_link", ""), ("R", "redeem", "")]

    def compose(self) -> ComposeResult:
        with Pane(title_line=_("Wallet and plans"), hint=_("R redeem a code  y copy link  esc back")):
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
            self.app.notify(_("This site names no address for topping up."), markup=False)

    def action_redeem(self) -> None:
        """Ask for a code, then for a yes."""
        if self.account.actions.is_read_only:
            self.app.notify(_("Read-only: nothing is changed on the gateway."), severity="warning", markup=False)
            return
        self.app.push_screen(PromptDialog(_("Redeem a code"), words=dialog_words()), self._confirm)

    def _confirm(self, code: str | None) -> None:
        if not code or not code.strip():
            return

        async def act() -> ActOutcome:
            return await self._redeem(code.strip())

        lines: tuple[Line, ...] = ((Cell(_("The code is sent once; what it is worth is added to the account.")),),)
        self.app.push_screen(ConfirmDialog(_("Redeem a code"), lines, _("Redeem"), act, words=dialog_words()))

    async def _redeem(self, code: str) -> ActOutcome:
        """Send the code, once: a lost answer is looked up in the balance, never sent again."""
        try:
            redeemed = await self.account.actions.redeem(code)
        except ReadOnly:
            return ActOutcome(False, (Cell(_("Read-only: nothing is changed on the gateway."), Emphasis.WARNING),))
        except GatewayError as error:
            return ActOutcome(False, (Cell(f"■ {failures.sentence(error.failure)}", Emphasis.CRITICAL),))
        await self.account.monitor.ask(AskProfile())
        return ActOutcome(True, (Cell(f"✓ {self._brought(redeemed)}", Emphasis.GOOD),))

    def _brought(self, redeemed: Redeemed) -> str:
        profile = self.account.monitor.snapshot.data(AskProfile())
        balance = fmt.usd(profile.balance_usd if profile else None)
        if redeemed.value_usd is None:
            return _("redeemed: {kind}; balance {balance}").format(kind=redeemed.kind, balance=balance)
        return _("{amount} added; balance {balance}").format(amount=fmt.usd(redeemed.value_usd), balance=balance)
