"""A sheet for a session of my own: words of mine that I chose, to print or as a file. It is kept nowhere."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from couples import visibility
from couples.content.kind_words import own_fields, sheet_fields
from couples.content.kinds import KINDS
from couples.lib.clock import day_of
from couples.models import User


@dataclass(frozen=True, slots=True)
class Part:
    """One record of mine as it stands on the sheet."""

    kind_word: str
    day: date  # on its writer's clock
    fields: list[tuple[str, str]]
    alone: list[tuple[str, str]]  # what stands there for me alone, where I asked for it


def parts_of(user: User, chosen: Collection[UUID], *, with_alone: bool) -> list[Part]:
    """The newest words of these records of mine, the oldest record first. What is not mine is not there."""
    rows = visibility.newest_of_mine(user).filter(record__in=chosen).order_by("record__made_at", "record")
    alone = {own.record_id: own.words for own in visibility.all_own_words_of(user).filter(record__in=chosen)}
    return [
        Part(
            KINDS[row.record.kind].a_word,
            day_of(row.record.made_at, user.time_zone),
            sheet_fields(row.record.kind, row.words),
            own_fields(row.record.kind, alone.get(row.record_id, {})) if with_alone else [],
        )
        for row in rows
    ]
