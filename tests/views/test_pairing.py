"""Pairing: a code said aloud, two names confirmed, one answer for every code that does not work; and ending it."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from couples import visibility
from couples.actions import pairing, profile, sharing
from couples.actions.pairing import INVITATION_LASTS
from couples.content import phrases
from couples.models import Invitation, Seat, User, Yes
from tests.support import make
from tests.support.page_reader import Reading, telling_words, words_not_ours
from tests.support.serving_role import questions

pytestmark = pytest.mark.django_db

READ_ONLY = ("/pairing/", "/pairing/before/", "/pairing/waiting/")
BUTTONS = ("/pairing/invite/", "/pairing/confirm/", "/pairing/withdraw/", "/pairing/withdraw-join/", "/pairing/days/")
ENDS = {"way": "close", "sure": "yes"}
FORMS = ("/pairing/join/", "/pairing/more/")


@pytest.fixture
def ben():
    return make.person("Ben", time_zone="Europe/Lisbon")


def browser(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def body(response) -> str:
    """The page without what is drawn anew for every answer."""
    return re.sub(r'name="csrfmiddlewaretoken" value="[^"]*"', "", response.content.decode())


def code_of(client: Client) -> str:
    """Make a code by pressing, and read it from the answer."""
    page = client.post("/pairing/invite/").content.decode()
    (code,) = re.findall(r'<p class="code">([^<]+)</p>', page)
    return code


def join(client: Client, code: str) -> str:
    """Enter a code and say that its maker is the person; the page of whose it is."""
    whose = client.post("/pairing/join/", {"code": code}).content.decode()
    hidden = dict(re.findall(r'<input type="hidden" name="(name|zone)" value="([^"]*)"', whose))
    client.post("/pairing/join/", {"code": code, **hidden})
    return whose


def confirm(client: Client, page: str = "/pairing/", **changed: str):
    html = client.get(page).content.decode()
    hidden = dict(re.findall(r'<input type="hidden" name="(invitation|name)" value="([^"]*)"', html))
    return client.post("/pairing/confirm/", {**hidden, **changed})


# --- the way in ---


def test_two_people_pair_by_a_code_two_names_and_land_in_a_sitting(story, ada, ben):
    one, two = browser(ada), browser(ben)
    code = code_of(one)
    whose = join(two, code)
    assert "Ada" in whose and "07:00</b> on your clock" in whose and "Europe" not in whose
    assert "Ada" in two.get("/pairing/waiting/").content.decode()
    to_confirm = one.get("/pairing/").content.decode()
    assert "Ben" in to_confirm and "08:00</b> on your clock" in to_confirm and "Lisbon" not in to_confirm
    assert confirm(one).url == "/sitting/"
    assert two.get("/pairing/waiting/").url == "/sitting/"
    assert visibility.seat_of(ada).partner_name == "Ben"
    assert visibility.seat_of(ben).partner_name == "Ada"
    assert visibility.seat_of(ben).pair.time_zone == "Europe/Lisbon"  # whose seven wakes neither of them
    for client in (one, two):
        assert "End my hour" in client.get("/sitting/").content.decode()


def test_the_same_works_the_other_way_round(story, ada, ben):
    one, two = browser(ben), browser(ada)
    join(two, code_of(one))
    confirm(one)
    assert visibility.seat_of(ada).pair.time_zone == "Europe/Lisbon"


def test_two_on_the_same_clock_read_nothing_of_clocks(story, ada):
    eve = make.person("Eve", time_zone="Europe/Vienna")
    whose = join(browser(eve), code_of(browser(ada)))
    assert "your clock" not in whose and "your clock" not in browser(ada).get("/pairing/").content.decode()


def test_a_code_is_shown_once(story, ada):
    client = browser(ada)
    code = code_of(client)
    again = client.get("/pairing/").content.decode()
    assert code not in again
    assert "Look again" in again


def test_a_code_is_kept_as_a_digest_only(story, ada):
    code = code_of(browser(ada))
    plain = code.replace("-", "")
    row = Invitation.objects.get()
    assert code not in row.digest and plain not in row.digest


@pytest.mark.parametrize("typed", [str.lower, lambda code: code.replace("-", " "), lambda code: f" {code} \n"])
def test_a_code_may_be_typed_in_any_way(story, ada, ben, typed):
    whose = browser(ben).post("/pairing/join/", {"code": typed(code_of(browser(ada)))})
    assert "Is this the person?" in whose.content.decode()


def test_looking_whose_a_code_is_does_not_use_it(story, ada, ben):
    code = code_of(browser(ada))
    browser(ben).post("/pairing/join/", {"code": code})
    assert Invitation.objects.get().joiner is None
    assert "Your code is waiting" in browser(ada).get("/pairing/").content.decode()


def test_nobody_is_paired_before_the_inviter_has_confirmed(story, ada, ben):
    join(browser(ben), code_of(browser(ada)))
    assert not Seat.objects.exists()


def test_a_joiner_who_withdraws_cannot_be_confirmed(story, ada, ben):
    one, two = browser(ada), browser(ben)
    join(two, code_of(one))
    page = one.get("/pairing/").content.decode()
    two.post("/pairing/withdraw-join/")
    hidden = dict(re.findall(r'<input type="hidden" name="(invitation|name)" value="([^"]*)"', page))
    refused = one.post("/pairing/confirm/", hidden)
    assert refused.status_code == 409
    assert "no longer works" in refused.content.decode()
    assert not Seat.objects.exists()


def test_an_inviter_may_say_that_it_is_not_the_person(story, ada, ben):
    one, two = browser(ada), browser(ben)
    join(two, code_of(one))
    one.post("/pairing/withdraw/")
    assert "no longer works" in two.get("/pairing/waiting/", follow=True).content.decode()
    assert not Seat.objects.exists()


def test_a_name_that_changed_since_it_was_shown_is_not_confirmed(story, ada, ben):
    one, two = browser(ada), browser(ben)
    join(two, code_of(one))
    one.get("/pairing/")
    refused = confirm(one, name="Somebody else")
    assert refused.status_code == 409
    assert not Seat.objects.exists()


def test_a_joiner_is_shown_a_changed_name_before_the_code_is_used(story, ada, ben):
    code = code_of(browser(ada))
    client = browser(ben)
    client.post("/pairing/join/", {"code": code})
    again = client.post("/pairing/join/", {"code": code, "name": "Somebody else", "zone": "Europe/Berlin"})
    assert "Is this the person?" in again.content.decode()
    assert Invitation.objects.get().joiner is None


def test_confirming_twice_is_one_pair(story, ada, ben):
    one, two = browser(ada), browser(ben)
    join(two, code_of(one))
    page = one.get("/pairing/").content.decode()
    hidden = dict(re.findall(r'<input type="hidden" name="(invitation|name)" value="([^"]*)"', page))
    assert one.post("/pairing/confirm/", hidden).url == "/sitting/"
    assert one.post("/pairing/confirm/", hidden).url == "/sitting/"
    assert Seat.objects.count() == 2


def test_somebody_elses_invitation_cannot_be_confirmed(story, ada, ben):
    join(browser(ben), code_of(browser(ada)))
    invitation = Invitation.objects.get()
    for who in (ben, make.person("Cleo")):
        refused = browser(who).post("/pairing/confirm/", {"invitation": invitation.pk, "name": "Ben"})
        assert refused.status_code == 409
    assert not Seat.objects.exists()


@pytest.mark.parametrize("wrong", ["", "7", "not an id", "6b422637-17cc-4d6c-8bcd-678944184f20x"])
def test_an_id_that_is_none_is_not_found(story, ada, wrong):
    assert browser(ada).post("/pairing/confirm/", {"invitation": wrong}).status_code == 404


def test_two_who_used_each_others_codes_are_each_shown_what_waits_for_them(story, ada, ben):
    one, two = browser(ada), browser(ben)
    hers, his = code_of(one), code_of(two)
    join(two, hers)
    join(one, his)
    for client, other in ((one, "Ben"), (two, "Ada")):
        for page in ("/pairing/waiting/", "/pairing/"):
            html = client.get(page).content.decode()
            assert "Somebody used your code" in html and f'name="name" value="{other}"' in html
    assert confirm(two, page="/pairing/waiting/").url == "/sitting/"
    assert one.get("/pairing/waiting/").url == "/sitting/"
    assert visibility.seat_of(ada).pair == visibility.seat_of(ben).pair
    assert not Invitation.objects.filter(closed_at__isnull=True).exists()


def test_who_waits_is_shown_nothing_to_confirm_where_nobody_used_their_own_code(story, ada, ben):
    one, two = browser(ada), browser(ben)
    code_of(two)
    join(two, code_of(one))
    assert "Somebody used your code" not in two.get("/pairing/waiting/").content.decode()


def test_two_invitations_joined_at_once_make_one_pair_and_a_polite_sentence(story, ada, ben):
    one, two = browser(ada), browser(ben)
    ours, theirs = code_of(one), code_of(two)
    join(two, ours)
    join(one, theirs)
    page = two.get("/pairing/").content.decode()
    hidden = dict(re.findall(r'<input type="hidden" name="(invitation|name)" value="([^"]*)"', page))
    assert confirm(one).status_code == 302
    late = two.post("/pairing/confirm/", hidden)
    assert late.status_code in (302, 409)
    assert Seat.objects.filter(ended_at__isnull=True).count() == 2


def test_a_person_holds_one_seat(story, ada, ben):
    make.pair(ada, ben, story)
    cleo = make.person("Cleo")
    refused = browser(ada).post("/pairing/invite/")
    assert refused.status_code == 409
    code = pairing.invite(by=cleo, at=story.tick())
    assert browser(ada).post("/pairing/join/", {"code": code}).url == "/pairing/"
    assert Invitation.objects.get(inviter=cleo).joiner is None


# --- codes that do not work ---


def answer_to(client: Client, code: str) -> tuple[int, str]:
    response = client.post("/pairing/join/", {"code": code})
    return response.status_code, body(response).replace(code, "CODE")


def test_unknown_used_expired_and_withdrawn_codes_get_one_answer(story, ada, ben):
    eve = make.person("Eve")
    used = pairing.invite(by=ada, at=story.tick())
    pairing.join(used, by=ben, at=story.tick())
    old = pairing.invite(by=make.person("Cleo"), at=story.tick())
    story.tick(seconds=INVITATION_LASTS.total_seconds())
    dan = make.person("Dan")
    withdrawn = pairing.invite(by=dan, at=story.tick())
    pairing.withdraw_invitation(by=dan, at=story.tick())
    client = browser(eve)
    answers = {answer_to(client, code) for code in ("2222-2222", used, old, withdrawn)}
    assert len(answers) == 1
    ((status, page),) = answers
    assert status == 409
    assert "does not open anything" in page


def test_a_code_lives_for_48_hours(story, ada, ben):
    code = pairing.invite(by=ada, at=story.at)
    story.at += INVITATION_LASTS - timedelta(seconds=1)
    assert "Ada" in browser(ben).post("/pairing/join/", {"code": code}).content.decode()
    story.at += timedelta(seconds=1)
    assert browser(ben).post("/pairing/join/", {"code": code}).status_code == 409


def test_ones_own_code_is_refused_kindly(story, ada):
    client = browser(ada)
    answer = client.post("/pairing/join/", {"code": code_of(client)})
    assert answer.status_code == 409
    assert "your own code" in answer.content.decode()


@pytest.mark.parametrize("typed", ["", " ", "<b>x</b>", "\x00\x07", "K" * 5000, "Ж" * 8, "‮abc"])
def test_whatever_is_typed_as_a_code_gets_a_kind_answer(story, ada, typed):
    answer = browser(ada).post("/pairing/join/", {"code": typed})
    assert answer.status_code in (200, 409)
    assert "<b>x" not in answer.content.decode()


def test_guesses_are_slowed_down_per_person_from_wherever_they_come(story, ada, ben):
    client, code = browser(ben), pairing.invite(by=ada, at=story.tick())
    for n in range(5):
        addressed = client.post("/pairing/join/", {"code": "2222-2222"}, REMOTE_ADDR=f"10.0.0.{n}")
        assert addressed.status_code == 409
    limited = client.post("/pairing/join/", {"code": code}, REMOTE_ADDR="10.0.1.1")
    assert limited.status_code == 429
    assert "That was a lot of tries. Please wait 10 seconds, then try again." in limited.content.decode()
    story.tick(seconds=10)
    assert client.post("/pairing/join/", {"code": code}).status_code == 200


def test_wrong_codes_of_one_move_nothing_for_others_on_the_same_network(story, ada, ben):
    """Else one could read off one's own limit that the other, at home, is entering codes."""
    for n in range(8):
        guessing = browser(make.person(f"Guess{n}"))
        for _ in range(6):
            guessing.post("/pairing/join/", {"code": "2222-2222"})
    client = browser(ben)
    statuses = [client.post("/pairing/join/", {"code": "2222-2222"}).status_code for _ in range(6)]
    assert statuses == [409] * 5 + [429]


def test_a_code_that_works_does_not_count_as_a_guess(story, ada, ben):
    client, code = browser(ben), pairing.invite(by=ada, at=story.tick())
    for _ in range(12):
        assert client.post("/pairing/join/", {"code": code}).status_code == 200


# --- the pair ---


def test_the_page_of_a_pair_says_the_name_the_days_and_that_it_never_tells(story, ada, ben):
    make.pair(ada, ben, story)
    page = browser(ben).get("/pairing/").content.decode()
    assert "Ada" in page and "07:00</b> on your clock" in page and "run on" not in page
    assert "08:00</b> on your clock" in browser(ada).get("/pairing/").content.decode()
    assert phrases.STILL_HERE in page


def test_the_page_of_a_pair_is_the_same_after_the_other_has_ended_it(story, ada, ben):
    make.pair(ada, ben, story)
    client = browser(ben)
    before = body(client.get("/pairing/"))
    pairing.end_pairing(by=ada, at=story.tick())
    assert body(client.get("/pairing/")) == before


def test_the_zone_changes_when_both_have_chosen_the_same(story, ada, ben):
    pair = make.pair(ada, ben, story)
    before = body(browser(ben).get("/pairing/"))
    browser(ada).post("/pairing/days/", {"zone": "asia/tokyo"})
    assert body(browser(ben).get("/pairing/")) == before
    story.tick()
    browser(ben).post("/pairing/days/", {"zone": "Tokyo"})  # both sit, so its door is now
    pair.refresh_from_db()
    assert pair.time_zone == "Asia/Tokyo"


@pytest.mark.parametrize("typed", ["", "Nowhere/Land", "../../etc/passwd", "x" * 500, "\x00"])
def test_a_zone_that_is_none_is_refused_kindly(story, ada, ben, typed):
    make.pair(ada, ben, story)
    answer = browser(ada).post("/pairing/days/", {"zone": typed})
    assert answer.status_code == 200
    assert 'role="alert"' in answer.content.decode()
    assert not Yes.objects.filter(kind="zone").exists()


def test_a_wish_for_a_zone_is_not_shown_on_the_page(story, ada, ben):
    make.pair(ada, ben, story)
    client = browser(ada)
    before = body(client.get("/pairing/"))
    client.post("/pairing/days/", {"zone": "Asia/Tokyo"})
    client.get("/pairing/")  # the quiet note is shown once
    assert body(client.get("/pairing/")) == before


def test_ending_closes_everything_at_once_and_can_be_pressed_twice(story, ada, ben):
    make.pair(ada, ben, story)
    make.welcome_all(ada, ben, clock=story)
    record = make.boundary(ada, story)
    make.offer(record, ada, story)
    make.open_revision(record, ben, story)
    client = browser(ada)
    page = client.get("/pairing/more/").content.decode()
    for sentence in ("If much is open, closing all at once will be noticed.", "cannot be unread", "Close everything"):
        assert sentence in page
    story.tick()
    assert client.post("/pairing/more/", ENDS).url == "/today/"
    assert client.post("/pairing/more/", ENDS).url == "/today/"
    assert not visibility.open_to(ben, story.at).exists()
    assert visibility.seat_of(ada) is None
    assert visibility.seat_of(ben) is not None
    assert client.get("/pairing/more/").url == "/pairing/"


@pytest.mark.parametrize("way", ["fade", "close", "tell"])
def test_each_way_has_a_second_look_that_says_what_it_does_and_ends_nothing(story, ada, ben, way):
    make.pair(ada, ben, story)
    client = browser(ada)
    page = client.post("/pairing/more/", {"way": way}).content.decode()
    assert visibility.seat_of(ada) is not None
    assert "In your first four months here, closings are noticed." in page
    assert ("within 30 days" in page) is (way == "fade")
    assert ("If much is open, closing all at once will be noticed." in page) is (way != "fade")
    assert ("can read on their own pages" in page) is (way == "tell")
    assert client.post("/pairing/more/", {"way": way, "sure": "yes"}).url == "/today/"
    assert visibility.seat_of(ada) is None
    assert client.post("/pairing/more/", {"way": way}).url == "/pairing/"


def test_after_ending_a_new_pairing_starts_empty(story, ada, ben):
    make.pair(ada, ben, story)
    make.welcome_all(ada, ben, clock=story)
    make.offer(make.boundary(ada, story), ada, story)
    for who in (ada, ben):
        browser(who).post("/pairing/more/", ENDS)
    story.tick()
    make.pair(ben, ada, story)
    assert not visibility.open_to(ben, story.at).exists()
    assert not visibility.yeses_of(ada, story.at).exclude(kind="sitting").exists()


def test_looking_at_the_page_before_ending_changes_nothing(story, ada, ben):
    make.pair(ada, ben, story)
    browser(ada).get("/pairing/more/")
    assert visibility.seat_of(ada) is not None


# --- every page ---


@pytest.mark.parametrize("address", [*READ_ONLY, *BUTTONS, *FORMS])
def test_pairing_needs_somebody_who_is_signed_in(client, address):
    for answer in (client.get(address), client.post(address)):
        assert answer.status_code in (302, 405)
        assert answer.status_code == 405 or answer.url.startswith("/accounts/login/")


@pytest.mark.parametrize("address", [*READ_ONLY, *BUTTONS, *FORMS])
def test_other_methods_are_refused(ada, address):
    client = browser(ada)
    assert client.delete(address).status_code == 405
    if address in READ_ONLY:
        assert client.post(address).status_code == 405


@pytest.mark.parametrize("address", BUTTONS)
def test_a_button_that_is_only_looked_at_does_nothing(ada, address):
    assert browser(ada).get(address).url == "/pairing/"
    assert not Invitation.objects.exists()


@pytest.mark.parametrize(
    "address", ["/pairing/more/", "/pairing/days/", "/pairing/withdraw/", "/pairing/withdraw-join/"]
)
def test_a_button_of_a_pair_is_harmless_without_one(ada, address):
    assert browser(ada).post(address, {"zone": "Asia/Tokyo"}).status_code == 302


def test_titles_and_words_of_pairing_are_neutral_and_press_nobody(story, ada, ben):
    client = browser(ada)
    pages = [client.get(address).content.decode() for address in ("/pairing/", "/pairing/before/", "/pairing/join/")]
    make.pair(ada, ben, story)
    pages += [client.get(address).content.decode() for address in ("/pairing/", "/pairing/before/", "/pairing/more/")]
    for page in pages:
        read = Reading(page)
        assert read.title == "Pairing"
        assert not telling_words(read.title)
        assert not words_not_ours(read.main)
        assert "style" not in read.attributes and not any(name.startswith("on") for name in read.attributes)


def test_before_you_pair_asks_the_question_first_and_says_the_limits(ada):
    page = browser(ada).get("/pairing/before/").content.decode()
    assert "without paying for it?" in page
    for limit in ("phone that is watched", "photo", "runs it", "cannot be unread"):
        assert limit in page


def test_yes_and_not_now_are_the_same_button(story, ada, ben):
    one, two = browser(ada), browser(ben)
    code = code_of(one)
    whose = two.post("/pairing/join/", {"code": code}).content.decode()
    join(two, code)
    pages = (whose, one.get("/pairing/").content.decode())
    for page in pages:
        row = page[page.index('<div class="row">') :]
        assert re.findall(r'class="(btn[^"]*)"', row)[:2] == ["btn", "btn"]


def test_the_ways_to_end_a_pairing_and_not_now_are_the_same_button(story, ada, ben):
    make.pair(ada, ben, story)
    page = browser(ada).get("/pairing/more/").content.decode()
    main = page[page.index("<main") : page.index("</main>")]
    assert re.findall(r'class="(btn[^"]*)"', main) == ["btn"] * 4


def test_pages_of_pairing_cost_few_queries(story, ada, ben):
    client = browser(ada)
    make.pair(ada, ben, story)
    with CaptureQueriesContext(connection) as asked:
        client.get("/pairing/")
    assert questions(asked) <= 8


def test_a_stranger_sees_nothing_of_a_pair_or_an_invitation(story, ada, ben):
    eve = browser(make.person("Eve"))
    before = body(eve.get("/pairing/"))
    join(browser(ben), code_of(browser(ada)))
    assert body(eve.get("/pairing/")) == before
    confirm(browser(ada))
    assert body(eve.get("/pairing/")) == before


def test_a_name_the_partner_changed_is_not_shown(story, ada, ben):
    make.pair(ada, ben, story)
    before = body(browser(ben).get("/pairing/"))
    profile.present(shown_name="Adaline", by=ada, at=story.tick())
    assert body(browser(ben).get("/pairing/")) == before
    assert "Ada" in before


def test_sharing_is_refused_kindly_after_the_end(story, ada, ben):
    make.pair(ada, ben, story)
    record = make.boundary(ada, story)
    browser(ada).post("/pairing/more/", ENDS)
    with pytest.raises(sharing.Refused):
        sharing.offer(record, by=ada, at=story.tick(), seen=1)
