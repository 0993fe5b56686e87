"""Two people become a pair, and one of them ends it."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from couples.actions import yeses as yes_acts
from couples.actions.records import own_line
from couples.actions.sitting import SITTING_THING
from couples.actions.transactions import (
    A_MOMENT,
    Acting,
    acting,
    go_through_mornings,
    if_readable,
    lock_people,
    save_doors,
)
from couples.content.refusals import Refused
from couples.lib.codes import digest_of, new_code
from couples.lib.ids import random_span
from couples.models import Invitation, OwnLine, Pair, Rest, Seat, TherapistLabel, User, Yes
from couples.models.keys import open_keys
from couples.models.yeses import fallen, standing
from couples.row_security.session import as_reader, settling
from couples.rule import consent
from couples.rule.admissions import TO_STEPS
from couples.rule.zones import shared_zone

INVITATION_LASTS = timedelta(hours=48)
CLOSE, TELL, FADE = WAYS = ("close", "tell", "fade")  # three equal ways to end one's seat
FADES_WITHIN = timedelta(days=30)


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

    Their mornings come on the clock of that one of them which suits both (rule/zones.py). Confirming twice, or each
    other, gives the same pair. Raises Refused: "no_invitation" where it closed, ended or either is paired by now.
    """
    try:
        with open_keys(), transaction.atomic(), as_reader(by.pk, at):
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
    inviter, joiner = invitation.inviter, invitation.joiner
    assert joiner is not None  # whoever joined and left for good has closed it first
    zone = shared_zone(inviter.time_zone, joiner.time_zone, at)
    morning = consent.morning_after(at, zone)
    pair = Pair.objects.create(time_zone=zone, settled_until=at, next_morning=morning, last_morning=at)
    seats = [Seat.objects.create(pair=pair, person=person, since=at) for person in (inviter, joiner)]
    with settling(pair.pk):  # from now on each may be sealed for, and may have sat down
        for seat, person, other in zip(seats, (inviter, joiner), (joiner, inviter), strict=True):
            seat.partner_name = other.shown_name
            seat.save(update_fields=["partner_name"])
            yes_acts.give(seat, consent.SITTING, SITTING_THING, at=at)
            own_line(Acting(person, at, seat, pair), OwnLine.BEGAN)
    waiting = Invitation.objects.filter(Q(inviter__in=(inviter, joiner)) | Q(joiner__in=(inviter, joiner)))
    waiting.filter(closed_at__isnull=True).update(closed_at=at)
    return pair


def end_pairing(way: str = CLOSE, *, by: User, at: datetime) -> None:
    """End one's own seat, now, in one of three `WAYS`. Ending twice is success.

    CLOSE also ends every yes given from it; the other is not told. TELL does the same, and the other reads it. FADE
    leaves each yes on what is open, but for steps, a random end of its own within 30 days, never later than it had.
    In all of them the leaver sees nothing shared any more, and nothing new opens.
    """
    with acting(by, at) as act:
        if act.seat is None:
            return
        fading = _on_what_is_open(act.seat, act.at) if way == FADE else []
        yes_acts.close(Yes.objects.filter(seat=act.seat).exclude(pk__in=[row.pk for row in fading]), at=act.at)
        for row in fading:
            end = act.at + random_span(FADES_WITHIN)
            row.ends_at = min(row.ends_at or end, end)
        yes_acts.rewrite(fading)
        act.seat.ended_at, act.seat.tells = act.at, way == TELL
        act.seat.save(update_fields=["ended_at", "tells"])
        TherapistLabel.objects.filter(seat=act.seat).delete()


def _on_what_is_open(seat: Seat, at: datetime) -> list[Yes]:
    """The yeses of a seat under something that is open, but for steps, whose lines may be kept. A reading that was put
    away changes nothing.
    """
    gone = Rest.objects.filter(fallen(at, "yes__"), opening=OuterRef("opening")).exclude(yes__kind=consent.READING)
    under = Rest.objects.filter(~Exists(gone), opening__pair=seat.pair_id).values("yes")
    of_steps = Q(scope__in=TO_STEPS) & ~Q(kind=consent.KEEP)
    steps = Q(kind__in=(consent.GROUP, consent.ANSWER, consent.TERMS)) | of_steps
    return list(Yes.objects.filter(standing(at), seat=seat, pk__in=under).exclude(steps))


def close_what_fades(*, by: User, at: datetime) -> None:
    """End at once what was left to fade when seats were ended. Where nothing fades, nothing happens."""
    with open_keys(), transaction.atomic(), as_reader(by.pk, at):
        lock_people(by.pk)
        left = Seat.objects.filter(person=by, ended_at__isnull=False).values("pair")
        for pair in Pair.objects.select_for_update(no_key=True).filter(pk__in=left).order_by("pk"):
            with settling(pair.pk):
                close_in_a_pair_that_ended(pair, Yes.objects.filter(seat__person=by, pair=pair), at)


def close_in_a_pair_that_ended(pair: Pair, yeses: "QuerySet[Yes]", at: datetime) -> None:
    """Close these yeses at an instant of their own. The caller holds the pair's lock and settles it."""
    if yeses.filter(standing(at)).exists():
        begun = max(at, pair.settled_until + A_MOMENT)
        readable = if_readable(lambda: go_through_mornings(pair, begun), pair)
        ended = max(begun, pair.settled_until + A_MOMENT)
        if readable:
            pair.settled_until = ended
            save_doors(pair)
        yes_acts.close(yeses, at=ended)


def call_partner(name: str, *, by: User, at: datetime) -> None:
    """What one's own pages of this pairing call the other from now on. Nobody else's pages change."""
    with acting(by, at) as act:
        seat = act.seated()
        seat.partner_name = name
        seat.save(update_fields=["partner_name"])


def wish_time_zone(zone: str, *, by: User, at: datetime) -> None:
    """A yes to another time zone for the pair; it changes at a door, when both have chosen the same."""
    with acting(by, at) as act:
        seat = act.seated()
        thing = consent.thing_of("zone", zone)
        others = Yes.objects.filter(seat=seat, kind=consent.ZONE).exclude(thing=thing)
        yes_acts.close(others, at=act.at)
        yes_acts.give(seat, consent.ZONE, thing, at=act.at, scope=zone)
