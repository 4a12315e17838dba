"""A backtest's notice as the members of a JSON line."""

from decimal import Decimal
from zoneinfo import ZoneInfo

from tui.account.backtest import Told
from tui.records.json_values import Members, number, time


def told_members(told: Told, sentence: str, zone: ZoneInfo) -> Members:
    """A notice that would have been given, with its words."""
    return {
        "at": time(told.at, zone),
        "kind": told.kind.value,
        "severity": told.severity.value,
        "state": told.state.value,
        "key": told.key,
        "key_id": told.key_id,
        "share": None if told.share is None else round(told.share, 4),
        "since": time(told.since, zone),
        "excess_usd": None if told.excess_usd is None else number(Decimal(str(round(told.excess_usd, 6)))),
        "sentence": sentence,
    }
