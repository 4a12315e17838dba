"""What the guard did, as notices: told once, in whoever's words may be read, as bad as it is."""

from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytest
from msgspec.structs import replace

from tests.unit.present.shown import account
from tests.unit.samples import NOW
from tests.unit.triage.guard.moments import claim
from tui.account.context import AccountContext
from tui.config.sources import load
from tui.domain.failure import FailureKind
from tui.outbound.guard_notices import guard_told
from tui.outbound.notice import NoticeState
from tui.outbound.reporter import HIDDEN
from tui.triage.guard.act import DeedOutcome, GuardAct
from tui.triage.severity import Severity

ACT = replace(claim().act, key_id=7, key_name="batch", at=NOW, severity=Severity.WARNING)


def of(folder: Path, *acts: GuardAct) -> AccountContext:
    """An account whose guard remembers some acts, the latest first."""
    client = SimpleNamespace(base_url="https://gateway.example")
    settings = load({"url": client.base_url}, {}, folder / "config.toml", folder)
    services = SimpleNamespace(clock=SimpleNamespace(now=lambda: NOW), client=client, settings=settings)
    guard = SimpleNamespace(acts=lambda _snapshot: acts)
    monitor = SimpleNamespace(snapshot=account())
    return cast(AccountContext, SimpleNamespace(services=services, monitor=monitor, guard=guard))


def test_an_act_is_told_in_words_and_figures(tmp_path: Path) -> None:
    ((told, private),) = guard_told(of(tmp_path, ACT), set())
    assert (told.id, told.state, told.kind) == (ACT.news_id, NoticeState.ACTED, "guard")
    assert (told.key, told.key_id, told.episode, told.share) == ("batch", 7, ACT.episode, 1.0)
    assert told.sentence.startswith("guard: disabled batch (spike since ")
    assert "`aktop key enable 7 --yes --url https://gateway.example`" in told.advice
    assert (private.id, private.key, private.gateway, private.account) == (told.id, None, "", HIDDEN)
    assert "batch" not in private.sentence


def test_what_was_told_and_what_is_old_is_not_told(tmp_path: Path) -> None:
    old = replace(ACT, id="b", at=NOW - timedelta(days=1))
    late = replace(old, id="c", settled_at=NOW)
    found = [one.notice.id for one in guard_told(of(tmp_path, late, old, ACT), {ACT.news_id})]
    assert found == [late.news_id]


def test_an_outcome_that_is_known_later_is_news(tmp_path: Path) -> None:
    unknown = replace(ACT, outcome=DeedOutcome.ACTING, failure=FailureKind.UNREACHABLE)
    known = replace(unknown, outcome=DeedOutcome.APPLIED, settled_at=NOW)
    (first,) = guard_told(of(tmp_path, unknown), set())
    (second,) = guard_told(of(tmp_path, known), {first.notice.id})
    assert first.notice.id != second.notice.id


@pytest.mark.parametrize(
    ("outcome", "severity"),
    [
        (DeedOutcome.APPLIED, Severity.WARNING),
        (DeedOutcome.TOLD, Severity.WARNING),
        (DeedOutcome.ENDED, Severity.WARNING),
        (DeedOutcome.ACTING, Severity.CRITICAL),
        (DeedOutcome.REFUSED, Severity.CRITICAL),
        (DeedOutcome.NOT_SENT, Severity.CRITICAL),
        (DeedOutcome.NOT_DONE, Severity.CRITICAL),
    ],
)
def test_what_did_not_work_out_cannot_wait(tmp_path: Path, outcome: DeedOutcome, severity: Severity) -> None:
    ((told, _private),) = guard_told(of(tmp_path, replace(ACT, outcome=outcome, failure=FailureKind.TIMED_OUT)), set())
    assert told.severity is severity


def test_what_is_being_done_is_told_once_it_is_done_or_hangs(tmp_path: Path) -> None:
    doing = replace(ACT, outcome=DeedOutcome.ACTING)
    assert list(guard_told(of(tmp_path, doing), set())) == []
    (told,) = guard_told(of(tmp_path, replace(doing, at=NOW - timedelta(minutes=2))), set())
    assert "nobody knows" in told.notice.sentence


def test_without_a_guard_there_is_nothing_to_tell(tmp_path: Path) -> None:
    context = of(tmp_path, ACT)
    vars(context)["guard"] = None
    assert list(guard_told(context, set())) == []
