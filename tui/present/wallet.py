"""The words of the wallet: its frame, and redeeming a code."""

from decimal import Decimal

from tui.locale import _
from tui.present import format as fmt
from tui.present.dialogs import ConfirmModel, PromptModel
from tui.present.toasts import Toast
from widgets.dialog_values import ActOutcome
from widgets.values import Cell, Emphasis


def title() -> str:
    """The title of the wallet."""
    return _("Wallet and plans")


def hint() -> str:
    """The hint line."""
    return _("R redeem a code  y copy link  esc back")


def no_address() -> Toast:
    """There is no link to copy."""
    return Toast(_("This site names no address for topping up."))


def code_prompt() -> PromptModel:
    """Ask for the code to redeem."""
    return PromptModel(_("Redeem a code"))


def redeem_model() -> ConfirmModel:
    """Confirm before a code is sent."""
    told = _("The code is sent once; what it is worth is added to the account.")
    return ConfirmModel(_("Redeem a code"), ((Cell(told),),), _("Redeem"))


def answer_lost() -> ActOutcome:
    """Nobody can tell whether a code was redeemed."""
    told = _("■ The answer was lost: it may be redeemed or not. Sending it again does no harm: a code works once.")
    return ActOutcome(False, (Cell(told, Emphasis.CRITICAL),))


def redeemed(kind: str, value_usd: Decimal | None, balance_usd: Decimal | None) -> ActOutcome:
    """What a code added, and the balance now."""
    balance = fmt.usd(balance_usd)
    if value_usd is None:
        told = _("redeemed: {kind}; balance {balance}").format(kind=kind, balance=balance)
    else:
        told = _("{amount} added; balance {balance}").format(amount=fmt.usd(value_usd), balance=balance)
    return ActOutcome(True, (Cell(f"✓ {told}", Emphasis.GOOD),))
