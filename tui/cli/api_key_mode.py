"""`aktop status` in API-key mode: what the keys report, once."""

import argparse
from datetime import timedelta

from msgspec.structs import replace

from tui.account.services import Services
from tui.cli import selectors
from tui.cli.alarms import reasons
from tui.cli.exit_code import CheckResult, first_code
from tui.cli.gather import Gatherer
from tui.cli.output import WrongUse, json_object, plain_text, say, tell
from tui.cli.status_json import status_json
from tui.cli.status_text import flowing, model_lines, trend_lines
from tui.cli.text_table import table_lines, text_width
from tui.domain.capabilities import Capability, Lack
from tui.domain.scope import DayRange, RangeName, Scope, TimeRange, range_text, window_of
from tui.locale import _
from tui.monitor.api_key_mode import MAX_DAYS, api_key_questions, days_of, server_today
from tui.monitor.questions import AskSite
from tui.monitor.scoped import usage_of
from tui.monitor.snapshot import Snapshot
from tui.present import api_key_mode, api_key_mode_details, api_key_mode_header, failures
from tui.present import format as fmt
from tui.present.api_key_mode import lines
from tui.present.api_key_mode_panes import part_word
from tui.present.display_context import DisplayContext, context_of
from tui.present.profiles import site_text
from tui.records.freshness import Feeds, missing_feeds_json


async def api_key_mode_status(options: argparse.Namespace, services: Services) -> int:
    """Ask, show, and return the exit code. Raises WrongUse for what keys cannot report."""
    if options.model is not None:
        raise WrongUse(_("--model needs a sign-in: API keys alone tell no use of one model by time"))
    only = None if options.key is None else _key_id_of(options.key, services)
    gatherer = Gatherer(services, may_wait=not options.no_wait)
    await gatherer.ask((AskSite(),))
    scope = Scope(_range_of(options.range, gatherer)).narrowed(key_id=only)
    for _round in range(2):  # the second asks for the prices of keys that answered
        asked = api_key_questions(gatherer.snapshot, scope)
        await gatherer.ask([question for question in asked if gatherer.snapshot.feed(question).is_waiting])
    snapshot, look = gatherer.snapshot, gatherer.look
    own_usd, found = services.settings.low_balance_usd, lines(snapshot, scope.elsewhere())
    feeds: Feeds = {f"key_{line.tag.id}": line.feed for line in found}
    failed = {name: feed.failure for name, feed in feeds.items() if feed.failure is not None}
    result = CheckResult(reasons(snapshot, look, None, own_usd, found), is_whole=not failed)
    if options.json:
        missing = missing_feeds_json(feeds, snapshot.zone)
        feeds = {"settings": snapshot.feed(AskSite()), **feeds}
        json_object(status_json(snapshot, scope, feeds, look, None, own_usd, result.state, missing))
    else:
        for told in _lines(snapshot, scope, look, text_width()):
            tell(told)
    if options.check:
        result.say()
    for line in found:
        if line.feed.failure is not None:
            say(f"aktop: {api_key_mode.name(line.tag, look)}: {failures.short(line.feed.failure)}")
    return result.code if options.check else first_code(failed)


def require(services: Services, capability: Capability) -> None:
    """Raise WrongUse in API-key mode, where keys do not report what is needed."""
    if services.capabilities.why_not(capability) is Lack.API_KEY_MODE:
        raise WrongUse(
            _(
                "this needs a sign-in: API keys alone are shown by the screen and by aktop status. "
                "Leave out --api-key-file, AKTOP_API_KEYS and api_key_file to use the account"
            )
        )


def _key_id_of(text: str, services: Services) -> int:
    """The key of --key: by number, label or masked form. Raises WrongUse."""
    start = services.first_snapshot()
    wanted, tags = text.strip(), start.api_keys
    for tag in tags:
        if wanted in (str(tag.id), f"#{tag.id}", tag.masked) or (wanted and wanted == tag.label):
            return tag.id
    look = context_of(start, services.clock.now())
    known = "\n".join(f"  {api_key_mode.name(tag, look)}" for tag in tags)
    raise WrongUse(_("no API key is called '{name}'; there are:\n{keys}").format(name=text, keys=known))


def _range_of(text: str, gatherer: Gatherer) -> TimeRange:
    """The server's days of --range; the default, which keys cannot report, stands for 30 days."""
    asked: TimeRange = RangeName.D30 if text == RangeName.H24 else selectors.range_of(text)
    window = window_of(asked, gatherer.now, gatherer.snapshot.server_zone)
    if window.days is None:
        raise WrongUse(_("--range {text} needs a sign-in: API keys alone tell whole days").format(text=text))
    today = server_today(gatherer.snapshot, gatherer.now)
    if window.days[0] <= today - timedelta(days=MAX_DAYS) or window.days[0] > today:
        sentence = _("--range {text}: API keys alone tell the last {n} days, from {day} on")
        day = today - timedelta(days=MAX_DAYS - 1)
        raise WrongUse(sentence.format(text=text, n=MAX_DAYS, day=day))
    name = asked.value if isinstance(asked, RangeName) else ""
    return asked if asked == RangeName.D30 else DayRange(window.days[0], min(window.days[1], today), name)


def _lines(snapshot: Snapshot, scope: Scope, look: DisplayContext, width: int) -> list[str]:
    usage, title = usage_of(scope, snapshot, look.now), range_text(scope.range)
    version = f" · {site_text(site)}" if (site := snapshot.data(AskSite())) else ""
    at = _("as of {time} ({zone})").format(time=fmt.clock_time(look.now, look.zone), zone=look.zone.key)
    who = (f"aktop · {snapshot.gateway_url.partition('://')[2]}{version}", at, _("API keys only · read-only"))
    days = _("{range}, days of the server ({zone})").format(range=title, zone=snapshot.server_zone.key)
    totals = [plain_text(line) for line in api_key_mode_header.totals(scope, snapshot, look.now)]
    shown = tuple(
        replace(column, title=title.upper()) if column.id == "days" and days_of(scope) else column
        for column in api_key_mode.columns(width, fmt.foreign_offset(snapshot.server_zone, look.zone, look.now))
    )
    why = api_key_mode.why_no_days(snapshot, scope)
    return [
        *flowing((*who, plain_text(api_key_mode_header.right(snapshot, scope))), width),
        *flowing((days, part_word(scope, snapshot), *totals), width),
        *([why] if why else trend_lines(usage, look.in_zone(snapshot.server_zone), width)),
        "",
        *table_lines(shown, api_key_mode.rows(lines(snapshot, scope), look, shown, ("key", False)), width),
        "",
        *([] if why else [*model_lines(usage, look, width), ""]),
        *(plain_text(line) for line in api_key_mode_details.blind_spots(snapshot)),
    ]
