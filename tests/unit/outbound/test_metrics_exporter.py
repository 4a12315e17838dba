"""What is told of an account: what is known of now, and nothing else."""

import stat
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from prometheus_client.openmetrics.parser import text_string_to_metric_families as open_metrics
from prometheus_client.parser import text_string_to_metric_families as classic

from tests.unit.samples import NOW, call, failed, key, window
from tui.domain.account import Plan, PlanWindow, Profile, Site
from tui.domain.capabilities import Capability, Lack
from tui.domain.failure import Failure, FailureKind
from tui.domain.keys import Group, KeyCost
from tui.domain.scope import Scope
from tui.domain.usage import Page
from tui.gateway.budget import BudgetUse
from tui.monitor.burn import BASE_CALLS
from tui.monitor.calls.log import CallsRead
from tui.monitor.events import Answered, Event, QuestionFailed, Spent
from tui.monitor.question import Question
from tui.monitor.questions import AskKeyCosts, AskKeys, AskPlans, AskProfile, AskSite
from tui.monitor.reduce import reduce
from tui.monitor.scoped import errors_question
from tui.monitor.snapshot import Snapshot
from tui.outbound.metrics import families
from tui.outbound.metrics.exporter import SILENT_AFTER_S, MetricsExporter
from tui.outbound.metrics.families import Family
from tui.triage.findings import FindingKind
from tui.triage.forecast import Forecast
from tui.triage.incidents import Incident, Incidents, Phase
from tui.triage.report import Report
from tui.triage.severity import Severity
from tui.triage.suspects import Suspect

EMPTY = Snapshot("https://gateway.example", ZoneInfo("UTC"))
ERRORS = errors_question(Scope(), EMPTY, NOW)
AWAY = Failure(FailureKind.UNREACHABLE)
CLAUDE = Group(3, "claude-pro")
SPIKE = Incident(FindingKind.SPIKE, 7, Phase.FIRING, Severity.CRITICAL, NOW - timedelta(hours=1), NOW)
SPIKING = Incidents({SPIKE.identity: SPIKE})
KEYS = (
    key(7, "laptop", group=CLAUDE, group_id=3, in_flight=2, quota_usd=10, quota_used_usd=4),
    key(8, "ci", windows={"5h": window(5, 1.5, NOW + timedelta(hours=1))}),
)
ANSWERS: tuple[tuple[Question[Any], Any], ...] = (
    (AskSite(), Site("site", "0.1.179", low_balance_enabled=True, low_balance_threshold_usd=Decimal(5))),
    (AskProfile(), Profile(1, "a@b.example", "lin", Decimal("23.41"))),
    (AskKeys(), KEYS),
    (AskKeyCosts(), {7: KeyCost(Decimal("1.5"), Decimal(40)), 8: KeyCost(Decimal(0), Decimal(3))}),
    (BASE_CALLS, CallsRead((call(1, ago_s=60, group_id=3), call(2, key_id=8)), NOW - timedelta(days=2), 2, NOW)),
    (ERRORS, Page((failed(1),), 1)),
    (AskPlans(), (Plan(11, "max", None, (PlanWindow("daily", Decimal(40), Decimal(30), NOW - timedelta(1)),)),)),
)


def known(*events: Event) -> Snapshot:
    """An account of which all was heard, and what happened then."""
    snapshot = EMPTY
    for event in (*(Answered(question, answer, NOW) for question, answer in ANSWERS), *events):
        snapshot = reduce(snapshot, event)
    return snapshot


def failing(question: Question[Any], failure: Failure = AWAY, at: datetime = NOW) -> QuestionFailed:
    return QuestionFailed(question, failure, at, at)


class Scraper:
    """Hears of an account, and says what a scrape brings."""

    def __init__(self, folder: Path | None = None, **options: Any) -> None:
        self.steady_s = 0.0
        self.said: list[str] = []
        self.exporter = MetricsExporter(folder, report=self.said.append, steady_s=lambda: self.steady_s, **options)

    def hear(
        self,
        snapshot: Snapshot,
        report: Report | None = None,
        incidents: Incidents = Incidents(),  # noqa: B008 - a frozen value
        now: datetime = NOW,
    ) -> "Scraper":
        self.exporter.hear("a", snapshot, report, incidents, now)
        self.exporter.settle()
        return self

    def samples(self) -> dict[tuple[str, ...], float]:
        """Name and values of labels, in the order of their names, without the account."""
        text = self.exporter.exposition()[1].decode()
        return {
            (one.name, *(value for label, value in sorted(one.labels.items()) if label != "account")): one.value
            for metric in classic(text)
            for one in metric.samples
        }

    def value(self, family: Family, *labels: str) -> float | None:
        name = f"{family.name}_total" if family.sort is families.Sort.COUNTER else family.name
        return self.samples().get((name, *labels))


def test_an_account_is_told_in_full() -> None:
    report = Report(
        NOW,
        since=NOW - timedelta(hours=1),
        suspects=(Suspect(7, 9.0, 1.0, 0.9),),
        forecast=Forecast(NOW + timedelta(hours=50), NOW + timedelta(hours=2)),
    )
    scraper = Scraper().hear(known(Spent(BudgetUse(3, 30, 9, 120, 0.0))), report, SPIKING)
    assert scraper.value(families.UP) == 1
    assert scraper.value(families.BALANCE) == 23.41
    assert scraper.value(families.THRESHOLD) == 5
    assert scraper.value(families.WALLET) == 0.2
    assert scraper.value(families.KEY_BILLED, "claude-pro", "laptop", "7", "opus") == 0.1
    assert scraper.value(families.KEY_TOKENS, "", "ci", "8", "cache_read", "opus") == 300
    assert scraper.value(families.KEY_ERRORS, "rate_limit", "laptop", "7", "429") == 1
    assert scraper.value(families.KEY_STATUS, "claude-pro", "laptop", "7", "active") == 1
    assert scraper.value(families.KEY_IN_FLIGHT, "laptop", "7") == 2
    assert scraper.value(families.KEY_TODAY, "laptop", "7") == 1.5
    assert scraper.value(families.KEY_QUOTA_USED, "laptop", "7") == 4
    assert scraper.value(families.KEY_WINDOW_USED, "ci", "8", "5h") == 1.5
    assert scraper.value(families.PLAN_USED, "max", "11", "daily") == 0, "its window has passed"
    assert scraper.value(families.FINDING, "7", "spike", "critical") == 1
    assert scraper.value(families.SUSPECT_SHARE, "laptop", "7") == 0.9
    assert scraper.value(families.TIME_TO_EMPTY, "current") == 7200
    assert scraper.value(families.BUDGET_USED, "heavy") == 3
    assert scraper.value(families.WHOLE) == 1


def test_what_is_not_known_is_absent() -> None:
    samples = Scraper().hear(EMPTY).samples()
    assert samples == {}
    scraper = Scraper().hear(known(), None)
    assert scraper.value(families.KEY_QUOTA_LIMIT, "ci", "8") is None, "a quota of 0 is none"
    assert scraper.value(families.KEY_IN_FLIGHT, "ci", "8") is None
    assert scraper.value(families.WHOLE) is None
    assert scraper.value(families.TIME_TO_EMPTY, "usual") is None


def test_without_a_sign_in_it_is_down_and_says_why() -> None:
    lost = Failure(FailureKind.SESSION_EXPIRED)
    scraper = Scraper().hear(reduce(EMPTY, failing(AskProfile(), lost)))
    assert scraper.samples() == {("aktop_up",): 0, ("aktop_feed_failing", "account", "session_expired"): 1}


def test_an_outage_ends_what_is_told_but_no_incident() -> None:
    snapshot = known(*(failing(question, at=NOW + timedelta(minutes=1)) for question, _answer in ANSWERS))
    scraper = Scraper().hear(snapshot, Report(NOW), SPIKING, NOW + timedelta(minutes=1))
    assert (scraper.value(families.UP), scraper.value(families.BALANCE)) == (0, 23.41), "a hiccup takes nothing away"
    scraper.hear(snapshot, Report(NOW), SPIKING, NOW + timedelta(minutes=3))
    names = {name for name, *_labels in scraper.samples()}
    assert names == {
        "aktop_up",
        "aktop_finding",
        "aktop_finding_since_timestamp_seconds",
        "aktop_feed_failing",
        "aktop_feed_last_success_timestamp_seconds",
    }
    assert scraper.value(families.UP) == 0


def test_counters_are_absent_while_their_records_cannot_be_read() -> None:
    later = NOW + timedelta(minutes=3)
    again = [Answered(AskProfile(), ANSWERS[1][1], later), Answered(AskKeys(), KEYS, later)]
    scraper = Scraper().hear(known()).hear(known(*again, failing(BASE_CALLS, at=later)), now=later)
    assert scraper.value(families.UP) == 1
    assert scraper.value(families.WALLET) is None
    assert scraper.value(families.KEY_ERRORS, "rate_limit", "laptop", "7", "429") == 1


def test_an_account_of_which_nothing_is_heard_is_down() -> None:
    scraper = Scraper().hear(known(), Report(NOW), SPIKING)
    scraper.steady_s = SILENT_AFTER_S + 1
    assert {name for name, *_ in scraper.samples()} == {
        "aktop_up",
        "aktop_finding",
        "aktop_finding_since_timestamp_seconds",
    }
    assert scraper.value(families.UP) == 0


def test_a_gateway_that_hides_errors_has_none_to_count() -> None:
    snapshot = known()
    feeds = {question: feed for question, feed in snapshot.feeds.items() if question != ERRORS}
    hidden = reduce(Snapshot(EMPTY.gateway_url, EMPTY.zone, feeds, snapshot.calls), failing(ERRORS))
    assert not [one for one in Scraper().hear(hidden).samples() if one[0] == "aktop_key_errors_total"]


def test_a_site_that_bills_nobody_has_no_balance() -> None:
    from msgspec.structs import replace

    snapshot = known()
    free = replace(snapshot, capabilities=snapshot.capabilities.without(Lack.SIMPLE_MODE, Capability.BALANCE))
    assert Scraper().hear(free).value(families.BALANCE) is None


def test_names_can_be_left_out() -> None:
    scraper = Scraper(has_names=False).hear(known(), Report(NOW), SPIKING)
    text = scraper.exporter.exposition()[1].decode()
    for name in ("laptop", '"ci"', "claude-pro", '"max"', "gateway.example", "a@b.example"):
        assert name not in text
    assert scraper.value(families.KEY_BILLED, "3", "", "7", "opus") == 0.1


def test_keys_without_series_of_their_own_are_one() -> None:
    from tui.outbound.metrics.bounds import Bounds

    scraper = Scraper(bounds=Bounds(keys=1)).hear(known())
    assert scraper.value(families.KEY_BILLED, "other", "other", "other", "opus") == 0.1
    assert scraper.value(families.KEY_TODAY, "other", "other") == 0
    assert scraper.value(families.KEY_STATUS, "", "ci", "8", "active") is None


@pytest.mark.parametrize("name", ['a"b\\c', "a\nb", "a\x1b[31mb", "名前" * 99, "\udcff", "{}=,#"])
def test_whatever_a_key_is_called_it_is_one_inert_label(name: str) -> None:
    keys = (key(7, name), key(8, "ci"))
    scraper = Scraper().hear(known(Answered(AskKeys(), keys, NOW)))
    found = [one for one in scraper.samples() if one[0] == "aktop_key_info"]
    assert len(found) == 2
    shown = next(one[2] for one in found if one[3] == "7")
    assert len(shown) <= 128
    assert "\x1b" not in shown
    assert "\n" not in shown


def test_open_metrics_on_request() -> None:
    scraper = Scraper().hear(known(), Report(NOW), SPIKING)
    content_type, text = scraper.exporter.exposition("application/openmetrics-text;version=1.0.0,text/plain;q=0.5")
    assert content_type.startswith("application/openmetrics-text")
    assert text.endswith(b"# EOF\n")
    assert {metric.name for metric in open_metrics(text.decode())} >= {"aktop_key_billed_usd", "aktop_up"}
    assert scraper.exporter.exposition("text/html,*/*")[0].startswith("text/plain; version=0.0.4")


def test_moments_are_by_the_clock_of_this_machine() -> None:
    """`time() - x` is what rules make of them."""
    scraper = Scraper().hear(known())
    at = scraper.value(families.FEED_AT, "account")
    assert at is not None
    assert abs(at - datetime.now(UTC).timestamp()) < 60, "NOW of the gateway is another year"


def test_counters_outlast_a_restart_for_the_same_scraper_only(tmp_path: Path) -> None:
    first = Scraper(tmp_path, target="127.0.0.1:9810").hear(known())
    first.exporter.close()
    (file,) = tmp_path.glob("*.json")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert b"a@b.example" not in file.read_bytes()
    later = NOW + timedelta(hours=30)
    events = [Answered(question, answer, later) for question, answer in ANSWERS[:4]]
    rows = CallsRead((call(3, ago_s=-29 * 3600),), NOW - timedelta(days=1), 3, later)
    snapshot = known(*events, Answered(BASE_CALLS, rows, later))
    for target, wallet in (("127.0.0.1:9810", 0.3), ("127.0.0.1:9811", 0.1)):
        scraper = Scraper(tmp_path, target=target).hear(snapshot, now=later)
        assert scraper.value(families.WALLET) == pytest.approx(wallet)


def test_a_disk_that_fails_is_told_once_and_ends_nothing(tmp_path: Path) -> None:
    folder = tmp_path / "file"
    folder.write_text("")
    scraper = Scraper(folder).hear(known())
    scraper.hear(known(Answered(BASE_CALLS, CallsRead((call(5),), None, 3, NOW), NOW)))
    assert scraper.value(families.UP) == 1
    assert len(scraper.said) == 1


def test_several_accounts_are_told_apart(tmp_path: Path) -> None:
    exporter = MetricsExporter(tmp_path)
    exporter.hear("a", known(), None, Incidents(), NOW)
    exporter.hear("b", known(), None, Incidents(), NOW)
    exporter.hear_nothing("c")
    exporter.settle()
    text = exporter.exposition()[1].decode()
    assert 'aktop_up{account="a"} 1.0' in text
    assert 'aktop_up{account="b"} 1.0' in text
    assert 'aktop_up{account="c"} 0.0' in text
    assert text.count("# TYPE aktop_up gauge") == 1
    exporter.forget("b")
    assert 'account="b"' not in exporter.exposition()[1].decode()


def test_a_file_for_node_exporter_is_put_in_its_place(tmp_path: Path) -> None:
    scraper = Scraper().hear(known())
    file = tmp_path / "aktop.prom"
    file.write_text("old")
    scraper.exporter.write(file)
    assert file.read_bytes() == scraper.exporter.exposition()[1]
    assert [one.name for one in tmp_path.iterdir()] == ["aktop.prom"]
    assert file.stat().st_mode & 0o044, "another user reads it"
