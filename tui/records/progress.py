"""How far reading got, for whoever wants to know."""


class Progress:
    """Hears how far it got, and what is waited for. This one keeps it to itself."""

    def show(self, text: str) -> None:
        """Hear how far it got."""

    def waiting(self, what: str, seconds: float) -> None:
        """Hear what is waited for, and how long."""

    def clear(self) -> None:
        """Hear that there is nothing more to tell."""
