"""Signing in, step by step, for the screen and the command line alike.

Passwords, codes and tokens pass through without being stored; the client's keeper stores the session.
"""

from datetime import UTC

from tui.account.kept_sessions import StoredSession
from tui.account.services import Services
from tui.domain.account import Profile
from tui.domain.failure import Failure, FailureKind
from tui.gateway.auth.handover import browser_session
from tui.gateway.auth.sessions import FixedSession
from tui.gateway.errors import error_of
from tui.gateway.sub2api.client import GatewayClient
from tui.gateway.sub2api.values import SecondFactor

CODE_TRIES = 3
"""How often the command line asks for a code: the gateway locks an account after five wrong ones (contract 2.2)."""


class SignIn:
    """One sign-in at one gateway. Every step raises GatewayError, and OSError if the session cannot be stored."""

    def __init__(self, client: GatewayClient) -> None:
        self._client = client
        self._second: SecondFactor | None = None

    @property
    def base_url(self) -> str:
        """The gateway."""
        return self._client.base_url

    @property
    def masked_email(self) -> str:
        """The address that the code was sent for, as the gateway shows it."""
        return self._second.masked_email if self._second is not None else ""

    @property
    def is_kept(self) -> bool:
        """Whether the session will outlive this run; one that began with a token given by hand does not."""
        return isinstance(self._client.sessions, StoredSession)

    async def require_possible(self) -> None:
        """Raise CAPTCHA if a terminal cannot sign in with a password; to be checked before asking for one."""
        site = await self._client.site()
        if site.captcha is not None:
            raise error_of(Failure(FailureKind.CAPTCHA))

    async def with_password(self, email: str, password: str) -> Profile | None:
        """The account; None if a code is needed first."""
        outcome = await self._client.login(email, password)
        del password
        if isinstance(outcome, SecondFactor):
            self._second = outcome
            return None
        return self._kept(outcome.profile)

    async def with_code(self, code: str) -> Profile:
        """The account, by the code of the second factor; after a wrong one (WRONG_CODE), try again."""
        assert self._second is not None, "the password comes first"
        return self._kept((await self._client.login_2fa(self._second.temp_token, code)).profile)

    async def with_token(self, access_token: str) -> Profile:
        """The account of a pasted access token. Raises ConfigError if it cannot be one."""
        return self._kept((await self._client.use_token(access_token)).profile)

    async def with_browser_session(self, pasted: str) -> Profile:
        """The account of a pasted browser session. Raises BadHandover if it is not one of this gateway.

        Nothing is stored unless the gateway accepts its access token; the refresh token is not used until it is due.
        """
        session = browser_session(pasted, self._client.base_url)
        return self._kept((await self._client.use_token(session.access_token, session.refresh_token)).profile)

    def _kept(self, profile: Profile) -> Profile:
        require_kept(self._client)
        return profile


async def try_key(services: Services) -> None:
    """Check that the gateway answers, and accepts the API key. Raises GatewayError.

    A refused key is reported at once, where it was typed, not on a screen with nothing to show.
    """
    site = await services.client.site()
    today = services.clock.now().astimezone(site.zone() or UTC).date()
    await services.api_keys[0].report(today, today, today)


def is_by_hand(client: GatewayClient) -> bool:
    """Whether the session is a token from a file or the environment."""
    return isinstance(client.sessions, FixedSession)


def require_kept(client: GatewayClient) -> None:
    """Raise OSError if the session could not be written to disk."""
    keeper = client.sessions
    if isinstance(keeper, StoredSession) and keeper.trouble is not None:
        raise keeper.trouble
