"""What a breach says beside its words: on its author's page, and where it is open."""

from datetime import datetime
from typing import Any

from django.urls import reverse

from couples import visibility
from couples.content import kinds
from couples.models import Opening, Revision, Seat, User
from couples.rule import consent


def of_my_own(newest: Revision) -> dict[str, Any]:
    """What the page of one's own breach needs to know; empty for other kinds."""
    if newest.record.kind != consent.BREACH:
        return {}
    return {
        "of_limit": kinds.is_of_a_limit(newest.record.kind, newest.words),
        "names_agreement": newest.record.chain is not None,
    }


def where_open(opening: Opening, user: User, at: datetime, seat: Seat) -> dict[str, Any] | None:
    """What stands under an open breach, the same for both; None for other things. `opening` has its record."""
    words = opening.revision
    if opening.scope != consent.BREACH or words is None:
        return None
    chain, agreement = words.record.chain, None
    if chain is not None:
        versions = visibility.versions_open_to(user, at, chain, seat)
        agreement = versions.order_by("-day", "-tie").first()
    return {
        "of_limit": kinds.is_of_a_limit(opening.scope, words.words),
        "names_agreement": chain is not None,
        "agreement": reverse("open_sheet", args=[agreement.pk]) if agreement else "",
    }
