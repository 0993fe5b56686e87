"""A couple's page as their therapist reads it, composed once.

The couple's page and its mirror on the glass are the same values drawn by the same template, so what a partner sees
there is what the therapist sees. Everything here is plain: no row leads on from it.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import groupby
from uuid import UUID

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Window
from django.db.models.functions import RowNumber

from couples import visibility
from couples.content import ladder
from couples.content.kind_types import Section as Place
from couples.lib import clock, keyset
from couples.lib.compiled import compiled
from couples.models import Opening, Pair, Seat, Takeaway, User
from couples.presenters.addresses import sheet_of_couple
from couples.presenters.couple_agenda import Reading, agenda_of_couple, marks_on_agenda
from couples.presenters.couple_places import (
    SINCE,
    SINCE_CODE,
    STEPS,
    TIMELINE,
    codes_of_parts,
    is_in,
    places,
    section_of,
)
from couples.presenters.couples_list import named
from couples.presenters.marks import are_of
from couples.presenters.sheets import (
    MARKS,
    Names,
    Sheet,
    as_line,
    called_among_others,
    is_folded_still,
    sheet_of,
    tell_apart,
)
from couples.presenters.takeaways import Taken, told
from couples.presenters.timeline import Line, lines_for_therapist
from couples.presenters.timeline_rows import FIELDS, following, place_of
from couples.presenters.timeline_rows import Place as LinePlace
from couples.row_security.session import looking_at
from couples.rule import consent
from couples.rule.consent import OpeningKind

TAKEN = 3  # takeaways of the newest sessions
SHEETS_OF_ONE = 10  # of one author (or of both, where both gave the same) before "All of these"


@dataclass(frozen=True, slots=True)
class Stack:
    """Sheets under each other: of one author, under their name, or of both, under none."""

    by: str
    sheets: list[Sheet]


@dataclass(slots=True)
class Section:
    """One part of a couple's page, and what stands in it."""

    place: Place
    stacks: list[Stack] = field(default_factory=list)
    groups: list[str] = field(default_factory=list)  # titles of the groups of steps that are open
    more: bool = False  # there are more than stand here

    @property
    def name(self) -> str:
        """What the program calls it."""
        return self.place.name

    @property
    def title(self) -> str:
        """Its heading."""
        return self.place.title

    @property
    def code(self) -> str:
        """What stands in an address for it."""
        return self.place.code

    @property
    def by_author(self) -> bool:
        """Whether what each wrote stands under their name, side by side."""
        return self.place.by_author


@dataclass(frozen=True, slots=True)
class CouplePage:
    """All that the template of a couple's page gets."""

    names: str
    sections: list[Section]
    lines: list[Line]  # the way between them, newest first
    agenda: list[Sheet] = field(default_factory=list)
    session: str = ""  # the next one, by the therapist's clocks, in the mirror too
    last: date | None = None  # the day of the last session, in the pair's zone
    takeaways: list[Taken] = field(default_factory=list)  # as they were written, whether or not anybody accepts
    only: str = ""  # the one section shown, with its "Earlier"
    earlier: str | None = None
    sheet: Sheet | None = None  # the one thing shown, whole
    home: str = ""  # the code of the part that it stands in, to go back to

    def __post_init__(self) -> None:
        """Let the links of the page say which of several alike each leads to."""
        listed = (sheet for section in self.sections for stack in section.stacks for sheet in stack.sheets)
        tell_apart([*self.agenda, *listed])
        alike: Counter[tuple[str, date]] = Counter()
        for line in self.lines:
            alike[line.text, line.day] += 1
            line.nth = alike[line.text, line.day]

    @property
    def code(self) -> str:
        """What stands in an address for the part whose "Earlier" is on this page."""
        return codes_of_parts()[self.only or TIMELINE]

    @property
    def since(self) -> str:
        """What stands in an address for all that has opened since the last session."""
        return SINCE_CODE

    @property
    def way_code(self) -> str:
        """What the part with all that opened is called in an address."""
        return codes_of_parts()[TIMELINE]

    @property
    def lately(self) -> list[Line]:
        """What opened since the last session, of the newest lines of the page."""
        return [line for line in self.lines if self.last is not None and line.day >= self.last]

    @property
    def months(self) -> list[list[Line]]:
        """The lines month by month."""
        return [list(lines) for _, lines in groupby(self.lines, key=lambda line: (line.day.year, line.day.month))]


@dataclass(frozen=True, slots=True)
class Part:
    """What an address asks for of a couple's page; of nothing, the whole."""

    show: str = ""  # the name of a part
    after: str = ""  # where to go on in it
    sheet: UUID | None = None  # the opening of one thing


WHOLE = Part()


def couple_page(therapist: User, pair: Pair, seats: list[Seat], at: datetime, part: Part = WHOLE) -> CouplePage | None:
    """What this therapist may read of a pair at this instant; None where not both admit them now, or to that thing.

    What was asked since a last session where there was none is the whole.
    """
    with looking_at(pair.pk), visibility.couple_as_let_in(therapist, pair, at) as kinds:
        return _couple_page(therapist, pair, seats, at, kinds, part) if kinds else None


def _couple_page(
    therapist: User, pair: Pair, seats: list[Seat], at: datetime, kinds: frozenset[str], part: Part
) -> CouplePage | None:
    opened = visibility.open_to_therapist(therapist, pair, at, kinds)
    names = Names({seat.id: seat.said_name for seat in seats})
    read, show, after = Reading(at, pair.time_zone, names), part.show, part.after
    title = named(list(names.by_seat.values()))
    if part.sheet is not None:
        sheet = _whole_sheet(opened, part.sheet, names)
        return CouplePage(title, [], [], sheet=sheet[0], home=sheet[1]) if sheet is not None else None
    if show == TIMELINE:
        lines, _, _ = _apart(_found(pair.pk, at, kinds, None, place_of(after), False, False))
        way = lines_for_therapist(lines, names, at, pair.time_zone)
        return CouplePage(title, [], way.lines, only=TIMELINE, earlier=way.earlier)
    if show in places():
        rows, earlier = keyset.page_of(_once(opened).filter(is_in(places()[show])), ("day", "tie"), after)
        return CouplePage(title, _sections(opened, rows, read), [], only=show, earlier=earlier)
    session, last = _sessions_around(therapist, pair, at)
    if show == SINCE and last is not None:
        lines, newest, _ = _apart(_found(pair.pk, at, kinds, last, place_of(after), not after, False))
        way = lines_for_therapist(lines, names, at, pair.time_zone)
        sections = _sections(opened, newest, read, SHEETS_OF_ONE) if newest else []
        return CouplePage(title, sections, way.lines, session=session, last=last, only=SINCE, earlier=way.earlier)
    lines, newest, marks = _apart(_found(pair.pk, at, kinds, None, None, True, True))
    way = lines_for_therapist(lines, names, at, pair.time_zone)
    sections = _sections(opened, newest, read, SHEETS_OF_ONE)
    agenda = agenda_of_couple(opened, newest, marks, read)
    written = _written(therapist.pk, pair.pk) if session or last else ()
    taken = told(written)
    return CouplePage(title, sections, way.lines, agenda, session, last, earlier=way.earlier, takeaways=taken)


def _sessions_around(therapist: User, pair: Pair, at: datetime) -> tuple[str, date | None]:
    """The next session in words, "" where none is set, and the day of the last one."""
    sessions = visibility.sessions_of(therapist, pair)
    ahead, gone = sessions.next_one(at), sessions.last_one(at)
    told = f"{clock.describe_instant(ahead.starts_at, therapist.time_zone)} ({therapist.time_zone})" if ahead else ""
    return told, clock.day_of(gone.starts_at, pair.time_zone) if gone else None


def _whole_sheet(opened: QuerySet[Opening], pk: UUID, names: Names) -> tuple[Sheet, str] | None:
    """One thing with all its words, and the part that it stands in; None where it is not open to the therapist."""
    row = opened.filter(pk=pk).first()
    sheet = sheet_of(row, names, folded=False) if row is not None else None
    if row is None or sheet is None:
        return None
    sheet.fields = [*sheet.fields, *_said_in([row], names).get(row.pk, [])]
    return sheet, section_of(row).code


def _once(opened: QuerySet[Opening]) -> QuerySet[Opening]:
    """Leave out what stands on the page in another form: words in force, and conditions of a step that is open."""
    same_words = opened.filter(kind=OpeningKind.AGREEMENT, revision=OuterRef("revision"))
    same_step = opened.filter(kind=OpeningKind.STEP, thing=OuterRef("thing"))
    return opened.exclude(Q(kind=OpeningKind.REVISION, scope=consent.AGREEMENT) & Exists(same_words)).exclude(
        Q(kind=OpeningKind.CONDITIONS) & Exists(same_step)
    )


def _since(pair: UUID, at: datetime, kinds: frozenset[str], since: date | None) -> QuerySet[Opening]:
    rows = visibility.let_in_rows(pair, at, kinds)
    return rows if since is None else rows.filter(day__gte=since)


@compiled
def _found(
    pair: UUID,
    at: datetime,
    kinds: frozenset[str],
    since: date | None,
    place: LinePlace | None,
    each: bool,
    marks: bool,
) -> QuerySet[Opening]:
    """What opened, from a day on or from the beginning, such as comes after a place; with the newest of each kind and
    author, and with what was put on the agenda, where these are wanted."""
    opened = _since(pair, at, kinds, since)
    lists = {"way": following(opened, place)}
    if each:
        lists["newest"] = _newest_of_each(opened)
    if marks:
        lists["marks"] = marks_on_agenda(pair, at, kinds)
    return keyset.together(Opening.objects.select_related("revision").signed(), **lists)


def _apart(found: Iterable[Opening]) -> list[list[Opening]]:
    return keyset.apart(found, FIELDS, "way", "newest", "marks")


@compiled
def _written(therapist: UUID, pair: UUID) -> QuerySet[Takeaway]:
    return visibility.takeaways_of(therapist, pair).order_by("-day", "id")[:TAKEN]


def _newest_of_each(opened: QuerySet[Opening]) -> QuerySet[Opening]:
    """The newest things of each kind and author, one more than is shown."""
    place = Window(
        RowNumber(), partition_by=[F("kind"), F("scope"), F("author")], order_by=[F("day").desc(), F("tie").desc()]
    )
    return _once(opened).annotate(place=place).filter(place__lte=SHEETS_OF_ONE + 1)


def _sections(opened: QuerySet[Opening], rows: list[Opening], read: Reading, most: int | None = None) -> list[Section]:
    """The rows as sheets in their sections, each author's under their name, at most so many of one kind and author. Of
    heavy and tender things, and of what opened in a sitting until the morning after it, stand kind and day alone."""
    names = read.names
    said = _said_in(rows, names)
    for row, words in _agreements_marked(opened, rows, read).items():
        said[row] = [*words, *said.get(row, [])]
    sections = {name: Section(place) for name, place in places().items()}
    stacks: dict[tuple[str, str, UUID | None], list[Sheet]] = {}
    alike: Counter[tuple[str, str, UUID | None]] = Counter()
    for row in rows:
        place = section_of(row)
        name, kind = place.name, row.kind if place == STEPS else place.name
        author = row.author_id if place.by_author else None
        alike[row.kind, row.scope, row.author_id] += 1
        if most is not None and alike[row.kind, row.scope, row.author_id] > most:
            sections[name].more = True
            continue
        sheet = sheet_of(row, names, url=sheet_of_couple(row), folded=is_folded_still(row, read.at, read.zone))
        if sheet is not None and row.kind == OpeningKind.GROUP:
            sections[name].groups.append(sheet.unfolded_title)
        elif sheet is not None:
            sheet.fields = [*sheet.fields, *said.get(row.id, [])]
            stacks.setdefault((name, kind, author), []).append(as_line(row, sheet))
    for (name, _kind, author), sheets in sorted(stacks.items(), key=lambda item: _order(item[0], names)):
        sections[name].stacks.append(Stack(names.of(author), sheets))
    sections[STEPS.name].groups.sort(key=[group.title for group in ladder.GROUPS].index)
    return [section for section in sections.values() if section.stacks or section.groups]


KIND_ORDER = (OpeningKind.STEP, OpeningKind.CONDITIONS, OpeningKind.REVISION)


def _order(stack: tuple[str, str, UUID | None], names: Names) -> tuple[int, str, str]:
    _name, kind, author = stack
    by = names.of(author).casefold()
    return (KIND_ORDER.index(kind) if kind in KIND_ORDER else 0, by, author.hex if author else "")


def _said_in(rows: list[Opening], names: Names) -> dict[UUID, list[tuple[str, str]]]:
    """Both sets of conditions, and both marks, of each opening that rests on any, in the order of the names."""
    asked = [row for row in rows if row.kind in (OpeningKind.CONDITIONS, OpeningKind.STEP, OpeningKind.MARKS)]
    if not asked:
        return {}
    found = [(rest.opening_id, rest.yes) for rest in visibility.said_under(asked) if rest.yes is not None]
    found.sort(key=lambda said: (names.of(said[1].seat_id).casefold(), said[1].seat_id.hex))
    told: dict[UUID, list[tuple[str, str]]] = {}
    for opening, yes in found:
        name = names.of(yes.seat_id)
        if yes.kind == consent.MARK:
            told.setdefault(opening, []).append((name, MARKS[yes.choice]))
        elif yes.conditions:
            told.setdefault(opening, []).append((f"Conditions of {name}", yes.conditions))
    return told


def _agreements_marked(
    opened: QuerySet[Opening], rows: list[Opening], read: Reading
) -> dict[UUID, list[tuple[str, str]]]:
    """What the agreement is called that marks are of, by the opening of the marks, while these are in force."""
    marked = [row for row in rows if row.kind == OpeningKind.MARKS]
    in_force = {row.under: row for row in rows if row.kind == OpeningKind.AGREEMENT}
    missing = {row.under for row in marked} - in_force.keys()
    if missing:
        in_force |= {row.under: row for row in visibility.in_force(opened).filter(under__in=missing)}
    told = {}
    for row in marked:
        agreement = in_force.get(row.under)
        if agreement is not None and agreement.revision is not None and are_of(row, agreement):
            told[row.id] = [("The agreement", called_among_others(agreement, read.at, read.zone))]
    return told
