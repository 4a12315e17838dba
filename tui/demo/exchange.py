"""One request, as handlers see it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from starlette.datastructures import Headers

from tui.demo import binding, params
from tui.demo.keys import Key
from tui.demo.state import State


@dataclass
class Exchange:
    """A request with the state it is answered from. `key` is set on `/v1` only."""

    state: State
    method: str
    path: str
    query_string: str
    headers: Headers
    body: bytes
    peer: str
    arguments: Mapping[str, str] = field(default_factory=dict)
    key: Key | None = None

    @cached_property
    def query(self) -> dict[str, str]:
        """The query parameters."""
        return params.first_values(self.query_string)

    @property
    def address(self) -> str:
        """The client's address: a proxy's header counts in the default configuration (contract 1.7)."""
        forwarded = self.headers.get("x-forwarded-for", "").split(",")[0].strip()
        return forwarded or self.headers.get("x-real-ip", "").strip() or self.peer

    @property
    def agent(self) -> str:
        """The client's program."""
        return self.headers.get("user-agent", "")

    def bind(self, body: binding.Body) -> dict[str, Any]:
        """The request's body by field; raises RefusedError."""
        return binding.bind(self.body, body)

    def number(self, name: str) -> int | None:
        """A path argument as a 64-bit integer; None if it is not one."""
        return params.integer(self.arguments[name])

    def used_key(self) -> Key:
        """The key of the request."""
        if self.key is None:
            raise AssertionError("the route does not authenticate by key")
        return self.key
