"""What `manage.py check --database default`, `migrate` and the start say of the master keys."""

from collections.abc import Sequence
from typing import Any

from django.core.checks import CheckMessage, Error, Tags, register
from django.db import connection

from couples.lib import vault
from couples.lib.ids import PLACE
from couples.models.keys import WrappedKey, masters


def unreadable_key() -> str | None:
    """One sentence where a wrapped key of this database does not open under VAULT_KEYS; None where it does, or where
    there is none yet.

    One is enough: it is the key of this place, which every role may read, or else any that may be read. Raises
    DatabaseError where the database cannot be asked.
    """
    if WrappedKey._meta.db_table not in connection.introspection.table_names():
        return None
    row = WrappedKey.objects.filter(owner=PLACE).first() or WrappedKey.objects.order_by("owner").first()
    try:
        if row is not None:
            masters().unwrap(bytes(row.wrapped), row.owner)
    except vault.Unreadable as problem:
        return f"VAULT_KEYS do not open what is sealed in this database ({str(problem).rstrip('.')})."
    return None


@register(Tags.database)
def the_master_keys_open_what_is_here(
    app_configs: Any = None, databases: Sequence[str] | None = None, **kwargs: Any
) -> list[CheckMessage]:
    """An error where VAULT_KEYS are valid, but not those of this database."""
    problem = unreadable_key() if "default" in (databases or ()) else None
    return [Error(problem, id="couples.keys")] if problem else []
