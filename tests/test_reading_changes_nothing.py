"""GET and HEAD change nothing, at no address and for nobody, but the day on which a therapist looked."""

from collections.abc import Iterator
from typing import Any

import pytest
from allauth.usersessions.models import UserSession
from django.apps import apps
from django.contrib.sessions.models import Session

from couples.actions import pairing
from couples.models import LookingDay, Opening
from tests.support import make
from tests.support.access_rows import Row
from tests.support.everybody import ADMITTED, ALONE, AUTHOR, PARTNER, VISITOR, Everybody
from tests.test_access import TABLE

pytestmark = [pytest.mark.django_db, pytest.mark.matrix]

LOOKERS = (VISITOR, AUTHOR, PARTNER, ALONE, ADMITTED)
SESSIONS = (Session, UserSession)
TABLES = [model for model in apps.get_models() if model not in SESSIONS and model._meta.managed]


@pytest.fixture(scope="module")
def waiting(here: Everybody) -> Iterator[Everybody]:
    """Something has opened that nobody has stored, and somebody waits for another to use their code."""
    ada, ben = here.people[AUTHOR], here.people[PARTNER]
    opened = Opening.objects.count()
    for who in (ada, ben):
        make.offer(make.boundary(who, here.clock), who, here.clock)
    pairing.invite(by=here.people[ALONE], at=here.clock.tick())
    assert Opening.objects.count() == opened, "it opens at the next seven o'clock"
    here.clock.tick(days=1)
    yield here


def rows(*models: Any) -> dict[str, list[str]]:
    return {model._meta.label: sorted(map(repr, model.objects.values_list())) for model in models}


@pytest.mark.parametrize("row", TABLE, ids=str)
def test_get_and_head_change_no_table_but_the_days_of_looking(row: Row, waiting: Everybody, ask: Any) -> None:
    path = row.path(waiting)
    looked = LookingDay.objects.count()
    before = rows(*(model for model in TABLES if model is not LookingDay))
    for who in LOOKERS:
        for method in ("head", "head", "get", "get"):
            ask(who, method, path)
        if who != ADMITTED:
            assert LookingDay.objects.count() == looked, f"{who} noted a day at {path}"
    assert rows(*(model for model in TABLES if model is not LookingDay)) == before, path


def test_a_code_is_shown_in_the_answer_to_its_press_alone(waiting: Everybody, ask: Any) -> None:
    pressed = ask(ALONE, "post", "/pairing/invite/").content.decode()
    code = pressed.partition('<p class="code">')[2].partition("</p>")[0]
    assert len(code) == 9
    for method in ("head", "get", "get"):
        page = ask(ALONE, method, "/pairing/").content.decode()
        assert code not in page
    assert pairing.find_invitation(code, by=waiting.people[ADMITTED], at=waiting.clock.at), "looking used nothing up"
