"""The user: wallet, notices and top-ups (contract 3, 7.6)."""

from dataclasses import dataclass, field

from tui.demo.calendar import Moment
from tui.demo.money import Number, Units, wallet_charge


@dataclass(slots=True)
class Code:
    """A redeem code that adds money."""

    id: int
    code: str
    value: Units
    created: Moment
    used: Moment | None = None


@dataclass(slots=True)
class User:
    """The one user of the demo."""

    id: int
    email: str
    password: str
    created: Moment
    updated: Moment
    username: str = ""
    balance: Units = 0
    recharged: Units = 0
    concurrency: int = 20
    status: str = "active"
    last_active: Moment | None = None
    notify: bool = True
    threshold: Number | None = None
    avatar_url: str = ""
    token_version: int = 0
    overdrawn: Moment | None = None
    """When the balance reached zero or below; answers differ for some seconds (contract 4.6)."""
    codes: list[Code] = field(default_factory=list)

    def charge(self, amount: Units, now: Moment) -> None:
        """Take a charge from the wallet; the last one may overdraw it."""
        before = self.balance
        self.balance -= wallet_charge(amount)
        self.updated = now
        if before > 0 >= self.balance:
            self.overdrawn = now

    def redeem(self, code: Code, now: Moment) -> None:
        """Add a code's money at once."""
        code.used = now
        self.balance += code.value
        self.recharged += code.value
        self.updated = now
        self.overdrawn = None
