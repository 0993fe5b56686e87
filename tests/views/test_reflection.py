"""Guided looks: private questions at something one wrote. No verdict, no offer ever includes an answer."""

from uuid import uuid4

import pytest

from couples import visibility
from couples.actions import records
from couples.content.kinds import BOUNDARY, KINDS
from couples.models import Record
from tests.support import make
from tests.support.addresses import writing
from tests.support.couple_and_therapist import Looking
from tests.support.page_reader import Reading, words_not_ours

pytestmark = pytest.mark.django_db

ANSWER = "Quillwort: I would like to be held."


@pytest.fixture
def record(it: Looking) -> Record:
    return make.boundary(it.ada, it.clock)


def address(record: Record, key: str = "a") -> str:
    return f"/mine/{record.pk}/look/{key}/"


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_words_of_every_kind_can_be_looked_at_again(it: Looking, kind: str) -> None:
    words = {KINDS[kind].fields[0].name: "As it was for me."}
    record = records.write(kind, words, by=it.ada, at=it.clock.tick(), once=uuid4())
    page, link = f"/mine/{record.pk}/", f'href="{address(record, "t")}"'
    assert link in it.get(it.ada, page).content.decode()
    assert "As it was for me." in it.get(it.ada, address(record, "t")).content.decode()
    it.post(it.ada, address(record, "t"), t_moved=ANSWER)
    assert ANSWER in it.get(it.ada, page).content.decode()
    assert records.newest_of(record).words == words


@pytest.mark.parametrize("look", BOUNDARY.reflections, ids=lambda look: look.key)
def test_it_asks_its_questions_beside_the_words_and_needs_no_answer(it: Looking, record: Record, look) -> None:
    page = Reading(it.get(it.ada, address(record, look.key)).content.decode())
    questions = [field.label for field in BOUNDARY.own_fields if field.guided == look.key]
    assert len(questions) >= 3
    assert all(question in page.main for question in (look.title, *questions))
    assert "I need to know before plans change." in page.main
    assert it.post(it.ada, address(record, look.key)).url == f"/mine/{record.pk}/"


def test_answers_are_kept_for_their_author_and_come_back(it: Looking, record: Record) -> None:
    it.post(it.ada, address(record), a_wanted=ANSWER, a_costs="  ")
    assert visibility.own_words_of(it.ada, record.pk) == {"protects": "Only I know this.", "a_wanted": ANSWER}
    assert ANSWER in it.get(it.ada, address(record)).content.decode()
    assert ANSWER in it.get(it.ada, f"/mine/{record.pk}/").content.decode()
    it.post(it.ada, address(record), a_wanted="")
    assert visibility.own_words_of(it.ada, record.pk) == {"protects": "Only I know this."}


def test_no_offer_includes_an_answer(it: Looking, record: Record) -> None:
    it.post(it.ada, address(record), a_wanted=ANSWER)
    make.offer(record, it.ada, it.clock)
    it.clock.next_morning(it.pair)
    make.admit(it.card, it.ada, it.ben, clock=it.clock)
    it.clock.next_morning(it.pair)
    opening = make.open_revision(record, it.ben, it.clock)
    for who, url in ((it.ben, "/ours/"), (it.ben, f"/ours/{opening.pk}/"), (it.faye, it.room), (it.ada, it.mirror)):
        assert "Quillwort" not in it.get(who, url).content.decode()
    for who in (it.ben, it.faye, it.eve):
        assert (
            it.get(who, address(record)).status_code == it.post(who, address(record), a_wanted="x").status_code == 404
        )


def test_answers_stay_when_the_words_are_written_anew(it: Looking, record: Record) -> None:
    it.post(it.ada, address(record), a_wanted=ANSWER)
    it.post(it.ada, f"/mine/{record.pk}/revise/", seen="1", limit="Other words.", protects="My sleep.")
    assert records.newest_of(record).words == {"limit": "Other words."}
    assert visibility.own_words_of(it.ada, record.pk) == {"protects": "My sleep.", "a_wanted": ANSWER}
    assert "a_wanted" not in it.get(it.ada, f"/mine/{record.pk}/revise/").content.decode()


def test_the_same_form_sent_twice_is_still_one_record_after_a_look(it: Looking) -> None:
    sent = {"once": str(uuid4()), "limit": "Once.", "protects": "Mine."}
    it.post(it.ada, writing("boundary"), **sent)
    (record,) = visibility.mine(it.ada)
    it.post(it.ada, address(record), a_wanted=ANSWER)
    it.post(it.ada, writing("boundary"), **sent)
    assert visibility.mine(it.ada).count() == 1
    assert records.newest_of(record).number == 1
    assert visibility.own_words_of(it.ada, record.pk)["a_wanted"] == ANSWER


def test_no_look_gives_a_verdict_or_presses() -> None:
    for kind in KINDS.values():
        for look in kind.reflections:
            said = [look.title, look.about, *(field.label for field in kind.own_fields if field.guided == look.key)]
            assert not [word for part in said for word in words_not_ours(part)]
            assert all(field.label.endswith("?") for field in kind.own_fields if field.guided == look.key)
