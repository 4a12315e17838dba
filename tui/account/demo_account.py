"""A made-up account on the embedded gateway, instead of a real one."""

from msgspec import Struct


class DemoAccount(Struct, frozen=True, omit_defaults=True, repr_omit_defaults=True):
    """What goes wrong in the account, and the seed that generates it."""

    scenario: str = "runaway"
    seed: int = 1
    has_limits: bool = True
    """Whether its gateway has rate limits, like a real one."""
