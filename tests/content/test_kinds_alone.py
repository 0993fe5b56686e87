"""Kinds for their author alone: written, found and kept like any other, and offered by no way."""

from uuid import uuid4

import pytest

from couples import visibility
from couples.actions import records, sharing
from couples.content import kinds_alone
from couples.content.kind_types import Kind
from couples.content.refusals import Refused
from couples.models import Yes
from couples.presenters.therapist import places
from couples.rule.admissions import CLASSES, kinds_of
from tests.support.addresses import writing
from tests.support.couple_and_therapist import Looking
from tests.support.page_reader import Reading

pytestmark = pytest.mark.django_db

ONLY_YOU = "only you see this"
each = pytest.mark.parametrize("kind", kinds_alone.HERE, ids=lambda kind: kind.name)


def main(it: Looking, path: str) -> str:
    return Reading(it.get(it.ada, path).content.decode()).main


@each
def test_it_is_written_without_a_way_to_offer_it(it: Looking, kind: Kind) -> None:
    form = main(it, writing(kind.name))
    assert ONLY_YOU in form and "Keep for myself" in form and "Offer to share" not in form
    first = kind.fields[0].name
    sent = {"once": uuid4(), first: "Why that night?", "act": "offer"}  # a button that is not there
    assert it.post(it.ada, writing(kind.name), **sent).status_code == 302
    record = visibility.mine(it.ada).get(kind=kind.name)
    assert not Yes.objects.filter(under=record.pk).exists()
    page = main(it, f"/mine/{record.pk}/")
    assert "Why that night?" in page and ONLY_YOU in page and "Offer to share" not in page
    revising = main(it, f"/mine/{record.pk}/revise/")
    assert "If older words of this are offered" not in revising and "Offer to share" not in revising


@each
def test_an_offer_that_is_sent_all_the_same_is_refused_kindly(it: Looking, kind: Kind) -> None:
    record = records.write(kind.name, {kind.fields[0].name: "Why that night?"}, by=it.ada, at=it.clock.tick())
    with pytest.raises(Refused):
        sharing.offer(record, by=it.ada, at=it.clock.tick(), seen=1)
    answer = it.post(it.ada, f"/mine/{record.pk}/offer/", seen="1")
    assert answer.status_code == 409 and "no offer can include it" in answer.content.decode()
    it.clock.next_morning(it.pair)
    assert not visibility.opened_of_mine(it.ada, it.clock.at).filter(under=record.pk).exists()


@each
def test_no_therapist_can_be_admitted_to_it(it: Looking, kind: Kind) -> None:
    assert not any(kind.name in kinds_of(each) for each in CLASSES)
    assert kind.many not in main(it, "/glass/")
    assert None not in places().values()


def test_after_something_close_every_answer_has_the_same_words_under_it(it: Looking) -> None:
    kind = kinds_alone.AFTERWARDS
    said = "Going along, freezing or not being heard is not a yes, and it was not your fault."
    assert said in " ".join(main(it, writing(kind.name)).split())
    for felt in kinds_alone.FELT:
        record = records.write(kind.name, {"line": "Today.", "felt": felt}, by=it.ada, at=it.clock.tick())
        page = " ".join(main(it, f"/mine/{record.pk}/").split())
        assert felt in page and said in page
