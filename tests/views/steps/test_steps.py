"""Steps: on and off, blank answers, directions, and nothing at all for somebody who left them off."""

import re

import pytest

from couples import visibility
from couples.actions import steps
from couples.content import ladder
from couples.models import HeldText, Opening, Pair, User, Yes
from couples.rule import consent
from couples.views._addresses import BEGINNINGS
from couples.views._drafts import writer_token
from tests.support import make
from tests.support.addresses import group, own_step, step, writing
from tests.support.make import Clock
from tests.support.page_reader import show_it
from tests.support.step_answers import (
    HAND_BEN,
    HAND_ME,
    MARKUP,
    NEAR,
    NOBODYS,
    WALK,
    Browser,
    answer,
    answers_of,
    blanked,
    open_walk,
    resolves,
    seen_on,
)
from tests.support.visits import Visit

pytestmark = pytest.mark.django_db


# --- The seven questions ---

SIGNALS = f"?begin={BEGINNINGS['signals']}"
PAGES = ["/steps/", group("safety"), group("ours"), NEAR, WALK, HAND_ME, HAND_BEN]
BUTTONS = ["/steps/on/", "/steps/off/", "/steps/pause/"]
MISSING = [
    "/steps/group/attic/",
    "/steps/nothing/both/",
    step("walk", "you"),
    step("walk", "partner"),
    step("open-hand", "both"),
    "/steps/open-hand/ben/",
    "/steps/group/near/",
    "/steps/walk/both/",
    f"/steps/{ladder.step_of('walk').code}/both/",
    own_step(NOBODYS, "both"),
    f"/steps/open/{NOBODYS}/",
    "/steps/open/not-an-id/",
    "/steps/own/1/both/",
    "/steps/walk/",
    "/steps/%00/both/",
]


@pytest.mark.parametrize("url", PAGES)
def test_each_page_opens_and_its_title_is_neutral(url: str, visit: Browser) -> None:
    page = visit.get(url)
    assert page.status_code == 200
    assert "<title>Steps</title>" in page.content.decode()


def test_before_an_answer_stands_what_wanting_being_willing_and_going_along_are(visit: Browser) -> None:
    page = visit.main(WALK)
    assert page.index("I would be going along") < page.index("Yes, with conditions")
    assert "Going along and not knowing are good reasons for “Not now”." in page


@pytest.mark.parametrize("url", PAGES)
def test_both_partners_read_the_same_page_but_for_the_direction(url: str, visit: Browser, bens: Browser) -> None:
    assert visit.get(url).status_code == bens.get(url).status_code == 200


@pytest.mark.parametrize("url", [*PAGES, *BUTTONS, f"/steps/open/{NOBODYS}/", own_step(NOBODYS, "both")])
def test_steps_need_a_signed_in_person(url: str, clock: Clock) -> None:
    page = Visit(None, clock).get(url)
    assert page.status_code == 302
    assert page.url.startswith("/accounts/")


@pytest.mark.parametrize("url", MISSING)
def test_what_does_not_exist_is_one_404_also_to_an_answer(url: str, visit: Browser) -> None:
    assert visit.get(url).status_code == 404
    assert visit.post(url, answer="yes", seen=str(NOBODYS)).status_code == 404


@pytest.mark.parametrize("url", [*PAGES, *BUTTONS])
def test_other_methods_are_refused(url: str, visit: Browser) -> None:
    assert visit.delete(url).status_code == 405


@pytest.mark.parametrize("url", BUTTONS)
def test_a_button_only_looked_at_does_nothing_and_says_so(url: str, visit: Browser, ada: User, clock: Clock) -> None:
    answer(visit, WALK)
    page = visit.get(url)
    assert page.url == "/steps/"
    assert "Nothing was done yet" in visit.main("/steps/")
    ada.refresh_from_db()
    assert ada.steps_on
    assert answers_of(ada, clock) == [("answer", "")]


def test_a_stranger_gets_404_for_what_is_open_between_two_people(
    visit: Browser, bens: Browser, pair: Pair, clock: Clock
) -> None:
    opening = open_walk(visit, bens, pair, clock)
    eve, cleo, dan = make.person("Eve"), make.person("Cleo"), make.person("Dan")
    make.pair(cleo, dan, clock)
    for who in (eve, cleo):
        steps.turn_on(by=who, at=clock.tick())
        for said in ("yes", "not_now"):
            stranger = Browser(who, clock)
            assert stranger.get(f"/steps/open/{opening.pk}/").status_code == 404
            assert stranger.post(f"/steps/open/{opening.pk}/", answer=said).status_code == 404
    assert visit.get(f"/steps/open/{opening.pk}/").status_code == 200


# --- Off ---


def test_while_off_every_address_of_steps_is_the_same_page(
    visit: Browser, bens: Browser, pair: Pair, clock: Clock
) -> None:
    opening = open_walk(visit, bens, pair, clock)
    visit.post("/steps/off/")
    visit.get("/steps/")  # reads the one message
    pages = [*PAGES, *(url for url in MISSING if resolves(url)), f"/steps/open/{opening.pk}/"]
    assert len(pages) > 11
    seen = {blanked(visit.get(url).content.decode()) for url in pages}
    assert len(seen) == 1
    (page,) = seen
    assert "Turn steps on" in page
    assert "Ben" not in page


def test_turning_off_takes_back_every_answer_and_closes_for_both(
    visit: Browser, bens: Browser, pair: Pair, ada: User, ben: User, clock: Clock
) -> None:
    opening = open_walk(visit, bens, pair, clock)
    assert bens.get(f"/steps/open/{opening.pk}/").status_code == 200
    visit.post("/steps/off/")
    assert answers_of(ada, clock) == []
    assert bens.get(f"/steps/open/{opening.pk}/").status_code == 404
    assert "A walk side by side" not in bens.main("/steps/")


def test_a_partner_with_steps_off_sees_nothing_of_them(visit: Browser, clock: Clock, pair: Pair, ben: User) -> None:
    bens = Browser(ben, clock)
    before = blanked(bens.get("/steps/").content.decode())
    steps.turn_off(by=ben, at=clock.tick())
    off = blanked(bens.get("/steps/").content.decode())
    answer(visit, NEAR)
    answer(visit, WALK, "conditions", conditions="By the river.")
    clock.next_morning(pair)
    assert blanked(bens.get("/steps/").content.decode()) == off != before
    assert list(visibility.open_to(ben, clock.at).filter(kind__in=visibility.STEP_KINDS)) == []


def test_conditions_sent_while_off_are_handed_back(visit: Browser, ada: User, clock: Clock) -> None:
    steps.turn_off(by=ada, at=clock.tick())
    page = visit.post(WALK, answer="conditions", conditions="By the river.")
    assert page.status_code == 409
    assert "By the river." in page.content.decode()
    assert answers_of(ada, clock) == []


def test_turning_on_twice_is_turning_on(ada: User, clock: Clock, pair: Pair) -> None:
    steps.turn_off(by=ada, at=clock.tick())
    visit = Browser(ada, clock)
    for _ in range(2):
        assert visit.post("/steps/on/").url == "/steps/"
    assert "Turn steps off" in visit.main("/steps/")


def test_somebody_alone_reads_the_steps_and_answers_none(ada: User, clock: Clock) -> None:
    visit = Browser(ada, clock)
    for url in PAGES:
        page = visit.get(url).content.decode()
        assert 'name="answer"' not in page
        assert "Pause" not in page
    assert "Your partner can lay one hand" in visit.main(HAND_BEN)
    page = visit.post(WALK, answer="conditions", conditions="By the river.")
    assert page.status_code == 409
    assert "By the river." in page.content.decode()


# --- Blank answers ---


@pytest.mark.parametrize("url", [WALK, HAND_ME, HAND_BEN, NEAR])
def test_an_answer_page_comes_up_blank_whatever_was_answered(url: str, visit: Browser, ada: User, clock: Clock) -> None:
    blank = blanked(visit.get(url).content.decode())
    for said in ("yes", "not_now", "yes"):
        answer(visit, url, said)
        assert "Saved. This page stays blank" in visit.main(url)
        assert blanked(visit.get(url).content.decode()) == blank
    assert len(answers_of(ada, clock)) == 1


def test_conditions_do_not_come_back_to_the_page(visit: Browser, ada: User, clock: Clock) -> None:
    answer(visit, WALK, "conditions", conditions="By the river.")
    assert "By the river." not in visit.get(WALK).content.decode()
    assert answers_of(ada, clock) == [("answer", "conditions")]


def test_yes_and_not_now_weigh_the_same(visit: Browser) -> None:
    for url in (WALK, NEAR):
        page = visit.get(url).content.decode()
        assert set(re.findall(r'<button[^>]*class="([^"]*)" name="answer"', page)) == {"btn"}


@pytest.mark.parametrize("url", [WALK, NEAR])
def test_the_partner_learns_nothing_of_an_answer(
    url: str, visit: Browser, bens: Browser, pair: Pair, clock: Clock
) -> None:
    pages = ("/steps/", NEAR, WALK)
    before = [blanked(bens.get(page).content.decode()) for page in pages]
    answer(visit, url)
    clock.next_morning(pair)
    assert [blanked(bens.get(page).content.decode()) for page in pages] == before


@pytest.mark.parametrize("url", [WALK, NEAR])
def test_a_double_press_is_one_answer(url: str, visit: Browser, ada: User, clock: Clock) -> None:
    fields = {"seen": seen_on(visit, url), "answer": "yes"}
    for _ in range(2):
        assert visit.post(url, **fields).status_code == 302
    assert Yes.objects.filter(seat__person=ada, kind__in=(consent.GROUP, consent.ANSWER)).count() == 1


# --- Bad input ---


def test_a_plain_yes_never_drops_conditions(visit: Browser, ada: User, clock: Clock) -> None:
    page = visit.post(WALK, seen=seen_on(visit, WALK), answer="yes", conditions="By the river.").content.decode()
    assert "a plain yes leaves them out" in page
    assert "By the river." in page
    assert answers_of(ada, clock) == []


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"answer": "conditions"}, "Write your conditions first"),
        ({"answer": "conditions", "conditions": " \x00\n "}, "Write your conditions first"),
        ({"answer": "conditions", "conditions": "x" * 4001}, "at most 4000"),
        ({"answer": "", "conditions": "By the river."}, "Choose one of the buttons below"),
        ({"answer": "<b>", "conditions": "By the river."}, "Choose one of the buttons below"),
    ],
)
def test_bad_input_is_told_kindly_and_kept(
    fields: dict[str, str], said: str, visit: Browser, ada: User, clock: Clock
) -> None:
    answered = visit.post(WALK, seen=seen_on(visit, WALK), **fields)
    page = answered.content.decode()
    assert answered.status_code == 200
    assert said in page
    assert fields.get("conditions", "").strip("\x00\n ") in page
    assert answers_of(ada, clock) == []


def test_markup_and_control_characters_are_words(visit: Browser, ada: User, clock: Clock) -> None:
    answer(visit, WALK, "conditions", conditions=f"{MARKUP}\x00\x07\r\nשלום")
    row = Yes.objects.get(seat__person=ada, kind=consent.ANSWER)
    assert row.words == {"conditions": f"{MARKUP}\x07\nשלום"}


def test_not_now_works_whatever_else_the_page_says(visit: Browser, ada: User, clock: Clock) -> None:
    for url in (WALK, NEAR):
        answer(visit, url)
        said = visit.post(url, seen="nonsense", answer="not_now", conditions="x" * 5000)
        assert said.status_code == 302
    assert answers_of(ada, clock) == []


@pytest.mark.parametrize("seen", ["", "nonsense", str(NOBODYS)])
def test_a_yes_to_words_not_seen_is_refused_kindly(seen: str, visit: Browser, ada: User, clock: Clock) -> None:
    page = visit.post(WALK, seen=seen, answer="conditions", conditions="By the river.")
    assert page.status_code == 409
    assert "had changed meanwhile" in page.content.decode()
    assert "By the river." in page.content.decode()
    assert visit.post(NEAR, seen=seen, answer="yes").status_code == 409
    assert answers_of(ada, clock) == []


def test_sending_again_after_a_stale_page_counts(visit: Browser, ada: User, clock: Clock) -> None:
    page = visit.post(WALK, seen=str(NOBODYS), answer="yes").content.decode()
    found = re.search(r'name="seen" value="([^"]+)"', page)
    assert found
    assert visit.post(WALK, seen=found[1], answer="yes").status_code == 302
    assert answers_of(ada, clock) == [("answer", "")]


def test_conditions_survive_a_lapsed_session(visit: Browser, ada: User, clock: Clock) -> None:
    fields = {"seen": seen_on(visit, WALK), "writer": writer_token(ada), "conditions": "By the river."}
    Visit(None, clock).post(WALK, answer="conditions", **fields)
    page = visit.get(WALK).content.decode()
    assert "By the river." not in page  # answer pages come up blank
    assert "By the river." in visit.get(show_it(page)).content.decode()
    answer(visit, WALK, "conditions", conditions="By the river.")
    assert not HeldText.objects.exists()


def test_an_answer_without_words_is_not_held_as_if_it_had_some(visit: Browser, ada: User, clock: Clock) -> None:
    Visit(None, clock).post(WALK, answer="not_now", conditions="", writer=writer_token(ada))
    assert "Unfinished" not in visit.main(WALK)
    assert not HeldText.objects.exists()


# --- Directions ---


def test_a_directed_step_exists_once_per_doer_with_the_right_names(visit: Browser, bens: Browser) -> None:
    assert "You can lay one hand on the table" in visit.main(HAND_ME)
    assert "Ben may touch it" in visit.main(HAND_ME)
    assert "Ben can lay one hand on the table" in visit.main(HAND_BEN)
    assert "Ada can lay one hand on the table" in bens.main(HAND_BEN)
    assert "For Ada: to find out" in bens.main(HAND_ME)
    assert seen_on(visit, HAND_ME) == seen_on(bens, HAND_BEN) != seen_on(visit, HAND_BEN)


def test_yeses_to_two_directions_never_meet(visit: Browser, bens: Browser, pair: Pair, clock: Clock) -> None:
    for who in (visit, bens):
        answer(who, group("touch"))
        answer(who, HAND_ME)  # each as the one who does it
    clock.next_morning(pair)
    assert not Opening.objects.filter(kind="step").exists()


@pytest.mark.parametrize("before", [(), ("boundary", "step")])  # by classes, or single kinds as before
def test_turning_steps_off_ends_a_therapists_admission_to_steps(
    ada: User, ben: User, pair: Pair, clock: Clock, before: tuple[str, ...]
) -> None:
    faye, card = make.therapist("Faye", clock)
    make.introduce(faye, ada, clock)
    make.admit(card, ada, ben, clock=clock, kinds=before)
    clock.next_morning(pair)
    admitted = visibility.admitted_kinds(faye, pair, clock.at)
    assert "step" in visibility.admitted_kinds(faye, pair, clock.at)
    steps.turn_off(by=ben, at=clock.tick())
    assert visibility.admitted_kinds(faye, pair, clock.tick()) == admitted - {"step"}


# --- Signals of a couple's own ---


def test_signals_of_their_own_begin_as_an_agreement_of_which_nothing_is_saved(ada: User, clock: Clock) -> None:
    visit = Visit(ada, clock)
    page = visit.get("/steps/").content.decode()
    address = writing("agreement", SIGNALS)
    assert address in page
    begun = visit.get(address).content.decode()
    assert all(word in begun for word in ("Green means", "Yellow means", "Red means", "nobody asks why"))
    assert not visibility.mine(ada).exists()


def test_signals_begin_nothing_for_somebody_without_steps_or_in_another_kind(ada: User, clock: Clock) -> None:
    eve = Visit(make.person("Eve"), clock)
    assert "Yellow" not in eve.get(writing("agreement", SIGNALS)).content.decode()
    assert "Yellow" not in Visit(ada, clock).get(writing("boundary", SIGNALS)).content.decode()


# --- Words that changed for everybody ---


def test_new_words_are_told_the_same_whatever_somebody_had_answered(
    visit: Browser, bens: Browser, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ladder, "REWORDED", clock.at.date())
    answer(visit, WALK, "yes")
    told = "we made the words of all steps and groups plainer"
    clock.tick(days=1)
    answered, never = (seen.get("/steps/").content.decode() for seen in (visit, bens))
    assert told in answered and told in never
    clock.tick(days=32)
    assert told not in visit.get("/steps/").content.decode()


def test_steps_that_can_be_done_from_two_places_say_so(visit: Browser) -> None:
    page = visit.get(NEAR).content.decode()
    assert page.count("You can do this from two places.") == 5
