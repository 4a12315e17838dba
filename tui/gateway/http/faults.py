"""Faults between aktop and an answer that httpcore has no exception for."""

from tui.domain.failure import ProxyProblem


class TlsAlert(Exception):
    """The port speaks TLS but was addressed in clear text."""


class ProxyFault(Exception):
    """A proxy does not let the request through; `is_down` if it cannot even be reached."""

    def __init__(
        self, problem: ProxyProblem, told: str = "", *, code: int | None = None, is_down: bool = False
    ) -> None:
        super().__init__(problem)
        self.problem = problem
        self.told = told
        self.code = code
        self.is_down = is_down
