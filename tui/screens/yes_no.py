"""Confirmations before something that happens elsewhere: the verb closes the dialog with a yes."""

from collections.abc import Callable, Mapping
from typing import Self

from tui.present.dialogs import FormModel, dialog_words
from widgets.act_dialog import ActDialog
from widgets.dialogs import ActOutcome, FormCheck, FormDialog


async def _nothing(_values: Mapping[str, str]) -> ActOutcome:
    return ActOutcome(True, ())


class YesNoDialog(ActDialog):
    """Explains an action; the verb closes the dialog, since the result shows elsewhere."""

    def proceed(self) -> None:
        """Take the answer."""
        self.dismiss(True)

    async def act(self) -> ActOutcome:
        """Nothing is done here."""
        return ActOutcome(True, ())


class ValuesDialog(FormDialog):
    """Fields to fill in, confirmed by another dialog; `values` holds what was typed."""

    @classmethod
    def of(cls, model: FormModel, check: Callable[[Mapping[str, str]], FormCheck]) -> Self:
        """The dialog of a model."""
        return cls(model.title, model.lines, model.fields, model.verb, check, _nothing, words=dialog_words())

    def proceed(self) -> None:
        """Take what was typed."""
        self.dismiss(True)
