"""The agenda: either puts opened things on it, each takes their own off, and it goes when the thing closes."""

from html import unescape

import pytest

from couples import visibility
from couples.actions import agenda, erasure, pairing, records, sharing, sitting
from couples.models import Opening, Record, Revision, User, Yes
from couples.rule import consent
from tests.support import make
from tests.support.couple_and_therapist import Looking, both_step
from tests.support.page_reader import Reading

pytestmark = pytest.mark.django_db

LIMIT = "I need to know before plans change."


def main(it: Looking, who: User, path: str = "/agenda/") -> str:
    return Reading(it.get(who, path).content.decode()).main


def opened(it: Looking) -> Opening:
    """A boundary of Ada's that Ben holds."""
    it.open_boundary(it.ada, LIMIT)
    return visibility.open_to(it.ben, it.clock.at).get(scope="boundary")


def put(it: Looking, who: User, opening: Opening) -> None:
    assert it.post(who, f"/ours/{opening.pk}/agenda/").status_code == 302
    it.clock.next_morning(it.pair)


@pytest.mark.parametrize("who", ["ada", "ben"])
def test_either_may_put_an_open_thing_on_it_and_both_see_who_did(it: Looking, who: str) -> None:
    giver = getattr(it, who)
    put(it, giver, opened(it))
    for reader in (it.ada, it.ben):
        page = main(it, reader)
        assert LIMIT in page
        assert ("Put here by you" if reader == giver else f"Put here by {giver.shown_name}") in " ".join(page.split())
        assert ("Take mine off" in page) is (reader == giver)


@pytest.mark.parametrize("sits", [True, False], ids=["the other has sat down", "the other has not"])
def test_it_waits_for_a_morning_and_never_tells_whether_the_other_has_sat_down(it: Looking, sits: bool) -> None:
    opening = opened(it)
    before = it.main_of(it.ben, "/agenda/")
    sitting.sit_down(by=it.ada, at=it.clock.tick())
    if sits:
        sitting.sit_down(by=it.ben, at=it.clock.tick())
    it.post(it.ada, f"/ours/{opening.pk}/agenda/")
    it.get(it.ada, "/today/")  # the message of the press
    assert LIMIT not in main(it, it.ada) and it.main_of(it.ben, "/agenda/") == before
    it.clock.next_morning(it.pair)
    assert LIMIT in main(it, it.ada) and LIMIT in main(it, it.ben)


@pytest.mark.parametrize("way", pairing.WAYS)
def test_whether_it_stands_there_never_tells_that_the_other_has_left(it: Looking, way: str) -> None:
    opening = opened(it)
    pairing.end_pairing(way, by=it.ben, at=it.clock.tick())
    put(it, it.ada, opening)
    assert LIMIT in main(it, it.ada)


def test_each_takes_only_their_own_off(it: Looking) -> None:
    opening = opened(it)
    put(it, it.ada, opening)
    put(it, it.ben, opening)
    assert main(it, it.ada).count(LIMIT) == 1, "one thing stands there once"
    for _twice in range(2):
        assert it.post(it.ada, f"/ours/{opening.pk}/agenda/off/").status_code == 302
    assert LIMIT in main(it, it.ada) and "Take mine off" not in main(it, it.ada)
    it.post(it.ben, f"/ours/{opening.pk}/agenda/off/")
    assert LIMIT not in main(it, it.ada) and LIMIT not in main(it, it.ben)


def test_it_goes_with_the_thing_and_does_not_come_back_by_itself(it: Looking) -> None:
    opening = opened(it)
    put(it, it.ben, opening)
    sharing.take_back(visibility.mine(it.ada).get(), by=it.ada, at=it.clock.tick())
    for who in (it.ada, it.ben):
        assert LIMIT not in main(it, who) and "Put here" not in main(it, who)


def test_what_the_other_put_away_looks_to_its_author_like_what_they_hold(it: Looking) -> None:
    """Before and after it is put on: a mark may not tell an author that their words were put away."""
    opening = opened(it)
    assert opening.revision_id is not None
    sharing.put_away(opening.revision_id, by=it.ben, at=it.clock.tick())
    put(it, it.ada, opening)
    assert LIMIT in main(it, it.ada)
    assert LIMIT not in main(it, it.ben) and "Put here" not in main(it, it.ben)
    assert "boundary" not in main(it, it.ben)


def test_erasing_looks_like_taking_back(it: Looking) -> None:
    put(it, it.ben, opened(it))
    erasure.erase_record(visibility.mine(it.ada).get(), by=it.ada, at=it.clock.tick())
    assert LIMIT not in main(it, it.ben) and "Put here" not in main(it, it.ben)


def test_steps_never_stand_on_it(it: Looking) -> None:
    both_step(it)
    step = visibility.open_to(it.ada, it.clock.at).get(kind="step")
    assert it.post(it.ada, f"/ours/{step.pk}/agenda/").status_code == 404
    assert not agenda.may_stand(step)
    assert not Yes.objects.filter(kind=consent.AGENDA).exists()


def test_a_therapist_sees_it_only_of_kinds_that_both_named_and_the_mirror_shows_the_same(it: Looking) -> None:
    it.agree(it.ada, it.ben, "Phones stay in the hall.")
    it.let_in("agreement")
    put(it, it.ada, opened(it))
    put(it, it.ben, visibility.open_to(it.ben, it.clock.at).get(kind="agreement"))
    page = main(it, it.faye, it.room)
    assert "On the agenda" in page and "put here by Ben" in page
    assert LIMIT not in page and "put here by Ada" not in page
    assert it.main_of(it.faye, it.room) == it.main_of(it.ada, it.mirror) == it.main_of(it.ben, it.mirror)


def test_its_mark_stands_on_the_page_of_ones_own_yeses(it: Looking) -> None:
    from couples.presenters import own_yeses

    put(it, it.ben, opened(it))
    seat = visibility.seat_of(it.ben)
    assert seat is not None
    lines = own_yeses.lines_of(own_yeses.listed(it.ben, it.clock.at, seat), it.ben, seat, it.clock.at)
    assert [line.to for line in lines if "agenda" in line.to] == ["On our agenda: A boundary"]


def test_once_the_thing_is_taken_back_its_mark_stands_on_no_page(it: Looking) -> None:
    from couples.presenters import own_yeses

    put(it, it.ben, opened(it))
    sharing.take_back(visibility.mine(it.ada).get(), by=it.ada, at=it.clock.tick())
    seat = visibility.seat_of(it.ben)
    assert seat is not None
    assert not own_yeses.listed(it.ben, it.clock.at, seat).filter(kind=consent.AGENDA).exists()


def test_alone_there_is_a_page_that_hints_at_nothing_missing(it: Looking) -> None:
    page = main(it, it.eve)
    assert "Everything you write for yourself works without a partner." in page


def test_marks_can_be_talked_about_too(it: Looking) -> None:
    it.agree(it.ada, it.ben, "Phones stay in the hall.")
    agreement = visibility.open_to(it.ada, it.clock.at).get(kind="agreement")
    from couples.actions import marks

    for who in (it.ada, it.ben):
        marks.mark(agreement, 0, consent.PARTLY, by=who, at=it.clock.tick())
    it.clock.next_morning(it.pair)
    put(it, it.ben, visibility.open_to(it.ben, it.clock.at).get(kind="marks"))
    assert "How an agreement was kept" in main(it, it.ada)


def test_it_shows_a_page_at_a_time(it: Looking) -> None:
    for n in range(23):
        make.offer(make.boundary(it.ada, it.clock, f"Number {n}."), it.ada, it.clock)
        it.clock.next_morning(it.pair)
    for opening in visibility.open_to(it.ada, it.clock.at):
        agenda.put_on(opening, by=it.ada, at=it.clock.tick())
    it.clock.next_morning(it.pair)
    first = it.get(it.ben, "/agenda/").content.decode()
    assert first.count("Put here by") == 20
    (earlier,) = (link for link in Reading(first).links if link.startswith("?after="))
    assert it.get(it.ben, f"/agenda/{earlier}").content.decode().count("Put here by") == 3


# --- Topics ---


def topic(it: Looking, who: User, words: str, **more: str) -> Record:
    """A topic that opens the next morning."""
    record = records.write("topic", {"talk": words, **more}, by=who, at=it.clock.tick())
    make.offer(record, who, it.clock)
    it.clock.next_morning(it.pair)
    return record


def in_order(page: str, *words: str) -> bool:
    places = [page.find(each) for each in words]
    return -1 not in places and places == sorted(places)


def test_open_topics_stand_there_without_being_put_there_one_of_each_in_turn_before_all_else(it: Looking) -> None:
    put(it, it.ben, opened(it))
    for n in range(3):
        topic(it, it.ada, f"Ada's {n}.")
    topic(it, it.ben, "Ben's 0.")
    it.let_in()
    turns = ("Ada's 0.", "Ben's 0.", "Ada's 1.", "Ada's 2.", LIMIT)
    for who, url in ((it.ada, "/agenda/"), (it.ben, "/agenda/"), (it.faye, it.room), (it.faye, f"{it.room}session/")):
        page = unescape(main(it, who, url)).partition("On the agenda")[2]
        assert in_order(page, *turns), url
    sheet = unescape(main(it, it.faye, f"{it.room}sheet/")).partition("On the agenda")[2]
    assert in_order(sheet, *turns[:3])
    assert it.main_of(it.faye, it.room) == it.main_of(it.ada, it.mirror) == it.main_of(it.ben, it.mirror)


def test_taking_a_topic_back_takes_it_off_for_all_three_with_the_next_request(it: Looking) -> None:
    record = topic(it, it.ada, "The holidays.")
    it.let_in()
    for take_back in (False, True):
        if take_back:
            sharing.take_back(record, by=it.ada, at=it.clock.tick())
        for who, url in ((it.ada, "/agenda/"), (it.ben, "/agenda/"), (it.faye, it.room), (it.faye, f"{it.room}sheet/")):
            assert ("The holidays." in main(it, who, url)) is not take_back


def test_a_topic_that_its_reader_put_away_looks_to_its_author_and_the_therapist_like_one_that_is_held(
    it: Looking,
) -> None:
    record = topic(it, it.ada, "The holidays.")
    it.let_in()
    before = it.main_of(it.ada, "/agenda/"), it.main_of(it.faye, it.room)
    sharing.put_away(Revision.objects.get(record=record).pk, by=it.ben, at=it.clock.tick())
    assert (it.main_of(it.ada, "/agenda/"), it.main_of(it.faye, it.room)) == before
    assert "The holidays." not in main(it, it.ben)


def test_a_topic_is_neither_put_on_nor_taken_off_and_its_page_says_where_it_stands(it: Looking) -> None:
    record = topic(it, it.ada, "The holidays.")
    opening = make.open_revision(record, it.ben, it.clock)
    assert it.post(it.ben, f"/ours/{opening.pk}/agenda/").status_code == 404
    for who in (it.ada, it.ben):
        page = it.get(who, f"/ours/{opening.pk}/").content.decode()
        assert "Put on our agenda" not in page and 'on <a href="/agenda/">the agenda</a>' in page


def test_a_topic_about_touch_stands_there_by_its_kind_and_day_alone(it: Looking) -> None:
    topic(it, it.ada, "Touch in the morning.", tender="yes")
    it.let_in()
    for who, url in ((it.ada, "/agenda/"), (it.ben, "/agenda/"), (it.faye, it.room), (it.faye, f"{it.room}session/")):
        page = main(it, who, url)
        assert "A topic" in page and "Touch in the morning." not in page


def test_a_therapist_who_is_not_admitted_to_everyday_things_sees_no_topic(it: Looking) -> None:
    topic(it, it.ada, "The holidays.")
    make.admit(it.card, it.ada, it.ben, clock=it.clock, classes=("heavy",))
    it.clock.next_morning(it.pair)
    assert "opic" not in main(it, it.faye, it.room)
