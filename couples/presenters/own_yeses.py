"""One's own yeses in words, for the one page that lists them.

The words of a thing stand beside a yes only where they are the giver's own or open to them now; otherwise the line
says its kind. What needs steps to be turned on is not among the lines while they are off.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import DateTimeField, ExpressionWrapper, F, Q, QuerySet, Value
from django.db.models.functions import Coalesce, TruncDate

from couples import visibility
from couples.content.kind_words import first_words, lowered
from couples.content.kinds import KINDS
from couples.lib import days
from couples.lib.clock import day_of
from couples.models import Opening, Seat, User, Yes
from couples.presenters import sheets
from couples.presenters.sheets import Names
from couples.rule import consent, step_things
from couples.rule.admissions import STEPS

SCOPES = {consent.EVERYDAY: "boundaries, plans and the like", consent.HEAVY: "letters, breaches and repair"}
ADMITTED = {**SCOPES, STEPS: "steps"}
CHOICES = {consent.MORNINGS: "any morning", consent.SITTINGS: "only in an hour together"}
CHANGED_STEP = "A step whose words have changed since"
A_MOMENT = timedelta(microseconds=1)
NEVER = date(9999, 1, 1)  # where a yes without an end stands in the order of ends


@dataclass(frozen=True, slots=True)
class YesLine:
    """One standing yes of one's own."""

    id: UUID
    to: str  # what it is to: "Offer to share: A boundary"
    words: str  # its first words, where they may stand here
    conditions: str  # one's own, where the answer has some
    ends: date | None  # its last day; None: until its giver takes it back, or puts away what they read
    reading: bool = False


@dataclass(slots=True)
class _Known:
    """What the lines of one page are told from, read once for all of them."""

    user: User
    names: Names
    partner: str
    open_now: set[UUID]  # the revisions open to the reader
    cards: dict[UUID, str]  # the names of therapists by card
    kept: dict[UUID, Opening]  # the lines that keeps name


def listed(user: User, at: datetime, seat: Seat | None = None) -> QuerySet[Yes]:
    """The standing yeses that the page lists: all but sitting down, and steps only while they are turned on.

    A yes to another's words stands here only while those are open to its giver. Taken back or lapsed, they are gone
    from here like from everywhere else, and the yes to them does nothing any more.
    """
    anothers = Q(kind__in=(consent.READING, consent.ACCEPTANCE)) & ~Q(revision__author=user)
    open_now = visibility.open_to(user, at, seat).order_by().values("revision")
    found = visibility.yeses_of(user, at).exclude(kind=consent.SITTING)
    found = found.exclude(anothers & ~Q(revision__in=open_now.filter(revision__isnull=False)))
    if seat is not None:
        found = found.exclude(kind=consent.ADMISSION, thing__in=visibility.cards_gone_from(seat, at).values("pk"))
    on_agenda = visibility.open_to(user, at, seat).order_by().values("pk")
    found = found.exclude(Q(kind=consent.AGENDA) & ~Q(thing__in=on_agenda))
    if not user.steps_on:
        found = found.exclude(kind__in=consent.ANSWERS).exclude(
            Q(kind__in=(consent.READING, consent.KEEP), scope=consent.OWN_STEP)
        )
    return found


def by_end(yeses: QuerySet[Yes], user: User) -> QuerySet[Yes]:
    """These yeses by the last day of each, as `end`; those without one last."""
    last_moment = ExpressionWrapper(F("ends_at") - A_MOMENT, output_field=DateTimeField())
    end = Coalesce(TruncDate(last_moment, tzinfo=ZoneInfo(user.time_zone)), Value(NEVER))
    return yeses.annotate(end=end).order_by("end", "tie")


def lines_of(yeses: Iterable[Yes], user: User, seat: Seat, at: datetime) -> list[YesLine]:
    """These yeses of one's own, in their order and in words. Costs the same queries for one and for many."""
    rows = list(yeses)
    if not rows:
        return []
    known = _Known(
        user,
        sheets.names_for(seat, visibility.other_seat(seat)),
        seat.partner_name,
        _open_revisions(rows, user, seat, at),
        _card_names(rows, seat),
        _kept_lines(rows, user, at),
    )
    return [_line(row, known) for row in rows]


def _open_revisions(rows: list[Yes], user: User, seat: Seat, at: datetime) -> set[UUID]:
    wanted = {row.revision_id for row in rows if row.revision is not None and row.revision.author_id != user.pk}
    if not wanted:
        return set()
    found = visibility.open_to(user, at, seat).filter(revision__in=wanted)
    return {opening.revision_id for opening in found if opening.revision_id}


def _card_names(rows: list[Yes], seat: Seat) -> dict[UUID, str]:
    wanted = [row.thing for row in rows if row.kind == consent.ADMISSION]
    if not wanted:
        return {}
    return dict(visibility.cards_shown_to(seat.pair_id).filter(pk__in=wanted).values_list("pk", "name"))


def _kept_lines(rows: list[Yes], user: User, at: datetime) -> dict[UUID, Opening]:
    if not any(row.kind == consent.KEEP for row in rows):
        return {}
    wanted = [row.thing for row in rows if row.kind == consent.KEEP]
    return {line.pk: line for line in visibility.lines_i_keep(user, at).filter(pk__in=wanted)}


def _line(row: Yes, known: _Known) -> YesLine:
    to, words = TELLERS[row.kind](row, known)
    ends = day_of(row.ends_at - A_MOMENT, known.user.time_zone) if row.ends_at else None
    return YesLine(row.id, to, words, row.conditions, ends, row.kind == consent.READING)


# --- What each kind of yes is to: (what, its words) ---


def _offer(row: Yes, known: _Known) -> tuple[str, str]:
    return f"Offer to share: {KINDS[row.scope].a_word}", _revision_words(row, known)


def _welcome(row: Yes, known: _Known) -> tuple[str, str]:
    return f"When things may open to me: {SCOPES[row.scope]}, {CHOICES[row.choice]}", ""


def _reading(row: Yes, known: _Known) -> tuple[str, str]:
    return f"Open to me: {lowered(KINDS[row.scope].a_word)} from {known.partner}", _revision_words(row, known)


def _acceptance(row: Yes, known: _Known) -> tuple[str, str]:
    return "I accept these words: an agreement", _revision_words(row, known)


def _mark(row: Yes, known: _Known) -> tuple[str, str]:
    week = sheets.week_word(date.fromordinal(row.number))
    return f"How an agreement was kept in the week {week}: {sheets.MARKS[row.choice]}", ""


def _group(row: Yes, known: _Known) -> tuple[str, str]:
    group = step_things.group_of(row.thing)
    return "Yes to a group of steps", group.title if group else CHANGED_STEP


def _answer(row: Yes, known: _Known) -> tuple[str, str]:
    how = "Yes, with conditions, to a step" if row.choice == consent.CONDITIONS else "Yes to a step"
    return how, _step_words(row, row.thing, known)


def _terms(row: Yes, known: _Known) -> tuple[str, str]:
    return "Yes to a step, with exactly both sets of conditions", _step_words(row, row.under, known)


def _agenda(row: Yes, known: _Known) -> tuple[str, str]:
    return f"On our agenda: {KINDS[row.scope].a_word}", ""


def _keep(row: Yes, known: _Known) -> tuple[str, str]:
    line = known.kept.get(row.thing)
    if line is None:
        return "Keep on our timeline", ""
    return f"Keep on our timeline: {sheets.kind_word(line)}, {days.in_words(line.day)}", ""


def _admission(row: Yes, known: _Known) -> tuple[str, str]:
    return f"Admit {known.cards.get(row.thing, 'a therapist')}: {_admitted(row.scope)}", ""


def _admitted(scope: str) -> str:
    """A class of things, or the single kind that an older admission names."""
    if scope in ADMITTED:
        return ADMITTED[scope]
    return KINDS[scope].section.title.lower() if KINDS[scope].of_steps else KINDS[scope].several


def _zone(row: Yes, known: _Known) -> tuple[str, str]:
    return f"Our days run on {row.scope}", ""


def _revision_words(row: Yes, known: _Known) -> str:
    """The first words of what a yes covers, where they are the reader's own or open to them."""
    if row.revision is None:
        return ""
    if row.revision.author_id != known.user.pk and row.revision_id not in known.open_now:
        return ""
    return first_words(row.scope, row.revision.words)


def _step_words(row: Yes, thing: UUID | None, known: _Known) -> str:
    """The title of a step, in its direction as its reader reads it."""
    if row.revision_id is not None:
        words = _revision_words(row, known)
        ways = (None, *known.names.seats)
        way = next((way for way in ways if step_things.of_own_words(row.revision_id, way).thing == thing), None)
        return f"{words} ({known.names.of(way) or 'both, together'})" if words else ""
    found = step_things.all_of_ladder(known.names.seats).get(thing) if thing else None
    return sheets.step_words(found, known.names)[0] if found else CHANGED_STEP


TELLERS: dict[str, Callable[[Yes, _Known], tuple[str, str]]] = {
    consent.OFFER: _offer,
    consent.WELCOME: _welcome,
    consent.READING: _reading,
    consent.ACCEPTANCE: _acceptance,
    consent.MARK: _mark,
    consent.GROUP: _group,
    consent.ANSWER: _answer,
    consent.TERMS: _terms,
    consent.AGENDA: _agenda,
    consent.KEEP: _keep,
    consent.ADMISSION: _admission,
    consent.ZONE: _zone,
}
