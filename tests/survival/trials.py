"""What is said of a trial."""

from collections import Counter

from msgspec import Struct, field


class Tried(Struct):
    """How often something was tried, what was lost of it, and what else there is to say."""

    times: int = 0
    lost: list[str] = field(default_factory=list)
    told: Counter[str] = field(default_factory=Counter)
