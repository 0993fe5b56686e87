"""What its author says is about touch or sex: asked once, kept with the words, elsewhere shown by its kind."""

from uuid import uuid4

import pytest

from couples import visibility
from couples.actions import agenda, records, sharing
from couples.content.kind_parts import TENDER
from couples.content.kinds import KINDS
from couples.models import Opening, Record
from couples.presenters import own_yeses
from tests.support import make
from tests.support.addresses import writing
from tests.support.couple_and_therapist import Looking

pytestmark = pytest.mark.django_db

WORDS = "On Friday we lie down together for an hour."
SAYS_SO = {TENDER.name: "yes"}


def newest(it: Looking) -> Record:
    return visibility.mine(it.ada).order_by("-made_at").first()


def in_force(it: Looking, **more: str) -> Opening:
    """Ada's agreement, in force."""
    record = records.write("agreement", {"does": WORDS, **more}, by=it.ada, at=it.clock.tick())
    make.offer(record, it.ada, it.clock)
    it.clock.next_morning(it.pair)
    for who in (it.ada, it.ben):
        opening = visibility.open_to(who, it.clock.at).get(kind="revision", revision__record=record)
        sharing.accept(opening, by=who, at=it.clock.tick())
    it.clock.next_morning(it.pair)
    return visibility.open_to(it.ben, it.clock.at).get(kind="agreement")


@pytest.mark.parametrize("kind", KINDS.values(), ids=lambda kind: kind.name)
def test_it_is_asked_of_whatever_can_be_offered_but_a_step(it: Looking, kind) -> None:
    it.ada.steps_on = True
    it.ada.save()
    asked = f'name="{TENDER.name}"' in it.get(it.ada, writing(kind.name)).content.decode()
    assert asked is (TENDER.name in {field.name for field in kind.shared_fields})
    assert asked is not (kind.of_steps or kind.is_alone)


def test_it_is_part_of_the_words_and_an_edit_carries_it_on(it: Looking) -> None:
    it.post(it.ada, writing("request"), once=uuid4(), ask="Hold my hand.", tender="on")
    record = newest(it)
    assert records.newest_of(record).words == {"ask": "Hold my hand.", **SAYS_SO}
    page = it.get(it.ada, f"/mine/{record.pk}/revise/").content.decode()
    assert 'name="tender" id="id_tender" checked' in page or "checked" in page.split('name="tender"')[1][:80]
    assert TENDER.label in it.get(it.ada, f"/mine/{record.pk}/").content.decode()
    it.post(it.ada, f"/mine/{record.pk}/revise/", seen="1", ask="Hold my hand.")
    assert records.newest_of(record).words == {"ask": "Hold my hand."}
    assert records.newest_of(record).number == 2, "other words: a yes is to exact ones"


def test_it_is_left_out_where_nobody_says_so(it: Looking) -> None:
    it.post(it.ada, writing("moment"), once=uuid4(), line="We laughed.")
    assert records.newest_of(newest(it)).words == {"line": "We laughed."}


def test_the_hour_together_asks_it_too(it: Looking) -> None:
    it.post(it.ada, "/sitting/", once=uuid4(), limit="Not in my sleep.", tender="on", act="keep")
    assert records.newest_of(newest(it)).words == {"limit": "Not in my sleep.", **SAYS_SO}


def test_older_words_of_such_a_thing_are_taken_back_first(it: Looking) -> None:
    record = records.write("request", {"ask": "Hold my hand.", **SAYS_SO}, by=it.ada, at=it.clock.tick())
    page = it.get(it.ada, f"/mine/{record.pk}/revise/").content.decode()
    assert "checked" in page.split('value="take_back"')[1][:60]


def test_words_that_answer_such_words_begin_with_it(it: Looking) -> None:
    record = records.write("agreement", {"does": WORDS, **SAYS_SO}, by=it.ada, at=it.clock.tick())
    make.offer(record, it.ada, it.clock)
    it.clock.next_morning(it.pair)
    opening = make.open_revision(record, it.ben, it.clock)
    page = it.get(it.ben, f"/ours/{opening.pk}/counter/").content.decode()
    assert "checked" in page.split('name="tender"')[1][:80]


@pytest.mark.parametrize("is_tender", [True, False])
def test_an_agreement_that_is_tender_is_named_by_its_kind_wherever_it_stands_among_others(
    it: Looking, is_tender: bool
) -> None:
    opening = in_force(it, review="2026-06-01", **(SAYS_SO if is_tender else {}))
    agenda.put_on(opening, by=it.ben, at=it.clock.tick())
    it.let_in()
    for path in ("/today/", "/ours/", "/sitting/", "/sitting/days/", "/agenda/", "/timeline/", writing("breach")):
        page = it.get(it.ben, path).content.decode()
        assert path == "/timeline/" or "greement" in page, path
        assert (WORDS in page) is (not is_tender and path != "/timeline/"), path
    for path in (it.room, f"{it.room}session/", f"{it.room}sheet/", it.mirror):
        page = it.get(it.ada if path == it.mirror else it.faye, path).content.decode()
        assert "greement" in page and (WORDS in page) is not is_tender, path
    assert WORDS in it.get(it.ben, f"/ours/{opening.pk}/").content.decode()
    assert WORDS in it.get(it.faye, f"{it.room}?sheet={opening.pk}").content.decode()


def test_ones_own_timeline_quotes_neither_heavy_nor_tender_words_of_ones_own(it: Looking) -> None:
    for kind, words in (
        ("boundary", {"limit": "Not in my sleep.", "area": "touch"}),
        ("request", {"ask": "Hold my hand.", **SAYS_SO}),
        ("impact_letter", {"letter": "What I lost."}),
        ("question", {"question": "Did you?"}),
        ("moment", {"line": "We laughed."}),
    ):
        records.write(kind, words, by=it.ada, at=it.clock.tick())
    page = it.get(it.ada, "/timeline/").content.decode()
    assert "We laughed." in page and page.count("You wrote") == 5
    for words in ("Not in my sleep.", "Hold my hand.", "What I lost.", "Did you?"):
        assert words not in page


def test_the_page_of_ones_own_yeses_quotes_no_heavy_or_tender_words_of_the_other(it: Looking) -> None:
    for kind, words in (
        ("request", {"ask": "Hold my hand.", **SAYS_SO}),
        ("impact_letter", {"letter": "What I lost."}),
        ("moment", {"line": "We laughed."}),
    ):
        make.offer(records.write(kind, words, by=it.ada, at=it.clock.tick()), it.ada, it.clock)
    it.clock.next_morning(it.pair)
    told = {}
    for who in (it.ada, it.ben):
        seat = visibility.seat_of(who)
        lines = own_yeses.lines_of(own_yeses.listed(who, it.clock.at, seat), who, seat, it.clock.at)
        told[who.shown_name] = {(line.to, line.words) for line in lines if "Open" in line.to or "Offer" in line.to}
    assert told["Ada"] == {
        ("Offer to share: A request", "Hold my hand."),
        ("Offer to share: An impact letter", "What I lost."),
        ("Offer to share: A moment", "We laughed."),
    }
    days = [f"{opening.day.day} {opening.day:%B %Y}" for opening in visibility.open_to(it.ben, it.clock.at)]
    assert {to.partition(", since ")[0] for to, _ in told["Ben"]} == {
        f"Open to me: {what} from Ada" for what in ("a request", "an impact letter", "a moment")
    }
    assert {words for _, words in told["Ben"]} == {"", "We laughed."}
    assert {to.partition(", since ")[2] for to, words in told["Ben"] if not words} <= set(days)
