"""Removing memory lines: one, or all of a pairing. They are their owner's alone, so nobody else's pages change."""

from datetime import datetime
from uuid import UUID

from couples.actions.transactions import acting
from couples.models import OwnLine, User


def remove_line(line: UUID, *, by: User, at: datetime) -> None:
    """Remove one of one's own memory lines for good. Removing what is gone already is success."""
    with acting(by, at):  # which stores, and so can remove, what the page showed as if it were stored
        OwnLine.objects.filter(pk=line, owner=by, opening__isnull=False).delete()


def remove_lines_of_pairing(line: UUID, *, by: User, at: datetime) -> None:
    """Remove all of one's own memory lines of the pairing that this one is of; where it is gone, nothing."""
    with acting(by, at):
        own = OwnLine.objects.filter(owner=by, opening__isnull=False)
        found = own.filter(pk=line).first()
        if found is not None:
            own.filter(seat=found.seat_id).delete()
