"""What a breach says beside its words: on its author's page, and where it is open."""

from datetime import datetime
from typing import Any

from django.urls import reverse

from couples import visibility
from couples.content import kinds, phrases
from couples.models import Opening, Revision, Seat, User
from couples.rule import consent


def of_my_own(newest: Revision, user: User, seat: Seat | None) -> dict[str, Any]:
    """What the page of one's own breach needs to know; empty for other kinds.

    Of what its author can do alone it names what still changes something, by what the breach is about and whether
    steps are turned on; never by what they have said.
    """
    if newest.record.kind != consent.BREACH:
        return {}
    of_limit = kinds.is_of_a_limit(newest.record.kind, newest.words)
    may_pause = seat is not None and user.steps_on and not of_limit
    may_leave = seat is not None and newest.record.chain is not None
    return {
        "of_limit": of_limit,
        "of_agreement": kinds.is_of_an_agreement(newest.record.kind, newest.words),
        "may_pause": may_pause,
        "may_leave": may_leave,
        "may_change": may_pause or may_leave,
    }


def said_of_saving(kind: str, words: dict[str, str], user: User, seat: Seat | None) -> str:
    """What saving these words has done besides, whether or not there was anything to close; "" where nothing."""
    closes = seat is not None and user.steps_on and kinds.is_of_a_limit(kind, words)
    return f" {phrases.ANSWERS_CLOSED}" if closes else ""


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
        "of_agreement": kinds.is_of_an_agreement(opening.scope, words.words),
        "names_agreement": chain is not None,
        "agreement": reverse("open_sheet", args=[agreement.pk]) if agreement else "",
    }
