"""A webhook: the notice as signed JSON. docs/alerts.md says how to verify it."""

import hmac
import time
from collections.abc import Callable, Mapping
from urllib.parse import quote

from tui.config.alerts import AlertSettings
from tui.gateway.http.transport import Connections
from tui.outbound.http import Address
from tui.outbound.notice import Notice
from tui.outbound.secrets import secret_of


class WebhookChannel:
    """Posts each notice by itself. The id reveals duplicates."""

    def __init__(
        self,
        settings: AlertSettings,
        environ: Mapping[str, str],
        connections: Connections | None = None,
        now_s: Callable[[], float] = time.time,
    ) -> None:
        """Raises BadSettings."""
        self._address = Address(settings, environ, connections)
        self._secret = secret_of(settings.secret_file, settings.secret_variable, environ)
        self._now_s = now_s

    @property
    def shown(self) -> str:
        """The host."""
        return self._address.shown

    async def send(self, notice: Notice) -> None:
        """Post it. Raises Undelivered."""
        body, timestamp = notice.encoded(), str(int(self._now_s()))
        headers = {"x-aktop-id": quote(notice.id, safe=":/ "), "x-aktop-timestamp": timestamp}
        if self._secret is not None:
            headers["x-aktop-signature"] = signature(self._secret, timestamp, body)
        await self._address.post(body, headers)

    async def aclose(self) -> None:
        """Close what is open."""
        await self._address.aclose()


def signature(secret: str, timestamp: str, body: bytes) -> str:
    """The proof that a body was sent at a time by someone who knows the secret.

    >>> signature("secret", "1772421240", b"{}")[:23]
    'sha256=0e4dc5c248c27784'
    """
    return f"sha256={hmac.digest(secret.encode(), timestamp.encode() + b'.' + body, 'sha256').hex()}"
