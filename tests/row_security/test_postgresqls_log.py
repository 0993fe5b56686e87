"""`manage.py check` says where PostgreSQL writes down what a statement was given."""

import pytest
from django.db import connection

from couples.row_security import checks

on_postgresql = pytest.mark.postgresql


def said() -> list[str]:
    return [each.id or "" for each in checks.postgresql_keeps_words_out_of_its_log(databases=["default"])]


def set_here(name: str, value: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config(%s, %s, true)", [name, value])


@on_postgresql
def test_a_log_with_words_in_it_is_warned_of_in_production(db: None, settings) -> None:
    settings.DEBUG = False
    assert said() == ["couples.log"]
    set_here("log_min_error_statement", "panic")
    assert said() == ["couples.log"], "the detail of an error still names the address that is there already"
    set_here("log_error_verbosity", "terse")
    assert said() == []
    set_here("log_min_error_statement", "error")
    assert said() == ["couples.log"]
    settings.DEBUG = True
    assert said() == []


def test_a_file_keeps_no_such_log(db: None, settings) -> None:
    settings.DEBUG = False
    if connection.vendor != "postgresql":
        assert said() == []
