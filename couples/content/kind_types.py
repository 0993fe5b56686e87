"""What a kind of record is made of: its fields, and the private looks at it."""

from dataclasses import dataclass, field
from functools import cached_property

TEXT_LENGTH = 4000
LINE_LENGTH = 200


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a kind. The first field of a kind is required, the others never are."""

    name: str
    label: str
    help: str = ""
    long: bool = True  # a few lines of paper; False: one line
    own: bool = False  # for the author alone: it stands outside every revision
    choices: tuple[tuple[str, str], ...] = ()
    is_day: bool = False
    guided: str = ""  # the guided look it is asked in, and not on the page where one writes
    is_made: bool = False  # a fixed stretch of check-ins (`content.check_in_series`): made once, and on no form


@dataclass(frozen=True, slots=True)
class Reflection:
    """A private guided look at something one wrote: questions only, no verdict, kept for its author alone."""

    key: str  # in addresses, where it tells nothing
    title: str
    about: str


@dataclass(frozen=True)
class Kind:
    """One kind of record. Its parts are put together once: a long history asks for them ten thousand times."""

    name: str
    word: str  # "boundary"
    begin: str  # "Write a boundary"
    about: str
    fields: tuple[Field, ...]
    starters: tuple[str, ...] = ()
    plural: str = ""  # "Boundaries", where it is not the word with an s
    reflections: tuple[Reflection, ...] = ()
    code: str = field(kw_only=True)  # in addresses, where it tells nothing (content/codes.py)

    @property
    def many(self) -> str:
        """ "Boundaries", "Requests"."""
        return self.plural or f"{self.word[0].upper()}{self.word[1:]}s"

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
