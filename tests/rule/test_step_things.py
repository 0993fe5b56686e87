"""What a yes to a step names, and what is known of it where the words have changed since."""

from uuid import UUID

import pytest

from couples.content import ladder
from couples.rule import step_things

MAYA, SAM = UUID(int=1), UUID(int=2)


def test_a_group_is_found_by_its_words_and_no_group_by_words_that_have_changed_since():
    group = ladder.GROUPS[0]
    assert step_things.group_of(step_things.group_thing(group)) is group
    assert step_things.group_of(UUID(int=3)) is None


def test_words_of_ones_own_are_another_thing_for_each_version_and_for_each_doer():
    words, others = UUID(int=8), UUID(int=9)
    things = [step_things.of_own_words(words, doer).thing for doer in (MAYA, SAM, None)]
    assert len({*things, step_things.of_own_words(others, None).thing}) == 4


@pytest.mark.parametrize("step", ladder.STEPS, ids=lambda step: step.key)
def test_a_step_has_a_doer_where_one_does_it_for_the_other_and_only_there(step):
    with pytest.raises(ValueError):
        step_things.of_ladder(step, None if step.directed else MAYA)
    ways = (MAYA, SAM) if step.directed else (None,)
    things = [step_things.of_ladder(step, doer) for doer in ways]
    assert len({each.thing for each in things}) == len(ways)
    assert {each.group for each in things} == {step_things.group_thing(ladder.group_of(step.group))}


def test_all_of_the_ladder_is_every_step_in_each_of_its_directions():
    found = step_things.all_of_ladder((MAYA, SAM))
    directed = sum(step.directed for step in ladder.STEPS)
    assert len(found) == len(ladder.STEPS) + directed
    assert all(thing == each.thing for thing, each in found.items())
    assert {each.doer for each in found.values()} == {MAYA, SAM, None}
