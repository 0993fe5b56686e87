"""What a migration may do: code of the version before goes on with the new tables, for as long as both serve.

Compared are the tables of the version before and those of now. What is of no use any more goes one version later, and
stands in `GOES` with the reason (docs/decisions/0051-two-versions-on-one-database.md).
"""

from typing import Any

import pytest
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.state import ModelState, ProjectState
from django.db.models import NOT_PROVIDED, CheckConstraint, Field, Q, UniqueConstraint

OF_THE_VERSION_BEFORE = "0027_what_was_said_before"  # its last migration: moves on with each version
GOES: dict[str, str] = {}  # "record.column": why nothing of the version before asks for it any more


def tables(last: str) -> ProjectState:
    return MigrationLoader(None, ignore_no_migrations=True).project_state([("couples", last)])


def ours(state: ProjectState) -> dict[str, ModelState]:
    return {name: model for (app, name), model in state.models.items() if app == "couples"}


@pytest.fixture(scope="module")
def before() -> dict[str, ModelState]:
    return ours(tables(OF_THE_VERSION_BEFORE))


@pytest.fixture(scope="module")
def now() -> dict[str, ModelState]:
    return ours(MigrationLoader(None, ignore_no_migrations=True).project_state())


def fills_itself(field: "Field[Any, Any]") -> bool:
    """Whether a row can be written by code that does not know this column."""
    return field.null or field.many_to_many or field.db_default is not NOT_PROVIDED


def wrong_in(before: dict[str, ModelState], now: dict[str, ModelState]) -> list[str]:
    """What code of the version before would stumble over."""
    found = [f"{name} is gone" for name in before.keys() - now.keys()]
    for name in before.keys() & now.keys():
        was, is_now = before[name], now[name]
        if was.options.get("db_table") != is_now.options.get("db_table"):
            found.append(f"{name} has another table")
        found += [f"{name}.{field} is gone" for field in was.fields.keys() - is_now.fields.keys()]
        new = is_now.fields.keys() - was.fields.keys()
        found += [f"{name}.{field} has to be filled in" for field in new if not fills_itself(is_now.fields[field])]
        for field in was.fields.keys() & is_now.fields.keys():
            if fills_itself(was.fields[field]) and not fills_itself(is_now.fields[field]):
                found.append(f"{name}.{field} has to be filled in")
            if was.fields[field].db_column != is_now.fields[field].db_column:
                found.append(f"{name}.{field} is another column")
        known = {each.name for each in was.options.get("constraints", ())}
        for rule in is_now.options.get("constraints", ()):
            if rule.name not in known and fields_of(rule) <= was.fields.keys():
                found.append(f"{name} has a new rule for what it always had: {rule.name}")
    return sorted(each for each in found if each.split(" ")[0] not in GOES)


def fields_of(rule: Any) -> set[str]:
    """The fields that a constraint is about."""
    if isinstance(rule, UniqueConstraint):
        return set(rule.fields)
    assert isinstance(rule, CheckConstraint)
    return {name.split("__")[0] for name in names_in(rule.condition)}


def names_in(condition: Q) -> set[str]:
    found = set()
    for each in condition.children:
        found |= names_in(each) if isinstance(each, Q) else {str(each[0])}  # type: ignore[index]
    return found


def test_code_of_the_version_before_finds_all_it_asks_for_and_leaves_out_nothing_that_is_needed(
    before: dict[str, ModelState], now: dict[str, ModelState]
) -> None:
    assert wrong_in(before, now) == []


def test_what_goes_is_named_for_no_longer_than_one_version(
    before: dict[str, ModelState], now: dict[str, ModelState]
) -> None:
    for each in GOES:
        model, _, field = each.partition(".")
        assert field in before[model].fields and field not in now[model].fields, each


def test_a_column_that_code_of_before_would_leave_out_is_noticed(before: dict[str, ModelState]) -> None:
    """As 0028 and 0031 were, before 0034."""
    between = ours(tables("0033_what_has_fallen_is_noted"))
    assert "card.limits has to be filled in" in wrong_in(before, between)
    assert "therapysession.called_off has to be filled in" in wrong_in(before, between)


@pytest.mark.parametrize(
    ("older", "newer", "said"),
    [
        ("0026_an_offer_accepts_nothing", "0001_the_first_tables", "is gone"),
        ("0001_the_first_tables", "0026_an_offer_accepts_nothing", "has to be filled in"),
    ],
)
def test_a_table_or_column_that_goes_or_comes_is_noticed(older: str, newer: str, said: str) -> None:
    assert any(said in each for each in wrong_in(ours(tables(older)), ours(tables(newer))))
