"""`aktop status` for those who have API keys alone: what these tell, once."""

import argparse
from datetime import timedelta

from msgspec.structs import replace

from tui.account.services import Services
from tui.cli import selectors
from tui.cli.api_key_mode_json import ApiKeyScope, api_key_mode_json
from tui.cli.exit_code import check_code, exit_code_of
from tui.cli.gather import Gatherer
from tui.cli.output import WrongUse, json_object, plain_text, say, tell
from tui.cli.status_text import flowing, model_lines, trend_lines
from tui.cli.text_table import table_lines, text_width
from tui.domain.capabilities import Capability, Lack
from tui.domain.scope import DayRange, RangeName, TimeRange, range_text, window_of
from tui.locale import _, plural
from tui.monitor.api_key_mode import MAX_DAYS, api_key_questions, own_usage, server_today
from tui.monitor.questions import AskSite
from tui.monitor.snapshot import Snapshot
from tui.present import api_key_details, api_key_header, api_key_mode, failures, low_balance
from tui.present import format as fmt
from tui.present.display_context import DisplayContext
from tui.present.profiles import site_text
from tui.records.freshness import state_word
from tui.terminal import exit_codes


async def api_key_mode_status(options: argparse.Namespace, services: Services) -> int:
    """Ask, show, and say by the exit code how it went. Raises WrongUse for what keys cannot tell."""
    if options.model is not None:
        raise WrongUse(_("--model needs a sign-in: API keys alone tell no use of one model by time"))
    only = None if options.key is None else _place_of(options.key, services)
    gatherer = Gatherer(services, may_wait=not options.no_wait)
    await gatherer.ask((AskSite(),))
    scope = _scope_of(options.range, gatherer, only)
    for _round in range(2):  # the second asks for the prices of the keys that were answered
        asked = api_key_questions(gatherer.snapshot, scope.days)
        await gatherer.ask([question for question in asked if gatherer.snapshot.feed(question).is_waiting])
    snapshot, look = gatherer.snapshot, DisplayContext(gatherer.now, services.zone)
    own_usd = services.settings.low_balance_usd
    found = api_key_mode.lines(snapshot, scope.days)
    needed = _reasons(snapshot, found, look, services)
    failed = [(line.tag, line.feed.failure) for line in found if line.feed.failure is not None]
    if options.json:
        state = state_word(is_firing=bool(needed), is_whole=not failed)
        json_object(api_key_mode_json(snapshot, scope, look, own_usd, state))
    else:
        for line in _lines(snapshot, scope, look, text_width()):
            tell(line)
    for reason in needed if options.check else ():
        say(reason)
    for tag, failure in failed:
        say(f"aktop: {api_key_mode.name(tag, look)}: {failures.short(failure)}")
    if options.check:
        return check_code(is_firing=bool(needed), is_whole=not failed)
    return next((exit_code_of(failure) for _tag, failure in failed), exit_codes.OK)


def require(services: Services, capability: Capability) -> None:
    """Raises WrongUse when there are API keys alone, which do not tell what is asked."""
    if services.capabilities.why_not(capability) is Lack.API_KEY_MODE:
        raise WrongUse(
            _(
                "this needs a sign-in: API keys alone are shown by the screen and by aktop status. "
                "Leave out --api-key-file, AKTOP_API_KEYS and api_key_file to use the account"
            )
        )


def _place_of(text: str, services: Services) -> int:
    """The key that --key means: its number, what its owner calls it, or its masked form. Raises WrongUse."""
    wanted = text.strip()
    tags = services.first_snapshot().api_keys
    for tag in tags:
        if wanted in (str(tag.place + 1), f"#{tag.place + 1}", tag.masked) or (wanted and wanted == tag.label):
            return tag.place
    look = DisplayContext(services.clock.now(), services.zone)
    known = "\n".join(f"  {api_key_mode.name(tag, look)}" for tag in tags)
    raise WrongUse(_("no API key is called '{name}'; there are:\n{keys}").format(name=text, keys=known))


def _scope_of(text: str, gatherer: Gatherer, only: int | None) -> ApiKeyScope:
    """The days of the server that --range means; its default, which keys cannot tell, stands for 30 days."""
    asked: TimeRange = RangeName.D30 if text == RangeName.H24 else selectors.range_of(text)
    window = window_of(asked, gatherer.now, gatherer.snapshot.server_zone)
    if window.days is None:
        raise WrongUse(_("--range {text} needs a sign-in: API keys alone tell whole days").format(text=text))
    today = server_today(gatherer.snapshot, gatherer.now)
    if window.days[0] <= today - timedelta(days=MAX_DAYS) or window.days[0] > today:
        sentence = _("--range {text}: API keys alone tell the last {n} days, from {day} on")
        day = today - timedelta(days=MAX_DAYS - 1)
        raise WrongUse(sentence.format(text=text, n=MAX_DAYS, day=day))
    days = None if asked == RangeName.D30 else (window.days[0], min(window.days[1], today))
    return ApiKeyScope(asked if days is None or not isinstance(asked, DayRange) else DayRange(*days), days, only)


def _lines(snapshot: Snapshot, scope: ApiKeyScope, look: DisplayContext, width: int) -> list[str]:
    usage, told = own_usage(snapshot, look.now, scope.only, scope.days)
    found = api_key_mode.lines(snapshot, scope.days)
    chosen = found if scope.only is None else found[scope.only : scope.only + 1]
    site = snapshot.data(AskSite())
    version = f" · {site_text(site)}" if site else ""
    at = _("as of {time} ({zone})").format(time=fmt.clock_time(look.now, look.zone), zone=look.zone.key)
    who = (f"aktop · {snapshot.gateway_url.partition('://')[2]}{version}", at, _("API keys only · read-only"))
    days = _("{range}, days of the server ({zone})").format(
        range=range_text(scope.range), zone=snapshot.server_zone.key
    )
    part = (
        plural("{n} of {all} key", "{n} of {all} keys", len(chosen)).format(n=told, all=len(chosen))
        if told < len(chosen)
        else ""
    )
    totals = [plain_text(line) for line in api_key_header.totals(usage, chosen)]
    shown = tuple(
        replace(column, title=range_text(scope.range).upper()) if column.id == "days" and scope.days else column
        for column in api_key_mode.columns(width, fmt.foreign_offset(snapshot.server_zone, look.zone, look.now))
    )
    why = api_key_mode.why_no_days(chosen, snapshot)
    server = DisplayContext(look.now, snapshot.server_zone)
    return [
        *flowing((*who, plain_text(api_key_header.right(snapshot, scope.days))), width),
        *flowing((days, part, *totals), width),
        *([why] if why else trend_lines(usage, server, width)),
        "",
        *table_lines(shown, api_key_mode.rows(chosen, look, shown, ("key", False)), width),
        "",
        *([] if why else [*model_lines(usage, look, width), ""]),
        *(plain_text(line) for line in api_key_details.blind_spots(snapshot)),
    ]


def _reasons(
    snapshot: Snapshot, found: tuple[api_key_mode.ApiKeyLine, ...], look: DisplayContext, services: Services
) -> list[str]:
    """Why a person is needed, one sentence each."""
    own_usd = services.settings.low_balance_usd
    alarm = low_balance.step(low_balance.Alarm(), snapshot, look, None, own_usd)
    told = low_balance.news(alarm, snapshot, look, None, own_usd)
    reasons = [plain_text(told)] if told else []
    for line in found:
        if api_key_mode.needs_a_person(line, look.now):
            word = api_key_mode.state(line, look.now).text
            reasons.append(_("Key {name} is {status}.").format(name=api_key_mode.name(line.tag, look), status=word))
    return reasons
