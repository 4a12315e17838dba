"""The gateway client, one method per endpoint: returns domain values, raises GatewayError.

Two methods handle older gateways (contract 9): `update_key`, where those would clear IP lists, and `breakdown`.
"""

import dataclasses
import ssl
import time
from collections.abc import Callable, Sequence, Set
from contextlib import suppress
from decimal import Decimal
from typing import TypeVar
from zoneinfo import ZoneInfo

import msgspec
from msgspec.structs import replace

from tui.domain.account import Plan, Profile, Site
from tui.domain.capabilities import Capabilities
from tui.domain.clock import GatewayClock
from tui.domain.failure import Failure, FailureKind, ListProblem
from tui.domain.keys import ApiKey, Group, KeyCost
from tui.domain.scope import Filters
from tui.domain.usage import Breakdown, Call, DayUsage, FailedCall, FailedCallDetail, Page, Totals
from tui.gateway.address import normalised_base_url, require_safe
from tui.gateway.auth.sessions import MemorySession, Session, SessionKeeper, clean_token, new_session, token_times
from tui.gateway.auth.token_refresher import TokenRefresher
from tui.gateway.budget import RequestBudget, Tier
from tui.gateway.errors import EndpointMissing, GatewayError, error_of, without_frames
from tui.gateway.http.api_request import API, ApiArea, ApiRequest, encoded
from tui.gateway.http.api_response import decode, fitting, misfit
from tui.gateway.http.proxies import Proxy
from tui.gateway.http.transport import Connections, Tls, Transport
from tui.gateway.pages import Walk, contradiction, converted
from tui.gateway.sub2api.api_session import SITE, ApiSession
from tui.gateway.sub2api.key_update import key_update_body, require_supported
from tui.gateway.sub2api.queries import Days, Params, error_params, flag, page_params, require_only, usage_params
from tui.gateway.sub2api.values import KeyChange, LoggedIn, Redeemed, SecondFactor
from tui.gateway.sub2api.wire import account as wire_account
from tui.gateway.sub2api.wire import calls as wire_calls
from tui.gateway.sub2api.wire import failed as wire_failed
from tui.gateway.sub2api.wire import keys as wire_keys
from tui.gateway.sub2api.wire import site as wire_site
from tui.gateway.sub2api.wire import sums as wire_sums
from tui.gateway.sub2api.wire.base import Envelope, PageOf, each

T = TypeVar("T")
R = TypeVar("R")

KEYS_PER_PAGE = 200
KEYS_PER_COST_REQUEST = 100
MAX_KEYS = 10_000
"""An account with more is treated as a list without an end."""
ERRORS_PER_PAGE = 100


class GatewayClient:
    """One gateway, as one account.

    Every method raises GatewayError; BudgetSpent means that aktop's share of the rate limits is used up and nothing was
    sent. With `urgent`, a request ignores that share and waits only if the gateway itself asked for it. Answers set
    `clock`.
    """

    def __init__(
        self,
        base_url: str,
        *,
        sessions: SessionKeeper | None = None,
        transport: Connections | None = None,
        budget: RequestBudget | None = None,
        timeout_s: float = 20.0,
        verify: ssl.SSLContext | None = None,
        proxy: Proxy | None = None,
        allow_http: bool = False,
        clock: GatewayClock | None = None,
    ) -> None:
        """Open nothing yet. Raises ConfigError for an address that cannot or must not be used."""
        self.base_url = normalised_base_url(base_url)
        require_safe(self.base_url, allow_http=allow_http)
        self.budget = budget or RequestBudget(time.monotonic)
        self.sessions: SessionKeeper = sessions or MemorySession()
        clock = clock or GatewayClock()
        self._transport = Transport(
            self.base_url, transport=transport, timeout_s=timeout_s, verify=verify, proxy=proxy, clock=clock
        )
        self._authority = TokenRefresher(self.sessions, self._transport, clock.timestamp)
        self._exchange = ApiSession(self._transport, self._authority, self.budget)
        self._is_old: bool | None = None

    @property
    def capabilities(self) -> Capabilities:
        """Everything, until the gateway has answered."""
        return Capabilities()

    @property
    def proxy(self) -> Proxy | None:
        """The proxy that requests go through."""
        return self._transport.proxy

    @property
    def tls(self) -> Tls | None:
        """TLS of the last new connection to the gateway."""
        return self._transport.tls

    async def load(self) -> None:
        """Import and open what the first request would. Sends nothing."""
        with suppress(GatewayError):
            await self._transport.load()

    async def aclose(self) -> None:
        """Close the connections, after a refresh in flight: its answer must not be lost."""
        await self._authority.settled()
        await self._transport.aclose()

    # The site and the session

    async def site(self) -> Site:
        """Public facts about the gateway; needs no session."""
        try:
            site = await self._get(SITE, wire_site.SETTINGS, wire_site.site_of)
        except GatewayError as error:
            if error.failure.kind is FailureKind.BAD_ANSWER and error.failure.field in ("", "code", "data"):
                raise error_of(replace(error.failure, kind=FailureKind.NOT_A_GATEWAY)) from None
            raise
        return site

    async def login(self, email: str, password: str) -> LoggedIn | SecondFactor:
        """Sign in and store the session, unless a second factor is needed first."""
        ask = _sign_in_ask("/auth/login", {"email": email.strip(), "password": password})
        del password
        return await self._sign_in(ask)

    async def login_2fa(self, temp_token: str, code: str) -> LoggedIn:
        """Sign in with the code of the second factor and store the session."""
        ask = _sign_in_ask("/auth/login/2fa", {"temp_token": temp_token, "totp_code": code.strip()})
        del temp_token, code
        outcome = await self._sign_in(ask)
        if isinstance(outcome, SecondFactor):
            raise misfit("data.requires_2fa", "a second factor is asked for twice")
        return outcome

    async def use_token(self, access_token: str, refresh_token: str | None = None) -> LoggedIn:
        """Store a session of tokens given by hand, once the gateway has accepted them. Raises ConfigError too.

        It lives until the access token expires, or longer with a refresh token. That one is not used before it is due,
        since using a browser's refresh token signs the browser out (contract 2.3).
        """
        token = clean_token(access_token)
        del access_token
        session = Session(token, refresh_token, token_times(token)[1])
        ask = ApiRequest("GET", f"{API}/auth/me", urgent=True)
        profile = await self._get(ask, wire_account.PROFILE, wire_account.profile_of, session)
        self.sessions.replace(dataclasses.replace(session, email=profile.email))
        return LoggedIn(profile)

    async def logout(self) -> Failure | None:
        """Drop the session and notify the gateway; return why the gateway could not be notified.

        The session is always dropped here; if not notified, the gateway lets its token expire.
        """
        session = self.sessions.current()
        self.sessions.forget()
        if session is None or session.refresh_token is None:
            return None
        ask = _sign_in_ask("/auth/logout", {"refresh_token": session.refresh_token})
        try:
            await self._exchange.answer_to(ask)
        except GatewayError as error:
            return error.failure
        return None

    # The account

    async def me(self) -> Profile:
        """The account with the site's `run_mode`."""
        ask = ApiRequest("GET", f"{API}/auth/me")
        return await self._get(ask, wire_account.PROFILE, wire_account.profile_of)

    async def profile(self, *, urgent: bool = True) -> Profile:
        """The account; its balance is live."""
        ask = ApiRequest("GET", f"{API}/user/profile", urgent=urgent)
        return await self._get(ask, wire_account.PROFILE, wire_account.profile_of)

    async def set_low_balance_threshold(self, usd: Decimal) -> Profile:
        """Set the account's own low-balance threshold; 0 restores the site's."""
        ask = ApiRequest("PUT", f"{API}/user", body=encoded({"balance_notify_threshold": usd}))
        row = await self._get(ask, wire_account.PROFILE, lambda row: row)
        if row.balance_notify_enabled is None:
            raise error_of(Failure(FailureKind.ENDPOINT_MISSING, "this gateway keeps no low-balance threshold"))
        return wire_account.profile_of(row)

    async def plans(self) -> tuple[Plan, ...]:
        """Active subscriptions."""
        now = self._authority.now()
        ask = ApiRequest("GET", f"{API}/subscriptions/progress")
        return await self._get(
            ask, wire_account.PLANS, lambda rows: tuple(wire_account.plan_of(row, now) for row in rows or ())
        )

    async def redeem(self, code: str, *, urgent: bool = True) -> Redeemed:
        """Redeem a code; takes effect at once."""
        ask = ApiRequest("POST", f"{API}/redeem", body=encoded({"code": code.strip()}), urgent=urgent)
        return await self._get(ask, wire_account.REDEEMED, wire_account.redeemed_of)

    async def redeemed(self, code: str) -> Redeemed | None:
        """What a code of the account's latest ones was worth; None if it is not among them."""
        ask = ApiRequest("GET", f"{API}/redeem/history", urgent=True)
        rows = await self._get(ask, wire_account.REDEEMED_CODES, lambda rows: rows or [])
        return next((wire_account.redeemed_of(row) for row in rows if row.code == code.strip()), None)

    # Keys and groups

    async def keys(self) -> tuple[ApiKey, ...]:
        """All keys, oldest first."""
        keys, missing = await self._all_keys()
        if missing:
            # Deleting a key meanwhile moves later ones forward, and one of them into a page already read.
            keys, missing = await self._all_keys()
        if missing:
            raise contradiction(ListProblem.KEYS_MISSING, len(keys) + missing, len(keys))
        return keys

    async def _all_keys(self) -> tuple[tuple[ApiKey, ...], int]:
        """The keys, and how many more there are by the gateway's count."""
        walk, found = Walk(), dict[int, ApiKey]()
        for number in range(1, MAX_KEYS // KEYS_PER_PAGE + 1):
            params = page_params(number, KEYS_PER_PAGE, sort_by="id", ascending=True)
            ask = ApiRequest("GET", f"{API}/keys", params=params)
            page = await self._get(ask, wire_keys.KEYS, converted(self._keys_of, number, KEYS_PER_PAGE))
            if page.total > MAX_KEYS:
                break
            found.update((key.id, key) for key in walk.fresh(page))
            if walk.is_over(page):
                return tuple(found[key_id] for key_id in sorted(found)), walk.missing(page)
        raise contradiction(ListProblem.KEYS_ENDLESS, MAX_KEYS)

    async def key(self, key_id: int, *, urgent: bool = True) -> ApiKey:
        """One key."""
        row = await self._key_row(key_id, urgent=urgent)
        return wire_keys.key_of(row)

    async def update_key(self, key_id: int, change: KeyChange, *, urgent: bool = True) -> ApiKey:
        """Apply `change` and return the key as it is then (its calls in flight are unknown)."""
        lists: dict[str, object] = {}
        if self._is_old is not False:
            row = await self._key_row(key_id, urgent=urgent)
            if row.is_old:
                require_supported(change)
                lists = {"ip_whitelist": row.ip_whitelist or [], "ip_blacklist": row.ip_blacklist or []}
        body = encoded(key_update_body(change) | lists)
        ask = ApiRequest("PUT", f"{API}/keys/{key_id}", body=body, urgent=urgent)
        return await self._get(ask, wire_keys.KEY, wire_keys.changed_key_of)

    async def groups(self) -> tuple[Group, ...]:
        """The groups that keys can be bound to, in the site's order."""
        ask = ApiRequest("GET", f"{API}/groups/available")
        return await self._get(ask, wire_keys.GROUPS, lambda rows: tuple(map(wire_keys.group_of, rows or ())))

    async def key_costs(self, key_ids: Sequence[int]) -> dict[int, KeyCost]:
        """Cost of each key, without deleted and foreign keys."""
        costs: dict[int, KeyCost] = {}
        for start in range(0, len(key_ids), KEYS_PER_COST_REQUEST):
            body = encoded({"api_key_ids": list(key_ids[start : start + KEYS_PER_COST_REQUEST])})
            ask = ApiRequest("POST", f"{API}/usage/dashboard/api-keys-usage", Tier.HEAVY, body=body)
            costs |= await self._get(ask, wire_keys.KEY_COSTS, wire_keys.costs_of)
        if self._is_old:
            return {key_id: replace(cost, last_30_days_usd=None) for key_id, cost in costs.items()}
        return costs

    async def key_days(self, key_id: int, days: int) -> tuple[DayUsage, ...]:
        """The last 1 to 90 days of a key, by the server's calendar; days without calls are missing."""
        ask = ApiRequest("GET", f"{API}/user/api-keys/{key_id}/usage/daily", Tier.HEAVY, params={"days": str(days)})
        return await self._get(ask, wire_keys.KEY_DAYS, lambda rows: each("data.items", rows.items, wire_keys.day_of))

    # Usage

    async def calls(
        self,
        days: Days | None,
        filters: Filters,
        *,
        zone: str | None,
        page: int = 1,
        page_size: int = 20,
        sort_by: str = "created_at",
        ascending: bool = False,
    ) -> Page[Call]:
        """Call records (`sort_by`: created_at, model or id); without `days`, all that are retained."""
        self._require_known(filters, {"key_id", "model", "billing_type"})
        paging = page_params(page, page_size, sort_by, ascending)
        params = usage_params(days, filters, zone) | paging
        taken = converted(wire_calls.calls_of, int(paging["page"]), int(paging["page_size"]))
        return await self._get(_usage("", params), wire_calls.CALLS, taken)

    async def totals(self, days: Days, filters: Filters, *, zone: str | None) -> Totals:
        """The sums of those days."""
        self._require_known(filters, {"key_id"})
        return await self._get(
            _usage("/stats", usage_params(days, filters, zone)), wire_sums.STATS, wire_sums.totals_of
        )

    async def breakdown(
        self,
        days: Days,
        filters: Filters,
        *,
        zone: str | None,
        hourly: bool,
        server_zone: ZoneInfo,
        trend: bool = True,
        models: bool = True,
        groups: bool = True,
    ) -> Breakdown:
        """Trend, models and groups in one request. Buckets are the server's hours or days; empty ones are missing."""
        params = usage_params(days, filters, zone) | {"granularity": "hour" if hourly else "day"}
        sections = {
            "include_trend": flag(trend),
            "include_model_stats": flag(models),
            "include_group_stats": flag(groups),
        }
        wanted = [name for name, is_wanted in (("trend", trend), ("models", models), ("groups", groups)) if is_wanted]
        try:
            ask = _usage("/dashboard/snapshot-v2", params | sections)
            row = await self._get(ask, wire_sums.SNAPSHOT, lambda row: row)
        except EndpointMissing:
            if not filters.is_empty:
                raise
            row = await self._old_snapshot(params, trend=trend, models=models)
            wanted = [name for name in wanted if name != "groups"]
        return fitting(row, lambda row: wire_sums.breakdown_of(row, server_zone, wanted))

    # Errors

    async def errors(
        self,
        days: Days | None,
        *,
        zone: str | None,
        filters: Filters,
        category: str | None = None,
        status_code: int | None = None,
        page: int = 1,
        page_size: int = 20,
    ) -> Page[FailedCall]:
        """Failed calls, newest first, at most 100 per page. Of the filters, only key and (part of) model apply."""
        paging = page_params(page, min(page_size, ERRORS_PER_PAGE))
        params = error_params(days, filters, zone, category, status_code) | paging
        taken = converted(wire_failed.failed_calls_of, int(paging["page"]), int(paging["page_size"]))
        return await self._get(_usage("/errors", params, ApiArea.ERRORS), wire_failed.FAILED_CALLS, taken)

    async def error(self, error_id: int) -> FailedCallDetail:
        """One failed call with the body that its caller got."""
        ask = _usage(f"/errors/{error_id}", place=ApiArea.ERRORS)
        return await self._get(ask, wire_failed.FAILED_CALL, wire_failed.failed_call_detail_of)

    # Internals

    async def _get(
        self,
        ask: ApiRequest,
        decoder: "msgspec.json.Decoder[Envelope[T]]",
        convert: Callable[[T], R],
        session: Session | None = None,
    ) -> R:
        """The converted answer to a request, with a session that is not stored yet if one is given."""
        exchange = self._exchange
        try:
            answer = await (exchange.answer_with(ask, session) if session else exchange.answer_to(ask))
            data = decode(decoder, answer)
        except GatewayError as error:
            raise without_frames(error) from None
        return fitting(data, convert)

    async def _sign_in(self, ask: ApiRequest) -> LoggedIn | SecondFactor:
        row = await self._get(ask, wire_account.SIGN_IN, lambda row: row)
        if row.requires_2fa:
            return SecondFactor(row.temp_token, wire_account.masked_email_of(row))
        if not row.access_token or row.user is None:
            raise misfit("data.access_token" if row.user else "data.user", "the sign-in's answer is incomplete")
        profile = wire_account.profile_of(row.user)
        now = self._authority.now()
        self.sessions.replace(new_session(row.access_token, row.refresh_token, row.expires_in, profile.email, now))
        return LoggedIn(profile)

    async def _key_row(self, key_id: int, *, urgent: bool) -> wire_keys.KeyRow:
        ask = ApiRequest("GET", f"{API}/keys/{key_id}", urgent=urgent)
        row = await self._get(ask, wire_keys.KEY, lambda row: row)
        self._is_old = row.is_old
        return row

    def _keys_of(self, page: PageOf[wire_keys.KeyRow]) -> Page[ApiKey]:
        if page.items:
            self._is_old = page.items[0].is_old
        return Page(tuple(map(wire_keys.key_of, page.items)), page.total, size=page.page_size)

    def _require_known(self, filters: Filters, known: Set[str]) -> None:
        """Refuse filters that an old gateway ignores: its answer would be about something else."""
        if self._is_old:
            require_only(filters, known)

    async def _old_snapshot(self, params: Params, *, trend: bool, models: bool) -> wire_sums.SnapshotRow:
        """The same from an older gateway's two endpoints, which support no filters and no groups."""
        empty = wire_sums.SnapshotRow()
        ask = _usage("/dashboard/trend", params)
        by_time = await self._get(ask, wire_sums.SNAPSHOT, lambda row: row) if trend else empty
        ask = _usage("/dashboard/models", params)
        by_model = await self._get(ask, wire_sums.SNAPSHOT, lambda row: row) if models else empty
        return wire_sums.SnapshotRow(by_time.trend, by_model.models)


def _sign_in_ask(path: str, members: dict[str, object]) -> ApiRequest:
    return ApiRequest("POST", API + path, Tier.PUBLIC, ApiArea.SIGN_IN, body=encoded(members))


def _usage(path: str, params: Params | None = None, place: ApiArea = ApiArea.PANEL) -> ApiRequest:
    return ApiRequest("GET", f"{API}/usage{path}", Tier.HEAVY, place, params=params or {})
