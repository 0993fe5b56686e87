"""A therapist's card: when it comes and leaves, who can take it off or back, and what ends with it."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import transaction
from hypothesis import given
from hypothesis import strategies as st

from couples import visibility
from couples.actions import erasure, pairing, records, sessions, sharing, therapy, transactions
from couples.content.refusals import Refused
from couples.models import Card, Introduction, LookingDay, TakenOff, TherapySession, User, Yes
from couples.models.yeses import standing
from couples.presenters import own_yeses
from couples.rule import cards, consent
from tests.support import make
from tests.support.couple_and_therapist import Looking
from tests.support.page_reader import Reading
from tests.test_stop import statements

pytestmark = pytest.mark.django_db

BERLIN = "Europe/Berlin"
CAME = datetime(2026, 3, 2, 18, 5, tzinfo=UTC)
DAY = timedelta(days=1)
NAME = "Dr. Faye"


def on_page(it: Looking, who: User) -> bool:
    """Whether the card stands on this person's page."""
    return "We have not checked this person." in it.get(who, "/glass/").content.decode()


def admissions(it: Looking, who: User) -> int:
    return Yes.objects.filter(standing(it.clock.at), seat__person=who, kind=consent.ADMISSION).count()


def listed(it: Looking, who: User) -> int:
    """How many admissions stand on this person's page of their own yeses."""
    seat = visibility.seat_of(who)
    return own_yeses.listed(who, it.clock.at, seat).filter(kind=consent.ADMISSION).count()


# --- The calendar, pure ---


def test_a_card_stays_for_thirty_days_and_goes_a_night_before_a_morning() -> None:
    leaves = cards.leaves_at(CAME, [], BERLIN)
    assert leaves is not None
    assert timedelta(days=30) <= leaves - CAME < timedelta(days=31)
    assert consent.morning_after(leaves, BERLIN) == leaves + consent.NIGHT == cards.ends_with_it(leaves)


def test_an_admission_of_both_keeps_it_until_thirty_days_after_its_end() -> None:
    ended = CAME + 100 * DAY
    leaves = cards.leaves_at(CAME, [(CAME + DAY, ended)], BERLIN)
    assert leaves is not None and ended + 30 * DAY <= leaves < ended + 31 * DAY
    assert cards.leaves_at(CAME, [(CAME + DAY, None)], BERLIN) is None


def test_what_begins_when_it_has_left_does_not_bring_it_back() -> None:
    first = cards.leaves_at(CAME, [], BERLIN)
    assert cards.leaves_at(CAME, [(CAME + 40 * DAY, CAME + 40 * DAY)], BERLIN) == first
    assert cards.leaves_at(CAME, [(CAME + 40 * DAY, None)], BERLIN) == first


def test_what_was_before_a_therapist_came_anew_counts_only_so_far_as_it_goes_on() -> None:
    kept = [(CAME - 9 * DAY, CAME - DAY), (CAME - 9 * DAY, CAME + DAY), (CAME - 9 * DAY, None)]
    assert cards.after(CAME, kept) == [(CAME, CAME + DAY), (CAME, None)]


@given(st.integers(0, 60 * 24 * 800), st.sampled_from([BERLIN, "America/New_York", "Pacific/Apia", "Asia/Kathmandu"]))
def test_whatever_is_said_before_it_leaves_has_had_its_morning_when_it_has_gone(minutes: int, zone: str) -> None:
    leaves = cards.leaves_at(CAME + timedelta(minutes=minutes), [], zone)
    assert leaves is not None
    said = leaves - timedelta(microseconds=1)
    first_door = next(morning for morning in mornings(said, zone) if said <= morning - consent.NIGHT)
    assert first_door == cards.ends_with_it(leaves)


def mornings(at: datetime, zone: str) -> Any:
    while True:
        at = consent.morning_after(at, zone)
        yield at


# --- By the calendar, on the pages ---


def test_a_card_that_nobody_admits_leaves_both_pages_after_thirty_days(it: Looking) -> None:
    it.clock.tick(days=29)
    assert on_page(it, it.ada) and on_page(it, it.ben)
    it.clock.tick(days=2)
    assert not on_page(it, it.ada) and not on_page(it, it.ben)


def test_what_one_alone_had_said_ends_with_the_card_and_moves_nothing_for_the_other(it: Looking) -> None:
    """Two worlds: Ada admitted, or did not. Ben's page is the same to the byte on every day."""
    told = []
    for admits in (True, False):
        begun = it.clock.at
        with rolled_back():
            if admits:
                make.admit(it.card, it.ada, clock=it.clock)
            it.clock.at = begun + timedelta(hours=1)
            seen = []
            for _ in range(40):
                it.days_later(1)
                seen += [it.bytes_of(it.ben, page) for page in ("/glass/", "/ours/", "/agenda/")]
            told.append(seen)
            if admits:
                assert admissions(it, it.ada) == listed(it, it.ada) == 0
                assert Yes.objects.filter(kind=consent.ADMISSION).exists()
        it.clock.at = begun
    assert told[0] == told[1]


@contextmanager
def rolled_back() -> Iterator[None]:
    """One of two worlds: what is done in it is undone."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def test_an_admission_that_ended_with_its_card_is_not_listed_before_that_is_stored(it: Looking) -> None:
    make.admit(it.card, it.ada, clock=it.clock, kinds=("boundary",))
    assert listed(it, it.ada) == 1
    it.clock.tick(days=32)
    assert admissions(it, it.ada) == 1, "no act and no server's clock came by"
    assert listed(it, it.ada) == 0
    it.days_later(0)
    assert admissions(it, it.ada) == 0
    (yes,) = Yes.objects.filter(kind=consent.ADMISSION)
    assert yes.is_signed() and yes.closed_at is not None
    assert yes.closed_at == consent.morning_after(yes.closed_at - timedelta(seconds=1), it.pair.time_zone)


def test_a_card_stays_while_both_admit_and_thirty_days_longer(it: Looking) -> None:
    it.let_in("boundary")
    it.days_later(60)
    assert on_page(it, it.ada) and on_page(it, it.ben)
    therapy.end_access(it.faye, by=it.ben, at=it.clock.tick())
    it.days_later(29)
    assert on_page(it, it.ada) and on_page(it, it.ben)
    assert admissions(it, it.ada) == 1
    it.days_later(3)
    assert not on_page(it, it.ada) and not on_page(it, it.ben)
    assert admissions(it, it.ada) == 0, "with a card the admissions to it end"


def test_a_card_that_has_left_cannot_be_admitted_and_ending_still_works(it: Looking) -> None:
    make.admit(it.card, it.ada, clock=it.clock)
    it.clock.tick(days=32)
    with pytest.raises(Refused) as refused:
        make.admit(it.card, it.ben, clock=it.clock)
    assert refused.value.code == "stale"
    prefix = f"c{it.card.pk.hex[:8]}"
    fields = {f"{prefix}-classes": ["everyday"], f"{prefix}-ends": "usual"}
    answer = it.post(it.ben, f"/glass/{it.card.pk}/admit/", **fields)
    assert answer.status_code == 409
    assert it.post(it.ada, f"/glass/{it.card.pk}/end/").status_code == 302
    assert admissions(it, it.ada) == 0


def test_a_changed_card_comes_to_those_who_have_the_old_one_and_to_nobody_else(it: Looking) -> None:
    it.clock.tick(days=20)
    changed = therapy.write_card(NAME, "Another practice", "The same.", by=it.faye, at=it.clock.tick())
    it.clock.tick(days=20)
    assert "Another practice" in it.get(it.ada, "/glass/").content.decode(), "thirty days from the new version"
    it.clock.tick(days=12)
    assert not on_page(it, it.ada)
    therapy.write_card(NAME, "A third practice", "The same.", by=it.faye, at=it.clock.tick())
    assert not on_page(it, it.ada) and changed.number == 2


def test_a_therapist_who_enters_another_code_is_there_again_and_starts_empty(it: Looking) -> None:
    make.admit(it.card, it.ada, clock=it.clock)
    it.clock.tick(days=40)
    assert not on_page(it, it.ada)
    make.introduce(it.faye, it.ben, it.clock)
    assert on_page(it, it.ada) and on_page(it, it.ben)
    assert admissions(it, it.ada) == 0
    make.admit(it.card, it.ben, clock=it.clock)
    it.days_later(2)
    assert not visibility.admitted_kinds(it.faye, it.pair, it.clock.at), "what she said to the card before is gone"


def test_another_code_while_the_card_is_there_ends_nothing(it: Looking) -> None:
    it.let_in("boundary")
    it.days_later(40)
    make.introduce(it.faye, it.ben, it.clock)
    assert visibility.admitted_kinds(it.faye, it.pair, it.clock.at) == {"boundary"}
    it.days_later(40)
    assert on_page(it, it.ada)


def test_days_of_looking_keep_their_name_when_the_card_is_gone(it: Looking) -> None:
    it.let_in("boundary")
    it.get(it.faye, it.room)
    for who in (it.ada, it.ben):
        therapy.end_access(it.faye, by=who, at=it.clock.tick())
    it.days_later(40)
    page = it.get(it.ada, "/glass/").content.decode()
    assert "We have not checked" not in page and NAME in page


# --- Off one's own page ---


def test_each_can_take_it_off_their_own_page_which_ends_theirs_and_leaves_the_others(it: Looking) -> None:
    it.let_in("boundary")
    before = admissions(it, it.ben)
    page = it.get(it.ada, "/glass/").content.decode()
    assert "Take this card off my page" in page
    assert it.post(it.ada, f"/glass/{it.card.pk}/off/").url == "/glass/"
    assert not on_page(it, it.ada) and on_page(it, it.ben)
    assert admissions(it, it.ada) == 0 and admissions(it, it.ben) == before
    assert it.get(it.faye, it.room).status_code == 404
    assert it.post(it.ada, f"/glass/{it.card.pk}/off/").status_code == 302, "twice is success"
    with pytest.raises(Refused):
        make.admit(it.card, it.ada, clock=it.clock)


def test_taking_it_off_shows_the_other_what_ending_it_would(it: Looking) -> None:
    it.let_in("boundary")
    told = []
    for act in (therapy.take_card_off, therapy.end_access):
        begun = it.clock.at
        with rolled_back():
            act(it.faye, by=it.ada, at=it.clock.tick())
            told.append([it.bytes_of(it.ben, page) for page in ("/glass/", "/ours/", "/agenda/", "/timeline/")])
        it.clock.at = begun
    assert told[0] == told[1]


def test_a_card_off_ones_page_comes_back_with_another_code_only(it: Looking) -> None:
    it.post(it.ada, f"/glass/{it.card.pk}/off/")
    therapy.write_card(NAME, "Another practice", "The same.", by=it.faye, at=it.clock.tick())
    assert not on_page(it, it.ada) and on_page(it, it.ben)
    make.introduce(it.faye, it.ben, it.clock)
    assert on_page(it, it.ada)


# --- A partner who is a therapist too ---


def places(it: Looking, who: User, path: str) -> list[str]:
    html = it.get(who, path).content.decode()
    nav = re.search(r'<nav class="places".*?</nav>', html, re.DOTALL)
    return re.findall(r"</svg>\s*(\w+)</a>", nav[0]) if nav else []


@pytest.mark.parametrize("path", ["/today/", "/mine/", "/room/", "/accounts/email/", "/accounts/sessions/"])
def test_a_partner_who_saves_a_card_keeps_their_four_places(it: Looking, path: str) -> None:
    fields = {"name": "Ada", "practice": "Here", "secrets": "None.", "agreed": "on", **make.FURTHER_OF_A_CARD}
    assert it.post(it.ada, "/room/card/", **fields).url == "/room/"
    assert places(it, it.ada, path) == ["Today", "Mine", "Ours", "Timeline", "Room"]
    assert places(it, it.faye, path) == ["Room", "Learn"]
    pairing.end_pairing(by=it.ada, at=it.clock.tick())
    assert places(it, it.ada, path)[:4] == ["Today", "Mine", "Ours", "Timeline"], "what she wrote is hers still"


def test_taking_the_card_back_gives_the_four_places_and_says_what_it_does_first(it: Looking) -> None:
    assert 'href="/room/card/more/"' in it.get(it.faye, "/room/card/").content.decode()
    page = Reading(it.get(it.faye, "/room/card/more/").content.decode()).main
    assert "leaves every couple" in page and "Not now" in page
    assert User.objects.get(pk=it.faye.pk).is_therapist
    assert it.post(it.faye, "/room/card/more/").url == "/me/"
    assert places(it, it.faye, "/today/") == ["Today", "Mine", "Ours", "Timeline"]
    assert it.get(it.faye, "/room/card/more/").url == "/room/card/"
    assert it.post(it.faye, "/room/card/more/").url == "/me/", "twice is success"


def test_with_the_card_everything_of_the_therapist_ends_and_the_days_of_looking_stay(it: Looking) -> None:
    it.let_in("boundary")
    it.open_boundary(it.ada, "Knock first.")
    it.get(it.faye, it.room)
    sessions.set_session(it.pair, it.clock.at + 3 * DAY, 60, by=it.faye, at=it.clock.tick())
    therapy.take_card_off(it.faye, by=it.ben, at=it.clock.tick())
    therapy.take_card_back(by=it.faye, at=it.clock.tick())
    assert it.get(it.faye, it.room).status_code == 404
    assert not on_page(it, it.ada) and not on_page(it, it.ben)
    assert admissions(it, it.ada) == admissions(it, it.ben) == 0
    assert not TherapySession.objects.exists() and not Introduction.objects.exists() and not TakenOff.objects.exists()
    assert LookingDay.objects.count() == 1 and NAME in it.get(it.ada, "/glass/").content.decode()
    assert visibility.open_to(it.ben, it.clock.at).filter(scope="boundary").exists(), "nothing else closed"
    assert all(yes.is_signed() for yes in Yes.objects.all())
    assert it.post(it.ada, f"/glass/{it.card.pk}/end/").status_code == 302, "ending is success still"


def test_who_comes_back_writes_a_card_and_is_given_codes_anew(it: Looking) -> None:
    it.let_in("boundary")
    therapy.take_card_back(by=it.faye, at=it.clock.tick())
    with pytest.raises(Refused) as refused:
        therapy.enter_code("2222-2222", by=it.faye, at=it.clock.tick())
    assert refused.value.code == "no_card"
    again = therapy.write_card(it.card.name, it.card.practice, it.card.secrets, by=it.faye, at=it.clock.tick())
    assert again.number == it.card.number + 1 and User.objects.get(pk=it.faye.pk).is_therapist
    assert not on_page(it, it.ada)
    make.introduce(it.faye, it.ada, it.clock)
    assert on_page(it, it.ada)
    it.days_later(2)
    assert not visibility.admitted_kinds(it.faye, it.pair, it.clock.at)


def test_taking_a_card_back_costs_the_same_whatever_couples_had_said(it: Looking) -> None:
    told = []
    for admits in ((), (it.ada,), (it.ada, it.ben)):
        begun = it.clock.at
        with rolled_back():
            make.admit(it.card, *admits, clock=it.clock)
            transactions.settle_pair(it.pair, it.clock.at)
            told.append(statements(lambda: therapy.take_card_back(by=it.faye, at=it.clock.tick())))
        it.clock.at = begun
    assert told[0] == told[1] == told[2]


def test_an_erased_therapist_takes_the_admissions_along(it: Looking) -> None:
    it.let_in("boundary")
    erasure.erase_account(by=it.faye, at=it.clock.tick())
    assert not Card.objects.exists()
    assert admissions(it, it.ada) == admissions(it, it.ben) == 0


def test_a_partner_can_erase_their_account_where_cards_were_taken_off(it: Looking) -> None:
    for who in (it.ada, it.ben):
        therapy.take_card_off(it.faye, by=who, at=it.clock.tick())
    for who in (it.ada, it.ben):
        erasure.erase_account(by=who, at=it.clock.tick())
    assert not TakenOff.objects.exists()


def test_nothing_of_a_card_taken_off_is_in_the_others_copy_or_on_their_pages(it: Looking) -> None:
    record = make.boundary(it.ada, it.clock)
    sharing.offer(record, by=it.ada, at=it.clock.tick(), seen=1)
    assert records.newest_of(record).number == 1
    before = it.bytes_of(it.ben, "/glass/")
    therapy.take_card_off(it.faye, by=it.ada, at=it.clock.tick())
    assert it.bytes_of(it.ben, "/glass/") == before
