"""What stands between aktop and an answer, where httpx has no word for it."""

from tui.domain.failure import ProxyProblem


class TlsAlert(Exception):
    """The port speaks TLS, and was spoken to in clear."""


class ProxyFault(Exception):
    """A proxy stands in the way: `is_down` when it cannot even be reached."""

    def __init__(
        self, problem: ProxyProblem, told: str = "", *, code: int | None = None, is_down: bool = False
    ) -> None:
        super().__init__(problem)
        self.problem = problem
        self.told = told
        self.code = code
        self.is_down = is_down
