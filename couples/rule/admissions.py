"""What an admission covers: one of three classes of things; an older one, until it ends, a single kind. Pure.

In Python and, as `class_in_sql`, in SQL. A class covers also the kinds that a later release adds to it.
"""

from typing import Final

from couples.content.kinds import KINDS
from couples.rule.consent import EVERYDAY, HEAVY, OWN_STEP, scope_of

STEPS: Final = "steps"  # also the words of own steps, which a welcome for everyday things covers
CLASSES: Final = (EVERYDAY, HEAVY, STEPS)  # in the order of pages
TO_STEPS: Final = frozenset({STEPS, OWN_STEP})  # what an admission to steps names, or named before


def class_of(kind: str) -> str:
    """The class that a kind of record falls under, one of CLASSES. Raises ValueError for an unknown kind."""
    return STEPS if kind in KINDS and KINDS[kind].of_steps else scope_of(kind)


def kinds_of(admitted: str) -> frozenset[str]:
    """The kinds that an admission covers: all that can be shared of its class, or the one that it names alone."""
    if admitted not in CLASSES:
        return frozenset({admitted})
    return frozenset(name for name, kind in KINDS.items() if not kind.is_alone and class_of(name) == admitted)


def both_admit(one: str, other: str) -> str:
    """What two admissions cover together: their class, the kind where one names it alone, or "" for nothing."""
    if one == other:
        return one
    return next((kind for kind, by in ((one, other), (other, one)) if by in CLASSES and kind in kinds_of(by)), "")


def class_in_sql(column: str) -> str:
    """The class of the kind in a column, NULL where that names a class already: `class_of`, where a row can stand."""
    heavy, of_steps, classes = (
        ", ".join(f"'{name}'" for name in names)
        for names in (sorted(kinds_of(HEAVY)), sorted(kinds_of(STEPS)), CLASSES)
    )
    return (
        f"CASE WHEN {column} IN ({classes}) THEN NULL WHEN {column} IN ({heavy}) THEN '{HEAVY}'"
        f" WHEN {column} IN ({of_steps}) THEN '{STEPS}' ELSE '{EVERYDAY}' END"
    )
