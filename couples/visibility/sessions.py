"""When sessions are: to the therapist who set them, and to two people while both admit that therapist."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Exists, OuterRef, Q

from couples.models import Pair, TherapySession, User
from couples.models.sessions import Sessions
from couples.visibility.let_in import therapists_let_in

LONGEST_SESSION = timedelta(hours=4)
AROUND_A_SESSION = timedelta(minutes=15)


def sessions_of(therapist: User, pair: Pair | UUID) -> Sessions:
    """The sessions this therapist has set with a pair. The caller has asked whether both admit them."""
    return _sessions(Q(therapist=therapist, pair=pair))


def sessions_shown_to(pair_id: UUID, at: datetime) -> Sessions:
    """The sessions set by therapists whom both partners admit now. Both see the same."""
    return _sessions(Q(pair=pair_id, therapist__in=therapists_let_in(pair_id, at)))


def _sessions(which: Q) -> Sessions:
    return Sessions(TherapySession.objects.filter(which).select_related("series"))


def sessions_with_all(therapist: User, at: datetime) -> dict[UUID, Sessions]:
    """What is to come with each pair, and what was of a series. Of couples on the list only.

    Of single sessions that are over no row is read, so that years of them cost a list nothing (`met_long_ago`).
    """
    rows = TherapySession.objects.filter(therapist=therapist).select_related("series")
    found: dict[UUID, list[TherapySession]] = {}
    for row in rows.filter(Q(series__isnull=False) | Q(starts_at__gt=at - LONGEST_SESSION)):
        found.setdefault(row.pair_id, []).append(row)
    return {pair: Sessions(some) for pair, some in found.items()}


def met_long_ago(therapist: User, at: datetime) -> Exists:
    """Whether a single session of this therapist with the pair of a seat is over, to be asked with the seat."""
    over = TherapySession.objects.filter(series__isnull=True, starts_at__lte=at - LONGEST_SESSION)
    return Exists(over.filter(therapist=therapist, pair=OuterRef("pair")))


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
