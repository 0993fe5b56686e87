"""What a yes to a step is to: one version of its words, and one direction. Pure; the words come from the ladder.

A step that one does for the other exists once per doer, so each direction is a thing of its own.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from uuid import UUID

from couples.content import ladder
from couples.rule.consent import thing_of


@dataclass(frozen=True, slots=True)
class StepThing:
    """One step in one direction. `doer` is a seat's id, or None where both do it together."""

    thing: UUID
    group: UUID
    step: ladder.Step | None  # None: a step of the couple's own, whose words are `revision`
    doer: UUID | None
    revision: UUID | None = None


@cache
def group_thing(group: ladder.Group) -> UUID:
    """What a yes to a group of steps is to: its title and what it says about itself."""
    return thing_of("group", group.key, group.title, group.about)


def group_of(thing: UUID) -> ladder.Group | None:
    """The group that a yes names, or None where its words have changed since."""
    return next((group for group in ladder.GROUPS if group_thing(group) == thing), None)


def of_ladder(step: ladder.Step, doer: UUID | None) -> StepThing:
    """The thing a yes to a step of the ladder is to. Raises ValueError for a direction that it does not have."""
    if step.directed == (doer is None):
        raise ValueError("a step that one does for the other has a doer, and no other step has")
    thing = thing_of("step", ladder.words_of(step), doer.hex if doer else "both")
    return StepThing(thing, group_thing(ladder.group_of(step.group)), step, doer)


def of_own_words(revision: UUID, doer: UUID | None) -> StepThing:
    """The thing a yes to a step in the couple's own words is to."""
    thing = thing_of("own step", revision.hex, doer.hex if doer else "both")
    return StepThing(thing, group_thing(ladder.group_of("ours")), None, doer, revision)


def all_of_ladder(seats: tuple[UUID, UUID]) -> Mapping[UUID, StepThing]:
    """Every step of the ladder in each of its directions for these two seats, by the thing a yes is to."""
    return _all_of(ladder.STEPS, seats)


@lru_cache(maxsize=64)  # a digest of each step's words: kept for the pairs that were here last
def _all_of(steps: tuple[ladder.Step, ...], seats: tuple[UUID, UUID]) -> Mapping[UUID, StepThing]:
    found = (of_ladder(step, doer) for step in steps for doer in (seats if step.directed else (None,)))
    return {step.thing: step for step in found}
