"""Alertmanager: one alert per episode, so that it can route, silence and group.

Labels identify an alert. If those of an episode change – it gets worse, its key is found – the former alert is resolved
in the same post. Alertmanager keeps alerts in memory only, so open ones are posted again every minute (`refresh`), as
Prometheus does. If aktop dies, they end after `LASTS`.
"""

import asyncio
import time
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime, timedelta

from msgspec import Struct, json
from msgspec.structs import replace

from tui.config.alerts import AlertSettings
from tui.gateway.http.transport import Connections
from tui.outbound.http import Address
from tui.outbound.notice import Notice, NoticeState
from tui.triage.severity import Severity

LASTS = timedelta(hours=1)
"""Longer than an update of aktop takes: an alert that expires says all is well, although nobody knows."""
_LASTS_ONCE = timedelta(minutes=5)
"""For an alert about an act, which has no end of its own."""
_PATH = "/api/v2/alerts"

Labels = Mapping[str, str]


class Alert(Struct, frozen=True, rename="camel"):
    """An alert of the v2 API."""

    labels: Labels
    annotations: Mapping[str, str]
    starts_at: datetime
    ends_at: datetime


class AlertmanagerChannel:
    """Posts to the v2 API at an address, which may have a path prefix."""

    refresh_s = 60.0

    def __init__(
        self,
        settings: AlertSettings,
        environ: Mapping[str, str],
        connections: Connections | None = None,
        now_s: Callable[[], float] = time.time,
    ) -> None:
        """Raises BadSettings."""
        self._address = Address(settings, environ, connections)
        self._is_private = settings.privacy
        self._now_s = now_s
        self._open: dict[str, Alert] = {}
        """The last alert posted for each open episode."""
        self._posting = asyncio.Lock()

    @property
    def shown(self) -> str:
        """The host."""
        return self._address.shown

    async def send(self, notice: Notice) -> None:
        """Post the new state of an episode. Raises Undelivered."""
        async with self._posting:
            now = self._now()
            if notice.state is NoticeState.ACTED:
                await self._post([self._alert(notice, now + _LASTS_ONCE)])
            elif notice.is_end:
                still_open = {name: alert for name, alert in self._open.items() if name != notice.episode}
                await self._post_changes(still_open, [], self._ended(notice))
            else:
                alert = self._alert(notice, now + LASTS)
                former = self._open.get(notice.episode)
                gone = [_over(former, now)] if former is not None else []
                await self._post_changes({**self._open, notice.episode: alert}, [alert], gone)

    async def refresh(self, open_notices: Iterable[Notice]) -> None:
        """Post the last notice of each open episode; other alerts are over. Raises Undelivered."""
        async with self._posting:
            now = self._now()
            alerts = {notice.episode: self._alert(notice, now + LASTS) for notice in open_notices}
            gone = [_over(alert, now) for alert in self._open.values()]
            await self._post_changes(alerts, list(alerts.values()), gone)

    async def aclose(self) -> None:
        """Close the connection; the alerts stay."""
        await self._address.aclose()

    async def _post_changes(self, open_now: dict[str, Alert], firing: list[Alert], gone: list[Alert]) -> None:
        """Post firing alerts and resolve gone ones, unless another episode has the same labels."""
        kept = [alert.labels for alert in open_now.values()]
        await self._post([*firing, *(alert for alert in gone if alert.labels not in kept)])
        self._open = open_now

    async def _post(self, alerts: list[Alert]) -> None:
        if alerts:
            await self._address.post(json.encode(alerts), {}, below=_PATH)

    def _ended(self, notice: Notice) -> list[Alert]:
        """The alerts that an end may resolve."""
        former = self._open.get(notice.episode)
        if former is not None:
            return [_over(former, notice.at)]
        # It was posted before a restart, perhaps with another severity.
        each = (replace(notice, severity=severity) for severity in Severity)
        return [_over(self._alert(one, notice.at), notice.at) for one in each]

    def _alert(self, notice: Notice, ends_at: datetime) -> Alert:
        labels = labels_of(notice, is_private=self._is_private)
        annotations = annotations_of(notice, is_private=self._is_private)
        return Alert(labels, annotations, notice.since or notice.at, ends_at)

    def _now(self) -> datetime:
        return datetime.fromtimestamp(self._now_s(), UTC)


def labels_of(notice: Notice, *, is_private: bool) -> Labels:
    """The labels that identify an alert, without unknown ones.

    None is specific to the episode, so a silence for a kind and key covers the next time too.
    """
    words = notice.kind.replace("-", "_").split("_")
    labels = {
        "alertname": f"Aktop{''.join(word.capitalize() for word in words)}",
        "account": notice.account,
        "kind": notice.kind,
        "severity": notice.severity.value,
        "key_id": "" if notice.key_id is None else str(notice.key_id),
        "key": "" if is_private else notice.key or "",
    }
    return {name: text for name, text in labels.items() if text}


def annotations_of(notice: Notice, *, is_private: bool) -> Mapping[str, str]:
    """The texts of an alert."""
    texts = {
        "sentence": notice.sentence,
        "advice": notice.advice,
        "state": notice.state.value,
        "since": "" if notice.since is None else notice.since.isoformat(),
        "excess_usd": "" if notice.excess_usd is None else f"{notice.excess_usd:.2f}",
        "gateway": "" if is_private else notice.gateway,
        "episode": notice.episode,
    }
    return {name: text for name, text in texts.items() if text}


def _over(alert: Alert, at: datetime) -> Alert:
    """A resolved alert; Alertmanager refuses one that ends before it begins."""
    return replace(alert, ends_at=max(at, alert.starts_at))
