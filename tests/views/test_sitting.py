"""A sitting: my own hour, blank forms, what is open; never a word about whether the other has sat down."""

import gzip
import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from couples import visibility
from couples.actions import pairing, sharing, sitting
from couples.actions import records as record_actions
from couples.models import HeldText, Record, User, Yes
from couples.rule import consent
from tests.support import make
from tests.support.page_reader import Reading, show_it, words_not_ours
from tests.support.serving_role import questions

pytestmark = pytest.mark.django_db

TO_LOOK_AT = "/sitting/days/"
BUTTONS = ("/sitting/down/", "/sitting/up/")


def browser(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def body(client: Client, address: str = "/sitting/") -> str:
    """The page without what is drawn anew for every answer."""
    page = client.get(address).content.decode()
    return re.sub(r'name="(csrfmiddlewaretoken|once|writer)" value="[^"]*"', "", page)


def line(words: str = "I need to know before plans change.", act: str = "keep", **more: str) -> dict[str, str]:
    return {"limit": words, "act": act, "once": str(uuid4()), **more}


# --- my own hour ---


def test_the_heading_follows_my_own_hour_only(story, pair, ada):
    client = browser(ada)
    assert "Start my hour" in body(client)
    assert client.post("/sitting/down/").url == "/sitting/"
    page = body(client)
    assert "End my hour" in page
    assert "until 23:03" in page  # 60 minutes from now, by a clock in Berlin
    story.tick(minutes=61)
    assert "Start my hour" in body(client)


def test_standing_up_ends_my_hour_at_once(story, pair, ada):
    client = browser(ada)
    client.post("/sitting/down/")
    story.tick()
    assert client.post("/sitting/up/").url == "/sitting/"
    assert "Start my hour" in body(client)
    assert client.post("/sitting/up/").status_code == 302


@pytest.mark.parametrize("i_sit", [True, False])
def test_the_page_is_the_same_whether_or_not_the_partner_has_sat_down(story, pair, ada, ben, i_sit):
    client = browser(ada)
    if i_sit:
        client.post("/sitting/down/")
    story.tick()
    alone = body(client)
    sitting.sit_down(by=ben, at=story.at)
    assert body(client) == alone
    sitting.stand_up(by=ben, at=story.at + timedelta(seconds=1))
    assert body(client) == alone


def test_the_page_is_the_same_whatever_the_partner_writes_offers_or_welcomes(story, pair, ada, ben):
    client = browser(ada)
    client.post("/sitting/down/")
    story.tick()
    before = body(client)
    make.offer(make.boundary(ben, story), ben, story)
    make.welcome_all(ben, clock=story)
    assert body(client) == before


def test_what_both_said_yes_to_lies_folded_while_both_sit(story, pair, ada, ben):
    one, two = browser(ada), browser(ben)
    one.post("/sitting/", line("I need a walk first.", act="offer"))
    story.tick()
    two.post("/welcome/", {"everyday": consent.SITTINGS})
    story.tick()
    one.post("/sitting/down/")
    assert "I need a walk first." not in body(two)
    story.tick()
    two.post("/sitting/down/")
    page = body(two)
    assert '<details class="sheet folded">' in page and " open" not in re.findall(r"<details[^>]*>", page)[0]
    assert "I need a walk first." in page
    sharing.take_back(Record.objects.get(), by=ada, at=story.tick())
    assert "I need a walk first." not in body(two)


def test_the_fixed_sentence_stands_there_in_every_state(story, pair, ada):
    client = browser(ada)
    for _ in range(2):
        page = " ".join(body(client).split())
        assert "Most hours bring nothing new. This place never says why something is not here." in page
        client.post("/sitting/down/")


# --- the first sitting ---


@pytest.fixture
def just_paired(story, ada, ben):
    make.pair(ada, ben, story)


def test_the_first_hour_shows_no_places_and_asks_when_things_may_open(just_paired, ada):
    page = body(browser(ada))
    assert 'aria-label="Places"' not in page
    assert "When may things from" in page.replace("when may", "When may") and "You are paired" in page
    assert re.findall(r'name="everyday" value="([^"]*)"', page) == ["mornings", "sittings", "not_now"]


def test_the_places_come_with_looking_again_whether_or_not_something_opened(just_paired, story, ada, ben):
    for client in (browser(ada), browser(ben)):
        assert 'aria-label="Places"' in body(client, "/sitting/again/")
        assert 'aria-label="Places"' not in body(client)
    sharing.welcome(consent.EVERYDAY, consent.SITTINGS, by=ben, at=story.tick())
    make.offer(make.boundary(ada, story), ada, story)
    for client in (browser(ada), browser(ben)):
        assert 'aria-label="Places"' not in body(client)


def test_the_places_come_when_i_end_the_first_hour(just_paired, ada):
    client = browser(ada)
    client.post("/sitting/up/")
    page = body(client)
    assert 'aria-label="Places"' in page and "You are paired" not in page


def test_the_places_come_after_the_first_hour(story, pair, ada):
    page = body(browser(ada))
    assert 'aria-label="Places"' in page
    assert 'name="everyday"' not in page and 'href="/welcome/"' in page


def test_two_people_come_from_a_code_to_an_open_sheet_in_twelve_presses_each(story, ada, ben):
    """Each request below is one press (a form filled in is one); ticking a radio button is counted beside it."""
    presses = {"ada": 0, "ben": 0}
    one, two = browser(ada), browser(ben)

    def press(who, client, answer):
        presses[who] += 1
        assert answer.status_code in (200, 302)
        story.tick()
        return answer.content.decode()

    press("ada", one, one.get("/pairing/before/"))
    page = press("ada", one, one.post("/pairing/invite/"))
    code = re.findall(r'<p class="code">([^<]+)</p>', page)[0]
    press("ben", two, two.get("/pairing/before/"))
    press("ben", two, two.get("/pairing/join/"))
    press("ben", two, two.post("/pairing/join/", {"code": code}))
    press("ben", two, two.post("/pairing/join/", {"code": code, "name": "Ada", "zone": "Europe/Berlin"}))
    page = press("ada", one, one.get("/pairing/"))
    hidden = dict(re.findall(r'<input type="hidden" name="(invitation|name)" value="([^"]*)"', page))
    press("ada", one, one.post("/pairing/confirm/", hidden))
    press("ben", two, two.get("/pairing/waiting/"))
    for who, client in (("ada", one), ("ben", two)):
        presses[who] += 1  # the radio button
        press(who, client, client.post("/welcome/", {"everyday": consent.SITTINGS}))
        press(who, client, client.post("/sitting/", line(f"From {who}", act="offer")))
        page = press(who, client, client.get("/sitting/again/"))
        presses[who] += 1  # unfolding
    assert "From ada" in two.get("/sitting/").content.decode()
    assert "From ben" in one.get("/sitting/").content.decode()
    assert max(presses.values()) <= 12


# --- the one line ---


def test_a_line_kept_for_myself_is_a_boundary_that_nobody_is_offered(story, pair, ada):
    client = browser(ada)
    assert client.post("/sitting/", line()).url == "/sitting/"
    record = Record.objects.get()
    assert (record.author, record.kind) == (ada, "boundary")
    assert record_actions.newest_of(record).words == {"limit": "I need to know before plans change."}
    assert not Yes.objects.filter(kind="offer").exists()


def test_a_line_offered_is_offered(story, pair, ada):
    browser(ada).post("/sitting/", line(act="offer"))
    assert Yes.objects.get(kind="offer").scope == "boundary"


@pytest.mark.parametrize("act", ["keep", "offer"])
def test_the_same_form_sent_twice_is_one_record(story, pair, ada, act):
    client, sent = browser(ada), line(act=act)
    for _ in range(2):
        assert client.post("/sitting/", sent).status_code == 302
        story.tick()
    assert Record.objects.count() == 1
    assert Yes.objects.filter(kind="offer").count() == (act == "offer")


def test_the_line_comes_up_blank_after_it_was_saved(story, pair, ada):
    client = browser(ada)
    before = body(client)
    client.post("/sitting/", line("Only for me, for now."))
    client.get("/sitting/")
    assert body(client) == before


@pytest.mark.parametrize("words", ["", "  \n ", "\x00", "x" * 4001])
def test_a_line_that_cannot_be_kept_is_refused_kindly_and_stays(story, pair, ada, words):
    answer = browser(ada).post("/sitting/", line(words))
    assert answer.status_code == 200
    page = answer.content.decode()
    assert 'role="alert"' in page
    if len(words) > 100:
        assert words in page
    assert not Record.objects.exists()


@pytest.mark.parametrize("words", ["<script>alert(1)</script>", "שלום", "a‮b", "😀" * 300, "W" * 3000])
def test_any_words_are_kept_as_they_are_and_shown_escaped(story, pair, ada, words):
    assert browser(ada).post("/sitting/", line(words)).status_code == 302
    assert record_actions.newest_of(Record.objects.get()).words["limit"] == words


@pytest.mark.parametrize("once", ["", "x", "1234"])
def test_a_line_without_its_token_is_kept(story, pair, ada, once):
    assert browser(ada).post("/sitting/", line("Still here", once=once)).status_code == 302
    assert record_actions.newest_of(Record.objects.get()).words["limit"] == "Still here"


def test_an_offer_after_the_seat_has_ended_keeps_the_words_in_the_form(story, pair, ada):
    client = browser(ada)
    pairing.end_pairing(by=ada, at=story.tick())
    answer = client.post("/sitting/", line("Still here", act="offer"))
    assert answer.status_code == 409
    assert "Still here" in answer.content.decode()
    assert not Record.objects.exists()


def test_words_sent_after_the_session_lapsed_come_back_after_signing_in(story, pair, ada):
    client = browser(ada)
    page = client.get("/sitting/").content.decode()
    writer = re.search(r'name="writer" value="([^"]*)"', page).group(1)
    client.logout()
    asked = client.post("/sitting/", line("Written before the session lapsed", writer=writer))
    assert asked.url.startswith("/accounts/login/")
    client.force_login(ada)
    page = client.get("/sitting/").content.decode()
    assert "Written before the session lapsed" not in page
    assert "Written before the session lapsed" in client.get(show_it(page)).content.decode()
    client.post("/sitting/", line("Written before the session lapsed"))
    assert not HeldText.objects.exists()


def test_keep_and_offer_are_the_same_button(story, pair, ada):
    page = body(browser(ada))
    assert re.findall(r'class="([^"]*)" name="act" value="(keep|offer)"', page) == [("btn", "keep"), ("btn", "offer")]
    words = " ".join(page.split())
    told = "Offered now, it can open at once while you both have an hour together; without that, not before "
    assert re.search(told + r"(\w+day), \d+:00\. It may open then, much later, or not at all; .* A quiet \1 is", words)
    assert "This place will not tell your partner what you pressed. You may." in words
    assert "never evidence of consent to an act" in words


# --- agreements to look at ---


def in_force(words: dict[str, str], ada, ben, story, pair):
    record = record_actions.write("agreement", words, by=ada, at=story.tick())
    make.offer(record, ada, story)
    story.next_morning(pair)
    make.accept(make.open_revision(record, ben, story), ada, ben, clock=story)
    story.next_morning(pair)


def test_agreements_are_listed_to_both_by_the_day_they_name_for_a_look(story, pair, ada, ben):
    make.welcome_all(ada, ben, clock=story)
    for does, review in (("Sundays are free.", "2026-12-01"), ("Phones in the hall.", "2026-03-20"), ("No date.", "")):
        in_force({"does": does, **({"review": review} if review else {})}, ada, ben, story, pair)
    pages = [Reading(body(browser(who), TO_LOOK_AT)).main for who in (ada, ben)]
    assert pages[0] == pages[1]
    places = [pages[0].index(words) for words in ("Phones in the hall.", "20 March 2026", "Sundays")]
    assert places == sorted(places)
    assert "1 December 2026" in pages[0] and "No date." not in pages[0]
    assert not words_not_ours(pages[0])
    assert TO_LOOK_AT in Reading(body(browser(ada))).links
    story.tick(days=30)
    assert Reading(body(browser(ada), TO_LOOK_AT)).main == pages[0], "no page grows louder with silence"


def test_an_agreement_that_is_no_longer_in_force_is_not_listed(story, pair, ada, ben):
    make.welcome_all(ada, ben, clock=story)
    in_force({"does": "Phones in the hall.", "review": "2026-03-20"}, ada, ben, story, pair)
    assert "Phones in the hall." in body(browser(ben), TO_LOOK_AT)
    sharing.take_back(visibility.mine(ada).get(), by=ada, at=story.tick())
    for who in (ada, ben):
        assert "No agreement in force names a day." in body(browser(who), TO_LOOK_AT)


def test_without_a_pair_there_is_nothing_to_look_at_together(ada):
    assert browser(ada).get(TO_LOOK_AT).headers["Location"] == "/sitting/"


# --- every page ---


def test_without_a_pair_there_is_a_kind_page_on_which_a_line_can_be_kept(ada):
    client = browser(ada)
    page = body(client)
    assert "You need to be paired for this." in page and 'href="/pairing/"' in page
    assert 'value="offer"' not in page and 'name="everyday"' not in page
    client.post("/sitting/", line())
    assert Record.objects.count() == 1


@pytest.mark.parametrize(("address", "sent"), [("/welcome/", {"everyday": "mornings"}), ("/sitting/down/", {})])
def test_the_buttons_of_a_pair_are_refused_kindly_without_one(ada, address, sent):
    answer = browser(ada).post(address, sent)
    assert answer.status_code == 409
    assert "need to be paired" in answer.content.decode()


@pytest.mark.parametrize("address", ["/sitting/", *BUTTONS])
def test_a_sitting_needs_somebody_who_is_signed_in(client, address):
    assert client.get(address).url.startswith("/accounts/login/")
    assert client.post(address).url.startswith("/accounts/login/")


@pytest.mark.parametrize("address", ["/sitting/", *BUTTONS])
def test_other_methods_are_refused(ada, address):
    assert browser(ada).put(address).status_code == 405


@pytest.mark.parametrize("address", BUTTONS)
def test_a_button_that_is_only_looked_at_does_nothing(story, pair, ada, address):
    before = Yes.objects.count()
    assert browser(ada).get(address).url == "/sitting/"
    assert Yes.objects.count() == before


def test_a_stranger_sees_nothing_of_the_pair(story, pair, ada, ben):
    eve = browser(make.person("Eve"))
    before = body(eve)
    make.welcome_all(ada, ben, clock=story)
    make.offer(make.boundary(ada, story), ada, story)
    assert body(eve) == before


def many_open(count: int, ada: User, ben: User, story: make.Clock) -> None:
    make.welcome_all(ada, ben, clock=story)
    records = [make.boundary(ada, story, f"Line {n} of what I need") for n in range(count)]
    while count > 0:
        for record in records[:5]:
            make.offer(record, ada, story)
        records, count = records[5:], count - 5
        story.next_morning(visibility.seat_of(ada).pair)


def test_the_page_costs_the_same_with_much_open_and_stays_light(story, pair, ada, ben):
    client = browser(ben)
    costs = []
    for count in (5, 25):
        many_open(count, ada, ben, story)
        with CaptureQueriesContext(
            connection,
        ) as asked:
            page = client.get("/sitting/")
        costs.append(questions(asked))
        assert len(gzip.compress(page.content)) < 6000
    assert costs[0] == costs[1] <= 10


def test_words_of_the_page_press_nobody(story, pair, ada):
    read = Reading(browser(ada).get("/sitting/").content.decode())
    assert read.title == "An hour"
    assert not words_not_ours(read.main)
    assert "style" not in read.attributes and not any(name.startswith("on") for name in read.attributes)
