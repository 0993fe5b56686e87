"""Breaches: what saving one takes back, what its opening ends for both, and the repair page beside it."""

import re
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from couples import visibility
from couples.actions import records, sharing, steps
from couples.models import Opening, Record, User, Yes
from couples.models.yeses import standing
from couples.rule import consent
from tests.support import make
from tests.support.addresses import writing
from tests.support.couple_and_therapist import Looking, both_step
from tests.support.page_reader import Reading
from tests.support.visits import Visit

pytestmark = pytest.mark.django_db

WRITE = writing("breach")
NOT_ASKED = "You do not have to offer it."
YOU_NEED_NOT = "Your partner would read this. You need not share it."
STOP = "I no longer accept this agreement"


def standing_of(it: Looking, who: User, *kinds: str) -> set[str]:
    """Which of these kinds of yes of this person stand."""
    at = max(it.clock.at, visibility.seat_of(who).pair.settled_until)
    return set(Yes.objects.filter(standing(at), seat__person=who, kind__in=kinds).values_list("kind", flat=True))


def breach(it: Looking, by: User, about: str, answers: Any = None) -> Record:
    words = {"happened": "It went on after I said stop.", **({"about": about} if about else {})}
    return records.write("breach", words, by=by, at=it.clock.tick(), answers=answers)


def in_force(it: Looking) -> Opening | None:
    return visibility.open_to(it.ada, it.clock.at).filter(kind="agreement").first()


def opens(it: Looking, record: Record, by: User) -> Opening:
    make.offer(record, by, it.clock)
    it.clock.next_morning(it.pair)
    return make.open_revision(record, it.ben if by == it.ada else it.ada, it.clock)


# --- A limit or a safe word was passed over ---


@pytest.mark.parametrize("about", ["limit", ""], ids=["said so", "left open"])
def test_keeping_a_note_of_a_passed_limit_takes_back_all_its_authors_answers_and_nobody_elses(
    it: Looking, about: str
) -> None:
    both_step(it)
    if about:
        it.post(it.ada, WRITE, once=uuid4(), happened="It went on after I said stop.", about=about, act="keep")
    else:
        breach(it, it.ada, about)  # as a note could be written before: by now the form asks for one of three
    assert not standing_of(it, it.ada, *consent.ANSWERS)
    assert standing_of(it, it.ben, *consent.ANSWERS) == {"group", "answer"}, "saving does nothing to the other"
    assert not visibility.open_to(it.ben, it.clock.at).filter(kind__in=visibility.STEP_KINDS).exists()


def test_one_of_three_has_to_be_chosen_and_none_is_preselected(it: Looking) -> None:
    it.agree(it.ben, it.ada, "Phones stay in the hall.")
    agreement = in_force(it)
    assert agreement is not None
    for address in (WRITE, f"{WRITE}?about={agreement.pk}"):
        page = it.get(it.ada, address).content.decode()
        assert len(re.findall(r'<input type="radio" name="about"', page)) == 3
        assert not re.search(r'name="about"[^>]*checked', page)
    page = it.post(it.ada, WRITE, once=uuid4(), happened="It went on.").content.decode()
    assert "Choose one of these." in page and "It went on." in page
    assert not visibility.mine(it.ada).filter(kind="breach").exists()


@pytest.mark.parametrize(("about", "closed"), [("limit", True), ("agreement", False), ("else", False)])
def test_only_a_crossed_limit_takes_answers_back_and_the_answer_says_so_whatever_there_was(
    it: Looking, about: str, closed: bool
) -> None:
    """Saved by somebody who answered steps, and by somebody who turned them on and answered none: the same words."""
    both_step(it)
    steps.pause(by=it.ben, at=it.clock.tick())
    for who in (it.ada, it.ben):
        sent = {"once": uuid4(), "happened": "It went on.", "about": about, "act": "keep"}
        visit = Visit(who, it.clock)
        page = visit.get(visit.post(WRITE, **sent).url).content.decode()
        assert ("Kept for yourself. Your answers on steps are closed." in page) is closed
    assert ("answer" in standing_of(it, it.ada, "answer")) is not closed


def test_what_still_changes_something_stands_equal_on_its_authors_page(it: Looking) -> None:
    it.agree(it.ben, it.ada, "Phones stay in the hall.")
    agreement = in_force(it)
    assert agreement is not None
    steps.turn_on(by=it.ada, at=it.clock.tick())
    pause, leave = "Pause all steps", "Leave everything as it is"
    for about, answers, wanted in (
        ("agreement", agreement.revision, [pause, STOP, leave]),
        ("agreement", None, [pause, leave]),
        ("else", None, [pause, leave]),
        ("limit", agreement.revision, [STOP, leave]),
        ("limit", None, []),
    ):
        record = breach(it, it.ada, about, answers)
        page = it.get(it.ada, f"/mine/{record.pk}/").content.decode()
        section = page.partition('id="now"')[2].partition("</section>")[0]
        assert re.findall(r'<(?:button|a) class="btn"[^>]*>([^<]+)<', section) == wanted, about


def test_new_words_that_tell_of_a_passed_limit_take_them_back_too(it: Looking) -> None:
    both_step(it)
    record = breach(it, it.ada, "agreement")
    assert standing_of(it, it.ada, "answer") == {"answer"}, "an agreement that was not kept takes no step back"
    sent = {"seen": "1", "happened": "It went on.", "about": "limit"}
    assert it.post(it.ada, f"/mine/{record.pk}/revise/", **sent).status_code == 302
    assert not standing_of(it, it.ada, *consent.ANSWERS)


def test_when_it_opens_the_answers_of_both_end_also_those_given_since(it: Looking) -> None:
    thing = both_step(it)
    record = breach(it, it.ada, "limit")
    make.offer(record, it.ada, it.clock)
    for who in (it.ada, it.ben):
        steps.answer_step(thing, yes=True, by=who, at=it.clock.tick())
    it.clock.next_morning(it.pair)
    assert make.open_revision(record, it.ben, it.clock)
    for who in (it.ada, it.ben):
        assert not standing_of(it, who, *consent.ANSWERS)
        assert not visibility.open_to(who, it.clock.at).filter(kind__in=visibility.STEP_KINDS).exists()


def test_at_one_morning_a_breach_comes_before_a_step_that_would_open_with_it(it: Looking) -> None:
    thing = both_step(it)
    for who in (it.ada, it.ben):
        steps.answer_step(thing, yes=False, by=who, at=it.clock.tick())
    record = breach(it, it.ben, "limit")
    make.offer(record, it.ben, it.clock)
    before = Opening.objects.filter(pair=it.pair, kind="step").count()
    for who in (it.ada, it.ben):
        steps.answer_group(_first_group(), True, by=who, at=it.clock.tick())
        steps.answer_step(thing, yes=True, by=who, at=it.clock.tick())
    it.clock.next_morning(it.pair)
    assert make.open_revision(record, it.ada, it.clock)
    assert Opening.objects.filter(pair=it.pair, kind="step").count() == before


def _first_group() -> Any:
    from couples.content.ladder import GROUPS

    return GROUPS[0]


def test_an_agreement_is_not_touched_by_a_passed_limit(it: Looking) -> None:
    it.agree(it.ada, it.ben, "Phones stay in the hall.")
    opens(it, breach(it, it.ada, "limit"), it.ada)
    assert in_force(it) is not None


# --- An agreement was not kept ---


def test_saving_it_ends_nothing_and_offers_to_stop_being_held_which_works_at_once(it: Looking) -> None:
    it.agree(it.ben, it.ada, "Phones stay in the hall.")
    agreement = in_force(it)
    assert agreement is not None
    sent = {"happened": "The phone lay by the bed.", "agreement": str(agreement.pk), "once": uuid4()}
    sent["about"] = "agreement"
    assert it.post(it.ada, WRITE, **sent).status_code == 302
    record = visibility.mine(it.ada).get(kind="breach")
    assert agreement.revision is not None
    assert (record.chain, record.answers_id) == (agreement.revision.record.chain, agreement.revision_id)
    assert in_force(it) is not None
    page = it.get(it.ada, f"/mine/{record.pk}/").content.decode()
    assert (
        STOP in page and YOU_NEED_NOT in page and "Kept for yourself" not in it.get(it.ada, "/ours/").content.decode()
    )
    before = it.main_of(it.ben, "/mine/")
    assert it.post(it.ada, f"/mine/{record.pk}/stop-being-held/").status_code == 302
    assert in_force(it) is None
    assert standing_of(it, it.ben, "acceptance") == {"acceptance"}, "nobody but its presser is touched"
    assert it.main_of(it.ben, "/mine/") == before
    assert STOP in it.get(it.ada, f"/mine/{record.pk}/").content.decode(), "the page tells nobody what was pressed"


def test_when_it_opens_no_acceptance_given_before_counts_and_new_ones_of_both_do(it: Looking) -> None:
    words = it.agree(it.ben, it.ada, "Phones stay in the hall.")
    agreement = in_force(it)
    assert agreement is not None
    opened = opens(it, breach(it, it.ada, "agreement", agreement.revision), it.ada)
    assert in_force(it) is None
    assert not standing_of(it, it.ada, "acceptance") and not standing_of(it, it.ben, "acceptance")
    it.days_later(3)
    assert in_force(it) is None
    page = Reading(it.get(it.ben, f"/ours/{opened.pk}/").content.decode())
    assert "needs a new yes from each" in page.main
    version = make.open_revision(words, it.ada, it.clock)
    assert f"/ours/{version.pk}/" in page.links
    sharing.accept(version, by=it.ada, at=it.clock.tick())
    it.clock.next_morning(it.pair)
    assert in_force(it) is None, "one new yes is not enough"
    sharing.accept(version, by=it.ben, at=it.clock.tick())
    it.clock.next_morning(it.pair)
    assert in_force(it) is not None


def test_taking_the_breach_back_later_revives_nothing(it: Looking) -> None:
    it.agree(it.ben, it.ada, "Phones stay in the hall.")
    agreement = in_force(it)
    assert agreement is not None
    record = breach(it, it.ada, "agreement", agreement.revision)
    opens(it, record, it.ada)
    sharing.take_back(record, by=it.ada, at=it.clock.tick())
    it.days_later(2)
    assert in_force(it) is None


def test_a_breach_that_never_opens_ends_nothing_of_the_other(it: Looking) -> None:
    it.agree(it.ben, it.ada, "Phones stay in the hall.")
    sharing.welcome(consent.HEAVY, sharing.NOT_NOW, by=it.ben, at=it.clock.tick())
    agreement = in_force(it)
    assert agreement is not None
    make.offer(breach(it, it.ada, "agreement", agreement.revision), it.ada, it.clock)
    it.days_later(3)
    assert in_force(it) is not None


def test_another_agreement_stays_in_force(it: Looking) -> None:
    it.agree(it.ben, it.ada, "Phones stay in the hall.")
    agreement = in_force(it)
    it.agree(it.ada, it.ben, "We call when late.")
    assert agreement is not None
    opens(it, breach(it, it.ada, "agreement", agreement.revision), it.ada)
    left = visibility.open_to(it.ada, it.clock.at).filter(kind="agreement")
    assert [row.revision.words["does"] for row in left] == ["We call when late."]


# --- The form ---


def test_only_agreements_in_force_between_the_two_can_be_named(it: Looking) -> None:
    it.agree(it.ben, it.ada, "Phones stay in the hall.")
    agreement = in_force(it)
    assert agreement is not None
    assert "Phones stay in the hall." in it.get(it.ada, WRITE).content.decode()
    assert "Which agreement of ours" not in it.get(it.eve, WRITE).content.decode()
    sheet = Reading(it.get(it.ada, f"/ours/{agreement.pk}/").content.decode())
    assert f"{WRITE}?about={agreement.pk}" in sheet.links
    chosen = f'value="{agreement.pk}" selected'
    assert chosen in it.get(it.ada, f"{WRITE}?about={agreement.pk}").content.decode()
    for odd in ("x", str(uuid4()), "%00"):
        assert it.get(it.ada, f"{WRITE}?about={odd}").status_code == 200


def test_an_agreement_that_ended_meanwhile_is_refused_kindly_and_nothing_written_is_lost(it: Looking) -> None:
    it.agree(it.ben, it.ada, "Phones stay in the hall.")
    it.agree(it.ada, it.ben, "We call when late.")
    ended = visibility.open_to(it.ada, it.clock.at).filter(kind="agreement").order_by("opened_at").first()
    assert ended is not None and ended.revision_id is not None
    sharing.no_longer_accept(ended.revision_id, by=it.ben, at=it.clock.tick())
    sent = {"happened": "The phone lay by the bed.", "agreement": str(ended.pk), "once": uuid4()}
    page = it.post(it.ada, WRITE, **sent).content.decode()
    assert "no longer in force" in page and "The phone lay by the bed." in page
    assert not visibility.mine(it.ada).filter(kind="breach").exists()


def test_the_back_button_with_another_agreement_writes_another_breach(it: Looking) -> None:
    it.agree(it.ben, it.ada, "Phones stay in the hall.")
    it.agree(it.ada, it.ben, "We call when late.")
    once = uuid4()
    for agreement in visibility.open_to(it.ada, it.clock.at).filter(kind="agreement"):
        for _twice in range(2):
            it.post(it.ada, WRITE, happened="Not kept.", about="agreement", agreement=str(agreement.pk), once=once)
    found = visibility.mine(it.ada).filter(kind="breach")
    assert len({record.chain for record in found}) == found.count() == 2


def test_a_token_of_another_form_loses_nothing(it: Looking) -> None:
    once = uuid4()
    it.post(it.ada, writing("boundary"), limit="Quiet.", once=once)
    assert it.post(it.ada, WRITE, happened="The phone lay by the bed.", about="else", once=once).status_code == 302
    assert {record.kind for record in visibility.mine(it.ada)} == {"boundary", "breach"}


def test_it_says_before_an_offer_that_it_need_not_be_shared(it: Looking) -> None:
    assert NOT_ASKED in it.get(it.ada, WRITE).content.decode()
    assert NOT_ASKED not in it.get(it.ada, writing("boundary")).content.decode()
    assert NOT_ASKED not in it.get(it.eve, WRITE).content.decode(), "there is nobody to share it with"


@pytest.mark.parametrize("on", [True, False], ids=["steps on", "steps off"])
def test_steps_are_named_only_to_a_person_who_turned_them_on(it: Looking, on: bool) -> None:
    for who in (it.ada, it.ben):
        if on:
            steps.turn_on(by=who, at=it.clock.tick())
    record = breach(it, it.ada, "limit")
    opened = opens(it, record, it.ada)
    for who, url in ((it.ada, WRITE), (it.ada, f"/mine/{record.pk}/"), (it.ben, f"/ours/{opened.pk}/")):
        assert ("answers" in Reading(it.get(who, url).content.decode()).main) is on, url


# --- The repair page ---


def test_a_repair_page_is_offered_for_a_broken_agreement_and_never_for_a_passed_limit(it: Looking) -> None:
    repair = writing("repair")
    for about, offered in (("agreement", True), ("limit", False), ("else", False)):
        record = breach(it, it.ada, about)
        opened = opens(it, record, it.ada)
        for who, url in (
            (it.ada, f"/mine/{record.pk}/"),
            (it.ben, f"/ours/{opened.pk}/"),
            (it.ada, f"/ours/{opened.pk}/"),
        ):
            page = Reading(it.get(who, url).content.decode())
            assert (repair in page.links) is offered, (about, url)
            assert ("Support comes first" in page.main) is (about == "limit")


def test_a_repair_page_asks_for_nothing(it: Looking) -> None:
    page = Reading(it.get(it.ada, writing("repair")).content.decode()).main.casefold()
    assert not any(word in page for word in ("forgive", "pardon", "sorry", "trust me", "apolog"))
    for part in ("what happened", "how it landed", "what i own", "what i will do differently"):
        assert part in page


def test_an_author_who_erases_a_breach_leaves_what_it_ended_ended(it: Looking) -> None:
    from couples.actions import erasure

    it.agree(it.ben, it.ada, "Phones stay in the hall.")
    agreement = in_force(it)
    assert agreement is not None
    record = breach(it, it.ada, "agreement", agreement.revision)
    opens(it, record, it.ada)
    erasure.erase_record(record, by=it.ada, at=it.clock.tick())
    it.clock.tick(minutes=int(timedelta(days=2).total_seconds() // 60))
    assert in_force(it) is None
