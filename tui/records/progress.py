"""Progress of reading, for whoever wants to show it."""


class Progress:
    """Is notified of progress and waiting. This one ignores it."""

    def show(self, text: str) -> None:
        """Show how far reading got."""

    def waiting(self, what: str, seconds: float) -> None:
        """Show what is waited for, and how long."""

    def clear(self) -> None:
        """Show that there is no more to report."""
