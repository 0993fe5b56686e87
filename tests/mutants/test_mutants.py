"""Each seeded mistake can still be made: its text stands in its file just once, and the tests it names are there."""

import pytest

from tests.mutants import every_mutant
from tests.mutants.mutant import ROOT, Mutant

AT_LEAST = 40
PROMISED = (  # a mistake of each of these kinds is always tried
    "a night of 6.5 hours is enough",
    "a breach ends no acceptance",
    "an agreement ends no other of its chain",
    "a forgotten steps_on",
    "a page without no-store",
    "one admission lets a therapist in",
    "the author's page rests on the reading",
    "a page shows how many sit",
)


@pytest.mark.parametrize("mutant", every_mutant(), ids=lambda mutant: mutant.says)
def test_a_seeded_mistake_can_still_be_made(mutant: Mutant) -> None:
    assert mutant.source().count(mutant.old) == 1, f"{mutant.old!r} in {mutant.file}"
    compile(mutant.source().replace(mutant.old, mutant.new), mutant.file, "exec")
    assert all((ROOT / "tests" / name).exists() for name in mutant.likely)


def test_there_are_enough_of_them_and_each_says_something_else() -> None:
    said = [mutant.says for mutant in every_mutant()]
    assert len(said) >= AT_LEAST
    assert len(said) == len(set(said))
    assert set(PROMISED) <= set(said)
