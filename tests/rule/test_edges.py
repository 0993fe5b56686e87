"""The edges of the rule, where a small slip would change who sees what: exact instants, numbers, kinds."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from uuid import UUID, uuid5
from zoneinfo import ZoneInfo

import pytest

from couples.content import kinds
from couples.rule import consent, openings
from couples.rule.consent import Opening, Seat, Yes
from couples.rule.history import Ledger

AT = datetime(2026, 3, 10, 6, 0, tzinfo=UTC)  # seven o'clock in Berlin
A_MOMENT = timedelta(microseconds=1)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
ONE, TWO = UUID(int=1), UUID(int=2)
RECORD, WORDS, CHAIN = UUID(int=10), UUID(int=11), UUID(int=12)
ZONE = "Europe/Berlin"


def name(*parts: str) -> UUID:
    return uuid5(UUID(int=99), repr(parts))


def yes(kind: str, seat: UUID, given: datetime = AT - 9 * HOUR, n: int = 0, **more) -> Yes:
    more = {"thing": WORDS, "tie": "0", **more}
    return Yes(id=name("yes", kind, seat.hex, str(n), str(given)), seat_id=seat, kind=kind, given_at=given, **more)


def offer(n: int = 0, number: int = 1, seat: UUID = ONE, **more) -> Yes:
    words = {"scope": "boundary", "under": UUID(int=1000 + n), "number": number}
    thing = UUID(int=2000 + 10 * n + number)
    return yes("offer", seat, n=10 * n + number, **{**words, "thing": thing, "revision_id": thing, **more})


def welcome(seat: UUID = TWO, choice: str = "mornings", scope: str = "everyday", **more) -> Yes:
    return yes("welcome", seat, choice=choice, scope=scope, thing=name("welcome", scope), **more)


def sat(*seats: UUID, given: datetime = AT - HOUR / 2) -> list[Yes]:
    return [yes("sitting", seat, given, ends_at=given + HOUR) for seat in seats]


def ledger(*yeses: Yes, left: datetime | None = None) -> openings.Ledger:
    seats = (Seat(ONE), Seat(TWO, left))
    return openings.Ledger(seats, {row.id: row for row in yeses}, ZONE, name)


def opened(*yeses: Yes) -> list[Opening]:
    return openings.at_morning(ledger(*yeses), AT)


# --- numbers and kinds ---


def test_every_kind_of_record_has_its_welcome() -> None:
    assert {"impact_letter", "accountability_letter", "reply", "breach", "repair"} == kinds.heavy_kinds()
    assert {consent.scope_of(kind) for kind in kinds.heavy_kinds()} == {"heavy"}
    others = kinds.KINDS.keys() - kinds.heavy_kinds()
    assert {consent.scope_of(kind) for kind in others} == {"everyday"}


@pytest.mark.parametrize(
    ("kind", "lasts"),
    [("welcome", 182 * DAY), ("zone", 30 * DAY), ("answer", 7 * DAY), ("terms", 7 * DAY), ("sitting", HOUR)],
)
def test_what_ends_after_a_fixed_time(kind, lasts) -> None:
    assert consent.LASTS[kind] == lasts


def test_of_everything_else_a_day_is_drawn_between_seventeen_and_twenty_six_weeks() -> None:
    days = consent.days_to_end_on(AT, "Europe/Berlin", [])
    today = AT.astimezone(ZoneInfo("Europe/Berlin")).date()
    assert (days[0], days[-1], len(days)) == (today + 119 * DAY, today + 182 * DAY, 64)


def test_a_day_is_drawn_on_which_fewest_of_ones_own_end() -> None:
    days = consent.days_to_end_on(AT, "Europe/Berlin", [])
    others = [datetime.combine(day, time(12), UTC) for day in days[1:]]
    assert consent.days_to_end_on(AT, "Europe/Berlin", others) == days[:1]
    late = datetime.combine(days[0], time(23, 30), UTC)  # in Berlin it is the next day
    assert consent.days_to_end_on(AT, "Europe/Berlin", [*others, late]) == days[:1]
    assert consent.days_to_end_on(AT, "UTC", [*others, late]) == days


def test_which_doors_each_thing_opens_at_and_what_is_undone() -> None:
    mornings_only = {thing for thing, need in consent.NEEDS.items() if need.doors == {"morning"}}
    assert mornings_only == {"group", "conditions", "step", "step with conditions", "agenda", "takeaway"}
    assert {thing for thing, need in consent.NEEDS.items() if need.doors == {"morning", "sitting"}} == {
        "revision",
        "agreement",
        "marks",
        "keep",
        "admission",
        "zone",
    }
    assert [thing for thing, need in consent.NEEDS.items() if not need.lasting] == ["zone"]
    assert [thing for thing, need in consent.NEEDS.items() if need.of_one] == ["agenda"]


# --- exact instants ---


def test_a_yes_stands_from_the_instant_it_is_given_until_just_before_its_end() -> None:
    given = yes("offer", ONE, AT, ends_at=AT + HOUR, closed_at=AT + 2 * HOUR)
    assert not consent.stands(given, AT - A_MOMENT)
    assert consent.stands(given, AT)
    assert consent.stands(given, AT + HOUR - A_MOMENT)
    assert not consent.stands(given, AT + HOUR)
    taken_back = replace(given, closed_at=AT + HOUR / 2)
    assert consent.stands(taken_back, AT + HOUR / 2 - A_MOMENT)
    assert not consent.stands(taken_back, AT + HOUR / 2)


@pytest.mark.parametrize(("short_by", "count"), [(timedelta(), 1), (A_MOMENT, 0)])
def test_eight_hours_are_a_night_and_a_moment_less_is_none(short_by, count) -> None:
    late = AT - 8 * HOUR + short_by
    assert len(opened(offer(given=late), welcome())) == count
    assert len(opened(offer(), welcome(given=late))) == count


def test_a_morning_is_strictly_after_and_on_the_same_day_before_seven() -> None:
    assert consent.morning_after(AT - A_MOMENT, ZONE) == AT
    assert consent.morning_after(AT, ZONE) == AT + DAY
    assert consent.morning_after(AT - 6 * HOUR, ZONE) == AT


def test_an_opening_is_not_open_before_its_instant() -> None:
    (opening,) = opened(offer(), welcome())
    told = ledger(offer(), welcome())
    openings.at_morning(told, AT)
    assert consent.is_open(opening, told.yeses, AT)
    assert not consent.is_open(opening, told.yeses, AT - A_MOMENT)


def test_an_opening_that_rests_on_an_unknown_yes_is_not_open() -> None:
    (opening,) = opened(offer(), welcome())
    assert not consent.is_open(opening, {}, AT)


def test_a_reading_counts_for_its_reader_and_for_nobody_else() -> None:
    told = ledger(offer(), welcome())
    (opening,) = openings.at_morning(told, AT)
    reading = opening.gives
    assert reading is not None and reading.seat_id == TWO
    told.yeses[reading.id] = replace(reading, closed_at=AT + HOUR)
    later = AT + 2 * HOUR
    assert consent.is_open(opening, told.yeses, later, reader=ONE)
    assert not consent.is_open(opening, told.yeses, later, reader=TWO)
    assert not consent.is_open(opening, told.yeses, later)


# --- a sitting ---


def test_a_sitting_needs_both_and_begins_with_the_later() -> None:
    one, two = sat(ONE)[0], sat(TWO, given=AT - HOUR / 4)[0]
    assert consent.sitting_since([one], AT) is None
    assert consent.sitting_since([one, one], AT) is None
    assert consent.sitting_since([one, two], AT) == AT - HOUR / 4
    assert consent.sitting_since([one, two], AT + HOUR / 2 - A_MOMENT) == AT - HOUR / 4
    assert consent.sitting_since([one, two], AT + HOUR / 2) is None


def test_they_have_just_paired_for_the_length_of_a_sitting_and_no_moment_longer() -> None:
    assert consent.just_paired(AT, AT + HOUR - A_MOMENT)
    assert not consent.just_paired(AT, AT + HOUR)


def test_in_a_sitting_a_yes_needs_no_night_and_heavy_things_do_not_open() -> None:
    now = {"given": AT}
    told = ledger(*sat(ONE, TWO), offer(**now), welcome(choice="sittings", **now))
    assert [opening.door for opening in openings.at_sitting(told, AT)] == ["sitting"]
    heavy = ledger(*sat(ONE, TWO), offer(scope="breach"), welcome(scope="heavy"))
    assert openings.at_sitting(heavy, AT) == []
    assert len(openings.at_morning(heavy, AT)) == 1


def test_a_sitting_that_is_over_is_no_door() -> None:
    told = ledger(*sat(ONE, TWO, given=AT - HOUR), offer(), welcome())
    assert openings.at_sitting(told, AT) == []


def test_five_of_one_author_in_one_sitting_and_five_more_in_the_next() -> None:
    many = [offer(n, tie=str(n)) for n in range(7)]
    told = ledger(*sat(ONE, TWO), welcome(), *many)
    assert [opening.under for opening in openings.at_sitting(told, AT - HOUR / 4)] == [row.under for row in many[:5]]
    assert openings.at_sitting(told, AT) == []
    again = sat(ONE, TWO, given=AT + HOUR)
    told.yeses.update({row.id: row for row in again})
    assert len(openings.at_sitting(told, AT + HOUR)) == 2


def test_the_five_are_of_one_author_and_of_one_door() -> None:
    mine = [offer(n, tie=str(n)) for n in range(6)]
    theirs = [offer(n + 50, seat=TWO, tie=str(n)) for n in range(6)]
    told = ledger(welcome(), welcome(ONE), *mine, *theirs, *sat(ONE, TWO))
    assert len(openings.at_sitting(told, AT - A_MOMENT)) == 10
    assert len(openings.at_morning(told, AT)) == 2  # the morning has five of its own
    assert openings.at_morning(told, AT + DAY) == []


def test_the_earlier_offer_goes_first_and_a_tie_decides_between_equals() -> None:
    rows = [offer(n, tie=str(9 - n)) for n in range(6)]
    early = replace(offer(6, tie="z"), given_at=AT - 20 * HOUR)
    told = opened(welcome(), *rows, early)
    assert [opening.under for opening in told] == [early.under, *(row.under for row in reversed(rows[2:]))]


# --- revisions ---


def test_only_the_newest_of_a_record_opens_and_ends_the_earlier_at_that_instant() -> None:
    first, second = offer(number=1), offer(number=2)
    told = ledger(welcome(), first)
    (old,) = openings.at_morning(told, AT)
    told.yeses[second.id] = replace(second, given_at=AT + HOUR)
    (new,) = openings.at_morning(told, AT + DAY)
    assert (new.number, new.ends) == (2, frozenset({first.id, old.gives.id}))
    assert told.yeses[first.id].closed_at == told.yeses[old.gives.id].closed_at == AT + DAY
    assert consent.is_open(old, told.yeses, AT + DAY - A_MOMENT, reader=TWO)
    assert not consent.is_open(old, told.yeses, AT + DAY, reader=TWO)


def test_an_older_revision_never_opens_after_a_newer_and_none_opens_twice() -> None:
    told = ledger(welcome(), offer(number=2))
    (opening,) = openings.at_morning(told, AT)
    late = replace(offer(number=1), given_at=AT + HOUR)
    again = replace(offer(number=2), id=name("again"), given_at=AT + HOUR)
    told.yeses.update({late.id: late, again.id: again, opening.gives.id: replace(opening.gives, closed_at=AT + HOUR)})
    assert openings.at_morning(told, AT + DAY) == []


def test_two_offers_at_one_door_open_the_newest_only() -> None:
    (opening,) = opened(welcome(), offer(number=1), offer(number=2))
    assert opening.number == 2


def test_nothing_opens_to_somebody_by_the_welcome_of_the_author() -> None:
    assert opened(welcome(ONE), offer()) == []
    assert opened(welcome(scope="heavy"), offer()) == []


@pytest.mark.parametrize(("left", "count"), [(AT, 0), (AT + A_MOMENT, 1)])
def test_nothing_opens_from_the_instant_a_seat_ends(left, count) -> None:
    assert len(openings.at_morning(ledger(offer(), welcome(), left=left), AT)) == count


# --- agreements ---


def acceptance(seat: UUID, n: int = 1, under: UUID = CHAIN, **more) -> Yes:
    words = UUID(int=500 + n)
    return yes("acceptance", seat, n=n, thing=words, revision_id=words, under=under, scope="agreement", **more)


def words_open(*numbers: int) -> Ledger:
    """A ledger in which the words of these were opened to their reader a day ago, each of a record of its own."""
    told = ledger(welcome(given=AT - 2 * DAY))
    for n in numbers:
        words = UUID(int=500 + n)
        row = offer(n, given=AT - 2 * DAY, scope="agreement", thing=words, revision_id=words)
        told.yeses[row.id] = row
    found = openings.at_morning(told, AT - DAY)
    assert {opening.revision_id for opening in found} == {UUID(int=500 + n) for n in numbers}
    return told


def come_into_force(*yeses: Yes, told: Ledger | None = None) -> list[Opening]:
    told = told or words_open(1, 2, 3)
    told.yeses.update({row.id: row for row in yeses})
    return openings.at_morning(told, AT)


def test_what_comes_into_force_ends_the_other_acceptances_of_its_chain_only() -> None:
    elsewhere, other_words = acceptance(ONE, 3, under=UUID(int=13)), acceptance(ONE, 2)
    (opening,) = come_into_force(acceptance(ONE), acceptance(TWO), other_words, elsewhere)
    assert opening.ends == frozenset({other_words.id})


def test_words_that_are_not_open_at_the_door_come_not_into_force() -> None:
    """Never opened; taken back; put away: in force is only what both had before them when the door came."""
    both = (acceptance(ONE), acceptance(TWO))
    assert come_into_force(*both, told=ledger()) == []
    for closed in ("offer", "reading"):
        told = words_open(1)
        (row,) = [row for row in told.yeses.values() if row.kind == closed]
        told.yeses[row.id] = replace(row, closed_at=AT)
        assert come_into_force(*both, told=told) == [], closed
        told.yeses[row.id] = replace(row, closed_at=AT + A_MOMENT)
        assert len(come_into_force(*both, told=told)) == 1, closed


def test_an_agreement_in_force_rests_on_both_acceptances_alone() -> None:
    (opening,) = come_into_force(acceptance(ONE), acceptance(TWO))
    assert opening.rests_on == {acceptance(ONE).id, acceptance(TWO).id}


def test_words_that_open_at_a_door_come_into_force_there_where_both_accept_them() -> None:
    """Old acceptances, given by an offer and before its words had opened, are counted as any other."""
    words = UUID(int=501)
    row = offer(1, scope="agreement", thing=words, revision_id=words)
    found = opened(row, welcome(), acceptance(ONE), acceptance(TWO))
    assert [opening.kind for opening in found] == ["revision", "agreement"]


def test_of_two_in_one_chain_the_last_to_meet_comes_into_force() -> None:
    first = [acceptance(ONE), acceptance(TWO)]
    for seats in ((ONE, TWO), (TWO, ONE)):
        late = [acceptance(seats[0], 2), acceptance(seats[1], 2, given=AT - 8.5 * HOUR)]
        for rows in ([*first, *late], [*late, *first]):
            (opening,) = come_into_force(*rows)
            assert opening.revision_id == UUID(int=502)


def test_an_agreement_in_force_does_not_come_into_force_again() -> None:
    told = words_open(1)
    assert len(come_into_force(acceptance(ONE), acceptance(TWO), told=told)) == 1
    assert openings.at_morning(told, AT + DAY) == []


def test_yeses_of_one_seat_or_to_other_words_meet_nothing() -> None:
    twice = [acceptance(ONE), replace(acceptance(ONE), id=name("twice"))]
    assert come_into_force(*twice) == []
    assert come_into_force(acceptance(ONE, 1), acceptance(TWO, 2)) == []


# --- takeaways ---

SESSION = UUID(int=70)


def taken(seat: UUID, n: int = 1, **more) -> Yes:
    """An acceptance of the n-th lines of a session."""
    return yes("takeaway", seat, n=n, thing=UUID(int=700 + n), **{"under": SESSION, **more})


def test_a_takeaway_opens_at_a_morning_with_the_acceptances_of_both_and_never_in_an_hour_together() -> None:
    (opening,) = openings.at_morning(ledger(taken(ONE), taken(TWO)), AT)
    assert (opening.kind, opening.under, opening.author_id) == ("takeaway", SESSION, None)
    assert opening.rests_on == {taken(ONE).id, taken(TWO).id}
    assert openings.at_morning(ledger(taken(ONE)), AT) == []
    sat = [yes("sitting", seat, given=AT - HOUR / 2) for seat in (ONE, TWO)]
    assert openings.at_sitting(ledger(taken(ONE), taken(TWO), *sat), AT) == []


def test_newer_lines_of_a_session_end_what_both_accepted_of_it_and_of_no_other() -> None:
    first = [taken(seat, given=AT - 2 * DAY) for seat in (ONE, TWO)]
    elsewhere = [taken(seat, 3, given=AT - 2 * DAY, under=UUID(int=71)) for seat in (ONE, TWO)]
    told = ledger(*first, *elsewhere)
    assert {opening.thing for opening in openings.at_morning(told, AT - DAY)} == {UUID(int=701), UUID(int=703)}
    told.yeses.update({row.id: row for row in (taken(ONE, 2), taken(TWO, 2))})
    found = openings.at_morning(told, AT)
    (newer,) = [opening for opening in found if opening.thing == UUID(int=702)]
    assert newer.ends == {row.id for row in first}
    assert found == [newer]


@pytest.mark.parametrize(
    ("hers", "his", "both"),
    [
        ("everyday", "everyday", "everyday"),
        ("everyday", "heavy", None),
        ("everyday", "steps", None),
        ("everyday", "boundary", "boundary"),
        ("agreement", "everyday", "agreement"),
        ("breach", "heavy", "breach"),
        ("breach", "everyday", None),
        ("step", "steps", "step"),
        ("step", "everyday", None),  # the words of own steps, too
        ("boundary", "boundary", "boundary"),
        ("boundary", "agreement", None),
        ("question", "everyday", None),  # for its author alone, for ever
    ],
)
def test_two_admissions_meet_for_their_class_or_for_the_kind_that_an_older_one_names(hers, his, both) -> None:
    found = opened(yes("admission", ONE, scope=hers), yes("admission", TWO, scope=his))
    assert [opening.scope for opening in found] == ([both] if both else [])


def test_admissions_of_one_person_alone_meet_nothing() -> None:
    assert opened(yes("admission", ONE, scope="everyday"), yes("admission", ONE, n=1, scope="boundary")) == []


def test_one_for_a_class_meets_each_older_one_for_a_kind_of_it_once() -> None:
    older = [yes("admission", TWO, n=n, scope=kind) for n, kind in enumerate(("boundary", "agreement", "breach"))]
    found = opened(yes("admission", ONE, scope="everyday"), *older)
    assert sorted(opening.scope for opening in found) == ["agreement", "boundary"]
    assert len({opening.id for opening in found}) == 2


# --- the zone of a pair ---


def test_a_zone_that_both_chose_in_a_sitting_moves_the_next_morning() -> None:
    zones = [yes("zone", seat, AT + HOUR, thing=name("zone"), scope="Asia/Tokyo") for seat in (ONE, TWO)]
    offers = [offer(given=AT + HOUR), offer(9, scope="breach", given=AT + HOUR)]
    told = ledger(*sat(ONE, TWO, given=AT + HOUR), *zones, *offers, welcome(), welcome(scope="heavy", n=1))
    found = openings.openings(told, since=AT, until=AT + 2 * DAY)
    assert [opening.kind for opening in found] == ["revision", "zone", "revision"]
    assert (found[-1].opened_at, found[-1].door) == (AT + 16 * HOUR, "morning")  # seven o'clock in Tokyo
    assert (found[0].day, found[-1].day) == (AT.date(), AT.date() + DAY)


def test_a_zone_changes_nothing_while_one_chose_it_and_happens_once() -> None:
    one, two = (yes("zone", seat, thing=name("zone"), scope="Asia/Tokyo") for seat in (ONE, TWO))
    alone = ledger(one)
    assert (openings.at_morning(alone, AT), alone.zone) == ([], ZONE)
    both = ledger(one, two)
    assert [opening.kind for opening in openings.at_morning(both, AT)] == ["zone"]
    assert both.zone == "Asia/Tokyo"
    assert openings.at_morning(both, AT + DAY) == []


def test_a_morning_at_the_very_end_of_the_time_told_is_told() -> None:
    assert len(openings.openings(ledger(offer(), welcome()), since=AT - DAY, until=AT)) == 1
    assert openings.openings(ledger(offer(), welcome()), since=AT - DAY, until=AT - A_MOMENT) == []


# --- steps ---


def answer(seat: UUID, **more) -> Yes:
    return yes("answer", seat, thing=name("step"), scope="step", under=name("group"), **more)


def group(seat: UUID, **more) -> Yes:
    return yes("group", seat, thing=name("group"), scope="step", **more)


def test_a_step_of_our_own_rests_on_its_offer_and_not_on_its_reading() -> None:
    words = offer(scope="step")
    rows = [row for seat in (ONE, TWO) for row in (group(seat), answer(seat, revision_id=words.revision_id))]
    told = ledger(words, welcome(), *rows)
    kinds = {opening.kind: opening for opening in openings.at_morning(told, AT)}
    assert kinds.keys() == {"revision", "group", "step"}
    assert kinds["step"].rests_on == frozenset({words.id, *(row.id for row in rows)})


def test_a_step_of_our_own_opens_only_while_its_words_are_open() -> None:
    rows = [row for seat in (ONE, TWO) for row in (group(seat), answer(seat, revision_id=WORDS))]
    assert {opening.kind for opening in opened(*rows)} == {"group"}


def test_a_step_needs_its_own_group_open() -> None:
    rows = [answer(seat) for seat in (ONE, TWO)]
    assert opened(*rows, group(ONE)) == []
    assert {opening.kind for opening in opened(*rows, group(ONE), group(TWO))} == {"group", "step"}


@pytest.mark.parametrize("choices", [("conditions", ""), ("", "conditions"), ("conditions", "conditions")])
def test_conditions_of_either_open_both_sets_and_never_the_step(choices) -> None:
    answers = [answer(seat, choice=choice) for seat, choice in zip((ONE, TWO), choices, strict=True)]
    rows = [*answers, group(ONE), group(TWO)]
    told = ledger(*rows)
    assert {opening.kind for opening in openings.at_morning(told, AT)} == {"group", "conditions"}
    sets = consent.terms_of(*(row.id for row in answers))
    for seat in (ONE, TWO):
        again = yes("terms", seat, AT + HOUR, thing=sets, scope="step", under=name("step"))
        told.yeses[again.id] = again
        expected = [] if seat == ONE else ["step"]
        assert [opening.kind for opening in openings.at_morning(told, AT + DAY)] == expected
    (step,) = [opening for opening in told.past if opening.kind == "step"]
    assert {told.yeses[row].kind for row in step.rests_on} == {"group", "answer", "terms"}


def test_terms_given_before_the_sets_opened_wait_for_a_door_of_their_own() -> None:
    answers = [answer(seat, choice="conditions") for seat in (ONE, TWO)]
    sets = consent.terms_of(*(row.id for row in answers))
    terms = [yes("terms", seat, thing=sets, scope="step", under=name("step")) for seat in (ONE, TWO)]
    told = ledger(*answers, *terms, group(ONE), group(TWO))
    assert {opening.kind for opening in openings.at_morning(told, AT)} == {"group", "conditions"}
    assert [opening.kind for opening in openings.at_morning(told, AT + DAY)] == ["step"]


def test_nothing_is_open_before_its_instant_or_without_a_yes_to_rest_on() -> None:
    (opening,) = opened(offer(), welcome())
    yeses = {row.id: row for row in (offer(), welcome())} | {
        opening.gives.id: replace(opening.gives, given_at=AT - DAY)
    }
    assert consent.is_open(opening, yeses, AT)
    assert not consent.is_open(opening, yeses, AT - A_MOMENT)
    assert not consent.is_open(replace(opening, rests_on=frozenset()), yeses, AT)
