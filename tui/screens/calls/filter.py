"""The prompt for the filter of the call list: checked and completed as one types."""

from collections.abc import Mapping, Sequence

from textual.binding import Binding

from tui.present.call_filter import BadFilter, completed, completions, parse
from tui.present.calls_pane import filter_title
from tui.present.dialogs import dialog_words
from tui.present.filter_check import offered, pointed
from widgets.dialogs import PromptCheck, PromptDialog


class FilterPrompt(PromptDialog):
    """Asks for a filter; the result is one that can be read, or None."""

    BINDINGS = [Binding("tab", "complete", "Complete", show=False)]

    def __init__(self, value: str, known: Mapping[str, Sequence[str]]) -> None:
        self._known = known
        super().__init__(filter_title(), value=value, check=self._checked, words=dialog_words())

    def below_width(self) -> int:
        """Room for an error with what it is about."""
        return 90

    def _checked(self, text: str) -> PromptCheck:
        found = completions(text, self._known)
        try:
            parse(text)
        except BadFilter as error:
            unfinished = error.end == len(text) and bool(found)
            return PromptCheck(offered(found) if unfinished else pointed(text, error), ready=False)
        return PromptCheck(offered(found))

    def action_complete(self) -> None:
        """Take the first of what is offered; with nothing to take, tab leads on as everywhere."""
        found = completions(self.typed.value, self._known)
        if self.focused is self.typed and found:
            self.typed.value = completed(self.typed.value, found[0])
            self.typed.cursor_position = len(self.typed.value)
        else:
            self.focus_next()
