"""Which of many pairs have anything due at a morning: one statement for all of them. Pure text.

It only finds where to look. What opens, ends or is noted there is worked out for each pair alone, by whoever holds its
lock; and where this finds nothing, that would find nothing either: `tests/actions/test_mornings.py` compares the two.
"""

from datetime import datetime
from typing import Final

from couples.rule import cards, meeting
from couples.rule.consent import ADMISSION, MORNING, NIGHT
from couples.rule.standing import TO_NOTE, all_stand

# What is asked with it besides what a door asks with: the instant of asking; when a therapist must have come for their
# card to have left by then; and a night before the first morning, when it would have left.
PARAMETERS: Final = ("first", "rested", "many", "at", "came", "eve")


def instants(first: datetime, at: datetime) -> dict[str, datetime]:
    """Those of the parameters that follow from the first morning that waits and the instant of asking."""
    return {"first": first, "at": at, "came": at - cards.STAYS, "eve": first - NIGHT}


_FALLS: Final = f"SELECT 1 FROM couples_opening o WHERE o.pair_id = whose.id AND {TO_NOTE}"

# An admission that nobody has closed, to a card that no admission of both has kept since before the card could leave.
_KEPT: Final = (
    "SELECT 1 FROM couples_opening o JOIN couples_card d ON d.id = o.thing WHERE o.pair_id = whose.id"
    f" AND o.kind = '{ADMISSION}' AND NOT o.has_fallen AND NOT o.opened_at >= %(eve)s"
    f" AND d.therapist_id = i.therapist_id AND {all_stand('o.id', '%(at)s', None)}"
)
_LEAVES: Final = (
    "SELECT 1 FROM couples_introduction i JOIN couples_card c ON c.therapist_id = i.therapist_id"
    f" JOIN couples_yes y ON y.pair_id = whose.id AND y.kind = '{ADMISSION}' AND y.thing = c.id AND y.closed_at IS NULL"
    f" WHERE i.pair_id = whose.id AND i.made_at <= %(came)s AND NOT EXISTS ({_KEPT})"
)


def due_at_morning(which: str) -> str:
    """The statement that gives the ids of those of these pairs (`which` is a condition on `whose`) in which something
    opens, leaves a memory line, has fallen or ends with a card, at their first morning or one of many.
    """
    meets = meeting.meeting_at(MORNING).replace("%(pair)s", "whose.id")
    any_of_it = " OR ".join(f"EXISTS ({asked})" for asked in (meets, _FALLS, _LEAVES))
    return f"SELECT whose.id FROM couples_pair whose WHERE {which} AND ({any_of_it})"
