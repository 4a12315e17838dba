"""How much a finding matters."""

from enum import StrEnum


class Severity(StrEnum):
    """Info: worth knowing. Warning: worth a look today. Critical: it cannot wait."""

    INFO = "info"
    WARNING = "warning"
    CRITICAL = "critical"

    @property
    def rank(self) -> int:
        """For comparing: the higher, the worse."""
        return tuple(Severity).index(self)
