"""All that one API key reports about itself, and what is not visible with API keys alone."""

from decimal import Decimal

from tui.domain.account import Site
from tui.domain.api_key_mode import OwnApiKey, OwnPlan
from tui.domain.capabilities import Capability
from tui.domain.keys import ApiKey
from tui.domain.usage import Sums
from tui.locale import _, plural
from tui.monitor.api_key_mode import report_feeds
from tui.monitor.questions import AskSite
from tui.monitor.snapshot import Snapshot
from tui.present import failures, plans
from tui.present import format as fmt
from tui.present.display_context import DisplayContext
from tui.present.gauges import named
from tui.present.key_page import spend_limits
from tui.present.key_state import GLYPHS, status_severity, status_word
from tui.present.pane import FieldsPane, dated, framed
from tui.present.profiles import newer_note, site_text
from tui.present.scope_line import kinds_line, tokens_line
from widgets.values import Cell, Emphasis, Line


def pane(key: ApiKey, snapshot: Snapshot, look: DisplayContext) -> FieldsPane:
    """One key, and what is not visible with it."""
    assert isinstance(key, OwnApiKey)
    names = (f"{_('Key')} #{key.id}", look.name(key.name, ""), key.masked_secret)
    (feed,) = report_feeds(snapshot, only=key.id)
    frame = framed(f"4 {' · '.join(dict.fromkeys(filter(None, names)))}", "", dated(feed), look)
    return FieldsPane(frame, (*_details(key, look), *blind_spots(snapshot)))


def blind_spots(snapshot: Snapshot) -> tuple[Line, ...]:
    """What is not visible in API-key mode, and how to get it from this gateway, by its settings."""
    url, site = snapshot.gateway_url, snapshot.data(AskSite()) or Site()
    unseen = _("single calls, hours, errors, the account's other keys, names, addresses; nothing can be changed")
    way_in = _("sign in: aktop login --url {url}")
    if site.backend_mode:
        way_in = _("this gateway refuses sign-ins of users (backend mode); ask its operator")
    elif site.captcha is not None:
        way_in = _("hand over a browser's session (captcha): aktop login --from-browser --url {url}")
    told = [named(_("not told"), Cell(unseen)), named(_("to see it"), Cell(way_in.format(url=url)))]
    lacks = ""
    if not snapshot.capabilities.can(Capability.KEY_DAYS):
        lacks = _("tells a key its balance or plan and its use, but no days, models, limits or prices")
    told.append(named(_("gateway"), Cell("  ".join(filter(None, (site_text(site), newer_note(site), lacks))))))
    told.append(named(_("asking"), Cell(_("each look moves the key's “last used” at the gateway"), Emphasis.MUTED)))
    return tuple(told)


def _details(key: OwnApiKey, look: DisplayContext) -> list[Line]:
    told: list[Line] = []
    if key.failure is not None:
        told.append((Cell(failures.sentence(key.failure), Emphasis.WARNING),))
    report = key.report
    if report is None:
        return told or [(Cell(_("waiting for the gateway …"), Emphasis.MUTED),)]
    if report.limits is not None:
        told += _limits(key, look)
    elif report.plan is not None:
        told += _plan(report.plan, look)
    elif report.balance_usd is not None:
        told.append(_wallet(report.balance_usd))
    rates = _("calls/min {calls}  tokens/min {tokens}  mean duration {time}").format(
        calls=fmt.count(report.rpm), tokens=fmt.tokens(report.tpm), time=fmt.duration_ms(report.average_duration_ms)
    )
    sums = (*_sums(_("today"), report.today), *_sums(_("kept calls"), report.total))
    return [*told, _price(key), *sums, named(_("pace"), Cell(rates))]


def _wallet(balance_usd: Decimal) -> Line:
    severity = Emphasis.CRITICAL if balance_usd <= 0 else Emphasis.STRONG
    why = _(": the gateway refuses calls") if balance_usd <= 0 else ""
    note = _("of the account's wallet; whether this key has expired is not told")
    return named(_("balance"), Cell(f"{fmt.usd(balance_usd)}{why}  ", severity), Cell(note, Emphasis.MUTED))


def _plan(plan: OwnPlan, look: DisplayContext) -> list[Line]:
    if not plan.is_running:
        return [named(_("plan"), Cell(plan.name), Cell(_(": no running subscription"), Emphasis.WARNING))]
    until = _("until {time}").format(time=fmt.moment(plan.expires_at, look.now, look.zone)) if plan.expires_at else ""
    left = _("no limit") if plan.left_usd is None else _("{amount} left").format(amount=fmt.usd(plan.left_usd))
    note = _("a span that is over shows its old use until the next call")
    head = named(_("plan"), Cell(f"{plan.name}  {left}  {until}  "), Cell(note, Emphasis.MUTED))
    words = {"1d": _("day"), "7d": _("week"), "30d": _("month")}
    return [head, *(plans.window_line(words[window.name], window, look) for window in plan.windows)]


def _limits(key: OwnApiKey, look: DisplayContext) -> list[Line]:
    status = key.status(look.now)
    expires = fmt.moment(key.expires_at, look.now, look.zone) if key.expires_at is not None else _("never")
    return [
        named(
            _("status"),
            Cell(f"{GLYPHS[status]} {status_word(status)}   ", status_severity(status)),
            Cell(_("expires {time}").format(time=expires), Emphasis.MUTED),
        ),
        *spend_limits(key, look, _("up to 5½ min old")),
        named(_("balance"), Cell(_("not told to keys with limits of their own"), Emphasis.MUTED)),
    ]


def _price(key: OwnApiKey) -> Line:
    price = key.price
    if price is None:
        word = _("waiting for the gateway …") if key.price_failure is None else failures.short(key.price_failure)
        return named(_("price"), Cell(word, Emphasis.MUTED))
    parts = [_("group ×{factor}").format(factor=f"{price.group:g}")]
    if price.personal is not None:
        parts.append(_("yours ×{factor}").format(factor=f"{price.personal:g}"))
    if price.peak is not None:
        text = _("peak ×{factor} now, peak hours {hours} {zone}")
        parts.append(text.format(factor=f"{price.peak:g}", hours=price.peak_hours, zone=price.peak_zone))
    whole = Cell(_("×{factor} of the list price  ").format(factor=f"{price.effective:g}"))
    return named(_("price"), whole, Cell(" · ".join(parts), Emphasis.MUTED))


def _sums(word: str, sums: Sums | None) -> list[Line]:
    """The cost of some calls, their number, and their tokens; nothing if they are not reported."""
    if sums is None:
        return []
    calls = plural("{n} call", "{n} calls", sums.requests).format(n=fmt.count(sums.requests))
    cost = Cell(f"{fmt.usd(sums.billed_usd)}   "), Cell(f"{calls}   ", Emphasis.MUTED)
    return [named(word, *cost, *tokens_line(sums), Cell("   "), *kinds_line(sums))]
