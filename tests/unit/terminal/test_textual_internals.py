"""What aktop rests on in Textual that Textual does not document: a new version says here, at once, what is gone."""

import inspect
import io
import weakref
from contextlib import redirect_stderr, redirect_stdout

import pytest
from textual._ansi_sequences import SYNC_END, SYNC_START
from textual._compositor import Compositor
from textual._styles_cache import StylesCache
from textual._xterm_parser import XTermParser
from textual.app import App
from textual.color import Color
from textual.driver import Driver
from textual.drivers.linux_driver import LinuxDriver
from textual.message_pump import MessagePump

from tui.terminal.textual_internals import HookedApp

METHODS: dict[tuple[type, str], str] = {
    (MessagePump, "_context"): "(self) -> 'Generator[None, None, None]'",
    (MessagePump, "_close_messages_no_wait"): "(self) -> 'None'",
    (App, "_handle_exception"): "(self, error: 'Exception') -> 'None'",
    (App, "_fatal_error"): "(self) -> 'None'",
    (App, "_on_notify"): "(self, event: 'Notify') -> 'None'",
    (App, "_refresh_notifications"): "(self) -> 'None'",
    (Compositor, "_get_renders"): (
        "(self, crop: 'Region | None' = None) -> 'Iterable[tuple[Region, Region, list[Strip]]]'"
    ),
    (Compositor, "render_partial_update"): "(self) -> 'ChopsUpdate | None'",
    (LinuxDriver, "_get_terminal_size"): "(self) -> 'tuple[int, int]'",
    (LinuxDriver, "_enable_mouse_support"): "(self) -> 'None'",
    (LinuxDriver, "_enable_bracketed_paste"): "(self) -> 'None'",
    (LinuxDriver, "_sigtstp_application"): "(self, *_) -> 'None'",
    (LinuxDriver, "_sigcont_application"): "(self, *_) -> 'None'",
    (LinuxDriver, "run_input_thread"): "(self) -> 'None'",
    (LinuxDriver, "start_application_mode"): "(self)",
    (LinuxDriver, "stop_application_mode"): "(self) -> 'None'",
    (LinuxDriver, "disable_input"): "(self) -> 'None'",
    (XTermParser, "__init__"): "(self, debug: 'bool' = False) -> 'None'",
    (XTermParser, "feed"): "(self, data: 'str') -> 'Iterable[Message]'",
    (XTermParser, "tick"): "(self) -> 'Iterable[T]'",
}
ATTRIBUTES: dict[type, tuple[str, ...]] = {
    MessagePump: ("_parent", "_next_callbacks"),
    App: ("_exception", "_driver", "_notifications"),
    Compositor: ("_dirty_regions",),
    Driver: ("_app", "_debug", "_loop", "_auto_restart"),
    LinuxDriver: ("_file", "_writer_thread", "_must_signal_resume"),
}


@pytest.mark.parametrize(("owner", "name"), METHODS, ids=lambda part: getattr(part, "__name__", part))
def test_a_method_is_as_it_was(owner: type, name: str) -> None:
    assert str(inspect.signature(getattr(owner, name))) == METHODS[owner, name]


@pytest.mark.parametrize(("owner", "names"), ATTRIBUTES.items(), ids=lambda part: getattr(part, "__name__", ""))
def test_what_it_keeps_has_the_name_that_it_had(owner: type, names: tuple[str, ...]) -> None:
    source = inspect.getsource(owner)
    assert [name for name in names if f"self.{name}" not in source] == []


def test_the_marks_around_a_frame_are_those_of_the_terminals() -> None:
    assert (SYNC_START, SYNC_END) == ("\x1b[?2026h", "\x1b[?2026l")


async def printed_by(app_class: type[App[None]]) -> str:
    """What an app has to print that fails with a secret among its local variables."""

    class Failing(app_class):  # type: ignore[valid-type, misc]
        def on_ready(self) -> None:
            password = "hunter2-in-a-variable"
            raise RuntimeError(str(len(password)))

    printed = io.StringIO()
    with redirect_stdout(printed), redirect_stderr(printed), pytest.raises(RuntimeError):
        async with Failing().run_test():
            pass
    return printed.getvalue()


async def test_textual_would_print_local_variables() -> None:
    assert "hunter2" in await printed_by(App)


async def test_aktop_does_not() -> None:
    """Where the hook that keeps Textual from it has another name one day, this fails."""
    assert await printed_by(HookedApp) == ""


def test_no_cache_keeps_what_a_widget_showed() -> None:
    styles = StylesCache()
    black, white = Color(0, 0, 0), Color(255, 255, 255)
    assert styles.get_inner_outer(black, white) is StylesCache().get_inner_outer(black, white)
    gone = weakref.ref(styles)
    del styles
    assert gone() is None
