"""`aktop alerts`: past notices and their deliveries; `--test` sends a notice to see whether it arrives."""

import argparse
import asyncio
import os
from datetime import datetime

from msgspec import to_builtins

from tui.account.demo_account import DemoAccount
from tui.account.services import Services, open_services
from tui.cli.output import WrongUse, json_object, read_or_not, say, tell
from tui.cli.text_table import table_lines, text_width
from tui.config.complaints import file_complaint
from tui.config.settings import Settings
from tui.locale import _
from tui.outbound.alerts import notices_file
from tui.outbound.channels.channel import Undelivered
from tui.outbound.channels_in_use import channels_in_use
from tui.outbound.delivery import ChannelInUse, sending_failure
from tui.outbound.notice import WATCH, Notice, NoticeState
from tui.outbound.notice_log import Entries, NoticeLog
from tui.outbound.told_notices import shown
from tui.present import notice_words, notices_panes
from tui.present.display_context import DisplayContext
from tui.terminal import exit_codes
from tui.triage.severity import Severity

SCHEMA = "aktop.alerts/1"


async def alerts(options: argparse.Namespace, settings: Settings, _demo: DemoAccount | None) -> int:
    """Show, or send a test. Asks no gateway. Raises BadSettings and WrongUse."""
    services = open_services(settings, os.environ, warn=say)
    try:
        if options.test is not None:
            return await _test(services, options.test)
        return _show(services, options)
    finally:
        await services.aclose()


def _show(services: Services, options: argparse.Namespace) -> int:
    entries = _entries(services)
    look = DisplayContext(services.clock.now(), services.zone)
    if options.json:
        told = [{**to_builtins(one.notice), "deliveries": to_builtins(one.deliveries)} for one in entries.values()]
        json_object({"schema": SCHEMA, "notices": told})
        return exit_codes.OK
    told_notices = shown(entries)
    for line in table_lines(notices_panes.columns(), notices_panes.rows(told_notices, look), text_width()):
        if told_notices:
            tell(line)
    for notice in told_notices:
        for arrival in notice.arrivals:
            if arrival.why and arrival.state in ("failed", "waiting"):
                say(f"aktop: {notice.id}: {notices_panes.arrival_text(arrival, look)}")
    if not told_notices:
        say(_("aktop: nothing was told yet"))
    if not services.settings.alerts:
        say(_("aktop: no [[alerts]] in {path}: nothing is sent").format(path=services.settings.config_path))
    return exit_codes.OK


def _entries(services: Services) -> Entries:
    """The notices. Raises WrongUse."""
    try:
        return NoticeLog(notices_file(services)).entries()
    except OSError as error:
        text = _("what was told cannot be read: {reason}")
        raise WrongUse(text.format(reason=file_complaint(error))) from None


async def _test(services: Services, name: str) -> int:
    """Send a test notice to one channel, or to all. Raises WrongUse."""
    channels = channels_in_use(services.settings, os.environ)
    chosen = [one for one in channels if name in ("", one.name)]
    if not chosen:
        known = ", ".join(one.name for one in channels)
        if not known:
            text = _("there is no channel to send to: no [[alerts]] in {path}")
            raise WrongUse(text.format(path=services.settings.config_path))
        raise WrongUse(_("there is no channel '{name}'; there are: {names}").format(name=name, names=known))
    notice = trial_notice(services)
    failures = await asyncio.gather(*(_send(one, notice) for one in chosen))
    for one, failure in zip(chosen, failures, strict=True):
        if failure is None:
            with read_or_not():
                tell(_("{channel} ({where}): sent").format(channel=one.name, where=one.channel.shown))
        else:
            text = _("{channel} ({where}): did not arrive, {why}")
            say(text.format(channel=one.name, where=one.channel.shown, why=failure.why))
    return exit_codes.NOT_APPLIED if any(failures) else exit_codes.OK


async def _send(to: ChannelInUse, notice: Notice) -> Undelivered | None:
    try:
        return await sending_failure(to.channel.send(notice))
    finally:
        await to.channel.aclose()


def trial_notice(services: Services) -> Notice:
    """A notice which says that it is a test."""
    now: datetime = services.clock.now()
    return Notice(
        id=f"test-{now:%Y%m%dT%H%M%S}",
        at=now,
        state=NoticeState.SEEING,
        kind=WATCH,
        severity=Severity.INFO,
        episode=f"test-{now:%Y%m%dT%H%M%S}",
        account=services.settings.profile or "",
        gateway=services.client.base_url,
        sentence=notice_words.trial_sentence(),
    )
