"""The therapist: a card, a code, admissions by both partners, days of looking."""

from collections.abc import Collection
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from couples.actions import sessions, yeses
from couples.actions.transactions import Acting, acting, close_in_order, lock_people
from couples.content.refusals import NobodyThere, Refused
from couples.lib.clock import day_of
from couples.lib.codes import digest_of, new_code
from couples.lib.compiled import compiled
from couples.models import (
    Card,
    Introduction,
    LookingDay,
    Pair,
    Seat,
    TakenOff,
    TherapistCode,
    TherapistLabel,
    User,
    Yes,
)
from couples.models.keys import open_keys
from couples.models.therapy import is_newest, stays_of_cards
from couples.row_security.session import as_reader, settling
from couples.rule import consent
from couples.rule.admissions import kinds_of

THERAPIST_CODE_LASTS = timedelta(days=7)


def write_card(name: str, practice: str, secrets: str, *, by: User, at: datetime, **further: str) -> Card:
    """A therapist's card; `further` are those of `Card.SAID` that are no more than "" otherwise.

    A change of any of them is a new version, to which nobody has said yes yet.
    """
    with acting(by, at) as act:
        newest = _newest_of(by)
        said = {**dict.fromkeys(Card.SAID, ""), **further, "name": name, "practice": practice, "secrets": secrets}
        if newest and newest.taken_back_at is None and newest.said() == said:
            return newest
        if not by.is_therapist:
            by.is_therapist = True
            by.save(update_fields=["is_therapist"])
        number = newest.number + 1 if newest else 1
        return Card.objects.create(therapist=by, number=number, made_at=act.at, **said)


def card_of(therapist: User) -> Card | None:
    """The newest card of a therapist; None where they have taken it back."""
    newest = _newest_of(therapist)
    return newest if newest is not None and newest.taken_back_at is None else None


def _newest_of(therapist: User) -> Card | None:
    return Card.objects.filter(is_newest(), therapist=therapist).first()


def take_card_back(*, by: User, at: datetime) -> None:
    """They are no therapist here any more: their card leaves every couple's pages, and with it the admissions to it
    and the sessions they set end, now. Days of looking stay. Doing it twice is success.

    Who comes back writes a card and is given codes anew. Raises NobodyThere where they have left for good meanwhile.
    """
    with open_keys(), transaction.atomic(), as_reader(by.pk, at):
        if by.pk not in lock_people(by.pk):
            raise NobodyThere
        cards = list(Card.objects.filter(therapist=by).values_list("pk", flat=True))
        couples = Introduction.objects.filter(therapist=by).values("pair")
        for pair in Pair.objects.select_for_update(no_key=True).filter(pk__in=couples).order_by("pk"):
            with settling(pair.pk):
                close_in_order(pair, Yes.objects.filter(pair=pair, kind=consent.ADMISSION, thing__in=cards), at)
                TakenOff.objects.filter(seat__pair=pair, therapist=by).delete()
        sessions.call_all_off(by, at)
        Introduction.objects.filter(therapist=by).delete()
        Card.objects.filter(therapist=by, taken_back_at__isnull=True).update(taken_back_at=at)
        by.is_therapist = False
        by.save(update_fields=["is_therapist"])


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
        _come(found.seat.pair_id, act)


def _come(pair_id: UUID, act: Acting) -> None:
    """The therapist is at this pair's door, perhaps again. Where their card had left, its admissions have ended."""
    with settling(pair_id):
        yeses.end_with_cards(Pair.objects.select_for_update(no_key=True).get(pk=pair_id), act.at)
    Introduction.objects.update_or_create(pair_id=pair_id, therapist=act.person, defaults={"made_at": act.at})


def admit(card: Card, classes: Collection[str], *, called: str, by: User, at: datetime, ends: yeses.End = None) -> None:
    """A yes to this therapist, as this card describes them, for exactly these classes of things. Others end.

    What was said for single kinds of these classes, before there were classes, stands until it ends, so that nothing
    closes in between; not longer than an end that is chosen now.

    `called` is what a therapist and the mirror call this person from now on, in this pair. The caller has made sure
    that the card was shown to `by` once. Raises Refused: "nothing_chosen", "no_pair", "stale" where the card has
    changed or left since.
    """
    with acting(by, at) as act:
        seat = act.seated()
        if not classes:
            raise Refused("nothing_chosen")
        newest = card_of(card.therapist)
        if newest is None or newest.pk != card.pk or not _is_on_page(card, act):
            raise Refused("stale")
        own = Yes.objects.filter(seat=seat, kind=consent.ADMISSION, thing=card.id)
        single = own.filter(scope__in={kind for each in classes for kind in kinds_of(each)})
        yeses.close(own.exclude(scope__in=classes).exclude(pk__in=single.values("pk")), at=act.at)
        seat.said_name = called
        seat.save(update_fields=["said_name"])
        for each in sorted(classes):
            yeses.give(seat, consent.ADMISSION, card.id, at=act.at, ends=ends, scope=each)
        if isinstance(ends, datetime):
            yeses.end_by(single, ends)


def end_access(therapist: User, *, by: User, at: datetime) -> None:
    """End one's own admissions of this therapist, all of them, at once."""
    with acting(by, at) as act:
        cards = Card.objects.filter(therapist=therapist).values("pk")
        own = Yes.objects.filter(seat=act.seated(), kind=consent.ADMISSION, thing__in=cards)
        yeses.close(own, at=act.at)


def take_card_off(therapist: User, *, by: User, at: datetime) -> None:
    """Take a therapist's card off one's own page, which ends one's own admissions of them. The other's page stays.

    Doing it twice is success. It is there again when the therapist enters another code.
    """
    with acting(by, at) as act:
        seat = act.seated()
        cards = Card.objects.filter(therapist=therapist).values("pk")
        yeses.close(Yes.objects.filter(seat=seat, kind=consent.ADMISSION, thing__in=cards), at=act.at)
        TakenOff.objects.update_or_create(seat=seat, therapist=therapist, defaults={"at": act.at})


def call_therapist(therapist: User, label: str, *, by: User, at: datetime) -> None:
    """A name of one's own for a therapist, which nobody else sees; "" takes it away.

    Raises Refused("no_pair").
    """
    with acting(by, at) as act:
        seat = act.seated()
        own = TherapistLabel.objects.filter(seat=seat, therapist=therapist, owner=by)
        if not label:
            own.delete()
            return
        row = own.first() or TherapistLabel(seat=seat, therapist=therapist, owner=by)
        row.words = label
        row.save()


def _is_on_page(card: Card, act: Acting) -> bool:
    """Whether a card is on the page of who acts, at the instant of the act."""
    assert act.pair is not None
    stay = stays_of_cards(act.pair).get(card.therapist_id)
    if stay is None or not stay.lasts(act.at):
        return False
    return not TakenOff.objects.filter(seat=act.seat, therapist=card.therapist_id, at__gte=stay.came).exists()


def note_day_of_looking(pair: Pair, *, by: User, at: datetime) -> None:
    """Note that this therapist looked at this pair's page today. The only write that reading may cause."""
    LookingDay.objects.get_or_create(pair=pair, therapist=by, day=day_of(at, pair.time_zone))


def is_day_of_looking_noted(pair: Pair, *, by: User, at: datetime) -> bool:
    """Whether that has been noted today."""
    return bool(_noted(pair.pk, by.pk, day_of(at, pair.time_zone)))


@compiled
def _noted(pair: UUID, therapist: UUID, day: date) -> QuerySet[LookingDay]:
    return LookingDay.objects.filter(pair=pair, therapist=therapist, day=day)
