"""What is tried, and how often: a row of the table each."""

from collections import Counter
from collections.abc import Awaitable, Callable
from pathlib import Path

from msgspec import Struct, field


class Tried(Struct):
    """How often something was tried, what was lost of it, and what else there is to say."""

    times: int = 0
    lost: list[str] = field(default_factory=list)
    told: Counter[str] = field(default_factory=Counter)


class Trial(Struct, frozen=True):
    """Something to be survived: `run` is given an empty folder and how often it is tried."""

    title: str
    often: int
    seldom: int
    run: Callable[[Path, int], Awaitable[Tried]]
