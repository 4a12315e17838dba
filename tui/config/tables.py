"""Settings that are tables: any number of `[[alerts]]`, or the one `[keys]`."""

from collections.abc import Iterable, Sequence


class BadTable(ValueError):
    """What is wrong in a table, as a whole sentence that quotes nothing secret."""

    def __init__(
        self, what: str, number: int | None = None, others: "Iterable[BadTable]" = (), member: str = ""
    ) -> None:
        super().__init__(what)
        self.number = number
        """The number of the table, from 1; None if it is not one of a list."""
        self.member = member
        """The member of the table, if known."""
        self.others = tuple(others)
        """Further complaints."""


def require_none(troubles: Sequence[BadTable]) -> None:
    """Raise BadTable if there are any."""
    if troubles:
        first, *others = troubles
        raise BadTable(str(first), first.number, others)
