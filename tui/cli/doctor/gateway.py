"""Checks of the gateway: its address, what answers there, and the session."""

import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

from tui.account.kept_sessions import StoredSession
from tui.account.services import Services, services
from tui.account.sign_in import is_by_hand
from tui.cli.doctor.check import Check, Health, fine_if, shown_path, without_home
from tui.config import rerun_command
from tui.config.complaints import complaint, file_complaint
from tui.config.file import BadSettings
from tui.config.settings import Settings
from tui.domain.account import Site
from tui.domain.clock import WORTH_TELLING
from tui.domain.failure import Failure, FailureKind
from tui.domain.scope import Filters
from tui.domain.text import inert
from tui.gateway.address import ConfigError
from tui.gateway.errors import GatewayError
from tui.gateway.sub2api.client import GatewayClient
from tui.locale import _, _n
from tui.present import failures
from tui.present import format as fmt
from tui.present.profiles import newer_note, site_text

_EXPIRY_WARNING = timedelta(days=14)
"""Certificates are renewed earlier than that, unless renewal has stopped."""
_NOT_OFFERED = frozenset({FailureKind.ENDPOINT_MISSING, FailureKind.ERRORS_HIDDEN})
_PUT_OFF = frozenset({FailureKind.BUDGET_SPENT, FailureKind.RATE_LIMITED})


async def checks(settings: Settings, environ: Mapping[str, str]) -> AsyncIterator[Check]:
    """Checks of the gateway in use; sends about eight requests, within the budget."""
    if not settings.url:
        mend = rerun_command.command(settings, "login", "--url", "https://gateway.example")
        yield Check(_n("address"), _("no gateway is named"), Health.WRONG, mend)
        return
    told: list[str] = []
    try:
        async with services(settings, environ, warn=told.append) as opened:
            async for check in _of(opened):
                yield check
    except (BadSettings, ConfigError) as error:
        yield Check(_n("address"), without_home(complaint(error)), Health.WRONG)
    except OSError as error:
        path = shown_path(error.filename or settings.state_dir)
        text = _("{path} cannot be read: {error}").format(path=path, error=file_complaint(error))
        yield Check(_n("session"), text, Health.WRONG)
    # Troubles of aktop's own files are reported with those.
    for text in (one for one in told if str(settings.state_dir) not in one):
        yield Check(_n("warning"), without_home(text), Health.WRONG)


async def _of(opened: Services) -> AsyncIterator[Check]:
    client = opened.client
    yield Check(_n("address"), inert(client.base_url), Health.FINE)
    yield _proxy(client)
    began = time.monotonic()
    try:
        site = await client.site()
    except GatewayError as error:
        yield Check(_n("reachable"), failures.sentence(error.failure), Health.WRONG)
        return
    took_ms = (time.monotonic() - began) * 1000
    yield Check(_n("reachable"), _("answers after {n} ms").format(n=round(took_ms)), Health.FINE)
    yield _tls(client)
    yield _version(site)
    yield _clock(opened)
    if opened.api_keys:
        yield await _keys(opened, site)
        return
    # These requests may renew the session.
    doors = await _doors(opened) if client.sessions.current() is not None else None
    yield _session(opened, site)
    if doors is not None:
        yield doors
    yield _budget(opened)


def _proxy(client: GatewayClient) -> Check:
    if client.proxy is None:
        return Check(_n("proxy"), _("none"), Health.FINE)
    text = _("{proxy} from {origin}").format(proxy=inert(client.proxy.shown), origin=client.proxy.origin)
    return Check(_n("proxy"), without_home(text), Health.FINE)


def _tls(client: GatewayClient) -> Check:
    if urlsplit(client.base_url).scheme == "http":
        return Check("TLS", _("none: http://"))
    tls = client.tls
    if tls is None:
        return Check("TLS", _("verified"), Health.FINE)
    if tls.until is None:
        return Check("TLS", tls.version, Health.FINE)
    left = tls.until - datetime.now(UTC)
    text = _("{version}, the certificate ends in {days} days").format(version=tls.version, days=left.days)
    mend = "" if left > _EXPIRY_WARNING else _("tell the gateway's operator")
    return Check("TLS", text, fine_if(left > _EXPIRY_WARNING), mend)


def _version(site: Site) -> Check:
    parts = [site_text(site) or _("it does not say its version"), site.time_zone or ""]
    parts += [_("wants a captcha at sign-in")] if site.captcha else []
    parts += [_("backend mode: users are refused")] if site.backend_mode else []
    parts.append(newer_note(site))
    is_fine = not site.backend_mode and bool(site.version) and not newer_note(site)
    state = Health.WRONG if site.backend_mode else Health.FINE if is_fine else Health.NOTE
    return Check(_n("version"), " · ".join(part for part in parts if part), state)


def _clock(opened: Services) -> Check:
    ahead = opened.clock.machine_ahead
    if abs(ahead) < WORTH_TELLING:
        return Check(_n("clock"), _("agrees with the gateway's"), Health.FINE)
    told = _("this machine's clock is {span} behind the gateway's")
    if ahead > timedelta(0):
        told = _("this machine's clock is {span} ahead of the gateway's")
    mend = _("set the clock; aktop goes by the gateway's")
    return Check(_n("clock"), told.format(span=fmt.span(abs(ahead))), Health.WRONG, mend)


def _session(opened: Services, site: Site) -> Check:
    """Whether there is a session, how long it lasts, and whether it renews itself."""
    client = opened.client
    session = client.sessions.current()
    if session is None:
        words = ("login", "--from-browser") if site.captcha else ("login",)
        mend = rerun_command.command(opened.settings, *words)
        return Check(_n("session"), _("not signed in"), Health.WRONG, mend)
    parts = [_("by a token given by hand") if is_by_hand(client) else _("kept")]
    keeper = client.sessions
    if isinstance(keeper, StoredSession) and keeper.trouble is not None:
        parts.append(_("only in memory"))
    if session.refresh_token is not None:
        parts.append(_("renews itself"))
    has_ended = False
    if session.expires_at is not None:
        left = session.expires_at - opened.clock.now()
        has_ended = left <= timedelta(0)
        parts.append(_("ended") if has_ended else _("ends in {span}").format(span=fmt.span(left)))
    if session.is_refresh_sent:
        parts.append(_("a renewal was sent, and its answer was never seen"))
    state = fine_if(not has_ended or session.refresh_token is not None)
    mend = rerun_command.command(opened.settings, "login") if state is Health.WRONG else ""
    return Check(_n("session"), " · ".join(parts), state, mend)


async def _doors(opened: Services) -> Check:
    """Which of the account's endpoints answer."""
    client, today = opened.client, opened.clock.now().astimezone(opened.zone).date()
    days, zone = (today, today), opened.zone.key
    doors: Mapping[str, Callable[[], Awaitable[object]]] = {
        "profile": client.profile,
        "keys": client.keys,
        "groups": client.groups,
        "plans": client.plans,
        "usage": lambda: client.totals(days, Filters(), zone=zone),
        "calls": lambda: client.calls(days, Filters(), zone=zone, page_size=1),
        "errors": lambda: client.errors(days, zone=zone, filters=Filters(), page_size=1),
    }
    found: dict[str, Failure | None] = {}
    for name, door in doors.items():
        try:
            await door()
            found[name] = None
        except GatewayError as error:
            found[name] = error.failure
    answering = [name for name, failure in found.items() if failure is None]
    parts = [" ".join(answering)] if answering else []
    parts += [f"{name}: {failures.short(failure)}" for name, failure in found.items() if failure is not None]
    kinds = {failure.kind for failure in found.values() if failure is not None}
    broken = [failure for failure in found.values() if failure is not None and failure.kind not in _NOT_OFFERED]
    state = Health.FINE if not kinds else Health.NOTE
    mend = ""
    if broken:
        is_put_off = all(failure.kind in _PUT_OFF for failure in broken)
        state = Health.UNKNOWN if is_put_off else Health.WRONG
        mend = failures.told(broken[0], rerun_command.command(opened.settings, "login"), is_by_hand=is_by_hand(client))
    return Check(_n("endpoints"), " · ".join(parts), state, mend)


async def _keys(opened: Services, site: Site) -> Check:
    today = opened.clock.now().astimezone(site.zone() or UTC).date()
    told = [str(len(opened.api_keys)), _("API keys only · read-only")]
    failure: Failure | None = None
    for place, key in enumerate(opened.api_keys, 1):
        try:
            await key.report(today, today, today)
        except GatewayError as error:
            failure = failure or error.failure
            told.append(f"{place}: {failures.short(error.failure)}")
    mend = failures.sentence(failure) if failure is not None else ""
    return Check(_n("API keys"), " · ".join(told), fine_if(failure is None), mend)


def _budget(opened: Services) -> Check:
    used = opened.client.budget.used()
    if not used.global_allowed:
        return Check(_n("requests"), _("no limit"), Health.FINE)
    text = _("{used} of {allowed} in the last minute, {heavy} of {heavy_allowed} of the expensive ones").format(
        used=used.global_used,
        allowed=used.global_allowed,
        heavy=used.heavy_used,
        heavy_allowed=used.heavy_allowed,
    )
    if used.blocked_for_s > 0:
        wait = _("the gateway asks to wait {n} s").format(n=round(used.blocked_for_s))
        return Check(_n("requests"), f"{text} · {wait}", Health.UNKNOWN)
    return Check(_n("requests"), text, Health.FINE)
