"""What tells the accounts of a gateway apart in files on this machine, without naming anybody."""

import hashlib

from tui.gateway.auth.sessions import account_of
from tui.gateway.sub2api.client import GatewayClient


def account_mark(client: GatewayClient) -> str:
    """The mark of the signed-in account; empty while nobody is."""
    session = client.sessions.current()
    who = account_of(session) if session is not None else None
    return hashlib.sha256(f"{client.base_url}\n{who}".encode()).hexdigest()[:16] if who else ""
