"""What only API keys report about themselves, as columns and words."""

from collections.abc import Mapping
from decimal import Decimal

from msgspec.structs import replace

from tui.domain.api_key_mode import ApiKeyReport, OwnApiKey
from tui.domain.failure import FailureKind
from tui.domain.keys import ApiKey
from tui.domain.scope import Scope
from tui.locale import _, plural
from tui.monitor.api_key_mode import days_of, report_feeds, reporting_days
from tui.monitor.questions import AskSite
from tui.monitor.snapshot import Snapshot
from tui.present import failures
from tui.present import format as fmt
from tui.present.display_context import DisplayContext
from widgets.values import Align, Cell, Column, Emphasis


def columns(shared: Mapping[str, Column]) -> tuple[Column, ...]:
    """The columns of the key table: some that an account's has too, and what only keys report."""
    return (
        replace(shared["name"], width=18, flex=2),
        Column("kind", _("KIND"), 10, flex=1, priority=3, sortable=False),
        replace(shared["status"], width=17),
        shared["today"],
        replace(shared["month"], priority=1),
        Column("total", _("TOTAL"), 11, Align.RIGHT, priority=6),
        Column("left", _("LEFT"), 11, Align.RIGHT),
        shared["limit"],
        Column("price", _("PRICE"), 7, Align.RIGHT, priority=5, sortable=False),
        Column("rpm", _("CALLS/MIN"), 9, Align.RIGHT, priority=4, sortable=False),
    )


def state_word(key: ApiKey) -> str:
    """What calls with a key that reports about itself would meet; "" if its own limits decide."""
    report = key.report if isinstance(key, OwnApiKey) else None
    if not isinstance(key, OwnApiKey) or (report is not None and report.limits is not None and report.is_valid):
        return ""
    if report is None:
        return failures.short(key.failure) if key.failure is not None else _("asking …")
    if not report.is_valid:
        return _("not valid")
    if report.plan is not None and not report.plan.is_running:
        return _("no plan")
    if report.left_usd is not None and report.left_usd <= 0:
        return _("plan used up") if report.plan is not None else _("no balance")
    # No expiry is known for these: the gateway responds, and nothing more is certain.
    return _("answers")


def is_spent(key: ApiKey) -> bool:
    """Whether a refused key ran out of money, rather than being wrong or disabled."""
    return isinstance(key, OwnApiKey) and (key.failure is None or key.failure.kind is FailureKind.KEY_SPENT)


def fullest_window(key: OwnApiKey, look: DisplayContext) -> tuple[str, float] | None:
    """The window of its plan closest to its limit, by name, with its share."""
    windows = key.report.plan.windows if key.report is not None and key.report.plan is not None else ()
    limited = (window for window in windows if window.limit_usd)
    shares = ((window.name, float(window.used_at(look.now) / window.limit_usd)) for window in limited)
    return max(shares, key=lambda share: share[1], default=None)


def why_no_days(snapshot: Snapshot) -> str:
    """Why there are no days and models to show; "" while they may still come."""
    reports = [feed.data for feed in report_feeds(snapshot) if feed.data is not None]
    if not reports or any(report.days is not None for report in reports):
        return ""
    text = _("this gateway{version} does not tell a key its days and models")
    return text.format(version=failures.version_of(snapshot.data(AskSite())))


def part_word(scope: Scope, snapshot: Snapshot, look: DisplayContext) -> str:
    """How many of the keys report their days; blank if all do."""
    feeds = report_feeds(snapshot, days_of(scope, snapshot, look.now), scope.filters.key_id)
    told, wanted = len(reporting_days(feeds)), len(feeds)
    text = plural("{n} of {all} key", "{n} of {all} keys", wanted)
    return text.format(n=told, all=wanted) if told < wanted else ""


def cell(column: str, key: ApiKey) -> Cell:
    """A column's cell for a key; figures that it does not report are unknown."""
    assert isinstance(key, OwnApiKey)
    report = key.report or ApiKeyReport()
    words = {
        "kind": _kind(report),
        "total": fmt.usd(report.total_usd),
        "left": fmt.usd(report.left_usd),
        "price": fmt.UNKNOWN if key.price is None else f"×{key.price.effective:g}",
        "rpm": fmt.count(report.rpm),
    }
    return Cell(words[column], Emphasis.MUTED if words[column] == fmt.UNKNOWN else Emphasis.NORMAL)


def measure(column: str, key: ApiKey) -> tuple[bool, Decimal]:
    """What to sort a column of amounts by; unknown ones come after all others."""
    report = (key.report if isinstance(key, OwnApiKey) else None) or ApiKeyReport()
    usd = report.total_usd if column == "total" else report.left_usd
    return usd is not None, usd or Decimal(0)


def _kind(report: ApiKeyReport) -> str:
    if report.limits is not None:
        return _("own limits")
    if report.plan is not None:
        return report.plan.name or _("plan")
    return _("wallet") if report.balance_usd is not None else fmt.UNKNOWN
