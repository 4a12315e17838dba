"""From the parsed command line to what a verb does, and from what goes wrong to an exit code and a sentence."""

import argparse
import asyncio
import ipaddress
import os
from collections.abc import Coroutine
from typing import Any

from tui import locale
from tui.account.demo_account import DemoAccount
from tui.account.profiles import Profiles
from tui.account.screen_start import OpenScreen, ScreenStart
from tui.cli import rerun_command
from tui.cli.demo_options import demo_account
from tui.cli.exit_code import exit_code_of
from tui.cli.found_keys import agreed_key
from tui.cli.output import WrongUse
from tui.cli.output import say as say
from tui.cli.selectors import range_of
from tui.config import paths
from tui.config.settings import BadSettings, Settings, load
from tui.gateway.address import ConfigError
from tui.gateway.errors import GatewayError
from tui.locale import _
from tui.present import failures
from tui.terminal import colour, exit_codes, stream_encoding
from tui.terminal.streams import has_vanished, without_terminal

FLAGS = ("url", "token_file", "api_key_file", "read_only", "lang", "tz", "email", "proxy", "ca_bundle")


def run(options: argparse.Namespace, open_screen: OpenScreen) -> int:
    """Do what the command line asks for; what goes wrong becomes a sentence and an exit code."""
    try:
        settings = load(
            _flags(options), os.environ, paths.config_file(), paths.state_dir(), getattr(options, "profile", None)
        )
    except BadSettings as error:
        say(f"aktop: {error}")
        return exit_codes.WRONG_USE
    try:
        if settings["lang"]:
            # A screen is written in UTF-8 whatever the streams say.
            locale.use(settings["lang"] if options.verb is None else stream_encoding.spoken(settings["lang"]))
        return _verb(options, settings, open_screen)
    except (BadSettings, ConfigError, WrongUse) as error:
        say(f"aktop: {error}")
        return exit_codes.WRONG_USE
    except GatewayError as error:
        is_by_hand = bool(settings["token_file"] or os.environ.get("AKTOP_TOKEN"))
        login = rerun_command.command(settings, "login")
        say(f"aktop: {failures.told(error.failure, login, is_by_hand=is_by_hand)}")
        return exit_code_of(error.failure)
    except BrokenPipeError:
        raise
    except OSError as error:
        told = f"{error.filename}: {error.strerror}" if error.filename and error.strerror else error
        say(_("aktop: a file cannot be used: {error}").format(error=told))
        return exit_codes.WRONG_USE


def _flags(options: argparse.Namespace) -> dict[str, object]:
    return {name: getattr(options, name) for name in FLAGS if getattr(options, name, None) is not None}


def _verb(options: argparse.Namespace, settings: Settings, open_screen: OpenScreen) -> int:
    account = demo_account(options)
    if options.verb is None:
        return _monitor(options, settings, account, open_screen)
    if account is not None and options.verb == "demo":
        return _demo(options.listen, account)
    if options.verb == "config":
        from tui.cli.config import show

        return show(settings)
    if options.verb in ("login", "logout"):
        from tui.cli import sign_in

        return _run(sign_in.login(settings) if options.verb == "login" else sign_in.logout(settings))
    if options.verb == "key":
        from tui.cli import key

        return _run(key.act(options, settings, account))
    from tui.cli import reading

    return _run(reading.read(options, settings, account))


def _run(verb: Coroutine[Any, Any, int]) -> int:
    return asyncio.run(verb)


def _monitor(
    options: argparse.Namespace, settings: Settings, account: DemoAccount | None, open_screen: OpenScreen
) -> int:
    # Its log would hold a password that is typed, and others of them press keys: nothing from outside steers it.
    for name in [name for name in os.environ if name.startswith("TEXTUAL")]:
        del os.environ[name]
    if os.environ.get("TERM") == "dumb":
        raise WrongUse(
            _("this terminal says that it can show no screen (TERM=dumb); `aktop status` and `aktop triage` need none")
        )
    if has_vanished():
        return exit_codes.HUNG_UP
    lacking = without_terminal()
    if lacking is not None:
        names = (_("standard input"), _("standard output"), _("standard error"))
        raise WrongUse(
            _(
                "the screen needs a terminal, and {stream} is none; `aktop status` and `aktop triage` need none, and "
                "over SSH `ssh -t` gives one"
            ).format(stream=names[lacking])
        )
    colour.prepare(options.color, os.environ)
    # Textual waits for a tick before it paints what a key changed: half as long as it does unless told otherwise.
    os.environ["TEXTUAL_FPS"] = "120"
    profiles = Profiles(settings, _flags(options), dict(os.environ), say)
    found = agreed_key(settings, os.environ) if account is None else None
    start = ScreenStart(
        profiles, account, found, range_of(options.range), options.color, options.driver, not options.no_mouse
    )
    return asyncio.run(open_screen(start))


def _demo(listen: str, account: DemoAccount) -> int:
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
    """The address to listen on: the demo's password is in the manual, so it must not be reachable from elsewhere."""
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
