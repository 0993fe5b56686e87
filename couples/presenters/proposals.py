"""What therapists propose, in words and with where it leads; the same for both partners and for who proposed it."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.urls import reverse

from couples.content import ladder, learn
from couples.content.ladder import sentence_for
from couples.models import Proposal

STEPS = {step.key: step for step in ladder.STEPS}
PAGES = {page.slug: page for page in (*learn.PRACTICES, *learn.PAGES) if not page.for_therapists}
PROPOSED = "Proposed to both of them, in the same words. This place does not say whether either of them takes it up."
A_STEP, A_PAGE, WORDS = "A step to look at", "A page to read or a practice", "Words for an agreement"


@dataclass(frozen=True, slots=True)
class Proposed:
    """One proposal in words. `url` is where it can be taken up, for a partner."""

    id: UUID
    kind_word: str
    words: str
    url: str
    day: date


def describe_proposal(proposal: Proposal) -> Proposed | None:
    """A proposal in words; None where the step or the page is not there any more."""
    if proposal.what == Proposal.AGREEMENT:
        words = (proposal.words or {}).get("does", "")
        url = f"{reverse('write', args=['agreement'])}?proposed={proposal.pk}"
        return Proposed(proposal.pk, WORDS, words, url, proposal.day)
    if proposal.what == Proposal.STEP:
        step = STEPS.get(proposal.key)
        if step is None:
            return None
        title = sentence_for(step.title, "one of you", "the other")
        return Proposed(proposal.pk, A_STEP, title, reverse("step_group", args=[step.group]), proposal.day)
    page = PAGES.get(proposal.key)
    if page is None:
        return None
    return Proposed(proposal.pk, A_PAGE, page.title, reverse("learn_page", args=[page.slug]), proposal.day)
