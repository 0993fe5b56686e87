"""Where the page of an open thing lies."""

from django.urls import reverse

from couples.models import Opening
from couples.rule import consent


def page_of(opening: Opening) -> str:
    """The page of something that is open to the viewer: of a step and what belongs to it, or a sheet of Ours."""
    return reverse("open_step" if opening.kind in consent.OF_STEPS else "open_sheet", args=[opening.pk])


def sheet_of_couple(opening: Opening) -> str:
    """Where one thing stands whole, told from the page of its couple: in the room, in a session or on the glass."""
    return f"?sheet={opening.pk}"
