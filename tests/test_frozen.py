"""What can never change, because it is bound into ciphertexts, signatures or digests (docs/frozen.md)."""

import json
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

from django.apps import apps

from couples.accounts import returning
from couples.content import ladder
from couples.content.kinds import KINDS
from couples.lib import ids, keyset
from couples.models.sealed import SealedField
from couples.models.signed import Signed
from couples.rule import consent, step_things
from couples.rule.admissions import CLASSES

FIXTURES = Path(__file__).resolve().parent / "fixtures"
FROZEN, REWORDED = FIXTURES / "frozen.json", FIXTURES / "reworded.json"
SEAT = UUID(int=7)


def sealed_fields() -> dict[str, dict[str, Any]]:
    """Every sealed field by "model.field": whose key seals it and what else it is bound to, in this order."""
    return {
        f"{model._meta.label_lower}.{field.name}": {"author": field.author, "bound": list(field.bound)}
        for model in apps.get_app_config("couples").get_models()
        for field in model._meta.local_fields
        if isinstance(field, SealedField)
    }


def signed_orders() -> dict[str, list[list[str]]]:
    """What is signed of each row, in this order, and what is signed behind it only where it is set."""
    return {
        model._meta.label_lower: [list(model.SIGNED), list(model.SIGNED_WHERE_SET)]
        for model in apps.get_app_config("couples").get_models()
        if issubclass(model, Signed)
    }


def digested_things() -> dict[str, str]:
    """The ids of what has no row of its own: one changed letter in a group or a step makes another thing."""
    found = {f"group {group.key}": step_things.group_thing(group) for group in ladder.GROUPS}
    for step in ladder.STEPS:
        doer = SEAT if step.directed else None
        found[f"step {step.key}"] = step_things.of_ladder(step, doer).thing
    found["own step"] = step_things.of_own_words(UUID(int=8), None).thing
    found["welcome everyday"] = consent.thing_of("welcome", consent.EVERYDAY)
    found["welcome heavy"] = consent.thing_of("welcome", consent.HEAVY)
    found["sitting"] = consent.thing_of("sitting")
    found["zone"] = consent.thing_of("zone", "Europe/Zurich")
    found["marks of a week"] = consent.marks_of(UUID(int=8), date(2026, 11, 23))
    found["terms"] = consent.terms_of(UUID(int=1), UUID(int=2))
    return {name: str(thing) for name, thing in found.items()}


def as_it_is() -> dict[str, Any]:
    """All of it, as the code says now."""
    return {
        "app label": apps.get_app_config("couples").label,
        "sealed fields": sealed_fields(),
        "signed": signed_orders(),
        "things": digested_things(),
        "kinds and their fields": {name: [field.name for field in kind.fields] for name, kind in KINDS.items()},
        "classes of admissions": list(CLASSES),
        "a keyed id": str(ids.keyed_id("opening", "x")),
        "a keyed digest": ids.keyed_digest("code", "x"),
        "salts": [keyset.SALT, returning.RETURNING],
        "the key of this place": str(ids.PLACE),
    }


def changed(frozen: Any, now: Any, where: str = "") -> list[str]:
    """What was frozen and is not any more; what was added since is no change."""
    if isinstance(frozen, dict):
        return [line for key in frozen for line in changed(frozen[key], (now or {}).get(key), f"{where} / {key}")]
    if where.startswith(" / kinds and their fields"):
        return [] if set(frozen) <= set(now or ()) else [where]
    return [] if frozen == now else [where]


def test_nothing_that_is_frozen_has_changed() -> None:
    assert not changed(json.loads(FROZEN.read_text(encoding="utf-8")), as_it_is())


def test_words_that_changed_for_everybody_never_come_back() -> None:
    """What was said yes to under older words of a step or a group is nothing that stands today."""
    reworded = json.loads(REWORDED.read_text(encoding="utf-8"))
    assert list(reworded) == [ladder.REWORDED.isoformat()], "the day that people are told of is the day of the change"
    older = {thing for things in reworded.values() for thing in things.values()}
    assert len(older) == 48
    assert older.isdisjoint(digested_things().values())


def test_a_changed_letter_is_noticed() -> None:
    other = as_it_is()
    other["things"]["group safety"] = str(UUID(int=1))
    other["signed"]["couples.yes"][0].reverse()
    del other["sealed fields"]["couples.revision.words"]
    found = changed(json.loads(FROZEN.read_text(encoding="utf-8")), other)
    assert len(found) == 4, found  # the group, the order, and both halves of the field


def test_what_was_added_is_frozen_too() -> None:
    """A new sealed field, signed model, kind or step joins the list (`write_down` below)."""
    assert not changed(as_it_is(), json.loads(FROZEN.read_text(encoding="utf-8")))


def write_down() -> None:
    """Add what is new to the list, and change nothing of what stands there."""
    frozen = json.loads(FROZEN.read_text(encoding="utf-8")) if FROZEN.exists() else {}
    gone = changed(frozen, as_it_is())
    assert not gone, f"these are frozen for ever: {gone}"
    text = json.dumps(as_it_is(), indent=1, ensure_ascii=False)
    FROZEN.write_text(text + "\n", encoding="utf-8")
