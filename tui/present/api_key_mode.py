"""API key mode: the key table, and its totals in the first lines."""

from collections.abc import Callable, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from msgspec import Struct

from tui.domain.api_key_mode import ApiKeyPrice, ApiKeyReport, ApiKeyTag, LimitTerms, PlanTerms, WalletTerms
from tui.domain.failure import FailureKind
from tui.domain.keys import KeyStatus
from tui.domain.scope import Scope
from tui.locale import _
from tui.monitor.api_key_mode import REFUSED, WHOLE, AskApiKeyPrice, AskApiKeyReport, days_of
from tui.monitor.feed import Feed
from tui.monitor.questions import AskSite
from tui.monitor.snapshot import Snapshot
from tui.present import failures
from tui.present import format as fmt
from tui.present.display_context import DisplayContext
from tui.present.keys import GLYPHS, share_severity, status_severity, status_word, today_column
from widgets.values import Align, Cell, Column, Emphasis, Row

NARROW = 100
SORTS = ("key", "today", "days", "total", "left")
NOTHING = Cell(fmt.UNKNOWN, Emphasis.MUTED)


class ApiKeyLine(Struct, frozen=True):
    """A key with everything known of it."""

    tag: ApiKeyTag
    feed: Feed[ApiKeyReport]
    price: Feed[ApiKeyPrice]

    @property
    def report(self) -> ApiKeyReport | None:
        """The last response, kept when a later request failed."""
        return self.feed.data

    @property
    def days_usd(self) -> Decimal | None:
        """Its cost over the requested days."""
        if self.report is None or self.report.days is None:
            return None
        return sum((day.sums.billed_usd for day in self.report.days), Decimal(0))

    @property
    def today_usd(self) -> Decimal | None:
        """Its cost since the server's midnight."""
        return self.report.today.billed_usd if self.report is not None and self.report.today is not None else None

    @property
    def total_usd(self) -> Decimal | None:
        """The cost of all its calls on record."""
        return self.report.total.billed_usd if self.report is not None and self.report.total is not None else None

    @property
    def left_usd(self) -> Decimal | None:
        """What is left of its wallet, plan or quota; None if unlimited or unknown."""
        match self.report.terms if self.report else None:
            case WalletTerms(balance_usd):
                return balance_usd
            case PlanTerms(left_usd=left_usd):
                return left_usd
            case LimitTerms(quota_usd=quota_usd, quota_used_usd=used_usd) if quota_usd:
                return max(Decimal(0), quota_usd - used_usd)
            case _:
                return None


def lines(snapshot: Snapshot, scope: Scope = WHOLE) -> tuple[ApiKeyLine, ...]:
    """The keys of a scope, in the order in which they were given."""
    only, days = scope.filters.key_id, days_of(scope)
    return tuple(
        ApiKeyLine(tag, snapshot.feed(AskApiKeyReport(tag.place, days)), snapshot.feed(AskApiKeyPrice(tag.place)))
        for tag in snapshot.api_keys
        if only in (None, tag.id)
    )


def name(tag: ApiKeyTag, look: DisplayContext) -> str:
    """A key by its number, and its label or the visible part of its secret."""
    number = f"#{tag.id}"
    return f"{number} {look.name(tag.label, '')}".strip() if tag.label else f"{number} {tag.masked}"


def title(tag: ApiKeyTag, look: DisplayContext) -> str:
    """A key in full: its number, its label, and the visible part of its secret."""
    return " · ".join(part for part in (f"{_('Key')} #{tag.id}", look.name(tag.label, ""), tag.masked) if part)


def columns(width: int, offset: str = "") -> tuple[Column, ...]:
    """The columns for a table of that width; `offset` is the server's UTC offset if its day is not the user's."""
    head = (
        Column("key", _("KEY"), 18, flex=2),
        Column("kind", _("KIND"), 10, flex=1, priority=3, sortable=False),
        Column("status", _("STATUS"), 17, sortable=False),
        today_column(offset),
        Column("days", f"{_('30 D')} {offset}".strip(), 9, Align.RIGHT, priority=1),
    )
    last = (Column("left", _("LEFT"), 11, Align.RIGHT), Column("limit", _("LIMIT"), 11, priority=2, sortable=False))
    if width < NARROW:
        return (*head, *last)
    return (
        *head,
        Column("total", _("TOTAL"), 11, Align.RIGHT, priority=6),
        *last,
        Column("price", _("PRICE"), 7, Align.RIGHT, priority=5, sortable=False),
        Column("rpm", _("CALLS/MIN"), 9, Align.RIGHT, priority=4, sortable=False),
    )


def rows(
    found: Sequence[ApiKeyLine], look: DisplayContext, shown: Sequence[Column], sort: tuple[str, bool]
) -> tuple[Row, ...]:
    """The rows, sorted; unknown values go last in either order."""
    measure = _MEASURES[sort[0]]
    known = sorted((line for line in found if measure(line) is not None), key=measure, reverse=sort[1])
    unknown = [line for line in found if measure(line) is None]
    return tuple(
        Row(line.tag.id, tuple(_CELLS[column.id](line, look) for column in shown)) for line in (*known, *unknown)
    )


def state(line: ApiKeyLine, now: datetime) -> Cell:
    """What calls with the key would meet, as far as the gateway reports it."""
    report, failure = line.report, line.feed.failure
    if failure is not None and (report is None or failure.kind in REFUSED):
        return Cell(failures.short(failure), Emphasis.WARNING)
    if report is None:
        return Cell(_("asking …"), Emphasis.MUTED)
    if not report.is_valid:
        return Cell(_("not valid"), Emphasis.WARNING)
    match report.terms:
        case LimitTerms() as terms:
            status = terms.status(now)
            return Cell(status_word(status), status_severity(status))
        case WalletTerms(balance_usd) if balance_usd <= 0:
            return Cell(_("no balance"), Emphasis.WARNING)
        case PlanTerms(is_running=False):
            return Cell(_("no plan"), Emphasis.WARNING)
        case PlanTerms(left_usd=left_usd) if left_usd is not None and left_usd <= 0:
            return Cell(_("plan used up"), Emphasis.WARNING)
        case _:
            # # No expiry is known for these: the gateway responds, and nothing more is certain.
            return Cell(_("answers"), Emphasis.GOOD)


def needs_a_person(line: ApiKeyLine, now: datetime) -> bool:
    """Whether calls with a key are refused, though nobody disabled it or let it expire."""
    failure = line.feed.failure
    if failure is not None:
        return failure.kind is FailureKind.KEY_SPENT
    if line.report is not None and isinstance(line.report.terms, LimitTerms):
        return line.report.terms.status(now) in (KeyStatus.EXHAUSTED, KeyStatus.LIMITED)
    return state(line, now).emphasis is Emphasis.WARNING


def why_no_days(snapshot: Snapshot, scope: Scope = WHOLE) -> str:
    """Why there are no days and models to show; "" while they may still come."""
    reports = [line.report for line in lines(snapshot, scope) if line.report is not None]
    if not reports or any(report.days is not None for report in reports):
        return ""
    text = _("this gateway{version} does not tell a key its days and models")
    return text.format(version=failures.version_of(snapshot.data(AskSite())))


def _key_cell(line: ApiKeyLine, look: DisplayContext) -> Cell:
    glyph = _glyph(line, look.now)
    return Cell(f"{glyph} {name(line.tag, look)}", Emphasis.NORMAL if glyph == "●" else Emphasis.MUTED)


def _glyph(line: ApiKeyLine, now: datetime) -> str:
    """The same signs as in the key table of an account."""
    if line.feed.failure is not None and line.feed.failure.kind in REFUSED:
        return GLYPHS[KeyStatus.EXPIRED]
    if line.report is not None and isinstance(line.report.terms, LimitTerms):
        return GLYPHS[line.report.terms.status(now)]
    severity = state(line, now).emphasis
    return {Emphasis.GOOD: "●", Emphasis.MUTED: "○"}.get(severity, GLYPHS[KeyStatus.EXHAUSTED])


def _kind(line: ApiKeyLine, _look: DisplayContext) -> Cell:
    match line.report.terms if line.report else None:
        case WalletTerms():
            return Cell(_("wallet"))
        case PlanTerms(name=plan):
            return Cell(plan or _("plan"))
        case LimitTerms():
            return Cell(_("own limits"))
        case _:
            return NOTHING


def _limit(line: ApiKeyLine, look: DisplayContext) -> Cell:
    """The limit closest to its maximum."""
    shares: list[tuple[str, float]] = []
    match line.report.terms if line.report else None:
        case LimitTerms() as limits:
            shares = [(one.name.value, share) for one in limits.windows if (share := one.share(look.now)) is not None]
            if limits.quota_usd:
                shares.append((_("quota"), float(limits.quota_used_usd / limits.quota_usd)))
        case PlanTerms(windows=windows):
            shares = [(one.name, float(one.used_at(look.now) / one.limit_usd)) for one in windows if one.limit_usd]
    fullest = max(shares, key=lambda one: one[1], default=None)
    if fullest is None:
        return NOTHING
    return Cell(f"{fullest[0]} {fmt.percent(fullest[1])}", share_severity(fullest[1]))


def _price_cell(line: ApiKeyLine, _look: DisplayContext) -> Cell:
    return NOTHING if line.price.data is None else Cell(f"×{line.price.data.effective:g}")


def _rpm(line: ApiKeyLine, _look: DisplayContext) -> Cell:
    return NOTHING if line.report is None or line.report.rpm is None else Cell(fmt.count(line.report.rpm))


def _money(amount: Decimal | None) -> Cell:
    return NOTHING if amount is None else Cell(fmt.usd(amount))


_CELLS: dict[str, Callable[[ApiKeyLine, DisplayContext], Cell]] = {
    "key": _key_cell,
    "kind": _kind,
    "status": lambda line, look: state(line, look.now),
    "today": lambda line, _look: _money(line.today_usd),
    "days": lambda line, _look: _money(line.days_usd),
    "total": lambda line, _look: _money(line.total_usd),
    "left": lambda line, _look: _money(line.left_usd),
    "limit": _limit,
    "price": _price_cell,
    "rpm": _rpm,
}
_MEASURES: dict[str, Callable[[ApiKeyLine], Any]] = {
    "key": lambda line: line.tag.id,
    "today": lambda line: line.today_usd,
    "days": lambda line: line.days_usd,
    "total": lambda line: line.total_usd,
    "left": lambda line: line.left_usd,
}
