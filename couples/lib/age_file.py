"""A file that only the holder of a secret key can read (the age format): written to public keys, and read back before
it counts.

Whoever writes has no secret key of the readers. So each file is also written to a key of its own, which is forgotten as
soon as the file was read back with it: what lies on the disk then is known to open, whole, to what was handed in.
"""

import os
from collections.abc import Callable, Sequence
from hashlib import sha256
from pathlib import Path
from typing import IO, Any

from pyrage import DecryptError, EncryptError, IdentityError, RecipientError, decrypt_io, encrypt_io, x25519


class NotReadable(Exception):
    """A file cannot be opened, or does not open to what was written. The text is for operators."""


def new_key() -> tuple[str, str]:
    """A new pair: the public key, which a server may know, and the secret one, which it may not."""
    secret = x25519.Identity.generate()
    return str(secret.to_public()), str(secret)


def public_key(written: str) -> x25519.Recipient:
    """A public key as it is written, `age1...`. Raises ValueError."""
    try:
        return x25519.Recipient.from_str(written)
    except RecipientError as problem:
        raise ValueError("not a public key of age") from problem


def secret_keys(file: Path) -> list[x25519.Identity]:
    """The secret keys in a file, one a line, beside comments. Raises ValueError, OSError; no key is ever repeated."""
    lines = [line.strip() for line in file.read_text(encoding="utf-8").splitlines()]
    try:
        found = [x25519.Identity.from_str(line) for line in lines if line and not line.startswith("#")]
    except IdentityError:
        raise ValueError("it holds a line that is no secret key of age") from None
    if not found:
        raise ValueError("it holds no secret key of age")
    return found


class _Through:
    """Notes the digest of what goes through, on its way to `onward`."""

    def __init__(self, onward: Callable[[Any], Any]) -> None:
        self.onward, self.digest, self.size = onward, sha256(), 0

    def read(self, most: int = -1) -> bytes:
        """What `onward` reads."""
        return self._noted(self.onward(most))

    def write(self, piece: bytes) -> int:
        """Hand a piece on."""
        self.onward(self._noted(piece))
        return len(piece)

    def flush(self) -> None:
        """Nothing waits here."""

    def _noted(self, piece: bytes) -> bytes:
        self.digest.update(piece)
        self.size += len(piece)
        return piece


def write(source: IO[bytes], file: Path, to: Sequence[x25519.Recipient]) -> int:
    """Write what can be read from `source` to a new file, readable by the holders of these keys and of this account
    alone, and read it back; gives its size. Raises OSError, NotReadable.
    """
    own, handed_in = x25519.Identity.generate(), _Through(source.read)
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as written:
        try:
            encrypt_io(handed_in, written, [*to, own.to_public()])
        except EncryptError as problem:
            raise OSError(f"{file.name} could not be written ({problem})") from problem
        written.flush()
        os.fsync(written.fileno())
    if _read(file, [own], lambda piece: None).digest.digest() != handed_in.digest.digest():
        raise NotReadable(f"{file.name} does not open to what was written")
    return file.stat().st_size


def read(file: Path, keys: Sequence[x25519.Identity], onward: Callable[[bytes], Any]) -> None:
    """Hand on what a file holds, piece by piece, each of them genuine. Raises NotReadable, also when it is cut at the
    end, after all that came before was handed on; OSError where `onward` does.
    """
    _read(file, keys, onward)


def _read(file: Path, keys: Sequence[x25519.Identity], onward: Callable[[bytes], Any]) -> _Through:
    through = _Through(onward)
    with file.open("rb") as opened:
        try:
            decrypt_io(opened, through, keys)
        except (DecryptError, OSError) as problem:
            raise NotReadable(f"{file.name} cannot be opened ({problem})") from problem
    return through
