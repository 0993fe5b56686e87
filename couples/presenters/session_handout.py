"""One sheet of paper for a session: short lines of what is open, drawn from a couple's page and never of steps.

Steps leave no print unless both keep them (docs/consent.md, invariant 7), so they are not here at all.
"""

from dataclasses import dataclass

from couples.lib.days import in_words
from couples.lib.text import one_line
from couples.presenters.sheets import WORDS_OF_KIND, Sheet, bare
from couples.presenters.therapist import CouplePage, Section
from couples.rule.consent import OpeningKind

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
    found: Lines = []
    for stack in section.stacks:
        for sheet in stack.sheets[:OF_A_SECTION]:
            by, words = _line(bare(sheet) if sheet.folded else sheet)
            found.append((stack.by or by, words))
    return found


def _with_kind(sheet: Sheet) -> tuple[str, str]:
    """A line under a heading that does not say what kind of thing it is."""
    by, words = _line(sheet)
    return by, words if _is_bare(sheet) else f"{sheet.kind_word}: {words}"


def _is_bare(sheet: Sheet) -> bool:
    """Whether it shows its kind and day alone, here as on the page: heavy, tender, or folded still."""
    return not sheet.fields


def _line(sheet: Sheet) -> tuple[str, str]:
    if _is_bare(sheet):
        return sheet.by, f"{sheet.kind_word}, {in_words(sheet.day)}" if sheet.day else sheet.kind_word
    if sheet.kind_word == WORDS_OF_KIND[OpeningKind.MARKS]:
        (_label, week), *_words, one, other = sheet.fields  # the week first, and both marks last
        return f"The week {week}", ", ".join(f"{name}: {mark}" for name, mark in (one, other))
    return sheet.by, one_line(sheet.fields[0][1], LINE)
