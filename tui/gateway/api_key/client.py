"""Client of one API key at one gateway: what the key can learn by itself (contract 6).

The secret stays in this object's memory: it is sent to this host only, redirects are not followed, and everything else
sees only its masked form.
"""

import dataclasses
import ssl
import time
from datetime import date

from msgspec.structs import replace

from tui.domain.api_key_mode import ApiKeyPrice, ApiKeyReport, ApiKeyTag
from tui.domain.capabilities import API_KEY_MODE, Capabilities
from tui.domain.clock import GatewayClock
from tui.domain.failure import Failure, FailureKind
from tui.domain.text import inert, masked
from tui.gateway.address import ConfigError, ConfigProblem, normalised_base_url, require_safe
from tui.gateway.api_key import wire
from tui.gateway.budget import RequestBudget
from tui.gateway.errors import GatewayError, error_of, without_frames
from tui.gateway.http.api_request import ApiArea, ApiRequest
from tui.gateway.http.api_response import ApiResponse, decode_bare, fitting, require_success
from tui.gateway.http.proxies import Proxy
from tui.gateway.http.transport import Connections, Transport

REPORT = ApiRequest("GET", "/v1/usage", place=ApiArea.KEY)
PRICE = ApiRequest("GET", "/v1/sub2api/billing", place=ApiArea.KEY)
PER_MIN = 12
"""Requests per minute for one key. The gateway does not limit these; watching a key must not disturb it."""
SHORTEST, LONGEST = 8, 512
_UNSAID_WAIT_S = 60.0


class ApiKeyClient:
    """One API key at one gateway. Every method raises GatewayError; BudgetSpent means that nothing was sent."""

    def __init__(
        self,
        base_url: str,
        secret: str,
        *,
        label: str = "",
        transport: Connections | None = None,
        budget: RequestBudget | None = None,
        timeout_s: float = 20.0,
        verify: ssl.SSLContext | None = None,
        proxy: Proxy | None = None,
        allow_http: bool = False,
        clock: GatewayClock | None = None,
    ) -> None:
        """Open nothing yet. Raises ConfigError for an address that must not be used, or a text that cannot be a key."""
        self.base_url = normalised_base_url(base_url)
        require_safe(self.base_url, allow_http=allow_http)
        self._secret = clean_key(secret)
        self.masked = masked(self._secret)
        self.label = inert(label).strip()
        self.budget = budget or RequestBudget(time.monotonic, share=1.0, global_per_min=PER_MIN)
        self._transport = Transport(
            self.base_url, transport=transport, timeout_s=timeout_s, verify=verify, proxy=proxy, clock=clock
        )

    @property
    def capabilities(self) -> Capabilities:
        """What a key can report about itself."""
        return API_KEY_MODE

    def tag(self, place: int) -> ApiKeyTag:
        """What other modules may know of the key."""
        return ApiKeyTag(place, self.masked, self.label)

    def __repr__(self) -> str:
        return f"<ApiKeyClient {self.masked} at {self.base_url}>"

    async def report(self, first: date, last: date, today: date) -> ApiKeyReport:
        """Balance, plan or limits of the key, and its use: today, in total, by day and by model from `first` to `last`.

        All three days are the server's, `first` at most 89 before `today`: the gateway reports no more (contract 6.1).
        """
        back = (today - first).days + 1
        params = {"days": str(back), "start_date": first.isoformat(), "end_date": last.isoformat()}
        row = decode_bare(wire.USAGE, await self._answer_to(dataclasses.replace(REPORT, params=params)))
        report = fitting(row, wire.report_of)
        days = tuple(day for day in report.days or () if first.isoformat() <= day.day <= last.isoformat())
        return replace(report, days=days) if report.days is not None else report

    async def price(self) -> ApiKeyPrice:
        """The multiplier on list prices. Raises EndpointMissing on an older gateway."""
        row = decode_bare(wire.BILLING, await self._answer_to(PRICE))
        return fitting(row, wire.price_of)

    async def aclose(self) -> None:
        """Close the connections."""
        await self._transport.aclose()

    async def _answer_to(self, ask: ApiRequest) -> ApiResponse:
        wait_s = self.budget.wait_s(ask.tier)
        if wait_s > 0:
            raise error_of(Failure(FailureKind.BUDGET_SPENT, "requests of one key", retry_after_s=wait_s))
        self.budget.spend(ask.tier)
        try:
            answer = await self._transport.send(ask, self._secret)
            require_success(answer, ask.place)
        except GatewayError as error:
            if error.failure.kind in (FailureKind.RATE_LIMITED, FailureKind.KEY_INVALID):
                # Wrong keys count against the whole IP address (contract 6), so one is not retried in haste.
                self.budget.refused(ask.tier, error.failure.retry_after_s or _UNSAID_WAIT_S)
            raise without_frames(error) from None
        return answer


def clean_key(text: str) -> str:
    """An API key as people paste it. Raises ConfigError, without quoting the text, if it cannot be one.

    >>> clean_key(" Bearer sk-0be1234567890f52b\\n")
    'sk-0be1234567890f52b'
    """
    words = text.split()
    if len(words) == 2 and words[0].lower() == "bearer":
        words = words[1:]
    if len(words) != 1 or not words[0].isascii() or not words[0].isprintable():
        raise ConfigError(ConfigProblem.NO_KEY)
    if not SHORTEST <= len(words[0]) <= LONGEST:
        raise ConfigError(ConfigProblem.KEY_LENGTH, shortest=SHORTEST, longest=LONGEST)
    return words[0]
