"""The machine's keyring, if it has one. Most SSH servers do not, which is not reported."""

import importlib
import importlib.util
from typing import Any, Protocol

SERVICE = "aktop"


class SecretBox(Protocol):
    """Stores texts that nobody else may read. Every method raises OSError if it cannot."""

    def get(self, name: str) -> str | None:
        """The text with that name."""

    def put(self, name: str, text: str) -> None:
        """Store a text."""

    def drop(self, name: str) -> None:
        """Delete a text, if there is one."""


class KeyringBox:
    """The package `keyring` with its chosen backend."""

    def __init__(self, backend: Any, failure: type[Exception]) -> None:
        self._backend = backend
        self._failures = (failure, RuntimeError)

    def get(self, name: str) -> str | None:
        """The text with that name."""
        try:
            found = self._backend.get_password(SERVICE, name)
        except self._failures:
            raise _unusable() from None
        return found if isinstance(found, str) else None

    def put(self, name: str, text: str) -> None:
        """Store a text."""
        try:
            self._backend.set_password(SERVICE, name, text)
        except self._failures:
            raise _unusable() from None

    def drop(self, name: str) -> None:
        """Delete a text; a missing one is no error."""
        try:
            self._backend.delete_password(SERVICE, name)
        except self._failures:
            return


def find_box() -> SecretBox | None:
    """The keyring of this machine; None if there is none that stores anything."""
    if importlib.util.find_spec("keyring") is None:
        return None
    try:
        package = importlib.import_module("keyring")
        failure = importlib.import_module("keyring.errors").KeyringError
        backend = package.get_keyring()
    except (ImportError, RuntimeError, OSError):
        return None
    module = type(backend).__module__
    if module.endswith((".fail", ".null")) or getattr(backend, "priority", 0) <= 0:
        return None
    return KeyringBox(backend, failure)


def _unusable() -> OSError:
    # The backend's message is not passed on: it may quote the secret.
    return OSError("the keyring cannot be used")
