"""A question before something that costs or ends something: the verb closes the dialog with a yes."""

from widgets.act_dialog import ActDialog
from widgets.dialogs import ActOutcome


class YesNoDialog(ActDialog):
    """Says what something means; the verb closes the dialog, since what follows shows elsewhere."""

    def proceed(self) -> None:
        """Take the answer."""
        self.dismiss(True)

    async def act(self) -> ActOutcome:
        """Nothing is done here."""
        return ActOutcome(True, ())
