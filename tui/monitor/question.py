"""What a question is, and what it needs to be asked.

A question says what it costs (`tier`), when it is worth asking again (`pace`), and how to ask it. Screens watch
questions; the loop asks those that are due; the Snapshot keeps the last answer to each.
"""

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Generic, Protocol, TypeVar
from zoneinfo import ZoneInfo

from msgspec import Struct

from tui.gateway.budget import Tier
from tui.monitor.calls.log import CallView
from tui.monitor.feed import Feed
from tui.monitor.refresh_policy import RefreshPolicy

if TYPE_CHECKING:
    from tui.gateway.api_key.client import ApiKeyClient
    from tui.gateway.protocol import Gateway

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)
Days = tuple[date, date]


class Known(Protocol):
    """What is known so far, as far as questions need it: the Snapshot."""

    @property
    def server_zone(self) -> ZoneInfo:
        """The zone in which the gateway's days begin."""
        ...

    @property
    def calls(self) -> Mapping[Any, CallView]:
        """The call logs, by their question."""
        ...

    def feed(self, question: "Question[T]") -> Feed[T]:
        """The feed of a question."""
        ...

    def data(self, question: "Question[T]") -> T | None:
        """The last answer to a question."""
        ...

    def was_used_since(self, key_id: int, at: datetime | None) -> bool:
        """Whether a key may have been used since a moment."""
        ...


class Asking(Struct, frozen=True):
    """What a question needs to be asked: the client, the moment, the user's zone, and what is known so far.

    `api_keys` are the clients of API-key mode.
    """

    client: "Gateway"
    now: datetime
    zone: ZoneInfo
    known: Known
    api_keys: Sequence["ApiKeyClient"] = ()


class Question(Protocol, Generic[T_co]):
    """A query to the gateway, as a value; equal questions have the same answer."""

    @property
    def tier(self) -> Tier:
        """The gateway limit that it counts against."""
        ...

    @property
    def pace(self) -> RefreshPolicy:
        """When to ask again."""
        ...

    @abstractmethod
    async def ask(self, asking: Asking) -> T_co:
        """Ask. Raises GatewayError."""
        ...
