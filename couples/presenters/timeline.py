"""One path, newest first: the viewer's own lines, memory lines of what opened among them, and steps that both keep.

A line is a typed fact and a day. It quotes nobody but its viewer. What opened since the last seven o'clock stands,
while it is open, in the very words of the memory line that will take its place. Queries of one page each are merged by
(day, tie, id), so the cost is the same after ten lines and after ten thousand, and the token of the next page says
nothing that the page did not show.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from uuid import UUID

from django.utils.text import Truncator

from couples import visibility
from couples.content import kind_words
from couples.content.kind_words import first_words
from couples.content.kinds import KINDS
from couples.lib import days, keyset
from couples.models import Opening, OwnLine, Revision, Seat, User
from couples.presenters.addresses import address_of, page_of, sheet_of_couple
from couples.presenters.sheets import (
    Names,
    describe_week,
    is_folded_still,
    names_for,
    own_doer,
    stands_apart,
    step_words,
    words_stand_apart,
)
from couples.presenters.timeline_rows import (
    CHECK_IN,
    EARLIER,
    FIELDS,
    MINE,
    OURS,
    STEP,
    kept_some,
    lately_and_keeps,
    own_some,
    place_of,
)
from couples.rule import consent, step_things
from couples.rule.consent import OpeningKind
from couples.rule.step_things import StepThing

QUOTED = 160  # characters of somebody's words on one line
# In addresses; kinds have their own.
OWN_CODES: dict[str, str] = {OURS: "c4x", MINE: "c9w", CHECK_IN: "j6v", EARLIER: "h6p"}
PARTNER = "your partner"  # memory lines name nobody


@dataclass(slots=True)
class Line:
    """One line of the path, as `templates/parts/thread.html` draws it."""

    day: date
    look: str  # "ours", "kept", "own" or "pause"
    text: str  # the typed fact
    words: str = ""  # quoted from the record while it is open to the viewer, or theirs
    url: str = ""
    only_you: bool = False
    remove: str = ""  # where its owner can remove it
    chapter: str = ""  # the month, on the first line of it
    day_word: str = ""  # "Thursday 19"
    nth: int = 1  # among those of a page whose links would read alike


RowAndLine = tuple[Opening | OwnLine, Line]


@dataclass(frozen=True, slots=True)
class Page:
    """Lines, newest first, and the token of the earlier ones, if there are any."""

    lines: list[Line]
    earlier: str | None


@dataclass(frozen=True, slots=True)
class Show:
    """One filter of the path: its name, its word, and whether it is folded under the others."""

    name: str
    word: str
    folded: bool = False

    @property
    def code(self) -> str:
        """What stands in an address for it; "" for everything."""
        return OWN_CODES.get(self.name) or (KINDS[self.name].code if self.name else "")


def shows_for(user: User) -> list[Show]:
    """The filters this person may choose: everything, ours, mine, each kind. Steps only while they are turned on."""
    kinds = [kind for kind in KINDS.values() if user.steps_on or not kind.of_steps]
    first = [Show(kind.name, kind.filter_word) for kind in kinds if kind.is_first_filter]
    folded = [Show(kind.name, kind.filter_word, folded=True) for kind in kinds if not kind.is_first_filter]
    own = [Show("", "Everything"), Show(OURS, "Ours"), Show(MINE, "Mine")]
    return [*own, *first, Show(CHECK_IN, "Check-ins"), *folded, Show(EARLIER, "Earlier pairings", folded=True)]


def lines_for(user: User, seat: Seat | None, at: datetime, *, show: str = "", token: str = "") -> Page:
    """A page of this person's own mixture. `show` is a name of `shows_for`; anything else shows everything.

    A token that is not ours gives the first page.
    """
    show = show if show in {each.name for each in shows_for(user)} else ""
    place = place_of(token)
    seats = [seat.pk if seat is not None else None]
    if show == EARLIER:  # asked one by one, so that an index leads to each
        seats = list(visibility.seats_once_held(user).values_list("pk", flat=True))
    own = [row for each in seats for row in own_some(user.pk, each, user.steps_on, show, place)]
    own_words = _words_of(user, own)
    rows_and_lines: list[RowAndLine] = [(row, own_line(row, own_words, at)) for row in own]
    if seat is not None and show not in (MINE, CHECK_IN, EARLIER):
        heavy = show in KINDS and KINDS[show].heavy
        found = lately_and_keeps(seat.pair_id, seat.pk, at, seat.pair.last_morning, show, heavy, place)
        lately, keeps = keyset.apart(found, FIELDS, "lately", "keeps")
        kept = visibility.kept_by(keeps, user)
        rows_and_lines += [(row, line_of_today(row, seat)) for row in lately]
        rows_and_lines += (
            [(row, kept_line(row, seat)) for row in kept_some(seat.pair_id, kept, at, place)] if kept else []
        )
    return _page(rows_and_lines)


def lately(openings: list[Opening], seat: Seat | None, at: datetime) -> list[Line]:
    """Some of what is open to this person, with day and month: for a page that has no chapters.

    The caller has asked who may read `openings`.
    """
    if seat is None or not openings:
        return []
    teller = Teller(names_for(seat, visibility.other_seat(seat)), at, seat.pair.time_zone)
    lines = [teller.line(row) for row in openings]
    for line in lines:
        line.day_word = days.in_words(line.day, days.WEEKDAY_DAY_AND_MONTH)
    return lines


def lines_for_therapist(openings: Iterable[Opening], names: Names, at: datetime, zone: str) -> Page:
    """A page of shared lines (`timeline_rows.following`), told with both names, each leading to its sheet.

    The caller has asked who may read `openings`. For the therapist's page and for its mirror.
    """
    teller = Teller(names, at, zone, url_of=sheet_of_couple)
    return _page([(row, teller.line(row)) for row in openings])


# --- What is merged ---


def _words_of(user: User, own: Iterable[OwnLine]) -> dict[UUID, str]:
    """The first words of one's own records as they are now, by record, of those whose words may stand on a line."""
    ids = {row.record_id for row in own if row.record_id}
    if not ids:
        return {}
    return {
        revision.record_id: first_words(revision.record.kind, revision.words)
        for revision in visibility.newest_words_of(user, list(ids)).values()
        if not KINDS[revision.record.kind].is_alone and not words_stand_apart(revision.record.kind, revision.words)
    }


def _page(rows_and_lines: list[RowAndLine], size: int = keyset.SIZE) -> Page:
    rows_and_lines.sort(key=lambda pair: (pair[0].day, pair[0].tie, pair[0].id), reverse=True)
    shown = rows_and_lines[:size]
    last = shown[-1][0] if shown else None
    more = last is not None and len(rows_and_lines) > size
    place = (last.day, last.tie, last.id) if last is not None else ()
    token = keyset.token_after(keyset.order_of(FIELDS), place) if more else None
    return Page(list(_in_chapters(line for _, line in shown)), token)


def _in_chapters(lines: Iterable[Line]) -> Iterator[Line]:
    """The lines with their day and, where a month begins, its name. A chapter tells its year where that is new.

    Two pauses on one day, with nothing between, are one. Nothing here knows which day it is today: a silent month
    changes no page.
    """
    above: Line | None = None
    for line in lines:
        if above is not None and line.look == above.look == "pause" and line.day == above.day:
            continue
        line.day_word = days.in_words(line.day, days.WEEKDAY_AND_DAY)
        if above is None or line.day.year != above.day.year:
            line.chapter = days.in_words(line.day, days.MONTH_AND_YEAR)
        elif line.day.month != above.day.month:
            line.chapter = days.in_words(line.day, days.MONTH)
        above = line
        yield line


# --- What a line says ---


def quoted(words: str) -> str:
    """Somebody's words on one line, cut where they are long."""
    return Truncator(" ".join(words.split())).chars(QUOTED)


def own_line(row: OwnLine, words: dict[UUID, str], at: datetime) -> Line:
    """A line of somebody's own; `words` are the first words of their records."""
    line = Line(day=row.day, look="own", text=OWN_TEXT.get(row.kind, ""), only_you=True)
    if row.kind in (OwnLine.WROTE, OwnLine.REVISED) and row.record_id:
        a_word = kind_words.lowered(KINDS[row.scope].a_word)
        line.text = f"You wrote {a_word}." if row.kind == OwnLine.WROTE else f"You rewrote {a_word}."
        line.words = quoted(words.get(row.record_id, ""))
        line.url = address_of("record", row.record_id)
    elif row.kind == OwnLine.PAUSED:
        line.look = "pause"
    elif row.opening is not None:
        line = _memory_line(row.day, row.kind, row.scope, row.revision, is_mine=row.revision_id is not None)
        line.remove = address_of("memory_line", row.pk)
    elif row.check_in is not None:
        line.words = quoted(row.check_in.said)
        if row.check_in.may_change(at):
            line.url = address_of("change_check_in", row.check_in.pk)
    return line


def line_of_today(row: Opening, seat: Seat) -> Line:
    """What opened since the last seven o'clock, told as the memory line that will take its place."""
    is_mine = row.author_id == seat.pk
    kind = OwnLine.OF_OPENINGS.get(row.kind, OwnLine.OPENED)
    scope = row.scope if is_mine or row.scope not in KINDS or not KINDS[row.scope].heavy else ""
    return _memory_line(row.day, kind, scope, row.revision if is_mine else None, is_mine=is_mine)


def _memory_line(day: date, kind: str, scope: str, revision: Revision | None, *, is_mine: bool) -> Line:
    """Kind and day; with the words of one's own, and a way to them. The same whatever has become of what opened."""
    line = Line(day, "ours", OWN_TEXT.get(kind, "Something your partner wrote opened."))
    if kind == OwnLine.OPENED and scope:
        line.text = KINDS[scope].says_it_opened(PARTNER, is_mine=is_mine)
    if kind == OwnLine.OPENED and revision is not None:
        apart = words_stand_apart(scope, revision.words)
        line.words = "" if apart else quoted(first_words(scope, revision.words))
        line.url = address_of("record", revision.record_id)
    return line


OWN_TEXT = {
    OwnLine.CHECKED_IN: "A check-in.",
    OwnLine.PAUSED: "A pause. You took your answers back.",
    OwnLine.BEGAN: "A pairing began.",
    OwnLine.IN_FORCE: "An agreement came into force.",
    OwnLine.ACCEPTED: "You both accepted the takeaway of a session.",
    OwnLine.MARKED: "You both marked how an agreement was kept.",
}


def kept_line(row: Opening, seat: Seat) -> Line:
    """The bare line of a step that both keep, the same whether or not it is open still."""
    return Line(row.day, "kept", fact(row, Names({}, viewer=seat.pk)))


def fact(row: Opening, names: Names) -> str:
    """What opened, without its words."""
    if row.kind == OpeningKind.REVISION:
        name = names.inside(row.author_id) if row.author_id is not None else None
        return KINDS[row.scope].says_it_opened(name, is_mine=row.author_id == names.viewer)
    if row.kind == OpeningKind.AGREEMENT:
        return "An agreement is in force."
    if row.kind == OpeningKind.GROUP:
        return "A group of steps opened."
    if row.kind == OpeningKind.MARKS:
        return f"{'Both' if names.viewer is None else 'You both'} marked how an agreement was kept."
    both = "for both of them" if names.viewer is None else "for you both"
    return f"Conditions on a step opened {both}." if row.kind == OpeningKind.CONDITIONS else f"A step opened {both}."


@dataclass
class Teller:
    """Tells shared lines to one viewer, by the names they know."""

    names: Names
    at: datetime
    zone: str  # of the pair
    url_of: Callable[[Opening], str] = page_of  # where its viewer has what is open

    def line(self, row: Opening) -> Line:
        """The line of an opening that `visibility` gave as open."""
        is_bare = stands_apart(row) or is_folded_still(row, self.at, self.zone)
        words = "" if is_bare else quoted(self._words(row))
        url = self.url_of(row) if words or is_bare else ""
        return Line(row.day, "ours", fact(row, self.names), words, url)

    def _words(self, row: Opening) -> str:
        """The first words of what is open; "" where they have changed or are gone."""
        if row.kind == OpeningKind.GROUP:
            group = step_things.group_of(row.thing)
            return group.title if group else ""
        if row.kind == OpeningKind.MARKS:
            return f"The week {describe_week(row)}"
        if row.kind in consent.WORDS_OPENED:
            return first_words(row.scope, row.revision.words) if row.revision else ""
        if row.revision is not None:
            return self._own_step(row)
        found = self._ladder.get(row.thing)
        return step_words(found, self.names)[0] if found else ""

    def _own_step(self, row: Opening) -> str:
        assert row.revision is not None
        words = first_words(STEP, row.revision.words)
        doer = own_doer(row, self.names)
        return f"{words} ({self.names.of(doer)})" if doer else words

    @cached_property
    def _ladder(self) -> Mapping[UUID, StepThing]:
        return step_things.all_of_ladder(self.names.seats)
