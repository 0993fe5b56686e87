"""R3, R6, R7 by examples: whatever the reason that something is not open, its reader gets the same, byte for byte."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction

from couples import visibility
from couples.actions import erasure, pairing, records, sharing, yeses
from couples.models import User, Yes
from couples.rule import consent
from tests.support import make
from tests.support.received_pages import Received, difference
from tests.support.stories import ADA, BEN, FAYE
from tests.support.two_worlds import Stage, World

pytestmark = [pytest.mark.django_db, pytest.mark.histories]  # two worlds, page by page

deep = pytest.mark.deep  # another choice or moment of what is asked beside it
SOON, HOUR, NIGHT = timedelta(minutes=3), timedelta(hours=1), timedelta(hours=30)
Act = Callable[[World, User], None]
Pages = dict[tuple[str, str], Received]  # by viewer and address


def pages_after(
    stage: Stage, *moments: tuple[timedelta, str, Act], wait: timedelta = NIGHT, viewers: tuple[str, ...] = (BEN, FAYE)
) -> Pages:
    """What the viewers get after these acts, each at its time since the beginning; then the world is forgotten."""
    with transaction.atomic():
        world = World(stage)
        begin = world.clock.at
        for n, (since, who, told) in enumerate(moments):
            assert world.act(f"{n} {who}", begin + since, who, "just", told) == ""
        world.go_to(begin + wait)
        pages = {(name, url): page for name in viewers for url, page in world.living_pages(name).items()}
        transaction.set_rollback(True)
    return pages


_never: Pages = {}


def pages_of_never(stage: Stage) -> Pages:
    """What the viewers get where nothing happens. Every stage of a worker begins alike, so it is asked once."""
    if not _never:
        _never.update(pages_after(stage))
    return _never


def assert_same(one: Pages, other: Pages) -> None:
    assert list(one) == list(other)
    for page in one:
        assert one[page] == other[page], f"{page}: {difference(one[page], other[page])}"


# --- What Ada can do ---


def nothing(world: World, by: User) -> None:
    pass


def writes(world: World, by: User) -> None:
    world.do_write(ADA, by, "boundary")


def offers(ends: timedelta | None = None) -> Act:
    def told(world: World, by: User) -> None:
        end = world.clock.at + ends if ends else None
        sharing.offer(world.records[ADA][-1], by=by, at=world.clock.at, seen=1, ends=end)

    return told


def takes_back(world: World, by: User) -> None:
    sharing.take_back(world.records[ADA][-1], by=by, at=world.clock.at)


def welcomes(choice: str) -> Act:
    return lambda world, by: sharing.welcome(consent.EVERYDAY, choice, by=by, at=world.clock.at)


def leaves(world: World, by: User) -> None:
    pairing.end_pairing(by=by, at=world.clock.at)


def fades(world: World, by: User) -> None:
    pairing.end_pairing(pairing.FADE, by=by, at=world.clock.at)


def tells(world: World, by: User) -> None:
    pairing.end_pairing(pairing.TELL, by=by, at=world.clock.at)


def closes_what_fades(world: World, by: User) -> None:
    pairing.close_what_fades(by=by, at=world.clock.at)


def turns_steps_off(world: World, by: User) -> None:
    world.do_steps(ADA, by, False)


def erases(world: World, by: User) -> None:
    erasure.erase_record(world.records[ADA][-1], by=by, at=world.clock.at)


def leaves_for_good(world: World, by: User) -> None:
    erasure.erase_account(by=by, at=world.clock.at)


def leaves_in_seven_days(world: World, by: User) -> None:
    erasure.schedule_erasure("K7QM-4XPD", by=by, at=world.clock.at)


def takes_back_everything(world: World, by: User) -> None:
    for yes in visibility.yeses_of(by, world.clock.at):
        if Yes.objects.filter(pk=yes.pk, closed_at__isnull=True).exists():
            sharing.end_yes(yes.pk, by=by, at=world.clock.at)


def lets_everything_lapse(world: World, by: User) -> None:
    """Every yes of theirs had this instant as its end: as if it had been given so."""
    make.changed(Yes.objects.filter(seat__person=by, closed_at__isnull=True), ends_at=world.clock.at)


def of_ben(world: World) -> Any:
    """Ben's boundary, which is open."""
    return next(record for record in world.records[BEN] if record.kind == "boundary")


def puts_away(world: World, by: User) -> None:
    sharing.put_away(records.newest_of(of_ben(world)).pk, by=by, at=world.clock.at)


def ends_the_reading(world: World, by: User) -> None:
    own = Yes.objects.get(seat__person=by, kind=consent.READING, under=of_ben(world).pk)
    sharing.end_yes(own.pk, by=by, at=world.clock.at)


def lets_the_reading_lapse(world: World, by: User) -> None:
    readings = Yes.objects.filter(seat__person=by, kind=consent.READING, under=of_ben(world).pk)
    assert make.changed(readings, ends_at=world.clock.at) == 1


# --- R3: silence has one face ---

UNOPENED: dict[str, list[tuple[timedelta, str, Act]]] = {
    "a draft": [(HOUR, ADA, writes)],
    "offered and taken back before its door": [
        (HOUR, ADA, writes),
        (2 * HOUR, ADA, offers()),
        (3 * HOUR, ADA, takes_back),
    ],
    "offered and lapsed before its door": [(HOUR, ADA, writes), (2 * HOUR, ADA, offers(ends=HOUR))],
    "offered too late for the morning": [(HOUR, ADA, writes), (29 * HOUR, ADA, offers())],
}


@pytest.mark.parametrize("how", UNOPENED)
def test_what_has_not_opened_has_the_face_of_what_was_never_written(stage: Stage, how: str) -> None:
    assert_same(pages_of_never(stage), pages_after(stage, *UNOPENED[how]))


def test_offered_without_a_welcome_has_the_face_of_never_written(stage: Stage) -> None:
    no = (SOON, BEN, welcomes(sharing.NOT_NOW))
    never = pages_after(stage, no)
    assert_same(never, pages_after(stage, no, (HOUR, ADA, writes), (2 * HOUR, ADA, offers())))


@pytest.mark.parametrize("choice", [pytest.param(sharing.NOT_NOW, marks=deep), consent.SITTINGS])
def test_my_offer_meets_the_same_silence_whatever_the_other_welcomes(stage: Stage, choice: str) -> None:
    def ben_offers(world: World, by: User) -> None:
        world.do_write(BEN, by, "boundary")
        sharing.offer(world.records[BEN][-1], by=by, at=world.clock.at, seen=1)

    not_now = pages_after(stage, (SOON, ADA, welcomes(sharing.NOT_NOW)), (HOUR, BEN, ben_offers))
    assert_same(not_now, pages_after(stage, (SOON, ADA, welcomes(choice)), (HOUR, BEN, ben_offers)))
    opened = pages_after(stage, (HOUR, BEN, ben_offers))
    assert list(opened) != list(not_now), "with Ada's welcome it would have opened"


def test_answers_on_steps_that_meet_no_yes_look_alike(stage: Stage) -> None:
    def answers(how: str) -> Act:
        return lambda world, by: world.do_answer(ADA, by, how)

    off = (SOON, BEN, lambda world, by: world.do_pause(BEN, by, None))
    silent = pages_after(stage, off)
    for how in ("yes", "conditions", "other conditions", "not now"):
        assert_same(silent, pages_after(stage, off, (HOUR, ADA, answers(how))))


def test_what_closed_leaves_nothing_of_it_on_any_page(stage: Stage) -> None:
    """Not even on Ben's page of his own yeses: a yes to hold what is gone does nothing any more."""
    begun = [(HOUR, ADA, writes), (2 * HOUR, ADA, offers())]
    opened = pages_after(stage, *begun)
    closed = pages_after(stage, *begun, (29 * HOUR, ADA, takes_back))
    never = pages_of_never(stage)
    assert list(opened) != list(never)
    assert_same(never, closed)


# --- R7: three ways to leave ---


def test_what_fades_looks_at_first_as_if_nobody_had_left_but_for_steps(stage: Stage) -> None:
    left, stayed = (
        pages_after(stage, (HOUR, ADA, told), (HOUR + SOON, BEN, goes_on), wait=HOUR + 2 * SOON)
        for told in (fades, turns_steps_off)
    )
    assert_same(left, stayed)
    closed = pages_after(stage, (HOUR, ADA, leaves), (HOUR + SOON, BEN, goes_on), wait=HOUR + 2 * SOON)
    assert list(closed) != list(left)


def test_what_has_faded_looks_like_what_lapsed(stage: Stage) -> None:
    """Once the therapist's card has left too, which stays for thirty days after both last admitted them."""
    faded, lapsed = (pages_after(stage, (HOUR, ADA, told), wait=62 * NIGHT) for told in (fades, lets_everything_lapse))
    assert_same(faded, lapsed)


def test_what_fades_can_be_closed_at_once_and_looks_like_closed_then(stage: Stage) -> None:
    faded, closed = (
        pages_after(stage, (HOUR, ADA, one), (2 * HOUR, ADA, other), wait=3 * HOUR)
        for one, other in ((fades, closes_what_fades), (leaves, closes_what_fades))
    )
    assert_same(faded, closed)


def test_what_was_erased_while_it_fades_is_gone_at_once(stage: Stage) -> None:
    begun = [(HOUR, ADA, writes), (2 * HOUR, ADA, offers()), (30 * HOUR, ADA, fades)]
    wait = 32 * HOUR
    there = pages_after(stage, *begun, wait=wait)
    erased = pages_after(stage, *begun, (31 * HOUR, ADA, erases), wait=wait)
    assert there != erased
    assert_same(erased, pages_after(stage, *begun[2:], wait=wait))


def test_who_tells_is_the_only_one_of_whom_it_is_said(stage: Stage) -> None:
    told, untold = (pages_after(stage, (HOUR, ADA, way)) for way in (tells, leaves))
    words = b"wanted you to know"
    assert any(words in page[-1] for page in told.values())
    assert not any(words in page[-1] for page in untold.values())


# --- Erasing looks like taking back, and leaving for good like an ended seat ---


# After the first seven o'clock after it opened, and before.
@pytest.mark.parametrize("when", [55 * HOUR, pytest.param(31 * HOUR, marks=deep)])
def test_what_was_erased_looks_like_what_was_taken_back(stage: Stage, when: timedelta) -> None:
    begun = [(HOUR, ADA, writes), (2 * HOUR, ADA, offers())]
    wait = 60 * HOUR
    taken_back, erased = (pages_after(stage, *begun, (when, ADA, told), wait=wait) for told in (takes_back, erases))
    assert_same(taken_back, erased)


def test_a_draft_that_was_erased_looks_like_one_that_was_never_written(stage: Stage) -> None:
    drafted = [(HOUR, ADA, writes), (2 * HOUR, ADA, erases)]
    assert_same(pages_of_never(stage), pages_after(stage, *drafted))


@pytest.mark.parametrize("wait", [pytest.param(HOUR + SOON, marks=deep), NIGHT, 120 * NIGHT])
def test_ada_left_for_good_looks_like_her_seat_ended(stage: Stage, wait: timedelta) -> None:
    left, *others = (
        pages_after(stage, (HOUR, ADA, told), (HOUR + SOON, BEN, goes_on), wait=wait)
        for told in (leaves, leaves_for_good, leaves_in_seven_days)
    )
    for other in others:
        assert_same(left, other)


# --- R3: put away, and a reading that ended, look still held to everybody else ---


@pytest.mark.parametrize("told", [puts_away, ends_the_reading, lets_the_reading_lapse])
def test_what_ada_holds_no_longer_looks_still_held(stage: Stage, told: Act) -> None:
    assert_same(pages_of_never(stage), pages_after(stage, (HOUR, ADA, told)))


def test_what_ada_puts_away_is_gone_for_ada(stage: Stage) -> None:
    held, put_away = pages_after(stage, viewers=(ADA,)), pages_after(stage, (HOUR, ADA, puts_away), viewers=(ADA,))
    assert held[ADA, "/ours/"] != put_away[ADA, "/ours/"]


# --- R6: a lapse is a withdrawal ---


def test_a_lapsed_offer_looks_like_one_taken_back(stage: Stage) -> None:
    end = 29 * HOUR
    lapsed = [(HOUR, ADA, writes), (2 * HOUR, ADA, offers(ends=end - 2 * HOUR))]
    taken_back = [(HOUR, ADA, writes), (2 * HOUR, ADA, offers()), (end, ADA, takes_back)]
    before = end - timedelta(minutes=1)
    assert_same(pages_after(stage, *lapsed, wait=before), pages_after(stage, *taken_back[:2], wait=before))
    assert_same(pages_after(stage, *lapsed), pages_after(stage, *taken_back))


def test_everything_lapsed_looks_like_everything_taken_back(stage: Stage) -> None:
    lapsed = pages_after(stage, (HOUR, ADA, lets_everything_lapse))
    assert_same(lapsed, pages_after(stage, (HOUR, ADA, takes_back_everything)))
    assert lapsed[BEN, "/ours/"] != pages_of_never(stage)[BEN, "/ours/"]


# --- R7: the other left, or let everything lapse ---


def goes_on(world: World, by: User) -> None:
    """Ben does what can be done in a pair, in which nothing answers him."""
    at = world.clock.at
    world.do_write(BEN, by, "boundary")
    sharing.offer(world.records[BEN][-1], by=by, at=at, seen=1, ends=yeses.UNTIL_TAKEN_BACK)
    sharing.welcome(consent.EVERYDAY, consent.MORNINGS, by=by, at=at)
    world.do_group(BEN, by, True)
    world.do_answer(BEN, by, "yes")
    world.do_sit(BEN, by, None)
    world.do_zone(BEN, by, "Asia/Tokyo")
    world.do_admit(BEN, by, ("everyday",))


@pytest.mark.parametrize("wait", [HOUR + SOON, *(pytest.param(n * NIGHT, marks=deep) for n in (1, 20)), 120 * NIGHT])
def test_ada_left_looks_like_everything_of_hers_taken_back_or_lapsed(stage: Stage, wait: timedelta) -> None:
    left, *others = (
        pages_after(stage, (HOUR, ADA, gone), (HOUR + SOON, BEN, goes_on), wait=wait)
        for gone in (leaves, takes_back_everything, lets_everything_lapse)
    )
    for other in others:
        assert_same(left, other)


def test_a_new_name_or_pair_of_somebody_who_left_reaches_nobody(stage: Stage) -> None:
    def renames(world: World, by: User) -> None:
        world.do_rename(ADA, by, "Somebody Else")

    def pairs_anew(world: World, by: User) -> None:
        pairing.invite(by=by, at=world.clock.at)

    left = (HOUR, ADA, leaves)
    quiet = pages_after(stage, left)
    assert_same(quiet, pages_after(stage, left, (2 * HOUR, ADA, renames), (3 * HOUR, ADA, pairs_anew)))
