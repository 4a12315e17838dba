"""The details of one API key, and what is not visible in API key mode."""

from decimal import Decimal

from tui.domain.account import Site
from tui.domain.api_key_mode import ApiKeyPrice, ApiKeyReport, LimitTerms, PlanTerms, WalletTerms
from tui.domain.capabilities import Capability
from tui.domain.usage import Sums
from tui.locale import _, plural
from tui.monitor.feed import Feed
from tui.monitor.questions import AskSite
from tui.monitor.snapshot import Snapshot
from tui.present import failures, plans
from tui.present import format as fmt
from tui.present.api_key_mode import ApiKeyLine
from tui.present.display_context import DisplayContext
from tui.present.gauges import named
from tui.present.key_page import quota_line, window_line
from tui.present.keys import GLYPHS, status_severity, status_word
from widgets.values import Cell, Emphasis, Line


def details(line: ApiKeyLine, look: DisplayContext) -> tuple[Line, ...]:
    """The details of a key."""
    told: list[Line] = []
    if line.feed.failure is not None:
        told.append((Cell(failures.sentence(line.feed.failure), Emphasis.WARNING),))
    report = line.report
    if report is None:
        return tuple(told) or ((Cell(_("waiting for the gateway …"), Emphasis.MUTED),),)
    match report.terms:
        case WalletTerms(balance_usd):
            told.append(_wallet(balance_usd))
        case PlanTerms() as plan:
            told += _plan(plan, look)
        case LimitTerms() as limits:
            told += _limits(limits, look)
    told.append(_price(line.price))
    if report.today is not None:
        told.append(_sums(_("today"), report.today))
    if report.total is not None:
        told.append(_sums(_("kept calls"), report.total))
    told.append(_pace(report))
    return tuple(told)


def blind_spots(snapshot: Snapshot) -> tuple[Line, ...]:
    """What is not visible in API key mode, and how to get it from this gateway, by its settings."""
    url, site = snapshot.gateway_url, snapshot.data(AskSite()) or Site()
    unseen = _("single calls, hours, errors, the account's other keys, names, addresses; nothing can be changed")
    way_in = _("sign in: aktop login --url {url}")
    if site.backend_mode:
        way_in = _("this gateway refuses sign-ins of users (backend mode); ask its operator")
    elif site.captcha is not None:
        way_in = _("hand over a browser's session (captcha): aktop login --from-browser --url {url}")
    told = [named(_("not told"), Cell(unseen)), named(_("to see it"), Cell(way_in.format(url=url)))]
    if not snapshot.capabilities.can(Capability.KEY_DAYS):
        text = _(
            "this gateway{version} tells a key its balance or plan and its use, but no days, models, limits or prices"
        )
        told.append(named(_("gateway"), Cell(text.format(version=failures.version_of(site)))))
    told.append(named(_("asking"), Cell(_("each look moves the key's “last used” at the gateway"), Emphasis.MUTED)))
    return tuple(told)


def _wallet(balance_usd: Decimal) -> Line:
    severity = Emphasis.CRITICAL if balance_usd <= 0 else Emphasis.STRONG
    why = _(": the gateway refuses calls") if balance_usd <= 0 else ""
    note = _("of the account's wallet; whether this key has expired is not told")
    return named(_("balance"), Cell(f"{fmt.usd(balance_usd)}{why}  ", severity), Cell(note, Emphasis.MUTED))


def _plan(plan: PlanTerms, look: DisplayContext) -> list[Line]:
    if not plan.is_running:
        return [named(_("plan"), Cell(plan.name), Cell(_(": no running subscription"), Emphasis.WARNING))]
    until = _("until {time}").format(time=fmt.moment(plan.expires_at, look.now, look.zone)) if plan.expires_at else ""
    left = _("no limit") if plan.left_usd is None else _("{amount} left").format(amount=fmt.usd(plan.left_usd))
    note = _("a span that is over shows its old use until the next call")
    head = named(_("plan"), Cell(f"{plan.name}  {left}  {until}  "), Cell(note, Emphasis.MUTED))
    words = {"1d": _("day"), "7d": _("week"), "30d": _("month")}
    return [head, *(plans.window_line(words[window.name], window, look) for window in plan.windows)]


def _limits(limits: LimitTerms, look: DisplayContext) -> list[Line]:
    status = limits.status(look.now)
    expires = _("never") if limits.expires_at is None else fmt.moment(limits.expires_at, look.now, look.zone)
    told: list[Line] = [
        named(
            _("status"),
            Cell(f"{GLYPHS[status]} {status_word(status)}   ", status_severity(status)),
            Cell(_("expires {time}").format(time=expires), Emphasis.MUTED),
        )
    ]
    if limits.quota_usd:
        told.append(quota_line(limits, _("up to 5½ min old")))
    told += [window_line(window, look) for window in limits.windows]
    told.append(named(_("balance"), Cell(_("not told to keys with limits of their own"), Emphasis.MUTED)))
    return told


def _price(feed: Feed[ApiKeyPrice]) -> Line:
    price = feed.data
    if price is None:
        word = _("waiting for the gateway …") if feed.failure is None else failures.short(feed.failure)
        return named(_("price"), Cell(word, Emphasis.MUTED))
    parts = [_("group ×{factor}").format(factor=f"{price.group:g}")]
    if price.personal is not None:
        parts.append(_("yours ×{factor}").format(factor=f"{price.personal:g}"))
    if price.peak is not None:
        text = _("peak ×{factor} now, peak hours {hours} {zone}")
        parts.append(text.format(factor=f"{price.peak:g}", hours=price.peak_hours, zone=price.peak_zone))
    return named(
        _("price"),
        Cell(_("×{factor} of the list price  ").format(factor=f"{price.effective:g}")),
        Cell(" · ".join(parts), Emphasis.MUTED),
    )


def _sums(word: str, sums: Sums) -> Line:
    tokens = plural(
        "{calls} call  {input} in  {output} out  {created} cache written  {read} cache read  hit {hit}",
        "{calls} calls  {input} in  {output} out  {created} cache written  {read} cache read  hit {hit}",
        sums.requests,
    ).format(
        calls=fmt.count(sums.requests),
        input=fmt.tokens(sums.input_tokens),
        output=fmt.tokens(sums.output_tokens),
        created=fmt.tokens(sums.cache_creation_tokens),
        read=fmt.tokens(sums.cache_read_tokens),
        hit=fmt.percent(sums.cache_hit_rate),
    )
    return named(word, Cell(f"{fmt.usd(sums.billed_usd)}  "), Cell(tokens, Emphasis.MUTED))


def _pace(report: ApiKeyReport) -> Line:
    text = _("calls/min {calls}  tokens/min {tokens}  mean duration {time}").format(
        calls=fmt.count(report.rpm), tokens=fmt.tokens(report.tpm), time=fmt.duration_ms(report.average_duration_ms)
    )
    return named(_("pace"), Cell(text))
