"""Rows that show they were written here: a keyed digest over each yes and each opening, checked before they count.

Somebody who can write to the database, and to nothing else, cannot invent or change a yes: the pair's key, wrapped
under a master key, is not theirs. What it does not stop is said in docs/threat-model.md (putting an old genuine row
back, for instance).
"""

import hmac
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from hashlib import sha256
from itertools import islice
from typing import Any, ClassVar, Self, TypeVar, cast
from uuid import UUID

from django.db import models

from couples.models.keys import key_for_sealing, key_of
from couples.models.sealed import Sealed

DIGEST_LENGTH = 64
UNSIGNED = ""  # what was closed while its pair's key could not be read: it counts for nothing


class Signed(models.Model):
    """A row with a digest over its facts, under the key of its pair."""

    digest = models.CharField(max_length=DIGEST_LENGTH, default=UNSIGNED, editable=False)

    SIGNED: ClassVar[tuple[str, ...]] = ()  # the names of the attributes that the digest covers
    SIGNED_WHERE_SET: ClassVar[tuple[str, ...]] = ()  # younger ones: rows signed before them were signed without
    pair_id: UUID

    class Meta:
        abstract = True

    def sign(self, more: Iterable[str] = ()) -> Self:
        """Note that this row, as it is now, is written by us. `more` are facts beside it that it stands for."""
        self.digest = key_for_sealing(self.pair_id).digest(self._facts(more))
        return self

    def is_signed(self, more: Iterable[str] = ()) -> bool:
        """Whether the row is as it was signed. Raises vault.Unreadable where the pair's key cannot be had."""
        return hmac.compare_digest(self.digest, key_of(self.pair_id).digest(self._facts(more)))

    @classmethod
    def only_signed(cls, rows: Iterable[Self]) -> Iterator[Self]:
        """Those of these rows that were written here."""
        return (row for row in rows if row.is_signed())

    def _facts(self, more: Iterable[str]) -> list[str]:
        facts = [self._meta.label_lower]
        for name in self.SIGNED:
            value = self.sealed(name) if name == "words" else getattr(self, name)
            facts.append(_as_text(value))
        set_later = ((name, getattr(self, name)) for name in self.SIGNED_WHERE_SET)
        facts += [f"{name} {_as_text(value)}" for name, value in set_later if value is not None]
        return [*facts, *more]

    def sealed(self, name: str) -> Sealed | None:
        """The sealed words of a field as they are stored, sealing now what is new."""
        field = cast("Any", self._meta.get_field(name))
        self.__dict__[name] = field.pre_save(self, self._state.adding)
        return self.__dict__[name]


def _as_text(value: object) -> str:
    if value is None:
        return "none"
    if isinstance(value, Sealed):
        return sha256(value).hexdigest()
    if isinstance(value, (datetime, date)):
        return value.isoformat()
    return value.hex if isinstance(value, UUID) else str(value)


Row = TypeVar("Row", bound=Signed, covariant=True)
AT_A_TIME = 500  # rows checked together while many are read


class Checked(models.QuerySet[Row]):
    """Signed rows. After `signed()`, those that were not written here do not come out as rows.

    Questions that give no rows (`exists`, `values`, a subquery) are not checked: nothing may be shown because of them
    alone.
    """

    _only_signed = False

    def signed(self) -> Self:
        """These rows without any that was not written here."""
        found = self.all()
        found._only_signed = True
        return found

    def iterator(self, chunk_size: int | None = None) -> Iterator[Row]:
        """The rows one after the other, checked some at a time."""
        rows = super().iterator(chunk_size)
        if not self._only_signed:
            yield from rows
            return
        while some := list(islice(rows, AT_A_TIME)):
            yield from self.model.only_signed(some)

    def _clone(self) -> Self:
        clone: Self = super()._clone()  # type: ignore[misc]
        clone._only_signed = self._only_signed
        return clone

    def _fetch_all(self) -> None:
        fresh = self._result_cache is None
        super()._fetch_all()
        if fresh and self._only_signed and self._iterable_class is models.query.ModelIterable:
            self._result_cache = list(self.model.only_signed(self._result_cache or []))


def signed_together(*questions: Any) -> list[list[Any]]:
    """The rows of several questions about one model, without any that was not written here: checked together."""
    asked = []
    for question in questions:
        bare = question.all()
        bare._only_signed = False
        asked.append(list(bare))
    every = [row for rows in asked for row in rows]
    genuine = {id(row) for row in type(every[0]).only_signed(every)} if every else set()
    return [[row for row in rows if id(row) in genuine] for rows in asked]
