"""When Python looks for cycles of garbage: not while a person waits for the start, and seldom while a key is held."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager

SELDOM = (10_000, 20, 20)
"""A page of a table makes some thousand short-lived objects: Python's own threshold would look several times a page."""


@contextmanager
def imports_frozen() -> Iterator[None]:
    """Import meanwhile: what is there afterwards stays until the end, and is never searched again.

    Searching all of it takes 20 ms, which a held key would feel every few pages.
    """
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.set_threshold(*SELDOM)
        gc.enable()
