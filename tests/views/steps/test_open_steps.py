"""Open steps: mornings, conditions, own words, Pause, changed words of the ladder, figures."""

import gzip
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest
from django.db import transaction

from couples import visibility
from couples.actions import records, sharing, steps, transactions
from couples.content import ladder
from couples.models import Opening, OwnLine, Pair, Record, User, Yes
from couples.rule import consent
from couples.rule.step_things import StepThing, group_thing, of_ladder
from tests.support import make
from tests.support.addresses import group, own_step
from tests.support.make import Clock
from tests.support.page_reader import on_any_day
from tests.support.step_answers import (
    NEAR,
    WALK,
    Browser,
    answer,
    answers_of,
    blanked,
    open_walk,
    opened,
    seen_on,
)

pytestmark = pytest.mark.django_db


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
        assert "An open step is not a promise" in page
        assert "never evidence of consent to an act" in page
        assert "Keep on our timeline" in page
        assert "Conditions" not in page


def test_an_open_group_is_told_to_both_and_leads_to_its_page(
    visit: Browser, bens: Browser, pair: Pair, ada: User, clock: Clock
) -> None:
    answer(visit, NEAR)
    answer(bens, NEAR)
    clock.next_morning(pair)
    assert "has been open to you both since 3 March 2026" in visit.main(NEAR)
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
    said = r"Saved\. This page stays blank, whatever you chose\. Your answer opens nothing before \w+, 7:00\."
    assert on_any_day(re.sub(said, "", visit.main(sets))).split() == on_any_day(mine).split()
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
    steps.pause(by=ben, at=clock.tick())
    assert visit.post(f"/steps/open/{opening.pk}/", answer="yes").status_code == 409
    assert visit.post(f"/steps/open/{opening.pk}/", answer="not_now").url == "/steps/"
    assert answers_of(ada, clock) == [("group", "")]


# --- Steps in the couple's own words ---


def own_words(by: User, pair: Pair, clock: Clock, what: str = "Tea on the back steps.", directed: str = "both") -> UUID:
    """The opening of a step that somebody wrote and offered, after a morning."""
    record = records.write("step", {"what": what, "directed": directed}, by=by, at=clock.tick())
    make.offer(record, by, clock)
    clock.next_morning(pair)
    return Opening.objects.get(kind="revision", revision__record=record).pk


def test_own_words_are_answered_like_any_step(
    visit: Browser, bens: Browser, pair: Pair, ben: User, ada: User, clock: Clock
) -> None:
    words = own_words(ben, pair, clock, directed="one")
    assert visit.get(own_step(words, "both")).status_code == 404
    for who in (visit, bens):
        assert "Tea on the back steps." in who.main(group("ours"))
        answer(who, group("ours"))
    answer(visit, own_step(words, "you"))
    answer(bens, own_step(words, "partner"))
    clock.next_morning(pair)
    page = f"/steps/open/{opened(ada, clock, 'step').pk}/"
    assert re.search(r"Who does it\s*You", visit.main(page))
    assert re.search(r"Who does it\s*Ada", bens.main(page))
    assert f'href="{own_step(words, "you")}"' in visit.get(page).content.decode()


def test_own_words_not_open_are_nobody_elses(
    visit: Browser, bens: Browser, pair: Pair, ben: User, clock: Clock
) -> None:
    words = own_words(ben, pair, clock)
    url = own_step(words, "both")
    assert visit.get(url).status_code == 200
    sharing.take_back(Record.objects.get(author=ben), by=ben, at=clock.tick())
    assert visit.get(url).status_code == bens.get(url).status_code == 404
    assert "Tea on the back steps." not in visit.main(group("ours"))


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
    make.changed(Yes.objects.filter(seat__person=ada, kind=consent.GROUP), ends_at=clock.at + timedelta(days=4))
    pages = ("/steps/", NEAR, WALK, f"/steps/open/{opening.pk}/", group("ours"))
    start, seen = clock.at, []
    for paused in (True, False):
        with another_world():
            clock.at = start + timedelta(days=3)
            if paused:
                steps.pause(by=ada, at=clock.tick())
            clock.at = start + timedelta(days=5, hours=1)
            transactions.settle_pair(Pair.objects.get(pk=pair.pk), clock.at)
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
    for answered in ladder.GROUPS:
        if answered.key not in groups:
            continue
        things = [
            of_ladder(step, doer)
            for step in ladder.steps_in(answered.key)
            for doer in (seats if step.directed else [None])
        ]
        for who in people:
            steps.answer_group(answered, True, by=who, at=clock.tick())
            for thing in things:
                steps.answer_step(thing, yes=True, by=who, at=clock.tick(seconds=1))


def test_the_pages_ask_few_questions_however_much_is_open(
    visit: Browser, bens: Browser, pair: Pair, ada: User, ben: User, clock: Clock
) -> None:
    opening = open_walk(visit, bens, pair, clock)
    own_words(ben, pair, clock, "A walk along the river.")
    pages = ("/steps/", NEAR, group("ours"), WALK, f"/steps/open/{opening.pk}/")
    few = [visit.queries(page) for page in pages]
    answer_all(("safety", "near", "touch"), (ada, ben), clock)
    own_words(ben, pair, clock)
    assert visibility.open_to(ada, clock.at).filter(kind="step").count() > 40
    assert [visit.queries(page) for page in pages] == few
    assert max(few) <= 10


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
