"""What dialogs ask, and the notices that follow."""

from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.unit.present.shown import DOWN, LOOK, PRIVATE, account, lines, text
from tests.unit.samples import NOW, key
from tui.domain.capabilities import Capabilities, Capability, Lack
from tui.domain.commands import COMMANDS, ScreenKind, commands_of
from tui.domain.export_format import ExportFormat
from tui.domain.intents import KeyAction, KeyIntent, KeyState, Limits, Reminder, state_of
from tui.domain.key_map import KeyMap
from tui.domain.keys import ApiKey
from tui.domain.outcomes import Applied, Changed, Outcome, Refused, Unknown, Unwritten
from tui.monitor.questions import AskKeys
from tui.present import (
    dialogs,
    export_words,
    key_actions,
    pauses,
    planned,
    profiles,
    read_back,
    sign_in,
    toasts,
    wallet,
    welcome,
)
from tui.present import help as help_words
from tui.present.command_words import COMMAND_WORDS
from tui.present.dialogs import ConfirmModel
from tui.present.read_back import ReadPlan
from tui.present.toasts import Toast
from tui.store.journal import Entry
from tui.triage.findings import FindingKind
from tui.triage.incidents import Incident, Phase
from tui.triage.severity import Severity

LAPTOP = key(7, "laptop")
OFF = key(7, "laptop", stored_status="inactive")
KNOWN = account((AskKeys(), (LAPTOP,)))


def entry(before: KeyState, wanted: KeyState, until: str | None = None) -> Entry:
    return Entry(NOW.isoformat(), "https://gateway.example", 7, "disable", before, wanted, until=until)


PAUSE = entry(state_of(LAPTOP), state_of(OFF), (NOW + timedelta(minutes=30)).isoformat())


@pytest.mark.parametrize(
    ("seen", "action", "title", "verb"),
    [
        (LAPTOP, KeyAction.DISABLE, "Disable API key", "Disable laptop"),
        (OFF, KeyAction.ENABLE, "Enable API key", "Enable laptop"),
    ],
)
def test_the_verb_names_the_key(seen: ApiKey, action: KeyAction, title: str, verb: str) -> None:
    intent = key_actions.switch_intent(seen)
    assert intent == KeyIntent(7, action)
    model = key_actions.switch_model(seen, intent, LOOK)
    assert (model.title, model.verb) == (title, verb)


def test_under_privacy_a_dialog_names_the_key_by_its_number() -> None:
    models = (
        key_actions.switch_model(LAPTOP, key_actions.switch_intent(LAPTOP), PRIVATE),
        key_actions.limits_form(LAPTOP, {}, PRIVATE),
        pauses.pause_form(LAPTOP, PRIVATE),
        pauses.leaving_model((PAUSE,), KNOWN, PRIVATE),
    )
    assert not [model for model in models if "laptop" in str(model)]


def test_an_undo_warns_where_the_key_has_changed_since() -> None:
    done = entry(state_of(LAPTOP), state_of(OFF))
    assert "changed since" not in lines(key_actions.undo_model(OFF, done, LOOK).lines)
    assert "▲ The key was changed since" in lines(key_actions.undo_model(LAPTOP, done, LOOK).lines)


@pytest.mark.parametrize(
    ("typed", "usual", "wanted", "hints"),
    [
        ({}, None, Limits(), 1),
        ({"limit_1d_usd": "5"}, None, Limits(limit_1d_usd=Decimal(5)), 1),
        ({"limit_1d_usd": "x2"}, Decimal(3), Limits(limit_1d_usd=Decimal(6)), 2),
        ({"limit_1d_usd": "lots", "quota_usd": "5"}, None, Limits(), 1),
    ],
)
def test_limits_are_sent_only_as_they_were_understood(
    typed: dict[str, str], usual: Decimal | None, wanted: Limits, hints: int
) -> None:
    found, check = key_actions.check_limits(LAPTOP, typed, LOOK, usual)
    assert (found, check.ready, len(check.hints)) == (wanted, not wanted.is_empty, hints)


def test_what_stands_in_a_field_already_is_what_was_given() -> None:
    form = key_actions.limits_form(LAPTOP, {"limit_1d_usd": "x2"}, LOOK)
    assert {field.id: field.value for field in form.fields if field.value} == {"limit_1d_usd": "x2"}


# Pauses


@pytest.mark.parametrize(
    ("outcome", "told", "severity"),
    [
        (Applied(LAPTOP, NOW), "is over: it is active again", "information"),
        (Changed(LAPTOP), None, None),
        (Changed(key(7, "laptop", quota_usd=5)), "was changed meanwhile", "warning"),
        (Refused(DOWN), "did not enable it; aktop tries again", "warning"),
        (Unknown(DOWN), "did not enable it; aktop tries again", "warning"),
    ],
)
def test_the_end_of_a_pause_is_told_unless_all_is_as_it_was(
    outcome: Outcome, told: str | None, severity: str | None
) -> None:
    toast = pauses.ended_toast(outcome, LAPTOP, PAUSE, LOOK)
    if told is None:
        assert toast is None
    else:
        assert toast is not None
        assert told in toast.text
        assert toast.severity == severity


@pytest.mark.parametrize(
    ("outcome", "told"),
    [
        (Applied(LAPTOP, NOW), "it was done"),
        (Changed(LAPTOP), "it was not done"),
        (Unknown(DOWN), "Nobody knows"),
        (Unwritten("disk full"), "Nobody knows"),
    ],
)
def test_a_change_without_an_answer_is_told_once_it_was_looked_up(outcome: Outcome, told: str) -> None:
    assert told in pauses.settled_toast(outcome, "laptop").text


def test_leaving_names_each_pause_and_when_it_ends() -> None:
    model = pauses.leaving_model((PAUSE,), KNOWN, LOOK)
    assert model.verb == "Quit"
    assert lines(model.lines).startswith("laptop is to be enabled at 06:01")


# Files


@pytest.mark.parametrize(
    ("plan", "ids"),
    [
        (None, ["shown csv", "shown csv-bom", "shown jsonl"]),
        (ReadPlan(3, 10), ["shown csv", "shown csv-bom", "shown jsonl", "range csv", "range csv-bom", "range jsonl"]),
    ],
)
def test_the_whole_range_is_offered_where_more_of_it_is_than_what_is_shown(
    plan: ReadPlan | None, ids: list[str]
) -> None:
    model = export_words.export_choices(3, plan)
    wanted = [one.replace("csv-bom", ExportFormat.CSV_BOM) for one in ids]
    assert [choice.id for choice in model.choices] == wanted
    assert len({choice.key for choice in model.choices}) == len(ids)


@pytest.mark.parametrize(
    ("count", "total", "waiting", "told"),
    [
        (0, None, "", "exporting, esc stops: 0 calls so far"),
        (2000, None, "request limit", "exporting, esc stops: 2 000 calls so far · request limit"),
        (1, 3, "", "exporting, esc stops: 1 of 3 calls"),
    ],
)
def test_how_far_an_export_got(count: int, total: int | None, waiting: str, told: str) -> None:
    assert text(export_words.progress(count, total, waiting)) == told


def test_what_became_of_a_file_is_told() -> None:
    path = Path("/tmp/calls.csv")
    assert export_words.written(path, 1) == Toast("1 call written to /tmp/calls.csv")
    assert export_words.failed(DOWN).severity == "error"
    assert toasts.not_written(path, OSError(28, "No space left on device")).text.endswith("No space left on device")
    assert "is lost" in lines(dialogs.replace_file(path).lines)


def test_reading_back_tells_how_it_ended() -> None:
    assert read_back.ended(1).text == "1 call is here."
    assert read_back.offer_model(ReadPlan(3, 5000), 20_000, 0).verb == "Read"


# Signing in and the first run


def test_a_password_that_cannot_do_leads_to_other_ways() -> None:
    captcha = sign_in.captcha_step("https://gateway.example")
    assert (captcha.fields, [way.id for way in captcha.ways]) == ((), ["cancel", "to-key", "to-token"])
    password = sign_in.password_step("https://gateway.example", (), "me@example.org")
    assert [(field.id, field.value, field.is_secret) for field in password.fields] == [
        ("email", "me@example.org", False),
        ("password", "", True),
    ]


@pytest.mark.parametrize(("has_captcha", "label"), [(True, "Back"), (False, "Password")])
def test_from_a_token_one_goes_back_to_what_was_before(has_captcha: bool, label: str) -> None:
    step = sign_in.token_step("https://gateway.example", has_captcha=has_captcha)
    assert next(way.label for way in step.ways if way.id == "to-password") == label


def test_what_is_secret_is_said_to_be() -> None:
    steps = (sign_in.password_step("u", ()), sign_in.token_step("u", has_captcha=False), welcome.api_key_step(None))
    secret = {field.id for step in steps for field in step.fields if field.is_secret}
    assert secret == {"password", "token", "key"}


@pytest.mark.parametrize(("url", "fields"), [(None, ["url", "key"]), ("https://gateway.example", ["key"])])
def test_the_gateway_is_asked_for_only_where_it_is_not_known(url: str | None, fields: list[str]) -> None:
    assert [field.id for field in welcome.api_key_step(url).fields] == fields


def test_the_ways_to_begin_have_a_letter_each() -> None:
    assert [(one.id, one.key) for one in welcome.welcome_choices().choices] == [
        ("demo", "d"),
        ("sign_in", "s"),
        ("key", "k"),
        ("quit", "q"),
    ]
    assert welcome.keep_model("https://gateway.example", Path("config.toml")).letter == "y"
    assert "[profile.staging]" in lines(profiles.none_yet(Path("config.toml")))


# Money


@pytest.mark.parametrize(
    ("value", "told"), [(Decimal(5), "✓ $5.00 added; balance $9.00"), (None, "✓ redeemed: plan; balance $9.00")]
)
def test_what_a_code_brought(value: Decimal | None, told: str) -> None:
    assert text(wallet.redeemed("plan", value, Decimal(9)).line) == told


def test_what_cannot_be_done_changes_nothing() -> None:
    assert not dialogs.read_only_outcome().ok
    assert text(dialogs.failed_outcome(DOWN).line).startswith("■ ")
    assert isinstance(wallet.redeem_model(), ConfirmModel)
    assert Reminder(Decimal(3)).threshold == 3


# What is planned, and the commands


def test_incidents_are_told_apart_where_there_are_several() -> None:
    found = [
        Incident(FindingKind.SPIKE, key_id, phase, Severity.WARNING, NOW, NOW)
        for key_id, phase in ((None, Phase.FIRING), (7, Phase.PLANNED))
    ]
    labels = [choice.label for choice in planned.choices(found, KNOWN, LOOK).choices]
    assert labels[0].endswith("· the account")
    assert labels[1].endswith("· laptop (planned)")
    assert planned.question(found[0], KNOWN, LOOK).verb == "Stay quiet"


def test_every_command_has_words_and_all_words_a_command() -> None:
    assert list(COMMAND_WORDS) == [command.id for command in COMMANDS]


def test_help_tells_first_what_the_pane_is_about() -> None:
    told = {
        pane: help_words.sections(ScreenKind.OVERVIEW, pane, Capabilities(), KeyMap())
        for pane in ("keys", "trend", "errors", None)
    }
    first = {pane: {row.id for row in sections[0].rows} for pane, sections in told.items()}
    assert {"disable", "limits", "sort"} <= first["keys"]
    assert {"metric", "range"} <= first["trend"]
    assert "disable" not in first["errors"]
    assert {row.id for section in told[None] for row in section.rows if row.id} == {
        command.id for command in commands_of(ScreenKind.OVERVIEW) if not command.in_recordings
    }


def test_help_tells_of_stepping_in_a_recording_alone() -> None:
    source = Capabilities().without(Lack.RECORDING, Capability.ACTIONS, Capability.LIVE)
    told = help_words.sections(ScreenKind.OVERVIEW, "keys", source, KeyMap())
    ids = {row.id for section in told for row in section.rows if row.id and not row.note}
    assert {"step_back", "step_on", "finding_before", "finding_after", "pause"} <= ids
    off = {row.id for section in told for row in section.rows if row.note == "off: a recording"}
    assert off == {"disable", "limits", "timed_pause", "undo", "remind", "guard", "refresh", "record"} | {
        "profiles",
        "accounts",
        "sign_in",
    }


def test_help_says_what_read_only_refuses_and_names_no_fast_way_then() -> None:
    source = Capabilities().without(Lack.READ_ONLY, Capability.ACTIONS)
    told = help_words.sections(ScreenKind.OVERVIEW, "keys", source, KeyMap())
    notes = {row.id: row.note for section in told for row in section.rows if row.note}
    assert set(notes) == {"disable", "limits", "timed_pause", "undo", "remind"}
    assert set(notes.values()) == {"off: read-only"}
    assert "Fast ways" not in [section.title for section in told]


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"in_flight": 0}, "Stops new calls at once; none is in flight"),
        ({"in_flight": 0, "expires_at": NOW - timedelta(days=1)}, "Its calls are refused already"),
        ({"in_flight": 0, "quota_usd": 5, "quota_used_usd": 5}, "Its calls are refused already"),
        ({"in_flight": 2, "quota_usd": 5, "quota_used_usd": 5}, "2 in flight end and are billed"),
        ({"in_flight": None, "quota_usd": 5, "quota_used_usd": 5}, "those in flight end and are billed"),
    ],
)
def test_disabling_promises_only_what_it_does(changes: dict[str, Any], told: str) -> None:
    one = key(7, **changes)
    model = key_actions.switch_model(one, key_actions.switch_intent(one), LOOK)
    assert told in "\n".join("".join(cell.text for cell in line) for line in model.lines)
