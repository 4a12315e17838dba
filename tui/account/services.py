"""The services behind screen and verbs, created from settings: client, session, journal."""

import asyncio
import ssl
import time
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from tui.account.demo_account import DemoAccount
from tui.account.file_troubles import telling
from tui.account.kept_sessions import StoredSessions
from tui.account.shared_requests import StoredRequests
from tui.config.api_key_files import FoundKey, NamedKey, named_keys
from tui.config.complaints import file_complaint
from tui.config.file import BadSettings
from tui.config.paths import as_written
from tui.config.settings import Settings
from tui.config.zone import user_zone
from tui.domain.capabilities import Capabilities, Capability, Lack
from tui.domain.clock import GatewayClock
from tui.gateway.address import normalised_base_url
from tui.gateway.api_key.client import ApiKeyClient
from tui.gateway.auth.sessions import FixedSession, Session, SessionKeeper, account_of
from tui.gateway.budget import RequestBudget
from tui.gateway.errors import GatewayError
from tui.gateway.http.proxies import Proxy
from tui.gateway.protocol import Source
from tui.gateway.sub2api.client import GatewayClient
from tui.locale import _
from tui.monitor.api_key_mode import with_answers_of_keys
from tui.monitor.snapshot import Snapshot
from tui.store.files import is_open_to_others, is_writable_by_others, read_given, read_regular, text_of
from tui.store.journal import Journal
from tui.store.keyring_box import find_box

MAX_CERTIFICATES = 1 << 24
"""Bytes of a file with certificate authorities; a system's own file has a quarter of a million."""


@dataclass(frozen=True, slots=True)
class Services:
    """What a screen or a verb works with."""

    client: GatewayClient
    journal: Journal
    clock: GatewayClock
    zone: ZoneInfo
    settings: Settings
    is_demo: bool = False
    api_keys: tuple[ApiKeyClient, ...] = ()
    """In API-key mode only these are queried, and `client` for the site's public settings."""
    closing: AsyncExitStack = field(default_factory=AsyncExitStack, repr=False, compare=False)
    """What is closed with them."""

    @property
    def capabilities(self) -> Capabilities:
        """The capabilities before the first request."""
        source: Source = self.api_keys[0] if self.api_keys else self.client
        known = source.capabilities
        return known.without(Lack.READ_ONLY, Capability.ACTIONS) if self.settings.read_only else known

    def first_snapshot(self) -> Snapshot:
        """What is known before the first request."""
        tags = tuple(key.tag(place) for place, key in enumerate(self.api_keys))
        start = Snapshot(self.client.base_url, self.zone, capabilities=self.capabilities, api_keys=tags)
        return with_answers_of_keys(start) if tags else start

    @property
    def history_dir(self) -> Path | None:
        """The folder of key histories; None for a demo account."""
        return None if self.is_demo else self.settings.state_dir / "history"

    async def aclose(self) -> None:
        """Close the connections, after a session renewal in flight."""
        for key in self.api_keys:
            await key.aclose()
        await self.client.aclose()
        await self.closing.aclose()


@asynccontextmanager
async def services(
    settings: Settings,
    environ: Mapping[str, str],
    *,
    demo_url: str | None = None,
    demo: DemoAccount | None = None,
    found: FoundKey | None = None,
    use_keys: bool = True,
    warn: Callable[[str], None] = lambda _text: None,
) -> AsyncIterator[Services]:
    """Open the services for the block. Raises BadSettings if no gateway is named."""
    if demo is not None:
        opened = await open_demo_account(settings, demo, warn)
    else:
        opened = open_services(settings, environ, demo_url=demo_url, found=found, use_keys=use_keys, warn=warn)
    try:
        yield opened
    finally:
        await opened.aclose()


async def open_demo_account(settings: Settings, account: DemoAccount, warn: Callable[[str], None]) -> Services:
    """Start a gateway in this process and sign in; it ends with the services. Raises GatewayError and OSError.

    The environment is not passed on: its tokens and keys belong to other gateways.
    """
    from tui.demo.app import DemoGateway  # a server, which few runs need
    from tui.demo.options import DemoOptions
    from tui.demo.serve import running

    options = DemoOptions(limits_on=account.has_limits)
    gateway = DemoGateway(seed=account.seed, scenario=account.scenario, options=options)
    server = running(gateway)
    url = await asyncio.to_thread(server.__enter__)
    opened = open_services(settings, {}, demo_url=url, warn=warn)
    if not account.has_limits:
        opened.client.budget.lift()
    opened.closing.push_async_callback(asyncio.to_thread, server.__exit__, None, None, None)
    try:
        await opened.client.login(gateway.email, gateway.password)
    except GatewayError:
        await opened.aclose()
        raise
    return opened


def open_services(
    settings: Settings,
    environ: Mapping[str, str],
    *,
    demo_url: str | None = None,
    found: FoundKey | None = None,
    use_keys: bool = True,
    warn: Callable[[str], None] = lambda _text: None,
) -> Services:
    """Open the services for the gateway of the settings, of the demo, or of a found key that a person agreed to.

    Sends no request. `use_keys` False is for verbs that need an account, whatever API keys are named. Raises
    BadSettings and ConfigError.
    """
    url = demo_url or (found.base_url if found else settings.url)
    if not url:
        sentence = _(
            "which gateway? Give --url https://gateway.example, set AKTOP_URL, or write url into {path}; "
            "aktop --demo shows a made-up one"
        )
        raise BadSettings(sentence.format(path=settings.config_path))
    named: tuple[NamedKey, ...] = (NamedKey(found.secret, found.variable),) if found else ()
    if use_keys and not found and not demo_url:
        named = named_keys(settings, environ, warn)
    verify = trust(settings)
    clock = GatewayClock()
    proxy = Proxy(settings.proxy, settings.values["proxy"].origin) if settings.proxy else None
    shared: Any = {"verify": verify, "proxy": proxy, "allow_http": settings.allow_http, "clock": clock}
    keys = tuple(ApiKeyClient(url, key.secret, label=key.label, **shared) for key in named)
    sessions = None if demo_url or keys else session_keeper(settings, environ, url, warn)
    others = None if sessions is None else StoredRequests(settings.state_dir / "requests", _account(url, sessions))
    client = GatewayClient(
        url,
        sessions=sessions,
        budget=RequestBudget(time.monotonic, share=settings.budget_share, others=others),
        **shared,
    )
    journal = Journal(settings.state_dir / "demo-journal.json" if demo_url else journal_file(settings), telling(warn))
    return Services(client, journal, clock, user_zone(settings), settings, demo_url is not None, keys)


def trust(settings: Settings, where: str | None = None) -> ssl.SSLContext | None:
    """The configured certificate authorities; None for the system's. Raises BadSettings.

    Certificates are always verified.
    """
    path = settings.ca_bundle
    if path is None:
        return None
    try:
        file = as_written(path)
        read_regular(file, MAX_CERTIFICATES)  # OpenSSL would wait for the other end of a pipe
        return ssl.create_default_context(cafile=str(file))
    except (OSError, ssl.SSLError) as error:
        text = _("{where}: no certificates can be read from {path}: {error}")
        where = where or f"ca_bundle ({settings.values['ca_bundle'].origin})"
        raise BadSettings(text.format(where=where, path=path, error=error)) from None


def session_keeper(
    settings: Settings, environ: Mapping[str, str], url: str, warn: Callable[[str], None]
) -> SessionKeeper:
    """The session: a token given by hand, otherwise the one from a sign-in. Raises BadSettings."""
    token_file = settings.token_file
    if token_file:
        try:
            path = as_written(token_file)
            session = FixedSession(text_of(read_given(path)))
            _warn_if_open(path, warn)
            return session
        except (OSError, UnicodeDecodeError) as error:
            # The text of a decoding error quotes the file, and so perhaps the token.
            why = file_complaint(error) if isinstance(error, OSError) else _("it is not UTF-8 text")
            sentence = _("--token-file: {path} cannot be read: {error}")
            raise BadSettings(sentence.format(path=token_file, error=why)) from None
    if environ.get("AKTOP_TOKEN"):
        return FixedSession(environ["AKTOP_TOKEN"])
    box = find_box() if settings.keyring else None
    _warn_if_open(sessions_file(settings), warn)
    if is_writable_by_others(settings.state_dir):
        text = _("others can put files of theirs into {path}; run: chmod 700 {path}")
        warn(text.format(path=settings.state_dir))
    store = StoredSessions(sessions_file(settings), report=warn, box=box)
    base_url = normalised_base_url(url)
    return store.for_gateway(base_url, _as_kept(settings.email, store.accounts(base_url)))


def _warn_if_open(path: Path, warn: Callable[[str], None]) -> None:
    if is_open_to_others(path):
        warn(_("{path} can be read by others; run: chmod 600 {path}").format(path=path))


def _account(url: str, sessions: SessionKeeper) -> Callable[[], str | None]:
    """A function that returns whose requests these are, once somebody has signed in."""
    base_url = normalised_base_url(url)
    known: tuple[Session | None, str | None] = None, None

    def account() -> str | None:
        nonlocal known
        session = sessions.current()
        if session is not known[0]:
            who = account_of(session) if session is not None else None
            known = session, f"{base_url} {who}" if who else None
        return known[1]

    return account


def sessions_file(settings: Settings) -> Path:
    """The file of kept sign-ins."""
    return settings.state_dir / "sessions.json"


def journal_file(settings: Settings) -> Path:
    """The file of the journal."""
    return settings.state_dir / "journal.json"


def _as_kept(email: str | None, kept: Iterable[str]) -> str | None:
    """The e-mail as the gateway wrote it at sign-in: its case does not matter (contract 2.2)."""
    if email is None:
        return None
    return next((account for account in kept if account.casefold() == email.casefold()), email)
