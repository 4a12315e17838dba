"""Low balance: the wallet runs empty soon. A low amount is another threshold, the gateway's and the user's."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from tui.triage.case import Case
from tui.triage.findings import Finding, FindingKind
from tui.triage.forecast import EMPTY_SOON, Forecast
from tui.triage.refusals import Side
from tui.triage.rule import Rule, Term, Terms, Unit
from tui.triage.severity import Severity

USUALLY_SOON = timedelta(days=3)


def find(case: Case) -> Iterator[Finding[Forecast]]:
    """Find a wallet that runs empty; a harmless forecast is not reported, but can be explained.

    Nor is one reported beside an empty wallet that refuses calls: that says it already.
    """
    forecast = case.forecast
    first = forecast.first_empty_at if forecast is not None else None
    if forecast is None or first is None:
        return
    severity = _severity(forecast, first, case.now)
    yield Finding(
        kind=FindingKind.LOW_BALANCE,
        severity=severity or Severity.INFO,
        since=case.now,
        hit_at=case.now,
        evidence=forecast,
        is_told=severity is not None and not any(one.refusal.side is Side.WALLET for one in case.storms),
    )


def _severity(forecast: Forecast, first: datetime, now: datetime) -> Severity | None:
    """Critical when empty within six hours at either rate, a warning within three days at the usual pace."""
    if first - now < EMPTY_SOON:
        return Severity.CRITICAL
    if forecast.usual_empty_at is not None and forecast.usual_empty_at - now < USUALLY_SOON:
        return Severity.WARNING
    return None


def explain(found: Finding[Forecast]) -> Iterable[Terms]:
    """The figures behind the two times to empty."""
    forecast = found.evidence
    terms = [
        Term("usual_per_day", forecast.usual_usd_per_day, Unit.USD),
        Term("basis", forecast.basis.value, Unit.WORD),
        Term("extra", forecast.extra_usd_per_h, Unit.USD_PER_H),
        Term("soon", EMPTY_SOON.total_seconds(), Unit.SECONDS),
    ]
    for name, at in (("usual_empty", forecast.usual_empty_at), ("current_empty", forecast.current_empty_at)):
        if at is not None:
            terms.append(Term(name, at, Unit.TIME))
    yield tuple(terms)


RULE = Rule(FindingKind.LOW_BALANCE, Forecast, find, explain)
