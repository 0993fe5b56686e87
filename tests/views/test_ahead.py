"""What lies ahead: the next session, and proposals to both. All of it is before both partners, alike."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from couples import visibility
from couples.actions import records, sessions, steps, therapy
from couples.models import Proposal, TherapySession, User, Yes
from tests.support import make
from tests.support.addresses import part, writing
from tests.support.couple_and_therapist import Looking, further
from tests.support.page_reader import Reading, show_it, words_not_ours

pytestmark = pytest.mark.django_db

TEXT = "Each of us says by eight when the evening changes."


@further
def it(it: Looking) -> None:
    it.let_in()


def main(it: Looking, who: User, path: str) -> str:
    return Reading(it.get(who, path).content.decode()).main


def ahead(it: Looking, act: str = "", **sent: Any) -> Any:
    return it.post(it.faye, f"{it.room}ahead/{act}", **sent)


def set_session(
    it: Looking, day: str = "2026-04-02", begins: str = "10:00", minutes: str = "60", repeats: str = "0"
) -> Any:
    return ahead(it, "session/", day=day, begins=begins, minutes=minutes, repeats=repeats)


def propose(it: Looking, **sent: Any) -> Any:
    return ahead(it, "propose/", once=uuid4(), **sent)


# --- The next session ---


def test_a_session_is_shown_to_each_by_their_own_clocks(it: Looking) -> None:
    User.objects.filter(pk=it.ben.pk).update(time_zone="Asia/Tokyo")
    assert set_session(it).status_code == 302
    assert "Thursday 2 April 2026, 10:00" in main(it, it.ada, "/agenda/")
    assert "Thursday 2 April 2026, 17:00" in main(it, it.ben, "/agenda/")
    for who, url in ((it.faye, it.room), (it.ada, it.mirror), (it.ben, it.mirror)):
        assert "Thursday 2 April 2026, 10:00 (Europe/Berlin)" in main(it, who, url), (
            "the mirror is the therapist's page"
        )
    assert "Thursday 2 April 2026, 10:00" in main(it, it.faye, "/room/")


def test_a_new_time_takes_the_place_of_the_one_that_was_set(it: Looking) -> None:
    set_session(it)
    set_session(it, day="2026-04-09")
    assert TherapySession.objects.count() == 1
    assert "9 April" in main(it, it.ada, "/agenda/") and "2 April" not in main(it, it.ada, "/agenda/")


def test_calling_off_is_success_twice(it: Looking) -> None:
    set_session(it)
    for _twice in range(2):
        assert ahead(it, "call-off/").status_code == 302
    assert "next session" not in main(it, it.ada, "/agenda/")


@pytest.mark.parametrize(
    ("sent", "status", "said"),
    [
        ({"day": "2026-01-01"}, 409, "has already passed"),
        ({"day": ""}, 200, "Choose a day."),
        ({"day": "soon"}, 200, "Write a day like"),
        ({"day": "2199-01-01"}, 200, "within a year"),
        ({"begins": "25:00"}, 200, "choose a time from the list"),
        ({"minutes": "7"}, 200, "choose a length from the list"),
    ],
)
def test_what_cannot_be_is_refused_kindly(it: Looking, sent: dict[str, str], status: int, said: str) -> None:
    answer = set_session(it, **sent)
    assert (answer.status_code, said in answer.content.decode()) == (status, True)
    assert not TherapySession.objects.exists()


def test_it_can_be_taken_into_ones_own_calendar_under_a_neutral_name(it: Looking) -> None:
    set_session(it)
    session = TherapySession.objects.get()
    for who, url in ((it.ada, f"/agenda/{session.pk}/calendar/"), (it.faye, f"{it.room}calendar/")):
        file = it.get(who, url).content.decode()
        assert "SUMMARY:Time kept" in file and "DTSTART;TZID=Europe/Berlin:20260402T100000" in file
        assert not any(name in file for name in ("Ada", "Ben", "Faye", "therap"))
    assert it.get(it.eve, f"/agenda/{session.pk}/calendar/").status_code == 404


def test_a_session_that_was_moved_is_the_same_event_in_a_calendar_and_each_has_an_event_of_their_own(
    it: Looking,
) -> None:
    def uid(who: User) -> str:
        (session,) = TherapySession.objects.all()
        file = it.get(who, f"{it.room}calendar/" if who == it.faye else f"/agenda/{session.pk}/calendar/").content
        return file.decode().partition("\nUID:")[2].splitlines()[0]

    set_session(it)
    before = {who: uid(who) for who in (it.ada, it.ben, it.faye)}
    set_session(it, day="2026-04-09", begins="11:00")
    assert {who: uid(who) for who in before} == before
    assert len(set(before.values())) == 3
    it.clock.tick(days=50)
    set_session(it, day="2026-06-04")
    assert TherapySession.objects.count() == 2, "what has been is not moved"


def test_nobody_sees_it_once_either_has_ended_access(it: Looking) -> None:
    set_session(it)
    session = TherapySession.objects.get()
    therapy.end_access(it.faye, by=it.ben, at=it.clock.tick())
    for who in (it.ada, it.ben):
        assert "2 April" not in main(it, who, "/agenda/")
        assert it.get(who, f"/agenda/{session.pk}/calendar/").status_code == 404
    for path in ("", "ahead/", "session/", "sheet/", "calendar/"):
        assert it.get(it.faye, it.room + path).status_code == 404
    assert "April" not in main(it, it.faye, "/room/")
    assert set_session(it).status_code == 404


def test_the_list_begins_with_who_comes_next_and_then_goes_by_name(it: Looking) -> None:
    others = [make.person(name) for name in ("Abe", "Zoe", "Cara", "Dora")]
    for one, other, day in ((others[0], others[1], None), (others[2], others[3], 3)):
        pair = make.pair(one, other, it.clock)
        make.introduce(it.faye, one, it.clock)
        make.admit(it.card, one, other, clock=it.clock)
        it.clock.next_morning(pair)
        if day:
            sessions.set_session(pair, it.clock.at + timedelta(days=day), 60, by=it.faye, at=it.clock.tick())
    set_session(it, day="2026-05-04")
    page = main(it, it.faye, "/room/")
    places = [page.index(name) for name in ("Cara and Dora", "Ada and Ben", "Abe and Zoe")]
    assert places == sorted(places)


def test_a_yes_can_end_with_the_next_session_as_it_is_set_when_it_is_given(it: Looking) -> None:
    set_session(it)
    record = make.boundary(it.ada, it.clock)
    assert it.post(it.ada, f"/mine/{record.pk}/offer/", seen="1", ends="session").status_code == 302
    session = TherapySession.objects.get()
    (offer,) = Yes.objects.filter(kind="offer")
    assert offer.ends_at == session.ends_at
    set_session(it, day="2026-04-09")
    assert Yes.objects.get(pk=offer.pk).ends_at == session.ends_at, "a later change moves no yes"


def test_a_day_that_is_filled_in_counts_whatever_is_chosen_beside_it(it: Looking) -> None:
    set_session(it)
    record = make.boundary(it.ada, it.clock)
    it.post(it.ada, f"/mine/{record.pk}/offer/", seen="1", ends="session", ends_day="2026-03-20")
    (offer,) = Yes.objects.filter(kind="offer")
    assert offer.ends_at.date() < TherapySession.objects.get().starts_at.date()


def test_without_a_session_that_end_is_refused_kindly_and_nothing_written_is_lost(it: Looking) -> None:
    sent = {"limit": "Knock first.", "ends": "session", "act": "offer", "once": uuid4()}
    answer = it.post(it.ada, writing("boundary"), **sent)
    page = answer.content.decode()
    assert answer.status_code == 409 and "No session is set right now" in page and "Knock first." in page
    assert not visibility.mine(it.ada).exists()


# --- A series ---


def moved(it: Looking, which: int = 0) -> str:
    """The address of a session of a series, as the page leads to it."""
    links = Reading(it.get(it.faye, f"{it.room}ahead/").content.decode()).links
    return [link for link in links if link.startswith(f"{it.room}ahead/") and len(link) > len(it.room) + 20][which]


def test_a_series_is_shown_to_each_by_their_own_clocks_also_where_the_clocks_change(it: Looking) -> None:
    User.objects.filter(pk=it.ben.pk).update(time_zone="America/New_York")
    set_session(it, day="2026-10-22", repeats="1")
    for day in ("22 October", "29 October", "5 November"):
        assert f"{day} 2026, 10:00" in main(it, it.ada, "/agenda/")
    for told in ("22 October 2026, 04:00", "29 October 2026, 05:00", "5 November 2026, 04:00"):
        assert told in main(it, it.ben, "/agenda/"), "the clocks of Europe change a week before those of America"
    assert "every week" in main(it, it.ada, "/agenda/")
    assert "22 October 2026, 10:00 (Europe/Berlin)" in main(it, it.faye, it.room)


def test_one_of_them_is_moved_or_called_off_on_a_page_of_its_own(it: Looking) -> None:
    set_session(it, repeats="2")
    address = moved(it, 1)
    page = it.get(it.faye, address).content.decode()
    assert "16 April 2026, 10:00" in page and 'value="2026-04-16"' in page
    assert it.post(it.faye, address, day="2026-04-17", begins="11:00", minutes="90").status_code == 302
    for who, url in ((it.faye, f"{it.room}ahead/"), (it.ada, "/agenda/"), (it.ben, "/agenda/")):
        page = main(it, who, url)
        assert "17 April 2026, 11:00" in page and "16 April" not in page and "30 April" in page
    assert it.post(it.faye, f"{address}off/").status_code == 302
    for who, url in ((it.faye, f"{it.room}ahead/"), (it.ada, "/agenda/"), (it.ben, "/agenda/")):
        assert "17 April 2026, 11:00" in main(it, who, url) and "called off" in main(it, who, url)
    assert "Set this one again" in main(it, it.faye, address)


@pytest.mark.parametrize(
    ("sent", "status", "said"),
    [
        ({"day": "2026-01-01"}, 409, "has already passed"),
        ({"day": "soon"}, 200, "Write a day like"),
        ({"begins": "25:00"}, 200, "choose a time from the list"),
    ],
)
def test_a_move_that_cannot_be_is_refused_kindly(it: Looking, sent: dict[str, str], status: int, said: str) -> None:
    set_session(it, repeats="1")
    answer = it.post(it.faye, moved(it), **{"day": "2026-04-03", "begins": "10:00", "minutes": "60", **sent})
    assert (answer.status_code, said in answer.content.decode()) == (status, True)
    assert "2 April 2026, 10:00" in main(it, it.ada, "/agenda/")


def test_how_often_is_one_of_three(it: Looking) -> None:
    answer = ahead(it, "session/", day="2026-04-02", begins="10:00", minutes="60", repeats="3")
    assert answer.status_code == 200 and "one of the three" in answer.content.decode()
    assert not TherapySession.objects.exists()


def test_past_sessions_are_listed_to_all_three_a_page_at_a_time(it: Looking) -> None:
    set_session(it, day="2026-03-05", repeats="1")
    assert "Sessions that have been" not in main(it, it.ada, "/agenda/")
    it.days_later(7 * 12)
    make.admit(it.card, it.ada, it.ben, clock=it.clock)
    for who, url in ((it.faye, f"{it.room}ahead/"), (it.ada, "/agenda/"), (it.ben, "/agenda/")):
        page = it.get(who, url).content.decode()
        been = page.partition("Sessions that have been")[2]
        assert "21 May 2026, 10:00" in been and "19 March" in been and "5 March" not in been
        (earlier,) = (link for link in Reading(page).links if link.startswith("?past="))
        rest = it.get(who, url + earlier).content.decode().partition("Sessions that have been")[2]
        assert "5 March 2026, 10:00" in rest and "19 March" not in rest


def test_a_yes_until_the_next_session_ends_with_the_next_of_a_series(it: Looking) -> None:
    set_session(it, repeats="1")
    it.days_later(33)
    record = make.boundary(it.ada, it.clock)
    assert it.post(it.ada, f"/mine/{record.pk}/offer/", seen="1", ends="session").status_code == 302
    assert Yes.objects.get(kind="offer").ends_at.date().isoformat() == "2026-04-09"


# --- Since the last session ---


def test_what_opened_since_the_last_session_stands_on_a_page_of_its_own(it: Looking) -> None:
    it.open_boundary(it.ada, "From before.")
    sessions.set_session(it.pair, it.clock.at + timedelta(hours=26), 60, by=it.faye, at=it.clock.tick())
    assert part("since") not in it.get(it.faye, it.room).content.decode(), "there was none yet"
    it.days_later(2)
    it.open_boundary(it.ben, "From after.")
    whole = it.get(it.faye, it.room).content.decode()
    assert "Since the last session" in whole and "From before." in whole
    page = main(it, it.faye, f"{it.room}{part('since')}")
    assert "From after." in page and "From before." not in page
    assert "What opened since the session of" in page and "Everything on one page" in page
    assert it.main_of(it.faye, f"{it.room}{part('since')}") == it.main_of(it.ada, f"{it.mirror}{part('since')}")


def test_setting_the_next_one_while_one_is_on_loses_neither(it: Looking) -> None:
    sessions.set_session(it.pair, it.clock.at + timedelta(hours=26), 60, by=it.faye, at=it.clock.tick())
    it.days_later(2)
    sessions.set_session(it.pair, it.clock.at + timedelta(minutes=5), 180, by=it.faye, at=it.clock.tick())
    it.clock.tick(minutes=20)
    set_session(it, day="2026-05-04")
    page = main(it, it.faye, it.room)
    assert "Since the last session" in page and "4 May" not in page.split("Since the last session")[0]
    assert "4 May 2026" in main(it, it.faye, f"{it.room}ahead/")
    ahead(it, "call-off/")
    assert TherapySession.objects.count() == 2
    assert "For your own calendar" not in main(it, it.faye, f"{it.room}ahead/")


def test_without_a_last_session_it_is_the_whole_page(it: Looking) -> None:
    it.open_boundary(it.ada, "From before.")
    assert it.main_of(it.faye, f"{it.room}{part('since')}") == it.main_of(it.faye, it.room)


# --- Proposals ---


def test_a_proposal_is_before_both_in_the_same_words_and_can_be_taken_up_or_not(it: Looking) -> None:
    propose(it, text=TEXT)
    propose(it, page="1")
    pages = {it.main_of(who, "/agenda/") for who in (it.ada, it.ben)}
    assert len(pages) == 1 and TEXT.encode() in pages.pop()
    (draft,) = (link for link in Reading(it.get(it.ada, "/agenda/").content.decode()).links if "proposed=" in link)
    assert TEXT in it.get(it.ada, draft).content.decode()
    assert not visibility.mine(it.ada).exists(), "nothing is saved by looking"
    before = main(it, it.faye, f"{it.room}ahead/")
    it.post(it.ada, writing("agreement"), does=TEXT, once=uuid4())
    assert main(it, it.faye, f"{it.room}ahead/") == before, "nobody learns who took it up"
    assert b"proposed=" in it.get(it.ben, "/agenda/").content


def test_a_proposed_draft_is_nothing_to_anybody_else(it: Looking) -> None:
    propose(it, text=TEXT)
    address = writing("agreement", f"?proposed={Proposal.objects.get().pk}")
    assert TEXT not in it.get(it.eve, address).content.decode()
    therapy.end_access(it.faye, by=it.ben, at=it.clock.tick())
    assert TEXT not in it.get(it.ada, address).content.decode()
    assert TEXT not in it.get(it.ada, "/agenda/").content.decode()


def test_its_words_lie_sealed(it: Looking) -> None:
    propose(it, text=TEXT)
    proposal = Proposal.objects.get()
    assert proposal.words == {"does": TEXT}
    assert TEXT.encode() not in bytes(proposal.__dict__["words"])


def test_steps_are_proposed_only_to_a_couple_that_admits_to_steps_and_shown_only_where_they_are_on(it: Looking) -> None:
    steps.turn_on(by=it.ada, at=it.clock.tick())
    assert propose(it, step="hello").status_code == 302
    assert "A step to look at" in main(it, it.ada, "/agenda/")
    assert "A step to look at" not in main(it, it.ben, "/agenda/")
    make.admit(it.card, it.ada, clock=it.clock, kinds=("boundary",))
    it.clock.next_morning(it.pair)
    assert 'name="step"' not in it.get(it.faye, f"{it.room}ahead/").content.decode()
    assert propose(it, step="hello").status_code == 200
    assert Proposal.objects.count() == 1


@pytest.mark.parametrize("sent", [{}, {"page": "1", "text": TEXT}, {"page": "nothing-of-this-name"}, {"step": "none"}])
def test_exactly_one_thing_is_proposed_at_a_time_and_nothing_typed_is_lost(it: Looking, sent: dict[str, str]) -> None:
    answer = propose(it, **sent)
    assert answer.status_code == 200 and not Proposal.objects.exists()
    assert sent.get("text", "") in answer.content.decode()


def test_the_same_form_twice_proposes_once_and_taking_back_works_at_once(it: Looking) -> None:
    once = uuid4()
    for _twice in range(2):
        assert ahead(it, "propose/", text=TEXT, once=once).status_code == 302
    proposal = Proposal.objects.get()
    for _twice in range(2):
        assert ahead(it, f"{proposal.pk}/withdraw/").status_code == 302
    assert TEXT not in it.get(it.ada, "/agenda/").content.decode()


def test_the_couple_finds_earlier_proposals_a_page_at_a_time(it: Looking) -> None:
    for n in range(13):
        propose(it, text=f"Words number {n}.")
    page = it.get(it.ada, "/agenda/").content.decode()
    assert "Words number 12." in page and "Words number 2." not in page
    (earlier,) = (link for link in Reading(page).links if link.startswith("?proposed="))
    assert "Words number 2." in it.get(it.ada, f"/agenda/{earlier}").content.decode()


def test_the_same_form_with_other_words_is_another_proposal(it: Looking) -> None:
    once = uuid4()
    for text in ("First words.", "Better words."):
        ahead(it, "propose/", text=text, once=once)
    assert {proposal.words["does"] for proposal in Proposal.objects.all()} == {"First words.", "Better words."}


def test_what_was_typed_comes_back_after_signing_in_again(it: Looking) -> None:
    records.hold_text(f"{it.room}ahead/propose/", {"text": [TEXT]}, by=it.faye, at=it.clock.at)
    for page in (f"{it.room}ahead/", f"{it.room}ahead/propose/"):
        told = it.get(it.faye, page).content.decode()
        assert TEXT not in told and TEXT in it.get(it.faye, show_it(told)).content.decode()
    records.let_go_of_held_text(records.held_without_id(f"{it.room}ahead/propose/", it.faye), by=it.faye)
    assert it.get(it.faye, f"{it.room}ahead/propose/").status_code == 302


def test_another_therapist_cannot_touch_what_this_one_set(it: Looking) -> None:
    propose(it, text=TEXT)
    set_session(it)
    gus, card = make.therapist("Gus", it.clock)
    make.introduce(gus, it.ada, it.clock)
    make.admit(card, it.ada, it.ben, clock=it.clock)
    it.clock.next_morning(it.pair)
    it.post(gus, f"{it.room}ahead/{Proposal.objects.get().pk}/withdraw/")
    it.post(gus, f"{it.room}ahead/call-off/")
    assert Proposal.objects.exists() and TherapySession.objects.exists()
    assert TEXT not in it.get(gus, f"{it.room}ahead/").content.decode()


def test_its_words_press_nobody(it: Looking) -> None:
    propose(it, page="1")
    set_session(it)
    for who, url in ((it.faye, f"{it.room}ahead/"), (it.ada, "/agenda/")):
        assert not words_not_ours(main(it, who, url))
