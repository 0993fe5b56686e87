"""What has fallen for everybody is noted at the next morning, by no act and no page; and it can only hide."""

from datetime import timedelta

import pytest

from couples import visibility
from couples.actions import records, sharing
from couples.actions.transactions import settle_pair
from couples.management import integrity
from couples.models import Opening, Pair, Yes
from couples.models.keys import open_keys
from couples.rule import consent
from tests.support import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def opened(ada, ben, pair, story):
    """A boundary of Ada's that Ben holds."""
    make.welcome_all(ada, ben, clock=story)
    record = make.boundary(ada, story, "I hear it first.")
    make.offer(record, ada, story)
    story.next_morning(pair)
    (opening,) = visibility.open_to(ben, story.at)
    return opening


def is_noted(opening):
    return Opening.objects.get(pk=opening.pk).has_fallen


def broken():
    return [str(each) for _, _, each in integrity.checked() if each is not None]


def test_what_was_taken_back_is_noted_at_the_next_morning(ada, opened, pair, story):
    sharing.take_back(opened.revision.record, by=ada, at=story.tick())
    assert not is_noted(opened), "an act takes as long whatever has fallen"
    story.next_morning(pair)
    assert is_noted(opened)


def test_what_lapses_is_noted_at_the_next_morning_and_by_no_page(client, ada, ben, opened, pair, story):
    end = story.at + timedelta(hours=30)
    offer = Yes.objects.get(kind=consent.OFFER, seat__person=ada)
    with open_keys():
        offer.ends_at = end
        offer.sign().save()
    assert not visibility.open_to(ben, end).exists() and not is_noted(opened)
    client.force_login(ben)
    client.get("/ours/")
    assert not is_noted(opened)
    settle_pair(Pair.objects.get(pk=pair.pk), end + timedelta(days=1))
    assert is_noted(opened)


def test_a_reading_that_is_put_away_is_no_such_fact(ben, opened, pair, story):
    sharing.put_away(opened.revision_id, by=ben, at=story.tick())
    story.next_morning(pair)
    assert not is_noted(opened)
    assert not visibility.open_to(ben, story.at).exists()


def test_offering_anew_opens_anew_beside_what_has_fallen(ada, ben, opened, pair, story):
    record = opened.revision.record
    sharing.take_back(record, by=ada, at=story.tick())
    records.revise(record, {"limit": "I hear it early."}, {}, by=ada, at=story.tick(), seen=1)
    make.offer(record, ada, story)
    story.next_morning(pair)
    (again,) = visibility.open_to(ben, story.at)
    assert again.pk != opened.pk and is_noted(opened) and not is_noted(again)


def test_a_note_alone_hides_and_verify_tells_of_it(ada, ben, opened, story):
    assert not broken()
    Opening.objects.filter(pk=opened.pk).update(has_fallen=True)
    assert not visibility.open_to(ben, story.at).exists()
    assert [each for each in broken() if "noted as fallen" in each]


def test_until_it_is_noted_it_shows_no_more_than_after(ada, ben, opened, story):
    sharing.take_back(opened.revision.record, by=ada, at=story.tick())
    assert not is_noted(opened)
    assert not visibility.open_to(ben, story.at).exists() and not visibility.open_to(ada, story.at).exists()
    assert not broken()
