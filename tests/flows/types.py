"""The type of the fixture that starts aktop."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from typing import Protocol

from tests.flows.conftest import Running
from tui.account.services import Services
from tui.domain.scope import Scope


class Start(Protocol):
    """Starts aktop on the embedded gateway, in a terminal of a size."""

    def __call__(
        self,
        size: tuple[int, int] = (120, 36),
        scope: Scope | None = None,
        arrange: Callable[[Services], Services] = ...,
        **flags: object,
    ) -> AbstractAsyncContextManager[Running]: ...
