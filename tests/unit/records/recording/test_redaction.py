"""No secret and no e-mail address gets into a recording, and on request no name and no address."""

from decimal import Decimal
from pathlib import Path
from typing import Any, get_args

import pytest
from msgspec import Struct
from msgspec.structs import replace

from tests.unit.records.recording.sessions import CALLS, EMPTY, ERRORS, written
from tests.unit.samples import NOW, call, failed, key
from tui.domain.account import Plan, Profile, Site
from tui.domain.api_key_mode import ApiKeyTag
from tui.domain.failure import Failure, FailureKind
from tui.domain.keys import Group
from tui.domain.usage import Breakdown, FailedCallDetail, Page, Slice
from tui.monitor.calls.log import CallsRead
from tui.monitor.events import Answered, QuestionFailed
from tui.monitor.heard import Heard, Stretch
from tui.monitor.questions import AskBreakdown, AskError, AskGroups, AskKeys, AskPlans, AskProfile, AskSite
from tui.monitor.reduce import reduce
from tui.records.recording.files import read_recording
from tui.records.recording.lines import FailedPart, KnownPart
from tui.records.recording.parsing import QUESTIONS, answer_type
from tui.records.recording.redaction import Redactor, TextKind, unclassified
from tui.triage.refusals import UNKNOWN, refusal_of
from tui.triage.storms import likeness

SECRETS = (
    "sk-0be1234567890abcdef0f52b",
    "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N",
    "lin@example.com",
    "AIzaSyA1234567890abcdefghijklmnop",
)
NAMES = (
    "batch-nightly",
    "claude-max",
    "Lin Wei",
    "10.1.2.3",
    "203.0.113.9",
    "acme-cli/1.0",
    "Acme AI",
    "gateway.example",
)


def _within(kind: Any) -> list[Any]:
    return [kind, *(one for inner in get_args(kind) for one in _within(inner))]


def test_every_text_that_an_answer_can_hold_is_of_a_kind() -> None:
    """What is new has to be given one, before it can get into a file that people send around."""
    asked = [kind for question in QUESTIONS.values() for kind in (question, *_within(answer_type(question)))]
    known = [one for one in (*asked, FailedPart, KnownPart, ApiKeyTag) if isinstance(one, type)]
    assert not unclassified(known)


class Inner(Struct):
    secret: str
    number: int = 0


class Outer(Struct):
    ones: tuple[Inner | None, ...] = ()


def test_a_text_without_a_kind_is_found_inside_of_what_holds_it() -> None:
    assert unclassified([Outer]) == ["Inner.secret"]


def everything() -> Stretch:
    """An account that holds all of it in all places."""
    text = f"denied: {' '.join(SECRETS)} at {' '.join(NAMES)}"
    group = Group(4, "claude-max")
    slices = (Slice("4", "claude-max", 1, 1, Decimal(1), Decimal(1)),)
    error = failed(
        1,
        message=text,
        key_name="batch-nightly",
        ip="203.0.113.9",
        group_name="claude-max",
        user_agent="acme-cli/1.0",
    )
    row = call(1, ip="10.1.2.3", user_agent="acme-cli/1.0", group_name="claude-max", session_id="lin@example.com")
    a_key = replace(key(7, "batch-nightly", group=group), masked_secret="sk-0be…f52b", last_used_ip="10.1.2.3")
    answers: list[tuple[Any, Any]] = [
        (AskSite(), Site("Acme AI", recharge_url="https://gateway.example/pay?token=eyJhbGciOiJIUzI1NiJ9.x.y")),
        (AskProfile(), Profile(1, "lin@example.com", "Lin Wei", Decimal(5))),
        (AskKeys(), (replace(a_key, ip_whitelist=("10.1.2.3",)), key(8, SECRETS[0]))),
        (AskGroups(), (group,)),
        (AskPlans(), (Plan(1, "claude-max", None, ()),)),
        (
            AskBreakdown((NOW.date(), NOW.date())),
            Breakdown((), (Slice("opus", "opus", 1, 1, Decimal(1), Decimal(1)),), slices),
        ),
        (CALLS, CallsRead((row,), row.at, 1)),
        (ERRORS, Page((error,), 1)),
        (AskError(1), FailedCallDetail(error, text, None)),
    ]
    snapshot = EMPTY
    for question, answer in answers[:5]:
        snapshot = reduce(snapshot, Answered(question, answer, NOW))
    heard = [Heard(NOW, Answered(question, answer, NOW)) for question, answer in answers]
    heard.append(Heard(NOW, QuestionFailed(AskKeys(), Failure(FailureKind.FORBIDDEN, text), NOW, NOW)))
    return Stretch(NOW, snapshot, heard)


@pytest.mark.parametrize("is_private", [False, True])
def test_no_secret_is_in_the_file(tmp_path: Path, is_private: bool) -> None:
    text = written(tmp_path / "a.jsonl", everything(), is_private=is_private).read_text()
    assert not [secret for secret in SECRETS if secret in text]
    assert "sk-0be" not in text
    assert read_recording(tmp_path / "a.jsonl").is_whole


def test_a_private_file_has_no_name_and_no_address(tmp_path: Path) -> None:
    path = written(tmp_path / "a.jsonl", everything(), is_private=True)
    assert not [name for name in NAMES if name in path.read_text()]
    recording = read_recording(path)
    assert recording.is_private
    snapshot = recording.last.snapshot
    keys, groups, errors = snapshot.data(AskKeys()), snapshot.data(AskGroups()), snapshot.data(ERRORS)
    assert keys is not None
    assert groups is not None
    assert errors is not None
    assert [one.name for one in keys] == ["key-1", "key-2"]
    assert errors.items[0].key_name == "key-1", "the same name has the same stand-in everywhere"
    assert keys[0].group is not None
    assert groups[0].name == keys[0].group.name == "group-1"
    assert errors.items[0].model == "opus", "models keep their names"
    rows = snapshot.calls[CALLS].log.heard_after(0)
    assert (rows[0].model, rows[0].ip) == ("opus", keys[0].last_used_ip)


@pytest.mark.parametrize(
    ("category", "message"),
    [
        ("other", "API key 额度已用完"),
        ("other", "api key 5小时限额已用完"),
        ("other", "Insufficient account balance"),
        ("rate_limit", "Concurrency limit exceeded for user, please retry later"),
        ("upstream", "Your credit balance is too low to access the API"),
        ("upstream", "messages.12.content.0: tool_use ids must be unique"),
        ("quota", "something new"),
    ],
)
def test_whose_refusal_it_is_stays_known(category: str, message: str) -> None:
    error = failed(1, category=category, message=f"Lin Wei: {message}")
    private = Redactor(is_private=True).value(error)
    assert refusal_of(private) == refusal_of(error)
    assert "Lin" not in private.message


@pytest.mark.parametrize(
    "message",
    [
        "API key daily budget of Falcon Inc. is over its limit",
        "api key weekly(Falcon) quota: Lin's limit",
        "5h/Falcon limit reached",
        "5小时/Falcon/限额",
    ],
)
def test_what_stands_within_the_words_of_a_limit_is_no_word_of_it(message: str) -> None:
    error = failed(1, category="other", message=message)
    private = Redactor(is_private=True).value(error)
    assert refusal_of(private) == refusal_of(error) != UNKNOWN
    assert "Falcon" not in private.message
    assert "Lin" not in private.message


@pytest.mark.parametrize(
    "secret",
    [
        "sk-proj-********************4f9c",
        "sk-0be…f52b",
        "sk-ant-...4f9c",
        "AIzaSy******4f9c",
        "key-0be1234567890abcdef0f52b",
        "token-a1b2c3d4e5f6",
        "Zm9vYmFyYmF6cXV4MTIzNDU2Nzg5MGFiY2RlZmdoaWo_x-Q",
        "0123456789abcdef0123456789abcdef01234567",
    ],
)
def test_a_part_of_a_secret_is_one(secret: str) -> None:
    told = Redactor(is_private=False).text(f"Incorrect API key provided: {secret}", TextKind.SAID)
    assert secret[-4:] not in told


@pytest.mark.parametrize(
    "name",
    ["key-management-prod", "token-service", "research-long-context-experiments-2026-11-team-b", "task-force-2026"],
)
def test_a_name_of_words_is_no_secret(name: str) -> None:
    assert Redactor(is_private=False).text(name, TextKind.KEY) == name


def test_what_says_the_same_stays_alike_and_nothing_else() -> None:
    redactor = Redactor(is_private=True)
    told = [failed(1, message=text) for text in ("slow down 5", "slow down 17", "go away 5", "go away 6")]
    private = redactor.value(tuple(told))
    alike = [[likeness(one) == likeness(other) for other in private] for one in private]
    assert alike == [[likeness(one) == likeness(other) for other in told] for one in told]


def test_addresses_of_one_network_and_versions_of_a_program_stay_alike() -> None:
    redactor = Redactor(is_private=True)
    ips = [redactor.text(ip, TextKind.ADDRESS) for ip in ("2001:db8:1:2:3::4", "2001:db8:1:2:9::1", "2001:db8:1:3::1")]
    agents = [redactor.text(one, TextKind.PROGRAM) for one in ("acme/1.0 (x)", "acme/1.1", "other/1.0")]
    assert ips == ["address-1", "address-1", "address-2"]
    assert agents == ["program-1", "program-1", "program-2"]


def test_an_open_file_keeps_names_and_what_was_said(tmp_path: Path) -> None:
    snapshot = read_recording(written(tmp_path / "a.jsonl", everything())).last.snapshot
    keys, profile = snapshot.data(AskKeys()), snapshot.data(AskProfile())
    assert keys is not None
    assert profile is not None
    assert (keys[0].name, keys[0].last_used_ip) == ("batch-nightly", "10.1.2.3")
    assert (profile.email, profile.username) == ("", "Lin Wei")


def test_nothing_is_made_anew_where_nothing_is_to_be_taken_out() -> None:
    redactor = Redactor(is_private=False)
    page = Page((failed(1), failed(2)), 2)
    assert redactor.value(page) is page
    assert redactor.text("", TextKind.KEY) == ""


HOSTILE = "ev\x1b[2Jil\u202e[bold]\x07"


def test_hostile_texts_of_a_file_are_harmless(tmp_path: Path) -> None:
    stretch = Stretch(NOW, EMPTY, [Heard(NOW, Answered(AskKeys(), (key(7, HOSTILE),), NOW))])
    keys = read_recording(written(tmp_path / "a.jsonl", stretch)).last.snapshot.data(AskKeys())
    assert keys is not None
    assert keys[0].name == "ev[2Jil[bold]"
