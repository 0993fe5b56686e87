"""What is told of when something can open: nothing ever opens before it, and each kind can open exactly then."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings

from couples.rule import consent
from couples.rule.consent import MORNING, NEEDS, SITTING_DOOR, Yes
from couples.rule.earliest import Earliest, doors_of, earliest
from tests.rule.test_consent import AGREEMENTS, LONG, ONE, START, TWO, Paper, by_rule, histories, perform, play
from tests.support.depth import depth

BERLIN, TOKYO = "Europe/Berlin", "Asia/Tokyo"


def told(yes: Yes, zone: str, wish: str = "") -> Earliest:
    return earliest(yes.kind, yes.given_at, zone, scope=yes.scope, choice=yes.choice, wish=wish)


def told_before(yes: Yes, zone: str, yeses: list[Yes]) -> list[Earliest]:
    """What was told when this yes was given, and at each wish of its giver for another zone since."""
    wishes = [wish.scope for wish in yeses if wish.kind == consent.ZONE and wish.seat_id == yes.seat_id]
    return [told(yes, zone, wish) for wish in ("", *wishes)]


@pytest.mark.histories
@settings(max_examples=depth(100, 10_000))
@given(histories)
def test_nothing_opens_before_the_instant_that_was_told(story: list) -> None:
    paper = play(story)
    opened = by_rule(paper, paper.at + timedelta(days=3))
    yeses = {yes.id: yes for yes in paper.yeses}
    for opening in opened:
        for yes in (yeses[yes_id] for yes_id in opening.rests_on if yes_id in yeses):
            zone = next((o.scope for o in reversed(opened) if o.kind == "zone" and o.opened_at <= yes.given_at), BERLIN)
            instants = [getattr(one, opening.door) for one in told_before(yes, zone, paper.yeses)]
            assert all(instants), f"{yes.kind} was said to open nothing at such a door"
            assert opening.opened_at >= min(instants)


EVE = datetime(2026, 3, 26, 22, tzinfo=UTC)  # 23:00 in Berlin: eight hours to the minute before seven


def at_once(*acts: tuple[object, ...], at: datetime = EVE, before: tuple[tuple[object, ...], ...] = ()) -> Paper:
    """What came before, with a night in between; then each of the acts by both, at one instant."""
    paper = Paper(at=START)
    for moment, told_then in ((START, before), (at, acts)):
        paper.at = moment
        for act, *how in told_then:
            for seat in (ONE, TWO):
                perform(paper, act, seat, *how)  # type: ignore[arg-type]
    return paper


WELCOMES = (("welcome", "mornings", LONG), ("heavy welcome", "mornings", LONG))
OPENINGS = [  # what opens, after which acts, and what has to be open already
    ("revision", (("offer", 0, 1, LONG), *WELCOMES), ()),
    ("revision", (("offer", 7, 1, LONG), *WELCOMES), ()),
    ("agreement", (("accept", 1, LONG),), (("offer", AGREEMENTS, 1, LONG), *WELCOMES)),
    ("group", (("group", True, LONG),), ()),
    ("step", (("group", True, LONG), ("answer", "", LONG)), ()),
    ("conditions", (("group", True, LONG), ("answer", "conditions", LONG)), ()),
    ("marks", (("mark", "kept", LONG),), ()),
    ("keep", (("keep", True, LONG),), ()),
    ("zone", (("zone", TOKYO),), ()),
]


@pytest.mark.parametrize(("kind", "acts", "before"), OPENINGS)
def test_what_was_told_of_a_morning_happens_at_that_morning(kind: str, acts: tuple, before: tuple) -> None:
    paper = at_once(*acts, before=before)
    (first, *_) = [o for o in by_rule(paper, EVE + timedelta(days=2)) if o.kind == kind]
    yeses = [yes for yes in paper.yeses if yes.id in first.rests_on or kind == "zone"]
    assert yeses and {told(yes, BERLIN).morning for yes in yeses} == {first.opened_at} == {EVE + consent.NIGHT}


@pytest.mark.parametrize(("kind", "acts", "before"), [one for one in OPENINGS if SITTING_DOOR in NEEDS[one[0]].doors])
def test_what_was_told_of_an_hour_together_happens_in_it(kind: str, acts: tuple, before: tuple) -> None:
    paper = at_once(("sit",), *acts, before=before)
    (first, *_) = [o for o in by_rule(paper, EVE + timedelta(days=2)) if o.kind == kind]
    yeses = [yes for yes in paper.yeses if yes.id in first.rests_on or yes.kind == kind]
    heavy = any(yes.scope == "breach" for yes in yeses)
    assert first.opened_at == (EVE + consent.NIGHT if heavy else EVE)
    assert {told(yes, BERLIN).sitting for yes in yeses} == {None if heavy else EVE}


@pytest.mark.parametrize(
    ("hour", "day"), [(21, 27), (22, 27), (23, 28), (5, 27)], ids=["an evening", "eleven", "midnight", "before seven"]
)
def test_a_yes_given_after_eleven_waits_for_the_day_after_tomorrow(hour: int, day: int) -> None:
    at = datetime(2026, 3, 27 if hour == 5 else 26, hour, tzinfo=UTC)
    morning = earliest(consent.OFFER, at, BERLIN, scope="boundary").morning
    assert morning == datetime(2026, 3, 28 if hour == 5 else day, 6, tzinfo=UTC)


def test_ones_own_wish_for_another_zone_counts_and_nothing_else_does() -> None:
    at = datetime(2026, 3, 26, 12, tzinfo=UTC)
    assert earliest(consent.GROUP, at, BERLIN).morning == datetime(2026, 3, 27, 6, tzinfo=UTC)
    assert earliest(consent.GROUP, at, BERLIN, wish=TOKYO).morning == datetime(2026, 3, 26, 22, tzinfo=UTC)


def test_doors_follow_from_the_table_of_needs() -> None:
    assert doors_of(consent.OFFER, "impact_letter") == doors_of(consent.WELCOME, "heavy") == {MORNING}
    assert doors_of(consent.WELCOME, "everyday", consent.SITTINGS) == {SITTING_DOOR}
    for kind in (consent.GROUP, consent.ANSWER, consent.TERMS, consent.AGENDA):
        assert doors_of(kind) == {MORNING}, kind
    for kind in (consent.ACCEPTANCE, consent.MARK, consent.KEEP, consent.ADMISSION, consent.ZONE):
        assert doors_of(kind) == {MORNING, SITTING_DOOR}, kind
    assert doors_of(consent.READING) == doors_of(consent.SITTING) == frozenset()
