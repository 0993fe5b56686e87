"""Addresses by the names of what they are of: in the address itself stands a code that tells nothing."""

from uuid import UUID

from django.urls import reverse

from couples.presenters import couple_places, timeline


def writing(kind: str, asked: str = "") -> str:
    """Where a kind of record is written; `asked` is a question after it, such as "?about=..."."""
    return reverse("write", args=[kind]) + asked


def group(key: str) -> str:
    """A group of steps."""
    return reverse("step_group", args=[key])


def step(key: str, way: str) -> str:
    """A step of the ladder in one direction: "both", "you" or "partner"."""
    return reverse("step", args=[key, way])


def own_step(opening: UUID | str, way: str) -> str:
    """A step in a couple's own words."""
    return reverse("own_step", args=[opening, way])


def show(name: str) -> str:
    """A filter of the timeline."""
    return f"?show={timeline.Show(name, '').code}"


def part(name: str) -> str:
    """A part of a couple's page."""
    return f"?show={couple_places.codes_of_parts()[name]}"
