"""Choosing what is looked at."""

import pytest

from tests.unit.present.shown import LOOK, NOTHING_KNOWN, PRIVATE, account, text
from tests.unit.samples import key
from tui.domain.scope import RangeName, Scope
from tui.monitor.questions import AskKeys
from tui.present import scope_choices
from tui.present.scope_choices import narrowed

ALL = Scope().narrowed(key_id=7, model="opus")


@pytest.mark.parametrize(
    ("name", "choice", "member", "value"),
    [
        ("key_id", "8", "key_id", 8),
        ("group_id", "4", "group_id", 4),
        ("billing_type", "0", "billing_type", 0),
        ("model", "haiku", "model", "haiku"),
        ("request_type", "stream", "request_type", "stream"),
        ("key_id", "all", "key_id", None),
    ],
)
def test_a_choice_sets_one_filter_and_leaves_the_others(
    name: str, choice: str, member: str, value: int | str | None
) -> None:
    scope = narrowed(ALL, name, choice)
    assert getattr(scope.filters, member) == value
    kept = {"key_id": 7, "model": "opus"}
    kept.pop(member, None)
    assert {name: getattr(scope.filters, name) for name in kept} == kept


@pytest.mark.parametrize(
    ("name", "choice", "found"),
    [
        ("error_category", "auth", ("auth", None)),
        ("error_status", "429", (None, 429)),
        ("error_status", "all", (None, None)),
    ],
)
def test_errors_are_narrowed_beside_the_calls(name: str, choice: str, found: tuple[str | None, int | None]) -> None:
    scope = narrowed(ALL, name, choice)
    assert (scope.error_category, scope.error_status) == found
    assert scope.filters == ALL.filters


def test_all_and_the_current_value_can_be_chosen() -> None:
    known = account((AskKeys(), (key(7, "laptop"), key(8, "ci"))))
    model = scope_choices.values("key_id", ALL, known, LOOK)
    assert [(one.id, one.label) for one in model.choices] == [("all", "all"), ("7", "laptop"), ("8", "ci")]
    assert model.current == "7"
    assert scope_choices.values("key_id", Scope(), known, LOOK).current == "all"


def test_privacy_hides_the_names_of_keys_to_choose() -> None:
    known = account((AskKeys(), (key(7, "secret-project"),)))
    assert "secret" not in str(scope_choices.values("key_id", Scope(), known, PRIVATE))


@pytest.mark.parametrize("name", [choice.id for choice in scope_choices.filters().choices])
def test_each_filter_has_values_though_nothing_is_known(name: str) -> None:
    assert scope_choices.values(name, Scope(), NOTHING_KNOWN, LOOK).choices[0].id == "all"


def test_every_named_range_can_be_chosen_and_days_of_ones_own() -> None:
    model = scope_choices.ranges(Scope(RangeName.D7), LOOK)
    assert [one.id for one in model.choices] == [*(name.value for name in RangeName), "custom"]
    assert model.current == "7d"


@pytest.mark.parametrize(
    ("typed", "ready", "told"),
    [
        ("2026-11-01..2026-11-20", True, "both included"),
        ("2026-11-20..2026-11-01", False, "in order"),
        ("yesterweek", False, "such as"),
    ],
)
def test_days_are_checked_while_they_are_typed(typed: str, ready: bool, told: str) -> None:
    check = scope_choices.check_days(typed)
    assert check.ready is ready
    assert told in text(check.line)


def test_days_of_ones_own_begin_with_the_last_week() -> None:
    model = scope_choices.days(LOOK)
    assert model.value == "2026-11-18..2026-11-24"
    assert model.check(model.value).ready
