"""Letting a therapist in: by three classes, in few presses; and what was said before for single kinds goes on."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from couples import visibility
from couples.actions import records, sharing, sitting, steps, therapy
from couples.content import kinds
from couples.models import Opening, TherapistCode, User, Yes
from couples.models.yeses import standing
from couples.presenters import own_yeses
from couples.rule import consent
from couples.rule.admissions import CLASSES, kinds_of
from tests.support import make
from tests.support.couple_and_therapist import Looking

pytestmark = pytest.mark.django_db


# --- Few presses ---


class Hand:
    """Somebody who presses what stands on the page before them, and counts."""

    def __init__(self, who: User, tick: Callable[[], Any], page: str) -> None:
        self.client, self.tick, self.presses, self.ticked = Client(), tick, 0, {}
        self.client.force_login(who)
        self.page = self._read(self.client.get(page))

    def _read(self, answer: Any) -> str:
        self.tick()
        assert answer.status_code == 200
        return answer.content.decode()

    def follow(self, words: str) -> None:
        """Press a link."""
        found = re.search(rf'<a[^>]*href="([^"]+)"[^>]*>{words}</a>', self.page)
        assert found, words
        self.presses += 1
        self.page = self._read(self.client.get(found[1]))

    def tick_box(self, name: str, value: str) -> None:
        """Press one box."""
        assert re.search(rf'<input type="checkbox" name="{name}" value="{value}"', self.page), value
        self.presses += 1
        self.ticked.setdefault(name, []).append(value)

    def press(self, words: str) -> None:
        """Press the button of a form; what stands in its fields is sent as it is."""
        (form,) = (form for form in re.findall(r"<form.*?</form>", self.page, re.DOTALL) if f">{words}<" in form)
        sent = dict(re.findall(r'<input type="(?:text|hidden)" name="([^"]+)" value="([^"]*)"', form))
        self.presses += 1
        action = re.search(r'action="([^"]+)"', form)
        assert action
        self.page = self._read(self.client.post(action[1], {**sent, **self.ticked}, follow=True))


@pytest.mark.parametrize(("steps_on", "hers", "his"), [(False, 6, 4), (True, 7, 5)])
def test_both_admit_a_therapist_to_everything_in_a_few_presses_from_today(
    it: Looking, steps_on: bool, hers: int, his: int
) -> None:
    """Ada makes the code; 18 and 15 presses it took while each kind was named. Of whoever turned steps on one more."""
    take_off_page(it)
    gus, card = make.therapist("Gus", it.clock)
    for who in (it.ada, it.ben) if steps_on else ():
        steps.turn_on(by=who, at=it.clock.tick())
    classes = CLASSES if steps_on else CLASSES[:2]
    ada = Hand(it.ada, it.clock.tick, "/today/")
    ada.follow("Our therapist")
    ada.press("Make a code for our therapist")
    code = re.findall(r'class="code">([^<]+)<', ada.page)[0]
    therapy.enter_code(code, by=gus, at=it.clock.tick())
    ada.follow("Done")
    ben = Hand(it.ben, it.clock.tick, "/today/")
    ben.follow("Our therapist")
    for hand in (ada, ben):
        for each in classes:
            hand.tick_box(f"c{card.pk.hex[:8]}-classes", each)
        hand.press("Admit")
    it.clock.next_morning(it.pair)
    assert visibility.admitted_kinds(gus, it.pair, it.clock.at) == {kind for each in classes for kind in kinds_of(each)}
    assert (ada.presses, ben.presses) == (hers, his)


def take_off_page(it: Looking) -> None:
    """The card of Dr. Faye is on nobody's page, as for two people who begin."""
    for who in (it.ada, it.ben):
        therapy.take_card_off(it.faye, by=who, at=it.clock.tick())
    TherapistCode.objects.all().delete()


# --- By class ---


def test_a_class_that_one_names_alone_is_told_to_nobody(it: Looking) -> None:
    """Two worlds: Ada named heavy things too, or did not."""
    it.open_boundary(it.ada, "Before plans change.")
    letter = records.write("impact_letter", {"letter": "What I lost."}, by=it.ada, at=it.clock.tick())
    make.offer(letter, it.ada, it.clock)
    it.clock.next_morning(it.pair)
    make.admit(it.card, it.ben, clock=it.clock, classes=("everyday",))
    seen = []
    for hers in (("everyday", "heavy"), ("everyday",)):
        make.admit(it.card, it.ada, clock=it.clock, classes=hers)
        it.clock.next_morning(it.pair)
        it.get(it.faye, it.room)
        pages = [it.main_of(who, path) for who, path in ((it.faye, it.room), (it.ada, it.mirror), (it.ben, it.mirror))]
        print_of_it = it.main_of(it.faye, f"{it.room}sheet/").partition(b"<section>")[2]  # behind the day it is printed
        seen.append([*pages, print_of_it])
        assert b"Before plans change." in pages[0] and b"etter" not in pages[0]
    assert seen[0] == seen[1]


def test_a_class_covers_what_a_later_release_adds_to_it(it: Looking, monkeypatch: pytest.MonkeyPatch) -> None:
    it.let_in()
    monkeypatch.setitem(kinds.KINDS, "new", replace(kinds.BOUNDARY, name="new", code="b2b"))
    assert "new" in visibility.admitted_kinds(it.faye, it.pair, it.clock.at)


# --- Beside what was said for single kinds before ---


def admitted(it: Looking) -> frozenset[str]:
    return visibility.admitted_kinds(it.faye, it.pair, it.clock.at)


def test_single_kinds_that_both_named_before_go_on_until_they_end(it: Looking) -> None:
    it.let_in("boundary", "agreement")
    assert admitted(it) == {"boundary", "agreement"}
    it.clock.tick(days=26 * 7 + 1)
    assert not admitted(it)


def test_one_of_a_single_kind_and_one_of_its_class_meet_for_that_kind(it: Looking) -> None:
    make.admit(it.card, it.ada, clock=it.clock, kinds=("boundary", "breach"))
    make.admit(it.card, it.ben, clock=it.clock, classes=("everyday", "steps"))
    it.clock.next_morning(it.pair)
    assert admitted(it) == {"boundary"}
    assert set(Opening.objects.filter(kind=consent.ADMISSION).values_list("scope", flat=True)) == {"boundary"}


def test_naming_a_class_closes_nothing_that_was_open_by_a_single_kind(it: Looking) -> None:
    it.let_in("boundary", "agreement", "breach")
    for who in (it.ada, it.ben):
        make.admit(it.card, who, clock=it.clock, classes=("everyday",))
        assert {"boundary", "agreement"} <= admitted(it), "no night without"
        assert "breach" not in admitted(it), "what is chosen replaces what was chosen before"
    it.clock.next_morning(it.pair)
    assert admitted(it) == kinds_of("everyday")


def test_an_end_that_is_chosen_with_a_class_ends_its_single_kinds_too(it: Looking) -> None:
    it.let_in("boundary")
    soon = it.clock.at + timedelta(days=7)
    therapy.admit(it.card, ("everyday",), called="Ada", by=it.ada, at=it.clock.tick(), ends=soon)
    own = Yes.objects.filter(standing(it.clock.at), kind=consent.ADMISSION, seat__person=it.ada)
    assert set(own.values_list("scope", "ends_at")) == {("everyday", soon), ("boundary", soon)}
    it.clock.at = soon
    assert not admitted(it)


def test_ones_own_page_names_classes_and_the_single_kinds_of_before(it: Looking) -> None:
    make.admit(it.card, it.ada, clock=it.clock, kinds=("boundary", "step"))
    make.admit(it.card, it.ben, clock=it.clock)
    told = {}
    for who in (it.ada, it.ben):
        seat = visibility.seat_of(who)
        rows = own_yeses.listed(who, it.clock.at, seat).filter(kind=consent.ADMISSION)
        told[who.shown_name] = {line.to for line in own_yeses.lines_of(rows, who, seat, it.clock.at)}
    assert told["Ada"] == {"Admit Dr. Faye: boundaries", "Admit Dr. Faye: steps"}
    assert told["Ben"] == {
        "Admit Dr. Faye: boundaries, plans and the like",
        "Admit Dr. Faye: letters, breaches and repair",
        "Admit Dr. Faye: steps",
    }


def test_one_of_a_single_kind_can_be_renewed_and_ended_alone(it: Looking) -> None:
    it.let_in("boundary", "agreement")
    own = Yes.objects.get(seat__person=it.ada, kind=consent.ADMISSION, scope="agreement", closed_at=None)
    assert len(sharing.renew([own.pk], by=it.ada, at=it.clock.tick())) == 1
    sharing.end_yes(own.pk, by=it.ada, at=it.clock.tick())
    assert admitted(it) == {"boundary"}


# --- One thing, whole ---


@pytest.mark.parametrize("asked", ["not-an-id", "00000000-0000-4000-8000-000000000000", "' OR 1=1"])
def test_a_sheet_that_is_not_there_is_not_found(it: Looking, asked: str) -> None:
    it.let_in()
    for who, path in ((it.faye, it.room), (it.faye, f"{it.room}session/"), (it.ada, it.mirror)):
        assert it.get(who, f"{path}?sheet={asked}").status_code == 404


def test_a_sheet_of_another_couple_or_taken_back_is_not_found(it: Looking) -> None:
    record = it.open_boundary(it.ada, "Before plans change.")
    it.let_in()
    sheet = make.open_revision(record, it.ben, it.clock).pk
    assert it.get(it.faye, f"{it.room}?sheet={sheet}").status_code == 200
    assert it.main_of(it.faye, f"{it.room}?sheet={sheet}") == it.main_of(it.ada, f"{it.mirror}?sheet={sheet}")
    mia, noah = make.person("Mia"), make.person("Noah")
    theirs = make.pair(mia, noah, it.clock)
    make.introduce(it.faye, mia, it.clock)
    make.admit(it.card, mia, noah, clock=it.clock)
    it.clock.next_morning(theirs)
    assert it.get(it.faye, f"/room/{theirs.pk}/?sheet={sheet}").status_code == 404
    sharing.take_back(record, by=it.ada, at=it.clock.tick())
    assert it.get(it.faye, f"{it.room}?sheet={sheet}").status_code == 404


def test_what_opened_in_an_hour_together_shows_a_therapist_its_kind_alone_until_the_morning(it: Looking) -> None:
    it.let_in()
    record = make.boundary(it.ada, it.clock, "Before plans change.")
    make.offer(record, it.ada, it.clock)
    for who in (it.ada, it.ben):
        sitting.sit_down(by=who, at=it.clock.tick())
    page = it.main_of(it.faye, it.room).decode()
    assert "<summary><span>A boundary</span>" in page
    assert "Before plans change." not in it.main_of(it.faye, f"{it.room}sheet/").decode()
    it.clock.next_morning(it.pair)
    assert "<summary><span>A boundary</span>" not in it.main_of(it.faye, it.room).decode()
    assert "Before plans change." in it.main_of(it.faye, f"{it.room}sheet/").decode()
