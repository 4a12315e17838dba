"""`aktop metrics`: an account's metrics for Prometheus, served, written for node_exporter, or printed once."""

import argparse
import asyncio
import contextlib
import os
import signal
from collections.abc import Iterator, Sequence
from contextlib import AsyncExitStack, contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from msgspec import Struct

from tui.account.cache import AccountCache
from tui.account.demo_account import DemoAccount
from tui.account.incident_tracker import IncidentTracker
from tui.account.profiles import Profiles
from tui.account.services import Services, open_demo_account, open_services
from tui.cli.gather import Gatherer, gather_first, gather_verdict
from tui.cli.output import WrongUse, machine_text, say
from tui.cli.reading import reading
from tui.cli.written_file import file_to_write, not_written
from tui.config.complaints import complaint, file_complaint
from tui.config.file import BadSettings
from tui.config.paths import as_written
from tui.config.settings import Settings
from tui.domain.capabilities import Capability
from tui.gateway.address import ConfigError
from tui.locale import _
from tui.outbound.metrics.bounds import Bounds
from tui.outbound.metrics.exporter import MetricsExporter, NoPrometheusClient
from tui.outbound.metrics.measuring import MeasuredAccount
from tui.outbound.metrics.server import DEFAULT_ADDRESS, ListenAddress, MetricsServer, Unsafe, address_of, protection_of
from tui.terminal import exit_codes

FIRST_WRITE_S, WRITE_EVERY_S = 2.0, 15.0
LEAST_EVERY_S, MOST_EVERY_S = 1.0, 600.0


class _Wish(Struct, frozen=True):
    """What the command line asks for."""

    address: ListenAddress | None
    file: Path | None
    is_once: bool
    is_all: bool
    label: str | None
    every_s: float

    @property
    def target(self) -> str:
        """The consumer of the counters."""
        return str(self.file) if self.address is None and self.file is not None else f"{self.address}"


async def metrics(options: argparse.Namespace, settings: Settings, demo: DemoAccount | None) -> int:
    """Serve or write until stopped, or once. Raises WrongUse, BadSettings, GatewayError and OSError."""
    try:
        wish = _wish(options)
        exporter = MetricsExporter(
            None if demo is not None else settings.state_dir / "metrics",
            wish.target,
            bounds=Bounds(keys=options.max_keys, models=options.max_models),
            has_names=not options.no_names,
            report=lambda text: say(f"aktop: {text}"),
        )
        with contextlib.closing(exporter):
            if wish.is_once:
                return await _once(wish, settings, demo, exporter)
            with serving(options, "--listen", wish.address, exporter):
                return await _run(wish, settings, demo, exporter)
    except (Unsafe, NoPrometheusClient) as error:
        raise WrongUse(str(error)) from None


def _wish(options: argparse.Namespace) -> _Wish:
    if options.once and options.listen is not None:
        raise WrongUse(_("--once writes to standard output, or to the file of --textfile; --listen serves until ended"))
    if options.once and options.all:
        raise WrongUse(_("--once is for one account; --profile says which"))
    if options.label is not None and options.all:
        raise WrongUse(_("--label names one account; with --all each has the name of its profile"))
    if not LEAST_EVERY_S <= options.every <= MOST_EVERY_S:
        text = _("--every: expected {lowest} to {highest} seconds")
        raise WrongUse(text.format(lowest=f"{LEAST_EVERY_S:g}", highest=f"{MOST_EVERY_S:g}"))
    if min(options.max_keys, options.max_models) < 1:
        raise WrongUse(_("--max-keys, --max-models: expected 1 or more"))
    file = file_to_write("--textfile", options.textfile) if options.textfile is not None else None
    listens = not options.once and (options.listen is not None or file is None)
    address = address_of(options.listen or DEFAULT_ADDRESS) if listens else None
    return _Wish(address, file, options.once, options.all, options.label, options.every)


@contextmanager
def serving(
    options: argparse.Namespace, flag: str, address: ListenAddress | None, exporter: MetricsExporter
) -> Iterator[None]:
    """Serve scrapers for the block, if wanted; `flag` is where the address was given.

    Raises Unsafe and WrongUse.
    """
    certificate, private_key, token_file = (
        as_written(name) if name is not None else None
        for name in (options.tls_cert, options.tls_key, options.bearer_file)
    )
    protection = protection_of(certificate, private_key, token_file)
    if address is None:
        yield
        return
    try:
        server = MetricsServer(exporter, address, protection)
    except OSError as error:
        raise WrongUse(f"{flag} {address.shown}: {error.strerror or error}") from None
    scheme = "https" if protection.tls is not None else "http"
    at = ListenAddress(address.host, server.port).shown
    say(_("metrics at {url}").format(url=f"{scheme}://{at}/metrics"))
    if protection.tls is None and not address.is_loopback:
        say(_("aktop: the token and all names cross the network unencrypted; --tls-cert and --tls-key mend that"))
    with contextlib.closing(server):
        yield


async def _run(wish: _Wish, settings: Settings, demo: DemoAccount | None, exporter: MetricsExporter) -> int:
    """Measure the accounts until a signal."""
    ended = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, ended.set)
    try:
        async with AsyncExitStack() as stack:
            accounts = await _accounts(wish, settings, demo, exporter, stack)
            tasks = [asyncio.create_task(one.run()) for one in accounts]
            if wish.file is not None:
                tasks.append(asyncio.create_task(_write_on(wish.file, exporter)))
            waits = asyncio.create_task(ended.wait())
            await asyncio.wait((waits, *tasks), return_when=asyncio.FIRST_COMPLETED)
            failed = [task for task in tasks if task.done()]
            for task in (waits, *tasks):
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            for task in failed:
                task.result()
    finally:
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.remove_signal_handler(number)
    return exit_codes.OK


async def _accounts(
    wish: _Wish, settings: Settings, demo: DemoAccount | None, exporter: MetricsExporter, stack: AsyncExitStack
) -> list[MeasuredAccount]:
    """The accounts to measure, opened. With several, one that cannot be opened does not stop the others."""
    if demo is not None:
        services = await open_demo_account(settings, demo, say)
        stack.push_async_callback(services.aclose)
        return [MeasuredAccount(services, wish.label or "demo", exporter, wish.every_s, _warn)]
    if not wish.is_all:
        services = open_services(settings, os.environ, warn=say)
        stack.push_async_callback(services.aclose)
        return [MeasuredAccount(services, wish.label or label_of(services), exporter, wish.every_s, _warn)]
    profiles, found = Profiles(settings, {}, dict(os.environ), say), []
    for name in _names(profiles):
        try:
            services = profiles.open(profiles.settings(name))
        except (BadSettings, ConfigError) as error:
            say(f"aktop: {name}: {complaint(error)}")
            exporter.hear_nothing(name)
            continue
        stack.push_async_callback(services.aclose)
        found.append(MeasuredAccount(services, name, exporter, wish.every_s, _warn))
    return found


def _names(profiles: Profiles) -> Sequence[str]:
    names = profiles.names()
    if not names:
        raise WrongUse(_("--all: there is no profile in {path}").format(path=profiles.config_path))
    return names


def label_of(services: Services) -> str:
    """The account's label: its profile, otherwise its gateway's host."""
    return services.settings.profile or urlsplit(services.client.base_url).netloc


def _warn(text: str) -> None:
    say(f"aktop: {text}")


async def _write_on(file: Path, exporter: MetricsExporter) -> None:
    """Keep writing a file; delete it at the end, since old figures look like new ones."""
    has_failed, wait_s = False, FIRST_WRITE_S
    try:
        while True:
            await asyncio.sleep(wait_s)
            try:
                await asyncio.to_thread(exporter.write, file)
                has_failed, wait_s = False, WRITE_EVERY_S
            except OSError as error:
                if not has_failed:
                    say(f"aktop: --textfile {file}: {file_complaint(error)}")
                has_failed = True
    finally:
        _remove(file)


def _remove(file: Path) -> None:
    with contextlib.suppress(OSError):
        file.unlink(missing_ok=True)


async def _once(wish: _Wish, settings: Settings, demo: DemoAccount | None, exporter: MetricsExporter) -> int:
    """Ask once what a verdict needs, and write. Raises GatewayError if not even the account came."""
    async with reading(settings, demo) as services:
        if not services.capabilities.can(Capability.ACCOUNT):
            raise WrongUse(_("--once needs a sign-in: API keys alone tell too little"))
        gatherer = Gatherer(services)
        tracker = IncidentTracker.of(services.settings, _warn)
        memory = AccountCache(services.history_dir, services.client.base_url, tracker, _warn)
        await gather_first(gatherer)
        await memory.recall(gatherer.snapshot, gatherer.recall)
        await gather_verdict(gatherer)
        snapshot = gatherer.snapshot
        report = tracker.judge(snapshot, gatherer.now)
        await memory.keep(snapshot, gatherer.now, at_once=True)
        label = wish.label or ("demo" if services.is_demo else label_of(services))
        own_usd = services.settings.low_balance_usd
        exporter.hear(label, snapshot, report, tracker.incidents, gatherer.now, own_usd=own_usd)
    exporter.settle()
    if wish.file is None:
        machine_text(exporter.exposition()[1].decode())
    else:
        try:
            exporter.write(wish.file)
        except OSError as error:
            raise not_written("--textfile", wish.file, error) from None
    return exit_codes.OK
