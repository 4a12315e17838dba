"""Notices that wait: where a person agrees to something, nothing lies over what is asked."""

import time
from typing import Any

from textual.app import App
from textual.notifications import Notification, Notify

from widgets.act_dialog import ActDialog


class PatientNotices(App[None]):
    """An app that shows its notices once a question that acts has been answered, for as long as they were meant to."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self._untold: list[Notification] = []

    @property
    def _is_asking(self) -> bool:
        return bool(self.screen_stack) and isinstance(self.screen, ActDialog)

    def _on_notify(self, event: Notify) -> None:
        """Keep what cannot be shown now. Textual's own method of that name is not called with it."""
        event.prevent_default()
        if self._is_asking:
            self._untold.append(event.notification)
        else:
            super()._on_notify(event)

    def _refresh_notifications(self) -> None:
        """Textual calls this for each screen that comes to the front."""
        if self._is_asking:
            return
        for notification in self._untold:
            notification.raised_at = time.time()
            self._notifications.add(notification)
        self._untold.clear()
        super()._refresh_notifications()
