"""What pages load: get it or answer 404, in one wording, and never before the pair's last act."""

from dataclasses import dataclass
from datetime import datetime
from functools import partial
from uuid import UUID

from django.db import DatabaseError, transaction
from django.http import Http404

from couples import visibility
from couples.accounts.requests import PersonRequest
from couples.actions import therapy
from couples.content.kind_types import Kind
from couples.content.kinds import KINDS
from couples.lib.ids import id_of
from couples.models import Opening, Pair, Revision, Seat, User
from couples.presenters import couple_places, sheets, therapist
from couples.presenters.sheets import Names
from couples.presenters.therapist import Part
from couples.row_security.session import as_reader, looking_at
from couples.views._addresses import asked_for

# Somebody without a pair reads the steps as anybody does: these two stand where two seats would.
ME, SOMEBODY = UUID(int=1), UUID(int=2)
ALONE = Names({ME: "You", SOMEBODY: "your partner"}, viewer=ME)


def open_or_404(request: PersonRequest, opening_id: UUID) -> Opening:
    """What is open to me under this id. Raises Http404 for everything else, in the one wording."""
    if request.seat is None:
        raise Http404
    found = visibility.open_to(request.user, request.now, request.seat).filter(pk=opening_id)
    opening = found.select_related("revision__record").first()
    if opening is None:
        raise Http404
    return opening


def once_open_or_404(request: PersonRequest, opening_id: UUID) -> Opening:
    """What was open to me under this id, for ending my own yeses to it: pressing twice is no mistake."""
    found = visibility.once_open_to(request.seat, request.now, opening_id) if request.seat else None
    if found is None:
        raise Http404
    return found


def part_asked_for(request: PersonRequest) -> Part:
    """The part of a couple's page that an address asks for. Raises Http404 for no part."""
    named = request.GET.get("sheet", "")
    sheet = id_of(named)
    if named and sheet is None:
        raise Http404
    return Part(asked_for(request, "show", couple_places.codes_of_parts()), request.GET.get("after", ""), sheet)


@dataclass(frozen=True, slots=True)
class LetIn:
    """A couple whose pages a therapist may read now: the pair, the instant, and what both admit them to."""

    pair: Pair
    at: datetime
    kinds: frozenset[str]


def let_in_or_404(request: PersonRequest, pair_id: UUID) -> LetIn:
    """The couple of this id, as this therapist is let in now. Raises Http404 where not both admit them."""
    pair, _seats, at = _introduced(request, pair_id)
    let_in = visibility.couple_as_let_in(request.user, pair, at)
    with as_reader(request.user.pk, at), looking_at(pair.pk), let_in as kinds:
        pass
    if not kinds:
        raise Http404
    return LetIn(pair, at, kinds)


def _introduced(request: PersonRequest, pair_id: UUID) -> tuple[Pair, list[Seat], datetime]:
    """A couple whose code this therapist entered, and the instant: not before the pair's last act, so that what was
    taken back a moment ago is not here any more."""
    seats = visibility.introduced_seats(request.user, pair_id)
    if not seats:
        raise Http404
    pair = seats[0].pair
    return pair, seats, max(request.now, pair.settled_until)


def looked_at(request: PersonRequest, pair_id: UUID, part: Part = therapist.WHOLE) -> therapist.CouplePage:
    """What this therapist may read of a couple now; the day of looking is noted. Raises Http404 where it is nothing."""
    pair, seats, at = _introduced(request, pair_id)
    with as_reader(request.user.pk, at):
        page = therapist.couple_page(request.user, pair, seats, at, part)
    if page is None:
        raise Http404
    note_day_of_looking(request, pair)
    return page


def note_day_of_looking(request: PersonRequest, pair: Pair) -> None:
    """Note the day, in this page's own transaction or, where somebody wrote meanwhile, right after it.

    A transaction that has read an older state may not be allowed to write (SQLite), or cannot see the same row of a
    moment ago (PostgreSQL). The second try has a transaction of its own; should even that fail, no page is shown.
    """
    if therapy.is_day_of_looking_noted(pair, by=request.user, at=request.now):
        return
    note = partial(therapy.note_day_of_looking, pair, by=request.user, at=request.now)
    try:
        with transaction.atomic():
            note()
    except DatabaseError:
        transaction.on_commit(note)


def names_on(request: PersonRequest) -> Names:
    """How the two are called on this page; "you" and "your partner" for somebody without a pair."""
    if request.seat is None:
        return ALONE
    return sheets.names_for(request.seat, visibility.other_seat(request.seat))


def newest_of(user: User, record_id: UUID) -> Revision:
    """The newest words of one of my records, with the record. Raises Http404 for any other."""
    found = visibility.newest_of_mine(user).filter(record=record_id).first()
    if found is None:
        raise Http404
    return found


def kinds_for(user: User) -> list[Kind]:
    """The kinds this person may begin: steps appear only to a person who turned them on."""
    return [kind for kind in KINDS.values() if user.steps_on or not kind.of_steps]
