"""Three equal ways to end one's seat, as the leaver, the other and a therapist meet them. R7 is in test_one_face."""

import re
from datetime import timedelta

import pytest
from django.core import mail

from couples import visibility
from couples.actions import erasure, pairing, sharing
from couples.actions import steps as step_actions
from couples.models import Yes
from couples.rule import consent
from tests.support import make
from tests.support.couple_and_therapist import Looking, further
from tests.support.page_reader import Reading

pytestmark = pytest.mark.django_db

MONTH = timedelta(days=30)
WORDS = "Quiet after nine."


@further
def it(it: Looking) -> None:
    """Ada and Ben, between whom words, an agreement and a kept line are open, and Dr. Faye, whom both let in."""
    make.admit(it.card, it.ada, it.ben, clock=it.clock, kinds=("boundary", "agreement"))
    for who in (it.ada, it.ben):
        make.offer(make.boundary(who, it.clock, WORDS), who, it.clock)
        step_actions.turn_on(by=who, at=it.clock.tick())
    agreed = make.agreement(it.ada, it.clock)
    make.offer(agreed, it.ada, it.clock)
    it.clock.next_morning(it.pair)
    shown = make.open_revision(agreed, it.ben, it.clock)
    make.accept(shown, it.ada, it.ben, clock=it.clock)
    step = make.open_step_words(it.ada, it.ben, it.clock)
    for who in (it.ada, it.ben):
        sharing.keep(step, by=who, at=it.clock.tick())
    it.clock.next_morning(it.pair)


def open_to(it: Looking, who) -> set:
    """What of the other, and of both, is open to somebody, steps apart."""
    seat = visibility.seat_of(who)
    found = visibility.open_to(who, it.clock.at).exclude(kind="revision", author=seat).exclude(scope="step")
    return set(found.values_list("pk", flat=True))


def standing(it: Looking, who) -> list[Yes]:
    return [yes for yes in Yes.objects.filter(seat__person=who) if consent.stands(yes.as_fact(), it.clock.at)]


def test_the_three_ways_stand_side_by_side_and_weigh_the_same(it) -> None:
    text = it.get(it.ada, "/pairing/more/").content.decode()
    buttons = re.findall(r'<button type="submit" class="([^"]+)" name="way" value="(\w+)">([^<]+)<', text)
    assert [(way, words) for _, way, words in buttons] == [
        ("fade", "Let it fade"),
        ("close", "Close everything now"),
        ("tell", "Close and tell"),
    ]
    assert len({look for look, _, _ in buttons}) == 1


@pytest.mark.parametrize("way", pairing.WAYS)
def test_in_every_way_the_leaver_sees_nothing_shared_and_nothing_is_sent(it, way) -> None:
    mail.outbox.clear()
    assert it.post(it.ada, "/pairing/more/", way=way, sure="yes").url == "/today/"
    assert visibility.seat_of(it.ada) is None
    for url in ("/ours/", "/timeline/", "/today/", "/glass/"):
        assert WORDS not in Reading(it.get(it.ada, url).content.decode()).main or url == "/timeline/"
    assert not open_to(it, it.ada)
    assert not mail.outbox


def test_fading_leaves_open_what_was_and_opens_nothing_new(it) -> None:
    before = open_to(it, it.ben)
    later = make.boundary(it.ada, it.clock, "Offered just before.")
    make.offer(later, it.ada, it.clock)
    it.post(it.ada, "/pairing/more/", way="fade", sure="yes")
    assert open_to(it, it.ben) == before
    assert WORDS in it.get(it.ben, "/ours/").content.decode()
    it.clock.next_morning(it.pair)
    assert open_to(it, it.ben) <= before


def test_each_thing_fades_at_an_instant_of_its_own_never_later_than_it_would_have_ended(it) -> None:
    had = {yes.pk: yes.ends_at for yes in standing(it, it.ada)}
    it.post(it.ada, "/pairing/more/", way="fade", sure="yes")
    fading = standing(it, it.ada)
    ends = [yes.ends_at for yes in fading]
    assert len(fading) >= 6 and len(set(ends)) == len(ends)
    assert all(it.clock.at < end <= it.clock.at + MONTH for end in ends)
    assert all(had[yes.pk] is None or yes.ends_at <= had[yes.pk] for yes in fading)
    it.clock.tick(days=31)
    assert not standing(it, it.ada)


def test_what_was_to_end_tomorrow_still_ends_tomorrow(it) -> None:
    make.changed(Yes.objects.filter(seat__person=it.ada), ends_at=it.clock.at + timedelta(hours=20))
    it.post(it.ada, "/pairing/more/", way="fade", sure="yes")
    assert all(yes.ends_at <= it.clock.at + timedelta(hours=20) for yes in standing(it, it.ada))


def test_steps_close_now_also_where_the_rest_fades(it) -> None:
    it.post(it.ada, "/pairing/more/", way="fade", sure="yes")
    steps = (consent.GROUP, consent.ANSWER, consent.TERMS)
    left = [yes for yes in standing(it, it.ada) if yes.kind in steps or yes.scope == "step"]
    assert {yes.kind for yes in left} == {consent.KEEP}  # its line fades like everything else


def test_a_therapist_sees_it_fade_and_is_never_told(it) -> None:
    it.post(it.ada, "/pairing/more/", way="fade", sure="yes")
    assert WORDS in it.get(it.faye, it.room).content.decode()
    it.clock.tick(days=31)
    assert it.get(it.faye, it.room).status_code == 404


def test_what_fades_can_be_closed_at_once(it) -> None:
    it.post(it.ada, "/pairing/more/", way="fade", sure="yes")
    assert "fades by itself" in it.get(it.ada, "/pairing/").content.decode()
    for _ in range(2):  # pressed twice is success
        assert it.post(it.ada, "/pairing/close/").url == "/pairing/"
    assert not open_to(it, it.ben)
    assert "fades by itself" not in it.get(it.ada, "/pairing/").content.decode()


def test_who_lets_it_fade_may_pair_anew_and_nothing_comes_along(it) -> None:
    it.post(it.ada, "/pairing/more/", way="fade", sure="yes")
    make.pair(it.ada, it.eve, it.clock)
    assert not open_to(it, it.eve) and not open_to(it, it.ada)
    assert "fades by itself" in it.get(it.ada, "/pairing/").content.decode()
    assert "fades by itself" not in it.get(it.ben, "/pairing/").content.decode()
    it.post(it.ada, "/pairing/close/")
    assert not open_to(it, it.ben)
    assert visibility.seat_of(it.ada) is not None


@pytest.mark.parametrize("erase", [erasure.erase_account, lambda **who: erasure.schedule_erasure("K7QM-4XPD", **who)])
def test_who_then_leaves_for_good_takes_along_what_fades(it, erase) -> None:
    pairing.end_pairing(pairing.FADE, by=it.ada, at=it.clock.tick())
    assert open_to(it, it.ben)
    erase(by=it.ada, at=it.clock.tick())
    it.clock.tick()
    assert not open_to(it, it.ben)


def test_who_tells_is_read_of_on_the_others_own_pages_and_nowhere_else(it) -> None:
    it.post(it.ada, "/pairing/more/", way="tell", sure="yes")
    for url in ("/today/", "/ours/", "/pairing/"):
        main = Reading(it.get(it.ben, url).content.decode()).main
        assert "has ended this pairing" in main and "never says whether your partner" not in main
    assert it.get(it.faye, it.room).status_code == 404
    assert b"has ended" not in it.get(it.faye, "/room/").content
    it.post(it.ben, "/pairing/more/", way="close", sure="yes")
    assert "has ended this pairing" not in it.get(it.ben, "/today/").content.decode()


@pytest.mark.parametrize("way", ["", "x", "\x00", "FADE", "fade,tell"])
def test_a_way_that_is_none_ends_nothing_and_shows_the_three(it, way) -> None:
    page = it.post(it.ada, "/pairing/more/", way=way, sure="yes").content.decode()
    assert "Let it fade" in page and "Close and tell" in page
    assert visibility.seat_of(it.ada) is not None


def test_the_signed_ends_are_genuine(it) -> None:
    it.post(it.ada, "/pairing/more/", way="fade", sure="yes")
    assert all(yes.is_signed() for yes in Yes.objects.filter(seat__person=it.ada))
