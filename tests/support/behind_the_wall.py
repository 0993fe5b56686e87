"""What PostgreSQL's second wall lets out by itself, with every filter of ours removed, and what it may let out."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from couples import visibility
from couples.models import (
    CheckIn,
    HeldText,
    Opening,
    OwnLine,
    OwnWords,
    Record,
    Rest,
    Revision,
    ShelfItem,
    TherapistLabel,
    User,
    Yes,
)
from couples.row_security import session
from couples.rule import consent
from couples.visibility import let_in, opened
from tests.support.serving_role import as_serving_role


@contextmanager
def asking(person: User | None, at: datetime, pair: Any = None) -> Iterator[None]:
    """Asked by the serving role, facing this person or nobody, with no filter but the wall; they look at this pair."""
    with transaction.atomic(), as_serving_role():
        if person is None:
            yield
            return
        with session.as_reader(person.pk, at):
            if pair is None:
                yield
                return
            with session.looking_at(pair.pk):
                yield


def rows_of(model: type, person: User | None, at: datetime, pair: Any = None) -> set:
    with asking(person, at, pair):
        return set(model.objects.values_list("pk", flat=True))


def opened_to(person: User, at: datetime, looked_at: Any = None) -> set[UUID]:
    """What our own filters would show with words: open to the person, or through the glass of their pair, or on the
    page of the couple they look at, if both admit them; and where they look at none, one admission of each."""
    found: set[UUID] = set()
    seat = visibility.seat_of(person)
    if seat is not None:
        found |= {opening.pk for opening in opened._openings(seat.pair_id, seat.pk, at)}
        for card in visibility.newest_cards_shown_to(seat.pair_id):
            kinds = visibility.admitted_kinds(card.therapist, seat.pair, at)
            found |= {opening.pk for opening in visibility.open_to_therapist(card.therapist, seat.pair, at)}
            found |= {row.pk for row in visibility.agenda_for_therapist(seat.pair_id, at, kinds)}
    for pair in visibility.pairs_of(person, at):
        if pair == looked_at:
            kinds = visibility.admitted_kinds(person, pair, at)
            found |= {opening.pk for opening in visibility.open_to_therapist(person, pair, at)}
            found |= {opening.pk for opening in visibility.agenda_for_therapist(pair.pk, at, kinds)}
        admitted = visibility.admissions(at).filter(pair=pair, thing__in=let_in._newest_cards(person))
        if pair == looked_at:
            found |= {opening.pk for opening in admitted}
        elif looked_at is None:  # one is all that a list of couples needs, and whichever the database meets first
            one = {pk for pk in rows_of(Opening, person, at) if pk in {opening.pk for opening in admitted}}
            assert len(one) == 1
            found |= one
    return found


def allowed(person: User, at: datetime, looked_at: Any = None) -> dict[type, set]:
    """For each walled table the rows that may come out."""
    words = opened_to(person, at, looked_at)
    seat = visibility.seat_of(person)
    bare = {line.pk for line in visibility.lines_i_keep(person, at)}
    if seat is not None:
        bare |= {line.pk for line in visibility.kept_lines(person, at, seat)}
    shown = set(Opening.objects.filter(pk__in=words).values_list("revision", flat=True)) - {None}
    own = {"author": person}
    said = Q(yes__kind=consent.ANSWER, yes__words__isnull=False) | Q(yes__kind=consent.MARK)  # conditions, and marks
    under = Rest.objects.filter(said, opening__in=words)
    return {
        Record: set(Record.objects.filter(**own).values_list("pk", flat=True))
        | set(Revision.objects.filter(pk__in=shown).values_list("record", flat=True)),
        Revision: set(Revision.objects.filter(**own).values_list("pk", flat=True)) | shown,
        OwnWords: set(OwnWords.objects.filter(**own).values_list("pk", flat=True)),
        CheckIn: set(CheckIn.objects.filter(**own).values_list("pk", flat=True)),
        HeldText: set(HeldText.objects.filter(**own).values_list("pk", flat=True)),
        ShelfItem: set(ShelfItem.objects.filter(therapist=person).values_list("pk", flat=True)),
        TherapistLabel: set(TherapistLabel.objects.filter(owner=person).values_list("pk", flat=True)),
        OwnLine: set(OwnLine.objects.filter(owner=person).values_list("pk", flat=True)),
        Yes: set(Yes.objects.filter(seat__person=person).values_list("pk", flat=True))
        | set(under.values_list("yes", flat=True)),
        Opening: words | (bare if seat else set()),
        Rest: set(Rest.objects.filter(opening__in=words).values_list("pk", flat=True)),
    }
