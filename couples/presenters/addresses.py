"""Where things lie. Django looks an address up anew each time; a list of twenty rows asks for twenty of one kind."""

from functools import cache
from typing import Final
from uuid import UUID

from django.urls import reverse

from couples.models import Opening
from couples.rule import consent

NO_ROW: Final = UUID(int=0)


@cache
def address(name: str, *words: object) -> str:
    """The address of this name, in which such words stand: one of those that are the same for everybody."""
    return reverse(name, args=words)


def address_of(name: str, row: UUID) -> str:
    """The address of this name that names a row, and nothing else."""
    return address(name, NO_ROW).replace(str(NO_ROW), str(row))


def page_of(opening: Opening) -> str:
    """The page of something that is open to the viewer: of a step and what belongs to it, or a sheet of Ours."""
    return address_of("open_step" if opening.kind in consent.OF_STEPS else "open_sheet", opening.pk)


def sheet_of_couple(opening: Opening) -> str:
    """Where one thing stands whole, told from the page of its couple: in the room, in a session or on the glass."""
    return f"?sheet={opening.pk}"
