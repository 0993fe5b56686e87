"""A set that the workers of one run share: what one of them has looked at, nobody need look at again."""

import fcntl
from collections.abc import Iterable
from hashlib import blake2b
from pathlib import Path


class Met:
    """What was met in this run, by whichever worker; of each thing only a digest is kept, as a line of one file."""

    def __init__(self, file: Path) -> None:
        self._file, self._digests, self._read = file, set[str](), 0

    def new_of(self, things: Iterable[str]) -> list[str]:
        """Those of them that were never met; from now they all were."""
        digests = {blake2b(thing.encode(), digest_size=8).hexdigest(): thing for thing in things}
        with self._file.open("a+") as file:
            fcntl.flock(file, fcntl.LOCK_EX)  # until it is closed
            file.seek(self._read)
            self._digests.update(file.read().split())
            new = digests.keys() - self._digests
            file.write("".join(f"{digest}\n" for digest in new))
            self._digests |= new
            self._read = file.tell()
        return [digests[digest] for digest in new]
