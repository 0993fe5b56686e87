"""Takeaways as pages show them: the day of the session, and its lines."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from couples.models import Takeaway


@dataclass(frozen=True, slots=True)
class Taken:
    """What a session came to, in one to three lines."""

    id: UUID
    day: date  # of the session, in the pair's zone
    lines: list[str]


def told(takeaways: Iterable[Takeaway]) -> list[Taken]:
    """These as plain values, in their order."""
    return [Taken(row.pk, row.day, row.lines) for row in takeaways]
