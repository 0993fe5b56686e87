"""Two people become a pair, and one of them ends it."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Q

from couples import consent
from couples.codes import digest_of, new_code
from couples.models import Invitation, OwnLine, Pair, Seat, User, Yes
from couples.models.keys import ring
from couples.refusals import Refused
from couples.verbs import giving
from couples.verbs.settling import Acting, acting, lock_people
from couples.verbs.sitting import SITTING_THING
from couples.verbs.writing import own_line
from couples.wall import facing, settling

INVITATION_LASTS = timedelta(hours=48)


def invite(*, by: User, at: datetime) -> str:
    """A fresh code for one other person, good for 48 hours; an older one of the same person ends.

    Raises Refused("paired").
    """
    with acting(by, at) as act:
        if act.seat is not None:
            raise Refused("paired")
        Invitation.objects.filter(inviter=by, closed_at__isnull=True).update(closed_at=act.at)
        code = new_code()
        Invitation.objects.create(
            inviter=by,
            digest=digest_of(code),
            time_zone=act.person.time_zone,
            made_at=act.at,
            ends_at=act.at + INVITATION_LASTS,
        )
        return code


def find_invitation(code: str, *, by: User, at: datetime) -> Invitation:
    """The invitation this code opens to this person. Unknown, used and expired ones are refused alike: "code".

    Raises Refused also with "yourself" and "paired".
    """
    found = Invitation.objects.filter(
        Q(joiner__isnull=True) | Q(joiner=by), digest=digest_of(code), closed_at__isnull=True, ends_at__gt=at
    ).first()
    if found is None:
        raise Refused("code")
    if found.inviter_id == by.pk:
        raise Refused("yourself")
    if Seat.objects.filter(person=by, ended_at__isnull=True).exists():
        raise Refused("paired")
    return found


def join(code: str, *, by: User, at: datetime) -> Invitation:
    """Say yes to being the other person of this invitation. Its maker confirms. Uses the code up."""
    with acting(by, at) as act:
        found = find_invitation(code, by=by, at=act.at)
        taken = Invitation.objects.filter(
            Q(joiner__isnull=True) | Q(joiner=by), pk=found.pk, closed_at__isnull=True
        ).update(joiner=by, joined_at=act.at)
        if not taken:
            raise Refused("code")
        found.refresh_from_db()
        return found


def withdraw_join(*, by: User, at: datetime) -> None:
    """Stop waiting to be confirmed: the invitations one has joined close."""
    with acting(by, at) as act:
        Invitation.objects.filter(joiner=by, closed_at__isnull=True).update(closed_at=act.at)


def withdraw_invitation(*, by: User, at: datetime) -> None:
    """Close one's own invitation, also where somebody has joined it."""
    with acting(by, at) as act:
        Invitation.objects.filter(inviter=by, closed_at__isnull=True).update(closed_at=act.at)


def confirm(invitation_id: UUID, *, by: User, at: datetime) -> Pair:
    """The inviter confirms the name of the one who joined: from now on they are a pair, and both have sat down.

    The pair runs on the time zone that the invitation was made in, which both were shown. Confirming twice, or each
    other, gives the same pair. Raises Refused: "no_invitation" where it closed, ended or either is paired by now.
    """
    try:
        with ring(), transaction.atomic(), facing(by.pk, at):
            invitation = Invitation.objects.filter(pk=invitation_id, inviter=by).first()
            if invitation is not None and invitation.pair is not None:
                return invitation.pair
            if invitation is None or invitation.joiner is None:
                raise Refused("no_invitation")
            lock_people(by.pk, invitation.joiner.pk)
            invitation = Invitation.objects.select_for_update().get(pk=invitation_id)
            there_is = invitation.pair or (_pair_of(by, invitation.joiner) if invitation.joiner else None)
            if there_is is not None:
                return there_is
            if invitation.closed_at is not None or invitation.ends_at <= at:
                raise Refused("no_invitation")
            pair = _seat_both(invitation, at)
            invitation.pair = pair
            invitation.closed_at = at
            invitation.save(update_fields=["pair", "closed_at"])
            return pair
    except IntegrityError:  # one live seat per person: somebody paired a moment earlier
        raise Refused("no_invitation") from None


def _pair_of(one: User, other: User) -> Pair | None:
    """The pair in which these two sit, both of them still; None where there is none."""
    live = Seat.objects.filter(ended_at__isnull=True)
    pairs = Pair.objects.filter(pk__in=live.filter(person=one).values("pair"))
    return pairs.filter(pk__in=live.filter(person=other).values("pair")).first()


def _seat_both(invitation: Invitation, at: datetime) -> Pair:
    inviter, joiner, zone = invitation.inviter, invitation.joiner, invitation.time_zone
    assert joiner is not None  # whoever joined and left for good has closed it first
    pair = Pair.objects.create(time_zone=zone, settled_until=at, next_morning=consent.morning_after(at, zone))
    seats = [Seat.objects.create(pair=pair, person=person, since=at) for person in (inviter, joiner)]
    with settling(pair.pk):  # from now on each may be sealed for, and may have sat down
        for seat, person, other in zip(seats, (inviter, joiner), (joiner, inviter), strict=True):
            seat.partner_name = other.shown_name
            seat.save(update_fields=["partner_name"])
            giving.give(seat, consent.SITTING, SITTING_THING, at=at)
            own_line(Acting(person, at, seat, pair), OwnLine.BEGAN)
    waiting = Invitation.objects.filter(Q(inviter__in=(inviter, joiner)) | Q(joiner__in=(inviter, joiner)))
    waiting.filter(closed_at__isnull=True).update(closed_at=at)
    return pair


def end_pairing(*, by: User, at: datetime) -> None:
    """End one's own seat, now, and every yes given from it. The other is not told. Ending twice is success."""
    with acting(by, at) as act:
        if act.seat is None:
            return
        giving.close(Yes.objects.filter(seat=act.seat), at=act.at)
        act.seat.ended_at = act.at
        act.seat.save(update_fields=["ended_at"])


def wish_time_zone(zone: str, *, by: User, at: datetime) -> None:
    """A yes to another time zone for the pair; it changes at a door, when both have chosen the same."""
    with acting(by, at) as act:
        seat = act.seated()
        thing = consent.thing_of("zone", zone)
        others = Yes.objects.filter(seat=seat, kind=consent.ZONE).exclude(thing=thing)
        giving.close(others, at=act.at)
        giving.give(seat, consent.ZONE, thing, at=act.at, scope=zone)
