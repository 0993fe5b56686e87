"""Steps: blank answers, conditions, mornings, Pause, and nothing at all for somebody who left them off."""

import gzip
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import transaction
from django.urls import Resolver404, resolve

from couples import consent, ladder, visibility
from couples.models import HeldText, Opening, OwnLine, Pair, Record, User, Yes
from couples.steps import StepThing, group_thing, of_ladder
from couples.verbs import settling, sharing, stepping, writing
from couples.views.stale import writer_token
from tests import make
from tests.make import Clock
from tests.visits import Visit

pytestmark = pytest.mark.django_db

WALK = "/steps/walk/both/"
HAND_ME, HAND_BEN = "/steps/open-hand/you/", "/steps/open-hand/partner/"
NEAR = "/steps/group/near/"
NOBODYS = UUID("3f1c9e0a-5a3b-4c53-8f53-0d0f6d1c2b3a")  # the id of nothing
MARKUP = '<script>alert(1)</script> & "quotes"'


class Browser(Visit):
    """A browser whose owner signs in again on every visit: these stories go on for days."""

    def __init__(self, who: User, clock: Clock) -> None:
        super().__init__(who, clock)
        self.who = who

    def main(self, url: str, **query: str) -> str:
        """The text of the page inside <main>, on one line."""
        return " ".join(super().main(url, **query).split())

    def queries(self, url: str) -> int:
        """How many questions the page asks, signing in not counted."""
        self.get(url)
        self._sign_in = lambda: None
        try:
            return super().queries(url)
        finally:
            del self._sign_in

    def delete(self, url: str) -> Any:
        """The answer to a method that no page here has."""
        return self._at(lambda: self.client.delete(url))

    def _sign_in(self) -> None:
        self.client.force_login(self.who)

    def _at(self, act: Callable[[], Any]) -> Any:
        return super()._at(lambda: (self._sign_in(), act())[1])


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def ada(clock: Clock) -> User:
    ada = make.person("Ada")
    stepping.turn_on(by=ada, at=clock.tick())
    return ada


@pytest.fixture
def ben(clock: Clock) -> User:
    ben = make.person("Ben")
    stepping.turn_on(by=ben, at=clock.tick())
    return ben


@pytest.fixture
def pair(ada: User, ben: User, clock: Clock) -> Pair:
    """Ada and Ben, both with steps turned on, welcome everything."""
    pair = make.pair(ada, ben, clock)
    make.welcome_all(ada, ben, clock=clock)
    clock.tick(hours=3)
    return pair


@pytest.fixture
def visit(ada: User, pair: Pair, clock: Clock) -> Browser:
    """Ada's browser, in a pair with Ben."""
    return Browser(ada, clock)


@pytest.fixture
def bens(ben: User, pair: Pair, clock: Clock) -> Browser:
    return Browser(ben, clock)


def seen_on(visit: Browser, url: str) -> str:
    """What the page's form says that its reader saw."""
    found = re.search(r'name="seen" value="([^"]+)"', visit.get(url).content.decode())
    assert found, url
    return found[1]


def answer(visit: Browser, url: str, answer: str = "yes", **fields: str) -> None:
    """Answer a step or a group as a person would: open its page, press a button."""
    said = visit.post(url, seen=seen_on(visit, url), answer=answer, **fields)
    assert said.status_code == 302, said.content.decode()


def answers_of(who: User, clock: Clock) -> list[tuple[str, str]]:
    kinds = (consent.GROUP, consent.ANSWER, consent.TERMS)
    return sorted((yes.kind, yes.choice) for yes in visibility.yeses_of(who, clock.at).filter(kind__in=kinds))


def opened(who: User, clock: Clock, kind: str) -> Opening:
    return visibility.open_to(who, clock.at).get(kind=kind)


def open_walk(visit: Browser, bens: Browser, pair: Pair, clock: Clock) -> Opening:
    """Both say yes to the group and the walk, and a morning goes by."""
    for who in (visit, bens):
        answer(who, NEAR)
        answer(who, WALK)
    clock.next_morning(pair)
    return Opening.objects.get(pair=pair, kind="step")


def resolves(url: str) -> bool:
    try:
        return bool(resolve(url))
    except Resolver404:
        return False


def blanked(page: str) -> str:
    """The page without what is random in every answer."""
    return re.sub(r'name="(csrfmiddlewaretoken|writer)" value="[^"]*"', "", page)


# --- The seven questions ---

PAGES = ["/steps/", "/steps/group/safety/", "/steps/group/ours/", NEAR, WALK, HAND_ME, HAND_BEN]
BUTTONS = ["/steps/on/", "/steps/off/", "/steps/pause/"]
MISSING = [
    "/steps/group/attic/",
    "/steps/nothing/both/",
    "/steps/walk/you/",
    "/steps/walk/partner/",
    "/steps/open-hand/both/",
    "/steps/open-hand/ben/",
    f"/steps/own/{NOBODYS}/both/",
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


@pytest.mark.parametrize("url", PAGES)
def test_both_partners_read_the_same_page_but_for_the_direction(url: str, visit: Browser, bens: Browser) -> None:
    assert visit.get(url).status_code == bens.get(url).status_code == 200


@pytest.mark.parametrize("url", [*PAGES, *BUTTONS, f"/steps/open/{NOBODYS}/", f"/steps/own/{NOBODYS}/both/"])
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
        stepping.turn_on(by=who, at=clock.tick())
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
    assert len(pages) > 14
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
    stepping.turn_off(by=ben, at=clock.tick())
    off = blanked(bens.get("/steps/").content.decode())
    answer(visit, NEAR)
    answer(visit, WALK, "conditions", conditions="By the river.")
    clock.next_morning(pair)
    assert blanked(bens.get("/steps/").content.decode()) == off != before
    assert list(visibility.open_to(ben, clock.at).filter(kind__in=visibility.STEP_KINDS)) == []


def test_conditions_sent_while_off_are_handed_back(visit: Browser, ada: User, clock: Clock) -> None:
    stepping.turn_off(by=ada, at=clock.tick())
    page = visit.post(WALK, answer="conditions", conditions="By the river.")
    assert page.status_code == 409
    assert "By the river." in page.content.decode()
    assert answers_of(ada, clock) == []


def test_turning_on_twice_is_turning_on(ada: User, clock: Clock, pair: Pair) -> None:
    stepping.turn_off(by=ada, at=clock.tick())
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
    assert "a plain yes would not carry them" in page
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
    assert row.words == {"conditions": f"{MARKUP}\nשלום"}


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
    assert "was not the newest any more" in page.content.decode()
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
    assert "By the river." in page
    assert "not saved yet" in page
    answer(visit, WALK, "conditions", conditions="By the river.")
    assert not HeldText.objects.exists()


def test_an_answer_without_words_is_not_held_as_if_it_had_some(visit: Browser, ada: User, clock: Clock) -> None:
    Visit(None, clock).post(WALK, answer="not_now", conditions="", writer=writer_token(ada))
    page = visit.main(WALK)
    assert "Nothing was done yet" in page
    assert "It is below" not in page


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
        answer(who, "/steps/group/touch/")
        answer(who, HAND_ME)  # each as the one who does it
    clock.next_morning(pair)
    assert not Opening.objects.filter(kind="step").exists()


# --- Opening ---


def test_a_step_opens_on_a_morning_for_both(visit: Browser, bens: Browser, pair: Pair, clock: Clock) -> None:
    answer(visit, WALK)  # answers work before the group is open
    answer(visit, NEAR)
    answer(bens, NEAR)
    answer(bens, WALK)
    assert "A walk side by side" not in visit.main("/steps/")
    clock.next_morning(pair)
    opening = Opening.objects.get(pair=pair, kind="step")
    for who in (visit, bens):
        assert "A walk side by side" in who.main("/steps/")
        page = who.main(f"/steps/open/{opening.pk}/")
        assert "An open step promises nothing" in page
        assert "never evidence of consent to an act" in page
        assert "Keep on our timeline" in page
        assert "Conditions" not in page


def test_an_open_group_is_told_to_both_and_leads_to_its_page(
    visit: Browser, bens: Browser, pair: Pair, ada: User, clock: Clock
) -> None:
    answer(visit, NEAR)
    answer(bens, NEAR)
    clock.next_morning(pair)
    assert "is open between you since 3 March 2026" in visit.main(NEAR)
    assert visit.get(f"/steps/open/{opened(ada, clock, 'group').pk}/").url == NEAR


def test_a_step_with_conditions_from_end_to_end(
    visit: Browser, bens: Browser, pair: Pair, ada: User, ben: User, clock: Clock
) -> None:
    for who in (visit, bens):
        answer(who, NEAR)
    answer(visit, WALK, "conditions", conditions="By the river.")
    answer(bens, WALK, "yes")
    clock.next_morning(pair)
    sets = f"/steps/open/{opened(ada, clock, 'conditions').pk}/"
    for who in (visit, bens):
        who.get("/steps/")  # reads the messages of the answers
    mine, his = visit.main(sets), bens.main(sets)
    assert re.search(r"Your conditions\s*By the river\.\s*Conditions of Ben\s*None", mine)
    assert re.search(r"Your conditions\s*None\.\s*Conditions of Ada\s*By the river", his)
    assert "Keep on our timeline" not in mine
    assert not visibility.open_to(ada, clock.at).filter(kind="step").exists()

    assert visit.post(sets, answer="yes").status_code == 302
    assert visit.main(sets).replace("Saved. This page stays blank, whatever you chose.", "").split() == mine.split()
    clock.next_morning(pair)
    assert not visibility.open_to(ada, clock.at).filter(kind="step").exists()

    assert bens.post(sets, answer="yes").status_code == 302
    clock.next_morning(pair)
    page = f"/steps/open/{opened(ada, clock, 'step').pk}/"
    for who in (visit, bens):
        assert "By the river." in who.main(page)
        assert who.main("/steps/").count("A walk side by side") == 1  # the step, not the sets beside it
    bens.post(page, answer="not_now")
    assert visit.get(page).status_code == visit.get(sets).status_code == 404
    assert answers_of(ben, clock) == [("group", "")]
    assert ("terms", "") in answers_of(ada, clock)


def test_changed_conditions_close_the_old_ones(
    visit: Browser, bens: Browser, pair: Pair, ada: User, clock: Clock
) -> None:
    for who in (visit, bens):
        answer(who, NEAR)
        answer(who, WALK, "conditions", conditions="By day.")
    clock.next_morning(pair)
    sets = f"/steps/open/{opened(ada, clock, 'conditions').pk}/"
    assert f'href="{WALK}"' in visit.get(sets).content.decode()
    answer(visit, WALK, "conditions", conditions="At noon.")
    assert bens.get(sets).status_code == 404
    assert bens.post(sets, answer="yes").status_code == 409
    assert "At noon." not in bens.main("/steps/")


def test_yes_on_an_open_step_renews_and_opens_nothing_anew(
    visit: Browser, bens: Browser, pair: Pair, ada: User, clock: Clock
) -> None:
    opening = open_walk(visit, bens, pair, clock)
    assert visit.post(f"/steps/open/{opening.pk}/", answer="yes").status_code == 302
    row = Yes.objects.get(seat__person=ada, kind=consent.ANSWER)
    assert row.ends_at - clock.at > consent.STEP_ENDS_AFTER - timedelta(minutes=1)
    clock.next_morning(pair)
    assert Opening.objects.filter(pair=pair, kind="step").count() == 1


def test_an_open_page_without_a_choice_does_nothing(visit: Browser, bens: Browser, pair: Pair, clock: Clock) -> None:
    opening = open_walk(visit, bens, pair, clock)
    assert visit.post(f"/steps/open/{opening.pk}/").status_code == 302
    assert bens.get(f"/steps/open/{opening.pk}/").status_code == 200


def test_not_now_on_a_page_that_closed_meanwhile_still_takes_the_answer_back(
    visit: Browser, bens: Browser, pair: Pair, ada: User, ben: User, clock: Clock
) -> None:
    opening = open_walk(visit, bens, pair, clock)
    stepping.pause(by=ben, at=clock.tick())
    assert visit.post(f"/steps/open/{opening.pk}/", answer="yes").status_code == 409
    assert visit.post(f"/steps/open/{opening.pk}/", answer="not_now").url == "/steps/"
    assert answers_of(ada, clock) == [("group", "")]


# --- Steps in the couple's own words ---


def own_words(by: User, pair: Pair, clock: Clock, what: str = "Tea on the back steps.", directed: str = "both") -> UUID:
    """The opening of a step that somebody wrote and offered, after a morning."""
    record = writing.write("step", {"what": what, "directed": directed}, by=by, at=clock.tick())
    make.offer(record, by, clock)
    clock.next_morning(pair)
    return Opening.objects.get(kind="revision", revision__record=record).pk


def test_own_words_are_answered_like_any_step(
    visit: Browser, bens: Browser, pair: Pair, ben: User, ada: User, clock: Clock
) -> None:
    words = own_words(ben, pair, clock, directed="one")
    url = f"/steps/own/{words}"
    assert visit.get(f"{url}/both/").status_code == 404
    for who in (visit, bens):
        assert "Tea on the back steps." in who.main("/steps/group/ours/")
        answer(who, "/steps/group/ours/")
    answer(visit, f"{url}/you/")
    answer(bens, f"{url}/partner/")
    clock.next_morning(pair)
    page = f"/steps/open/{opened(ada, clock, 'step').pk}/"
    assert re.search(r"Who does it\s*You", visit.main(page))
    assert re.search(r"Who does it\s*Ada", bens.main(page))
    assert f'href="{url}/you/"' in visit.get(page).content.decode()


def test_own_words_not_open_are_nobody_elses(
    visit: Browser, bens: Browser, pair: Pair, ben: User, clock: Clock
) -> None:
    words = own_words(ben, pair, clock)
    url = f"/steps/own/{words}/both/"
    assert visit.get(url).status_code == 200
    sharing.take_back(Record.objects.get(author=ben), by=ben, at=clock.tick())
    assert visit.get(url).status_code == bens.get(url).status_code == 404
    assert "Tea on the back steps." not in visit.main("/steps/group/ours/")


# --- Pause ---


def test_pause_closes_for_both_at_the_next_request(
    visit: Browser, bens: Browser, pair: Pair, ada: User, clock: Clock
) -> None:
    opening = open_walk(visit, bens, pair, clock)
    bens.get("/steps/")
    assert visit.post("/steps/pause/").url == "/steps/"
    assert answers_of(ada, clock) == []
    for who in (bens, visit):
        assert who.get(f"/steps/open/{opening.pk}/").status_code == 404
        assert "A walk side by side" not in who.main("/steps/")


def test_a_double_press_of_pause_is_one_line_on_my_path(visit: Browser, ada: User) -> None:
    for _ in range(2):
        assert visit.post("/steps/pause/").status_code == 302
    assert OwnLine.objects.filter(owner=ada, kind=OwnLine.PAUSED).count() == 1


@contextmanager
def another_world() -> Iterator[None]:
    """What happens inside is undone afterwards."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def test_pause_looks_to_the_partner_like_a_lapse(
    visit: Browser, bens: Browser, pair: Pair, ada: User, ben: User, clock: Clock
) -> None:
    opening = open_walk(visit, bens, pair, clock)
    for url in (WALK, NEAR):  # Ben renews what Ada lets lapse
        clock.tick(days=1)
        answer(bens, url)
    Yes.objects.filter(seat__person=ada, kind=consent.GROUP).update(ends_at=clock.at + timedelta(days=4))
    pages = ("/steps/", NEAR, WALK, f"/steps/open/{opening.pk}/", "/steps/group/ours/")
    start, seen = clock.at, []
    for paused in (True, False):
        with another_world():
            clock.at = start + timedelta(days=3)
            if paused:
                stepping.pause(by=ada, at=clock.tick())
            clock.at = start + timedelta(days=5, hours=1)
            settling.settle_pair(Pair.objects.get(pk=pair.pk), clock.at)
            seen.append([blanked(bens.get(page).content.decode()) for page in pages])
            clock.at = start
    assert seen[0] == seen[1]
    assert "A walk side by side" not in seen[0][0]


# --- The words of the ladder ---


def reword(monkeypatch: pytest.MonkeyPatch, key: str, **changes: str) -> StepThing:
    """The ladder with one step in other words."""
    old = ladder.step_of(key)
    new = replace(old, **changes)
    monkeypatch.setattr(ladder, "STEPS", tuple(new if step is old else step for step in ladder.STEPS))
    monkeypatch.setitem(ladder._BY_KEY, key, new)
    return of_ladder(new, None)


def test_changed_words_of_a_step_void_every_answer_to_the_old_ones(
    visit: Browser, bens: Browser, pair: Pair, ada: User, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    opening = open_walk(visit, bens, pair, clock)
    old = seen_on(visit, WALK)
    new = reword(monkeypatch, "walk", how_long="An hour.")
    assert visit.get(f"/steps/open/{opening.pk}/").status_code == 404
    assert "A walk side by side" not in visit.main("/steps/")
    page = visit.post(WALK, seen=old, answer="conditions", conditions="By the river.")
    assert page.status_code == 409
    assert "By the river." in page.content.decode()
    assert "An hour." in page.content.decode()
    assert not Yes.objects.filter(thing=new.thing).exists()
    assert visit.post(f"/steps/open/{opening.pk}/", answer="not_now").url == "/steps/"
    assert answers_of(ada, clock) == [("group", "")]


def test_changed_words_of_a_group_need_a_new_yes(
    visit: Browser, ada: User, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = seen_on(visit, NEAR)
    near = ladder.GROUPS[1]
    monkeypatch.setattr(ladder, "GROUPS", (ladder.GROUPS[0], replace(near, about="Other words."), *ladder.GROUPS[2:]))
    assert visit.post(NEAR, seen=old, answer="yes").status_code == 409
    assert seen_on(visit, NEAR) == str(group_thing(ladder.GROUPS[1]))
    assert answers_of(ada, clock) == []


# --- Figures ---


def answer_all(groups: tuple[str, ...], people: tuple[User, ...], clock: Clock) -> None:
    """Both say yes to every step of these groups in every direction."""
    seats = [visibility.seat_of(who).pk for who in people]
    for group in ladder.GROUPS:
        if group.key not in groups:
            continue
        things = [
            of_ladder(step, doer)
            for step in ladder.steps_in(group.key)
            for doer in (seats if step.directed else [None])
        ]
        for who in people:
            stepping.answer_group(group, True, by=who, at=clock.tick())
            for thing in things:
                stepping.answer_step(thing, yes=True, by=who, at=clock.tick(seconds=1))


def test_the_pages_ask_few_questions_however_much_is_open(
    visit: Browser, bens: Browser, pair: Pair, ada: User, ben: User, clock: Clock
) -> None:
    opening = open_walk(visit, bens, pair, clock)
    pages = ("/steps/", NEAR, "/steps/group/ours/", WALK, f"/steps/open/{opening.pk}/")
    few = [visit.queries(page) for page in pages]
    answer_all(("safety", "near", "touch"), (ada, ben), clock)
    own_words(ben, pair, clock)
    assert visibility.open_to(ada, clock.at).filter(kind="step").count() > 40
    assert [visit.queries(page) for page in pages] == few
    assert max(few) <= 8


def test_the_list_goes_on_by_a_token_and_stays_light(
    visit: Browser, pair: Pair, ada: User, ben: User, clock: Clock
) -> None:
    answer_all(("safety", "near", "touch"), (ada, ben), clock)
    clock.next_morning(pair)
    url, seen = "/steps/", []
    for _ in range(10):
        page = visit.get(url).content.decode()
        assert len(gzip.compress(page.encode(), 9)) <= 6000
        seen += re.findall(r'href="(/steps/(?:open/[^"]+)/)"', page)
        older = re.search(r'href="(\?after=[^"]+)"', page)
        if older is None:
            break
        url = f"/steps/{older[1]}"
    assert len(seen) == len(set(seen)) == visibility.open_to(ada, clock.at).count()


@pytest.mark.parametrize("token", ["nonsense", "WyJhIl0:zzz"])
def test_a_forged_token_starts_at_the_beginning(token: str, visit: Browser) -> None:
    assert visit.get("/steps/", after=token).status_code == 200
