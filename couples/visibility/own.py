"""What is mine, and the pair I sit in."""

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from couples.lib.compiled import compiled
from couples.models import (
    Card,
    CheckIn,
    HeldText,
    Invitation,
    Opening,
    OwnLine,
    OwnWords,
    Pair,
    Record,
    Reminder,
    Revision,
    Seat,
    ShelfItem,
    TherapistLabel,
    User,
    Yes,
)
from couples.models.people import seats_with_keys, with_keys
from couples.models.yeses import standing
from couples.rule import consent
from couples.rule.admissions import STEPS

A_YEAR: Final = timedelta(days=365)
# What the list of what somebody said yes to before may tell. A yes of another kind is over when it is over.
TOLD_AGAIN: Final = (consent.OFFER, consent.ACCEPTANCE, consent.WELCOME, consent.ADMISSION, consent.ZONE)


@compiled
def _live_seat(person: UUID) -> QuerySet[Seat]:
    return seats_with_keys().filter(person=person, ended_at__isnull=True)


def seat_of(user: User) -> Seat | None:
    """The live seat this person holds, with its pair; None where they hold none."""
    seats = with_keys(_live_seat(user.pk))
    return seats[0] if seats else None


def mine(user: User | UUID) -> QuerySet[Record]:
    """The records this person wrote."""
    return Record.objects.filter(author=user)


def revisions_of_mine(user: User) -> QuerySet[Revision]:
    """Every revision of the records this person wrote."""
    return Revision.objects.filter(author=user)


def newest_of_mine(user: User | UUID) -> QuerySet[Revision]:
    """The newest revision of each record this person wrote."""
    newer = Revision.objects.filter(record=OuterRef("record"), number__gt=OuterRef("number"))
    return Revision.objects.filter(~Exists(newer), author=user).select_related("record")


@compiled
def _newest_words(records: list[UUID], author: UUID) -> QuerySet[Revision]:
    return newest_of_mine(author).filter(record__in=records)


def newest_words_of(user: User, records: list[UUID]) -> dict[UUID, Revision]:
    """The newest revision of each of these records that this person wrote, by the record."""
    return {row.record_id: row for row in _newest_words(records, user.pk)} if records else {}


def own_words_of(user: User, record_id: UUID) -> dict[str, str]:
    """What of one of this person's records is for them alone, for ever; empty where nothing is."""
    own = OwnWords.objects.filter(author=user, record=record_id).first()
    return own.words if own else {}


def all_own_words_of(user: User) -> QuerySet[OwnWords]:
    """What this person keeps for themselves alone of all their records."""
    return OwnWords.objects.filter(author=user)


def check_ins_of(user: User | UUID) -> QuerySet[CheckIn]:
    """This person's check-ins."""
    return CheckIn.objects.filter(author=user)


def own_lines_of(user: User | UUID) -> QuerySet[OwnLine]:
    """This person's own timeline lines, the memory lines of every pairing among them: nobody else sees any."""
    return OwnLine.objects.filter(owner=user).select_related("revision")


def memory_lines_of(user: User) -> QuerySet[OwnLine]:
    """What this person keeps of what opened between them and somebody, in this pairing or an earlier one."""
    return own_lines_of(user).filter(opening__isnull=False)


def held_texts_of(user: User) -> QuerySet[HeldText]:
    """What this person was writing when a session had lapsed, by the address it was written at."""
    return HeldText.objects.filter(author=user)


def held_texts_at(user: User, path: str) -> list[HeldText]:
    """What of it was written at this address."""
    return list(_held_at(user.pk, (path,)))


@compiled
def _held_at(author: UUID, path: tuple[str]) -> QuerySet[HeldText]:
    return HeldText.objects.filter(author=author, path=path[0])


def has_sat(user: User) -> bool:
    """Whether this person sits in a pair or has sat in one."""
    return bool(_sat(user.pk))


@compiled
def _sat(person: UUID) -> QuerySet[Seat]:
    return Seat.objects.filter(person=person)[:1]


def seats_once_held(user: User | UUID) -> QuerySet[Seat]:
    """The seats this person has ended: each keeps the name they last saw for the other."""
    return Seat.objects.filter(person=user, ended_at__isnull=False).select_related("pair")


def reminder_of(user: User) -> Reminder | None:
    """The reminder this person set for themselves."""
    return Reminder.objects.filter(person=user).first()


def cards_of(therapist: User) -> QuerySet[Card]:
    """Every version of the card this person wrote of themselves as a therapist."""
    return Card.objects.filter(therapist=therapist)


def shelf_of(therapist: User) -> QuerySet[ShelfItem]:
    """What this therapist keeps on their own shelf."""
    return ShelfItem.objects.filter(therapist=therapist)


def labels_of(seat: Seat) -> dict[UUID, str]:
    """What the holder of a seat calls therapists for themselves, by the therapist's id."""
    rows = TherapistLabel.objects.filter(seat=seat, owner=seat.person_id)
    return {row.therapist_id: row.words for row in rows}


def yeses_of(user: User | UUID, at: datetime) -> QuerySet[Yes]:
    """This person's own standing yeses, for the one page that lists them."""
    own = Yes.objects.filter(standing(at), seat__person=user, seat__ended_at__isnull=True)
    return own.select_related("revision", "seat").signed()


def said_before(seat: Seat, at: datetime) -> QuerySet[Yes]:
    """What the holder of a live seat said yes to within a year and says no more, taken back and lapsed alike.

    Each thing once, without what they took off this list.

    Nothing of steps, no reading and no mark, no words that their author has written anew or erased since; and no
    acceptance that something else ended as it opened (a breach, or another agreement in its place).
    """
    a_year_ago = at - A_YEAR
    lasted = (Q(ends_at__isnull=True) | Q(ends_at__gt=a_year_ago)) & (
        Q(closed_at__isnull=True) | Q(closed_at__gt=a_year_ago)
    )
    later = Yes.objects.filter(seat=seat, kind=OuterRef("kind"), thing=OuterRef("thing"), scope=OuterRef("scope"))
    later = later.filter(Q(given_at__gt=OuterRef("given_at")) | Q(given_at=OuterRef("given_at"), pk__gt=OuterRef("pk")))
    newer = Revision.objects.filter(record=OuterRef("under"), number__gt=OuterRef("number"))
    still_newest = Exists(Revision.objects.filter(pk=OuterRef("revision"))) & ~Exists(newer)
    found = Yes.objects.filter(lasted, seat=seat, kind__in=TOLD_AGAIN, is_off_list=False, given_at__lte=at)
    found = found.exclude(standing(at)).exclude(scope__in=(consent.OWN_STEP, STEPS)).filter(~Exists(later))
    found = found.filter(~Q(kind=consent.OFFER) | still_newest)
    return found.select_related("revision", "seat").signed()


def accepted_by_offering(user: User, at: datetime) -> QuerySet[Yes]:
    """Those of this person's own standing acceptances that came with an offer of theirs, from when an offer gave one:
    at its very instant, which no two acts share. Later offers give none.
    """
    offers = Yes.objects.filter(
        seat=OuterRef("seat"), kind=consent.OFFER, thing=OuterRef("thing"), given_at=OuterRef("given_at")
    )
    return yeses_of(user, at).filter(Exists(offers), kind=consent.ACCEPTANCE)


def wished_zone(user: User, at: datetime) -> str:
    """The other time zone that this person's standing wish names; "" where they wish for none."""
    wish = next(iter(_wishes(user.pk, at)), None)
    return wish.scope if wish is not None else ""


@compiled
def _wishes(user: UUID, at: datetime) -> QuerySet[Yes]:
    return yeses_of(user, at).filter(kind=consent.ZONE)


def lines_i_keep(user: User, at: datetime) -> QuerySet[Opening]:
    """The shared lines that this person's own standing keeps name, whether or not the other keeps them too.

    Bare: of such a line only its kind and its day may be told.
    """
    keeps = Yes.objects.filter(standing(at), seat__person=user, seat__ended_at__isnull=True, kind=consent.KEEP)
    return Opening.objects.filter(pk__in=keeps.values("thing"))


def fades_still(user: User, at: datetime) -> bool:
    """Whether anything of this person's is still open in a pair whose seat they have ended: they let it fade."""
    return Yes.objects.filter(standing(at), seat__person=user, seat__ended_at__isnull=False).exists()


# --- The pair ---


def other_seat(seat: Seat) -> UUID:
    """The other seat of the pair: its holder's name is shown, and nothing of what they do."""
    if seat.other_id is None:
        seat.other_id = Seat.objects.filter(pair=seat.pair_id).exclude(pk=seat.pk).values_list("pk", flat=True).get()
    return seat.other_id


def pair_zone(seat: Seat) -> str:
    """The time zone that this pair has now, also where an act of this very request has changed it."""
    return Pair.objects.values_list("time_zone", flat=True).get(pk=seat.pair_id)


def invitations_of(user: User, at: datetime) -> QuerySet[Invitation]:
    """The invitation this person made, while it waits."""
    waiting = Invitation.objects.filter(closed_at__isnull=True, ends_at__gt=at)
    return waiting.filter(inviter=user).select_related("joiner")


def joined_by(user: User, at: datetime) -> QuerySet[Invitation]:
    """The invitations this person has joined and that wait to be confirmed."""
    waiting = Invitation.objects.filter(closed_at__isnull=True, ends_at__gt=at)
    return waiting.filter(joiner=user).select_related("inviter")
