"""Writing and offering are one act: both are done or neither, and the answer says what became of the words."""

from uuid import uuid4

import pytest

from couples.actions import pairing, records, sharing, writing
from couples.actions.writing import How
from couples.content.refusals import Refused
from couples.models import Record, Revision, Yes
from couples.rule import consent
from tests.support.couple_and_therapist import Looking

pytestmark = pytest.mark.django_db

WORDS, OTHERS, OWN = {"limit": "I need quiet."}, {"limit": "I need rest."}, {"protects": "Sleep."}


def offers(it: Looking) -> int:
    return Yes.objects.filter(kind=consent.OFFER, closed_at__isnull=True).count()


def test_words_are_written_and_offered_at_one_instant(it: Looking) -> None:
    written = writing.write("boundary", WORDS, OWN, by=it.ada, at=it.clock.tick(), once=uuid4(), offers=True)
    assert (written.how, written.refused) == (How.CREATED, None)
    offer = Yes.objects.get(kind=consent.OFFER)
    assert offer.revision_id == written.revision.pk and offer.given_at == written.revision.made_at


def test_where_the_offer_is_refused_nothing_is_written(it: Looking) -> None:
    pairing.end_pairing(by=it.ada, at=it.clock.tick())
    with pytest.raises(Refused, match="no_pair"):
        writing.write("boundary", WORDS, by=it.ada, at=it.clock.tick(), once=uuid4(), offers=True)
    with pytest.raises(Refused, match="end_passed"):
        writing.write(
            "boundary",
            WORDS,
            by=it.ben,
            at=it.clock.tick(),
            once=uuid4(),
            offers=True,
            ends=it.clock.at.replace(year=2020),
        )
    assert not Record.objects.exists()


def test_the_same_form_twice_is_one_record_and_one_offer(it: Looking) -> None:
    once = uuid4()
    answers = [
        writing.write("boundary", WORDS, OWN, by=it.ada, at=it.clock.tick(), once=once, offers=True).how
        for _ in range(2)
    ]
    assert answers == [How.CREATED, How.SAME]
    assert (Record.objects.count(), Revision.objects.count(), offers(it)) == (1, 1, 1)


def test_the_same_form_with_other_words_writes_the_next_words(it: Looking) -> None:
    once = uuid4()
    first = writing.write("boundary", WORDS, by=it.ada, at=it.clock.tick(), once=once)
    second = writing.write("boundary", OTHERS, by=it.ada, at=it.clock.tick(), once=once)
    assert second.how == How.CREATED and second.revision.record_id == first.revision.record_id
    third = writing.write("boundary", {"limit": "Nothing of it."}, by=it.ada, at=it.clock.tick(), once=once)
    assert third.how == How.CHANGED and third.refused is not None and third.refused.code == "stale"
    assert third.revision.words == OTHERS and Revision.objects.count() == 2


def test_the_form_of_another_kind_is_another_record_also_when_sent_twice(it: Looking) -> None:
    once = uuid4()
    writing.write("boundary", WORDS, by=it.ada, at=it.clock.tick(), once=once)
    for how in (How.CREATED, How.SAME):
        told = writing.write("request", {"ask": "Call me."}, by=it.ada, at=it.clock.tick(), once=once)
        assert told.how == how
    assert Record.objects.count() == 2


def test_next_words_beside_an_offer_of_older_ones_are_asked_about_and_nothing_is_done(it: Looking) -> None:
    written = writing.write("boundary", WORDS, by=it.ada, at=it.clock.tick(), once=uuid4(), offers=True)
    record = written.revision.record

    def go_on(older: str = "", **more: object) -> writing.Written:
        return writing.write_next(record, OTHERS, {}, by=it.ada, at=it.clock.tick(), seen=1, older=older, **more)  # type: ignore[arg-type]

    asked = go_on()
    assert asked.how == How.CHANGED and asked.refused is not None and asked.refused.code == "older_words"
    assert Revision.objects.count() == 1
    assert go_on(records.TAKE_BACK_OLDER, offers=True).how == How.CREATED
    assert offers(it) == 1 and Yes.objects.filter(kind=consent.OFFER).count() == 2
    assert go_on().how == How.SAME


def test_a_breach_of_a_limit_that_could_not_be_saved_takes_nothing_back(it: Looking) -> None:
    """What stands under a refusal is undone with it: the answers to steps stay as they were."""
    written = writing.write("breach", {"happened": "It."}, by=it.ada, at=it.clock.tick(), once=uuid4())
    sharing.welcome(consent.HEAVY, consent.MORNINGS, by=it.ada, at=it.clock.tick())
    before = Yes.objects.filter(closed_at__isnull=True).count()
    told = writing.write_next(
        written.revision.record, {"happened": "Other."}, {}, by=it.ada, at=it.clock.tick(), seen=9
    )
    assert told.how == How.CHANGED and Yes.objects.filter(closed_at__isnull=True).count() == before


def test_answers_of_guided_looks_stay_when_the_words_are_written_anew(it: Looking) -> None:
    written = writing.write("boundary", WORDS, OWN, by=it.ada, at=it.clock.tick(), once=uuid4())
    record = written.revision.record
    records.keep_for_oneself(record, {**OWN, "t_same": "All of it."}, by=it.ada, at=it.clock.tick())
    writing.write_next(record, OTHERS, {"protects": "Rest."}, by=it.ada, at=it.clock.tick(), seen=1)
    assert records.own_words_of(record) == {"protects": "Rest.", "t_same": "All of it."}
