"""`aktop demo`: the embedded gateway alone."""

import argparse
import ipaddress

from tui.account.demo_account import DemoAccount
from tui.cli.output import WrongUse, say
from tui.config.settings import Settings
from tui.locale import _
from tui.terminal import exit_codes


def serve_demo(options: argparse.Namespace, _settings: Settings, demo: DemoAccount | None) -> int:
    """Serve until interrupted. Raises WrongUse."""
    account, listen = demo or DemoAccount(), options.listen
    from tui.demo.app import DemoGateway
    from tui.demo.serve import serve

    host, port = _loopback(listen)
    gateway = DemoGateway(seed=account.seed, scenario=account.scenario)
    say(_("sign in as {email} with the password {password}").format(email=gateway.email, password=gateway.password))
    keys = ",".join(gateway.example_keys())
    say(_("or with API keys alone: {command}").format(command=f"AKTOP_API_KEYS={keys} aktop --url http://{listen}"))
    try:
        serve(host, port, gateway)
    except OSError as error:
        raise WrongUse(f"--listen {listen}: {error}") from None
    return exit_codes.OK


def _loopback(listen: str) -> tuple[str, int]:
    """The address to listen on: loopback only, since the demo's password is in the manual."""
    host, _colon, port = listen.rpartition(":")
    host = host.strip("[]")
    if not host or not port.isdecimal() or int(port) > 65_535:
        raise WrongUse(_("--listen: expected HOST:PORT, for instance 127.0.0.1:8080"))
    if host != "localhost" and not _is_loopback(host):
        raise WrongUse(_("--listen: {host} is not a loopback address; expected 127.0.0.1 or ::1").format(host=host))
    return host, int(port)


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
