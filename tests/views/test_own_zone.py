"""My time zone: the days of my own pages, and nobody else's."""

import gzip

import pytest

from couples.models import User
from tests.support import make
from tests.support.page_reader import Reading

pytestmark = pytest.mark.django_db

ZONE = "/me/zone/"


@pytest.fixture
def hers(client, ada):
    """Ada's client."""
    client.force_login(ada)
    return client


def zone_of(person):
    return User.objects.values_list("time_zone", flat=True).get(pk=person.pk)


def test_my_account_tells_the_zone_and_leads_to_it(hers, ada):
    page = Reading(hers.get("/me/").content.decode())
    assert ZONE in page.links and ada.time_zone in page.main


def test_it_is_chosen_from_a_list(hers, ada):
    assert f'<option value="{ada.time_zone}" selected>' in hers.get(ZONE).content.decode()
    assert hers.post(ZONE, {"time_zone": "America/Argentina/Buenos_Aires", "shown_name": "Eve"}).url == "/me/"
    ada.refresh_from_db()
    assert (ada.time_zone, ada.shown_name) == ("America/Argentina/Buenos_Aires", "Ada")
    assert "Saved." in hers.get("/me/").content.decode()


@pytest.mark.parametrize("sent", ["Mars/Olympus", "<script>", "\x00", "x" * 5000])
def test_a_zone_that_is_none_is_refused_kindly_and_nothing_changes(hers, ada, sent):
    answer = hers.post(ZONE, {"time_zone": sent})
    assert answer.status_code == 200 and "do not know this time zone" in Reading(answer.content.decode()).main
    assert zone_of(ada) == "Europe/Berlin"


def test_without_one_it_says_that_it_is_needed(hers, ada):
    assert "required" in Reading(hers.post(ZONE, {}).content.decode()).main
    assert zone_of(ada) == "Europe/Berlin"


def test_an_old_spelling_of_a_zone_can_stay(hers, ada):
    User.objects.filter(pk=ada.pk).update(time_zone="Asia/Calcutta")
    assert '<option value="Asia/Calcutta" selected>' in hers.get(ZONE).content.decode()
    assert hers.post(ZONE, {"time_zone": "Asia/Calcutta"}).status_code == 302


def test_a_zone_of_ones_own_moves_nothing_of_the_pair(hers, ada):
    clock, ben = make.Clock(), make.person("Ben")
    pair = make.pair(ada, ben, clock)
    hers.post(ZONE, {"time_zone": "Pacific/Auckland"})
    pair.refresh_from_db()
    assert (pair.time_zone, zone_of(ben)) == ("Europe/Berlin", "Europe/Berlin")


def test_other_methods_are_refused(hers):
    assert hers.put(ZONE).status_code == hers.delete(ZONE).status_code == 405


def test_the_long_list_makes_only_this_page_long(hers):
    assert len(gzip.compress(hers.get(ZONE).content)) < 7_200
