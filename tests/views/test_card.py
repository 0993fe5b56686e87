"""A card in fields, what changed on it, and a name of one's own for a therapist."""

import re
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection

from couples import visibility
from couples.actions import erasure, pairing, proposals, sessions, therapy
from couples.export.contents import reader_of, sections_of
from couples.lib.ids import random_id
from couples.models import Card, Proposal, TherapistLabel, User
from couples.rule.admissions import CLASSES, kinds_of
from couples.rule.consent import EVERYDAY, HEAVY
from tests.support import make
from tests.support.couple_and_therapist import Looking
from tests.support.page_reader import Reading

pytestmark = pytest.mark.django_db

FULL = {
    "name": "Dr. Faye",
    "practice": "By the river",
    "registered_with": "The register of therapists",
    "registered_as": "4711",
    "languages": "English, Portuguese",
    "limits": "Danger to somebody.",
    "secrets": "I keep none.",
    "sees_alone": "always",
    "in_crisis": "Call the emergency number.",
}
SAID = (*(FULL[name] for name in Card.SAID if name != "sees_alone"), "Yes, each of you once, always")


def main(it: Looking, who: User, path: str) -> str:
    return " ".join(Reading(it.get(who, path).content.decode()).main.split())


def save(it: Looking, who: User | None = None, **changed: str) -> Any:
    return it.post(who or it.faye, "/room/card/", **{**FULL, "agreed": "on", **changed})


# --- The fields ---


def test_both_read_every_field_in_the_same_words(it: Looking) -> None:
    assert save(it).status_code == 302
    for who in (it.ada, it.ben):
        page = main(it, who, "/glass/")
        assert all(text in page for text in SAID)
        assert "look up the number with the body named here" in page


def test_a_card_from_before_shows_what_it_has_and_no_empty_label(it: Looking) -> None:
    therapy.write_card("Dr. Faye", "By the river", "I keep none.", by=it.faye, at=it.clock.tick())
    page = it.get(it.ada, "/glass/").content.decode().partition("What changed on")[0]
    assert "By the river" in page and "Registered with" not in page and "In a crisis" not in page


@pytest.mark.parametrize("name", [name for name in Card.SAID if name != "registered_as"])
def test_a_field_that_is_missing_is_asked_for_and_nothing_else_is_lost(it: Looking, name: str) -> None:
    answer = save(it, **{name: ""})
    page = answer.content.decode()
    assert answer.status_code == 200 and "Nothing you wrote is lost" in page
    for other in {"practice", "limits", "secrets", "in_crisis"} - {name}:
        assert FULL[other] in page
    assert Card.objects.filter(therapist=it.faye).count() == 1


@pytest.mark.parametrize("bad", ["sometimes", "x" * 5000, "\x00"])
def test_what_is_not_on_the_list_is_refused_kindly(it: Looking, bad: str) -> None:
    assert "Choose one from the list." in save(it, sees_alone=bad).content.decode()


def test_the_form_comes_up_with_what_the_card_says(it: Looking) -> None:
    save(it)
    page = it.get(it.faye, "/room/card/").content.decode()
    assert all(text in page for text in SAID) and re.search(r'value="always"[^>]*checked', page)


@pytest.mark.parametrize("name", Card.SAID)
def test_a_change_of_any_field_asks_both_anew(it: Looking, name: str) -> None:
    save(it)
    card = therapy.card_of(it.faye)
    assert card is not None
    make.admit(card, it.ada, it.ben, clock=it.clock)
    it.clock.next_morning(it.pair)
    assert it.get(it.faye, it.room).status_code == 200
    save(it)
    assert it.get(it.faye, it.room).status_code == 200, "the same words change nothing"
    save(it, **{name: "asked" if name == "sees_alone" else "Quite another"})
    assert it.get(it.faye, it.room).status_code == 404


# --- What changed ---


def test_both_and_the_therapist_see_what_changed(it: Looking) -> None:
    save(it)
    save(it, practice="By the sea", sees_alone="never")
    for who, path in ((it.ada, "/glass/"), (it.ben, "/glass/"), (it.faye, "/room/card/")):
        html = it.get(who, path).content.decode()
        assert "What changed on" in html
        assert re.search(r"<del>.*?river.*?</del>", html) and re.search(r"<ins>.*?sea.*?</ins>", html)
        changed = html.partition("What changed on")[2].partition("</details>")[0].partition("And on")[0]
        assert "Whether I see each of you alone" in changed and "In a crisis" not in changed


def test_what_changed_tells_nothing_of_who_has_said_yes_to_which(it: Looking) -> None:
    save(it)
    save(it, practice="By the sea")

    def told(who: User) -> str:
        html = it.get(who, "/glass/").content.decode()
        return html.partition("What changed on")[2].partition("</details>")[0]

    before = told(it.ada)
    newest = therapy.card_of(it.faye)
    assert newest is not None and before
    make.admit(newest, it.ada, clock=it.clock)
    assert told(it.ada) == told(it.ben) == before


def test_what_changed_before_the_card_came_is_not_told(it: Looking) -> None:
    gus, _ = make.therapist("Gus", it.clock)
    save(it, gus, name="Dr. Gus")
    make.introduce(gus, it.ada, it.clock)
    assert "What changed on" not in main(it, it.ada, "/glass/")
    save(it, gus, name="Dr. Gus", practice="Elsewhere")
    changed = it.get(it.ada, "/glass/").content.decode().partition("What changed on")[2].partition("</details>")[0]
    assert "By the river" in changed and "Elsewhere" in changed and "A quiet practice" not in changed


def test_the_newest_three_changes_are_told(it: Looking) -> None:
    for n in range(6):
        save(it, practice=f"Place number {n}")
    page = main(it, it.ben, "/glass/")
    assert page.count("And on") == 2 and "number 2" not in page.partition("What changed")[2].replace("number 2]", "")


# --- Two at once, and one after the other ---


def second(it: Looking, *who: User, classes: Any = CLASSES) -> tuple[User, Card]:
    gus, card = make.therapist("Gus", it.clock)
    make.introduce(gus, it.ada, it.clock)
    make.admit(card, *who, clock=it.clock, classes=classes)
    it.clock.next_morning(it.pair)
    return gus, card


def test_two_therapists_at_once_each_see_what_they_are_let_in_to(it: Looking) -> None:
    make.admit(it.card, it.ada, it.ben, clock=it.clock, classes=(EVERYDAY,))
    gus, _ = second(it, it.ada, it.ben, classes=(HEAVY,))
    at = it.clock.tick()
    assert visibility.admitted_kinds(it.faye, it.pair, at) == frozenset(kinds_of(EVERYDAY))
    assert visibility.admitted_kinds(gus, it.pair, at) == frozenset(kinds_of(HEAVY))
    it.open_boundary(it.ada, "Knock first.")
    assert "Knock first." in main(it, it.faye, it.room) and "Knock first." not in main(it, gus, it.room)


def test_ending_one_ends_nothing_of_the_other(it: Looking) -> None:
    it.let_in()
    gus, _ = second(it, it.ada, it.ben)
    therapy.end_access(it.faye, by=it.ben, at=it.clock.tick())
    assert it.get(it.faye, it.room).status_code == 404 and it.get(gus, it.room).status_code == 200


@pytest.mark.parametrize("how", ["ended", "taken off", "changed", "taken back", "erased"])
def test_whoever_is_no_longer_let_in_leaves_no_proposal_on_the_agenda(it: Looking, how: str) -> None:
    it.let_in()
    words = "Each of us says by eight when the evening changes."
    proposals.propose(it.pair, Proposal.AGREEMENT, text=words, once=random_id(), by=it.faye, at=it.clock.tick())
    proposals.propose(it.pair, Proposal.PAGE, key="10", once=random_id(), by=it.faye, at=it.clock.tick())
    gus, _ = second(it, it.ada, it.ben)
    sessions.set_session(it.pair, it.clock.at.replace(year=it.clock.at.year + 1), 60, by=it.faye, at=it.clock.tick())
    assert words in main(it, it.ben, "/agenda/") and "Dr. Faye" in main(it, it.ben, "/agenda/")
    {
        "ended": lambda at: therapy.end_access(it.faye, by=it.ada, at=at),
        "taken off": lambda at: therapy.take_card_off(it.faye, by=it.ada, at=at),
        "changed": lambda at: therapy.write_card("Dr. Faye", "Elsewhere", "None.", by=it.faye, at=at),
        "taken back": lambda at: therapy.take_card_back(by=it.faye, at=at),
        "erased": lambda at: erasure.erase_account(by=it.faye, at=at),
    }[how](it.clock.tick())
    for who in (it.ada, it.ben):
        page = main(it, who, "/agenda/")
        assert words not in page and "Proposed to both of you" not in page and "Dr. Faye" not in page
        for row in Proposal.objects.all():
            begun = it.get(who, f"/mine/write/d7x/?proposed={row.pk}").content.decode()
            assert words not in begun
    proposals.propose(it.pair, Proposal.PAGE, key="8", once=random_id(), by=gus, at=it.clock.tick())
    assert "Small promises" in main(it, it.ada, "/agenda/")


# --- A name of one's own ---


def call(it: Looking, who: User, label: str, card: Card | None = None) -> Any:
    card = card or it.card
    return it.post(who, f"/glass/{card.pk}/name/", **{f"l{card.id.hex[:8]}-label": label})


def test_a_label_is_on_ones_own_pages_and_can_be_changed_and_taken_away(it: Looking) -> None:
    it.let_in()
    sessions.set_session(it.pair, it.clock.at.replace(year=it.clock.at.year + 1), 60, by=it.faye, at=it.clock.tick())
    for label in ("The calm one", "The one with the dog"):
        assert call(it, it.ada, label).status_code == 302
        assert f"You call them {label}" in main(it, it.ada, "/glass/")
    assert "with The one with the dog" in main(it, it.ada, "/agenda/")
    call(it, it.ada, "  ")
    assert "You call them" not in main(it, it.ada, "/glass/") and "with Dr. Faye" in main(it, it.ada, "/agenda/")
    assert not TherapistLabel.objects.exists()


def test_nobody_else_sees_a_label(it: Looking) -> None:
    """Their pages are the same to the byte with it and without."""
    it.let_in()
    it.open_boundary(it.ada, "Knock first.")
    paths = [(it.ben, path) for path in ("/glass/", it.mirror, "/agenda/", "/ours/", "/today/", "/timeline/")]
    paths += [(it.faye, path) for path in ("/room/", it.room, f"{it.room}session/", f"{it.room}ahead/", "/room/card/")]
    paths += [(it.ada, it.mirror)]
    once = re.compile(rb'name="once" value="[^"]*"')

    def pages() -> list[bytes]:
        return [once.sub(b"", it.bytes_of(who, path)) for who, path in paths]

    pages()  # Dr. Faye has looked today
    before = pages()
    call(it, it.ada, "The calm one")
    assert pages() == before


def test_each_has_a_label_of_their_own_for_each_therapist(it: Looking) -> None:
    gus, other = second(it, it.ada, it.ben)
    call(it, it.ada, "Tuesdays")
    call(it, it.ben, "Okay so far")
    call(it, it.ada, "Fridays", other)
    seat = visibility.seat_of(it.ada)
    assert seat is not None and visibility.labels_of(seat) == {it.faye.pk: "Tuesdays", gus.pk: "Fridays"}
    assert "Okay so far" not in main(it, it.ada, "/glass/")


def test_a_label_outlives_a_changed_card_and_not_the_pairing_or_the_account(it: Looking) -> None:
    call(it, it.ada, "The calm one")
    call(it, it.ben, "Hm")
    save(it)
    assert "You call them The calm one" in main(it, it.ada, "/glass/")
    pairing.end_pairing(by=it.ada, at=it.clock.tick())
    assert [row.owner_id for row in TherapistLabel.objects.all()] == [it.ben.pk]
    erasure.erase_account(by=it.ben, at=it.clock.tick())
    assert not TherapistLabel.objects.exists()
    call_command("verify", verbosity=0)


@pytest.mark.parametrize("label", ["x" * 61, "y" * 5000])
def test_a_label_that_is_too_long_is_refused_kindly_and_not_lost(it: Looking, label: str) -> None:
    answer = call(it, it.ada, label)
    assert answer.status_code == 200 and label in answer.content.decode()
    assert "too long" in answer.content.decode() and not TherapistLabel.objects.exists()


def test_a_label_for_a_card_that_was_never_shown_finds_nothing(it: Looking) -> None:
    gus, other = make.therapist("Gus", it.clock)
    for who in (it.ada, it.eve, it.faye):
        assert call(it, who, "x", other).status_code == 404


def test_a_label_is_sealed_and_in_ones_own_copy_alone(it: Looking) -> None:
    call(it, it.ada, "The calm one")
    with connection.cursor() as cursor:
        cursor.execute("SELECT words FROM couples_therapistlabel")
        assert b"calm" not in bytes(cursor.fetchone()[0])
    for who, has in ((it.ada, True), (it.ben, False)):
        glass = next(each for each in sections_of(reader_of(who, it.clock.tick())) if each.name == "glass")
        assert any(("What I call them", "The calm one") in entry.alone for entry in glass.entries()) is has
