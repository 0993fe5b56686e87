"""The ladder of small steps: what may be done, for whom, where, how long, and what ends it.

Pure data, without a database or a request. Its order is an order of reading, not a way up: no step leads to
another, an open step promises nothing, and staying or stepping back is as good as going on.
"""

from datetime import date, timedelta

from couples.content.ladder import closer, near, safety, touch
from couples.content.ladder.words import OWN_SIGNALS, Group, Step, sentence_for, words_of

__all__ = [
    "GROUPS",
    "OWN_SIGNALS",
    "REWORDED",
    "STEPS",
    "Group",
    "Step",
    "group_of",
    "reworded_lately",
    "sentence_for",
    "step_of",
    "steps_in",
    "words_of",
]

# Steps in a couple's own words are records of their own, so this group has a name here and no steps.
OURS = Group(
    key="ours",
    code="c4p",
    title="Ours",
    about="Steps in your own words. They are best found together with your therapist.",
)

GROUPS: tuple[Group, ...] = (safety.GROUP, near.GROUP, touch.GROUP, closer.GROUP, OURS)
STEPS: tuple[Step, ...] = (*safety.STEPS, *near.STEPS, *touch.STEPS, *closer.STEPS)

# The day on which the words of all groups and steps changed together, for whoever answered before (docs/frozen.md).
REWORDED = date(2026, 11, 26)
TOLD_FOR = timedelta(days=31)

_BY_KEY = {step.key: step for step in STEPS}


def group_of(key: str) -> Group:
    """Give the group with this key. Raises KeyError when there is none."""
    for group in GROUPS:
        if group.key == key:
            return group
    raise KeyError(key)


def step_of(key: str) -> Step:
    """Give the step with this key. Raises KeyError when there is none."""
    return _BY_KEY[key]


def steps_in(group_key: str) -> tuple[Step, ...]:
    """Give the steps of a group in the order of reading; empty for a group without steps of ours."""
    return tuple(step for step in STEPS if step.group == group_key)


def reworded_lately(day: date) -> bool:
    """Whether people still have to be told, on this day of theirs, that the words of all steps changed."""
    return REWORDED <= day <= REWORDED + TOLD_FOR
