"""One request, as plain data."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

import msgspec

from tui.gateway.budget import Tier

API = "/api/v1"
_ENCODER = msgspec.json.Encoder(decimal_format="number")


class ApiArea(StrEnum):
    """The part of the API that a request goes to; the same answer can mean different things in each."""

    PANEL = "panel"
    ERRORS = "errors"
    SIGN_IN = "sign_in"
    SITE = "site"
    KEY = "key"


@dataclass(frozen=True, slots=True)
class ApiRequest:
    """A request. An urgent one may exceed aktop's share of the limits, but not a wait that the gateway asked for."""

    method: str
    path: str
    tier: Tier = Tier.GLOBAL
    place: ApiArea = ApiArea.PANEL
    params: Mapping[str, str] = field(default_factory=dict)
    body: bytes | None = field(default=None, repr=False)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    """In addition to those of every request."""
    urgent: bool = False

    @property
    def needs_session(self) -> bool:
        """Whether it carries the access token."""
        return self.tier is not Tier.PUBLIC


def encoded(members: Mapping[str, object]) -> bytes:
    """A JSON body; Decimals become numbers, digit for digit."""
    return _ENCODER.encode(members)
