"""The messages between dialogs, screens and the app."""

import inspect

import pytest
from textual import events
from textual.message import Message

from tui.app import navigator
from tui.screens import messages

OWN = [
    found
    for module in (messages, navigator)
    for _name, found in inspect.getmembers(module, inspect.isclass)
    if issubclass(found, Message) and found.__module__ == module.__name__
]
OF_TEXTUAL = {found.__name__ for _name, found in inspect.getmembers(events, inspect.isclass)}


@pytest.mark.parametrize("message", OWN)
def test_no_message_is_taken_for_an_event_of_textual(message: type[Message]) -> None:
    """Its handlers are found by the name, such as `_on_leave`."""
    assert message.__name__ not in OF_TEXTUAL
