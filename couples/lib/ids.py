"""Where ids come from. They are random or keyed digests: a number that counts would tell of private writing."""

import secrets
from collections.abc import Sequence
from datetime import timedelta
from typing import TypeVar
from uuid import UUID, uuid4, uuid5

from django.utils.crypto import salted_hmac

Thing = TypeVar("Thing")

PLACE = UUID(int=1)  # the owner of the key of this place itself, for what belongs to no person's words


def random_id() -> UUID:
    """A fresh random id for a row."""
    return uuid4()


def id_of(text: str) -> UUID | None:
    """The id that an address or a form names; None where it is none."""
    try:
        return UUID(text)
    except ValueError:
        return None


def id_of_sent(once: UUID, *words: str) -> UUID:
    """What makes a form sent twice one act: its token and its words. The same form with other words is another act."""
    return uuid5(once, "\x1f".join(words))


def random_tie() -> str:
    """A random place among equals, stored with what it orders: 32 hex digits."""
    return secrets.token_hex(16)


def random_span(most: timedelta) -> timedelta:
    """A random length of time, to the microsecond, up to `most`."""
    return timedelta(microseconds=1 + secrets.randbelow(int(most / timedelta(microseconds=1))))


def random_one_of(things: Sequence[Thing]) -> Thing:
    """One of several, each as likely as the others."""
    return secrets.choice(things)


def keyed_id(*parts: str) -> UUID:
    """The id of something that follows from other rows: the same for whoever works it out, guessable by nobody."""
    digest = salted_hmac("couples.ids", "\x1f".join(parts), algorithm="sha256").digest()
    return UUID(bytes=digest[:16], version=4)


def keyed_digest(purpose: str, text: str) -> str:
    """A digest to store in place of a secret, such as the code of an invitation: 64 hex digits."""
    return salted_hmac(f"couples.{purpose}", text, algorithm="sha256").hexdigest()
