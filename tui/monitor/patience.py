"""How long a caller that asks once, and then exits, waits for the rate limit: for a question or a page."""

from collections.abc import Callable

from tui.domain.failure import Failure, FailureKind
from tui.monitor.loop import Clock

PATIENCE_S = 90.0
"""A whole window of the rate limit, and some more."""
_MARGIN_S = 0.1
_WAITED_FOR = (FailureKind.BUDGET_SPENT, FailureKind.RATE_LIMITED)


class Patience:
    """Waits for the rate limit, but no longer than `seconds` in all."""

    def __init__(self, clock: Clock, seconds: float = PATIENCE_S) -> None:
        self._clock = clock
        self._left_s = seconds

    async def wait_after(self, failure: Failure, budget_s: float, tell: Callable[[float], None]) -> bool:
        """Wait until a retry is worth it, reporting the delay; return False at once if it never is or comes too late.

        `budget_s` is how long the request budget delays it now.
        """
        if failure.kind not in _WAITED_FOR or failure.retry_after_s is None:
            return False
        wait_s = max(failure.retry_after_s, budget_s) + _MARGIN_S
        if wait_s > self._left_s:
            return False
        self._left_s -= wait_s
        tell(wait_s)
        await self._clock.sleep(wait_s)
        return True
