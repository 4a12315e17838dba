"""What happens to an account while somebody types: keys vanish, are renamed, reorder; requests fail."""

import html
import random
from collections.abc import Callable

from tui.demo.app import DemoGateway
from tui.demo.faults import Fault, FaultKind
from tui.demo.keys import Key

QUICK_FAULTS = (
    *(FaultKind.STATUS, FaultKind.RATE_LIMIT, FaultKind.EXPIRED, FaultKind.HTML, FaultKind.EMPTY, FaultKind.GARBAGE),
    *(FaultKind.MISTYPED, FaultKind.NULL, FaultKind.NO_TOTAL, FaultKind.TRUNCATE, FaultKind.RESET, FaultKind.LOST),
)
PATHS = ("", "/keys", r"/keys/\d+$", "/usage", "/user", "/redeem", "/dashboard")
NAMES = ("prod", "prod ", "prod\u200b", "dev", "客服机器人", "", " ", "40", "a" * 90, "[red]x", "=1+1", "key\u0301")


class Meddler:
    """Does things to an account, on the loop that serves it; `faults` are all that it has set."""

    def __init__(self, demo: DemoGateway, rng: random.Random) -> None:
        self.faults: list[Fault] = []
        self._demo = demo
        self._rng = rng

    def meddle(self) -> None:
        """Do one thing."""
        loop, deed = self._demo.loop, self._deed()
        if loop is not None:
            loop.call_soon_threadsafe(deed)

    def _deed(self) -> Callable[[], object]:
        demo, rng = self._demo, self._rng
        keys = list(demo.world.keys.values())
        one, other = rng.choice(keys), rng.choice(keys)
        kind = rng.random()
        if kind < 0.15:
            return lambda: _swap_names(one, other)
        if kind < 0.30:
            name = html.escape(rng.choice(NAMES))
            return lambda: setattr(one, "name", name)
        if kind < 0.45:
            is_gone = rng.random() < 0.5
            return lambda: setattr(one, "deleted", is_gone)
        if kind < 0.55:
            status = rng.choice(("active", "inactive"))
            return lambda: setattr(one, "status", status)
        if kind < 0.62:
            limit = rng.choice((0, 1, 250))
            return lambda: setattr(one.windows["1d"], "limit", limit)
        if kind < 0.78:
            seconds = rng.choice((5, 60, 900))
            return lambda: demo.advance(seconds)
        if kind < 0.95:
            fault, path, times = rng.choice(QUICK_FAULTS), rng.choice(PATHS), rng.randint(1, 3)
            value = "1" if fault is FaultKind.RATE_LIMIT else ""
            return lambda: self.faults.append(demo.way.add(fault, path, times=times, value=value))
        return demo.way.clear


def _swap_names(one: Key, other: Key) -> None:
    one.name, other.name = other.name, one.name
