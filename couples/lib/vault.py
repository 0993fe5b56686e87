"""Sealing private words, and digests that show a row was written here. The only file that seals.

Each person has a key of their own for their words, each pair one for the digests of its yeses. These keys stand in
the database *wrapped*: sealed under a master key, which comes from the environment (`VAULT_KEYS`, newest first) and is
never stored beside them. Words are sealed with AES-GCM; what a ciphertext is bound to (model, field, row, author,
revision) is its associated data, so that one moved elsewhere cannot be unsealed. This file knows no database.

Facts: AES-256-GCM with random 96-bit nonces is safe for far more than the 2^32 messages under one key that NIST SP
800-38D allows (section 8.3), and a person's key seals thousands.
"""

import base64
import binascii
import hashlib
import hmac
import secrets
from collections.abc import Iterable
from typing import Final
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

KEY_BYTES: Final = 32
NONCE_BYTES: Final = 12
NAME_BYTES: Final = 8
STEP: Final = 256  # sealed text grows in steps of so many bytes, so that its size tells little of its length
LENGTH_BYTES: Final = 4
VERSION: Final = b"\x01"
BETWEEN: Final = "\x1f"


class Unreadable(Exception):
    """Something sealed cannot be unsealed. The text is for the operator and holds nobody's words."""


class MasterKeyMissing(Unreadable):
    """The master key that wrapped a key is not among VAULT_KEYS."""


class NotGenuine(Unreadable):
    """What was read is not what was sealed for this place: moved, changed or cut."""


class KeyGone(Unreadable):
    """There is no key of this owner: it was erased, or never made."""


class Key:
    """A key of a person or a pair, ready for use. It is never printed."""

    __slots__ = ("_aes", "_raw")

    def __init__(self, raw: bytes) -> None:
        if len(raw) != KEY_BYTES:
            raise ValueError(f"a key has {KEY_BYTES} bytes")
        self._raw = raw
        self._aes = AESGCM(raw)

    def __repr__(self) -> str:
        return "<a key>"

    def __reduce__(self) -> str:
        raise TypeError("a key is not to be kept outside this process")

    def seal(self, text: bytes, place: Iterable[str]) -> bytes:
        """`text` sealed for this place (see `bound_to`), its length hidden up to the next 256 bytes."""
        nonce = secrets.token_bytes(NONCE_BYTES)
        padded = len(text).to_bytes(LENGTH_BYTES, "big") + text
        padded += bytes(-len(padded) % STEP)
        return VERSION + nonce + self._aes.encrypt(nonce, padded, bound_to(place))

    def unseal(self, sealed: bytes, place: Iterable[str]) -> bytes:
        """The text that was sealed for exactly this place. Raises NotGenuine for anything else."""
        nonce, rest = sealed[1 : 1 + NONCE_BYTES], sealed[1 + NONCE_BYTES :]
        try:
            if sealed[:1] != VERSION:
                raise NotGenuine("sealed in a way this version does not know")
            padded = self._aes.decrypt(nonce, rest, bound_to(place))
        except (InvalidTag, ValueError):  # ValueError: cut so short that not even a nonce is left
            raise NotGenuine("sealed words were moved, changed or cut") from None
        length = int.from_bytes(padded[:LENGTH_BYTES], "big")
        return padded[LENGTH_BYTES : LENGTH_BYTES + length]

    def digest(self, parts: Iterable[str]) -> str:
        """A digest of these facts that nobody without the key can make: 64 hex digits."""
        return hmac.digest(self._raw, bound_to(parts), "sha256").hex()

    def wrapped_by(self, master: "Key", place: Iterable[str]) -> bytes:
        """This key itself, sealed by another."""
        return master.seal(self._raw, place)


def bound_to(parts: Iterable[str]) -> bytes:
    """The parts as one text in which none can run into the next: each is preceded by its length."""
    return BETWEEN.join(f"{len(part)}:{part}" for part in parts).encode()


class MasterKeys:
    """The master keys of this place, newest first. New keys are wrapped under the newest; all unwrap."""

    def __init__(self, raw: Iterable[bytes]) -> None:
        keys = list(raw)
        if not keys:
            raise ValueError("at least one master key is needed")
        self._by_name = {name_of(key): Key(key) for key in keys}
        self._newest = name_of(keys[0])

    def wrap(self, key: Key, owner: UUID) -> bytes:
        """The key of this owner as it is stored, under the newest master key."""
        return self._newest + key.wrapped_by(self._by_name[self._newest], _wrapping(owner))

    def unwrap(self, wrapped: bytes, owner: UUID) -> Key:
        """The key of this owner. Raises MasterKeyMissing, or NotGenuine where it was swapped or changed."""
        name = wrapped[:NAME_BYTES]
        master = self._by_name.get(name)
        if master is None:
            here = ", ".join(known.hex() for known in self._by_name)
            raise MasterKeyMissing(f"VAULT_KEYS lacks the master key {name.hex()}; it holds {here}.")
        return Key(master.unseal(wrapped[NAME_BYTES:], _wrapping(owner)))

    def is_newest(self, wrapped: bytes) -> bool:
        """Whether a wrapped key is under the newest master key already."""
        return wrapped[:NAME_BYTES] == self._newest

    @property
    def newest_name(self) -> bytes:
        """What every key wrapped under the newest master key begins with."""
        return self._newest


def name_of(raw: bytes) -> bytes:
    """A short name of a master key that tells nothing of it: for saying which one is missing."""
    return hashlib.sha256(b"the name of a master key" + raw).digest()[:NAME_BYTES]


def new_key() -> Key:
    """A fresh key."""
    return Key(secrets.token_bytes(KEY_BYTES))


def new_master_key() -> str:
    """A fresh master key as it is written into VAULT_KEYS."""
    return base64.urlsafe_b64encode(secrets.token_bytes(KEY_BYTES)).decode()


def read_master_key(text: str) -> bytes:
    """A master key as VAULT_KEYS writes it: 32 bytes in base64. Raises ValueError."""
    try:
        raw = base64.b64decode(text.strip().replace("-", "+").replace("_", "/"), validate=True)
    except binascii.Error:
        raise ValueError("not base64") from None
    if len(raw) != KEY_BYTES:
        raise ValueError(f"{len(raw)} bytes instead of {KEY_BYTES}")
    return raw


def _wrapping(owner: UUID) -> tuple[str, str]:
    return "a wrapped key", owner.hex
