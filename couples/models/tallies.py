"""Tries that are counted in the database, where many processes share it (trustapp/cache.py)."""

from django.db import models


class Tally(models.Model):
    """What the cache keeps under one key: a digest that names nobody, a small value, and when it ends."""

    key = models.CharField(primary_key=True, max_length=64)
    value = models.TextField()
    ends_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return f"tally {self.key}"
