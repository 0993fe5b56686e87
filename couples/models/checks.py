"""What `manage.py check --database default`, `migrate` and the start say of the master keys."""

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from django.core.checks import CheckMessage, Error, Tags, register
from django.db import connection

from couples.lib import vault
from couples.lib.ids import PLACE
from couples.models.keys import WrappedKey, masters

LOOKED_AT = 5


def unreadable_key() -> str | None:
    """One sentence where VAULT_KEYS are not those of this database; None where they are, or where there is no key yet.

    A few wrapped keys are looked at: that of this place, which every role may read, and others that may be read. One
    that is under a known master key is enough, also where it was damaged: that is its own misfortune, and stops nobody
    else. Raises DatabaseError where the database cannot be asked.
    """
    if WrappedKey._meta.db_table not in connection.introspection.table_names():
        return None
    rows = [*WrappedKey.objects.filter(owner=PLACE), *WrappedKey.objects.order_by("owner")[:LOOKED_AT]]
    return none_opens(((row.owner, bytes(row.wrapped)) for row in rows), "database")


def none_opens(wrapped_keys: Iterable[tuple[UUID, bytes]], sealed_in: str) -> str | None:
    """One sentence where each of these keys (owner, wrapped) is under a master key that is not here; None otherwise."""
    said = None
    for owner, wrapped in wrapped_keys:
        try:
            masters().unwrap(wrapped, owner)
        except vault.MasterKeyMissing as problem:
            said = f"VAULT_KEYS do not open what is sealed in this {sealed_in} ({str(problem).rstrip('.')})."
        except vault.NotGenuine:
            return None
        else:
            return None
    return said


@register(Tags.database)
def the_master_keys_open_what_is_here(
    app_configs: Any = None, databases: Sequence[str] | None = None, **kwargs: Any
) -> list[CheckMessage]:
    """An error where VAULT_KEYS are valid, but not those of this database."""
    problem = unreadable_key() if "default" in (databases or ()) else None
    return [Error(problem, id="couples.keys")] if problem else []
