"""Bytes that wait to be sent: sealed, under a key that only this object holds, in a file without a name.

A short one stays in memory. A long one goes to the disk, where nobody can read it, and where nothing of it is left once
it was sent, given up, or the process has ended, however that came.
"""

from collections.abc import Iterator
from tempfile import SpooledTemporaryFile

from couples.lib import vault

IN_MEMORY = 1024 * 1024
LENGTH_BYTES = 4


class SealedSpool:
    """Pieces in the order in which they were added. What is spooled is read once."""

    def __init__(self) -> None:
        self._key = vault.new_key()
        self._file = SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 - it is closed once it was read
        self._pieces = 0

    def add(self, piece: bytes) -> None:
        """Take a piece. Raises OSError where the disk takes no more."""
        sealed = self._key.seal(piece, self._place(self._pieces))
        self._file.write(len(sealed).to_bytes(LENGTH_BYTES, "big") + sealed)
        self._pieces += 1

    def pieces(self) -> Iterator[bytes]:
        """Each piece as it was added. Afterwards, or where the reader stops, nothing is left."""
        try:
            self._file.seek(0)
            for number in range(self._pieces):
                length = int.from_bytes(self._file.read(LENGTH_BYTES), "big")
                yield self._key.unseal(self._file.read(length), self._place(number))
        finally:
            self.close()

    def close(self) -> None:
        """Let go of everything."""
        self._file.close()

    @staticmethod
    def _place(number: int) -> tuple[str, str]:
        return "spooled", str(number)
