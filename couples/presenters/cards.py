"""A therapist's card in words: what both partners read, and what changed from one version to the next."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import pairwise
from typing import Final

from couples.lib import text_diff
from couples.lib.clock import day_of
from couples.lib.text_diff import Piece
from couples.models import Card

MOST_TOLD: Final = 3  # changes told of on one page, the newest first
SEES_ALONE: Final = (
    (Card.ALWAYS, "Yes, each of you once, always"),
    (Card.ASKED, "If one of you asks for it"),
    (Card.NEVER, "No"),
)
LABELS: Final = {
    "practice": "Practice",
    "registered_with": "Registered with",
    "registered_as": "Registration number",
    "languages": "Languages I work in",
    "limits": "What I cannot keep to myself",
    "secrets": "How I handle secrets between partners",
    "sees_alone": "Whether I see each of you alone before we begin",
    "in_crisis": "In a crisis",
}

Fields = list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Change:
    """What changed on a day: each field with the pieces of its older and newer words."""

    day: date
    fields: list[tuple[str, list[Piece]]]


def fields_of(card: Card) -> Fields:
    """(label, text) of all that this version says besides its name. A card from before has fewer."""
    said = {**card.said(), "sees_alone": dict(SEES_ALONE).get(card.sees_alone, "")}
    return [(label, said[name]) for name, label in LABELS.items() if said[name]]


def changes_of(versions: Sequence[Card], zone: str, since: datetime | None = None) -> list[Change]:
    """What changed with each version, of some in a row, newest first; of those made after `since` alone.

    It rests on what was shown to both, never on what one of them has said to a version.
    """
    return [
        Change(day_of(newer.made_at, zone), _changed(older, newer))
        for newer, older in pairwise(versions)
        if since is None or newer.made_at > since
    ]


def _changed(older: Card, newer: Card) -> list[tuple[str, list[Piece]]]:
    """Word by word; an answer from the list as a whole, since half of two sentences is none."""
    chosen, said = LABELS["sees_alone"], dict(SEES_ALONE)
    pieces = [("gone", said.get(older.sees_alone, "")), ("new", said.get(newer.sees_alone, ""))]
    return [
        (label, [piece for piece in pieces if piece[1]] if label == chosen else found)
        for label, found in text_diff.field_pieces(_named(older), _named(newer))
    ]


def _named(card: Card) -> Fields:
    return [("Name", card.name), *fields_of(card)]
