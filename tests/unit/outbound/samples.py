"""A notice, and channels as tests set them."""

from datetime import UTC, datetime, timedelta

from tui.config.alerts import AlertSettings, alerts
from tui.outbound.notice import Notice, NoticeState
from tui.triage.severity import Severity

AT = datetime(2026, 3, 2, 3, 14, tzinfo=UTC)
NOTICE = Notice(
    id="spike-45-1:began",
    at=AT,
    state=NoticeState.BEGAN,
    kind="spike",
    severity=Severity.WARNING,
    episode="spike-45-1",
    account="prod",
    gateway="https://gateway.example",
    key="batch-nightly",
    key_id=45,
    share=0.97,
    since=AT - timedelta(minutes=14),
    excess_usd=23.1,
    sentence="batch-nightly costs $23.10/h, 12 times its usual",
    advice="D in aktop, or `aktop key disable 45 --yes`",
)


def alert(channel: str, **members: object) -> AlertSettings:
    """The settings of one channel."""
    return alerts([{"channel": channel, **members}])[0]
