"""One's own yeses in words, for the one page that lists them.

The words of a thing stand beside a yes only where they are the giver's own or open to them now; otherwise the line
says its kind. What needs steps to be turned on is not among the lines while they are off.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import DateTimeField, ExpressionWrapper, F, Q, QuerySet, Value
from django.db.models.functions import Coalesce, TruncDate
from django.urls import reverse

from couples import visibility
from couples.content.kind_words import first_words, lowered, sheet_fields
from couples.content.kinds import KINDS
from couples.lib import days
from couples.lib.clock import day_of
from couples.models import Card, Opening, Seat, Takeaway, User, Yes
from couples.presenters import sheets
from couples.presenters.addresses import address_of, page_of
from couples.presenters.sheets import Names
from couples.rule import consent, step_things
from couples.rule.admissions import STEPS

SCOPES = {consent.EVERYDAY: "boundaries, plans and the like", consent.HEAVY: "letters, breaches and repair"}
ADMITTED = {**SCOPES, STEPS: "steps"}
CHOICES = {consent.MORNINGS: "any morning", consent.SITTINGS: "only in an hour together"}
CHANGED_STEP = "A step whose words have changed since"
A_MOMENT = timedelta(microseconds=1)
PAGES = {consent.WELCOME: "welcome", consent.ADMISSION: "glass", consent.ZONE: "pairing"}  # where these are said
ACCEPTED = (consent.ACCEPTANCE, consent.TAKEAWAY)  # renewed with the words before one
NEVER = date(9999, 1, 1)  # where a yes without an end stands in the order of ends


Fields = list[tuple[str, str]]


class Told(NamedTuple):
    """What a yes is to, in words."""

    to: str  # "Offer to share: A boundary"
    words: str = ""  # its first words, where they may stand here
    fields: Fields = []  # the rest of them as (label, text), of what is renewed with its words before one


@dataclass(frozen=True, slots=True)
class YesLine:
    """One yes of one's own, standing or from before."""

    id: UUID
    to: str
    words: str
    fields: Fields
    conditions: str  # one's own, where the answer has some
    ends: date | None  # its last day; None: until its giver takes it back, or puts away what they read
    reading: bool
    renews: bool  # it has an end, and its words can stand before whoever renews it
    closed: bool  # its words are open to its giver no more: it can be taken back, and nothing else
    again: str  # the page on which the same can be said again; "" where there is none now


@dataclass(slots=True)
class _Known:
    """What the lines of one page are told from, read once for all of them."""

    user: User
    names: Names
    partner: str
    open_now: dict[UUID, Opening]  # by revision, what of another's words is open to the reader
    cards: dict[UUID, str]  # the names of therapists by card
    kept: dict[UUID, Opening]  # the lines that keeps name
    taken: dict[UUID, Takeaway]  # the lines of sessions
    taken_again: set[UUID]  # those that can be accepted now


def listed(user: User, at: datetime, seat: Seat, gone: QuerySet[Card] | None = None) -> QuerySet[Yes]:
    """The standing yeses that the page lists: all but sitting down, and steps only while they are turned on; without
    what ended with the cards that have `gone` from its giver's page (asked for where they are not given).

    A reading of another's words stands here only while those are open to its giver. Taken back or lapsed, they are gone
    from here like from everywhere else, and the yes to them does nothing any more. An acceptance is here for as long as
    it stands, without the words where these are not open.
    """
    open_now = visibility.open_to(user, at, seat).order_by().values("revision")
    found = visibility.yeses_of(user, at).exclude(kind=consent.SITTING)
    found = found.exclude(Q(kind=consent.READING) & ~Q(revision__in=open_now.filter(revision__isnull=False)))
    gone = visibility.cards_gone_from(seat, at) if gone is None else gone
    found = found.exclude(kind=consent.ADMISSION, thing__in=gone.values("pk"))
    on_agenda = visibility.open_to(user, at, seat).order_by().values("pk")
    found = found.exclude(Q(kind=consent.AGENDA) & ~Q(thing__in=on_agenda))
    if not user.steps_on:
        found = found.exclude(kind__in=consent.ANSWERS).exclude(
            Q(kind__in=(consent.READING, consent.KEEP), scope=consent.OWN_STEP)
        )
    return found


def from_offers(user: User, at: datetime, seat: Seat) -> list[YesLine]:
    """Those of one's own acceptances that an offer gave, for who has not read yet that it gives none any more."""
    rows = by_end(visibility.accepted_by_offering(user, at), user) if seat.accepting_changed else ()
    return lines_of(rows, user, seat, at)


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
        *_takeaways(rows, seat, at),
    )
    return [_line(row, known) for row in rows]


def _open_revisions(rows: list[Yes], user: User, seat: Seat, at: datetime) -> dict[UUID, Opening]:
    wanted = {row.revision_id for row in rows if row.revision is not None and row.revision.author_id != user.pk}
    if not wanted:
        return {}
    found = visibility.open_to(user, at, seat).filter(revision__in=wanted)
    return {opening.revision_id: opening for opening in found if opening.revision_id}


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


def _takeaways(rows: list[Yes], seat: Seat, at: datetime) -> tuple[dict[UUID, Takeaway], set[UUID]]:
    """The lines that these name, and which of them can be accepted now. They were written to both, so they may stand
    here whoever accepts them."""
    wanted = [row.thing for row in rows if row.kind == consent.TAKEAWAY]
    if not wanted:
        return {}, set()
    shown = visibility.takeaways_shown_to(seat.pair_id, at).filter(pk__in=wanted)
    return visibility.takeaways_named(seat.pair_id, wanted), set(shown.values_list("pk", flat=True))


def _line(row: Yes, known: _Known) -> YesLine:
    to, words, fields = TELLERS[row.kind](row, known)
    return YesLine(
        row.id,
        to,
        words,
        fields,
        row.conditions,
        day_of(row.ends_at - A_MOMENT, known.user.time_zone) if row.ends_at else None,
        reading=row.kind == consent.READING,
        renews=row.ends_at is not None and (row.kind not in ACCEPTED or bool(words)),
        closed=row.kind in ACCEPTED and not words,
        again=_page_of(row, known),
    )


def _page_of(row: Yes, known: _Known) -> str:
    """The page of exactly what a yes was to, where it can be given again; "" where there is none now."""
    if row.kind == consent.OFFER:
        return address_of("record", row.under)
    if row.kind == consent.ACCEPTANCE:
        opening = known.open_now.get(row.revision_id) if row.revision_id else None
        return page_of(opening) if opening else ""
    if row.kind == consent.TAKEAWAY:
        return reverse("takeaway", args=[row.thing]) if row.thing in known.taken_again else ""
    return reverse(PAGES[row.kind]) if row.kind in PAGES else ""


# --- What each kind of yes is to ---


def _offer(row: Yes, known: _Known) -> Told:
    return Told(f"Offer to share: {KINDS[row.scope].a_word}", _revision_words(row, known))


def _welcome(row: Yes, known: _Known) -> Told:
    return Told(f"When things may open to me: {SCOPES[row.scope]}, {CHOICES[row.choice]}")


def _reading(row: Yes, known: _Known) -> Told:
    what = f"Open to me: {lowered(KINDS[row.scope].a_word)} from {known.partner}"
    opening = known.open_now.get(row.revision_id) if row.revision_id else None
    if opening is not None and sheets.stands_apart(opening):
        return Told(f"{what}, since {days.in_words(opening.day)}")
    return Told(what, _revision_words(row, known))


def _acceptance(row: Yes, known: _Known) -> Told:
    words = _revision_words(row, known)
    rest = sheet_fields(row.scope, row.revision.words)[1:] if words and row.revision is not None else []
    return Told("I accept these words: an agreement", words, rest)


def _takeaway(row: Yes, known: _Known) -> Told:
    lines = known.taken[row.thing].lines if row.thing in known.taken else [""]
    return Told("I accept the takeaway of a session", lines[0], [("", line) for line in lines[1:]])


def _mark(row: Yes, known: _Known) -> Told:
    week = sheets.week_word(date.fromordinal(row.number))
    return Told(f"How an agreement was kept in the week {week}: {sheets.MARKS[row.choice]}")


def _group(row: Yes, known: _Known) -> Told:
    group = step_things.group_of(row.thing)
    if group is None:
        return Told("Yes to a group of steps", CHANGED_STEP)
    return Told("Yes to a group of steps", group.title, [("", group.about)])


def _answer(row: Yes, known: _Known) -> Told:
    how = "Yes, with conditions, to a step" if row.choice == consent.CONDITIONS else "Yes to a step"
    return Told(how, *_step_words(row, row.thing, known))


def _terms(row: Yes, known: _Known) -> Told:
    return Told("Yes to a step, with exactly both sets of conditions", *_step_words(row, row.under, known))


def _agenda(row: Yes, known: _Known) -> Told:
    return Told(f"On our agenda: {KINDS[row.scope].a_word}")


def _keep(row: Yes, known: _Known) -> Told:
    line = known.kept.get(row.thing)
    if line is None:
        return Told("Keep on our timeline")
    return Told(f"Keep on our timeline: {sheets.kind_word(line)}, {days.in_words(line.day)}")


def _admission(row: Yes, known: _Known) -> Told:
    return Told(f"Admit {known.cards.get(row.thing, 'a therapist')}: {_admitted(row.scope)}")


def _admitted(scope: str) -> str:
    """A class of things, or the single kind that an older admission names."""
    if scope in ADMITTED:
        return ADMITTED[scope]
    return KINDS[scope].section.title.lower() if KINDS[scope].of_steps else KINDS[scope].several


def _zone(row: Yes, known: _Known) -> Told:
    return Told(f"Our days run on {row.scope}")


def _revision_words(row: Yes, known: _Known) -> str:
    """The first words of what a yes covers, where they are the reader's own or open to them."""
    if row.revision is None:
        return ""
    if row.revision.author_id != known.user.pk and row.revision_id not in known.open_now:
        return ""
    return first_words(row.scope, row.revision.words)


def _step_words(row: Yes, thing: UUID | None, known: _Known) -> tuple[str, Fields]:
    """Title and (label, text) pairs of a step, in its direction as its reader reads it."""
    if row.revision_id is not None:
        words = _revision_words(row, known)
        if not words or row.revision is None:
            return "", []
        ways = (None, *known.names.seats)
        way = next((way for way in ways if step_things.of_own_words(row.revision_id, way).thing == thing), None)
        title, fields = sheets.own_step_words(row.revision.words, way, known.names)
        return title, fields[1:]
    found = step_things.all_of_ladder(known.names.seats).get(thing) if thing else None
    return sheets.step_words(found, known.names) if found else (CHANGED_STEP, [])


TELLERS: dict[str, Callable[[Yes, _Known], Told]] = {
    consent.OFFER: _offer,
    consent.WELCOME: _welcome,
    consent.READING: _reading,
    consent.ACCEPTANCE: _acceptance,
    consent.TAKEAWAY: _takeaway,
    consent.MARK: _mark,
    consent.GROUP: _group,
    consent.ANSWER: _answer,
    consent.TERMS: _terms,
    consent.AGENDA: _agenda,
    consent.KEEP: _keep,
    consent.ADMISSION: _admission,
    consent.ZONE: _zone,
}
