"""The ladder of small steps: what may be done, for whom, where, how long, and what ends it.

Pure data, without a database or a request. Its order is an order of reading, not a way up: no step leads to
another, an open step promises nothing, and staying or stepping back is as good as going on.
"""

from couples.content.ladder import closer, near, safety, touch
from couples.content.ladder.words import OWN_SIGNALS, Group, Step, sentence_for, words_of

__all__ = [
    "GROUPS",
    "OWN_SIGNALS",
    "STEPS",
    "Group",
    "Step",
    "group_of",
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
    about="Steps in your own words, best found together with your therapist.",
)

GROUPS: tuple[Group, ...] = (safety.GROUP, near.GROUP, touch.GROUP, closer.GROUP, OURS)
STEPS: tuple[Step, ...] = (*safety.STEPS, *near.STEPS, *touch.STEPS, *closer.STEPS)

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
