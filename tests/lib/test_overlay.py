"""Rows that are read as if they stood in their tables, and are written nowhere."""

from datetime import timedelta
from threading import Thread

import pytest
from django.db import connection, transaction

from couples.lib.overlay import is_laid, laid_over
from couples.lib.snapshot import snapshot
from couples.models import OwnLine, User
from tests.support import make

pytestmark = pytest.mark.django_db
DAY = make.START.date()


def line(owner: User, kind: str, day: int) -> OwnLine:
    return OwnLine(owner=owner, kind=kind, day=DAY + timedelta(days=day), tie=f"{day}")


def kinds(**which: object) -> list[str]:
    return list(OwnLine.objects.filter(**which).order_by("day").values_list("kind", flat=True))


def test_a_row_laid_over_a_table_is_read_with_it_and_stands_nowhere_after(ada: User) -> None:
    line(ada, OwnLine.WROTE, 1).save()
    with laid_over([line(ada, OwnLine.BEGAN, 0), line(ada, OwnLine.REVISED, 2)]):
        assert is_laid()
        assert kinds() == [OwnLine.BEGAN, OwnLine.WROTE, OwnLine.REVISED]
        assert kinds(kind=OwnLine.BEGAN) == [OwnLine.BEGAN]
        assert OwnLine.objects.filter(owner=ada).count() == 3
        assert OwnLine.objects.select_related("owner").get(kind=OwnLine.REVISED).owner == ada
        assert list(OwnLine.objects.filter(pk__in=OwnLine.objects.filter(day=DAY).values("pk"))) != []
        assert OwnLine.objects.order_by("-day").first().kind == OwnLine.REVISED
    assert not is_laid()
    assert kinds() == [OwnLine.WROTE]


def test_a_row_that_stands_in_the_table_is_replaced(ada: User) -> None:
    line(ada, OwnLine.WROTE, 1).save()
    changed = OwnLine.objects.get()
    changed.kind = OwnLine.PAUSED
    with laid_over([changed]):
        assert kinds() == [OwnLine.PAUSED]
    assert kinds() == [OwnLine.WROTE]


def test_something_can_be_laid_over_what_lies_there(ada: User) -> None:
    line(ada, OwnLine.WROTE, 1).save()
    with laid_over([line(ada, OwnLine.BEGAN, 0)]):
        with laid_over([line(ada, OwnLine.REVISED, 2)]):
            assert kinds() == [OwnLine.BEGAN, OwnLine.WROTE, OwnLine.REVISED]
        assert kinds() == [OwnLine.BEGAN, OwnLine.WROTE]


def test_laying_nothing_changes_no_query() -> None:
    with laid_over([], []):
        assert not is_laid()
        assert connection.execute_wrappers == []


def test_what_is_laid_over_a_table_uses_its_indexes(ada: User) -> None:
    """SQLite would walk through a whole table for a union that it does not flatten."""
    if connection.vendor != "sqlite":
        return
    with laid_over([line(ada, OwnLine.BEGAN, 0)]):
        asked = OwnLine.objects.filter(owner=ada).order_by("-day", "-tie")[:5]
        plans: list[str] = []

        def explain(execute, sql, params, many, context):
            if sql.startswith("WITH"):
                with connection.cursor() as cursor:
                    cursor.cursor.execute(f"EXPLAIN QUERY PLAN {sql}", params)
                    plans.extend(row[3] for row in cursor.cursor.fetchall())
            return execute(sql, params, many, context)

        with connection.execute_wrapper(explain):
            list(asked)
    assert any("own_lines_newest_first" in step for step in plans), plans
    assert not any(step.startswith("SCAN b") for step in plans), plans


@pytest.mark.django_db(transaction=True)
def test_who_reads_through_it_keeps_nobody_waiting(ada: User) -> None:
    line(ada, OwnLine.WROTE, 1).save()
    written: list[str] = []

    def write() -> None:
        try:
            with transaction.atomic():
                line(ada, OwnLine.REVISED, 2).save()
            written.append("yes")
        finally:
            connection.close()

    with snapshot(), laid_over([line(ada, OwnLine.BEGAN, 0)]):
        assert kinds() == [OwnLine.BEGAN, OwnLine.WROTE]
        other = Thread(target=write)
        other.start()
        other.join(timeout=5)
        assert written == ["yes"]
        assert kinds() == [OwnLine.BEGAN, OwnLine.WROTE], "one snapshot"
    assert kinds() == [OwnLine.WROTE, OwnLine.REVISED]
