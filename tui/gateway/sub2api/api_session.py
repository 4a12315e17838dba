"""One request from budget to checked answer, including what a 401 or 429 on the way requires."""

from tui.domain.failure import Failure, FailureKind
from tui.gateway.auth.sessions import Session
from tui.gateway.auth.token_refresher import TokenRefresher
from tui.gateway.budget import RequestBudget, Tier
from tui.gateway.errors import error_of
from tui.gateway.http.api_request import API, ApiArea, ApiRequest
from tui.gateway.http.api_response import ApiResponse, complaint_in, require_success
from tui.gateway.http.transport import Transport

SITE = ApiRequest("GET", f"{API}/settings/public", Tier.PUBLIC, ApiArea.SITE)
_UNSAID_WAIT_S = 5.0
_ENDED = frozenset({"TOKEN_REVOKED", "SESSION_BINDING_MISMATCH", "INVALID_TOKEN", "USER_INACTIVE"})


class ApiSession:
    """Sends requests as the signed-in account."""

    def __init__(self, transport: Transport, authority: TokenRefresher, budget: RequestBudget) -> None:
        self._transport = transport
        self._authority = authority
        self._budget = budget

    async def answer_to(self, ask: ApiRequest) -> ApiResponse:
        """A successful answer to a request. Raises GatewayError for any other."""
        self._require_budget(ask)
        if not ask.needs_session:
            answer = await self._send(ask, None)
        else:
            answer = await self._as_account(ask, await self._authority.session())
        require_success(answer, ask.place)
        return answer

    async def answer_with(self, ask: ApiRequest, session: Session) -> ApiResponse:
        """A successful answer to a request with a session that is not stored yet. Raises GatewayError."""
        self._require_budget(ask)
        answer = await self._send(ask, session)
        require_success(answer, ask.place)
        return answer

    async def _as_account(self, ask: ApiRequest, session: Session) -> ApiResponse:
        answer = await self._send(ask, session)
        if _refusal(answer) == "TOKEN_EXPIRED":
            session = await self._authority.renewed(session)
            answer = await self._send(ask, session)
        if _refusal(answer) in _ENDED and (other := self._authority.another(session)) is not None:
            session = other
            answer = await self._send(ask, session)
        if _refusal(answer) == "USER_NOT_FOUND":
            # All panel paths answer like this while the database is down (contract 1.9); the settings tell which it is.
            require_success(await self._send(SITE, None), ApiArea.SITE)
            answer = await self._send(ask, session)
        return answer

    async def _send(self, ask: ApiRequest, session: Session | None) -> ApiResponse:
        self._budget.spend(ask.tier)
        answer = await self._transport.send(ask, None if session is None else session.access_token)
        if answer.status == 429 and ask.place is not ApiArea.SIGN_IN and _is_panel_limit(answer):
            self._budget.refused(ask.tier, answer.retry_after_s or _UNSAID_WAIT_S)
        return answer

    def _require_budget(self, ask: ApiRequest) -> None:
        if ask.place is ApiArea.SIGN_IN:
            return
        wait_s = self._budget.blocked_s(ask.tier) if ask.urgent else self._budget.wait_s(ask.tier)
        if wait_s > 0:
            raise error_of(Failure(FailureKind.BUDGET_SPENT, f"{ask.tier.value} requests", retry_after_s=wait_s))


def _refusal(answer: ApiResponse) -> str:
    return complaint_in(answer).symbol if answer.status == 401 else ""


def _is_panel_limit(answer: ApiResponse) -> bool:
    return not answer.is_json or complaint_in(answer).symbol == "RATE_LIMITED"
