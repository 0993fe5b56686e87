"""Today: a calm first place, the check-in, and a first path for somebody with nothing yet."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from couples import visibility
from couples.actions import pairing, records, sharing, steps, stopping
from couples.content.feelings import FEELINGS
from couples.content.kinds import KINDS
from couples.models import CheckIn, Pair, User
from couples.views._drafts import writer_token
from couples.views.today import greeting_at
from tests.support import make
from tests.support.addresses import writing
from tests.support.page_reader import Reading, show_it, telling_words, words_not_ours
from tests.support.serving_role import questions

pytestmark = pytest.mark.django_db

TOKENS = re.compile(r'name="(csrfmiddlewaretoken|writer|once)" value="[^"]*"')
UNTOUCHED = {"safe": "-10", "trusting": "-10", "close": "-10", "at_ease": "-10", "line": ""}


@pytest.fixture
def pair(pair: Pair, ada: User, ben: User, story: make.Clock) -> Pair:
    make.welcome_all(ada, ben, clock=story)
    story.next_morning(pair)
    return pair


def client_of(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


def page(person: User) -> Any:
    answer = client_of(person).get("/today/")
    assert answer.status_code == 200
    return answer


def html_of(person: User) -> str:
    return TOKENS.sub("", page(person).content.decode())


def send(person: User, client: Client | None = None, **fields: str) -> Any:
    filled = {"once": str(uuid4()), **UNTOUCHED, **fields}
    return (client or client_of(person)).post("/today/check-in/", filled)


def agree(ada: User, ben: User, story: make.Clock, pair: Pair, words: str) -> None:
    record = make.agreement(ada, story, words)
    make.offer(record, ada, story)
    story.next_morning(pair)
    make.accept(make.open_revision(record, ben, story), ada, ben, clock=story)
    story.next_morning(pair)


# --- The page ---


def test_shows_the_check_in_what_one_can_do_and_what_opened_lately(ada, ben, pair, story):
    agree(ada, ben, story, pair, "Phones stay in the hall.")
    for person in (ada, ben):
        text = Reading(html_of(person)).main
        assert "Good morning" in text
        assert "There is nothing you have to do here today." in text
        assert "How is it, right now?" in text
        assert "An agreement in force, to read" in text
        assert text.count("Phones stay in the hall.") >= 2


def test_ground_comes_first_and_neither_is_told_which_of_the_two_they_are(ada, ben, pair, story):
    records.write("accountability_letter", {"letter": "What I did."}, by=ada, at=story.tick(), once=uuid4())
    records.write("impact_letter", {"letter": "What I lost."}, by=ben, at=story.tick(), once=uuid4())
    hers, his = Reading(html_of(ada)), Reading(html_of(ben))
    assert hers.main == his.main and hers.links == his.links
    assert hers.main.index("Ground first") < hers.main.index("What I can do")
    kept = [f"/mine/?kind={KINDS[name].code}" for name in ("trigger_plan", "promise")]
    for place in ("/learn/a/", *kept, "/mine/write/", "/sitting/"):
        assert place in hers.links


def test_lately_shows_three_shared_lines_with_day_and_month(ada, ben, pair, story):
    for n in range(4):
        make.offer(make.boundary(ben, story, f"B{n}"), ben, story)
        story.next_morning(pair)
    make.boundary(ada, story, "Only mine.")
    lines = page(ada).context["lines"]
    assert [line.words for line in lines] == ["B3", "B2", "B1"]
    assert lines[0].day_word == "Saturday 7 March"
    assert "Only mine." not in html_of(ada)


def test_person_without_a_pair_is_not_told_that_something_is_missing(story):
    eve = make.person("Eve")
    make.boundary(eve, story)
    text = Reading(html_of(eve)).main
    assert "Lately, between you" not in text
    assert not re.search(r"\b(pair|partner|yet|no one|nobody else|empty|missing|invite)\b", text, re.IGNORECASE)


def test_first_path_has_three_doors_and_nothing_else_to_do():
    eve = make.person("Eve")
    answer = page(eve)
    reading = Reading(answer.content.decode())
    doors = [link for link in reading.links if link in (writing("boundary"), "/learn/a/", "/pairing/before/")]
    assert len(doors) == 3
    assert "How is it, right now?" not in reading.main


def test_first_path_ends_with_the_first_line_or_the_first_pair(ada, pair, story):
    eve = make.person("Eve")
    make.boundary(eve, story)
    for person in (eve, ada):
        assert "/pairing/before/" not in html_of(person)
    pairing.end_pairing(by=ada, at=story.tick())
    assert "/pairing/before/" not in html_of(ada)  # whoever left is not asked back


@pytest.mark.parametrize("method", ["post", "put", "delete", "patch"])
def test_today_is_only_read(method, ada):
    assert getattr(client_of(ada), method)("/today/").status_code == 405


def test_visitor_is_asked_to_sign_in(client):
    for address in ("/today/", "/today/check-in/"):
        assert client.get(address).headers["Location"].startswith("/accounts/login/")


def test_stranger_sees_nothing_of_the_pair(ada, ben, pair, story):
    agree(ada, ben, story, pair, "Phones stay in the hall.")
    cleo = make.person("Cleo")
    make.pair(cleo, make.person("Dan"), story)
    assert "Phones" not in html_of(cleo)


@pytest.mark.parametrize("day, said", [(1, True), (7, True), (8, False), (28, False)])
def test_in_the_first_week_of_a_month_everybody_who_is_paired_reads_one_sentence(ada, ben, pair, story, day, said):
    """Whatever they have said yes to, and whether or not any of it ends."""
    story.at = story.at.replace(month=5, day=day)
    stopping.stop(stopping.EVERYTHING, by=ben, at=story.at, unlocked=True)
    sentence = "You can look through what you have said yes to."
    assert [sentence in html_of(person) for person in (ada, ben, make.person("Eve"))] == [said, said, False]


@pytest.mark.parametrize(
    ("hour", "greeting"),
    [
        (5, "Good morning"),
        (11, "Good morning"),
        (12, "Good afternoon"),
        (18, "Good evening"),
        (23, "Hello"),
        (3, "Hello"),
    ],
)
def test_greets_by_the_viewers_own_clock(hour, greeting):
    assert greeting_at(datetime(2026, 3, 2, hour, 30, tzinfo=UTC), "UTC") == greeting


def test_greeting_follows_zones_and_summer_time():
    instant = datetime(2026, 3, 29, 3, 30, tzinfo=UTC)  # Berlin went from two to three o'story at one
    assert greeting_at(instant, "Europe/Berlin") == "Good morning"
    assert greeting_at(instant, "America/New_York") == "Hello"
    assert greeting_at(instant, "Asia/Kathmandu") == "Good morning"


def test_invariant_1_private_acts_change_no_byte_of_the_partners_day(ada, ben, pair, story):
    agree(ada, ben, story, pair, "Phones stay in the hall.")
    before = html_of(ben)
    make.offer(make.boundary(ada, story), ada, story)
    send(ada, safe="10", line="Private.")
    steps.turn_on(by=ada, at=story.tick())
    steps.pause(by=ada, at=story.tick())
    assert html_of(ben) == before


def test_thirty_silent_days_change_nothing(ada, ben, pair, story):  # R17
    agree(ada, ben, story, pair, "Phones stay in the hall.")
    story.tick(days=1)
    after_one = html_of(ada)
    story.at = datetime(2026, 4, 5, 6, 10, tzinfo=UTC)  # a morning again
    assert html_of(ada) == after_one


def test_taken_back_words_leave_the_page_at_once(ada, ben, pair, story):
    record = make.boundary(ben, story, "Not after ten.")
    make.offer(record, ben, story)
    story.next_morning(pair)
    assert "Not after ten." in html_of(ada)
    sharing.take_back(record, by=ben, at=story.tick())
    assert "Not after ten." not in html_of(ada)


def test_no_word_of_the_page_pushes_or_tells(ada, ben, pair, story):
    agree(ada, ben, story, pair, "Phones stay in the hall.")
    for person in (ada, make.person("Eve")):
        reading = Reading(html_of(person))
        assert reading.title.strip() == "Today"
        assert telling_words(reading.title) == []
        assert words_not_ours(reading.main) == []


def queries_of(person: User) -> int:
    client = client_of(person)
    with CaptureQueriesContext(connection) as caught:
        client.get("/today/")
    return questions(caught.captured_queries)


def test_costs_at_most_ten_queries_after_a_long_history_too(ada, ben, pair, story):
    agree(ada, ben, story, pair, "Phones stay in the hall.")
    short = queries_of(ada)
    assert short <= 10
    for n in range(100):
        records.check_in(by=ada, at=story.tick(), line=f"C{n}")
    agree(ada, ben, story, pair, "Sunday evenings.")
    assert queries_of(ada) == short


# --- The check-in ---


def test_check_in_is_kept_for_oneself(ada, ben, pair, story):
    answer = send(ada, safe="20", close="100", line="Slept through.")
    assert (answer.status_code, answer.headers["Location"]) == (302, "/today/")
    kept = visibility.check_ins_of(ada).get()
    assert (kept.slider_values, kept.line) == ([20, None, 100, None], "Slept through.")
    assert kept.day == story.at.date()
    assert visibility.check_ins_of(ben).count() == 0


def test_slider_left_at_its_start_says_nothing(ada):
    send(ada, line="Only words.")
    kept = visibility.check_ins_of(ada).get()
    assert kept.slider_values == [None] * 4


def test_the_middle_of_a_slider_is_a_value_like_any_other(ada):
    send(ada, safe="50", trusting="0")
    assert visibility.check_ins_of(ada).get().slider_values == [50, 0, None, None]


def test_a_check_in_for_yesterday_stands_on_yesterday(ada, story):
    send(ada, line="The day before.", yesterday="on")
    yesterday = story.at.date() - timedelta(days=1)
    assert visibility.check_ins_of(ada).get().day == yesterday
    assert f"{yesterday:%A} {yesterday.day}" in client_of(ada).get("/timeline/").content.decode()


def test_a_check_in_for_yesterday_can_be_changed_for_a_day_and_keeps_its_day(ada, story):
    send(ada, line="The day before.", yesterday="on")
    kept = visibility.check_ins_of(ada).get()
    page = client_of(ada).get(f"/today/check-in/{kept.pk}/").content.decode()
    assert "This was yesterday" not in page
    send_to = f"/today/check-in/{kept.pk}/"
    client_of(ada).post(send_to, {"once": str(uuid4()), **UNTOUCHED, "line": "Put better."})
    changed = visibility.check_ins_of(ada).get()
    assert (changed.day, changed.line) == (kept.day, "Put better.")


def test_ticking_yesterday_alone_says_nothing(ada):
    assert send(ada, yesterday="on").status_code == 409
    assert visibility.check_ins_of(ada).count() == 0


def test_slider_that_is_not_sent_says_nothing(ada):
    client_of(ada).post("/today/check-in/", {"once": str(uuid4()), "safe": "0"})
    kept = visibility.check_ins_of(ada).get()
    assert (kept.slider_values[:2], kept.line) == ([0, None], "")


def test_sliders_come_up_unsaid_whatever_was_said_before(ada):
    send(ada, safe="10", line="Before.")
    html = html_of(ada)
    assert html.count('value="-10"') == 4
    assert "Before." not in html


def test_nothing_said_is_nothing_kept(ada):
    answer = send(ada)
    assert answer.status_code == 409
    assert "You did not choose anything, so nothing was saved." in answer.content.decode()
    assert visibility.check_ins_of(ada).count() == 0


@pytest.mark.parametrize("value", ["-1", "101", "9" * 40, "1.5", "NaN", "1e1", "x", "٥٥٥", "\x00", "<b>"])
def test_slider_beyond_its_ends_is_refused_kindly_and_the_line_stays(value, ada):
    answer = send(ada, safe=value, line="Slept through.")
    html = answer.content.decode()
    assert answer.status_code == 200
    assert "A slider goes from 0 to 100." in html
    assert "Nothing you wrote is lost." in html
    assert 'value="Slept through."' in html
    assert visibility.check_ins_of(ada).count() == 0


def test_line_that_is_too_long_comes_back_whole(ada):
    answer = send(ada, safe="20", line="x" * 201)
    assert answer.status_code == 200
    assert "x" * 201 in answer.content.decode()
    assert re.search(r'name="safe" value="20"', answer.content.decode())
    assert visibility.check_ins_of(ada).count() == 0


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("<script>alert(1)</script>", "<script>alert(1)</script>"),
        ("a\x00b\x07c", "ab\x07c"),
        ("שלום", "שלום"),
        ("👩‍👧", "👩‍👧"),
        ("  x  ", "x"),
    ],
)
def test_any_words_are_kept_as_words(written, kept, ada):
    send(ada, line=written)
    assert visibility.check_ins_of(ada).get().line == kept
    assert "<script>alert" not in client_of(ada).get("/timeline/").content.decode()


def test_same_form_sent_twice_is_one_check_in(ada):
    once = str(uuid4())
    for _ in range(2):
        assert send(ada, once=once, safe="20").status_code == 302
    assert visibility.check_ins_of(ada).count() == 1


def test_anothers_token_makes_ones_own_check_in(ada, ben):
    once = str(uuid4())
    for person in (ada, ben):
        send(person, once=once, line=person.shown_name)
    assert [row.line for row in CheckIn.objects.filter(author=ben)] == ["Ben"]


@pytest.mark.parametrize("once", ["", "x", "0" * 400])
def test_a_check_in_without_its_token_is_kept(once, ada):
    assert send(ada, once=once, line="Slept.").status_code == 302
    assert CheckIn.objects.get(author=ada).line == "Slept."


@pytest.mark.parametrize("method", ["put", "delete", "patch"])
def test_check_in_refuses_other_methods(method, ada):
    assert getattr(client_of(ada), method)("/today/check-in/").status_code == 405


def test_what_was_written_in_a_lapsed_session_comes_back(ada):
    client = Client()
    answer = send(ada, client, safe="20", line="Slept through.", writer=writer_token(ada))
    assert answer.headers["Location"] == "/accounts/login/?next=/today/check-in/"
    assert visibility.check_ins_of(ada).count() == 0
    client.force_login(ada)
    assert "Slept through." not in client.get("/today/check-in/").content.decode()
    html = client.get(show_it(client.get("/today/check-in/").content.decode())).content.decode()
    assert 'value="Slept through."' in html
    assert re.search(r'name="safe" value="20"', html)
    send(ada, client, safe="20", line="Slept through.", held=re.search(r'name="held" value="([^"]+)"', html)[1])
    assert not show_it(client.get("/today/check-in/").content.decode())


def test_what_was_written_in_a_lapsed_session_is_never_anothers(ada, ben):
    send(ada, Client(), line="Slept through.", writer=writer_token(ada))
    assert "Slept through." not in client_of(ben).get("/today/check-in/").content.decode()


def test_form_without_its_protection_token_loses_nothing(ada):
    client = Client(enforce_csrf_checks=True)
    client.force_login(ada)
    answer = send(ada, client, line="Slept through.", writer=writer_token(ada))
    assert answer.headers["Location"] == "/today/check-in/"
    page = client.get(show_it(client.get("/today/check-in/").content.decode()))
    assert "Slept through." in page.content.decode()
    assert visibility.check_ins_of(ada).count() == 0


def test_every_slider_has_a_name_and_its_help(ada):
    html = client_of(ada).get("/today/check-in/").content.decode()
    for name in ("safe", "trusting", "close", "at_ease"):
        assert f'<label for="id_{name}">' in html
        assert re.search(rf'<input type="range" name="{name}"[^>]*aria-describedby="how', html)
    assert 'id="how"' in html


# --- Feelings, and another look for a day ---


def test_there_are_about_sixty_feelings_in_plain_words_each_once() -> None:
    assert 55 <= len(FEELINGS) <= 65 and len(set(FEELINGS)) == len(FEELINGS)
    assert all(re.fullmatch(r"[a-z]+", word) for word in FEELINGS)
    assert not [word for word in FEELINGS if words_not_ours(word)]


def test_chosen_feelings_are_kept_in_the_order_of_the_list_and_shown_to_their_writer_alone(
    ada: User, ben: User, story: make.Clock, pair: Pair
) -> None:
    client = client_of(ada)
    client.post(
        "/today/check-in/", {"once": str(uuid4()), **UNTOUCHED, "feelings": ["hopeful", "tired"], "line": "Late."}
    )
    kept = CheckIn.objects.get()
    assert kept.feelings == ["tired", "hopeful"]
    assert "tired, hopeful · Late." in client.get("/timeline/").content.decode()
    assert "hopeful" not in Reading(client_of(ben).get("/timeline/").content.decode()).main


@pytest.mark.parametrize("word", ["", "furious", "<b>", "\x00", "tired,hopeful"])
def test_a_word_that_is_not_in_the_list_is_refused_kindly(ada: User, story: make.Clock, word: str) -> None:
    answer = client_of(ada).post(
        "/today/check-in/", {"once": str(uuid4()), **UNTOUCHED, "feelings": [word], "line": "x"}
    )
    assert "not on the list" in answer.content.decode()
    assert not CheckIn.objects.exists()


def test_a_check_in_can_be_changed_for_a_day_and_then_stays(ada: User, story: make.Clock) -> None:
    client = client_of(ada)
    send(ada, client, safe="20", line="First.")
    kept = CheckIn.objects.get()
    url = f"/today/check-in/{kept.pk}/"
    assert url in client.get("/timeline/").content.decode()
    story.tick(hours=23)
    form = client.get(url).content.decode()
    assert 'value="First."' in form and 'value="20"' in form
    assert client.post(url, {**UNTOUCHED, "once": str(uuid4()), "safe": "70", "line": "Second."}).url == "/timeline/"
    kept.refresh_from_db()
    assert (kept.words, kept.day) == ({"safe": 70, "line": "Second."}, kept.day)
    story.tick(hours=2)
    assert url not in client.get("/timeline/").content.decode()
    answer = client.post(url, {**UNTOUCHED, "line": "Third."}, follow=True)
    assert "stays as it is" in answer.content.decode()
    assert CheckIn.objects.get().line == "Second."


def test_changing_it_to_nothing_is_refused_and_keeps_what_was(ada: User, story: make.Clock) -> None:
    client = client_of(ada)
    send(ada, client, line="First.")
    kept = CheckIn.objects.get()
    assert client.post(f"/today/check-in/{kept.pk}/", {"once": str(uuid4()), **UNTOUCHED}).status_code == 409
    assert CheckIn.objects.get().line == "First."


def test_nobody_changes_the_check_in_of_somebody_else(ada: User, ben: User, story: make.Clock, pair: Pair) -> None:
    send(ada, line="First.")
    url = f"/today/check-in/{CheckIn.objects.get().pk}/"
    for answer in (client_of(ben).get(url), client_of(ben).post(url, {**UNTOUCHED, "line": "His."})):
        assert answer.status_code == 404
    assert CheckIn.objects.get().line == "First."
