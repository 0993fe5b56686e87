"""When things may open to me: blank for ever, answered once with what was saved and what follows."""

import re

import pytest

from couples.actions import sharing
from couples.models import Yes
from couples.rule import consent
from tests.support import make
from tests.views.test_sitting import body, browser

pytestmark = pytest.mark.django_db


def test_the_welcome_is_blank_also_after_it_was_saved(story, pair, ada):
    client = browser(ada)
    before = body(client, "/welcome/")
    assert "checked" not in re.sub(r'name="ends"[^>]*checked', "", before)
    client.post("/welcome/", {"everyday": consent.MORNINGS, "heavy": consent.MORNINGS})
    client.get("/welcome/")  # the quiet note is shown once
    assert body(client, "/welcome/") == before


def test_both_kinds_of_welcome_are_saved(story, pair, ada):
    client = browser(ada)
    client.post("/welcome/", {"everyday": consent.SITTINGS, "heavy": consent.MORNINGS})
    given = Yes.objects.filter(kind="welcome", closed_at__isnull=True).values_list("scope", "choice")
    assert set(given) == {("everyday", "sittings"), ("heavy", "mornings")}
    story.tick()
    client.post("/welcome/", {"everyday": sharing.NOT_NOW})
    given = Yes.objects.filter(kind="welcome", closed_at__isnull=True).values_list("scope", flat=True)
    assert list(given) == ["heavy"]


def test_a_welcome_may_end_on_a_day_or_when_taken_back(story, pair, ada):
    client = browser(ada)
    client.post("/welcome/", {"everyday": consent.MORNINGS, "ends": "taken_back"})
    assert Yes.objects.get(kind="welcome").ends_at is None
    story.tick()
    client.post("/welcome/", {"everyday": consent.MORNINGS, "ends": "day", "ends_day": "2026-03-10"})
    assert str(Yes.objects.get(kind="welcome").ends_at) == "2026-03-10 23:00:00+00:00"


def test_an_end_that_has_passed_is_refused_and_the_choice_stays(story, pair, ada):
    answer = browser(ada).post("/welcome/", {"everyday": consent.MORNINGS, "ends": "day", "ends_day": "2020-01-01"})
    assert answer.status_code == 409
    assert re.search(r'value="mornings"[^>]*checked', answer.content.decode())
    assert not Yes.objects.filter(kind="welcome").exists()


@pytest.mark.parametrize(
    "sent", [{}, {"everyday": ""}, {"everyday": "always"}, {"heavy": "sittings"}, {"everyday": "<b>"}, {"ends": "x"}]
)
def test_a_welcome_that_is_none_is_refused_kindly(story, pair, ada, sent):
    answer = browser(ada).post("/welcome/", sent)
    assert answer.status_code == 200
    assert 'role="alert"' in answer.content.decode()
    assert not Yes.objects.filter(kind="welcome").exists()


def test_heavy_things_are_never_offered_for_a_sitting(story, pair, ada):
    heavy = re.findall(r'name="heavy" value="([^"]*)"', body(browser(ada), "/welcome/"))
    assert heavy == ["mornings", "not_now"]


@pytest.mark.parametrize(
    ("chosen", "said"),
    [
        (
            {"everyday": "mornings"},
            "Saved: boundaries, requests, agreements, promises, plans, thanks may open to you on any morning (the "
            "first is Tuesday, 7:00), and at once while you both have an hour together.",
        ),
        (
            {"everyday": "sittings"},
            "Saved: boundaries, requests, agreements, promises, plans, thanks may open to you only while you both have "
            "an hour together.",
        ),
        (
            {"heavy": "mornings"},
            "Saved: impact and accountability letters, replies, breaches, repair may open to you on any morning "
            "(the first is Tuesday, 7:00), and never in an hour together.",
        ),
        (
            {"everyday": "not_now"},
            "Saved: no more boundaries, requests, agreements, promises, plans, thanks will open to you for now. What "
            "is open to you stays open.",
        ),
    ],
)
def test_a_press_is_answered_once_with_what_was_saved_and_what_follows(story, pair, ada, chosen, said):
    client = browser(ada)
    assert client.post("/welcome/", chosen).url == "/welcome/"
    assert said in " ".join(body(client, "/welcome/").split())
    assert "Saved:" not in body(client, "/welcome/")


def test_what_follows_is_what_happens(story, pair, ada, ben):
    make.offer(make.boundary(ben, story), ben, story)
    browser(ada).post("/welcome/", {"everyday": "mornings"})
    story.next_morning(pair)
    assert story.at.strftime("%A") == "Tuesday"
    assert "I need to know before plans change." in browser(ada).get("/ours/").content.decode()


def test_in_the_first_hour_it_leads_back_to_the_hour(story, ada, ben):
    make.pair(ada, ben, story)
    assert browser(ada).post("/welcome/", {"everyday": "sittings"}).url == "/sitting/"


def test_the_page_is_the_same_whatever_the_partner_chose(story, pair, ada, ben):
    before = body(browser(ada), "/welcome/")
    make.welcome_all(ben, clock=story)
    assert body(browser(ada), "/welcome/") == before


def test_somebody_alone_is_told_what_it_is_for(ada):
    page = body(browser(ada), "/welcome/")
    assert "You need to be paired for this." in page and 'name="everyday"' not in page
