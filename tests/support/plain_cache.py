"""A cache in memory that takes only what the one in the database takes, too."""

import json
from typing import Any

from django.core.cache.backends.locmem import LocMemCache


class PlainCache(LocMemCache):
    """Refuses what JSON cannot write (TypeError): on PostgreSQL tries are counted in a table (trustapp/cache.py)."""

    def set(self, key: Any, value: Any, *args: Any, **kwargs: Any) -> None:
        """Store a value as it would come back."""
        super().set(key, json.loads(json.dumps(value)), *args, **kwargs)

    def add(self, key: Any, value: Any, *args: Any, **kwargs: Any) -> bool:
        """Store a value as it would come back, where there is none."""
        return super().add(key, json.loads(json.dumps(value)), *args, **kwargs)
