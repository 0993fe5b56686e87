"""The parts of a couple's page as their therapist reads it, and what stands in each. Their codes stand in addresses."""

from django.db.models import Q

from couples.content.kind_types import Section as Place
from couples.content.kinds import AGREEMENT, KINDS, OWN_STEP
from couples.models import Opening
from couples.rule.consent import OpeningKind

# What stands on the page besides the kinds (content/kinds.py); the codes stand in addresses (content/codes.py).
IN_FORCE = Place("agreements", "Agreements in force", "m3n", by_author=False)
MARKED = Place("marks", "How agreements were kept", "x6w", by_author=False)
STEPS = OWN_STEP.section
TIMELINE, TIMELINE_CODE = "timeline", "g5x"
SINCE, SINCE_CODE = "since", "g8f"  # what has opened since the last session


def places() -> dict[str, Place]:
    """Every part of the page by its name, in its order: of agreements first, then of each kind."""
    of_kinds = (kind.section for kind in (AGREEMENT, *KINDS.values()))
    return {place.name: place for place in (IN_FORCE, MARKED, *of_kinds) if place is not None}


def codes_of_parts() -> dict[str, str]:
    """What stands in an address for each part of the page, by its name."""
    return {**{name: place.code for name, place in places().items()}, TIMELINE: TIMELINE_CODE, SINCE: SINCE_CODE}


def section_of(opening: Opening) -> Place:
    """The part of the page that a thing stands in."""
    if opening.kind == OpeningKind.AGREEMENT:
        return IN_FORCE
    if opening.kind == OpeningKind.REVISION:
        return KINDS[opening.scope].section
    return MARKED if opening.kind == OpeningKind.MARKS else STEPS


def is_in(place: Place) -> Q:
    """What stands in a part of the page."""
    if place in (IN_FORCE, MARKED):
        return Q(kind=OpeningKind.AGREEMENT if place == IN_FORCE else OpeningKind.MARKS)
    scopes = [name for name, kind in KINDS.items() if kind.section == place]
    return Q(scope__in=scopes) if place == STEPS else Q(kind=OpeningKind.REVISION, scope__in=scopes)
