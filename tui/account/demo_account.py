"""A made-up account on the embedded gateway, in place of one's own."""

from msgspec import Struct


class DemoAccount(Struct, frozen=True):
    """What goes wrong in the account, and the seed that it is made from."""

    scenario: str = "runaway"
    seed: int = 1
