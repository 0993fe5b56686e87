"""When sessions are: to the therapist who set them, and to two people while both admit that therapist."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Exists, Max, Min, OuterRef, Q, QuerySet, Subquery

from couples.lib.compiled import compiled
from couples.models import Pair, Seat, TherapySession, User
from couples.models.sessions import Sessions
from couples.rule import consent
from couples.visibility.let_in import pairs_stored_by, therapists_let_in

LONGEST_SESSION = timedelta(hours=4)
AROUND_A_SESSION = timedelta(minutes=15)


def sessions_of(therapist: User, pair: Pair | UUID) -> Sessions:
    """The sessions this therapist has set with a pair. The caller has asked whether both admit them."""
    return Sessions(_of_pair(therapist.pk, pair.pk if isinstance(pair, Pair) else pair))


@compiled
def _of_pair(therapist: UUID, pair: UUID) -> QuerySet[TherapySession]:
    return TherapySession.objects.filter(therapist=therapist, pair=pair).select_related("series")


def sessions_shown_to(pair_id: UUID, at: datetime, let_in: list[UUID] | None = None) -> Sessions:
    """The sessions set by therapists whom both partners admit now. Both see the same.

    `let_in`, which is `therapists_let_in`, saves asking who they are.
    """
    therapists = therapists_let_in(pair_id, at) if let_in is None else let_in
    return Sessions(_shown(pair_id, therapists) if therapists else ())


@compiled
def _shown(pair: UUID, therapists: list[UUID]) -> QuerySet[TherapySession]:
    return TherapySession.objects.filter(pair=pair, therapist__in=therapists).select_related("series")


def sessions_with_all(therapist: User, at: datetime) -> dict[UUID, Sessions]:
    """What is to come with each pair, and what was of a series. Of couples on the list only.

    Of single sessions that are over no row is read, so that years of them cost a list nothing (`listed_couples`).
    """
    found: dict[UUID, list[TherapySession]] = {}
    for row in _with_all(therapist.pk, at - LONGEST_SESSION):
        found.setdefault(row.pair_id, []).append(row)
    return {pair: Sessions(some) for pair, some in found.items()}


@compiled
def _with_all(therapist: UUID, begun_by: datetime) -> QuerySet[TherapySession]:
    rows = TherapySession.objects.filter(therapist=therapist).select_related("series")
    return rows.filter(Q(series__isnull=False) | Q(starts_at__gt=begun_by))


def listed_couples(therapist: User, at: datetime) -> QuerySet[Any]:
    """The couples on this therapist's list (`pairs_of`), four values of each: its id, both names said to a therapist,
    and whether a single session of theirs is over."""
    return _listed(therapist.pk, at, at - consent.STORED_WITHIN, at - LONGEST_SESSION)


@compiled
def _listed(therapist: UUID, at: datetime, stored_by: datetime, begun_by: datetime) -> QuerySet[Any]:
    both = Seat.objects.filter(pair=OuterRef("pk")).order_by().values("pair")
    one, other = (Subquery(both.annotate(name=which("said_name")).values("name")) for which in (Min, Max))
    listed = pairs_stored_by(therapist, at, stored_by)
    return listed.annotate(one=one, other=other, met=_met(therapist, begun_by)).values_list("pk", "one", "other", "met")


def _met(therapist: UUID, begun_by: datetime) -> Exists:
    over = TherapySession.objects.filter(series__isnull=True, starts_at__lte=begun_by)
    return Exists(over.filter(therapist=therapist, pair=OuterRef("pk")))


def session_lasts(therapist: User, pair_id: UUID, at: datetime) -> timedelta | None:
    """For how long a session is still on, a quarter of an hour around it counted in; None where none is."""
    begins_by, on = at + AROUND_A_SESSION, None
    for each in sessions_of(therapist, pair_id).ahead(at - AROUND_A_SESSION):
        if each.starts_at > begins_by:
            break
        on = max(on or each.ends_at, each.ends_at)
    return on + AROUND_A_SESSION - at if on is not None else None


def next_session_ends(pair_id: UUID, at: datetime) -> datetime | None:
    """When the next session that both can see is over; None where none is set."""
    session = sessions_shown_to(pair_id, at).to_come(at)
    return session.ends_at if session is not None else None
