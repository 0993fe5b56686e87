"""Takeaways: the therapist writes one to both, and each of the two accepts it alone."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from couples.actions import yeses
from couples.actions.transactions import Acting, acting
from couples.content.refusals import Refused
from couples.lib.clock import day_of
from couples.models import Pair, Takeaway, User, Yes
from couples.models.sessions import Session
from couples.models.takeaways import is_newest_of_its_session
from couples.models.therapy import stays_of_cards
from couples.models.yeses import standing
from couples.rule import consent

MOST_LINES = 3


def write(lines: Sequence[str], session: Session, pair: Pair, *, by: User, at: datetime) -> Takeaway:
    """The lines of a session, to both. The same lines again change nothing; others are a new version, and what both
    accepted before stays until they accept that.

    The caller has made sure that both admit `by`, whose session it is. Raises ValueError for no line, or more than
    MOST_LINES.
    """
    if not 0 < len(lines) <= MOST_LINES:
        raise ValueError("a takeaway has one to three lines")
    with acting(by, at):
        of_session = Takeaway.objects.filter(pair=pair, session=session.id, therapist=by)
        newest = of_session.order_by("-number").first()
        if newest is not None and newest.lines == list(lines):
            return newest
        return Takeaway.objects.create(
            pair=pair,
            therapist=by,
            session=session.id,
            number=newest.number + 1 if newest is not None else 1,
            day=day_of(session.starts_at, pair.time_zone),
            words={"lines": list(lines)},
        )


def accept(takeaway: Takeaway, *, by: User, at: datetime, ends: yeses.End = None) -> None:
    """A yes to keep exactly these lines between the two, given alone.

    Who accepts them already renews that. Raises Refused: "no_pair", "end_passed", "stale" where there are newer lines,
    or not both admit who wrote them.
    """
    with acting(by, at) as act:
        seat = act.seated()
        own = Yes.objects.filter(standing(act.at), seat=seat, kind=consent.TAKEAWAY, thing=takeaway.pk)
        if not own.exists() and not _is_shown(takeaway, act):
            raise Refused("stale")
        yeses.give(seat, consent.TAKEAWAY, takeaway.pk, at=act.at, ends=ends, under=takeaway.session)


def _is_shown(takeaway: Takeaway, act: Acting) -> bool:
    """Whether these are the newest lines of their session, of a therapist whom both admit at the instant of the act."""
    newest = Takeaway.objects.filter(is_newest_of_its_session(), pk=takeaway.pk, pair=act.pair).first()
    if newest is None or newest.therapist_id is None or act.pair is None:
        return False
    stay = stays_of_cards(act.pair).get(newest.therapist_id)
    return stay is not None and stay.is_let_in(act.at)


def no_longer_accept(takeaway: UUID, *, by: User, at: datetime) -> None:
    """End one's own acceptance of these lines, whether or not there was one."""
    with acting(by, at) as act:
        own = Yes.objects.filter(seat=act.seated(), kind=consent.TAKEAWAY, thing=takeaway)
        yeses.close(own, at=act.at)
