"""The agenda of a session: each puts opened things on it, and takes their own off again."""

from datetime import datetime
from uuid import UUID

from couples.actions import yeses
from couples.actions.transactions import acting, must_be_open
from couples.content.kinds import TOPIC
from couples.content.refusals import Refused
from couples.models import Opening, User, Yes
from couples.rule import consent
from couples.rule.consent import OpeningKind

MAY_STAND = frozenset({*consent.WORDS_OPENED, OpeningKind.MARKS})  # steps leave no line anywhere unless both keep it


def may_stand(opening: Opening) -> bool:
    """Whether such a thing can be put on an agenda. A topic that is open stands there by itself."""
    return opening.kind in MAY_STAND and opening.scope not in (consent.OWN_STEP, TOPIC.name)


def put_on(opening: Opening, *, by: User, at: datetime) -> None:
    """A yes to talk about this opened thing in the next session. It has no words of its own, and ends with the thing.

    Raises Refused: "no_pair", "stale" where it is not open any more, or cannot stand there.
    """
    with acting(by, at) as act:
        seat = act.seated()
        if not may_stand(opening):
            raise Refused("stale")
        must_be_open(opening, act)
        yeses.give(seat, consent.AGENDA, opening.id, at=act.at, scope=opening.scope)


def take_off(opening_id: UUID, *, by: User, at: datetime) -> None:
    """End one's own mark on the agenda. The other's stays, if there is one."""
    with acting(by, at) as act:
        yeses.close(Yes.objects.filter(seat=act.seated(), kind=consent.AGENDA, thing=opening_id), at=act.at)
