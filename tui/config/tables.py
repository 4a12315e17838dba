"""Settings that are tables of their own, any number of them: `[[alerts]]`."""

from collections.abc import Iterable, Sequence


class BadTable(ValueError):
    """What is wrong in which of several tables, as a whole sentence, in which nothing is quoted that may be secret."""

    def __init__(self, what: str, number: int | None = None, others: "Iterable[BadTable]" = ()) -> None:
        super().__init__(what)
        self.number = number
        """Which table it is, from 1; None where it is no list of tables."""
        self.others = tuple(others)
        """What else is wrong."""


def require_none(troubles: Sequence[BadTable]) -> None:
    """Raises BadTable where there is any."""
    if troubles:
        first, *others = troubles
        raise BadTable(str(first), first.number, others)
