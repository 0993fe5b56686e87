"""The kinds of record: their words, their fields, and which of the fields are for the author alone, for ever.

A new kind is one entry in one of the files below, and a place in its `HERE`; what anything else has to know of a kind
stands in its entry (`kind_types.Kind`), and `tests/content/test_a_new_kind.py` walks one through every page.
"""

from datetime import date, timedelta

from couples.content import kinds_alone, kinds_apart, kinds_everyday, kinds_letters
from couples.content.kind_parts import TENDER
from couples.content.kind_types import Kind
from couples.content.kinds_apart import (
    BREACH,
    BROKEN_AGREEMENT,
    LIMIT,
    LOOK_BACK,
    OWN_STEP,
    REPAIR,
    is_of_a_limit,
    is_of_an_agreement,
)
from couples.content.kinds_everyday import AGREEMENT, BOUNDARY, PROMISE, REQUEST, TENDER_AREAS, TOPIC, TRIGGER_PLAN
from couples.content.kinds_letters import REPLY

# In the order of the pages that list them.
KINDS: dict[str, Kind] = {
    kind.name: kind for kind in (*kinds_everyday.HERE, *kinds_letters.HERE, *kinds_apart.HERE, *kinds_alone.HERE)
}

# A welcome covers its class, also what is added to it later; the pages of welcomes say so for a month.
ADDED = date(2026, 11, 27)
ADDED_KINDS = (kinds_everyday.TOPIC, kinds_everyday.SLIP_PLAN, kinds_letters.REPLY)
TOLD_FOR = timedelta(days=31)


def added_lately(day: date) -> tuple[Kind, ...]:
    """The kinds that joined a class within the last month, for as long as everybody is told of it."""
    return ADDED_KINDS if ADDED <= day <= ADDED + TOLD_FOR else ()


def heavy_kinds() -> frozenset[str]:
    """The kinds that the welcome for heavy things covers; that for everyday things covers all others."""
    return frozenset(name for name, kind in KINDS.items() if kind.heavy)


def is_tender(words: dict[str, str]) -> bool:
    """Whether their author says that these words are about touch or sex: in the field that asks, or by a boundary's
    area. (A step of a couple's own is tender too, whatever it says.)"""
    return bool(words.get(TENDER.name)) or words.get("area") in TENDER_AREAS


__all__ = [
    "ADDED",
    "REPLY",
    "added_lately",
    "AGREEMENT",
    "BOUNDARY",
    "BREACH",
    "BROKEN_AGREEMENT",
    "KINDS",
    "LIMIT",
    "LOOK_BACK",
    "OWN_STEP",
    "PROMISE",
    "REPAIR",
    "REQUEST",
    "TENDER_AREAS",
    "TOPIC",
    "TRIGGER_PLAN",
    "heavy_kinds",
    "is_of_a_limit",
    "is_of_an_agreement",
    "is_tender",
]
