"""Who may read what: the consent rule as querysets. The only file that says so.

Every page, export and mail reads private rows through one of these questions. Each takes the person who looks and
the instant at which they look; none of them writes.
"""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db.models import Exists, Max, OuterRef, Q, QuerySet

from couples import consent
from couples.models import (
    Card,
    CheckIn,
    HeldText,
    Introduction,
    Invitation,
    LookingDay,
    Opening,
    OwnLine,
    OwnWords,
    Pair,
    Record,
    Reminder,
    Rest,
    Revision,
    Seat,
    User,
    Yes,
)
from couples.models.people import with_keys
from couples.models.yeses import fallen, standing
from couples.wall import settling

STEP_KINDS = ("group", "conditions", "step")
SHOWN_KINDS = ("revision", "agreement", "marks", *STEP_KINDS)  # what opens words, marks or closeness between two

# --- What is mine ---


def seat_of(user: User) -> Seat | None:
    """The live seat this person holds, with its pair; None where they hold none."""
    live = Seat.objects.filter(person=user, ended_at__isnull=True).select_related("pair")
    seats = with_keys(live)
    return seats[0] if seats else None


def mine(user: User) -> QuerySet[Record]:
    """The records this person wrote."""
    return Record.objects.filter(author=user)


def revisions_of_mine(user: User) -> QuerySet[Revision]:
    """Every revision of the records this person wrote."""
    return Revision.objects.filter(author=user)


def newest_of_mine(user: User) -> QuerySet[Revision]:
    """The newest revision of each record this person wrote."""
    newer = Revision.objects.filter(record=OuterRef("record"), number__gt=OuterRef("number"))
    return Revision.objects.filter(~Exists(newer), author=user).select_related("record")


def own_words_of(user: User, record_id: UUID) -> dict[str, str]:
    """What of one of this person's records is for them alone, for ever; empty where nothing is."""
    own = OwnWords.objects.filter(author=user, record=record_id).first()
    return own.words if own else {}


def all_own_words_of(user: User) -> QuerySet[OwnWords]:
    """What this person keeps for themselves alone of all their records."""
    return OwnWords.objects.filter(author=user)


def check_ins_of(user: User) -> QuerySet[CheckIn]:
    """This person's check-ins."""
    return CheckIn.objects.filter(author=user)


def own_lines_of(user: User) -> QuerySet[OwnLine]:
    """The timeline lines that only this person sees."""
    return OwnLine.objects.filter(owner=user)


def held_texts_of(user: User) -> QuerySet[HeldText]:
    """What this person was writing when a session had lapsed, by the address it was written at."""
    return HeldText.objects.filter(author=user)


def seats_once_held(user: User) -> QuerySet[Seat]:
    """The seats this person has ended: each keeps the name they last saw for the other."""
    return Seat.objects.filter(person=user, ended_at__isnull=False).select_related("pair")


def reminder_of(user: User) -> Reminder | None:
    """The reminder this person set for themselves."""
    return Reminder.objects.filter(person=user).first()


def cards_of(therapist: User) -> QuerySet[Card]:
    """Every version of the card this person wrote of themselves as a therapist."""
    return Card.objects.filter(therapist=therapist)


def yeses_of(user: User, at: datetime) -> QuerySet[Yes]:
    """This person's own standing yeses, for the one page that lists them."""
    own = Yes.objects.filter(standing(at), seat__person=user, seat__ended_at__isnull=True)
    return own.select_related("revision", "seat").genuine()


def lines_i_keep(user: User, at: datetime) -> QuerySet[Opening]:
    """The shared lines that this person's own standing keeps name, whether or not the other keeps them too.

    Bare: of such a line only its kind and its day may be told.
    """
    keeps = Yes.objects.filter(standing(at), seat__person=user, seat__ended_at__isnull=True, kind=consent.KEEP)
    return Opening.objects.filter(pk__in=keeps.values("thing"))


def fades_still(user: User, at: datetime) -> bool:
    """Whether anything of this person's is still open in a pair whose seat they have ended: they let it fade."""
    return Yes.objects.filter(standing(at), seat__person=user, seat__ended_at__isnull=False).exists()


# --- What is open ---


def _all_stand(at: datetime, reader: Seat | None) -> Q:
    """The SQL reading of `consent.is_open`: the opening rests on yeses, and none of them has fallen.

    A reading counts only for its reader. For everybody else the thing is *opened* or not: what was put away looks to
    them exactly like what is still held.
    """
    fallen_yeses = Rest.objects.filter(fallen(at, "yes__"), opening=OuterRef("pk"))
    anothers_reading = Q(yes__kind=consent.READING)
    if reader is not None:
        anothers_reading &= ~Q(yes__seat=reader)
    return Exists(Rest.objects.filter(opening=OuterRef("pk"))) & ~Exists(fallen_yeses.exclude(anothers_reading))


def _openings(seat: Seat, at: datetime) -> QuerySet[Opening]:
    openings = Opening.objects.filter(pair=seat.pair_id, opened_at__lte=at)
    return openings.filter(_all_stand(at, seat)).genuine()


def open_to(user: User, at: datetime, seat: Seat | None = None) -> QuerySet[Opening]:
    """What is open to this person now: the partner's words they hold, their own that opened, and what both share.

    Steps, and steps in the couple's own words, appear only to a person who turned them on. `seat` saves asking again.
    """
    seat = seat or seat_of(user)
    if seat is None:
        return Opening.objects.none()
    found = _openings(seat, at).filter(kind__in=SHOWN_KINDS)
    if not user.steps_on:
        found = found.exclude(Q(kind__in=STEP_KINDS) | Q(scope="step") & ~Q(author=seat))
    return found.select_related("revision")


def opened_of_mine(user: User, at: datetime, seat: Seat | None = None) -> QuerySet[Opening]:
    """Those revisions of this person's own that have opened and whose offer stands."""
    seat = seat or seat_of(user)
    return open_to(user, at, seat).filter(kind="revision", author=seat)


def kept_with(seat: Seat, at: datetime) -> QuerySet[Opening]:
    """The keeps of this pair that both have given and neither has ended; each names the line it keeps."""
    return _openings(seat, at).filter(kind="keep")


def lines_of(user: User, at: datetime, seat: Seat | None = None) -> QuerySet[Opening]:
    """The shared timeline lines shown to this person: of what is open to them, and those both keep.

    A kept line is bare: `open_now` is False where its words are not open any more.
    """
    seat = seat or seat_of(user)
    if seat is None:
        return Opening.objects.none()
    shown = open_to(user, at, seat)
    keeps = kept_with(seat, at).filter(thing=OuterRef("pk"))
    open_ids = shown.filter(pk=OuterRef("pk")).values("pk")
    lines = Opening.objects.filter(pair=seat.pair_id, kind__in=SHOWN_KINDS, opened_at__lte=at)
    if not user.steps_on:
        lines = lines.exclude(Q(kind__in=STEP_KINDS) | Q(scope="step") & ~Q(author=seat))
    lines = lines.annotate(open_now=Exists(open_ids)).filter(Q(open_now=True) | Exists(keeps))
    return lines.select_related("revision").genuine()


def versions_open_to(user: User, at: datetime, chain: UUID, seat: Seat | None = None) -> QuerySet[Opening]:
    """The versions of one agreement, its counter-versions among them, that are open to this person."""
    versions = open_to(user, at, seat).filter(kind="revision", scope="agreement", revision__record__chain=chain)
    return versions.select_related("revision__record")


def marks_open_to(user: User, at: datetime, chain: UUID, seat: Seat | None = None) -> QuerySet[Opening]:
    """The weeks of one agreement that both marked, while both marks stand; the week is the opening's `number`."""
    return open_to(user, at, seat).filter(kind="marks", under=chain)


def agenda_of(user: User, at: datetime, seat: Seat | None = None) -> QuerySet[Opening]:
    """The marks on the agenda of this person's pair; each names the opening of a thing that is open to them."""
    seat = seat or seat_of(user)
    return Opening.objects.none() if seat is None else _openings(seat, at).filter(kind="agenda")


def once_open_to(seat: Seat, at: datetime, opening_id: UUID) -> Opening | None:
    """Something that opened in this pair, whether or not it still is open: only for ending one's own yeses to it.

    Nothing of its words may be shown. Every opening rests on a yes of each, so it was open to this person once.
    """
    found = Opening.objects.filter(pair=seat.pair_id, pk=opening_id, kind__in=SHOWN_KINDS, opened_at__lte=at)
    with settling(seat.pair_id):  # the ends of its yeses do not matter here
        return found.first()


def conditions_of(opening: Opening) -> QuerySet[Yes]:
    """The two answers on whose conditions an opening rests. The caller holds the opening from `open_to`."""
    rests = Rest.objects.filter(opening=opening).values("yes")
    return Yes.objects.filter(pk__in=rests, kind=consent.ANSWER).select_related("seat")


def opened_step(seat: Seat, at: datetime, opening_id: UUID) -> Opening | None:
    """A step of this pair that has opened, whether it is open still or not: to take one's own answer back, not to read.

    What may be shown of it is asked of `open_to`.
    """
    opened = Opening.objects.filter(pair=seat.pair_id, kind__in=STEP_KINDS, opened_at__lte=at)
    with settling(seat.pair_id):
        return opened.filter(pk=opening_id).first()


def may_answer(user: User, at: datetime, opening_id: UUID) -> Opening | None:
    """The opening of an agreement's revision that this person may accept or answer with a counter-version."""
    return open_to(user, at).filter(pk=opening_id, scope="agreement").select_related("revision__record").first()


# --- The pair ---


def other_seat(seat: Seat) -> UUID:
    """The other seat of the pair: its holder's name is shown, and nothing of what they do."""
    if seat.other_id is None:
        seat.other_id = Seat.objects.filter(pair=seat.pair_id).exclude(pk=seat.pk).values_list("pk", flat=True).get()
    return seat.other_id


def invitations_of(user: User, at: datetime) -> QuerySet[Invitation]:
    """The invitation this person made, while it waits."""
    waiting = Invitation.objects.filter(closed_at__isnull=True, ends_at__gt=at)
    return waiting.filter(inviter=user).select_related("joiner")


def joined_by(user: User, at: datetime) -> QuerySet[Invitation]:
    """The invitations this person has joined and that wait to be confirmed."""
    waiting = Invitation.objects.filter(closed_at__isnull=True, ends_at__gt=at)
    return waiting.filter(joiner=user).select_related("inviter")


# --- The therapist ---


def admissions(at: datetime) -> QuerySet[Opening]:
    """The admissions that both partners gave at a door and neither has ended."""
    return Opening.objects.filter(kind="admission", opened_at__lte=at).filter(_all_stand(at, None)).genuine()


def admitted_kinds(therapist: User, pair: Pair, at: datetime) -> frozenset[str]:
    """The kinds that both partners of a pair admit this therapist to, as their newest card describes them."""
    found = admissions(at).filter(pair=pair, thing__in=_newest_cards(therapist))
    return frozenset(admission.scope for admission in found)


def _newest_cards(therapist: User) -> QuerySet[Card]:
    newer = Card.objects.filter(therapist=OuterRef("therapist"), number__gt=OuterRef("number"))
    return Card.objects.filter(~Exists(newer), therapist=therapist)


def pairs_of(therapist: User, at: datetime) -> QuerySet[Pair]:
    """The pairs in which both partners admit this therapist for at least one kind.

    Asking only pairs whose code they entered lets the database begin there instead of at every opening there is.
    """
    introduced = Introduction.objects.filter(therapist=therapist).values("pair")
    admitted = admissions(at).filter(pair__in=introduced, thing__in=_newest_cards(therapist))
    return Pair.objects.filter(pk__in=admitted.values("pair"))


def open_to_therapist(
    therapist: User, pair: Pair, at: datetime, kinds: frozenset[str] | None = None
) -> QuerySet[Opening]:
    """What is opened between two partners, of the kinds that both admit this therapist to. `kinds` saves asking."""
    kinds = admitted_kinds(therapist, pair, at) if kinds is None else kinds
    opened = Opening.objects.filter(pair=pair, kind__in=SHOWN_KINDS, scope__in=kinds, opened_at__lte=at)
    return opened.filter(_all_stand(at, None)).select_related("revision").genuine()


def agenda_for_therapist(therapist: User, pair: Pair, at: datetime, kinds: frozenset[str]) -> QuerySet[Opening]:
    """The marks on the agenda that name things of these kinds, to which both admit this therapist."""
    marks = Opening.objects.filter(pair=pair, kind="agenda", scope__in=kinds, opened_at__lte=at)
    return marks.filter(_all_stand(at, None)).genuine()


def introductions_to(pair_id: UUID) -> QuerySet[Introduction]:
    """The therapists who entered this pair's code. Both partners see the same."""
    return Introduction.objects.filter(pair=pair_id).select_related("therapist")


def looking_days_at(pair_id: UUID) -> QuerySet[LookingDay]:
    """The days on which any therapist looked at a pair's page. Both partners see the same."""
    return LookingDay.objects.filter(pair=pair_id)


def cards_shown_to(pair_id: UUID) -> QuerySet[Card]:
    """Every version of the card of each therapist who entered this pair's code. Both partners see the same."""
    return Card.objects.filter(therapist__in=introductions_to(pair_id).values("therapist"))


def newest_cards_shown_to(pair_id: UUID) -> QuerySet[Card]:
    """The newest card of each therapist who entered this pair's code, with the therapist, by name."""
    newer = Card.objects.filter(therapist=OuterRef("therapist"), number__gt=OuterRef("number"))
    return cards_shown_to(pair_id).filter(~Exists(newer)).select_related("therapist").order_by("name", "made_at")


def cards_let_in(pair_id: UUID, at: datetime) -> set[UUID]:
    """The cards for which both partners of a pair admit at least one kind: they stand in the therapist's room too."""
    return {admission.thing for admission in admissions(at).filter(pair=pair_id)}


def introduced_seats(therapist: User, pair_id: UUID) -> list[Seat]:
    """Both seats of a pair whose code this therapist entered, with pair and people; empty for any other pair.

    That they were introduced gives them nothing to read: ask `admitted_kinds` next.
    """
    introduced = Introduction.objects.filter(therapist=therapist, pair=pair_id).values("pair")
    return with_keys(Seat.objects.filter(pair__in=introduced).select_related("pair", "person"))


def said_under(openings: Iterable[Opening]) -> QuerySet[Rest]:
    """The answers, with their conditions, and the marks that some openings rest on. The caller has these from here."""
    said = (consent.ANSWER, consent.MARK)
    return Rest.objects.filter(opening__in=list(openings), yes__kind__in=said).select_related("yes__seat")


def unsettled_pairs_of(therapist: User, at: datetime) -> QuerySet[Pair]:
    """The pairs this therapist was introduced to whose last morning has not been gone through yet."""
    introduced = Introduction.objects.filter(therapist=therapist).values("pair")
    return Pair.objects.filter(pk__in=introduced, next_morning__lte=at)


def last_act_among(therapist: User) -> datetime | None:
    """The instant up to which all pairs who gave this therapist a code have acted: for reading not before it."""
    introduced = Introduction.objects.filter(therapist=therapist).values("pair")
    return Pair.objects.filter(pk__in=introduced).aggregate(last=Max("settled_until"))["last"]


def seats_of(pairs: QuerySet[Pair]) -> QuerySet[Seat]:
    """Both seats of these pairs with the names of their holders, in an order that tells nothing."""
    return Seat.objects.filter(pair__in=pairs).select_related("person").order_by("pair", "person__shown_name")
