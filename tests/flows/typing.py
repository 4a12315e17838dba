"""Typing as a lagging line brings it: many keys in one packet, through the parser that reads terminals."""

from typing import Any

from textual._xterm_parser import XTermParser
from textual.app import App


def type_at_once(app: App[Any], keys: str) -> None:
    """Have the driver read it all in one piece."""
    assert app._driver is not None
    parser = XTermParser()
    for message in (*parser.feed(keys), *parser.feed("")):
        app._driver.process_message(message)
