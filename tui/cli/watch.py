"""`aktop watch`: watches accounts without a screen, for days, and prints and sends their notices."""

import argparse
import asyncio
import os
import signal
import sys
from collections.abc import Sequence
from contextlib import AsyncExitStack, closing
from typing import TYPE_CHECKING

from tui.account.demo_account import DemoAccount
from tui.account.profiles import Profiles
from tui.account.services import Services, open_demo_account
from tui.cli.output import Unwritable, WrongUse, flush, machine_text, read_or_not, say, tell
from tui.cli.parser import flags_of
from tui.cli.service_manager import ServiceManager
from tui.config import paths
from tui.config.complaints import complaint
from tui.config.file import BadSettings
from tui.config.settings import Settings
from tui.config.sources import load
from tui.domain.capabilities import Capability
from tui.gateway.address import ConfigError
from tui.locale import _, plural
from tui.outbound.channels_in_use import channels_in_use
from tui.outbound.notice_log import LoggedNotice
from tui.outbound.watching import WatchedAccount
from tui.present import notice_words
from tui.present.display_context import DisplayContext
from tui.terminal import exit_codes
from tui.terminal.notify import TerminalVoice

if TYPE_CHECKING:
    from tui.outbound.metrics.exporter import MetricsExporter

_PULSE_S = 5.0


async def watch(options: argparse.Namespace, settings: Settings, demo: DemoAccount | None) -> int:
    """Watch until SIGTERM or SIGINT; SIGHUP reloads the settings. Raises WrongUse, BadSettings and ConfigError."""
    manager, asked = ServiceManager(os.environ), asyncio.Queue[signal.Signals]()
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        if signal.getsignal(number) is not signal.SIG_IGN:
            asyncio.get_running_loop().add_signal_handler(number, asked.put_nowait, number)
    while True:
        async with AsyncExitStack() as stack:
            exporter = _exporter(options, settings, demo, stack)
            accounts = await _opened(options, settings, demo, exporter, stack)
            async with asyncio.TaskGroup() as group:
                tasks = [group.create_task(one.run()) for one in accounts]
                tasks.append(group.create_task(_pulse(manager, accounts)))
                _say_begin(accounts)
                manager.tell("READY=1")
                anew = await _asked_to_end(asked, options, manager)
                for task in tasks:
                    task.cancel()
        if anew is None:
            with read_or_not():
                pass  # lines that a full disk refused may still wait for room
            return exit_codes.OK
        settings = anew


async def _asked_to_end(
    asked: "asyncio.Queue[signal.Signals]", options: argparse.Namespace, manager: ServiceManager
) -> Settings | None:
    """Wait for the end of this watch; return the settings of the next one, if any."""
    while await asked.get() is signal.SIGHUP:
        manager.tell("RELOADING=1", f"MONOTONIC_USEC={int(asyncio.get_running_loop().time() * 1_000_000)}")
        try:
            return _anew(options)
        except (BadSettings, ConfigError, WrongUse) as error:
            say(_("aktop: the settings stay as they were: {why}").format(why=complaint(error)))
            manager.tell("READY=1")
    manager.tell("STOPPING=1")
    return None


def _anew(options: argparse.Namespace) -> Settings:
    """The reloaded settings, once it is certain that everything can be watched with them.

    Raises BadSettings, ConfigError and WrongUse.
    """
    profile = getattr(options, "profile", None)
    settings = load(flags_of(options), os.environ, paths.config_file(), paths.state_dir(), profile)
    if not hasattr(options, "demo"):
        profiles = Profiles(settings, flags_of(options), dict(os.environ), say)
        for name in _meant(options, profiles):
            channels_in_use(profiles.settings(name), os.environ)
    return settings


def _meant(options: argparse.Namespace, profiles: Profiles) -> Sequence[str | None]:
    """The profiles to watch, each once; None is the account in use. Raises WrongUse and BadSettings."""
    if options.all and options.profiles:
        raise WrongUse(_("--all means every profile: name none beside it"))
    names: Sequence[str | None] = profiles.names() if options.all else options.profiles or (None,)
    if not names:
        raise WrongUse(_("there is no profile in {path}").format(path=profiles.config_path))
    return tuple(dict.fromkeys(names))


def _exporter(
    options: argparse.Namespace, settings: Settings, demo: DemoAccount | None, stack: AsyncExitStack
) -> "MetricsExporter | None":
    """The metrics server, if wanted. Raises WrongUse."""
    if options.metrics is None:
        return None
    from tui.cli.metrics import serving  # a server, which few watches need
    from tui.outbound.metrics.exporter import MetricsExporter, NoPrometheusClient
    from tui.outbound.metrics.server import Unsafe, address_of

    folder = None if demo is not None else settings.state_dir / "metrics"
    try:
        exporter = MetricsExporter(folder, options.metrics, report=lambda text: say(f"aktop: {text}"))
        stack.enter_context(closing(exporter))
        stack.enter_context(serving(options, "--metrics", address_of(options.metrics), exporter))
    except (Unsafe, NoPrometheusClient) as error:
        raise WrongUse(str(error)) from None
    return exporter


async def _opened(
    options: argparse.Namespace,
    settings: Settings,
    demo: DemoAccount | None,
    exporter: "MetricsExporter | None",
    stack: AsyncExitStack,
) -> list[WatchedAccount]:
    """The accounts to watch. Raises WrongUse, BadSettings and ConfigError if none of them can be opened."""
    if demo is not None:
        services = await open_demo_account(settings, demo, say)
        stack.push_async_callback(services.aclose)
        return [_watched(services, options, exporter, has_several=False)]
    profiles = Profiles(settings, flags_of(options), dict(os.environ), say)
    names = _meant(options, profiles)
    accounts: list[WatchedAccount] = []
    for name in names:
        try:
            services = profiles.open(profiles.settings(name))
            stack.push_async_callback(services.aclose)
            if not services.capabilities.can(Capability.CALLS):
                raise WrongUse(_("`aktop watch` judges call records, which API keys alone do not show: sign in"))
        except (BadSettings, ConfigError, WrongUse) as error:
            if len(names) == 1:
                raise
            say(_("aktop: {profile} is not watched: {why}").format(profile=name, why=complaint(error)))
            continue
        accounts.append(_watched(services, options, exporter, has_several=len(names) > 1))
    if not accounts:
        raise WrongUse(_("no account is left to be watched"))
    return accounts


def _watched(
    services: Services, options: argparse.Namespace, exporter: "MetricsExporter | None", *, has_several: bool
) -> WatchedAccount:
    def hear(told: LoggedNotice) -> None:
        try:
            if options.json:
                machine_text(told.notice.encoded().decode() + "\n")
            else:
                one, look = told.notice, DisplayContext(told.notice.at, services.zone)
                tell(notice_words.watch_line(one.at, one.state, one.text, look, one.account if has_several else ""))
            flush()
        except Unwritable as error:  # a full disk under the log: the channels are told all the same
            say(f"aktop: {error}")

    watched = WatchedAccount(services, os.environ, hear, lambda text: say(f"aktop: {text}"), _voice(options))
    if exporter is not None:
        from tui.cli.metrics import label_of
        from tui.outbound.metrics.measuring import hand_on

        async def measure(of: WatchedAccount) -> None:
            hand_on(of.context, label_of(services), exporter, of.interval_s)

        watched.follow_with(measure)
    return watched


def _voice(options: argparse.Namespace) -> TerminalVoice | None:
    """The terminal's notifier, if a person sees this."""
    if options.json or not sys.stderr.isatty():
        return None

    def write(sequence: str) -> None:
        sys.stderr.write(sequence)
        sys.stderr.flush()

    return TerminalVoice(write, os.environ)


def _say_begin(accounts: Sequence[WatchedAccount]) -> None:
    count = len(accounts)
    say(plural("aktop: watching {n} account", "aktop: watching {n} accounts", count).format(n=count))
    for account in accounts:
        services = account.context.services
        where = services.settings.profile or services.client.base_url
        names = ", ".join(one.name for one in account.outlet.channels)
        none = _("{where}: no [[alerts]] in {path}: what happens is told here only")
        told = _("{where}: notices go to {channels}") if names else none
        say("  " + told.format(where=where, channels=names, path=services.settings.config_path))
        if services.client.sessions.current() is None:
            say("  " + _("{where}: nobody is signed in; `aktop login` changes that").format(where=where))


async def _pulse(manager: ServiceManager, accounts: Sequence[WatchedAccount]) -> None:
    """Notify the service manager while all accounts are being judged."""
    while manager.watchdog_s is not None:
        if all(account.is_looking for account in accounts):
            manager.tell("WATCHDOG=1")
        await asyncio.sleep(min(_PULSE_S, manager.watchdog_s / 2))
