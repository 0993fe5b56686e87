"""The weeks of an agreement that both marked: what each said, for the two of them and for a therapist they let in."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from couples import visibility
from couples.lib import keyset
from couples.models import Opening, Seat, User
from couples.presenters.sheets import MARKS, Names, Sheet, bare, describe_week, sheet_of, stands_apart
from couples.rule import consent
from couples.rule.consent import OpeningKind

WEEKS_SHOWN = 8


@dataclass(frozen=True, slots=True)
class Week:
    """One week that both marked."""

    id: UUID  # of the opening of its marks
    week: str  # "of 2 March 2026"
    said: list[tuple[str, str]]  # (name, mark), by name


def are_of(marks: Opening, agreement: Opening) -> bool:
    """Whether marks were given to exactly the words of this agreement."""
    if agreement.revision_id is None:
        return False
    return marks.thing == consent.marks_of(agreement.revision_id, date.fromordinal(marks.number))


def weeks_of(agreement: Opening, names: Names, user: User, at: datetime, seat: Seat) -> list[Week]:
    """The newest weeks of an agreement in force whose marks are open to this person, given to these words."""
    assert agreement.under is not None
    found = visibility.marks_open_to(user, at, agreement.under, seat)
    newest, _ = keyset.page_of(found, ("number", "day", "tie"), size=WEEKS_SHOWN)
    newest = [row for row in newest if are_of(row, agreement)]
    said = said_in(newest, names)
    return [Week(row.pk, describe_week(row), said[row.pk]) for row in newest]


def sheets_by_opening(
    openings: Iterable[Opening], names: Names, url_of: Callable[[Opening], str] | None = None
) -> dict[UUID, Sheet]:
    """The sheet of each of these by its opening, marks with what both said.

    With `url_of` it is as on a page of many, which leads to each: what stands apart shows its kind and day. Without it
    the words are whole, for a copy.
    """
    rows = list(openings)
    said = said_in([row for row in rows if row.kind == OpeningKind.MARKS], names)
    found = {}
    for row in rows:
        sheet = sheet_of(row, names, url=url_of(row) if url_of else "")
        if sheet is not None and url_of and stands_apart(row):
            found[row.pk] = bare(sheet)
        elif sheet is not None:
            sheet.fields += said.get(row.pk, [])
            found[row.pk] = sheet
    return found


def said_in(openings: list[Opening], names: Names) -> dict[UUID, list[tuple[str, str]]]:
    """(name, mark) of both, by the opening of their marks. The caller holds these from `visibility`."""
    told: dict[UUID, list[tuple[str, str]]] = {opening.pk: [] for opening in openings}
    if told:
        for rest in visibility.said_under(openings):
            told[rest.opening_id].append((names.of(rest.yes.seat_id), MARKS[rest.yes.choice]))
    return {opening: sorted(said) for opening, said in told.items()}
