"""What a therapist may read, whom both let in; and what both are shown of therapists."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import OuterRef, Q, QuerySet, Subquery

from couples.lib.compiled import compiled
from couples.models import (
    Card,
    Introduction,
    LookingDay,
    Opening,
    Pair,
    Proposal,
    Seat,
    TakenOff,
    User,
    Yes,
)
from couples.models.people import seats_with_keys, with_keys
from couples.models.therapy import Stay, is_newest, stays_of_cards
from couples.row_security.session import settling
from couples.rule import cards, consent
from couples.rule.admissions import kinds_of
from couples.rule.consent import OpeningKind
from couples.visibility.opened import SHOWN_KINDS, all_stand, opened_by


def admissions(at: datetime) -> QuerySet[Opening]:
    """The admissions that both partners gave at a door and neither has ended."""
    given = Opening.objects.filter(opened_by(at), kind=OpeningKind.ADMISSION, has_fallen=False)
    return given.filter(all_stand(at, None)).signed()


def admitted_kinds(therapist: User, pair: Pair, at: datetime) -> frozenset[str]:
    """The kinds that both partners of a pair admit this therapist to, as their newest card describes them: all of each
    class that both name."""
    found = _admitted(therapist.pk, pair.pk, at)
    return frozenset(kind for admission in found for kind in kinds_of(admission.scope))


@compiled
def _admitted(therapist: UUID, pair: UUID, at: datetime) -> QuerySet[Opening]:
    found = admissions(at).filter(pair=pair, thing__in=_newest_cards(therapist))
    return found


def _newest_cards(therapist: User | UUID) -> QuerySet[Card]:
    return Card.objects.filter(is_newest(), therapist=therapist)


def pairs_of(therapist: User, at: datetime) -> QuerySet[Pair]:
    """The pairs in which both partners admit this therapist to something.

    Asked one by one for each pair whose code they entered, so that the database stops at the first of each, and
    never begins at every opening there is. (An `Exists` PostgreSQL would turn into a join of all admissions.)

    A list asks for no doors, so an admission stands in it from a minute after its morning on, by when the server's
    clock has stored it: sooner, its standing there would tell that one of the two has acted since seven.
    """
    return pairs_stored_by(therapist.pk, at, at - consent.STORED_WITHIN)


def pairs_stored_by(therapist: UUID, at: datetime, stored_by: datetime) -> QuerySet[Pair]:
    """`pairs_of`, with what the server's clock had stored by an instant; all three may be places for them."""
    introduced = Introduction.objects.filter(therapist=therapist).values("pair")
    by_the_clock = Q(door=consent.SITTING_DOOR) | Q(opened_at__lte=stored_by)
    admitted = admissions(at).filter(by_the_clock, pair=OuterRef("pk"), thing__in=_newest_cards(therapist))
    one = Subquery(admitted.values("pk")[:1])
    return Pair.objects.filter(pk__in=introduced).alias(one_of_both=one).filter(one_of_both__isnull=False)


def open_to_therapist(
    therapist: User, pair: Pair, at: datetime, kinds: frozenset[str] | None = None
) -> QuerySet[Opening]:
    """What is opened between two partners, of the kinds that both admit this therapist to. `kinds` saves asking."""
    return let_in_rows(pair.pk, at, admitted_kinds(therapist, pair, at) if kinds is None else kinds)


def let_in_rows(pair: UUID, at: datetime, kinds: frozenset[str]) -> QuerySet[Opening]:
    """`open_to_therapist`, of these kinds, to which the caller has found both to admit; the first two may be places."""
    opened = Opening.objects.filter(pair=pair, has_fallen=False)
    opened = opened.filter(opened_by(at), kind__in=SHOWN_KINDS, scope__in=kinds)
    return opened.filter(all_stand(at, None)).select_related("revision").signed()


def agenda_for_therapist(pair: UUID, at: datetime, kinds: frozenset[str]) -> QuerySet[Opening]:
    """The marks on the agenda that name things of these kinds, to which the caller has found both to admit a therapist;
    the first two may be places for them (`lib/compiled`)."""
    marks = Opening.objects.filter(pair=pair, has_fallen=False)
    marks = marks.filter(opened_by(at), kind=OpeningKind.AGENDA, scope__in=kinds)
    return marks.filter(all_stand(at, None)).signed()


def proposals_shown_to(pair_id: UUID, at: datetime, let_in: list[UUID] | None = None) -> QuerySet[Proposal]:
    """What therapists whom both partners admit now propose. Both see the same, steps only who turned them on.

    `let_in`, which is `therapists_let_in`, saves asking who they are.
    """
    therapists = therapists_let_in(pair_id, at) if let_in is None else let_in
    return Proposal.objects.filter(pair=pair_id, therapist__in=therapists)


def proposals_of(therapist: User, pair: Pair) -> QuerySet[Proposal]:
    """What this therapist proposed to a pair. The caller has asked whether both admit them."""
    return Proposal.objects.filter(therapist=therapist, pair=pair)


def therapists_let_in(pair_id: UUID, at: datetime) -> list[UUID]:
    """The ids of the therapists whom both partners of a pair admit now."""
    cards = list(cards_let_in(pair_id, at))
    return [therapist for (therapist,) in _of_newest_cards(pair_id, cards)] if cards else []


@compiled
def _of_newest_cards(pair: UUID, cards: list[UUID]) -> QuerySet[Any]:
    return cards_shown_to(pair).filter(is_newest(), pk__in=cards).values_list("therapist")


def introductions_to(pair_id: UUID) -> QuerySet[Introduction]:
    """The therapists who entered this pair's code. Both partners see the same."""
    return Introduction.objects.filter(pair=pair_id).select_related("therapist")


def looking_days_at(pair_id: UUID) -> QuerySet[LookingDay]:
    """The days on which any therapist looked at a pair's page. Both partners see the same."""
    return LookingDay.objects.filter(pair=pair_id)


def cards_shown_to(pair_id: UUID) -> QuerySet[Card]:
    """Every version of the card of each therapist who entered this pair's code. Both partners see the same."""
    return Card.objects.filter(therapist__in=introductions_to(pair_id).values("therapist"))


def newest_cards_shown_to(pair_id: UUID) -> QuerySet[Card]:
    """The newest card of each therapist who entered this pair's code, with the therapist, by name."""
    return cards_shown_to(pair_id).filter(is_newest()).select_related("therapist").order_by("name", "made_at")


def cards_on_page_of(seat: Seat, at: datetime) -> list[Stay]:
    """The cards on this person's own page, by name: those that have not left both pages nor been taken off theirs."""
    off = dict(TakenOff.objects.filter(seat=seat).values_list("therapist", "at"))
    there = [
        stay
        for therapist, stay in _stays(seat).items()
        if stay.lasts(at) and not (therapist in off and off[therapist] >= stay.came)
    ]
    return sorted(there, key=lambda stay: (stay.card.name, stay.card.made_at))


def cards_gone_from(seat: Seat, at: datetime) -> QuerySet[Card]:
    """The cards that have left both pages, and with which the admissions to them have ended by now."""
    stays = _stays(seat).items()
    gone = [who for who, stay in stays if stay.leaves is not None and cards.ends_with_it(stay.leaves) <= at]
    return Card.objects.filter(therapist__in=gone)


def _stays(seat: Seat) -> dict[UUID, Stay]:
    with settling(seat.pair_id):
        return stays_of_cards(seat.pair)


def cards_once_before(seat: Seat) -> QuerySet[Card]:
    """Every card that this person was shown in their pair, also one that is gone: to end what they said to it."""
    said = Yes.objects.filter(seat=seat, kind=consent.ADMISSION).values("thing")
    introduced = introductions_to(seat.pair_id).values("therapist")
    return Card.objects.filter(Q(therapist__in=introduced) | Q(pk__in=said)).select_related("therapist")


def names_of_lookers(pair_id: UUID) -> dict[UUID, str]:
    """What those who looked at a pair's page call themselves, by their ids, also where their card is gone."""
    looked = LookingDay.objects.filter(pair=pair_id, therapist__isnull=False).values("therapist")
    return dict(Card.objects.filter(therapist__in=looked).order_by("number").values_list("therapist", "name"))


def cards_let_in(pair_id: UUID, at: datetime) -> set[UUID]:
    """The cards to which both partners of a pair admit something in common: they stand in the therapist's room too."""
    return {admission.thing for admission in _admissions(pair_id, at)}


@compiled
def _admissions(pair: UUID, at: datetime) -> QuerySet[Opening]:
    return admissions(at).filter(pair=pair)


def introduced_seats(therapist: User, pair_id: UUID) -> list[Seat]:
    """Both seats of a pair whose code this therapist entered, with pair and people; empty for any other pair.

    That they were introduced gives them nothing to read: ask `admitted_kinds` next.
    """
    return with_keys(_introduced(therapist.pk, pair_id))


@compiled
def _introduced(therapist: UUID, pair: UUID) -> QuerySet[Seat]:
    introduced = Introduction.objects.filter(therapist=therapist, pair=pair).values("pair")
    return seats_with_keys().filter(pair__in=introduced).select_related("pair", "person")


def last_act_among(therapist: User) -> datetime | None:
    """The instant up to which all pairs who gave this therapist a code have acted: for reading not before it."""
    last = next(iter(_acted_last(therapist.pk)), None)
    return last.settled_until if last is not None else None


@compiled
def _acted_last(therapist: UUID) -> QuerySet[Pair]:
    introduced = Introduction.objects.filter(therapist=therapist).values("pair")
    return Pair.objects.filter(pk__in=introduced).order_by("-settled_until").only("settled_until")[:1]
