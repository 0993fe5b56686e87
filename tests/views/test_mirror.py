"""The mirror: what each partner can open is the very page the therapist sees (R23)."""

import re
from datetime import timedelta
from typing import Any
from unittest import mock

import pytest
from django.db import transaction
from django.test import Client
from hypothesis import given, settings

from couples.actions import sharing, steps, therapy
from couples.models import Revision, Yes
from tests.support import make
from tests.support.addresses import part
from tests.support.couple_and_therapist import MAIN, TOKENS, Looking, both_step
from tests.support.depth import depth
from tests.support.stories import ADA, ALL_KINDS, BEN, OTHER_ACTS, PRIVATE_ACTS, Telling, stories_of

pytestmark = pytest.mark.django_db


def same(it: Looking) -> bytes:
    """What both mirrors and the therapist's page show in the middle, once it is the same."""
    seen = it.main_of(it.faye, it.room)
    for who in (it.ada, it.ben):
        assert it.main_of(who, it.mirror) == seen
    return seen


def test_the_mirror_is_the_therapists_page(it: Looking) -> None:
    it.let_in()
    same(it)  # empty
    limit = it.open_boundary(it.ada, "Ada needs to know before.")
    it.open_boundary(it.ben, "Ben goes for a walk.")
    it.agree(it.ada, it.ben, "Phones stay in the hall.")
    full = same(it)
    revision = make.open_revision(limit, it.ben, it.clock).revision
    assert revision is not None
    sharing.put_away(revision.pk, by=it.ben, at=it.clock.tick())
    assert same(it) == full
    sharing.take_back(limit, by=it.ada, at=it.clock.tick())
    assert b"needs to know" not in same(it)
    both_step(it, "With the window open.", "Not after ten.")
    assert b"With the window open." in same(it)
    steps.turn_off(by=it.ben, at=it.clock.tick())
    assert b"With the window open." not in same(it)
    therapy.admit(it.card, ("agreement",), called="Ben", by=it.ben, at=it.clock.tick())
    assert b"walk" not in same(it)


def test_the_mirror_follows_what_runs_out(it: Looking) -> None:
    it.open_boundary(it.ada, "Only for a while.")
    make.changed(Yes.objects.filter(kind="offer"), ends_at=it.clock.at + timedelta(days=90))
    it.clock.tick(days=20)
    it.let_in()
    assert b"Only for a while." in same(it)
    it.days_later(75)  # the offer is over, the admissions are not
    assert b"Only for a while." not in same(it)


@pytest.mark.parametrize("query", [part(name) for name in ("boundaries", "timeline", "steps", "words")])
def test_every_part_of_the_mirror_is_the_therapists(it: Looking, query: str) -> None:
    for n in range(23):
        make.offer(make.boundary(it.ada, it.clock, f"Number {n}."), it.ada, it.clock)
        it.clock.next_morning(it.pair)
    it.let_in()
    theirs, mine = (it.main_of(who, f"{path}{query}") for who, path in ((it.faye, it.room), (it.ada, it.mirror)))
    assert theirs == mine
    after = re.search(rb"after=([^\"]+)", mine)
    if after:
        place = f"{query}&after={after[1].decode()}"
        assert it.main_of(it.faye, it.room + place) == it.main_of(it.ada, it.mirror + place)


LET_IN = [(timedelta(minutes=3), who, "admit", ALL_KINDS) for who in (ADA, BEN)]


@pytest.mark.histories
@settings(max_examples=depth(3, 100))
@given(stories_of(PRIVATE_ACTS, OTHER_ACTS, OTHER_ACTS))
def test_over_every_history_the_mirror_is_the_therapists_page(story: list[Any]) -> None:
    """Both have steps on, as they do in these stories. Where the therapist sees nothing there is no mirror either."""
    with transaction.atomic():
        telling = Telling.begun()
        with mock.patch("couples.lib.clock.now", lambda: telling.clock.at):
            for moment in [*LET_IN, *story, (timedelta(hours=25), ADA, "time passes", None)]:
                telling.perform(*moment)
            room, mirror = f"/room/{telling.pair.pk}/", f"/glass/{telling.card.pk}/"
            theirs = _answer(telling.therapist, room)
            assert {_answer(who, mirror) for who in telling.people.values()} == {theirs}
        transaction.set_rollback(True)


def _answer(who: Any, path: str) -> tuple[int, bytes]:
    client = Client()
    client.force_login(who)
    answer = client.get(path)
    found = MAIN.search(TOKENS.sub(rb"\1", answer.content))
    assert found is not None
    return answer.status_code, found.group() if answer.status_code == 200 else b""


def test_looking_into_the_mirror_is_not_a_day_of_looking_and_tells_nobody(it: Looking) -> None:
    it.let_in()
    before = [it.bytes_of(it.faye, it.room), it.bytes_of(it.ben, "/glass/")]
    it.get(it.ada, it.mirror)
    assert [it.bytes_of(it.faye, it.room), it.bytes_of(it.ben, "/glass/")] == before


def test_the_mirror_does_not_say_that_what_its_reader_put_away_is_open(it: Looking) -> None:
    """Its author reads it too, and cannot know: it looks the same whether it is held or not."""
    it.let_in()
    record = it.open_boundary(it.ada, "I need quiet.")
    sharing.put_away(Revision.objects.get(record=record).pk, by=it.ben, at=it.clock.tick())
    page = it.main_of(it.ada, it.mirror).decode()
    assert "I need quiet." in page
    assert not re.search(r"\bopen (boundar|now|between)", page.lower())
