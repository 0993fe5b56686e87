"""Finding one's own words: only one's own, wherever they stand, without an index and without a trace."""

from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from couples.actions import records
from couples.presenters import search
from tests.support import make
from tests.support.couple_and_therapist import Looking
from tests.support.many_records import many_records
from tests.support.page_reader import Reading
from tests.support.serving_role import questions

pytestmark = pytest.mark.django_db

FIND = "/mine/find/"


def found(it: Looking, who, words: str) -> str:
    answer = it.post(who, FIND, words=words)
    assert answer.status_code == 200
    return Reading(answer.content.decode()).main


@pytest.mark.parametrize("asked", ["harbour", "HARBOUR", "hárbour", "  harbour   wall ", "by the harbour"])
def test_words_are_found_whatever_their_capitals_accents_and_spaces(it: Looking, asked: str) -> None:
    record = make.boundary(it.ada, it.clock, "Quillwort by the  harbour\nwall.")
    page = it.post(it.ada, FIND, words=asked).content.decode()
    assert f'href="/mine/{record.pk}/"' in page and "Quillwort by the harbour wall." in page


def test_what_is_for_oneself_alone_later_fields_and_check_ins_are_looked_through(it: Looking) -> None:
    make.boundary(it.ada, it.clock, "A limit.", care="I go for a walk.")
    records.check_in(by=it.ada, at=it.clock.tick(), line="Slept through.", feelings=["tired"])
    assert "A limit: Only I know this." in found(it, it.ada, "only i know")
    assert "I go for a walk." in found(it, it.ada, "walk")
    assert "tired · Slept through." in found(it, it.ada, "tired")


def test_older_words_of_a_record_are_not_found(it: Looking) -> None:
    record = make.boundary(it.ada, it.clock, "Before.")
    records.revise(record, {"limit": "After."}, by=it.ada, at=it.clock.tick(), seen=1)
    assert "Nothing you wrote has these words" in found(it, it.ada, "before")
    assert "After." in found(it, it.ada, "after")


def test_nobody_finds_anothers_words_not_even_open_ones(it: Looking) -> None:
    record = make.boundary(it.ada, it.clock, "Quillwort.")
    make.offer(record, it.ada, it.clock)
    it.clock.next_morning(it.pair)
    for who in (it.ben, it.eve, it.faye):
        assert "Nothing you wrote has these words" in found(it, who, "quillwort")


def test_what_is_looked_for_stands_in_no_address_and_is_not_kept(it: Looking) -> None:
    assert it.get(it.ada, f"{FIND}?words=quillwort").status_code == 200
    assert "quillwort" not in it.get(it.ada, f"{FIND}?words=quillwort").content.decode()
    page = it.get(it.ada, FIND).content.decode()
    assert 'method="post"' in page.split('id="main"')[1]


@pytest.mark.parametrize("asked", ["", "   ", "\x00", "%", "_", "<script>", "'; --", "x" * 101, "\u0301"])
def test_anything_may_be_asked(it: Looking, asked: str) -> None:
    make.boundary(it.ada, it.clock, "Plain.")
    answer = it.post(it.ada, FIND, words=asked)
    assert answer.status_code == 200
    assert b"<script>" not in answer.content and "Plain." not in Reading(answer.content.decode()).main


def test_many_are_cut_off_and_it_says_so(it: Looking) -> None:
    for n in range(search.MOST + 1):
        records.write("boundary", {"limit": f"Quiet {n}."}, by=it.ada, at=it.clock.tick(), once=uuid4())
    page = found(it, it.ada, "quiet")
    assert "There is more." in page and f"Quiet {search.MOST}." in page and "Quiet 0." not in page


def test_the_questions_asked_do_not_grow_with_what_was_written(it: Looking) -> None:
    costs, client = [], Client()
    client.force_login(it.ada)
    for count in (3, 60):
        many_records(it.ada, count, it.clock.at)
        with CaptureQueriesContext(connection) as asked:
            client.post(FIND, {"words": "nowhere at all"})
        costs.append(questions(asked))
    assert costs[0] == costs[1] <= 9
