"""My account: what I am called. The other sees the name, and nothing else."""

import gzip
import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from couples import visibility
from couples.actions import pairing
from couples.forms.accounts import NAME_LENGTH
from couples.models import User
from couples.presenters import sheets
from tests.support import make
from tests.support.page_reader import Reading
from tests.support.serving_role import questions

pytestmark = pytest.mark.django_db

ME = "/me/"


@pytest.fixture
def hers(client, ada):
    """Ada's client."""
    client.force_login(ada)
    return client


def send(client, **other):
    return client.post(ME, {"shown_name": "Ada", **other})


def name_seen_by(person):
    seat = visibility.seat_of(person)
    other = visibility.other_seat(seat)
    return sheets.names_for(seat, other).of(other)


def test_it_shows_what_is_now_and_where_the_rest_is(hers):
    text = hers.get(ME).content.decode()
    assert 'value="Ada"' in text and "Europe/Berlin" in text
    assert "ada@example.test" in text
    assert {"/yes/", "/pairing/", "/accounts/keys/", "/accounts/sessions/", "/room/card/"} <= set(Reading(text).links)
    assert 'action="/accounts/logout/"' in text


def test_a_visitor_is_asked_to_sign_in(client):
    assert client.get(ME).url == "/accounts/login/?next=/me/"


def test_other_methods_are_refused(hers):
    assert hers.put(ME).status_code == hers.delete(ME).status_code == 405


def test_saving_changes_the_name_and_nothing_else(hers, ada):
    assert send(hers, shown_name="Adah", time_zone="Asia/Tokyo", is_staff="1", email="x@y.z").url == ME
    before, ada = ada, User.objects.get(pk=ada.pk)
    assert (ada.shown_name, ada.time_zone) == ("Adah", before.time_zone)
    assert (ada.email, ada.is_staff, ada.password) == (before.email, False, before.password)


@pytest.mark.parametrize(
    ("sent", "sentence"),
    [
        ({"shown_name": ""}, "Please write a name."),
        ({"shown_name": "\u200b"}, "can be seen"),
        ({"shown_name": "you"}, "choose another name"),
        ({"shown_name": "x" * (NAME_LENGTH + 1)}, "at most 60"),
    ],
)
def test_what_cannot_be_is_refused_kindly_and_nothing_changes(hers, ada, sent, sentence):
    answer = send(hers, **sent)
    assert answer.status_code == 200 and sentence in Reading(answer.content.decode()).main
    ada.refresh_from_db()
    assert ada.shown_name == "Ada"


@pytest.mark.parametrize("keeps", [True, False])
def test_what_leaving_quickly_keeps_can_be_chosen(hers, ada, keeps):
    assert "data-keeps" in hers.get(ME).content.decode()
    assert send(hers, **({"keeps_when_leaving": "on"} if keeps else {})).status_code == 302
    ada.refresh_from_db()
    assert ada.keeps_when_leaving is keeps
    assert ("data-keeps" in hers.get(ME).content.decode()) is keeps


def test_markup_in_a_name_stays_words(hers):
    send(hers, shown_name="<b onclick=x>Ada</b>")
    text = hers.get(ME).content.decode()
    assert "<b onclick" not in text and "&lt;b onclick=x&gt;Ada" in text


def test_the_partner_keeps_the_name_they_have(hers, ada):
    clock, ben = make.Clock(), make.person("Ben")
    make.pair(ada, ben, clock)
    send(hers, shown_name="Adah")
    assert name_seen_by(ben) == "Ada"
    assert name_seen_by(ada) == "Ben"


def test_10_a_name_changed_after_leaving_is_not_shown_to_the_one_who_stayed(hers, ada):
    clock, ben = make.Clock(), make.person("Ben")
    make.pair(ada, ben, clock)
    pairing.end_pairing(by=ada, at=clock.tick())
    send(hers, shown_name="Somebody new")
    assert name_seen_by(ben) == "Ada"


def test_the_one_who_left_keeps_the_name_they_last_saw(hers, ada):
    clock, ben = make.Clock(), make.person("Ben")
    make.pair(ada, ben, clock)
    seat = visibility.seat_of(ben)
    pairing.end_pairing(by=ben, at=clock.tick())
    send(hers, shown_name="Adah")
    seat.refresh_from_db()
    assert seat.partner_name == "Ada"


def test_the_page_is_the_same_with_and_without_a_partner(hers, ada):
    def bare():
        text = hers.get(ME).content.decode()
        return [line for line in text.splitlines() if 'type="hidden"' not in line]

    alone = bare()
    make.pair(ada, make.person("Ben"), make.Clock())
    assert bare() == alone


def test_every_place_i_am_signed_in_is_named_by_the_button_that_ends_it(hers, ada):
    for agent in ("Firefox/140 Linux", "Chrome/140 Android"):
        sent = {"login": ada.email, "password": make.PASSWORD}
        Client(headers={"user-agent": agent}).post("/accounts/login/", sent)
    page = hers.get("/accounts/sessions/").content.decode()
    named = re.findall(r'Sign out there<span class="sr">: ([^<]+)</span>', page)
    assert sorted(name.partition(", since ")[0] for name in named) == ["Chrome, Android", "Firefox, Linux"]


def test_the_page_is_light(hers):
    with CaptureQueriesContext(connection) as asked:
        answer = hers.get(ME)
    assert questions(asked) <= 8
    assert len(gzip.compress(answer.content)) < 4_500
