"""What somebody writes is looked for where a thief, an operator or a log could look: it is nowhere in the clear."""

import logging
from io import StringIO
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.contrib.sessions.models import Session
from django.core import mail
from django.core.cache import cache
from django.core.management import call_command
from django.db import connection
from django.test import Client

from couples import visibility
from couples.actions import records, sharing
from couples.content.kinds import BREACH, KINDS
from couples.models import User
from couples.views._drafts import writer_token
from tests.support import make
from tests.support.addresses import writing
from tests.support.make import Clock
from tests.support.visits import Visit

pytestmark = pytest.mark.django_db(transaction=True)
CANARY = "kingfisher-at-the-weir"


@pytest.fixture
def two(transactional_db: None, story: Clock) -> tuple[User, User]:
    ada, ben = make.person("Ada"), make.person("Ben")
    make.pair(ada, ben, story)
    make.welcome_all(ada, ben, clock=story)
    return ada, ben


def plant(ada: User, ben: User, story: Clock) -> None:
    """Write through the real pages, let it open, read it, revise it, take it back, and have a session lapse."""
    hers, his = Visit(ada, story), Visit(ben, story)
    words = {"limit": CANARY, "care": CANARY, "protects": CANARY, "look": CANARY}
    for url, fields in (
        (writing("boundary"), words),
        (writing("agreement"), {"does": CANARY, "why": CANARY}),
        (writing("boundary"), {"limit": ""} | {"protects": CANARY}),  # a form that is shown again
    ):
        assert hers.post(url, follow=True, **fields, act="keep", once=str(uuid4())).status_code == 200
    for kind in KINDS.values():
        if kind.name not in ("look_back", "step"):  # made of check-ins; and steps are off
            texts = {field.name: CANARY for field in kind.written_fields if not field.choices and not field.is_day}
            texts |= {"about": "agreement"} if kind == BREACH else {}  # which one has to be chosen
            url = writing(kind.name)
            assert hers.post(url, follow=True, **texts, act="keep", once=str(uuid4())).status_code == 200
    assert {record.kind for record in visibility.mine(ada)} == set(KINDS) - {"look_back", "step"}
    assert hers.post("/today/check-in/", follow=True, safe="20", line=CANARY, once=str(uuid4())).status_code == 200
    for record in visibility.mine(ada):
        if not KINDS[record.kind].is_alone:
            make.offer(record, ada, story)
    opened = list(visibility.open_to(ben, story.tick()))
    assert opened
    for opening in opened[:3]:
        assert CANARY in his.get(f"/ours/{opening.pk}/").content.decode()
    assert CANARY in hers.get("/timeline/").content.decode()
    first = visibility.mine(ada).filter(kind="boundary")[0]
    records.revise(first, {"limit": f"{CANARY} anew"}, by=ada, at=story.tick(), seen=1, older=records.LEAVE_OLDER)
    sharing.take_back(first, by=ada, at=story.tick())
    lapsed = {"limit": CANARY, "writer": writer_token(ada)}
    assert Client().post(writing("boundary"), lapsed).status_code == 302
    through_the_glass(ada, ben, story)


def through_the_glass(ada: User, ben: User, story: Clock) -> None:
    """A therapist reads, prints a sheet and proposes."""
    faye, card = make.therapist("Faye", story)
    make.introduce(faye, ada, story)
    make.admit(card, ada, ben, clock=story)
    seat = visibility.seat_of(ada)
    assert seat is not None
    story.next_morning(seat.pair)
    room, theirs = f"/room/{seat.pair_id}/", Visit(faye, story)
    for path in ("", "session/", "sheet/"):
        assert CANARY in theirs.get(room + path).content.decode()
    theirs.get(f"{room}sheet/file/")
    assert theirs.post(f"{room}ahead/propose/", follow=True, text=CANARY, once=str(uuid4())).status_code == 200
    assert CANARY in Visit(ben, story).get("/agenda/").content.decode()


def everything_stored() -> bytes:
    """The database as bytes: its file and its log, or every row of every table."""
    if connection.vendor == "sqlite":
        name = Path(connection.settings_dict["NAME"])
        files = (name, name.with_name(f"{name.name}-wal"), name.with_name(f"{name.name}-journal"))
        return b"".join(file.read_bytes() for file in files if file.exists())
    with connection.cursor() as cursor:
        found = []
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT row_to_json(t)::text FROM "{table}" t')
            found += [row[0] for row in cursor.fetchall()]
    return "\n".join(found).encode()


def test_no_word_lies_in_the_clear(two: tuple[User, User], story: Clock, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        plant(*two, story)
    assert CANARY.encode() not in everything_stored()
    assert CANARY.encode().hex().encode() not in everything_stored()
    assert b"ada@example.test" in everything_stored()  # what is not sealed is found there
    for session in Session.objects.all():
        assert CANARY not in repr(session.get_decoded())
    assert CANARY not in repr(getattr(cache, "_cache", {}))
    assert CANARY not in caplog.text
    assert CANARY not in repr([(message.subject, message.body) for message in mail.outbox])
    out = StringIO()
    call_command("dumpdata", stdout=out)
    assert CANARY not in out.getvalue()


def test_the_desk_and_an_error_show_no_word(
    two: tuple[User, User], story: Clock, monkeypatch: Any, caplog: pytest.LogCaptureFixture
) -> None:
    ada, ben = two
    plant(ada, ben, story)
    staff = User.objects.create_superuser("staff@example.test", make.PASSWORD, shown_name="Sid")
    desk = Visit(staff, story)
    for url in ("/desk/", "/desk/couples/user/", f"/desk/couples/user/{ada.pk}/change/"):
        assert CANARY not in desk.get(url).content.decode()

    def broken(*args: Any, **kwargs: Any) -> None:
        words = records.newest_of(visibility.mine(ada)[0]).words
        raise RuntimeError(str(words))

    monkeypatch.setattr("couples.views.mine.visibility.newest_words_of", broken)
    client = Client(raise_request_exception=False)
    client.force_login(ada)
    answer = client.get("/mine/")
    assert answer.status_code == 500
    assert CANARY not in answer.content.decode()
