"""The ladder: every step says all it has to say, and none of it urges or grades."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest

from couples.content.ladder import (
    GROUPS,
    REWORDED,
    STEPS,
    Step,
    reworded_lately,
    sentence_for,
    step_of,
    steps_in,
    words_of,
)

WORDY = ("title", "who", "for_whom", "where", "how_long", "stop", "care")
# Words that push, praise or grade; a step is never a rung that somebody is behind on.
URGING = (
    "should", "must", "have to", "ought", "level up", "level", "score", "next step", "well done", "progress",
    "try harder", "challenge", "achieve", "reward", "earn", "streak", "keep it up", "unlock",
)  # fmt: skip
each_step = pytest.mark.parametrize("step", STEPS, ids=lambda step: step.key)


def test_keys_are_unique_and_fit_for_an_address():
    keys = [step.key for step in STEPS]
    assert len(set(keys)) == len(keys)
    assert all(re.fullmatch(r"[a-z]+(-[a-z]+)*", key) for key in keys)


def test_the_groups_are_read_in_their_order():
    assert [group.key for group in GROUPS] == ["safety", "near", "touch", "closer", "ours"]
    assert all(group.title and group.about for group in GROUPS)


def test_there_are_steps_enough_in_each_group_but_ours():
    assert len(STEPS) >= 40
    assert all(len(steps_in(key)) >= 7 for key in ("safety", "near", "touch", "closer"))
    assert steps_in("ours") == ()


def test_four_steps_of_safety_and_four_of_near_can_be_done_from_two_places():
    for key in ("safety", "near"):
        assert sum(step.from_two_places for step in steps_in(key)) >= 4
    for step in STEPS:
        if step.from_two_places:
            assert re.search(r"phone|message|wherever|video|call", words_of(step)), step.key
            assert step.group in ("safety", "near")


def test_new_words_are_told_for_a_month_to_everybody_and_then_no_more():
    day = timedelta(days=1)
    assert not reworded_lately(REWORDED - day)
    assert reworded_lately(REWORDED) and reworded_lately(REWORDED + 31 * day)
    assert not reworded_lately(REWORDED + 32 * day)


def test_every_step_is_in_a_group_and_found_by_its_key():
    known = {group.key for group in GROUPS}
    for step in STEPS:
        assert step.group in known
        assert step_of(step.key) is step
    with pytest.raises(KeyError):
        step_of("nothing-of-the-kind")


@each_step
def test_every_field_is_filled_with_a_sentence(step: Step):
    for name in WORDY:
        words = getattr(step, name)
        assert words == words.strip() and words, name
        assert "\n" not in words, name
        if name != "title":
            assert words[-1] in ".?!”", name


@each_step
def test_a_directed_step_names_both_and_an_undirected_step_neither(step: Step):
    words = words_of(step)
    if step.directed:
        assert "{doer}" in step.who
        assert "{other}" in step.who + step.for_whom
        assert "{doer}" in step.for_whom or "{other}" in step.for_whom
        assert "oth of you" not in words.split("\n", 2)[2]
    else:
        assert "{" not in words
        assert "Both of you" in step.who
    assert not re.search(r"\{(?!doer\}|other\})", words)


@each_step
def test_a_directed_step_reads_well_for_you_and_for_a_name(step: Step):
    for doer, other in (("you", "Noor"), ("Noor", "you")):
        for name in WORDY:
            words = sentence_for(getattr(step, name), doer, other)
            assert "{" not in words
            assert not re.search(r"(?:^|[.?!] )you\b", words), "a sentence begins with a small you"
    # A verb or an ending that changes with the person would be wrong for one of the two readers.
    assert not re.search(r"\{(doer|other)\}('s| (is|has|was|does|\w+s)\b)", words_of(step))


@each_step
def test_every_stop_has_a_word_and_a_gesture_and_asks_no_reason(step: Step):
    for colour in ("green", "yellow", "red"):
        assert f"“{colour}”" in step.stop or f"“{colour.title()}”" in step.stop
    assert re.search(r"\b(hand|tap)\b", step.stop)
    assert "reason" in step.stop or "asks why" in step.stop


@each_step
def test_no_step_urges_or_grades(step: Step):
    for word in URGING:
        assert not re.search(rf"\b{word}\b", words_of(step), re.IGNORECASE), word


def test_no_group_urges_or_grades():
    for group in GROUPS:
        for word in URGING:
            assert not re.search(rf"\b{word}\b", group.title + " " + group.about, re.IGNORECASE), word


@each_step
def test_one_changed_letter_is_another_version_of_the_words(step: Step):
    for name in WORDY:
        assert words_of(replace(step, **{name: getattr(step, name) + "x"})) != words_of(step), name
    assert words_of(replace(step, directed=not step.directed)) != words_of(step)


def test_no_two_steps_have_the_same_words():
    assert len({words_of(step) for step in STEPS}) == len(STEPS)


def test_a_name_is_never_read_as_a_place_for_another_name():
    assert sentence_for("{doer} and {other}.", "{other}", "Noor") == "{other} and Noor."


def test_a_small_name_keeps_its_own_spelling():
    assert sentence_for("{doer} can sit. {other} may go.", "noor", "you") == "noor can sit. You may go."


def test_your_partner_begins_a_sentence_with_a_capital():
    assert sentence_for("{doer} can sit. {other} may go, if {doer} nods.", "your partner", "you") == (
        "Your partner can sit. You may go, if your partner nods."
    )
