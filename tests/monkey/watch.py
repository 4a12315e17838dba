"""What dialogs asked and what gateways heard, each where it happens, to be compared."""

import html
import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from msgspec import Struct
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from tui.demo.app import DemoGateway
from tui.domain.text import inert
from widgets.act_dialog import ActDialog
from widgets.form_dialog import FormDialog
from widgets.modal import Modal
from widgets.prompt_dialog import PromptDialog

T = TypeVar("T")
NO_CHANGES = ("/auth/", "/usage/dashboard/api-keys-usage")
"""Signing in, renewing, and a question whose parameters are too long for a GET."""


class Asked(Struct):
    """A question that was answered with its verb: what stood on the screen just then."""

    at_s: float
    url: str
    title: str
    verb: str
    screen: tuple[str, ...]
    values: dict[str, str]
    is_used: bool = False
    may_repeat: bool = False

    @property
    def text(self) -> str:
        """The screen in one line, without what a frame adds where a text is wrapped."""
        return squeezed(" ".join(self.screen))


class Heard(Struct):
    """A change that has reached a gateway, with the names that its key had when it was read and when it came."""

    at_s: float
    url: str
    method: str
    path: str
    body: dict[str, Any]
    names: tuple[str, ...]
    status: int = 0

    @property
    def key_id(self) -> int | None:
        """The key that is changed."""
        last = self.path.rpartition("/")[2]
        return int(last) if "/keys/" in self.path and last.isdecimal() else None


def squeezed(text: str) -> str:
    """A text as it can be looked for in a wrapped one: without blanks and frames."""
    return "".join(char for char in text if not char.isspace() and not "\u2500" <= char <= "\u257f")


class Ear:
    """Stands in front of a gateway and writes down what would change something there."""

    def __init__(self, demo: DemoGateway, heard: list[Heard]) -> None:
        self._app: ASGIApp = demo.asgi
        self._demo = demo
        self._heard = heard
        self._read: dict[int, str] = {}
        self.url = ""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path, method = scope.get("path", ""), scope.get("method", "")
        key_id = _key_id(path)
        if method == "GET" and key_id is not None:
            self._read[key_id] = self._name(key_id)
        if method in ("GET", "HEAD") or any(part in path for part in NO_CHANGES):
            await self._app(scope, receive, send)
            return
        body = await _whole(receive)
        names = () if key_id is None else (self._read.get(key_id, ""), self._name(key_id))
        change = Heard(time.monotonic(), self.url, method, path, _members(body), names)
        self._heard.append(change)
        sent = False

        async def again() -> Message:
            nonlocal sent
            if sent:
                return await receive()
            sent = True
            return {"type": "http.request", "body": body, "more_body": False}

        async def note(message: Message) -> None:
            if message["type"] == "http.response.start":
                change.status = message["status"]
            await send(message)

        # What breaks the connection finds it by the method that it is given.
        note.__self__ = getattr(send, "__self__", None)  # type: ignore[attr-defined]
        await self._app(scope, again, note)

    def _name(self, key_id: int) -> str:
        key = self._demo.world.keys.get(key_id)
        return "" if key is None else inert(html.unescape(key.name))


class Watch:
    """Both lists, and whether they fit."""

    def __init__(self) -> None:
        self.asked: list[Asked] = []
        self.heard: list[Heard] = []
        self.judged: list[Heard] = []
        self.paused: set[tuple[str, int]] = set()
        self.codes: list[str] = []

    def listen(self, demo: DemoGateway) -> Ear:
        """Listen at a gateway that is not served yet."""
        ear = Ear(demo, self.heard)
        demo.asgi = ear
        return ear

    @contextmanager
    def looking(self, url_of: Callable[[], str]) -> Iterator[None]:
        """Write down what every dialog shows at the moment in which its verb is taken."""
        begin, dismiss = ActDialog.begin, Modal.dismiss

        def look(dialog: ActDialog) -> None:
            was_busy = dialog.is_busy
            screen = rendered(dialog)
            is_in_front = dialog.app.screen is dialog
            begin(dialog)
            if dialog.is_busy and not was_busy:
                assert is_in_front, "a dialog acts that is not in front"
                values = dialog.values if isinstance(dialog, FormDialog) else {}
                title, verb = str(dialog.frame.title_line), dialog.verb_button.label
                self.asked.append(Asked(time.monotonic(), url_of(), title, verb, screen, values))

        def note(dialog: Modal[T], result: T | None = None) -> Any:
            if isinstance(dialog, PromptDialog) and isinstance(result, str):
                self.codes.append(result.strip())
            return dismiss(dialog, result)

        ActDialog.begin = look  # type: ignore[method-assign]
        Modal.dismiss = note  # type: ignore[method-assign,assignment]
        try:
            yield
        finally:
            ActDialog.begin, Modal.dismiss = begin, dismiss  # type: ignore[method-assign]


def rendered(dialog: Modal[Any]) -> tuple[str, ...]:
    """What a screen shows, line by line."""
    strips = dialog._compositor.render_strips()
    return tuple("".join(segment.text for segment in strip) for strip in strips)


def _key_id(path: str) -> int | None:
    last = path.rpartition("/")[2]
    return int(last) if "/api/v1/keys/" in path and last.isdecimal() else None


async def _whole(receive: Receive) -> bytes:
    parts, more = [], True
    while more:
        message = await receive()
        parts.append(message.get("body", b""))
        more = message.get("more_body", False)
    return b"".join(parts)


def _members(body: bytes) -> dict[str, Any]:
    try:
        found = json.loads(body or b"{}", parse_float=str, parse_int=str)
    except ValueError:
        return {"unreadable": repr(body)}
    return found if isinstance(found, dict) else {"unreadable": repr(body)}
