"""What a therapist proposes to both partners at once. Nobody learns whether it was taken up."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from couples.actions.transactions import acting
from couples.lib.clock import day_of
from couples.lib.ids import id_of_sent
from couples.models import Pair, Proposal, User


@dataclass(frozen=True, slots=True)
class Part:
    """One thing to propose: a step or a page by its key, or the text of an agreement."""

    what: str
    key: str = ""
    text: str = ""


def propose(pair: Pair, what: str, *, key: str = "", text: str = "", once: UUID, by: User, at: datetime) -> Proposal:
    """Propose a step or a page by its key, or the text of an agreement. The same form sent twice proposes once.

    The caller has made sure that both admit `by`, to steps where it is a step.
    """
    (proposal,) = propose_all(pair, [Part(what, key, text)], once=once, by=by, at=at)
    return proposal


def propose_all(pair: Pair, parts: Sequence[Part], *, once: UUID, by: User, at: datetime) -> list[Proposal]:
    """Propose several things in one act, to stand in this order. The same form sent twice proposes each once.

    Each is a proposal of its own, so one that somebody does not see leaves no gap. The caller has made sure that both
    admit `by`, to steps where one is a step.
    """
    with acting(by, at) as act:
        proposed = []
        for n, part in enumerate(parts):
            sent = id_of_sent(once, pair.pk.hex, part.what, part.key, part.text)
            made = Proposal.objects.filter(therapist=by, once=sent).first()
            proposed.append(
                made
                or Proposal.objects.create(
                    pair=pair,
                    therapist=by,
                    what=part.what,
                    key=part.key,
                    words={"does": part.text} if part.text else None,
                    made_at=act.at - timedelta(microseconds=n),  # the newest stands first
                    day=day_of(act.at, pair.time_zone),
                    once=sent,
                )
            )
        return proposed


def withdraw(proposal: UUID, pair: Pair, *, by: User, at: datetime) -> None:
    """Take a proposal back. What somebody has written from it stays theirs."""
    with acting(by, at):
        Proposal.objects.filter(pk=proposal, pair=pair, therapist=by).delete()
