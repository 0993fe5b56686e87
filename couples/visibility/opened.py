"""What is open between two people, to each of them: the SQL reading of the rule."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import BooleanField, DateTimeField, Expression, F, Field, Q, QuerySet, UUIDField, Value

from couples.content.kinds import TOPIC
from couples.lib.compiled import compiled
from couples.models import (
    Opening,
    Rest,
    Seat,
    User,
    Yes,
)
from couples.row_security.session import settling
from couples.rule import consent, memory, standing
from couples.rule.consent import OpeningKind
from couples.visibility.own import seat_of

STEP_KINDS = consent.OF_STEPS
SHOWN_KINDS = consent.SHOWN


class _AllStand(Expression):
    """The condition that an opening is open, as `rule/standing` spells it: put together as text, once for a question.

    (The same as `Exists` of querysets takes Django several milliseconds a page to compile.)
    """

    conditional = True
    output_field = BooleanField()

    def __init__(self, at: Any, reader: Any) -> None:
        """At this instant, for whoever sits here; for everybody but the reader of a thing where `reader` is None. Both
        may be places for them (`lib/compiled`).
        """
        super().__init__()
        self.asked = [F("pk"), _value(at, DateTimeField())]
        self.asked += [] if reader is None else [_value(reader, UUIDField())]

    def get_source_expressions(self) -> list[Any]:
        """The id of the opening, which a question may call by another name; the instant, and the seat."""
        return self.asked

    def set_source_expressions(self, exprs: Any) -> None:
        """Take them as the question calls them."""
        self.asked = list(exprs)

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, Any]:
        """The condition and its parameters."""
        (opening, _), (at, instant), *seat = (compiler.compile(each) for each in self.asked)
        reader, who = seat[0] if seat else (None, ())
        return standing.all_stand(opening, at, reader), (*instant, *instant, *instant, *who)


def _value(value: Any, field: "Field[Any, Any]") -> Any:
    return value if isinstance(value, Expression) else Value(value, field)


def all_stand(at: datetime, reader: UUID | None) -> Any:
    """The SQL reading of `consent.is_open`, of openings. A reading counts only for its reader (`rule/standing`)."""
    return _AllStand(at, reader)


def opened_by(at: datetime) -> Q:
    """That something had opened by then, said as a denial: an index by instants would lead SQLite to all that ever
    opened in a pair, in place of the one that leads to a kind and a thing, or to the newest."""
    return ~Q(opened_at__gt=at)


def _of_steps(seat: UUID) -> Q:
    """What a person who turned steps off is not shown: all of it but their own words for a step."""
    return Q(kind__in=STEP_KINDS) | Q(scope=consent.OWN_STEP) & ~Q(author=seat)


def _openings(pair: UUID, seat: UUID, at: datetime) -> QuerySet[Opening]:
    openings = Opening.objects.filter(opened_by(at), pair=pair, has_fallen=False)
    return openings.filter(all_stand(at, seat)).signed()


def open_to(user: User, at: datetime, seat: Seat | None = None) -> QuerySet[Opening]:
    """What is open to this person now: the partner's words they hold, their own that opened, and what both share.

    Steps, and steps in the couple's own words, appear only to a person who turned them on. `seat` saves asking again.
    """
    seat = seat or seat_of(user)
    if seat is None:
        return Opening.objects.none()
    return open_rows(seat.pair_id, seat.pk, at, user.steps_on)


def open_rows(pair: UUID, seat: UUID, at: datetime, steps_on: bool) -> QuerySet[Opening]:
    """`open_to`, of whoever sits here in this pair; the first three may be places for them (`lib/compiled`)."""
    found = _openings(pair, seat, at).filter(kind__in=SHOWN_KINDS)
    if not steps_on:
        found = found.exclude(_of_steps(seat))
    return found.select_related("revision")


def topics_among(shown: QuerySet[Opening]) -> QuerySet[Opening]:
    """The topics among what is open to somebody. They stand on the agenda without being put there."""
    return shown.filter(kind=OpeningKind.REVISION, scope=TOPIC.name)


def in_force(shown: QuerySet[Opening]) -> QuerySet[Opening]:
    """The agreements in force among what is open to somebody: both accept these words now."""
    return shown.filter(kind=OpeningKind.AGREEMENT)


def opened_of_mine(user: User, at: datetime, seat: Seat | None = None) -> QuerySet[Opening]:
    """Those revisions of this person's own that have opened and whose offer stands."""
    seat = seat or seat_of(user)
    return open_to(user, at, seat).filter(kind=OpeningKind.REVISION, author=seat)


def opened_at_once(user: User, at: datetime, seat: Seat, kind: str, thing: UUID) -> bool:
    """Whether, with an act of this person's at this instant, this opened: words, an agreement in force, marks."""
    found = open_to(user, at, seat).filter(kind=kind, thing=thing, door=consent.SITTING_DOOR)
    return found.filter(opened_at__gte=at).exists()


def takeaways_open_to(seat: Seat, at: datetime) -> QuerySet[Opening]:
    """The takeaways that both of this pair accept; each names the lines it is of (`takeaways_named`)."""
    return takeaway_rows(seat.pair_id, seat.pk, at)


def takeaway_rows(pair: UUID, seat: UUID, at: datetime) -> QuerySet[Opening]:
    """`takeaways_open_to`, of whoever sits here in this pair."""
    return _openings(pair, seat, at).filter(kind=OpeningKind.TAKEAWAY)


def kept_with(seat: Seat, at: datetime) -> list[Opening]:
    """The keeps of this pair that both have given and neither has ended; each names the line it keeps."""
    return list(_keeps(seat.pair_id, seat.pk, at))


@compiled
def _keeps(pair: UUID, seat: UUID, at: datetime) -> QuerySet[Opening]:
    return keep_rows(pair, seat, at)


def keep_rows(pair: UUID, seat: UUID, at: datetime) -> QuerySet[Opening]:
    """`kept_with`, of whoever sits here in this pair; all three may be places for them (`lib/compiled`)."""
    return _openings(pair, seat, at).filter(kind=OpeningKind.KEEP)


def lately_rows(pair: UUID, seat: UUID, at: datetime, since: datetime) -> QuerySet[Opening]:
    """What opened since the last seven o'clock of this pair (`since`) and is open to whoever sits here still: at the
    next one their memory lines take its place on the timeline. Of what leaves such lines only."""
    lately = _openings(pair, seat, at).filter(kind__in=memory.REMEMBERED, opened_at__gte=since)
    return lately.exclude(scope=consent.OWN_STEP).select_related("revision")


def kept_lines(user: User, at: datetime, seat: Seat) -> QuerySet[Opening]:
    """The steps of which both keep a line on the timeline, whether or not they are open any more. Bare: of such a line
    only its kind and its day may be told."""
    return kept_rows(seat.pair_id, kept_by(kept_with(seat, at), user), at)


def kept_by(keeps: Iterable[Opening], user: User) -> list[UUID]:
    """The ids of the openings of steps of which these keeps of both keep a line; none for who has steps off. The keeps
    are rows, so that each is checked."""
    return [keep.thing for keep in keeps if keep.scope == consent.OWN_STEP] if user.steps_on else []


def kept_rows(pair: UUID, kept: list[UUID], at: datetime) -> QuerySet[Opening]:
    """The lines that both keep, by `kept_by`; all three may be places for them (`lib/compiled`)."""
    return Opening.objects.filter(opened_by(at), pair=pair, pk__in=kept).signed()


def versions_open_to(user: User, at: datetime, chain: UUID, seat: Seat | None = None) -> QuerySet[Opening]:
    """The versions of one agreement, its counter-versions among them, that are open to this person."""
    versions = open_to(user, at, seat).filter(
        kind=OpeningKind.REVISION, scope=consent.AGREEMENT, revision__record__chain=chain
    )
    return versions.select_related("revision__record")


def marks_open_to(user: User, at: datetime, chain: UUID, seat: Seat | None = None) -> QuerySet[Opening]:
    """The weeks of one agreement that both marked, while both marks stand; the week is the opening's `number`."""
    return open_to(user, at, seat).filter(kind=OpeningKind.MARKS, under=chain)


def agenda_of(user: User, at: datetime, seat: Seat | None = None) -> QuerySet[Opening]:
    """The marks on the agenda of this person's pair; each names the opening of a thing that is open to them."""
    seat = seat or seat_of(user)
    return Opening.objects.none() if seat is None else agenda_rows(seat.pair_id, seat.pk, at)


def agenda_rows(pair: UUID, seat: UUID, at: datetime) -> QuerySet[Opening]:
    """`agenda_of`, of whoever sits here in this pair; all three may be places for them (`lib/compiled`)."""
    return _openings(pair, seat, at).filter(kind=OpeningKind.AGENDA)


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
    opened = Opening.objects.filter(opened_by(at), pair=seat.pair_id, kind__in=STEP_KINDS)
    with settling(seat.pair_id):
        return opened.filter(pk=opening_id).first()


def may_answer(user: User, at: datetime, opening_id: UUID) -> Opening | None:
    """The opening of an agreement's revision that this person may accept or answer with a counter-version."""
    return open_to(user, at).filter(pk=opening_id, scope=consent.AGREEMENT).select_related("revision__record").first()


def said_under(openings: Iterable[Opening]) -> Iterable[Rest]:
    """The answers, with their conditions, and the marks that some openings rest on. The caller has these from here."""
    ids = [opening.pk for opening in openings]
    return _said_under(ids) if ids else ()


@compiled
def _said_under(openings: list[UUID]) -> QuerySet[Rest]:
    said = (consent.ANSWER, consent.MARK)
    return Rest.objects.filter(opening__in=openings, yes__kind__in=said).select_related("yes__seat")
