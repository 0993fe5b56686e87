"""Rules that have to be said more than once, each with all its spellings by name: in Python, as a queryset, in SQL.

After every act of a generated story all spellings of a rule give the same answer, at that instant and at each instant
around which a yes begins, ends or closes. A new spelling joins its table here; `tests/mutants/of_spellings.py` breaks
each of them once.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import connection, transaction
from django.db.models import Q
from hypothesis import given, settings

from couples.actions import pairing, therapy
from couples.actions.transactions import Acting, must_be_open
from couples.content import kinds
from couples.content.refusals import Refused
from couples.models import Card, Opening, Pair, Rest, Seat, User, Yes
from couples.models.therapy import is_newest
from couples.models.yeses import ended, fallen, standing
from couples.row_security.functions import STANDS as STANDS_IN_SQL
from couples.row_security.functions import _newest_cards as newest_cards_in_sql
from couples.rule import consent, meeting
from couples.visibility import let_in, opened
from tests.support import make
from tests.support.depth import depth
from tests.support.stories import LEAVING, OTHER_ACTS, PRIVATE_ACTS, Telling, stories_of

stories = stories_of(PRIVATE_ACTS, OTHER_ACTS, OTHER_ACTS, LEAVING)
histories = pytest.mark.histories
A_MOMENT = timedelta(microseconds=1)
NOBODY = UUID(int=0)

Found = set[UUID]


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

STANDING: dict[str, Callable[[Pair, datetime], Found]] = {
    "rule/consent.stands": lambda pair, at: {
        row.pk for row in Yes.objects.filter(pair=pair) if consent.stands(row.as_fact(), at)
    },
    "models/yeses.standing": lambda pair, at: set(
        Yes.objects.filter(standing(at), pair=pair).values_list("pk", flat=True)
    ),
    "models/yeses.fallen": lambda pair, at: set(
        Yes.objects.filter(pair=pair).exclude(fallen(at)).values_list("pk", flat=True)
    ),
    "models/yeses.ended": lambda pair, at: {
        row.pk for row in Yes.objects.filter(pair=pair, given_at__lte=at) if (end := ended(row)) is None or end > at
    },
    "row_security/functions.STANDS": lambda pair, at: asked(
        f"SELECT y.id FROM couples_yes y, (SELECT %(at)s {as_instant()} AS at) n"
        f" WHERE y.pair_id = %(pair)s AND {STANDS_IN_SQL}",
        at=at,
        pair=in_rows(pair.pk),
    ),
}


def as_instant() -> str:
    return "::timestamptz" if connection.vendor == "postgresql" else ""


# --- A thing is opened: to everybody but its reader ---


def facts(pair: Pair) -> tuple[list[consent.Opening], dict[UUID, consent.Yes]]:
    """The openings of a pair and their yeses, as the rule sees them."""
    rests: dict[UUID, set[UUID]] = {}
    for rest in Rest.objects.filter(opening__pair=pair):
        rests.setdefault(rest.opening_id, set()).add(rest.yes_id)
    rows = Opening.objects.filter(pair=pair)
    yeses = {row.pk: row.as_fact() for row in Yes.objects.filter(pair=pair)}
    return [row.as_fact(frozenset(rests[row.pk])) for row in rows], yeses


def by_rule(pair: Pair, at: datetime, reader: UUID | None) -> list[consent.Opening]:
    told, yeses = facts(pair)
    return [one for one in told if consent.is_open(one, yeses, at, reader=reader)]


OPENED: dict[str, Callable[[Pair, datetime], Found]] = {
    "rule/consent.is_open": lambda pair, at: {one.id for one in by_rule(pair, at, NOBODY)},
    "visibility/opened.all_stand": lambda pair, at: set(
        Opening.objects.filter(opened.all_stand(at, None), pair=pair, opened_at__lte=at).values_list("pk", flat=True)
    ),
    "rule/meeting._fallen": lambda pair, at: asked(
        "SELECT o.id FROM couples_opening o WHERE o.pair_id = %(pair)s AND o.opened_at <= %(first)s AND NOT "
        + meeting._fallen("o.id", unless=f"x.kind = '{consent.READING}'"),
        first=at,
        pair=in_rows(pair.pk),
    ),
}


# --- A thing is open to one of the two ---


def not_refused(pair: Pair, seat: Seat, at: datetime) -> Found:
    """What `must_be_open` lets this seat act on."""
    found = set()
    for opening in Opening.objects.filter(pair=pair):
        try:
            must_be_open(opening, Acting(User.objects.get(pk=seat.person_id), at, seat, pair))
        except Refused:
            continue
        found.add(opening.pk)
    return found


OPEN_TO: dict[str, Callable[[Pair, Seat, datetime], Found]] = {
    "rule/consent.is_open": lambda pair, seat, at: {one.id for one in by_rule(pair, at, seat.pk)},
    "visibility/opened.all_stand": lambda pair, seat, at: set(
        Opening.objects.filter(opened.all_stand(at, seat), pair=pair, opened_at__lte=at).values_list("pk", flat=True)
    ),
    "actions/transactions.must_be_open": not_refused,
}


# --- What somebody who lets it fade leaves: their yeses under what is opened, steps apart ---


def under_what_is_opened(pair: Pair, seat: Seat, at: datetime) -> Found:
    yeses = facts(pair)[1]
    under = {pk for one in by_rule(pair, at, NOBODY) for pk in one.rests_on}
    return {
        pk
        for pk in under
        if yeses[pk].seat_id == seat.pk and consent.stands(yeses[pk], at)
        if yeses[pk].kind not in consent.ANSWERS and yeses[pk].scope != consent.OWN_STEP
    }


FADING: dict[str, Callable[[Pair, Seat, datetime], Found]] = {
    "rule/consent.is_open": under_what_is_opened,
    "actions/pairing._on_what_is_open": lambda pair, seat, at: {row.pk for row in pairing._on_what_is_open(seat, at)},
}


def instants_of(pair: Pair, now: datetime) -> list[datetime]:
    """Now, and the newest few instants at which a yes begins, ends or closes, each with the moment before it."""
    found = set()
    for row in Yes.objects.filter(pair=pair):
        found |= {at for at in (row.given_at, row.ends_at, row.closed_at) if at is not None}
    newest = sorted(found)[-4:]
    return [now, *newest, *(at - A_MOMENT for at in newest)]


def agree(rule: str, spellings: dict[str, Callable[..., Found]], *of: Any) -> None:
    """All spellings of a rule give what the first of them gives."""
    answers = {name: spelled(*of) for name, spelled in spellings.items()}
    first, *others = answers
    for name in others:
        assert answers[name] == answers[first], f"{rule}: {name} is not {first}"


def check(telling: Telling) -> None:
    pair = Pair.objects.get(pk=telling.pair.pk)
    now = max(telling.clock.at, pair.settled_until)
    for at in instants_of(pair, now):
        agree("a yes stands", STANDING, pair, at)
    agree("a thing is opened", OPENED, pair, now)
    for seat in Seat.objects.filter(pair=pair):
        agree("a thing is open to one of the two", OPEN_TO, pair, seat, now)
        agree("what is left to fade", FADING, pair, seat, now)


@pytest.mark.django_db
@histories
@settings(max_examples=depth(8, 300))
@given(stories)
def test_every_spelling_of_what_stands_and_is_open_agrees_after_every_act(story: list) -> None:
    with transaction.atomic():
        telling = Telling.begun()
        for moment in story:
            telling.perform(*moment)
            check(telling)
        telling.clock.tick(hours=30)
        check(telling)
        transaction.set_rollback(True)


# --- A card is the newest of its therapist's ---

NEWEST: dict[str, Callable[[User], Found]] = {
    "models/therapy.is_newest": lambda who: set(
        Card.objects.filter(is_newest(), therapist=who).values_list("pk", flat=True)
    ),
    "visibility/let_in": lambda who: set(let_in._newest_cards(who).values_list("pk", flat=True)),
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
    in_sql = {name for name in kinds.KINDS if f"'{name}'" in meeting._class_of_offer()}
    assert by_the_rule == in_sql == kinds.heavy_kinds()


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
