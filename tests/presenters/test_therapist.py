"""A couple's page: what is open of the classes both named, once; a day of looking. R23: views/test_mirror.py."""

from datetime import timedelta
from threading import Thread
from typing import Any

import pytest
from django.db import connection, transaction

from couples import visibility
from couples.actions import sharing, steps, therapy
from couples.lib import keyset
from couples.models import LookingDay
from couples.presenters import therapist
from tests.support import make
from tests.support.addresses import part
from tests.support.couple_and_therapist import Looking, both_step, queries_of
from tests.support.page_reader import Reading

pytestmark = pytest.mark.django_db


def text_of(answer: Any) -> str:
    return Reading(answer.content.decode()).main


# --- A couple's page ---


def test_the_page_shows_what_is_open_of_the_classes_both_named(it: Looking) -> None:
    it.open_boundary(it.ada, "Ada needs to know before.")
    it.open_boundary(it.ben, "Ben goes for a walk.")
    it.agree(it.ada, it.ben, "Phones stay in the hall.")
    make.boundary(it.ada, it.clock, "Kept for myself.")
    it.let_in()
    page = text_of(it.get(it.faye, it.room))
    for words in (
        "Ada needs to know before.",
        "Ben goes for a walk.",
        "Agreements in force",
        "An agreement is in force",
    ):
        assert words in page
    assert page.count("Words of agreements that opened") == 0  # words in force stand there once
    assert "Ask each person about safety alone." in page
    assert "Kept for myself." not in page
    assert "Only I know this." not in page  # a field for its author alone


def test_a_kind_of_a_class_that_one_named_and_the_other_named_alone_before_is_all_that_is_there(it: Looking) -> None:
    it.open_boundary(it.ada, "Ada needs to know before.")
    it.agree(it.ada, it.ben, "Phones stay in the hall.")
    make.admit(it.card, it.ada, clock=it.clock)
    make.admit(it.card, it.ben, clock=it.clock, kinds=("boundary",))
    it.clock.next_morning(it.pair)
    one_named = it.main_of(it.faye, it.room)
    assert b"Ada needs to know before." in one_named and b"greement" not in one_named
    make.admit(it.card, it.ada, clock=it.clock, classes=("everyday",))
    assert it.main_of(it.faye, it.room) == one_named


def test_the_author_of_open_words_is_named_on_their_sheet(it: Looking) -> None:
    record = make.agreement(it.ben, it.clock, "Sundays at eight.")
    make.offer(record, it.ben, it.clock)
    it.let_in()
    page = it.main_of(it.faye, it.room).decode()
    assert "Words of agreements that opened" in page
    assert "<bdi>Ben</bdi>" in page


def test_what_was_taken_back_is_gone_and_what_was_put_away_is_not(it: Looking) -> None:
    first, second = it.open_boundary(it.ada, "First one."), it.open_boundary(it.ada, "Second one.")
    it.let_in()
    held = it.main_of(it.faye, it.room)
    revision = make.open_revision(second, it.ben, it.clock).revision
    assert revision is not None
    sharing.put_away(revision.pk, by=it.ben, at=it.clock.tick())
    assert it.main_of(it.faye, it.room) == held
    sharing.take_back(first, by=it.ada, at=it.clock.tick())
    assert b"First one." not in it.main_of(it.faye, it.room)


def test_a_take_back_later_than_the_clock_of_a_page_is_seen(it: Looking) -> None:
    record = it.open_boundary(it.ada, "Not any more.")
    it.let_in()
    sharing.take_back(record, by=it.ada, at=it.clock.at + timedelta(minutes=5))  # this page's clock runs behind
    assert b"Not any more." not in it.main_of(it.faye, it.room)


def test_open_steps_stand_there_with_both_sets_of_conditions(it: Looking) -> None:
    it.let_in()
    both_step(it, "With the window open.", "Not after ten.")
    page = text_of(it.get(it.faye, it.room))
    for words in ("Conditions of Ada", "With the window open.", "Conditions of Ben", "Not after ten."):
        assert words in page
    steps.pause(by=it.ben, at=it.clock.tick())
    page = text_of(it.get(it.faye, it.room))
    assert "With the window open." not in page and "Steps" not in page


def test_a_step_on_its_terms_stands_there_once(it: Looking) -> None:
    it.let_in()
    thing = both_step(it, "With the window open.", "")
    terms = visibility.open_to(it.ada, it.clock.at).get(kind="conditions", thing=thing.thing)
    for who in (it.ada, it.ben):
        steps.answer_terms(terms, by=who, at=it.clock.tick())
    it.clock.next_morning(it.pair)
    page = it.main_of(it.faye, it.room).decode()
    assert page.count("Conditions of Ada") == 1
    assert page.count("With the window open.") == 1


def test_no_page_grows_and_every_sheet_can_be_reached(it: Looking) -> None:
    for n in range(13):
        make.offer(make.boundary(it.ada, it.clock, f"Number {n}."), it.ada, it.clock)
        it.clock.next_morning(it.pair)
    it.let_in()
    page = it.get(it.faye, it.room).content.decode()
    boundaries = page.partition("Boundaries that opened")[2].partition("</section>")[0]
    assert boundaries.count("<li>") == therapist.SHEETS_OF_ONE
    assert part("boundaries") in page
    rest = it.get(it.faye, f"{it.room}{part('boundaries')}").content.decode()
    assert all(f"Number {n}." in rest for n in range(13))


def test_the_way_between_them_goes_on_without_loss_or_repetition(it: Looking) -> None:
    for n in range(24):
        make.offer(make.boundary(it.ada, it.clock, f"Number {n}."), it.ada, it.clock)
        it.clock.next_morning(it.pair)
    it.let_in("boundary")
    seen: list[str] = []
    address = f"{it.room}{part('timeline')}"
    for _ in range(2):
        page = Reading(it.get(it.faye, address).content.decode())
        seen += [word for word in page.main.split("\n") if "Number" in word]
        earlier = [link for link in page.links if "after=" in link]
        address = it.room + earlier[0] if earlier else ""
    assert address == ""
    assert len(seen) == len(set(seen)) == 24


@pytest.mark.parametrize("query", [part("steps") + "&after=forged", "?after=\x00", part("timeline") + "&after=a:b"])
def test_a_forged_place_begins_at_the_beginning(it: Looking, query: str) -> None:
    it.open_boundary(it.ada, "Still here.")
    it.let_in()
    assert it.get(it.faye, f"{it.room}{query}").status_code == 200


def test_a_token_of_another_list_begins_at_the_beginning(it: Looking) -> None:
    it.open_boundary(it.ada, "Still here.")
    it.let_in()
    for place in (["a", "b"], ["2026-01-01", "x", "y", "z"], [""]):
        token = keyset.token_after("another", place)
        for show in ("boundaries", "timeline"):
            assert it.get(it.faye, f"{it.room}{part(show)}&after={token}").status_code == 200
        assert it.post(it.faye, "/room/", after=token).status_code == 200


# --- Days of looking ---


def test_a_day_of_looking_is_noted_once_a_day_of_the_pair(it: Looking) -> None:
    it.let_in()
    for _ in range(3):
        it.get(it.faye, it.room)
    assert LookingDay.objects.count() == 1
    it.clock.tick(days=1)
    it.get(it.faye, it.room)
    assert [day.day for day in LookingDay.objects.filter(pair=it.pair.pk, therapist=it.faye.pk).order_by("-day")] == [
        it.clock.at.date(),
        it.clock.at.date() - timedelta(days=1),
    ]


def test_the_list_and_a_page_that_is_not_there_are_not_looking(it: Looking) -> None:
    it.get(it.faye, it.room)
    it.let_in()
    it.get(it.faye, "/room/")
    it.get(it.ada, it.mirror)
    assert not LookingDay.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_day_is_noted_although_somebody_wrote_while_the_page_was_read(it: Looking, monkeypatch: Any) -> None:
    it.let_in()
    real = therapist.couple_page

    def meanwhile(*args: Any, **kwargs: Any) -> Any:
        page = real(*args, **kwargs)
        in_another_connection(lambda: LookingDay.objects.create(pair=it.pair, therapist=it.ada, day="2026-01-01"))
        return page

    monkeypatch.setattr(therapist, "couple_page", meanwhile)
    assert it.get(it.faye, it.room).status_code == 200
    assert LookingDay.objects.filter(pair=it.pair.pk, therapist=it.faye.pk).count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_looks_at_the_same_instant_are_one_day(it: Looking, monkeypatch: Any) -> None:
    it.let_in()
    real = therapist.couple_page

    def meanwhile(*args: Any, **kwargs: Any) -> Any:
        page = real(*args, **kwargs)
        in_another_connection(lambda: therapy.note_day_of_looking(it.pair, by=it.faye, at=it.clock.at))
        return page

    monkeypatch.setattr(therapist, "couple_page", meanwhile)
    assert it.get(it.faye, it.room).status_code == 200
    assert LookingDay.objects.filter(pair=it.pair.pk, therapist=it.faye.pk).count() == 1


def in_another_connection(act: Any) -> None:
    """Do something in a thread, which has a connection of its own."""
    failed: list[BaseException] = []

    def run() -> None:
        try:
            with transaction.atomic():
                act()
        except BaseException as error:
            failed.append(error)
        finally:
            connection.close()

    thread = Thread(target=run)
    thread.start()
    thread.join()
    assert not failed


def test_a_couples_page_takes_as_many_queries_for_much_as_for_little(it: Looking) -> None:
    it.let_in()
    both_step(it, "With the window open.", "")
    it.open_boundary(it.ada, "One.")
    for_little = queries_of(it.faye, it.room)
    mirrored = queries_of(it.ada, it.mirror)
    for who in (it.ada, it.ben):
        for n in range(10):
            make.offer(make.boundary(who, it.clock, f"Number {n}."), who, it.clock)
    for _ in range(3):
        it.clock.next_morning(it.pair)
    assert queries_of(it.faye, it.room) == for_little <= 16
    assert queries_of(it.ada, it.mirror) == mirrored <= 16
