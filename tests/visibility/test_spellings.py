"""Rules that have to be said more than once, each with all its spellings by name: in Python, as a queryset, in SQL.

After every act of a generated story all spellings of a rule give the same answer: what a yes is also at each instant
around which one begins, ends or closes; what is open by the yeses alone, told again by the pure rule, and by every
other reading of it, on PostgreSQL also by the second wall with no filter before it. A new spelling joins its table
here; `tests/mutants/of_spellings.py` breaks each of them once.
"""

import itertools
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.db.models import Q
from hypothesis import example, given, settings

from couples import visibility
from couples.actions import pairing, therapy
from couples.actions.transactions import Acting, must_be_open, settle_pair
from couples.content import kinds
from couples.content.refusals import Refused
from couples.lib.ids import keyed_id
from couples.models import Card, Opening, OwnLine, Pair, Rest, Revision, Seat, User, Yes
from couples.models.therapy import is_newest
from couples.models.yeses import ended, fallen, standing
from couples.row_security.functions import STANDS as STANDS_IN_SQL
from couples.row_security.functions import _newest_cards as newest_cards_in_sql
from couples.rule import consent, meeting, memory, openings
from couples.rule.admissions import kinds_of
from couples.rule.consent import OpeningKind
from couples.rule.standing import note_fallen
from couples.visibility import let_in, opened
from tests.support import make
from tests.support.behind_the_wall import allowed, asking, rows_of
from tests.support.depth import depth
from tests.support.mornings import mornings_between
from tests.support.stories import ADA, BEN, LEAVING, OTHER_ACTS, PRIVATE_ACTS, Telling, after_every_act, stories_of

stories = stories_of(PRIVATE_ACTS, OTHER_ACTS, OTHER_ACTS, LEAVING)
A_MOMENT = timedelta(microseconds=1)
NOBODY = UUID(int=0)

Found = set[UUID]


@dataclass(frozen=True)
class Now:
    """What a story has come to: what has opened up to now, told again from the yeses alone."""

    telling: Telling
    pair: Pair
    at: datetime
    told: list[consent.Opening]
    ledger: openings.Ledger
    yeses: Mapping[UUID, consent.Yes]
    rows_of_yeses: list[Yes]

    @classmethod
    def of(cls, telling: Telling) -> "Now":
        settle_pair(Pair.objects.get(pk=telling.pair.pk), telling.clock.at)
        pair = Pair.objects.get(pk=telling.pair.pk)
        telling.clock.at = at = max(telling.clock.at, pair.settled_until)
        rows = list(Yes.objects.filter(pair=pair))
        one, two = (consent.Seat(seat.pk, seat.ended_at) for seat in Seat.objects.filter(pair=pair))
        since = min(row.given_at for row in rows) - timedelta(seconds=1)
        ledger = openings.Ledger((one, two), {row.pk: row.as_fact() for row in rows}, "Europe/Berlin", keyed_id)
        return cls(telling, pair, at, openings.openings(ledger, since=since, until=at), ledger, ledger.yeses, rows)

    def open(self, reader: UUID | None = NOBODY) -> list[consent.Opening]:
        """What is open by the rule: to a seat, or (nobody) to everybody but its reader."""
        return [one for one in self.told if consent.is_open(one, self.yeses, self.at, reader=reader)]

    def rows(self, seat: Seat | None) -> set[UUID]:
        """What is open by the condition that pages ask."""
        found = Opening.objects.filter(
            opened.all_stand(self.at, seat.pk if seat else None), pair=self.pair, opened_at__lte=self.at
        )
        return ids(found)


def ids(found: Any) -> Found:
    return set(found.values_list("pk", flat=True))


def asked(sql: str, **values: Any) -> Found:
    """The ids that a statement gives, its parts such as %(at)s filled with instants and ids."""
    ready = {
        name: connection.ops.adapt_datetimefield_value(value) if isinstance(value, datetime) else value
        for name, value in values.items()
    }
    with connection.cursor() as cursor:
        cursor.execute(sql, ready)
        return {row[0] if isinstance(row[0], UUID) else UUID(row[0]) for row in cursor.fetchall()}


def in_rows(pk: UUID) -> Any:
    """An id as the database keeps it."""
    return Pair._meta.pk.get_db_prep_value(pk, connection)


# --- A yes stands ---

STANDING: dict[str, Callable[[Now, datetime], Found]] = {
    "rule/consent.stands": lambda now, at: {pk for pk, yes in now.yeses.items() if consent.stands(yes, at)},
    "models/yeses.standing": lambda now, at: ids(Yes.objects.filter(standing(at), pair=now.pair)),
    "models/yeses.fallen": lambda now, at: ids(Yes.objects.filter(pair=now.pair).exclude(fallen(at))),
    "models/yeses.ended": lambda now, at: {
        row.pk for row in now.rows_of_yeses if row.given_at <= at and ((end := ended(row)) is None or end > at)
    },
    "row_security/functions.STANDS": lambda now, at: asked(
        f"SELECT y.id FROM couples_yes y, (SELECT %(at)s {as_instant()} AS at) n"
        f" WHERE y.pair_id = %(pair)s AND {STANDS_IN_SQL}",
        at=at,
        pair=in_rows(now.pair.pk),
    ),
}


def as_instant() -> str:
    return "::timestamptz" if connection.vendor == "postgresql" else ""


# --- What has opened ---


def stored(now: Now) -> set[tuple]:
    rests: dict[UUID, set[UUID]] = {}
    for rest in Rest.objects.filter(opening__pair=now.pair):
        rests.setdefault(rest.opening_id, set()).add(rest.yes_id)
    rows = Opening.objects.filter(pair=now.pair)
    return {(o.pk, o.kind, o.thing, o.opened_at, o.day, o.tie, frozenset(rests[o.pk])) for o in rows}


HAS_OPENED: dict[str, Callable[[Now], set[tuple]]] = {
    "rule/openings.openings": lambda now: {
        (o.id, o.kind, o.thing, o.opened_at, o.day, o.tie, o.rests_on) for o in now.told
    },
    "models/unstored, as actions store it": stored,
}


# --- What is remembered of it ---


def remembered_again(now: Now) -> set[tuple]:
    """Every memory line of the two, worked out from the whole history. What its writer erased leaves them none."""
    writers = {opening.thing: opening.author_id for opening in now.told if opening.kind == OpeningKind.REVISION}
    there = ids(Revision.objects.all())
    mornings = mornings_between(now.told, "Europe/Berlin", make.START, now.at)
    return {
        (opening.id, seat, opening.day, opening.tie, opening.author_id == seat)
        for before, morning in itertools.pairwise([make.START, *mornings])
        for opening, seat, is_kept in memory.at_morning(now.ledger, before, morning)
        if is_kept and (opening.revision_id is None or opening.thing in there or writers[opening.thing] != seat)
    }


def remembered(now: Now) -> set[tuple]:
    lines = OwnLine.objects.filter(seat__pair=now.pair)
    return {(line.opening, line.seat_id, line.day, line.tie, line.revision_id is not None) for line in lines}


REMEMBERED: dict[str, Callable[[Now], set[tuple]]] = {
    "rule/memory.at_morning": remembered_again,
    "models/unstored, as actions store it": remembered,
}


# --- A thing is opened: to everybody but its reader ---


def not_noted(now: Now) -> Found:
    """What is left once it is noted, as a morning at this instant would, what has fallen by now."""
    with connection.cursor() as cursor:
        at = connection.ops.adapt_datetimefield_value(now.at)
        cursor.execute(note_fallen("o.pair_id = %(pair)s"), {"at": at, "pair": in_rows(now.pair.pk)})
    return ids(Opening.objects.filter(pair=now.pair, has_fallen=False, opened_at__lte=now.at))


OPENED: dict[str, Callable[[Now], Found]] = {
    "rule/consent.is_open": lambda now: {one.id for one in now.open()},
    "visibility/opened.all_stand": lambda now: now.rows(None),
    "rule/standing.note_fallen": not_noted,
    "rule/meeting._fallen": lambda now: asked(
        "SELECT o.id FROM couples_opening o WHERE o.pair_id = %(pair)s AND o.opened_at <= %(first)s AND NOT "
        + meeting._fallen("o.id", unless=f"x.kind = '{consent.READING}'"),
        first=now.at,
        pair=in_rows(now.pair.pk),
    ),
}


# --- A thing is open to one of the two ---


def not_refused(now: Now, seat: Seat) -> Found:
    """What `must_be_open` lets this seat act on."""
    found = set()
    acting = Acting(User.objects.get(pk=seat.person_id), now.at, seat, now.pair)
    for opening in Opening.objects.filter(pair=now.pair):
        try:
            must_be_open(opening, acting)
        except Refused:
            continue
        found.add(opening.pk)
    return found


OPEN_TO: dict[str, Callable[[Now, Seat], Found]] = {
    "rule/consent.is_open": lambda now, seat: {one.id for one in now.open(seat.pk)},
    "visibility/opened.all_stand": lambda now, seat: now.rows(seat),
    "actions/transactions.must_be_open": not_refused,
}

SHOWN_TO: dict[str, Callable[[Now, Seat], Found]] = {  # both have steps on
    "rule/consent.SHOWN": lambda now, seat: {one.id for one in now.open(seat.pk) if one.kind in consent.SHOWN},
    "visibility/opened.open_to": lambda now, seat: ids(visibility.open_to(seat.person, now.at, seat)),
}


# --- An agreement is in force ---


def both_accept(now: Now) -> Found:
    """Those that rest on an acceptance of exactly these words by each, which stands."""
    found = set()
    for one in now.told:
        under = [now.yeses[pk] for pk in one.rests_on]
        accepted = [yes for yes in under if yes.kind == consent.ACCEPTANCE and yes.thing == one.thing]
        if one.kind == OpeningKind.AGREEMENT and len({yes.seat_id for yes in accepted}) == 2:
            found |= {one.id} if all(consent.stands(yes, now.at) for yes in accepted) else set()
    return found


def with_words_behind_the_wall(now: Now, seat: Seat) -> Found:
    """Those that the second wall lets out with what they rest on: a bare line of one comes out without."""
    with asking(seat.person, now.at, now.pair):
        under = Rest.objects.filter(opening__kind=OpeningKind.AGREEMENT, opening__pair=now.pair)
        return set(under.values_list("opening", flat=True))


IN_FORCE: dict[str, Callable[[Now, Seat], Found]] = {
    "rule/consent.is_open": lambda now, seat: {one.id for one in now.open() if one.kind == OpeningKind.AGREEMENT},
    "rule/consent.NEEDS": lambda now, seat: both_accept(now),
    "visibility/opened.in_force": lambda now, seat: ids(
        visibility.in_force(visibility.open_to(seat.person, now.at, seat))
    ),
}
if connection.vendor == "postgresql":
    IN_FORCE["row_security/functions"] = with_words_behind_the_wall


# --- What a therapist is shown, whom both let in ---


def admitted(now: Now) -> set[str]:
    let_in = [one for one in now.open() if one.kind == OpeningKind.ADMISSION and one.thing == now.telling.card.id]
    return {kind for one in let_in for kind in kinds_of(one.scope)}


def let_in_to(now: Now, *kinds_of_opening: str) -> Found:
    kinds = admitted(now)
    return {one.id for one in now.open() if one.kind in kinds_of_opening and one.scope in kinds}


TO_THERAPIST: dict[str, Callable[[Now], Found]] = {
    "rule/consent.is_open": lambda now: let_in_to(now, *consent.SHOWN),
    "visibility/let_in.open_to_therapist": lambda now: ids(
        visibility.open_to_therapist(now.telling.therapist, now.pair, now.at)
    ),
}
ON_THEIR_AGENDA: dict[str, Callable[[Now], Found]] = {
    "rule/consent.is_open": lambda now: let_in_to(now, OpeningKind.AGENDA),
    "visibility/let_in.agenda_for_therapist": lambda now: ids(
        visibility.agenda_for_therapist(now.pair.pk, now.at, frozenset(admitted(now)))
    ),
}

# --- What comes out with no filter at all ---

WALLED = (Opening, Revision, Yes, Rest)


def let_out(now: Now, person: User) -> dict[type, set]:
    may_come_out = allowed(person, now.at, now.pair)
    return {model: may_come_out[model] for model in WALLED}


BEHIND_THE_WALL: dict[str, Callable[[Now, User], dict[type, set]]] = {
    "visibility": let_out,
    "row_security/policies": lambda now, person: {model: rows_of(model, person, now.at, now.pair) for model in WALLED},
}


# --- What somebody who lets it fade leaves: their yeses under what is opened, steps apart ---


def under_what_is_opened(now: Now, seat: Seat) -> Found:
    under = {pk for one in now.open() for pk in one.rests_on}
    return {
        pk
        for pk in under
        if now.yeses[pk].seat_id == seat.pk and consent.stands(now.yeses[pk], now.at)
        if now.yeses[pk].kind not in consent.ANSWERS
        if now.yeses[pk].scope not in ("step", "steps") or now.yeses[pk].kind == consent.KEEP
    }


FADING: dict[str, Callable[[Now, Seat], Found]] = {
    "rule/consent.is_open": under_what_is_opened,
    "actions/pairing._on_what_is_open": lambda now, seat: {row.pk for row in pairing._on_what_is_open(seat, now.at)},
}


# --- After every act ---


def instants_of(yeses: Iterable[consent.Yes]) -> set[datetime]:
    """The instants at which a yes begins, ends or closes, each with the moment before it."""
    turns = {at for yes in yeses for at in (yes.given_at, yes.ends_at, yes.closed_at) if at is not None}
    return turns | {at - A_MOMENT for at in turns}


def agree(rule: str, spellings: Mapping[str, Callable[..., Any]], *of: Any) -> None:
    """All spellings of a rule give what the first of them gives."""
    answers = {name: spelled(*of) for name, spelled in spellings.items()}
    first, *others = answers
    for name in others:
        assert answers[name] == answers[first], f"{rule}: {name} is not {first}"


def check(telling: Telling, asked_before: set[datetime]) -> None:
    now = Now.of(telling)
    for at in {now.at, *instants_of(now.yeses.values())} - asked_before:
        agree("a yes stands", STANDING, now, at)
        asked_before.add(at)
    agree("what has opened", HAS_OPENED, now)
    noted = ids(Opening.objects.filter(pair=now.pair, has_fallen=True))
    assert not noted & {one.id for one in now.open()}, "what is noted is open to nobody"
    agree("what is remembered of it", REMEMBERED, now)
    agree("a thing is opened", OPENED, now)
    for seat in Seat.objects.filter(pair=now.pair).select_related("person", "pair"):
        agree("a thing is open to one of the two", OPEN_TO, now, seat)
        agree("what is left to fade", FADING, now, seat)
        if seat.ended_at is None:
            agree("what pages show to one of the two", SHOWN_TO, now, seat)
            agree("an agreement is in force", IN_FORCE, now, seat)
    agree("a therapist is shown", TO_THERAPIST, now)
    agree("a therapist has on the agenda", ON_THEIR_AGENDA, now)
    for person in (*telling.people.values(), telling.therapist) if connection.vendor == "postgresql" else ():
        agree("what comes out behind the wall", BEHIND_THE_WALL, now, person)


SOON, NIGHT = timedelta(minutes=3), timedelta(hours=25)
BOTH_AGREE = [
    *((SOON, ADA, act, how) for act, how in (("write", "agreement"), ("offer", (-1, None)))),
    *((pause, who, "accept", 0) for pause, who in ((NIGHT, BEN), (SOON, ADA))),
]
# What chance brings about too seldom.
PUT_AWAY = [
    *((SOON, ADA, act, how) for act, how in (("write", "boundary"), ("offer", (-1, None)))),
    (NIGHT, BEN, "put away", 0),
    (SOON, ADA, "leave", pairing.FADE),
]
NO_LONGER_IN_FORCE = [
    *BOTH_AGREE,
    (NIGHT, BEN, "no longer accept", 0),
    (SOON, BEN, "take back", 0),
]


@pytest.mark.slow
@pytest.mark.django_db
@pytest.mark.histories
@example(PUT_AWAY)
@example(BOTH_AGREE)
@example(NO_LONGER_IN_FORCE)
@settings(max_examples=depth(3, 500))
@given(stories)
def test_every_spelling_of_what_stands_and_is_open_agrees_after_every_act(story: list) -> None:
    asked_before: set[datetime] = set()
    after_every_act(story, lambda telling: check(telling, asked_before))


# --- A card is the newest of its therapist's ---

NEWEST: dict[str, Callable[[User], Found]] = {
    "models/therapy.is_newest": lambda who: ids(Card.objects.filter(is_newest(), therapist=who)),
    "visibility/let_in": lambda who: ids(let_in._newest_cards(who)),
    "actions/therapy": lambda who: {card.pk for card in [therapy._newest_of(who)] if card is not None},
    "row_security/functions": lambda who: asked(
        newest_cards_in_sql("= %(who)s").replace("array_agg(c.id)", "c.id").strip("()") + ")", who=in_rows(who.pk)
    ),
}


@pytest.mark.django_db
def test_every_spelling_of_the_newest_card_agrees() -> None:
    clock = make.Clock()
    others, _ = make.therapist("Gus", clock)
    who, first = make.therapist("Faye", clock)
    for practice in ("A quiet practice", "Another practice", "A third one"):
        agree("a card is the newest", NEWEST, who)
        agree("a card is the newest", NEWEST, others)
        therapy.write_card("Dr. Faye", practice, "None.", by=who, at=clock.tick())
    assert NEWEST["actions/therapy"](who) == {Card.objects.get(therapist=who, number=4).pk} != {first.pk}


# --- A kind is heavy: in the rule, in SQL, and where it may be printed ---


def test_every_spelling_of_what_is_heavy_agrees() -> None:
    by_the_rule = {name for name in kinds.KINDS if consent.scope_of(name) == consent.HEAVY}
    for door in meeting.DOORS:
        (listed,) = re.findall(r"WHEN o.scope IN \((.*?)\) THEN 'heavy'", meeting.meeting_at(door))
        in_sql = {name.strip("' ") for name in listed.split(",")}
        assert by_the_rule == in_sql == kinds.heavy_kinds()


def test_the_statement_of_a_door_is_written_once_for_as_long_as_the_same_kinds_are_heavy(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked_first = meeting.meeting_at(consent.MORNING)
    assert meeting.meeting_at(consent.MORNING) is asked_first
    monkeypatch.setitem(kinds.KINDS, "new", replace(kinds.KINDS[consent.BREACH], name="new"))
    assert "'new'" in meeting.meeting_at(consent.MORNING) and "'new'" not in asked_first


# --- Steps are hidden from who turned them off ---


@pytest.mark.django_db
def test_every_spelling_of_what_is_about_steps_agrees() -> None:
    """What `visibility` leaves out of pages and of the timeline for who turned steps off is one condition."""
    clock = make.Clock()
    ada, ben = make.person("Ada"), make.person("Ben")
    make.pair(ada, ben, clock)
    seat = Seat.objects.get(person=ada)
    hidden = opened._of_steps(seat)
    assert hidden == Q(kind__in=consent.OF_STEPS) | Q(scope=consent.OWN_STEP) & ~Q(author=seat)
    assert {name for name, kind in kinds.KINDS.items() if kind.of_steps} == {consent.OWN_STEP}
