"""One sheet of paper for a session: short lines of what is open, drawn from a couple's page and never of steps.

Steps leave no print unless both keep them (docs/consent.md, invariant 7), so they are not here at all.
"""

from dataclasses import dataclass

from couples.lib.days import in_words
from couples.lib.text import one_line
from couples.presenters.sheets import Sheet
from couples.presenters.therapist import CouplePage, Section

LINE = 160  # letters of each thing
OF_A_SECTION = 5
MOST = 26  # lines that fit on a page, headings not counted

Lines = list[tuple[str, str]]  # (who, first words)


@dataclass(frozen=True, slots=True)
class OneSheet:
    """What the template of the sheet gets."""

    names: str
    session: str
    parts: list[tuple[str, Lines]]  # (heading, lines)


def one_sheet(page: CouplePage) -> OneSheet:
    """The agenda first, then the newest of each section, as far as one page goes."""
    parts: list[tuple[str, Lines]] = []
    if page.agenda:
        parts.append(("On the agenda", [_with_kind(sheet) for sheet in page.agenda[: 2 * OF_A_SECTION]]))
    parts += [(section.title, _lines(section)) for section in page.sections if section.name != "steps"]
    room, fitting = MOST, []
    for title, lines in parts:
        if room > 0:
            fitting.append((title, lines[:room]))
            room -= len(lines)
    return OneSheet(page.names, page.session, fitting)


def _lines(section: Section) -> Lines:
    return [(stack.by or sheet.by, _line(sheet)) for stack in section.stacks for sheet in stack.sheets[:OF_A_SECTION]]


def _with_kind(sheet: Sheet) -> tuple[str, str]:
    """A line under a heading that does not say what kind of thing it is."""
    return sheet.by, f"{sheet.kind_word}: {_line(sheet)}" if sheet.line else _line(sheet)


def _line(sheet: Sheet) -> str:
    """What a thing says on one line; of what is heavy, tender or folded still its kind and day, here as on the page."""
    if sheet.line:
        return one_line(sheet.line, LINE)
    return f"{sheet.kind_word}, {in_words(sheet.day)}" if sheet.day else sheet.kind_word
