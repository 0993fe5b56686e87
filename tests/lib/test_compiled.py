"""A question that is put together once: the same rows as Django gives, whoever asks, however often, on any thread."""

import threading
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.db.models import QuerySet

from couples.lib import compiled as the_module
from couples.lib.compiled import compiled
from couples.models import OwnLine, Record, User
from tests.support import make

pytestmark = pytest.mark.django_db
AT = datetime(2026, 3, 2, 12, tzinfo=UTC)


def written(who: User, *hours: int, kind: str = "boundary") -> list[Record]:
    return [Record.objects.create(author=who, kind=kind, made_at=AT + timedelta(hours=n), once=uuid4()) for n in hours]


@compiled
def later(author, at, kind=None, newest_first=False) -> QuerySet[Record]:
    """What somebody wrote from an instant on."""
    rows = Record.objects.filter(author=author, made_at__gte=at)
    rows = rows.filter(kind=kind) if kind else rows
    return rows.order_by("-made_at" if newest_first else "made_at").select_related("author")


def test_each_asking_gets_the_rows_for_its_own_values(ada, ben):
    one, two, three = written(ada, 1, 2, 3)
    (his,) = written(ben, 2)
    assert list(later(ada.pk, AT)) == [one, two, three]
    assert list(later(ben.pk, AT)) == [his]
    assert list(later(ada.pk, AT + timedelta(hours=2))) == [two, three]
    assert list(later(uuid4(), AT)) == []


def test_rows_come_with_what_belongs_to_them_in_one_query(ada, django_assert_num_queries):
    written(ada, 1)
    with django_assert_num_queries(1):
        (row,) = later(ada.pk, AT)
        assert (row.author.email, row.made_at, row.kind) == (ada.email, AT + timedelta(hours=1), "boundary")


def test_what_a_question_decides_by_makes_another_question(ada):
    one, two = written(ada, 1, 2)
    (promise,) = written(ada, 3, kind="promise")
    assert list(later(ada.pk, AT, None, True)) == [promise, two, one]
    assert list(later(ada.pk, AT, "promise")) == [promise]
    assert list(later(ada.pk, AT, "boundary", True)) == [two, one]


def test_it_is_put_together_once_for_each_of_these(ada, monkeypatch):
    put_together = []

    @compiled
    def mine(author, kind) -> QuerySet[Record]:
        put_together.append(kind)
        return Record.objects.filter(author=author, kind=kind)

    for kind in ("boundary", "promise", "boundary", "boundary", "promise"):
        list(mine(uuid4(), kind))
    assert put_together == ["boundary", "promise"]


def test_a_list_may_have_any_length(ada):
    @compiled
    def among(ids) -> QuerySet[Record]:
        return Record.objects.filter(pk__in=ids).order_by("made_at")

    rows = written(ada, *range(5))
    for count in (1, 3, 5, 1):
        assert list(among([row.pk for row in rows[:count]])) == rows[:count]


def test_texts_that_differ_each_time_stand_in_a_tuple(ada, monkeypatch):
    @compiled
    def after(author, place) -> QuerySet[OwnLine]:
        return OwnLine.objects.filter(owner=author, day__gte=place[0], tie__gt=place[1])

    monkeypatch.setattr(the_module, "MOST_KEPT", 1)  # so that a text for each tie would be noticed
    line = OwnLine.objects.create(owner=ada, kind=OwnLine.WROTE, day=AT.date(), tie="b")
    assert list(after(ada.pk, (AT.date(), "a"))) == [line]
    assert list(after(ada.pk, (AT.date(), "b"))) == [] == list(after(ada.pk, (AT.date(), "z'; --")))
    assert len(after._texts) == 1


def test_no_more_texts_are_kept_than_few(ada, monkeypatch):
    monkeypatch.setattr(the_module, "MOST_KEPT", 3)

    @compiled
    def among(ids) -> QuerySet[Record]:
        return Record.objects.filter(pk__in=ids)

    for count in range(1, 9):
        assert list(among([uuid4()] * count)) == []
    assert len(among._texts) == 3


def test_where_nothing_can_be_found_nothing_is_asked(ada, django_assert_num_queries):
    @compiled
    def nothing(author) -> QuerySet[Record]:
        return Record.objects.filter(author=author).none()

    with django_assert_num_queries(0):
        assert list(nothing(ada.pk)) == []


def test_it_cannot_be_asked_anything_further(ada):
    with pytest.raises(AttributeError):
        later(ada.pk, AT).filter(kind="promise")
    with pytest.raises(AttributeError):
        later(ada.pk, AT)[:3]
    with pytest.raises(AttributeError):
        later(ada.pk, AT).exists()


def test_a_place_is_no_value_to_decide_by(ada):
    @compiled
    def compared(author, at) -> QuerySet[Record]:
        return Record.objects.filter(author=author) if at > AT else Record.objects.none()

    @compiled
    def listed(author) -> QuerySet[Record]:
        return Record.objects.filter(pk__in=[author.hex])

    with pytest.raises(TypeError):
        list(compared(ada.pk, AT))
    with pytest.raises(AttributeError):
        list(listed(ada.pk))


def test_what_is_worked_out_from_a_place_is_worked_out_each_time(ada):
    @compiled
    def since_the_day_before(author, at) -> QuerySet[Record]:
        return Record.objects.filter(author=author, made_at__gte=at - timedelta(days=1))

    one, two = written(ada, 1, 30)
    assert set(since_the_day_before(ada.pk, AT)) == {one, two}
    assert set(since_the_day_before(ada.pk, AT + timedelta(hours=26))) == {two}


@pytest.mark.django_db(transaction=True)
def test_threads_ask_the_same_question_each_on_its_own_connection():
    people = [make.person(f"Person{n}") for n in range(4)]
    rows = {who.pk: written(who, *range(3)) for who in people}
    wrong, begin = [], threading.Barrier(len(people))

    @compiled
    def mine(author) -> QuerySet[Record]:
        return Record.objects.filter(author=author).order_by("made_at")

    def ask(who: User) -> None:
        try:
            begin.wait()
            for _ in range(50):
                if list(mine(who.pk)) != rows[who.pk]:
                    wrong.append(who)
        finally:
            connection.close()

    threads = [threading.Thread(target=ask, args=[who]) for who in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong
