"""Settings that are tables of their own: any number of `[[alerts]]`, or the one of `[keys]`."""

from collections.abc import Iterable, Sequence


class BadTable(ValueError):
    """What is wrong in a table, as a whole sentence, in which nothing is quoted that may be secret."""

    def __init__(
        self, what: str, number: int | None = None, others: "Iterable[BadTable]" = (), member: str = ""
    ) -> None:
        super().__init__(what)
        self.number = number
        """Which of several tables it is, from 1; None where it is no list of tables."""
        self.member = member
        """Which member of the table, where that is known."""
        self.others = tuple(others)
        """What else is wrong."""


def require_none(troubles: Sequence[BadTable]) -> None:
    """Raises BadTable where there is any."""
    if troubles:
        first, *others = troubles
        raise BadTable(str(first), first.number, others)
