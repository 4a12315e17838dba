"""A made-up account on the embedded gateway, in place of one's own."""

from msgspec import Struct


class DemoAccount(Struct, frozen=True, omit_defaults=True, repr_omit_defaults=True):
    """What goes wrong in the account, and the seed that it is made from."""

    scenario: str = "runaway"
    seed: int = 1
    has_limits: bool = True
    """Whether its gateway allows so many requests a minute only, as a real one does."""
