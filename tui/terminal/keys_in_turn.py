"""One key at a time: the next one is dispatched once everything that the last one caused has happened.

Textual passes a key to the widget in focus when it is read, and looks up its bindings on the screen in front when it
has bubbled up. Keys in one packet, as a lagging line sends them, would reach screens that the earlier ones open or
close.
"""

from collections import deque
from collections.abc import Iterator
from time import monotonic
from typing import Any

from textual import events
from textual.message import Message
from textual.message_pump import MessagePump
from textual.screen import ModalScreen, Screen
from textual.widgets import Input

from tui.terminal.pump_calls import call_in
from tui.terminal.textual_internals import HookedApp, is_busy, parent_of

PATIENCE_S = 1.0
"""How long a key waits for the one before it: longer work must not make the screen deaf."""
Typed = events.InputEvent | events.Paste


class Passed(Message):
    """Follows a key on its way up: where it arrives, the key has been handled."""


class KeysInTurn(HookedApp):
    """An app that handles keys one after another."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self._typed: deque[Typed] = deque()
        self._given_at: float | None = None
        self._has_given_text = False
        self._followed: MessagePump = self
        self._key = ""
        self._front: Screen[Any] | None = None
        self._closed_at = 0.0
        self._typed_at = monotonic()

    def hears(self, event: Typed) -> bool:
        """Return whether what is in front accepts the event; otherwise it is dropped."""
        return True

    @property
    def idle_s(self) -> float:
        """Seconds since the last input."""
        return monotonic() - self._typed_at

    async def on_event(self, event: events.Event) -> None:
        """Dispatch input in turn, and all other events at once."""
        if event.is_forwarded or not isinstance(event, events.Key | events.Paste | events.MouseDown | events.MouseUp):
            await super().on_event(event)
            return
        self._typed_at = monotonic()
        self._typed.append(event)
        if self._given_at is None:
            await self._give()
        else:
            # A removed widget takes with it what was being waited for.
            call_in(self, PATIENCE_S, self._ask)

    async def _give(self) -> None:
        """Dispatch input until something has to be waited for."""
        while self._typed and self._given_at is None:
            event = self._typed[0]
            # Text needs no waiting in between: a field takes it in order.
            is_text = isinstance(event, events.Key) and event.is_printable and isinstance(self.focused, Input)
            if self._has_given_text and not is_text:
                self._wait()
                return
            self._typed.popleft()
            if self._is_repeated(event) or not self.hears(event):
                continue
            self._key, self._front = getattr(event, "key", ""), self.screen
            await super().on_event(event)
            self._has_given_text = is_text
            if not is_text:
                self._wait()

    def _is_repeated(self, event: Typed) -> bool:
        """Whether it repeats the key that closed a dialog, typed before the close was visible: meant for the dialog."""
        return isinstance(event, events.Key) and event.key == self._key and event.time < self._closed_at

    def _wait(self) -> None:
        self._has_given_text = False
        self._given_at = monotonic()
        self._follow()

    def _follow(self) -> None:
        self._followed = self.focused or self.screen
        if not self._followed.post_message(Passed()):
            self.post_message(Passed())

    def _ask(self) -> None:
        if self._typed:
            self.post_message(Passed())

    async def on_passed(self) -> None:
        """Dispatch the next event, unless the last one still has effects under way."""
        if self._given_at is None or not self.screen_stack:
            return
        is_late = monotonic() - self._given_at > PATIENCE_S
        if is_late or (self._followed is (self.focused or self.screen) and not any(map(is_busy, self._way_up()))):
            self._given_at = None
            if isinstance(self._front, ModalScreen) and self.screen is not self._front:
                self._closed_at = monotonic()
            self._front, self._followed = None, self  # do not keep a closed screen alive until the next key
            await self._give()
        else:
            self._follow()

    def _way_up(self) -> Iterator[MessagePump]:
        pump: MessagePump | None = self._followed
        while pump is not None:
            yield pump
            pump = parent_of(pump)
