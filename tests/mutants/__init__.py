"""Seeded mistakes, and whether the tests notice them: `run.py` tries them, one file here for each part of the house."""

from tests.mutants import (
    of_acts,
    of_every_answer,
    of_operation,
    of_spellings,
    of_the_rule,
    of_the_wall,
    of_what_is_read,
)
from tests.mutants.mutant import Mutant


def every_mutant() -> list[Mutant]:
    """All seeded mistakes, those of the rule first."""
    rooms = (of_the_rule, of_what_is_read, of_acts, of_every_answer, of_the_wall, of_spellings, of_operation)
    return [mutant for room in rooms for mutant in room.MUTANTS]
