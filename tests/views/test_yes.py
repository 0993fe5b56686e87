"""What I have said yes to: password first, mine only, by end, in words; renewing is silent, taking back at once."""

import gzip
import re
from datetime import UTC, datetime, timedelta
from importlib import import_module
from uuid import uuid4

import pytest
from django.apps import apps
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from couples import visibility
from couples.actions import erasure, pairing, records, sharing, steps, stopping, yeses
from couples.actions.transactions import acting
from couples.content import ladder
from couples.lib import days, keyset
from couples.lib.clock import day_of
from couples.models import Pair, User, Yes
from couples.presenters import yes_groups
from couples.rule import consent, step_things
from couples.views.yes import RENEWED
from tests.support import make
from tests.support.couple import Couple
from tests.support.page_reader import Reading, words_not_ours
from tests.support.serving_role import questions

pytestmark = pytest.mark.django_db

ADDRESSES = ("/yes/", "/yes/renew/", "/yes/end/", "/yes/off/", "/yes/read/", "/yes/n3t/")
UNDIRECTED = next(step for step in ladder.STEPS if not step.directed)
DIRECTED = next(step for step in ladder.STEPS if step.directed)


@pytest.fixture
def pair(couple: Couple) -> Pair:
    """Ada and Ben in the hour in which they paired."""
    return couple.pair


def browser(user: User) -> Client:
    """A browser in which this person has just given their password."""
    client = Client()
    client.force_login(user)
    client.post("/accounts/reauthenticate/", {"password": make.PASSWORD, "next": "/yes/"})
    return client


def body(client: Client, address: str = "/yes/") -> str:
    response = client.get(address)
    assert response.status_code == 200
    return re.sub(r'name="csrfmiddlewaretoken" value="[^"]*"', "", response.content.decode())


BEFORE = "<summary>What I said yes to before</summary>"


def rows_of(page: str) -> list[str]:
    """What each row says, as one line of text."""
    rows = re.findall(r"<li[^>]*>(.*?)</li>", page.partition('class="ladder"')[2], re.DOTALL)
    return [" ".join(re.sub(r"<button.*?</button>|<[^>]+>", " ", row, flags=re.DOTALL).split()) for row in rows]


def lines(client: Client, address: str = "/yes/") -> list[str]:
    """What stands, as the page tells it."""
    standing = body(client, address).partition(BEFORE)[0]
    return rows_of(re.sub(r"<a .*?</a>", "", standing, flags=re.DOTALL))


def before(client: Client) -> list[str]:
    """What was said yes to before, as the page tells it."""
    return rows_of(body(client).partition(BEFORE)[2])


# --- password first ---


def test_the_page_asks_for_the_password_first(story, pair, ada):
    client = Client()
    client.force_login(ada)
    sharing.welcome(consent.EVERYDAY, consent.MORNINGS, by=ada, at=story.tick())
    asked = client.get("/yes/")
    assert asked.status_code == 302
    assert asked.url == "/accounts/reauthenticate/?next=%2Fyes%2F"
    wrong = client.post("/accounts/reauthenticate/", {"password": "not it", "next": "/yes/"})
    assert wrong.status_code == 200
    assert client.get("/yes/").status_code == 302
    right = client.post("/accounts/reauthenticate/", {"password": make.PASSWORD, "next": "/yes/"})
    assert right.url == "/yes/"
    assert "boundaries, plans and the like" in body(client)


def test_the_password_is_asked_for_again_after_a_while(story, pair, ada):
    client, given = browser(ada), datetime.now(UTC)
    for minutes, status in ((4, 200), (6, 302)):
        story.at = given + timedelta(minutes=minutes)
        assert client.get("/yes/").status_code == status


def test_taking_back_waits_for_no_password(story, pair, ada):
    sharing.welcome(consent.EVERYDAY, consent.MORNINGS, by=ada, at=story.tick())
    client = Client()
    client.force_login(ada)
    own = Yes.objects.get(kind="welcome")
    story.tick()
    assert client.post("/yes/end/", {"yes": own.pk}).url == "/yes/"
    assert not consent.stands(Yes.objects.get(pk=own.pk).as_fact(), story.at)


# --- what stands there ---


def test_every_kind_of_yes_is_told_in_words(story, pair, ada, ben):
    make.welcome_all(ada, ben, clock=story)
    mine = make.boundary(ada, story, "I need a walk first.")
    make.offer(mine, ada, story)
    theirs = make.agreement(ben, story, "Phones stay in the hall.")
    make.offer(theirs, ben, story)
    shown = make.open_revision(theirs, ada, story)
    sharing.accept(shown, by=ada, at=story.tick())
    sharing.keep(make.open_step_words(ben, ada, story), by=ada, at=story.tick())
    card = make.therapist("Faye", story)[1]
    make.introduce(card.therapist, ada, story)
    make.admit(card, ada, clock=story, kinds=("boundary",))
    pairing.wish_time_zone("Asia/Tokyo", by=ada, at=story.tick())
    steps.turn_on(by=ada, at=story.tick())
    steps.answer_group(ladder.GROUPS[0], True, by=ada, at=story.tick())
    steps.answer_step(step_things.of_ladder(UNDIRECTED, None), yes=True, by=ada, at=story.tick())
    seat = visibility.seat_of(ada)
    directed = step_things.of_ladder(DIRECTED, visibility.other_seat(seat))
    steps.answer_step(directed, yes=True, conditions="Only with the door open.", by=ada, at=story.tick())
    drawn = Yes.objects.exclude(kind__in=consent.LASTS).filter(ends_at__isnull=False)
    make.changed(drawn, ends_at=datetime(2026, 7, 31, 12, tzinfo=UTC))
    told = lines(browser(ada))
    for start in (
        "When things may open to me: boundaries, plans and the like, any morning ends 31 August 2026",
        "When things may open to me: letters, breaches and repair, any morning ends 31 August 2026",
        "Offer to share: A boundary I need a walk first. ends 31 July 2026",
        "Open to me: an agreement from Ben Phones stay in the hall. until you close it on your side, or it runs out",
        "I accept these words: an agreement Phones stay in the hall. ends 31 July 2026",
        "Keep on our timeline: A step of our own, 2 March 2026 ends 31 July 2026",
        "Admit Dr. Faye: boundaries ends 31 July 2026",
        "Our days run on Asia/Tokyo ends 1 April 2026",
        f"Yes to a group of steps {ladder.GROUPS[0].title} ends 31 July 2026",
        f"Yes to a step {UNDIRECTED.title} ends 9 March 2026",
    ):
        assert start in told, (start, told)
    whole = " ".join(lines(browser(ada), reverse("yeses", args=["steps"])))
    assert f"{ladder.GROUPS[0].title} Words {ladder.GROUPS[0].about} ends" in whole
    assert f"{UNDIRECTED.title} Who does what" in whole
    (with_conditions,) = [line for line in told if line.startswith("Yes, with conditions, to a step")]
    assert "My conditions: Only with the door open. ends 9 March 2026" in with_conditions
    assert "{doer}" not in with_conditions
    assert len(told) == 12  # and no sitting


def test_the_one_that_ends_first_stands_first_and_one_without_an_end_last(story, pair, ada):
    def until(days):
        return story.at + timedelta(days=days)

    for n, end in enumerate((until(50), yeses.UNTIL_TAKEN_BACK, until(3), until(20))):
        record = make.boundary(ada, story, f"line {n}")
        make.offer(record, ada, story, ends=end)
    told = lines(browser(ada))
    assert [re.search(r"line \d", line).group() for line in told] == ["line 2", "line 3", "line 0", "line 1"]
    assert told[-1].endswith("until you take it back")


def test_an_end_at_midnight_is_told_as_the_day_it_closes(story, pair, ada):
    midnight_in_berlin = story.at.replace(month=5, day=3, hour=22, minute=0)
    make.offer(make.boundary(ada, story), ada, story, ends=midnight_in_berlin)
    assert lines(browser(ada))[0].endswith("ends 3 May 2026")


def test_words_that_the_partner_took_back_are_not_told_any_more(story, pair, ada, ben):
    make.welcome_all(ada, clock=story)
    record = make.boundary(ben, story, "Words of Ben")
    make.offer(record, ben, story)
    client = browser(ada)
    assert any("Words of Ben" in line for line in lines(client))
    sharing.take_back(record, by=ben, at=story.tick())
    assert "Words of Ben" not in body(client)


def test_the_page_is_the_same_whatever_the_partner_does_that_opens_nothing(story, pair, ada, ben):
    make.offer(make.boundary(ada, story), ada, story)
    client = browser(ada)
    before = body(client)
    make.offer(make.boundary(ben, story), ben, story)
    steps.turn_on(by=ben, at=story.tick())
    steps.answer_group(ladder.GROUPS[0], True, by=ben, at=story.tick())
    assert body(client) == before
    pairing.end_pairing(by=ben, at=story.tick())
    assert body(client) == before


def test_steps_are_not_told_while_they_are_off(story, pair, ada, ben):
    steps.turn_on(by=ben, at=story.tick())
    make.welcome_all(ada, clock=story)
    own_step = records.write("step", {"what": "We sit by the window."}, by=ben, at=story.tick())
    make.offer(own_step, ben, story)
    assert Yes.objects.filter(kind="reading", scope="step").exists()
    client = browser(ada)
    assert "step" not in " ".join(lines(client)).lower()
    steps.turn_on(by=ada, at=story.tick())
    assert any("a step of our own from Ben, since 2 March 2026" in line for line in lines(client))


@pytest.mark.parametrize("way", ["both", "you", "Ben"])
def test_a_step_of_our_own_is_told_in_its_direction(story, pair, ada, ben, way):
    seat = visibility.seat_of(ada)
    doer = {"both": None, "you": seat.id, "Ben": visibility.other_seat(seat)}[way]
    steps.turn_on(by=ada, at=story.tick())
    own_step = records.write("step", {"what": "We sit by the window."}, by=ada, at=story.tick())
    answered = step_things.of_own_words(records.newest_of(own_step).pk, doer)
    steps.answer_step(answered, yes=True, by=ada, at=story.tick())
    (told,) = lines(browser(ada), reverse("yeses", args=["steps"]))
    who = {"both": "Both, together", "you": "You", "Ben": "Ben"}[way]
    assert told.startswith(f"Yes to a step We sit by the window. Who does it {who} ends 9 March")


def test_a_yes_to_both_sets_of_conditions_is_told(story, pair, ada, ben):
    for who in (ada, ben):
        steps.turn_on(by=who, at=story.tick())
        steps.answer_group(next(g for g in ladder.GROUPS if g.key == UNDIRECTED.group), True, by=who, at=story.tick())
        step = step_things.of_ladder(UNDIRECTED, None)
        steps.answer_step(step, yes=True, conditions=f"Conditions of {who.shown_name}", by=who, at=story.tick())
    story.next_morning(pair)
    conditions = visibility.open_to(ada, story.at).get(kind="conditions")
    steps.answer_terms(conditions, by=ada, at=story.tick())
    told = lines(browser(ada))
    assert any(
        line.startswith(f"Yes to a step, with exactly both sets of conditions {UNDIRECTED.title}") for line in told
    )
    assert "Conditions of Ben" not in " ".join(told)


def test_a_step_whose_words_have_changed_is_told_as_such(story, pair, ada, monkeypatch):
    steps.turn_on(by=ada, at=story.tick())
    steps.answer_step(step_things.of_ladder(UNDIRECTED, None), yes=True, by=ada, at=story.tick())
    monkeypatch.setattr(ladder, "STEPS", ())
    assert "whose words have changed" in lines(browser(ada))[0]


def test_a_yes_that_has_ended_is_not_listed(story, pair, ada):
    make.offer(make.boundary(ada, story), ada, story, ends=story.at + timedelta(days=2))
    client = browser(ada)
    assert len(lines(client)) == 1
    story.tick(days=3)
    assert lines(client) == []


def test_nobody_else_sees_my_yeses(story, pair, ada, ben):
    make.offer(make.boundary(ada, story, "Only mine"), ada, story)
    for who in (ben, make.person("Eve"), make.therapist("Faye", story)[0]):
        assert "Only mine" not in body(browser(who))


def test_without_a_pair_the_page_is_empty_and_kind(ada):
    assert "You have said yes to nothing at the moment." in body(browser(ada))


# --- renewing and taking back ---


def test_renewing_the_chosen_ones_moves_their_end_and_keeps_when_they_were_given(story, pair, ada):
    chosen, other = (make.offer(make.boundary(ada, story), ada, story) for _ in range(2))
    own = Yes.objects.get(kind="offer", thing=chosen.pk)
    story.tick(days=30)
    client = browser(ada)
    answer = client.post("/yes/renew/", {"chosen": [str(own.pk)]}, follow=True)
    assert RENEWED in answer.content.decode()
    renewed = Yes.objects.get(pk=own.pk)
    assert renewed.given_at == own.given_at
    assert renewed.ends_at >= own.ends_at
    assert renewed.ends_at > story.at + timedelta(days=118)
    untouched = Yes.objects.get(kind="offer", thing=other.pk)
    assert untouched.ends_at < story.at + timedelta(days=154)


def test_a_second_press_draws_nothing_and_none_comes_earlier_than_it_was(story, pair, ada):
    make.offer(make.boundary(ada, story), ada, story)
    client, seen = browser(ada), []
    for passed in (0, 0, 20, 40, 60):
        story.tick(days=passed)
        client.post("/yes/renew/", {"group": "offered"})
        seen.append(Yes.objects.get(kind="offer").ends_at)
    assert seen[0] == seen[1] and seen == sorted(seen)
    assert story.at + timedelta(days=118) < seen[-1] < story.at + timedelta(days=183)


@pytest.mark.parametrize("soon", [True, False], ids=["ends soon", "does not end soon"])
def test_what_a_therapist_is_admitted_to_is_renewed_with_one_press_and_told_nowhere_else(story, pair, ada, soon):
    faye, card = make.therapist("Faye", story)
    make.introduce(faye, ada, story)
    make.admit(card, ada, clock=story)
    admitted = Yes.objects.filter(kind="admission")
    make.changed(admitted, ends_at=story.at + timedelta(days=9 if soon else 100))
    client = browser(ada)
    page = client.get("/yes/").content.decode()
    assert page.count('name="group" value="therapist"') == 1
    client.post("/yes/renew/", {"group": "therapist"})
    assert [yes.ends_at > story.at + timedelta(days=118) for yes in admitted.all()] == [True] * 3
    make.changed(admitted.all(), ends_at=story.at + timedelta(days=1))
    for path in ("/today/", "/ours/", "/agenda/", "/glass/"):
        told = client.get(path).content.decode()
        assert f"{story.at + timedelta(days=1):%-d %B %Y}" not in told, path


def test_renewing_all_renews_all_but_sitting_down(story, pair, ada):
    for _ in range(25):
        make.offer(make.boundary(ada, story), ada, story)
    sat = Yes.objects.get(kind="sitting", seat=visibility.seat_of(ada))
    browser(ada).post("/yes/renew/", {"group": "offered"})
    ends = {day_of(end, ada.time_zone) for end in Yes.objects.filter(kind="offer").values_list("ends_at", flat=True)}
    assert len(ends) == 25  # each on a day of its own
    assert Yes.objects.get(pk=sat.pk).ends_at == sat.ends_at


def test_what_is_renewed_together_ends_on_days_of_its_own_and_is_asked_for_together(story, pair, ada):
    for _ in range(25):
        make.offer(make.boundary(ada, story), ada, story)
    story.tick(days=100)
    client, costs, some = browser(ada), [], list(Yes.objects.filter(kind="offer").order_by("ends_at"))
    for chosen in (some[:5], some[5:]):
        with CaptureQueriesContext(connection) as asked:
            client.post("/yes/renew/", {"chosen": [str(one.pk) for one in chosen]})
        costs.append(questions(asked))
    ends = {day_of(end, ada.time_zone) for end in Yes.objects.filter(kind="offer").values_list("ends_at", flat=True)}
    assert len(ends) == 25
    assert costs[0] == costs[1]


def test_renewing_makes_no_new_opening_and_the_partner_sees_the_same(story, pair, ada, ben):
    make.welcome_all(ben, clock=story)
    make.offer(make.boundary(ada, story), ada, story)
    client = Client()
    client.force_login(ben)
    before = body(client, "/sitting/")
    count = visibility.open_to(ben, story.at).count()
    browser(ada).post("/yes/renew/", {"group": "offered"})
    after = body(client, "/sitting/")
    blank = r'name="(once|writer)" value="[^"]*"'
    assert re.sub(blank, "", after) == re.sub(blank, "", before)
    assert visibility.open_to(ben, story.at).count() == count


def test_renewing_nothing_is_told_kindly(story, pair, ada):
    make.offer(make.boundary(ada, story), ada, story)
    page = browser(ada).post("/yes/renew/", {}, follow=True).content.decode()
    assert "You did not choose anything" in page


def test_a_longer_end_is_not_shortened_by_renewing(story, pair, ada):
    far = story.at + timedelta(days=300)
    make.offer(make.boundary(ada, story), ada, story, ends=far)
    browser(ada).post("/yes/renew/", {"group": "offered"})
    assert Yes.objects.get(kind="offer").ends_at == far


def test_nobody_renews_the_yes_of_another(story, pair, ada, ben):
    make.offer(make.boundary(ada, story), ada, story)
    own = Yes.objects.get(kind="offer")
    story.tick(days=10)
    browser(ben).post("/yes/renew/", {"chosen": [str(own.pk)]})
    assert Yes.objects.get(pk=own.pk).ends_at == own.ends_at


def test_taking_back_closes_at_once_for_the_partner(story, pair, ada, ben):
    make.welcome_all(ben, clock=story)
    record = make.boundary(ada, story)
    make.offer(record, ada, story)
    make.open_revision(record, ben, story)
    client = browser(ada)
    (own,) = re.findall(r'form="end" name="yes" value="([^"]*)"', body(client))
    story.tick()
    assert client.post("/yes/end/", {"yes": own}).url == "/yes/"
    assert client.post("/yes/end/", {"yes": own}).url == "/yes/"
    assert not visibility.open_to(ben, story.at).exists()
    assert lines(client) == []


def test_every_kind_of_yes_can_be_taken_back_here(story, pair, ada, ben):
    make.welcome_all(ada, ben, clock=story)
    theirs = make.agreement(ben, story)
    make.offer(theirs, ben, story)
    shown = make.open_revision(theirs, ada, story)
    sharing.accept(shown, by=ada, at=story.tick())
    sharing.keep(make.open_step_words(ben, ada, story), by=ada, at=story.tick())
    faye, card = make.therapist("Faye", story)
    make.introduce(faye, ada, story)
    make.admit(card, ada, clock=story, kinds=("boundary",))
    client = browser(ada)
    while found := re.findall(r'form="end" name="yes" value="([^"]*)"', body(client)):
        story.tick()
        assert client.post("/yes/end/", {"yes": found[-1]}).status_code == 302
    assert not visibility.yeses_of(ada, story.at).exclude(kind="sitting").exists()


def test_the_yes_of_another_cannot_be_taken_back_and_is_not_there(story, pair, ada, ben):
    make.offer(make.boundary(ada, story), ada, story)
    own = Yes.objects.get(kind="offer")
    for who in (ben, make.person("Eve")):
        assert browser(who).post("/yes/end/", {"yes": own.pk}).status_code in (404, 409)
        assert consent.stands(Yes.objects.get(pk=own.pk).as_fact(), story.at)
    theirs = browser(ben).post("/yes/end/", {"yes": own.pk})
    unknown = browser(ben).post("/yes/end/", {"yes": uuid4()})
    assert theirs.status_code == unknown.status_code == 404


@pytest.mark.parametrize("wrong", ["", "7", "<b>", "\x00"])
def test_an_id_that_is_none_is_not_found(story, pair, ada, wrong):
    client = browser(ada)
    assert client.post("/yes/end/", {"yes": wrong}).status_code == 404
    assert client.post("/yes/renew/", {"chosen": [wrong]}).status_code == 404


def test_taking_back_on_an_old_page_what_was_erased_meanwhile_is_success(story, pair, ada):
    record = make.boundary(ada, story)
    make.offer(record, ada, story)
    own, client = Yes.objects.get(kind="offer"), browser(ada)
    erasure.erase_record(record, by=ada, at=story.tick())
    for address in ("/yes/end/", "/yes/off/"):
        assert client.post(address, {"yes": own.pk}).url == "/yes/"


# --- in groups ---


def headings(page: str) -> list[str]:
    return re.findall(r"<h2[^>]*>(.*?)</h2>", page)


def test_what_ends_before_the_end_of_next_month_stands_first_and_every_group_by_itself(story, pair, ada, ben):
    make.welcome_all(ada, clock=story)
    for n, later in enumerate((20, 58, 60, 90)):  # it is the second of March
        make.offer(make.boundary(ada, story, f"line {n}"), ada, story, ends=story.at + timedelta(days=later))
    theirs = make.boundary(ben, story)
    make.offer(theirs, ben, story)
    make.open_revision(theirs, ada, story)
    steps.turn_on(by=ada, at=story.tick())
    steps.answer_group(ladder.GROUPS[0], True, by=ada, at=story.tick())
    page = body(browser(ada))
    assert headings(page) == [
        *("What ends by 30 April 2026", "What I offered", "When things may open to me", "What I am reading", "Steps")
    ]
    soon = page[page.index("What ends by") : page.index("What I offered")]
    assert re.findall(r"(line \d)</p>", soon) == ["line 0", "line 1"]


@pytest.mark.parametrize(
    "at, until",
    [("2026-11-27", "31 December 2026"), ("2026-12-31", "31 January 2027"), ("2027-01-31", "28 February 2027")],
)
def test_the_end_of_next_month_is_that_of_the_calendar(at, until):
    day = datetime.fromisoformat(f"{at}T12:00+00:00")
    assert days.in_words(yes_groups.soon_until(day, "Europe/Berlin")) == until


def test_acceptances_and_steps_are_renewed_one_by_one_with_their_words_before_one(story, pair, ada, ben):
    steps.turn_on(by=ada, at=story.tick())
    steps.answer_group(ladder.GROUPS[0], True, by=ada, at=story.tick())
    accepted(story, ada, ben)
    before_it = dict(Yes.objects.values_list("pk", "ends_at"))
    story.tick(days=100)
    client = browser(ada)
    page = body(client)
    assert not set(re.findall(r'name="group" value="(\w+)"', page)) & {"accepted", "steps", "reading", "ends_soon"}
    assert any(line.startswith("I accept these words: an agreement Phones stay in the hall.") for line in lines(client))
    assert "Read and renew" in page  # a step: its words are longer than a line
    assert not re.search(r'name="chosen" value="[^"]+">Renew<span class="sr">: Yes to a', page)
    for group in ("accepted", "steps", "reading", "ends_soon", "said_before", "nothing"):
        assert (
            "You did not choose anything" in client.post("/yes/renew/", {"group": group}, follow=True).content.decode()
        )
    assert dict(Yes.objects.values_list("pk", "ends_at")) == before_it
    own = Yes.objects.get(kind="acceptance", seat=visibility.seat_of(ada))
    client.post("/yes/renew/", {"chosen": own.pk})
    assert Yes.objects.get(pk=own.pk).ends_at > before_it[own.pk]


def accepted(story, who: User, writer: User):
    """An agreement that this person has accepted, of the other's words."""
    make.welcome_all(who, clock=story)
    theirs = make.agreement(writer, story, "Phones stay in the hall.")
    make.offer(theirs, writer, story)
    shown = make.open_revision(theirs, who, story)
    sharing.accept(shown, by=who, at=story.tick())
    return theirs


def test_nobody_renews_what_they_accepted_without_its_words(story, pair, ada, ben):
    theirs = accepted(story, ada, ben)
    own = Yes.objects.get(kind="acceptance", seat=visibility.seat_of(ada))
    sharing.take_back(theirs, by=ben, at=story.tick())
    refused = browser(ada).post("/yes/renew/", {"chosen": own.pk})
    assert refused.status_code == 409
    assert Yes.objects.get(pk=own.pk).ends_at == own.ends_at


def test_what_does_not_stand_any_more_is_refused_kindly(story, pair, ada):
    make.offer(make.boundary(ada, story), ada, story, ends=story.at + timedelta(days=2))
    own = Yes.objects.get(kind="offer")
    story.tick(days=3)
    assert browser(ada).post("/yes/renew/", {"chosen": own.pk}).status_code == 409


def test_the_first_page_stays_short_and_each_group_has_a_page_for_the_rest(story, pair, ada):
    for n in range(9):
        make.offer(make.boundary(ada, story, f"line {n}"), ada, story, ends=story.at + timedelta(days=100))
    client = browser(ada)
    assert len(lines(client)) == yes_groups.FEW
    offered = reverse("yeses", args=["offered"])
    assert f'href="{offered}"' in body(client)
    assert len(lines(client, offered)) == 9
    for key in yes_groups.CODES:
        assert client.get(reverse("yeses", args=[key])).status_code == 200


# --- what I said yes to before ---


def test_taken_back_and_run_out_look_alike_below(story, pair, ada):
    ran_out, taken_back = (make.boundary(ada, story, words) for words in ("It ran out.", "I took it back."))
    make.offer(ran_out, ada, story, ends=story.at + timedelta(days=2))
    make.offer(taken_back, ada, story)
    story.tick(days=1)
    sharing.take_back(taken_back, by=ada, at=story.tick())
    story.tick(days=2)
    client = browser(ada)
    assert lines(client) == []
    told = sorted(line.replace("It ran out.", "…").replace("I took it back.", "…") for line in before(client))
    assert told[0] == told[1]
    assert not re.search(r"\d", told[0])  # no day
    page = body(client)
    for record in (ran_out, taken_back):
        assert f'href="/mine/{record.pk}/"' in page


def test_what_stands_again_is_not_below_and_each_thing_is_there_once(story, pair, ada):
    for choice in (consent.MORNINGS, sharing.NOT_NOW, consent.SITTINGS, sharing.NOT_NOW):
        sharing.welcome(consent.EVERYDAY, choice, by=ada, at=story.tick())
    client = browser(ada)
    (line,) = before(client)
    assert line.startswith("When things may open to me: boundaries, plans and the like, only in an hour together")
    assert 'href="/welcome/"' in body(client).partition(BEFORE)[2]
    sharing.welcome(consent.EVERYDAY, consent.MORNINGS, by=ada, at=story.tick())
    assert before(client) == []


def test_after_a_year_it_is_gone(story, pair, ada):
    sharing.welcome(consent.EVERYDAY, consent.MORNINGS, by=ada, at=story.tick())
    sharing.welcome(consent.EVERYDAY, sharing.NOT_NOW, by=ada, at=story.tick())
    seat = visibility.seat_of(ada)
    assert [len(visibility.said_before(seat, story.tick(days=passed))) for passed in (364, 2)] == [1, 0]


def test_nothing_of_steps_no_reading_and_no_mark_is_told_below(story, pair, ada, ben):
    steps.turn_on(by=ada, at=story.tick())
    steps.answer_group(ladder.GROUPS[0], True, by=ada, at=story.tick())
    steps.answer_step(step_things.of_ladder(UNDIRECTED, None), yes=True, by=ada, at=story.tick())
    own_step = records.write("step", {"what": "We sit by the window."}, by=ada, at=story.tick())
    make.offer(own_step, ada, story)
    accepted(story, ada, ben)
    stopping.stop(stopping.EVERYTHING, by=ada, at=story.tick(), unlocked=True)
    reading = Yes.objects.get(kind="reading")
    sharing.put_away(reading.thing, by=ada, at=story.tick())
    told = before(browser(ada))
    assert [line.partition(":")[0] for line in told] == [
        *("I accept these words", "When things may open to me", "When things may open to me")
    ]


def test_what_a_breach_ended_is_not_below(story, pair, ada, ben):
    make.welcome_all(ada, ben, clock=story)
    theirs = accepted(story, ada, ben)
    not_kept = {"happened": "It was not kept."}
    breach = records.write("breach", not_kept, by=ben, at=story.tick(), answers=records.newest_of(theirs))
    make.offer(breach, ben, story)
    story.next_morning(pair)
    own = Yes.objects.get(kind="acceptance", seat=visibility.seat_of(ada))
    assert own.closed_at is not None and own.is_off_list
    assert not any("accept" in line for line in before(browser(ada)))


def test_words_written_anew_or_erased_are_not_below(story, pair, ada):
    newer, erased = make.boundary(ada, story), make.boundary(ada, story)
    for record in (newer, erased):
        make.offer(record, ada, story)
        sharing.take_back(record, by=ada, at=story.tick())
    assert len(before(browser(ada))) == 2
    records.revise(newer, {"limit": "Other words."}, by=ada, at=story.tick(), seen=1)
    erasure.erase_record(erased, by=ada, at=story.tick())
    assert before(browser(ada)) == []


def test_words_of_the_other_that_are_not_open_are_not_told_below(story, pair, ada, ben):
    theirs = accepted(story, ada, ben)
    own = Yes.objects.get(kind="acceptance", seat=visibility.seat_of(ada))
    sharing.no_longer_accept(own.thing, by=ada, at=story.tick())
    client = browser(ada)
    (told,) = before(client)
    assert "Phones stay in the hall." in told
    assert "Give again" in told
    sharing.take_back(theirs, by=ben, at=story.tick())
    (told,) = before(client)
    assert told == "I accept these words: an agreement"


def test_each_can_be_taken_off_for_good_also_as_it_is_taken_back(story, pair, ada):
    for n in range(3):
        make.offer(make.boundary(ada, story, f"line {n}"), ada, story)
    first, second, third = Yes.objects.filter(kind="offer").order_by("given_at")
    client = browser(ada)
    client.post("/yes/end/", {"yes": first.pk})
    client.post("/yes/end/", {"yes": second.pk, "off_list": "on"})
    assert [line[:36] for line in before(client)] == ["Offer to share: A boundary line 0 Give"[:36]]
    client.post("/yes/off/", {"yes": first.pk})
    client.post("/yes/off/", {"yes": third.pk})  # what stands stays as it is
    assert before(client) == []
    assert consent.stands(Yes.objects.get(pk=third.pk).as_fact(), story.at)


def test_nobody_takes_anything_off_the_list_of_another(story, pair, ada, ben):
    sharing.welcome(consent.EVERYDAY, consent.MORNINGS, by=ada, at=story.tick())
    sharing.welcome(consent.EVERYDAY, sharing.NOT_NOW, by=ada, at=story.tick())
    own = Yes.objects.get(kind="welcome")
    assert browser(ben).post("/yes/off/", {"yes": own.pk}).status_code == 404
    assert len(before(browser(ada))) == 1


def test_the_list_of_what_was_said_before_goes_on_page_after_page(story, pair, ada):
    for n in range(25):
        record = make.boundary(ada, story, f"line {n:02}")
        make.offer(record, ada, story)
        sharing.take_back(record, by=ada, at=story.tick())
    client = browser(ada)
    assert len(before(client)) == yes_groups.FEW
    address = whole = reverse("yeses", args=["said_before"])
    seen: list[str] = []
    while address:
        page = body(client, address)
        seen += re.findall(r"(line \d\d)</p>", page)
        more = re.search(r'<a href="(\?after=[^"]+)">More</a>', page)
        address = f"{whole}{more.group(1)}" if more else ""
    assert sorted(seen) == [f"line {n:02}" for n in range(25)]


# --- every page ---


@pytest.mark.parametrize("address", ADDRESSES)
def test_my_yeses_need_somebody_who_is_signed_in(client, address):
    assert client.get(address).url.startswith("/accounts/login/")


@pytest.mark.parametrize("address", ADDRESSES)
def test_other_methods_are_refused(ada, address):
    assert browser(ada).delete(address).status_code == 405


@pytest.mark.parametrize("address", ["/yes/renew/", "/yes/end/", "/yes/off/", "/yes/read/"])
def test_a_button_that_is_only_looked_at_does_nothing(ada, address):
    assert browser(ada).get(address).url == "/yes/"


def test_pages_of_yeses_follow_each_other_without_loss_or_repetition(story, pair, ada):
    for n in range(45):
        end = yeses.UNTIL_TAKEN_BACK if n % 9 == 0 else story.at + timedelta(days=30 + n % 4)
        make.offer(make.boundary(ada, story, f"line {n:02}"), ada, story, ends=end)
    client, seen = browser(ada), []
    offered = address = reverse("yeses", args=["offered"])
    while address:
        page = body(client, address)
        seen += re.findall(r"(line \d\d)</p>", page)
        more = re.search(r'<a href="(\?after=[^"]+)">More</a>', page)
        address = f"{offered}{more.group(1)}" if more else ""
    assert sorted(seen) == [f"line {n:02}" for n in range(45)]


@pytest.mark.parametrize("token", ["x", "abc:def", "%00", "9" * 500])
def test_a_forged_token_leads_to_the_start(story, pair, ada, token):
    make.offer(make.boundary(ada, story, "the first line"), ada, story)
    assert "the first line" in body(browser(ada), f"{reverse('yeses', args=['offered'])}?after={token}")


def test_a_token_of_another_list_leads_to_the_start(story, pair, ada):
    make.offer(make.boundary(ada, story, "the first line"), ada, story)
    for place in (["a"], ["not a time", "x"], ["1", "2", "3"]):
        offered = reverse("yeses", args=["offered"])
        assert "the first line" in body(browser(ada), f"{offered}?after={keyset.token_after('another', place)}")


def test_the_page_costs_the_same_with_many_yeses_and_stays_light(story, pair, ada, ben):
    make.welcome_all(ada, ben, clock=story)
    theirs = make.agreement(ben, story)
    make.offer(theirs, ben, story)
    shown = make.open_revision(theirs, ada, story)
    sharing.accept(shown, by=ada, at=story.tick())
    sharing.keep(make.open_step_words(ben, ada, story), by=ada, at=story.tick())
    card = make.therapist("Faye", story)[1]
    make.introduce(card.therapist, ada, story)
    make.admit(card, ada, clock=story)
    steps.turn_on(by=ada, at=story.tick())
    client, costs = browser(ada), []
    for count in (12, 88):
        for n in range(count):
            make.offer(make.boundary(ada, story, f"Line {n}"), ada, story, ends=story.at + timedelta(days=200))
        client.get("/yes/")  # the session notes that somebody is here, which it does every 90 seconds at most
        with CaptureQueriesContext(connection) as asked:
            page = client.get("/yes/")
        costs.append(questions(asked))
        assert len(gzip.compress(page.content)) < 6000
    assert costs[0] == costs[1] <= 13


def test_words_of_the_page_are_neutral_and_press_nobody(story, pair, ada):
    make.offer(make.boundary(ada, story, "<script>x</script>"), ada, story)
    page = body(browser(ada))
    read = Reading(page)
    assert read.title == "Yes"
    assert not words_not_ours(read.main)
    assert "<script>x" not in page
    assert "style" not in read.attributes and not any(name.startswith("on") for name in read.attributes)


# --- acceptances that an offer gave, before it stopped giving any ---

migration = import_module("couples.migrations.0026_an_offer_accepts_nothing")


def offer_as_before(record, by, clock):
    """Offer an agreement as a version before this one did: with an acceptance, at the very same instant."""
    revision = make.offer(record, by, clock)
    given = Yes.objects.get(kind="offer", thing=revision.pk)
    what = {"scope": "agreement", "under": record.chain, "number": revision.number, "revision": revision}
    with acting(by, clock.tick()) as act:
        accepted = yeses.give(act.seated(), consent.ACCEPTANCE, revision.pk, at=act.at, **what)
    make.changed([accepted], given_at=given.given_at)


def test_what_an_offer_accepted_before_stays_and_its_author_is_told_until_they_have_read_it(story, pair, ada, ben):
    make.welcome_all(ada, ben, clock=story)
    old, alone = make.agreement(ada, story, "Given by an offer."), make.agreement(ada, story, "Accepted alone.")
    offer_as_before(old, ada, story)
    make.offer(alone, ada, story)
    make.accept(make.open_revision(alone, ben, story), ada, clock=story)
    migration.tell(apps, None)
    page = Reading(body(browser(ada))).main
    note = page[page.index("How an agreement is accepted") : page.index("I have read this")]
    assert "Given by an offer." in note and "Accepted alone." not in note
    assert "Nothing that you accept now came with an offer." in Reading(body(browser(ben))).main
    for who in (ada, ben):  # both are led there alike: it tells nobody who looks on what either has accepted
        assert "How an agreement is accepted has changed" in Reading(body(browser(who), "/today/")).main
    client = browser(ada)
    assert client.post("/yes/read/").url == "/yes/"
    assert "How an agreement" not in body(client) + body(client, "/today/")
    assert "How an agreement" in body(browser(ben)), "each says so alone"
    make.accept(make.open_revision(old, ben, story), ben, clock=story)
    assert visibility.open_to(ben, story.at).filter(kind="agreement", revision__record=old).exists(), "it still counts"


def test_who_pairs_from_now_on_has_nothing_to_read_about_it(story, pair, ada):
    make.offer(make.agreement(ada, story), ada, story)
    assert "How an agreement" not in body(browser(ada)) + body(browser(ada), "/today/")


def test_a_standing_acceptance_is_listed_also_where_its_words_have_closed(story, pair, ada, ben):
    make.welcome_all(ada, ben, clock=story)
    theirs = make.agreement(ben, story, "Phones stay in the hall.")
    make.offer(theirs, ben, story)
    make.accept(make.open_revision(theirs, ada, story), ada, clock=story)
    sharing.take_back(theirs, by=ben, at=story.tick())
    (told,) = [line for line in lines(browser(ada)) if line.startswith("I accept")]
    assert "Phones" not in told
    client = browser(ada)
    assert "These words are not open at the moment, so this can only be taken back." in body(client)
    own = Yes.objects.get(kind="acceptance")
    story.tick()
    assert client.post("/yes/end/", {"yes": own.pk}).url == "/yes/"
    assert not [line for line in lines(client) if line.startswith("I accept")]


def test_what_is_open_to_me_is_closed_on_my_side_and_not_taken_back(story, pair, ada, ben):
    make.welcome_all(ada, ben, clock=story)
    make.offer(make.boundary(ben, story, "I hear it first."), ben, story)
    story.next_morning(pair)
    page = body(browser(ada))
    assert "Close it on my side" in page and "These words are not open" not in page
