"""Of some rows those that are marked are written, by a statement that reads the same whichever they are."""

from datetime import date

import pytest

from couples.lib.insertion import insert_where
from couples.models import OwnLine, User
from tests.support.asked_database import asked_database

pytestmark = pytest.mark.django_db


def lines(who: User) -> list[OwnLine]:
    return [OwnLine(owner=who, kind=OwnLine.BEGAN, day=date(2026, 3, n), tie=str(n)) for n in (2, 3)]


@pytest.mark.parametrize("marks", [(True, True), (True, False), (False, False)])
def test_only_what_is_marked_is_written_as_it_is(ada: User, marks: tuple[bool, bool]) -> None:
    rows = lines(ada)
    insert_where(list(zip(rows, marks, strict=True)))
    written = [row for row, is_written in zip(rows, marks, strict=True) if is_written]
    names = [field.attname for field in OwnLine._meta.concrete_fields]
    assert list(OwnLine.objects.order_by("day").values(*names)) == [
        {name: getattr(row, name) for name in names} for row in written
    ]


def test_the_statement_is_the_same_whichever_are_marked_and_there_is_none_for_no_rows(ada: User) -> None:
    def asked(*marks: bool) -> list[str]:
        with asked_database() as found:
            insert_where(list(zip(lines(ada), marks, strict=False)))
        return [sql for sql, _ in found]

    assert asked(True, True) == asked(False, True) == asked(False, False)
    assert len(asked(True)) == 1 and asked() == []
