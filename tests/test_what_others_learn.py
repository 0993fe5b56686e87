"""Small ways in which a page could tell of the other partner; each stood open once, or nearly."""

import re
from datetime import UTC, datetime, timedelta
from urllib.parse import unquote
from uuid import uuid4

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from couples import visibility
from couples.actions import pairing, sharing, sitting, steps
from couples.content import ladder
from couples.lib import keyset
from couples.models import Opening, User, Yes
from couples.presenters import yes_groups
from couples.rule import consent
from tests.support import make
from tests.support.addresses import group, writing

pytestmark = pytest.mark.django_db


def browser(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def trusted(user: User) -> Client:
    """A browser in which this person has just given their password."""
    client = browser(user)
    client.post("/accounts/reauthenticate/", {"password": make.PASSWORD, "next": "/yes/"})
    return client


def bare(response) -> str:
    """A page without what is drawn anew for every answer."""
    page = response.content.decode()
    return re.sub(r'name="(csrfmiddlewaretoken|once|writer)" value="[^"]*"', "", page)


# --- last seen ---


@pytest.mark.parametrize("partner_looked", [True, False])
def test_a_form_sent_back_shows_the_morning_whether_or_not_the_partner_has_looked(
    story, pair, ada, ben, partner_looked
) -> None:
    make.welcome_all(ben, clock=story)
    make.offer(make.boundary(ada, story, "I sleep alone this week."), ada, story)
    client = browser(ben)
    story.at = consent.morning_after(story.at, pair.time_zone) + timedelta(minutes=5)
    if partner_looked:
        browser(ada).get("/today/")
    answer = client.post("/sitting/", {"limit": "", "act": "keep", "once": str(uuid4())})
    assert "I sleep alone this week." in bare(answer)


@pytest.mark.parametrize("address", ["/leave/", "/learn/", "/safety/", "/safety/night/"])
def test_leaving_and_the_pages_for_everybody_wait_for_no_morning(story, pair, ada, address) -> None:
    client = browser(ada)
    story.at = consent.morning_after(story.at, pair.time_zone) + timedelta(minutes=5)
    client.post(address) if address == "/leave/" else client.get(address)
    pair.refresh_from_db()
    assert pair.next_morning < story.at


# --- times finer than a day ---


def opened_late(ada: User, ben: User, story: make.Clock) -> Opening:
    """Ada's words open to Ben in a sitting, at an instant that is Ada's own."""
    make.welcome_all(ben, clock=story, choice=consent.SITTINGS)
    sitting.sit_down(by=ben, at=story.tick())
    sitting.sit_down(by=ada, at=story.tick())
    record = make.boundary(ada, story)
    make.offer(record, ada, story)
    return make.open_revision(record, ben, story)


def test_a_reading_tells_no_time(story, pair, ada, ben) -> None:
    opened_late(ada, ben, story)
    client = trusted(ben)
    told = set()
    for zone in ("Pacific/Kiritimati", "Europe/Berlin", "Pacific/Pago_Pago"):
        User.objects.filter(pk=ben.pk).update(time_zone=zone)
        row = next(row for row in bare(client.get("/yes/")).split("<li ") if "Open to me" in row)
        told |= set(re.findall(r"(?:ends|until) [^<]*", row.partition("</li>")[0]))
    assert told == {"until you close it on your side, or it runs out"}


def test_the_tokens_of_my_yeses_hold_days_and_every_yes_is_listed_once(story, pair, ada, ben, monkeypatch) -> None:
    opened_late(ada, ben, story)
    sharing.welcome(consent.HEAVY, consent.MORNINGS, by=ben, at=story.tick(days=2), ends="until I take it back")
    monkeypatch.setattr(keyset, "SIZE", 1)
    client, seen = trusted(ben), []
    for each in yes_groups.GROUPS:
        here = address = reverse("yeses", args=[each.key])
        while address:
            page = client.get(address).content.decode()
            after = re.search(r'href="\?after=([^"]*)"', page)
            address = f"{here}?after={after[1]}" if after else ""
            assert not after or not re.search(r"\d\d:\d\d", str(keyset.place_in("end,tie", unquote(after[1]))))
            seen += re.findall(r'form="end" name="yes" value="([^"]*)"', page)
    assert [Yes.objects.get(pk=pk).kind for pk in seen] == [consent.WELCOME, consent.WELCOME, consent.READING]


def test_what_i_read_is_not_in_the_order_in_which_the_partner_offered_it(story, pair, ada, ben) -> None:
    first = opened_late(ada, ben, story)
    second = make.boundary(ada, story, "Later words.")
    make.offer(second, ada, story)
    client, orders = trusted(ben), set()
    for tie in ("0" * 32, "f" * 32):
        reading = Yes.objects.get(kind=consent.READING, revision=first.revision_id)
        reading.tie = tie
        reading.sign().save()
        page = bare(client.get("/yes/"))
        orders.add(page.index("Later words.") < page.index("I need to know before plans change."))
    assert orders == {True, False}  # a random tie, as everywhere within a day


# --- one address of the network, two people ---


def test_one_account_s_wrong_codes_cannot_be_told_by_another_at_home(story, ada, ben) -> None:
    clients = [browser(ada), browser(ben)]
    tries = [
        [client.post("/pairing/join/", {"code": "2222-2222"}).status_code for _ in range(12)] for client in clients
    ]
    assert tries[0] == tries[1] == [409] * 5 + [429] * 7


def test_a_writer_s_token_that_was_copied_plants_nothing_for_ever(ada) -> None:
    page = browser(ada).get(writing("boundary")).content.decode()
    sent = {"writer": re.search(r'name="writer" value="([^"]*)"', page)[1], "limit": "Planted."}
    with time_machine.travel(datetime.now(UTC) + timedelta(days=15)):
        Client().post(writing("boundary"), sent)
    assert not visibility.held_texts_of(ada).filter(path=writing("boundary")).exists()
    Client().post(writing("boundary"), sent)
    assert visibility.held_texts_of(ada).filter(path=writing("boundary")).exists()


# --- answers that never broke off ---


def test_not_now_sent_to_the_page_of_a_group_is_no_error(story, pair, ada, ben) -> None:
    for who in (ada, ben):
        steps.turn_on(by=who, at=story.tick())
        steps.answer_group(ladder.GROUPS[0], True, by=who, at=story.tick())
    story.next_morning(pair)
    opened = visibility.open_to(ada, story.at).get(kind="group")
    answer = browser(ada).post(f"/steps/open/{opened.pk}/", {"answer": "not_now"})
    assert answer.status_code == 302
    assert answer.url == group(ladder.GROUPS[0].key)


@pytest.mark.parametrize("button", ["put-away", "no-longer-accept", "no-longer-keep"])
def test_a_button_pressed_while_ones_seat_ends_elsewhere_is_refused_kindly(
    story, pair, ada, ben, button, monkeypatch
) -> None:
    make.welcome_all(ben, clock=story)
    record = make.agreement(ada, story)
    make.offer(record, ada, story)
    story.next_morning(pair)
    opening = make.open_revision(record, ben, story)
    client = browser(ben)
    found = visibility.once_open_to

    def and_then_it_ends(*asked):
        opening = found(*asked)
        pairing.end_pairing(by=ben, at=story.tick())
        return opening

    monkeypatch.setattr(visibility, "once_open_to", and_then_it_ends)
    answer = client.post(f"/ours/{opening.pk}/{button}/")
    assert answer.status_code == 409


# --- exact words ---


@pytest.mark.parametrize("act", ["keep", "offer"])
def test_a_line_changed_after_it_was_sent_is_a_line_of_its_own(story, pair, ada, act) -> None:
    client, once = browser(ada), str(uuid4())
    client.post("/sitting/", {"limit": "I need quiet.", "act": "keep", "once": once})
    client.post("/sitting/", {"limit": "I need an hour alone.", "act": act, "once": once})
    words = {row.words["limit"] for row in visibility.newest_of_mine(ada)}
    assert words == {"I need quiet.", "I need an hour alone."}
    offered = [row.revision.words["limit"] for row in Yes.objects.filter(kind=consent.OFFER)]
    assert offered == (["I need an hour alone."] if act == "offer" else [])


def test_a_check_in_changed_after_it_was_sent_is_kept_too(story, ada) -> None:
    client, once = browser(ada), str(uuid4())
    for words in ("A quiet evening.", "A quiet evening, and then not."):
        client.post("/today/check-in/", {"line": words, "once": once})
    assert {row.line for row in visibility.check_ins_of(ada)} == {
        "A quiet evening.",
        "A quiet evening, and then not.",
    }
