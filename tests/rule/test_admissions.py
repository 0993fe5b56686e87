"""What an admission of a therapist covers: a class of things, or, in older ones, a kind alone."""

import pytest

from couples.content import kinds
from couples.rule.admissions import CLASSES, both_admit, kinds_of


def test_the_classes_of_admissions_hold_every_kind_that_can_be_shared_once() -> None:
    shared = [name for name, kind in kinds.KINDS.items() if not kind.is_alone]
    assert sorted(kind for each in CLASSES for kind in kinds_of(each)) == sorted(shared)
    assert not set(CLASSES) & kinds.KINDS.keys(), "a class is told from a kind by its name"


@pytest.mark.parametrize(
    ("one", "other", "both"),
    [
        ("everyday", "everyday", "everyday"),
        ("everyday", "boundary", "boundary"),  # an older admission, which named a kind alone
        ("boundary", "boundary", "boundary"),
        ("boundary", "agreement", ""),
        ("everyday", "heavy", ""),
        ("heavy", "boundary", ""),
        ("steps", "step", "step"),
    ],
)
def test_two_admissions_cover_together_what_each_of_them_covers(one: str, other: str, both: str) -> None:
    assert both_admit(one, other) == both_admit(other, one) == both
