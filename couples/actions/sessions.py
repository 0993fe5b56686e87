"""Sessions as a therapist sets them: one, or a series; moved and called off. Both partners see all of it."""

from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import QuerySet

from couples.actions.transactions import acting
from couples.content.refusals import Refused
from couples.models import Pair, SessionSeries, TherapySession, User
from couples.models.sessions import Session, Sessions


def set_session(pair: Pair, starts_at: datetime, minutes: int, *, by: User, at: datetime, weeks: int = 0) -> None:
    """The next session with a couple, or with `weeks` that and each one after so many weeks, until it is changed.

    What was set and is still to come goes, and a calendar knows the new one as the same event. The caller has made sure
    that both admit `by`. Raises Refused("session_passed").
    """
    with acting(by, at) as act:
        if starts_at <= act.at:
            raise Refused("session_passed")
        running = _running(by, pair).first()
        if weeks and running is not None and _is_alike(running, starts_at, minutes, weeks, by):
            return
        single = _to_come(by, act.at).filter(pair=pair, series__isnull=True).first()
        _call_off(_running(by, pair), _to_come(by, act.at).filter(pair=pair), act.at)
        if not weeks:
            pk = {"pk": single.pk} if single is not None else {"pk": running.event} if running is not None else {}
            TherapySession.objects.create(**pk, pair=pair, therapist=by, starts_at=starts_at, minutes=minutes)
            return
        event = {"event": running.event} if running is not None else {"event": single.pk} if single is not None else {}
        local = starts_at.astimezone(ZoneInfo(by.time_zone))
        series = SessionSeries.objects.create(
            **event,
            pair=pair,
            therapist=by,
            first=local.date(),
            at_hour=local.time(),
            zone=by.time_zone,
            weeks=weeks,
            minutes=minutes,
        )
        _set_apart(series.session_on(series.first), starts_at, minutes, called_off=False)


def _is_alike(series: SessionSeries, starts_at: datetime, minutes: int, weeks: int, by: User) -> bool:
    """Whether this is what runs already: the same form sent twice changes nothing."""
    same = (series.weeks, series.minutes, series.zone) == (weeks, minutes, by.time_zone)
    return same and series.weekly.hour_of(series.first) == starts_at


def call_off_sessions(pair: Pair, *, by: User, at: datetime) -> None:
    """There is no next session any more, nor one after it, if there was one."""
    with acting(by, at) as act:
        _call_off(_running(by, pair), _to_come(by, act.at).filter(pair=pair), act.at)


def call_all_off(therapist: User, at: datetime) -> None:
    """No session that this therapist set is to come any more, with any couple. The caller acts."""
    running = SessionSeries.objects.filter(therapist=therapist, ended_at__isnull=True)
    _call_off(running, _to_come(therapist, at), at)


def move_session(wanted: UUID, pair: Pair, starts_at: datetime, minutes: int, *, by: User, at: datetime) -> None:
    """This session, of a series or single, is at another time; one of a series that was called off is on again.

    Raises Refused: "session_passed", "stale" where it is not to come any more.
    """
    with acting(by, at) as act:
        if starts_at <= act.at:
            raise Refused("session_passed")
        _set_apart(_found(wanted, pair, by, act.at), starts_at, minutes, called_off=False)


def call_off_one(wanted: UUID, pair: Pair, *, by: User, at: datetime) -> None:
    """This session is not; of a series all others stay as they are. Doing it twice, or too late, is success."""
    with acting(by, at) as act:
        try:
            session = _found(wanted, pair, by, act.at)
        except Refused:
            return
        if session.series is None:
            TherapySession.objects.filter(pk=session.id).delete()
        else:
            _set_apart(session, session.starts_at, session.minutes, called_off=True)


def _found(wanted: UUID, pair: Pair, by: User, at: datetime) -> Session:
    """One session to come by its id. Raises Refused("stale")."""
    rows = TherapySession.objects.filter(pair=pair, therapist=by).select_related("series")
    session = Sessions(rows).of_id(wanted, at)
    if session is None or session.starts_at <= at:
        raise Refused("stale")
    return session


def _set_apart(session: Session, starts_at: datetime, minutes: int, *, called_off: bool) -> None:
    TherapySession.objects.update_or_create(
        pk=session.id,
        defaults={"starts_at": starts_at, "minutes": minutes, "called_off": called_off},
        create_defaults={
            "starts_at": starts_at,
            "minutes": minutes,
            "called_off": called_off,
            "series": session.series,
            "day": session.day,
            "pair_id": session.pair_id,
            "therapist_id": session.therapist_id,
        },
    )


def _running(therapist: User, pair: Pair) -> QuerySet[SessionSeries]:
    return SessionSeries.objects.filter(therapist=therapist, pair=pair, ended_at__isnull=True)


def _to_come(therapist: User, at: datetime) -> QuerySet[TherapySession]:
    return TherapySession.objects.filter(therapist=therapist, starts_at__gt=at)


def _call_off(running: QuerySet[SessionSeries], to_come: QuerySet[TherapySession], at: datetime) -> None:
    """End a series, and what is to come. One of a series that was moved stays as called off: its own day has none."""
    to_come.filter(series__isnull=True).delete()
    to_come.filter(series__isnull=False).update(called_off=True)
    running.update(ended_at=at)
