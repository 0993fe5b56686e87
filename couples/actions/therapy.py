"""The therapist: a card, a code, admissions by both partners, days of looking."""

from collections.abc import Collection
from datetime import datetime, timedelta

from django.db.models import QuerySet

from couples.actions import yeses
from couples.actions.transactions import acting
from couples.content.kinds import KINDS
from couples.content.refusals import Refused
from couples.lib.clock import day_of
from couples.lib.codes import digest_of, new_code
from couples.models import (
    Card,
    Introduction,
    LookingDay,
    Pair,
    Seat,
    TherapistCode,
    TherapySession,
    User,
    Yes,
)
from couples.rule import consent

THERAPIST_CODE_LASTS = timedelta(days=7)

# What a couple can name when they admit somebody: each kind of record, and steps.
ADMISSIBLE = (*(name for name in KINDS if name != "step"), "step")


def write_card(name: str, practice: str, secrets: str, *, by: User, at: datetime) -> Card:
    """A therapist's card. A changed card is a new version, to which nobody has said yes yet."""
    with acting(by, at) as act:
        newest = card_of(by)
        if newest and (newest.name, newest.practice, newest.secrets) == (name, practice, secrets):
            return newest
        if not by.is_therapist:
            by.is_therapist = True
            by.save(update_fields=["is_therapist"])
        number = newest.number + 1 if newest else 1
        return Card.objects.create(
            therapist=by, number=number, name=name, practice=practice, secrets=secrets, made_at=act.at
        )


def card_of(therapist: User) -> Card | None:
    """The newest card of a therapist."""
    return Card.objects.filter(therapist=therapist).order_by("-number").first()


def make_code(*, by: User, at: datetime) -> str:
    """A code for one therapist, good for seven days. The other partner learns of it when it is used."""
    with acting(by, at) as act:
        code = new_code()
        TherapistCode.objects.create(
            seat=act.seated(), digest=digest_of(code), made_at=act.at, ends_at=act.at + THERAPIST_CODE_LASTS
        )
        return code


def enter_code(code: str, *, by: User, at: datetime) -> None:
    """A therapist comes to a pair's door: both partners see their card. The therapist learns nothing. Entering the
    code by which they came once more is success.

    Raises Refused: "no_card", or "code" alike for a code that is unknown, used, past its end, of a pair that is
    no more, or of their own pair.
    """
    with acting(by, at) as act:
        if card_of(by) is None:
            raise Refused("no_card")
        found = (
            TherapistCode.objects.select_for_update(of=("self",))
            .filter(digest=digest_of(code), ends_at__gt=act.at, seat__ended_at__isnull=True)
            .select_related("seat")
            .first()
        )
        if found is None or Seat.objects.filter(pair=found.seat.pair_id, person=by).exists():
            raise Refused("code")
        if found.used_at is not None:
            if Introduction.objects.filter(pair=found.seat.pair_id, therapist=by, made_at=found.used_at).exists():
                return
            raise Refused("code")
        found.used_at = act.at
        found.save(update_fields=["used_at"])
        Introduction.objects.get_or_create(pair_id=found.seat.pair_id, therapist=by, defaults={"made_at": act.at})


def admit(card: Card, kinds: Collection[str], *, by: User, at: datetime, ends: yeses.End = None) -> None:
    """A yes to this therapist, as this card describes them, for exactly these kinds. Other kinds end.

    The caller has made sure the card is shown to `by`. Raises Refused: "nothing_chosen", "stale" where the card has
    changed since, "no_pair".
    """
    with acting(by, at) as act:
        seat = act.seated()
        if not kinds:
            raise Refused("nothing_chosen")
        newest = card_of(card.therapist)
        if newest is None or newest.pk != card.pk:
            raise Refused("stale")
        own = Yes.objects.filter(seat=seat, kind=consent.ADMISSION, thing=card.id)
        yeses.close(own.exclude(scope__in=kinds), at=act.at)
        for kind in sorted(kinds):
            yeses.give(seat, consent.ADMISSION, card.id, at=act.at, ends=ends, scope=kind)


def end_access(therapist: User, *, by: User, at: datetime) -> None:
    """End one's own admissions of this therapist, for every kind, at once."""
    with acting(by, at) as act:
        cards = Card.objects.filter(therapist=therapist).values("pk")
        own = Yes.objects.filter(seat=act.seated(), kind=consent.ADMISSION, thing__in=cards)
        yeses.close(own, at=act.at)


def set_session(pair: Pair, starts_at: datetime, minutes: int, *, by: User, at: datetime) -> TherapySession:
    """The next session with a couple, in place of the one that was set. Both partners see it.

    The caller has made sure that both admit `by`. Raises Refused("session_passed").
    """
    with acting(by, at) as act:
        if starts_at <= act.at:
            raise Refused("session_passed")
        _to_come(pair, by, act.at).delete()
        return TherapySession.objects.create(pair=pair, therapist=by, starts_at=starts_at, minutes=minutes)


def call_off_session(pair: Pair, *, by: User, at: datetime) -> None:
    """There is no next session any more, if there was one."""
    with acting(by, at) as act:
        _to_come(pair, by, act.at).delete()


def _to_come(pair: Pair, therapist: User, at: datetime) -> QuerySet[TherapySession]:
    return TherapySession.objects.filter(pair=pair, therapist=therapist, starts_at__gt=at)


def note_day_of_looking(pair: Pair, *, by: User, at: datetime) -> None:
    """Note that this therapist looked at this pair's page today. One of the two writes that reading may cause."""
    LookingDay.objects.get_or_create(pair=pair, therapist=by, day=day_of(at, pair.time_zone))
