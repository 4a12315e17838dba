"""Made-up notices."""

from datetime import UTC, datetime, timedelta
from typing import Any

from tui.outbound.notice import Notice, NoticeState
from tui.triage.severity import Severity

NOW = datetime(2026, 6, 17, 6, 20, tzinfo=UTC)


def notice(name: str = "spike-7", state: NoticeState = NoticeState.BEGAN, ago_min: float = 0, **more: Any) -> Notice:
    """A notice of key 7 unless told otherwise."""
    members: dict[str, Any] = {
        "id": f"{name}-{state}",
        "at": NOW - timedelta(minutes=ago_min),
        "state": state,
        "kind": "spike",
        "severity": Severity.WARNING,
        "episode": name,
        "account": "prod",
        "gateway": "https://gateway.example",
        "key": "batch-nightly",
        "key_id": 7,
        "since": NOW - timedelta(hours=1),
        "excess_usd": 9.1,
        "sentence": f"{name} {state}",
    }
    return Notice(**{**members, **more})
