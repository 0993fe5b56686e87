"""Whoever puts the second wall up, or only compares it, ends no page that is being read at that moment."""

from threading import Thread
from time import sleep
from typing import Any

import pytest
from django.conf import settings
from django.core.management import CommandError
from django.db import connection, transaction

from couples.row_security import policies

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgresql]
LAST = list(policies.policies())[-1]


def beside(act: Any) -> tuple[Thread, list[Any]]:
    """`act` on a connection of its own, and what it gives or raises."""
    found: list[Any] = []

    def acts() -> None:
        try:
            found.append(act(settings.SERVING_ROLE))
        except CommandError as problem:
            found.append(str(problem))
        finally:
            connection.close()

    other = Thread(target=acts)
    other.start()
    return other, found


@pytest.mark.parametrize("act", [policies.differences, policies.put_up])
def test_a_page_that_asks_for_one_more_table_gets_it(act: Any) -> None:
    with transaction.atomic(), connection.cursor() as page:
        page.execute(f"SELECT count(*) FROM {LAST}")
        other, found = beside(act)
        sleep(1.5)  # PostgreSQL looks after a second who waits for whom, and ends one who is in a ring
        for table in policies.policies():
            page.execute(f"SELECT count(*) FROM {table}")
    other.join(30)
    assert found in ([[]], [None])


def test_it_says_so_where_somebody_reads_for_minutes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(policies, "PATIENCE", 0.0)
    with transaction.atomic(), connection.cursor() as page:
        page.execute(f"SELECT count(*) FROM {LAST}")
        other, found = beside(policies.take_down)
        other.join(30)
    assert "Nothing was changed" in found[0]
    assert not policies.differences(settings.SERVING_ROLE)
