"""Takeaways: to who wrote them and to both, while both admit who wrote them; to both for as long as both accept."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from couples.lib.compiled import compiled
from couples.models import Pair, Seat, Takeaway, User
from couples.models.takeaways import is_newest_of_its_session
from couples.visibility.let_in import therapists_let_in
from couples.visibility.opened import takeaways_open_to


def takeaways_of(therapist: User | UUID, pair: Pair | UUID) -> QuerySet[Takeaway]:
    """The newest lines of each session that this therapist wrote to a pair, accepted or not. The caller has asked
    whether both admit them."""
    return Takeaway.objects.filter(is_newest_of_its_session(), therapist=therapist, pair=pair)


def takeaways_shown_to(pair_id: UUID, at: datetime, let_in: list[UUID] | None = None) -> QuerySet[Takeaway]:
    """The newest lines of each session of the therapists whom both partners admit now. Both see the same.

    `let_in`, which is `therapists_let_in`, saves asking who they are.
    """
    therapists = therapists_let_in(pair_id, at) if let_in is None else let_in
    return Takeaway.objects.filter(is_newest_of_its_session(), pair=pair_id, therapist__in=therapists)


def takeaways_named(pair_id: UUID, things: Iterable[UUID]) -> dict[UUID, Takeaway]:
    """The lines that openings or yeses name, by their ids. The caller has these from here."""
    ids = list(things)
    return {row.pk: row for row in _named(pair_id, ids)} if ids else {}


@compiled
def _named(pair: UUID, things: list[UUID]) -> QuerySet[Takeaway]:
    return Takeaway.objects.filter(pair=pair, pk__in=things)


def takeaway_shown_to(seat: Seat, at: datetime, takeaway: UUID) -> Takeaway | None:
    """One of them, to somebody to whom it is shown now, or who accepts it as the other does."""
    found = takeaways_shown_to(seat.pair_id, at).filter(pk=takeaway).first()
    if found is None and any(opening.thing == takeaway for opening in takeaways_open_to(seat, at)):
        return takeaways_named(seat.pair_id, [takeaway]).get(takeaway)
    return found


def takeaway_once_shown(seat: Seat, takeaway: UUID) -> bool:
    """Whether these lines were written to this pair: only for ending one's own acceptance of them."""
    return Takeaway.objects.filter(pair=seat.pair_id, pk=takeaway).exists()
