"""Memory lines: of which openings each of the two keeps a bare line on their own timeline. Pure.

A line is a reading of an opening, made once for each person, at the first seven o'clock after it: whether it was still
open to them then. What closes later changes nothing, and nobody is ever told whether or when something closed.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Final
from uuid import UUID

from couples.rule.consent import OWN_STEP, WORDS_OPENED, Opening, OpeningKind, is_open
from couples.rule.history import Ledger

REMEMBERED: Final = (*WORDS_OPENED, OpeningKind.TAKEAWAY)  # what leaves lines, but of steps
LINE: Final = "line"  # how the statement of a door names an opening that has its first seven o'clock there


def is_remembered(opening: Opening) -> bool:
    """Whether an opening leaves a line where it is still open at its first seven o'clock."""
    return opening.kind in REMEMBERED and opening.scope != OWN_STEP


def at_morning(ledger: Ledger, since: datetime, morning: datetime) -> Iterator[tuple[Opening, UUID, bool]]:
    """Of what opened since the seven o'clock before (`since`), that door included: the opening, each seat, and whether
    it leaves this seat a line. The ledger has gone through the door of this morning.

    A reading counts only for its reader: what they put away leaves its author a line, and them none.
    """
    for opening in ledger.past:
        if is_remembered(opening) and since <= opening.opened_at < morning:
            for seat in ledger.seats:
                here = seat.ended is None or seat.ended > morning
                yield opening, seat.id, here and is_open(opening, ledger.yeses, morning, reader=seat.id)
