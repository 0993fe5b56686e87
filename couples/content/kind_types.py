"""What a kind of record is made of: its fields, and the private looks at it."""

from dataclasses import dataclass, field
from functools import cached_property

TEXT_LENGTH = 4000
LINE_LENGTH = 200


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a kind. The first field of a kind is required, of the others only a choice that has to be made."""

    name: str
    label: str
    help: str = ""
    long: bool = True  # a few lines of paper; False: one line
    own: bool = False  # for the author alone: it stands outside every revision
    choices: tuple[tuple[str, str], ...] = ()
    is_needed: bool = False  # of choices: one has to be chosen, none is preselected
    is_day: bool = False
    guided: str = ""  # the guided look it is asked in, and not on the page where one writes
    is_made: bool = False  # a fixed stretch of check-ins (`content.check_in_series`): made once, and on no form

    @property
    def is_tick(self) -> bool:
        """Whether it is one box to tick, which says its only choice."""
        return len(self.choices) == 1


@dataclass(frozen=True, slots=True)
class Reflection:
    """A private guided look at something one wrote: questions only, no verdict, kept for its author alone."""

    key: str  # in addresses, where it tells nothing
    title: str
    about: str


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the page of a couple as their therapist reads it. Several kinds may stand in one."""

    name: str
    title: str  # "Boundaries that opened"
    code: str  # in addresses, where it tells nothing
    by_author: bool = True  # what each wrote stands under their name, side by side


@dataclass(frozen=True, slots=True)
class Parts:
    """The templates that a kind adds to pages which it shares with all others; "" adds nothing."""

    first: str = ""  # where one writes: under the first field
    fields: str = ""  # under all fields, before the buttons
    under: str = ""  # under the form
    record: str = ""  # on the page of one's own record
    answered: str = "mine/parts/answers.html"  # there, of the words that it names
    before_offer: str = ""  # there, before the buttons
    beside: str = ""  # beside "Take back", there and on the open sheet
    open: str = ""  # on the open sheet
    put_away: str = ""  # there, of what closing it does besides


@dataclass(frozen=True)
class Kind:
    """One kind of record, with all that pages and the rule have to know of it: a new one is one entry in `kinds`.

    Its parts are put together once: a long history asks for them ten thousand times.
    """

    name: str
    word: str  # "boundary"
    begin: str  # "Write a boundary"
    about: str
    fields: tuple[Field, ...]
    starters: tuple[str, ...] = ()
    plural: str = ""  # "Boundaries", where it is not the word with an s
    reflections: tuple[Reflection, ...] = ()
    code: str = field(kw_only=True)  # in addresses, where it tells nothing (content/codes.py)
    section: Section | None = field(kw_only=True)  # of the therapist's page; None: for its author alone, for ever
    heavy: bool = field(kw_only=True, default=False)  # which welcome covers it, and where its words may stand
    of_steps: bool = field(kw_only=True, default=False)  # only for who turned steps on; never printed with others
    has_button: bool = field(kw_only=True, default=False)  # of its own on Mine; a page lists the others
    is_first_filter: bool = field(kw_only=True, default=False)  # unfolded among the filters of the timeline
    # What the timeline says when it opened, of one's own and of another's ({} is the name), where `word` does not.
    opened: tuple[str, str] = field(kw_only=True, default=("", ""))
    talks: bool = field(kw_only=True, default=False)  # whether its open page offers to talk in turns

    parts: Parts = field(kw_only=True, default=Parts())

    @property
    def is_alone(self) -> bool:
        """Whether it is for its author alone, for ever: no offer can include it, and no therapist be admitted to it."""
        return self.section is None

    @property
    def many(self) -> str:
        """ "Boundaries", "Requests"."""
        return self.plural or f"{self.word[0].upper()}{self.word[1:]}s"

    @property
    def several(self) -> str:
        """ "boundaries", "steps of our own": `many` inside a sentence."""
        return f"{self.many[0].lower()}{self.many[1:]}"

    @property
    def filter_word(self) -> str:
        """Its filter on the timeline, where steps of a couple's own stand with all others."""
        return self.section.title if self.of_steps else self.many

    def says_it_opened(self, by: str | None, is_mine: bool = False) -> str:
        """The line of the timeline: of one's own, of somebody's (`by`, as inside a sentence), or of nobody's."""
        mine, anothers = self.opened
        if by is None:
            return f"{self.a_word} opened."
        if is_mine:
            return mine or f"Your {self.word} opened."
        return anothers.format(by) if anothers else f"{self.a_word} from {by} opened."

    @property
    def a_word(self) -> str:
        """ "A boundary", "An agreement"."""
        return f"{'An' if self.word[0] in 'aeiou' else 'A'} {self.word}"

    @cached_property
    def shared_fields(self) -> tuple[Field, ...]:
        """The fields that an offer covers."""
        return tuple(field for field in self.fields if not field.own)

    @cached_property
    def written_fields(self) -> tuple[Field, ...]:
        """The fields of the page where one writes."""
        return tuple(field for field in self.fields if not field.guided and not field.is_made)

    @cached_property
    def own_fields(self) -> tuple[Field, ...]:
        """The fields no offer can include."""
        return tuple(field for field in self.fields if field.own)


def asked(look: str, *questions: tuple[str, str]) -> tuple[Field, ...]:
    """The questions of a guided look, as fields for the author alone."""
    return tuple(Field(f"{look}_{name}", question, own=True, guided=look) for name, question in questions)
