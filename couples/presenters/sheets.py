"""Plain values for templates: what an open thing says, and nothing that leads on to another row.

A template gets sheets and lines, never a record, a revision, a yes or an opening.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from uuid import UUID

from couples.content import ladder
from couples.content.check_in_series import days_in
from couples.content.kind_words import first_words, made_words, sheet_fields
from couples.content.kinds import KINDS, is_tender
from couples.lib.days import in_words
from couples.models import Opening, Seat
from couples.presenters.chart import Chart, drawn
from couples.rule import consent, step_things
from couples.rule.consent import OpeningKind
from couples.rule.step_things import StepThing


@dataclass(slots=True)
class Sheet:
    """One sheet of paper: folded it says its kind only, unfolded its words."""

    kind_word: str  # "A boundary"
    by: str  # "You", the other's shown name, or "" where both gave the same
    day: date | None  # in the pair's zone: all that is told of a shared time
    fields: list[tuple[str, str]] = field(default_factory=list)
    note: str = ""
    url: str = ""
    folded: bool = True  # False with no fields: its kind and day alone, which lead to its own sheet
    printed: bool = False  # folded on a page, and laid open where that page is printed
    chart: Chart | None = None  # of a look back
    first_words: str = ""  # shown while it is folded: of an everyday thing, from the morning after it opened on
    nth: int = 1  # among those of a page whose links would read alike (`tell_apart`)
    unfolded_title: str = ""  # only of what has a title besides its words: a group or step of the ladder
    line: str = ""  # what it says as one line among many; its fields are then what is left (`as_line`)

    @property
    def day_word(self) -> str:
        """Its day as it is read, "" where it has none."""
        return in_words(self.day) if self.day is not None else ""

    @property
    def which(self) -> str:
        """What a link to it says besides its kind, for whoever hears links alone: ", Maya, 3 May 2026, 2"."""
        number = str(self.nth) if self.nth > 1 else ""
        return "".join(f", {word}" for word in (self.by, self.day_word, number) if word)


@dataclass(frozen=True, slots=True)
class Names:
    """How two seats are called on a page: "You" and a name to a partner, two names to a therapist."""

    by_seat: dict[UUID, str]
    viewer: UUID | None = None

    def of(self, seat: UUID | None) -> str:
        """The name at the start of a sentence, or "" where there is no one author."""
        if seat is None:
            return ""
        return "You" if seat == self.viewer else self.by_seat.get(seat, "")

    def inside(self, seat: UUID) -> str:
        """The name inside a sentence."""
        return "you" if seat == self.viewer else self.by_seat.get(seat, "your partner")

    @property
    def seats(self) -> tuple[UUID, UUID]:
        """Both seats, in an order that tells nothing."""
        one, other = sorted(self.by_seat, key=lambda seat: (self.by_seat[seat], seat.hex))
        return one, other


def names_for(seat: Seat, other: UUID) -> Names:
    """Names as the holder of `seat` reads them; that of the other seat is the one last shown to them."""
    return Names({seat.id: "You", other: seat.partner_name}, viewer=seat.id)


FIRST_WORDS = 120  # characters that a folded sheet shows (templates/parts/sheet.html)
OWN_STEP_TITLE = "A step of our own"
WORDS_OF_KIND = {
    OpeningKind.AGREEMENT: "An agreement in force",
    OpeningKind.MARKS: "How an agreement was kept",
    OpeningKind.GROUP: "A group of steps",
    OpeningKind.CONDITIONS: "Conditions on a step",
    OpeningKind.STEP: "A step",
}


def kind_word(opening: Opening) -> str:
    """What a folded sheet says: "A boundary", "An agreement in force", "A step"."""
    if opening.kind == OpeningKind.REVISION:
        return KINDS[opening.scope].a_word
    return WORDS_OF_KIND[opening.kind]


def sheet_of(opening: Opening, names: Names, *, url: str = "", folded: bool = True) -> Sheet | None:
    """The sheet of something open to the viewer; None for a step whose words have changed since.

    `opening` comes from `visibility` with its revision.
    """
    if opening.kind in consent.WORDS_OPENED:
        if opening.revision is None:
            return None
        title = ""
        author = names.of(opening.author_id)
        called = "Your check-ins" if author == "You" else f"Check-ins of {author}"
        fields, chart = words_and_chart(opening.scope, opening.revision.words, called)
    elif opening.kind == OpeningKind.MARKS:
        title, fields, chart = "", [("The week", describe_week(opening))], None
    else:
        told = step_fields(opening, names)
        if told is None:
            return None
        title, fields = told
        chart = None
        if opening.revision is not None:
            title = ""  # its first words are the first field
    return Sheet(
        kind_word=kind_word(opening),
        by=names.of(opening.author_id),
        day=opening.day,
        fields=fields,
        chart=chart,
        url=url,
        folded=folded,
        unfolded_title=title,
    )


def among_others(opening: Opening, names: Names, at: datetime, zone: str, *, url: str) -> Sheet | None:
    """The sheet as it stands on a page of many, at an instant, in a pair of this zone; None as in `sheet_of`.

    What opened in a sitting shows its kind alone until the first morning after it; then everyday things show their
    first words. Words of heavy and tender things stand on their own sheet and nowhere else.
    """
    sheet = sheet_of(opening, names, url=url)
    if sheet is None or opening.revision is None:
        return sheet
    if stands_apart(opening):
        return bare(sheet)
    if opening.kind in consent.WORDS_OPENED and not is_folded_still(opening, at, zone):
        sheet.printed = True
        sheet.first_words = first_words(opening.scope, opening.revision.words)
        if len(sheet.first_words) <= FIRST_WORDS:  # said once: unfolded, the rest follows
            sheet.fields = sheet.fields[1:]
    return sheet


def bare(sheet: Sheet) -> Sheet:
    """A sheet as its kind and day alone, with the way to its own page."""
    return replace(sheet, fields=[], chart=None, folded=False, unfolded_title="")


def as_line(opening: Opening, sheet: Sheet) -> Sheet:
    """A sheet as one line of a page of many: what it says first, and the rest to unfold.

    Of what stands apart, or is folded still, nothing is said but its kind and day.
    """
    if stands_apart(opening):
        return bare(sheet)
    if sheet.folded:
        return sheet
    if opening.kind == OpeningKind.MARKS:  # the week first, and both marks last
        (_label, week), *rest, one, other = sheet.fields
        return replace(sheet, line=f"The week {week}. {one[0]}: {one[1]}, {other[0]}: {other[1]}", fields=rest)
    if sheet.unfolded_title or not sheet.fields:
        return replace(sheet, line=sheet.unfolded_title or sheet.kind_word)
    line = sheet.fields[0][1]
    fields = sheet.fields if len(line) > FIRST_WORDS else sheet.fields[1:]  # said once
    return replace(sheet, line=line, fields=fields)


def called_among_others(opening: Opening, at: datetime, zone: str) -> str:
    """How words that are open are called on a page of many: by their first words, or where these may not stand there
    by their kind and day.
    """
    if opening.revision is None or stands_apart(opening) or is_folded_still(opening, at, zone):
        return f"{KINDS[opening.scope].a_word}, {in_words(opening.day)}"
    return first_words(opening.scope, opening.revision.words)


def is_folded_still(opening: Opening, at: datetime, zone: str) -> bool:
    """Whether it opened in a sitting after which no seven o'clock has come yet: until then it shows its kind alone."""
    return opening.door == consent.SITTING_DOOR and consent.morning_after(opening.opened_at, zone) > at


def stands_apart(opening: Opening) -> bool:
    """Whether what is open has words that stand on their own sheet alone; steps in a couple's own words among them."""
    return opening.revision is not None and words_stand_apart(opening.scope, opening.revision.words)


def tell_apart(sheets: Iterable[Sheet]) -> list[Sheet]:
    """These sheets of one page, numbered where one person gave several of a kind on a day: their links say which."""
    found, alike = list(sheets), dict[tuple[str, str, date | None], dict[str, int]]()
    for sheet in found:
        places = alike.setdefault((sheet.kind_word, sheet.by, sheet.day), {})
        sheet.nth = places.setdefault(sheet.url, len(places) + 1)
    return found


def words_stand_apart(kind: str, words: dict[str, str]) -> bool:
    """Whether these words of a kind stand on their own sheet alone: heavy and tender things."""
    return KINDS[kind].heavy or KINDS[kind].of_steps or is_tender(words)


MARKS = {consent.KEPT: "kept", consent.PARTLY: "partly kept", consent.NOT_KEPT: "not kept"}


def describe_week(opening: Opening) -> str:
    """The week of marks: "of 2 March 2026", its Monday."""
    return week_word(date.fromordinal(opening.number))


def week_word(monday: date) -> str:
    """ "of 2 March 2026"."""
    return f"of {in_words(monday)}"


def words_and_chart(kind: str, words: dict[str, str], called: str) -> tuple[list[tuple[str, str]], Chart | None]:
    """(label, text) of each shared field, and the picture of what is better drawn; the picture has its table."""
    made = made_words(kind, words)
    if not made:
        return sheet_fields(kind, words), None
    said = {name: text for name, text in words.items() if name not in made}
    return sheet_fields(kind, said), drawn(days_in(made["stretch"]), called)


def step_fields(opening: Opening, names: Names) -> tuple[str, list[tuple[str, str]]] | None:
    """Title and (label, text) pairs of a group, step or set of conditions; None where its words have changed."""
    if opening.kind == OpeningKind.GROUP:
        group = step_things.group_of(opening.thing)
        return (group.title, [("", group.about)]) if group else None
    if opening.revision is not None:
        return own_step_words(opening.revision.words, own_doer(opening, names), names)
    found = step_things.all_of_ladder(names.seats).get(opening.thing)
    return step_words(found, names) if found else None


def own_doer(opening: Opening, names: Names) -> UUID | None:
    """Who does a step in the couple's own words; None where both do it."""
    assert opening.revision_id is not None
    for seat in names.seats:
        if step_things.of_own_words(opening.revision_id, seat).thing == opening.thing:
            return seat
    return None


def own_step_words(words: dict[str, str], doer: UUID | None, names: Names) -> tuple[str, list[tuple[str, str]]]:
    """Title and (label, text) pairs of a step in the couple's own words, told to the viewer in its direction."""
    fields = [pair for pair in sheet_fields(consent.OWN_STEP, words) if pair[0] != "Who does it"]
    fields.insert(1, ("Who does it", names.of(doer) or "Both, together"))
    return first_words(consent.OWN_STEP, words), fields


def step_words(found: StepThing, names: Names) -> tuple[str, list[tuple[str, str]]]:
    """Title and (label, text) pairs of a step of the ladder, told to the viewer in its direction."""
    assert found.step is not None
    step = found.step
    doer = other = ""
    if found.doer is not None:
        doer = names.inside(found.doer)
        (other,) = (names.inside(seat) for seat in names.seats if seat != found.doer)
    parts = (
        ("Who does what", step.who),
        ("Who it is for", step.for_whom),
        ("Where", step.where),
        ("How long", step.how_long),
        ("The stop sign", step.stop),
        ("Care afterwards", step.care),
    )
    told = [(label, ladder.sentence_for(text, doer, other)) for label, text in parts]
    return ladder.sentence_for(step.title, doer, other), told
