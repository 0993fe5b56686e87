"""The nouns of the product: facts, the constraints that make bad states impossible, and nothing that writes alone.

Nothing here has a reverse accessor (`related_name="+"`): a template or a view reaches private rows only through
`visibility`. What writes is in `actions`.
"""

from couples.models.checkins import CheckIn
from couples.models.keys import WrappedKey
from couples.models.outbox import WaitingMail
from couples.models.people import Farewell, Invitation, Pair, Seat, User
from couples.models.records import Erasure, HeldText, OwnWords, Record, Revision
from couples.models.reminders import Reminder
from couples.models.sessions import SessionSeries, TherapySession
from couples.models.shelf import ShelfItem
from couples.models.takeaways import Takeaway
from couples.models.tallies import Tally
from couples.models.therapy import (
    Card,
    Introduction,
    LookingDay,
    Proposal,
    TakenOff,
    TherapistCode,
    TherapistLabel,
)
from couples.models.timeline import OwnLine
from couples.models.yeses import Opening, Rest, Yes

__all__ = [
    "Card",
    "CheckIn",
    "Erasure",
    "Farewell",
    "HeldText",
    "Introduction",
    "Invitation",
    "LookingDay",
    "Opening",
    "OwnLine",
    "OwnWords",
    "Pair",
    "Proposal",
    "Record",
    "Reminder",
    "Rest",
    "Revision",
    "Seat",
    "SessionSeries",
    "ShelfItem",
    "Takeaway",
    "TakenOff",
    "Tally",
    "TherapistCode",
    "TherapistLabel",
    "TherapySession",
    "User",
    "WaitingMail",
    "WrappedKey",
    "Yes",
]
