"""A list of what is open takes the database as many steps where hundreds of things stand as where some do.

SQLite counts its own steps, so no time of a clock is in it. On PostgreSQL `make bench` looks.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from django.db import connection

from couples import visibility
from couples.lib import keyset
from couples.models import Pair, Seat
from couples.presenters.timeline_rows import following, newest_open
from couples.views import ours
from tests.support import make
from tests.support.many_records import many_openings

pytestmark = pytest.mark.django_db

FEW, MANY = 60, 360
ROOM = 1.3

Question = Callable[[Seat, datetime], Any]
QUESTIONS: dict[str, Question] = {
    "Ours, words": lambda seat, at: keyset.some(
        ours.lists_of(seat.pair_id, seat.pk, at, False)["sheets"], ours.NEWEST_FIRST, None, 21
    ),
    "Today, lately": lambda seat, at: newest_open(seat.pair_id, seat.pk, at, False, 3),
    "a couple's page": lambda seat, at: following(
        visibility.let_in_rows(seat.pair_id, at, frozenset({"boundary"})), None
    ),
    "the list of couples": lambda seat, at: visibility.admissions(at).filter(pair=seat.pair_id, thing=seat.pk),
}


def steps(ask: Callable[[], Any]) -> int:
    """How many steps SQLite takes, in tens."""
    taken = 0

    def step() -> int:
        nonlocal taken
        taken += 1
        return 0

    connection.connection.set_progress_handler(step, 10)
    try:
        list(ask())
    finally:
        connection.connection.set_progress_handler(None, 0)
    return taken


@pytest.mark.skipif(connection.vendor != "sqlite", reason="SQLite counts its steps")
@pytest.mark.parametrize("name", QUESTIONS)
def test_a_page_takes_as_many_steps_whatever_stands_behind_it(name: str, pair: Pair, story: make.Clock) -> None:
    seat, at = Seat.objects.filter(pair=pair).order_by("pk")[1], story.tick(days=60)
    many_openings(pair, FEW, at, stand=True)
    few = steps(lambda: QUESTIONS[name](seat, at))
    many_openings(pair, MANY, at, stand=True)
    assert few and steps(lambda: QUESTIONS[name](seat, at)) <= few * ROOM + 20
