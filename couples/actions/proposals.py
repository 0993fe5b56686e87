"""What a therapist proposes to both partners at once. Nobody learns whether it was taken up."""

from datetime import datetime
from uuid import UUID

from couples.actions.transactions import acting
from couples.lib.clock import day_of
from couples.lib.ids import id_of_sent
from couples.models import Pair, Proposal, User


def propose(pair: Pair, what: str, *, key: str = "", text: str = "", once: UUID, by: User, at: datetime) -> Proposal:
    """Propose a step or a page by its key, or the text of an agreement. The same form sent twice proposes once.

    The caller has made sure that both admit `by`, to steps where it is a step.
    """
    once = id_of_sent(once, pair.pk.hex, what, key, text)
    with acting(by, at) as act:
        made = Proposal.objects.filter(therapist=by, once=once).first()
        if made is not None:
            return made
        return Proposal.objects.create(
            pair=pair,
            therapist=by,
            what=what,
            key=key,
            words={"does": text} if text else None,
            made_at=act.at,
            day=day_of(act.at, pair.time_zone),
            once=once,
        )


def withdraw(proposal: UUID, pair: Pair, *, by: User, at: datetime) -> None:
    """Take a proposal back. What somebody has written from it stays theirs."""
    with acting(by, at):
        Proposal.objects.filter(pk=proposal, pair=pair, therapist=by).delete()
