"""The keys of people and pairs, wrapped, and the ring that holds them open for the length of one request."""

from base64 import b64decode, b64encode
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import lru_cache
from typing import ClassVar
from uuid import UUID

from django.conf import settings
from django.db import models, transaction

from couples.lib import vault


class WrappedKey(models.Model):
    """One key: a person's, for their words, a pair's, for the digests of its yeses, or this place's.

    No foreign key leads here, and destroying a row is all that erasure needs.
    """

    owner = models.UUIDField(primary_key=True, editable=False)  # the id of the person or the pair
    wrapped = models.BinaryField()

    objects: ClassVar[models.Manager["WrappedKey"]] = models.Manager()

    def __str__(self) -> str:
        return f"wrapped key of {self.pk}"


OpenKeys = dict[UUID, vault.Key]
_open_keys: ContextVar[OpenKeys | None] = ContextVar("the keys open now", default=None)


@contextmanager
def open_keys() -> Iterator[None]:
    """Keep the keys that are needed open until this ends, so that each is fetched once. Within a ring it adds nothing.

    A ring lasts for a request or an act, never longer: a key that was erased is gone from the next one.
    """
    if _open_keys.get() is not None:
        yield
        return
    token = _open_keys.set({})
    try:
        yield
    finally:
        _open_keys.reset(token)


def masters() -> vault.MasterKeys:
    """The master keys of this place, from the settings."""
    return _masters(tuple(settings.VAULT_KEYS))


@lru_cache(maxsize=8)
def _masters(keys: tuple[bytes, ...]) -> vault.MasterKeys:
    return vault.MasterKeys(keys)


def cache_keys(*wrapped_keys: tuple[UUID | None, bytes | None]) -> None:
    """Put wrapped keys that came with another query (owner, wrapped) on the ring. Without a ring it does nothing.

    One that cannot be read stays off it: whoever needs it learns so from `key_of`, and nobody else does.
    """
    keys = _open_keys.get()
    if keys is None:
        return
    for owner, wrapped in wrapped_keys:
        if owner is not None and wrapped is not None and owner not in keys:
            with suppress(vault.Unreadable):
                keys[owner] = masters().unwrap(bytes(wrapped), owner)


def key_of(owner: UUID | None) -> vault.Key:
    """The key of a person or a pair. Raises KeyGone, MasterKeyMissing or NotGenuine."""
    keys = _open_keys.get()
    if owner is not None and keys is not None and owner in keys:
        return keys[owner]
    row = WrappedKey.objects.filter(owner=owner).first() if owner is not None else None
    if row is None:
        raise vault.KeyGone(f"there is no key of {owner}")
    return _open(row)


def key_for_sealing(owner: UUID) -> vault.Key:
    """The key of a person or a pair, made now where there was none.

    A key that is there but cannot be opened is never replaced: raises MasterKeyMissing or NotGenuine.
    """
    try:
        return key_of(owner)
    except vault.KeyGone:
        pass
    with transaction.atomic():  # two at once make one: the second finds the first's
        row, _ = WrappedKey.objects.get_or_create(
            owner=owner, defaults={"wrapped": masters().wrap(vault.new_key(), owner)}
        )
    return _open(row)


def forget(owner: UUID) -> None:
    """Destroy the key of a person or a pair. What is sealed under it cannot be read again."""
    WrappedKey.objects.filter(owner=owner).delete()
    keys = _open_keys.get()
    if keys is not None:
        keys.pop(owner, None)


def _open(row: WrappedKey) -> vault.Key:
    key = masters().unwrap(bytes(row.wrapped), row.owner)
    keys = _open_keys.get()
    if keys is not None:
        keys[row.owner] = key
    return key


@dataclass(slots=True)
class Rewrapped:
    """What a pass over all keys did. `problems` are for the operator: which key, and why it could not be opened."""

    rewrapped: int = 0
    already: int = 0
    gone: int = 0
    problems: list[str] = field(default_factory=list)


def rewrap(at_a_time: int = 500) -> Rewrapped:
    """Wrap every key under the newest master key. Safe while the site runs, and to stop and begin anew at any time.

    A key is replaced only as it was read: one erased meanwhile does not come back.
    """
    done, last = Rewrapped(), UUID(int=0)
    while True:
        rows = list(WrappedKey.objects.filter(owner__gt=last).order_by("owner")[:at_a_time])
        if not rows:
            return done
        with transaction.atomic():
            for row in rows:
                _rewrap(row.owner, bytes(row.wrapped), done)
        last = rows[-1].owner


def _rewrap(owner: UUID, wrapped: bytes, done: Rewrapped) -> None:
    if masters().is_newest(wrapped):
        done.already += 1
        return
    try:
        anew = masters().wrap(masters().unwrap(wrapped, owner), owner)
    except vault.Unreadable as problem:
        done.problems.append(f"the key of {owner}: {problem}")
        return
    if WrappedKey.objects.filter(owner=owner, wrapped=wrapped).update(wrapped=anew):
        done.rewrapped += 1
    else:
        done.gone += 1


def seal_aside(owner: UUID, purpose: str, text: str) -> str:
    """A text sealed for its owner, to lie outside the tables of this app (in a session, say)."""
    return b64encode(key_for_sealing(owner).seal(text.encode(), ("aside", purpose, owner.hex))).decode()


def unseal_aside(owner: UUID, purpose: str, sealed: str) -> str:
    """The text behind `seal_aside`; "" for anything else. Raises vault.Unreadable where the key cannot be had."""
    try:
        return key_of(owner).unseal(b64decode(sealed), ("aside", purpose, owner.hex)).decode()
    except (vault.NotGenuine, ValueError):
        return ""
