"""The shelf: a therapist's own wordings and bundles, seen by nobody else, proposed to a couple in two presses."""

import re
from typing import Any
from uuid import uuid4

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.urls import reverse

from couples.actions import erasure, shelf, steps, therapy
from couples.content import ladder
from couples.content.refusals import SENTENCES, Refused
from couples.export.contents import reader_of, sections_of
from couples.lib.vault import Unreadable
from couples.models import HeldText, Proposal, ShelfItem, User
from tests.support import make
from tests.support.couple_and_therapist import Looking, further
from tests.support.page_reader import Reading, show_it

pytestmark = pytest.mark.django_db

SHELF = "/room/shelf/"
TEXT = "Each of us says by eight when the evening changes."
NEAR = next(step for step in ladder.steps_in("near") if not step.directed)
TOUCH, CLOSER = ladder.steps_in("touch")[0], ladder.steps_in("closer")[0]


@further
def it(it: Looking) -> None:
    """Both turned steps on and let Dr. Faye in to everything, steps too."""
    for who in (it.ada, it.ben):
        steps.turn_on(by=who, at=it.clock.tick())
    it.let_in()


def main(it: Looking, who: User, path: str) -> str:
    return " ".join(Reading(it.get(who, path).content.decode()).main.split())


def put(it: Looking, by: User | None = None, **words: str) -> Any:
    return it.post(by or it.faye, SHELF, once=uuid4(), **{"name": "Evenings", **words})


def bundle(it: Looking) -> ShelfItem:
    """A page, words and a step."""
    assert put(it, text=TEXT, page="10", step=NEAR.key).status_code == 302
    return ShelfItem.objects.get()


def propose(it: Looking, item: ShelfItem, once: Any = None) -> Any:
    return it.post(it.faye, f"{it.room}ahead/shelf/", item=item.pk, once=once or uuid4())


# --- On it ---


def test_what_is_put_on_it_stands_there_by_name(it: Looking) -> None:
    put(it, name="b. later", text="Later.")
    put(it, name="A. first", page="10")
    page = main(it, it.faye, SHELF)
    assert page.index("A. first") < page.index("b. later") and "Hard talks" in page


def test_two_things_of_one_name_are_told_apart_aloud(it: Looking) -> None:
    for text in ("One.", "Another."):
        put(it, text=text)
    assert "Propose to both: Evenings, 2" in main(it, it.faye, f"{it.room}ahead/")


def test_the_same_form_sent_twice_puts_it_there_once(it: Looking) -> None:
    once = uuid4()
    for _twice in range(2):
        it.post(it.faye, SHELF, once=once, name="Evenings", text=TEXT)
    assert ShelfItem.objects.count() == 1


def test_a_form_without_its_token_is_kept_all_the_same(it: Looking) -> None:
    assert it.post(it.faye, SHELF, name="Evenings", text=TEXT).status_code == 302
    assert ShelfItem.objects.get().words["name"] == "Evenings"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ({"name": "", "text": TEXT}, "Give it a name"),
        ({}, "Put something in it"),
        ({"page": "999"}, "no longer on the list"),
        ({"page": "16"}, "no longer on the list"),
        ({"step": TOUCH.key}, "no longer on the list"),
        ({"step": CLOSER.key}, "no longer on the list"),
        ({"text": "x" * 5000}, "too long"),
    ],
)
def test_bad_input_gets_a_kind_error_and_loses_nothing(it: Looking, words: dict[str, str], said: str) -> None:
    answer = put(it, **words)
    assert answer.status_code == 200 and said in answer.content.decode()
    assert not ShelfItem.objects.exists()
    assert all(worth in answer.content.decode() for name, worth in words.items() if name == "text")


def test_no_step_of_touch_or_closer_is_offered_or_let_through(it: Looking) -> None:
    page = it.get(it.faye, SHELF).content.decode()
    offered = set(re.findall(r'<option value="([^"]+)"', page))
    assert NEAR.key in offered
    for group in ("touch", "closer"):
        assert not offered & {step.key for step in ladder.steps_in(group)}
    item = shelf.put_on(
        {"name": "x", "text": TEXT, "step": TOUCH.key}, once=uuid4(), by=it.faye, at=it.clock.tick()
    )  # past the form
    propose(it, item)
    assert {row.what for row in Proposal.objects.all()} == {Proposal.AGREEMENT}


def test_it_holds_sixty_things_and_says_so(it: Looking) -> None:
    for n in range(shelf.MOST):
        shelf.put_on({"name": str(n), "text": TEXT}, once=uuid4(), by=it.faye, at=it.clock.tick())
    answer = put(it, text="One more.")
    assert answer.status_code == 409
    assert SENTENCES["shelf_full"] in answer.content.decode() and "One more." in answer.content.decode()


def test_it_can_be_changed_and_taken_off_for_good(it: Looking) -> None:
    item = bundle(it)
    page = it.get(it.faye, f"{SHELF}{item.pk}/").content.decode()
    assert TEXT in page and f'value="{NEAR.key}" selected' in page
    assert it.post(it.faye, f"{SHELF}{item.pk}/", once=uuid4(), name="Nights", text="Other.").status_code == 302
    assert "Nights" in main(it, it.faye, SHELF)
    assert ShelfItem.objects.get().words == {"name": "Nights", "text": "Other."}
    for _twice in range(2):
        assert it.post(it.faye, f"{SHELF}{item.pk}/off/").status_code == 302
    assert not ShelfItem.objects.exists()
    assert it.get(it.faye, f"{SHELF}{item.pk}/").status_code == 404


def test_changing_what_was_taken_off_meanwhile_is_refused(it: Looking) -> None:
    item = bundle(it)
    shelf.take_off(item.pk, by=it.faye, at=it.clock.tick())
    with pytest.raises(Refused, match="off_shelf"):
        shelf.change(item.pk, {"name": "x", "text": "y"}, by=it.faye, at=it.clock.tick())


def test_half_written_words_come_back_when_asked_for_and_go_with_the_thing(it: Looking) -> None:
    item = bundle(it)
    address = f"{SHELF}{item.pk}/"
    writer = re.search(r'name="writer" value="([^"]*)"', it.get(it.faye, address).content.decode())
    assert writer is not None
    held = {"writer": writer[1], "at": address, "held": uuid4(), "name": "Half", "text": "a line"}
    it.post(it.faye, "/me/hold/", **held)
    page = it.get(it.faye, address).content.decode()
    assert "Half" not in page
    assert "Half" in it.get(it.faye, show_it(page)).content.decode()
    shelf.take_off(item.pk, by=it.faye, at=it.clock.tick())
    assert not HeldText.objects.exists()


# --- Private to its therapist ---


def test_nobody_else_finds_it(it: Looking) -> None:
    item = bundle(it)
    other, _ = make.therapist("Gus", it.clock)
    for who in (other, it.ada, it.ben, it.eve):
        assert it.get(who, f"{SHELF}{item.pk}/").status_code == 404
        assert it.post(who, f"{SHELF}{item.pk}/", once=uuid4(), name="x", text="y").status_code == 404
        it.post(who, f"{SHELF}{item.pk}/off/")
    assert "Evenings" not in main(it, other, SHELF)
    assert ShelfItem.objects.get().words["text"] == TEXT
    for path in ("/agenda/", "/glass/", it.mirror, "/ours/", "/today/"):
        assert "Evenings" not in main(it, it.ada, path) and TEXT not in main(it, it.ada, path)


def test_whoever_is_no_therapist_is_led_to_the_room(it: Looking) -> None:
    for who in (it.ada, it.eve):
        assert it.get(who, SHELF)["Location"] == put(it, who, text=TEXT)["Location"] == "/room/"
    with pytest.raises(Refused, match="no_card"):
        shelf.put_on({"name": "x", "text": "y"}, once=uuid4(), by=it.eve, at=it.clock.tick())


def test_it_is_sealed_and_bound_to_its_row_and_its_therapist(it: Looking) -> None:
    item = bundle(it)
    with connection.cursor() as cursor:
        cursor.execute("SELECT words FROM couples_shelfitem")
        (stored,) = cursor.fetchone()
    assert b"eight" not in bytes(stored) and b"Evenings" not in bytes(stored)
    other, _ = make.therapist("Gus", it.clock)
    moved = shelf.put_on({"name": "x", "text": "y"}, once=uuid4(), by=other, at=it.clock.tick())
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE couples_shelfitem SET words = (SELECT words FROM couples_shelfitem WHERE id = %s) WHERE id = %s",
            [item.pk.hex, moved.pk.hex] if connection.vendor == "sqlite" else [item.pk, moved.pk],
        )
    with pytest.raises(Unreadable):
        _ = ShelfItem.objects.get(pk=moved.pk).words
    with pytest.raises(CommandError, match="couples_shelfitem"):
        call_command("verify", verbosity=0)


# --- Proposing from it ---


def test_two_presses_propose_all_of_a_bundle_to_both_in_one_order(it: Looking) -> None:
    item = bundle(it)
    page = it.get(it.faye, f"{it.room}ahead/").content.decode()
    assert f'name="item" value="{item.pk}"' in page
    assert propose(it, item).status_code == 302
    for who in (it.ada, it.ben):
        agenda = main(it, who, "/agenda/")
        places = [agenda.index(words) for words in ("Hard talks", TEXT, "A step to look at")]
        assert places == sorted(places)


def test_the_same_press_twice_proposes_once(it: Looking) -> None:
    item, once = bundle(it), uuid4()
    propose(it, item, once)
    propose(it, item, once)
    assert Proposal.objects.count() == 3


def test_whoever_has_steps_off_sees_the_rest_without_a_gap(it: Looking) -> None:
    """What they see is to the byte what they would see of a bundle that never had a step."""
    propose(it, bundle(it))
    steps.turn_off(by=it.ben, at=it.clock.tick())
    with_step = it.main_of(it.ben, "/agenda/")
    assert b"A step to look at" in it.main_of(it.ada, "/agenda/") and b"A step" not in with_step
    Proposal.objects.filter(what=Proposal.STEP).delete()
    without = it.main_of(it.ben, "/agenda/")
    assert with_step == without


def test_a_step_is_left_out_where_they_do_not_both_let_steps_be_read(it: Looking) -> None:
    item = bundle(it)
    put(it, name="Only a step", step=NEAR.key)
    therapy.admit(it.card, ("everyday",), called="Ben", by=it.ben, at=it.clock.tick())
    it.clock.next_morning(it.pair)
    page = main(it, it.faye, f"{it.room}ahead/")
    assert "Evenings" in page and "Only a step" not in page
    propose(it, item)
    assert {row.what for row in Proposal.objects.all()} == {Proposal.PAGE, Proposal.AGREEMENT}
    alone = ShelfItem.objects.exclude(pk=item.pk).get()
    answer = propose(it, alone)
    assert answer.status_code == 409 and SENTENCES["no_steps_here"] in answer.content.decode()


def test_a_proposal_keeps_the_words_it_was_made_with(it: Looking) -> None:
    item = bundle(it)
    propose(it, item)
    it.post(it.faye, f"{SHELF}{item.pk}/", once=uuid4(), name="Evenings", text="Quite other words.")
    assert TEXT in main(it, it.ada, "/agenda/") and "Quite other" not in main(it, it.ada, "/agenda/")
    it.post(it.faye, f"{SHELF}{item.pk}/off/")
    assert TEXT in main(it, it.ben, "/agenda/")
    proposal = Proposal.objects.get(what=Proposal.AGREEMENT)
    assert TEXT in it.get(it.ada, f"{reverse('write', args=['agreement'])}?proposed={proposal.pk}").content.decode()


def test_what_is_no_longer_there_is_refused_kindly(it: Looking) -> None:
    item = bundle(it)
    shelf.take_off(item.pk, by=it.faye, at=it.clock.tick())
    for sent in ({"item": item.pk, "once": uuid4()}, {"item": "x", "once": uuid4()}, {"once": uuid4()}, {}):
        answer = it.post(it.faye, f"{it.room}ahead/shelf/", **sent)
        assert answer.status_code == 409 and SENTENCES["off_shelf"] in answer.content.decode()
    assert not Proposal.objects.exists()


def test_nobody_proposes_from_the_shelf_of_another_or_to_a_couple_that_does_not_let_them_in(it: Looking) -> None:
    item = bundle(it)
    other, card = make.therapist("Gus", it.clock)
    assert it.post(other, f"{it.room}ahead/shelf/", item=item.pk, once=uuid4()).status_code == 404
    make.introduce(other, it.ada, it.clock)
    make.admit(card, it.ada, it.ben, clock=it.clock)
    it.clock.next_morning(it.pair)
    answer = it.post(other, f"{it.room}ahead/shelf/", item=item.pk, once=uuid4())
    assert answer.status_code == 409 and not Proposal.objects.exists()


# --- What becomes of it ---


def test_it_stays_when_the_card_is_taken_back_and_is_in_the_copy_for_oneself(it: Looking) -> None:
    bundle(it)
    therapy.take_card_back(by=it.faye, at=it.clock.tick())
    it.faye.refresh_from_db()
    assert it.get(it.faye, SHELF)["Location"] == "/room/"
    found = {section.name: section for section in sections_of(reader_of(it.faye, it.clock.tick()))}
    (entry,) = found["shelf"].entries()
    assert entry.plain["words"] == TEXT and entry.plain["page"].startswith("Hard talks")
    assert "shelf" not in {section.name for section in sections_of(reader_of(it.ada, it.clock.tick()))}


def test_it_goes_with_the_account_and_the_proposals_with_it(it: Looking) -> None:
    propose(it, bundle(it))
    erasure.erase_account(by=it.faye, at=it.clock.tick())
    assert not ShelfItem.objects.exists() and not Proposal.objects.exists()
    call_command("verify", verbosity=0)


# --- Put there while proposing ---


def write(it: Looking, **sent: Any) -> Any:
    """Propose something that is written for this couple."""
    return it.post(it.faye, f"{it.room}ahead/propose/", **{"once": uuid4(), **sent})


@pytest.mark.parametrize("sent", [{"text": TEXT}, {"page": "10"}, {"step": NEAR.key}])
def test_what_is_proposed_is_put_on_the_shelf_in_the_same_press(it: Looking, sent: dict[str, str]) -> None:
    once = uuid4()
    for _twice in range(2):
        assert write(it, once=once, shelf_name="Evenings", **sent).status_code == 302
    assert Proposal.objects.count() == 1
    (item,) = ShelfItem.objects.all()
    assert item.words == {"name": "Evenings", **sent}
    assert "Evenings" in main(it, it.faye, SHELF)


def test_without_a_name_nothing_is_put_there(it: Looking) -> None:
    write(it, text=TEXT)
    assert Proposal.objects.count() == 1 and not ShelfItem.objects.exists()


def test_the_couple_finds_the_same_whether_or_not_it_was_put_there(it: Looking) -> None:
    pages = []
    for named in ({}, {"shelf_name": "Evenings"}):
        write(it, text=TEXT, **named)
        pages.append(
            [
                it.main_of(who, "/agenda/").replace(str(Proposal.objects.get().pk).encode(), b"")
                for who in (it.ada, it.ben)
            ]
        )
        assert b"Evenings" not in b"".join(pages[-1])
        Proposal.objects.all().delete()
    assert pages[0] == pages[1]


@pytest.mark.parametrize("step", [TOUCH, CLOSER])
def test_a_step_that_no_shelf_holds_is_said_kindly_and_nothing_is_done(it: Looking, step: ladder.Step) -> None:
    answer = write(it, step=step.key, shelf_name="Evenings")
    page = answer.content.decode()
    assert answer.status_code == 200 and "only holds steps from Safety or Near" in page and 'value="Evenings"' in page
    assert not Proposal.objects.exists() and not ShelfItem.objects.exists()


def test_where_the_shelf_is_full_nothing_is_proposed_and_nothing_is_lost(
    it: Looking, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("couples.actions.shelf.MOST", 0)
    answer = write(it, text=TEXT, shelf_name="Evenings")
    assert answer.status_code == 409 and SENTENCES["shelf_full"] in answer.content.decode()
    assert TEXT in answer.content.decode() and not Proposal.objects.exists()
