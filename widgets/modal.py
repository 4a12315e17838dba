"""The base of every screen above another: answered once, and it takes no key meant for another."""

from collections.abc import Callable

from textual import events
from textual.app import App
from textual.await_complete import AwaitComplete
from textual.screen import ModalScreen, ScreenResultType


class ShowsLater(App[None]):
    """An app that knows when the terminal has taken what was painted, since a line can stall."""

    def when_shown(self, then: Callable[[], None]) -> None:
        """Call it once all that is painted now has been sent."""
        raise NotImplementedError


class Modal(ModalScreen[ScreenResultType]):
    """A modal screen that closes once, and closes no other screen when it does."""

    _is_answered = False
    _answer: ScreenResultType | None = None

    def dismiss(self, result: ScreenResultType | None = None) -> AwaitComplete:
        """Close with a result; the first one counts. Below another screen it closes once that one is gone."""
        if not self._is_answered:
            self._is_answered, self._answer = True, result
        return self._leave()

    def on_screen_resume(self) -> None:
        """Leave now, if it was answered while something else stood in front."""
        if self._is_answered:
            self._leave()

    def when_seen(self, then: Callable[[], None]) -> None:
        """Call it once a person can see what is shown now."""
        app = self.app
        if isinstance(app, ShowsLater):
            self.call_after_refresh(app.when_shown, then)
        else:
            self.call_after_refresh(then)

    def _leave(self) -> AwaitComplete:
        if self.app.screen is not self:
            return AwaitComplete()
        return super().dismiss(self._answer)

    def hears(self, event: events.InputEvent | events.Paste) -> bool:
        """Return whether it accepts input; otherwise the input is dropped, and nobody else gets it."""
        return not self._is_answered
