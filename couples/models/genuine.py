"""Rows that show they were written here: a keyed digest over each yes and each opening, checked before they count.

Somebody who can write to the database, and to nothing else, cannot invent or change a yes: the pair's key, wrapped
under a master key, is not theirs. What it does not stop is said in docs/threat-model.md (putting an old genuine row
back, for instance).
"""

import hmac
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from hashlib import sha256
from typing import TYPE_CHECKING, Any, ClassVar, Self, cast
from uuid import UUID

from django.db import models

from couples.models.keys import key_for_sealing, key_of
from couples.models.sealed import Sealed

if TYPE_CHECKING:
    from couples.models.yeses import Opening, Rest

DIGEST_LENGTH = 64


class Signed(models.Model):
    """A row with a digest over its facts, under the key of its pair."""

    digest = models.CharField(max_length=DIGEST_LENGTH, default="", editable=False)

    SIGNED: ClassVar[tuple[str, ...]] = ()  # the names of the attributes that the digest covers
    pair_id: UUID

    class Meta:
        abstract = True

    def sign(self, more: Iterable[str] = ()) -> Self:
        """Note that this row, as it is now, is written by us. `more` are facts beside it that it stands for."""
        self.digest = key_for_sealing(self.pair_id).digest(self._facts(more))
        return self

    def is_genuine(self, more: Iterable[str] = ()) -> bool:
        """Whether the row is as it was signed. Raises vault.Unreadable where the pair's key cannot be had."""
        return hmac.compare_digest(self.digest, key_of(self.pair_id).digest(self._facts(more)))

    def _facts(self, more: Iterable[str]) -> list[str]:
        facts = [self._meta.label_lower]
        for name in self.SIGNED:
            value = self.sealed(name) if name == "words" else getattr(self, name)
            facts.append(_as_text(value))
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


def opening_rests_on(yeses: Iterable[UUID]) -> list[str]:
    """The facts beside an opening that its digest covers: the yeses it rests on."""
    return sorted(yes.hex for yes in yeses)


class GenuineYeses(models.QuerySet["Yes"]):
    """Yeses. After `genuine()`, those whose digest fails do not come out."""

    _genuine = False

    def genuine(self) -> Self:
        """These yeses without any that was not written here."""
        found = self._chain()
        found._genuine = True
        return found

    def _clone(self) -> Self:
        clone = super()._clone()  # type: ignore[misc]
        clone._genuine = self._genuine
        return clone

    def _fetch_all(self) -> None:
        fresh = self._result_cache is None  # type: ignore[has-type]
        super()._fetch_all()  # type: ignore[misc]
        if fresh and self._genuine and self._iterable_class is models.query.ModelIterable:  # type: ignore[attr-defined]
            self._result_cache = [yes for yes in self._result_cache if yes.is_genuine()]


class Openings(models.QuerySet["Opening"]):
    """Openings. After `genuine()`, those that rest on anything not written here do not come out."""

    _genuine = False

    def genuine(self) -> Self:
        """These openings without any that was not written here, or that rests on such a yes. Costs one query."""
        found = self._chain()
        found._genuine = True
        return found

    def _clone(self) -> Self:
        clone = super()._clone()  # type: ignore[misc]
        clone._genuine = self._genuine
        return clone

    def _fetch_all(self) -> None:
        fresh = self._result_cache is None  # type: ignore[has-type]
        super()._fetch_all()  # type: ignore[misc]
        if fresh and self._genuine and self._iterable_class is models.query.ModelIterable:  # type: ignore[attr-defined]
            self._result_cache = list(genuine_openings(self._result_cache))

    def iterator(self, chunk_size: int | None = None) -> Iterator["Opening"]:
        """The openings a chunk at a time, checked like all others."""
        if not self._genuine:
            yield from super().iterator(chunk_size)
            return
        rows: list[Opening] = []
        for row in super().iterator(chunk_size or 2000):
            rows.append(row)
            if len(rows) == (chunk_size or 2000):
                yield from genuine_openings(rows)
                rows = []
        yield from genuine_openings(rows)


def genuine_openings(openings: Iterable["Opening"]) -> Iterator["Opening"]:
    """Those of these openings that were written here, and rest on yeses that were.

    One that rests on something erased has no yes any more that could be shown: it is not open, and passes.
    """
    from couples.models.yeses import Rest

    rows = list(openings)
    if not rows:
        return
    rests: dict[UUID, list[Rest]] = {row.pk: [] for row in rows}
    for rest in Rest.objects.filter(opening__in=rows).select_related("yes"):
        rests[rest.opening_id].append(rest)
    for row in rows:
        if opening_is_genuine(row, rests[row.pk]):
            yield row


def opening_is_genuine(opening: "Opening", rests: Iterable["Rest"]) -> bool:
    """Whether an opening, what it rests on, and the words it shows belong together as they were written here.

    `rests` are all of the opening's, with their yeses.
    """
    yeses = [rest.yes for rest in rests]
    if any(yes is None for yes in yeses):
        return True
    found = [yes for yes in yeses if yes is not None]
    covers_its_words = opening.revision_id is None or any(yes.revision_id == opening.revision_id for yes in found)
    return (
        covers_its_words
        and all(yes.pair_id == opening.pair_id and yes.is_genuine() for yes in found)
        and opening.is_genuine(opening_rests_on(yes.pk for yes in found))
    )
