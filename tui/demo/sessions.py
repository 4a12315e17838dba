"""Access tokens (JWT, HS256) and single-use refresh tokens (contract 2.3)."""

import base64
import binascii
import hashlib
import hmac
import random
from dataclasses import dataclass
from typing import Any

import msgspec

from tui.demo.account import User
from tui.demo.calendar import SECOND, Moment
from tui.demo.options import DemoOptions

HEADER = {"alg": "HS256", "typ": "JWT"}
LONGEST_TOKEN = 8192


class BadTokenError(Exception):
    """Not a token of this server."""


@dataclass(frozen=True, slots=True)
class Session:
    """What a refresh token stands for."""

    family: str
    version: int
    expires: Moment
    binding: str


def fingerprint(address: str, agent: str) -> str:
    """What a session is bound to, if the site requires that."""
    return hashlib.sha256(f"{address}|{agent}".encode()).hexdigest()[:32]


class Sessions:
    """Issues and checks tokens."""

    def __init__(self, rng: random.Random, options: DemoOptions) -> None:
        self.rng = rng
        self.options = options
        self.secret = rng.randbytes(32)
        self.open: dict[str, Session] = {}

    def start(self, user: User, binding: str, now: Moment) -> dict[str, Any]:
        """Start a session: both tokens."""
        return self._issue(user, f"{self.rng.getrandbits(128):032x}", binding, now)

    def renew(self, user: User, old: Session, now: Moment) -> dict[str, Any]:
        """Renew both tokens of a session."""
        return self._issue(user, old.family, old.binding, now)

    def take(self, token: str) -> Session | None:
        """The session of a refresh token, which is consumed."""
        return self.open.pop(token, None)

    def revoke_family(self, family: str) -> None:
        """End the refresh tokens of a session."""
        self.open = {token: each for token, each in self.open.items() if each.family != family}

    def _issue(self, user: User, family: str, binding: str, now: Moment) -> dict[str, Any]:
        refresh = f"rt_{self.rng.getrandbits(256):064x}"
        expires = now + self.options.refresh_token_lifetime_s * SECOND
        self.open[refresh] = Session(family, user.token_version, expires, binding)
        return {
            "access_token": self._access_token(user, family, binding, now // SECOND),
            "refresh_token": refresh,
            "expires_in": self.options.access_token_lifetime_s,
            "token_type": "Bearer",
        }

    def _access_token(self, user: User, family: str, binding: str, issued_s: int) -> str:
        claims = {
            "user_id": user.id,
            "email": user.email,
            "role": "user",
            "token_version": user.token_version,
            "sid": family,
            "bnd": binding,
            "exp": issued_s + self.options.access_token_lifetime_s,
            "nbf": issued_s,
            "iat": issued_s,
        }
        signed = f"{_encode(msgspec.json.encode(HEADER))}.{_encode(msgspec.json.encode(claims))}"
        return f"{signed}.{_encode(self._sign(signed))}"

    def claims(self, token: str) -> dict[str, Any]:
        """The claims of a genuine token, expired or not. Raises BadTokenError."""
        parts = token.split(".")
        if len(token) > LONGEST_TOKEN or len(parts) != 3 or not token.isascii():
            raise BadTokenError
        signature = _decode(parts[2])
        if not hmac.compare_digest(signature, self._sign(f"{parts[0]}.{parts[1]}")):
            raise BadTokenError
        claims: dict[str, Any] = msgspec.json.decode(_decode(parts[1]))
        return claims

    def _sign(self, text: str) -> bytes:
        return hmac.new(self.secret, text.encode(), hashlib.sha256).digest()


def _encode(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def _decode(text: str) -> bytes:
    try:
        return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except (binascii.Error, ValueError):
        raise BadTokenError from None
