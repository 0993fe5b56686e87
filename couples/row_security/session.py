"""Tells the database who is reading: on PostgreSQL each row decides for itself who may read it (`policies.py`).

The person and the instant are told to the database for one transaction; what the policies let out depends on them. A
forgotten filter then gives nothing that was not open anyway. Where no second wall stands (SQLite, or SECOND_WALL off)
these do nothing.
"""

import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import astuple, dataclass, replace
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction


@dataclass(frozen=True, slots=True)
class Faced:
    """What the policies of a transaction know: who asks, at which instant, and which exception holds."""

    person: str = ""
    at: str = ""
    settling: str = ""  # the one pair whose yeses and openings a writing verb may see and store
    checking: str = ""  # "on" while the yeses under what is open are checked for being genuine
    pair: str = ""  # the one couple a therapist looks at
    sending: str = ""  # "on" while waiting mail is sent, which no page can read
    unstored: str = ""  # JSON: what opens by what nobody has stored yet: words ("revisions" of "records"), and "kinds"


SETTINGS = ("app.uid", "app.now", "app.settling", "app.checking", "app.pair", "app.sending", "app.unstored")
# What the database has noted for the one it faces (`policies.py`), until it faces somebody else, another instant or a
# pair that was settled.
SEEN = ("seats", "keys", "opened", "openings", "revisions", "records", "answers", "checked")
NOBODY = Faced()
ALL_NEW = (None,) * len(SETTINGS)
_faced: ContextVar[Faced] = ContextVar("whom the database faces", default=NOBODY)


@contextmanager
def as_reader(person: UUID, at: datetime) -> Iterator[None]:
    """One transaction in which the database faces this person at this instant. Inside another it is a part of it."""
    with _as(replace(_faced.get(), person=str(person), at=at.isoformat())):
        yield


@contextmanager
def settling(pair: UUID) -> Iterator[None]:
    """The named exception for actions: they see and store the yeses and openings of this one pair, of both
    seats. The caller holds the pair's lock, or only works out what opened at a door that nobody has stored yet."""
    with _as(replace(_faced.get(), settling=str(pair))):
        yield


@contextmanager
def looking_at(pair: UUID) -> Iterator[None]:
    """A therapist looks at this couple: of all others they are introduced to, nothing comes out."""
    with _as(replace(_faced.get(), pair=str(pair))):
        yield


@contextmanager
def letting_out(revisions: Iterable[UUID], records: Iterable[UUID], kinds: Iterable[str] = ()) -> Iterator[None]:
    """The words of what has opened and stands in no table yet: they come out as they will once it is stored.

    `kinds` are those to which a therapist is admitted by such an opening alone: with it what was open before comes out,
    if both their yeses to the therapist's card stand in the tables.
    """
    named = {
        "revisions": [str(each) for each in revisions],
        "records": [str(each) for each in records],
        "kinds": sorted(kinds),
    }
    with _as(replace(_faced.get(), unstored=json.dumps(named))):
        yield


@contextmanager
def checking() -> Iterator[None]:
    """The named exception for checking digests: the yeses under what is open to who asks may be read, and no others.

    While a pair is settled its yeses may be read anyway, and this adds nothing.
    """
    faced = _faced.get()
    with _as(faced if faced.settling else replace(faced, checking="on")):
        yield


@contextmanager
def sending() -> Iterator[None]:
    """The named exception for whoever sends mail: it alone reads what waits, and nothing else."""
    with _as(Faced(sending="on")):
        yield


@contextmanager
def _as(faced: Faced) -> Iterator[None]:
    if connection.vendor != "postgresql" or not settings.SECOND_WALL:
        yield
        return
    before = _faced.get()
    if faced == before and connection.in_atomic_block:
        yield
        return
    token = _faced.set(faced)
    try:
        if connection.in_atomic_block:
            tell(faced, before)
            try:
                yield
            finally:
                # In a transaction that failed nothing can be told; going back to before it failed tells the rest.
                if not _has_failed():
                    tell(before, faced)
        else:
            with transaction.atomic():
                tell(faced, None)
                yield
    finally:
        _faced.reset(token)


def _has_failed() -> bool:
    return connection.needs_rollback or connection.connection.info.transaction_status.name == "INERROR"


def tell(faced: Faced, before: Faced | None) -> None:
    """Tell the database whom it faces until this transaction ends, where it was told `before` (None: nothing yet).

    It forgets what it had noted, unless nothing but checking begins or ends.
    """
    told = {
        name: now
        for name, now, then in zip(SETTINGS, astuple(faced), astuple(before) if before else ALL_NEW, strict=True)
        if now != then
    }
    if set(told) != {"app.checking"}:
        told |= dict.fromkeys((f"app.{name}" for name in SEEN), "")
    asked = ", ".join("set_config(%s, %s, true)" for _ in told)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {asked}", [part for pair in told.items() for part in pair])
