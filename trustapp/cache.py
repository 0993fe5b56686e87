"""A cache of files in which `add` is one step, so that locks made of it hold between processes.

Django's own looks whether a key is there and then writes it: of two processes at once both may believe to be first, and
a rate limit counts one try instead of two.
"""

import os
import tempfile
from pathlib import Path
from typing import Any

from django.core.cache.backends.base import DEFAULT_TIMEOUT
from django.core.cache.backends.filebased import FileBasedCache


class FileCache(FileBasedCache):
    """Django's cache of files, with an `add` that only one of several can win."""

    def add(self, key: Any, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> bool:
        """Store a value where there is none (or one that has ended), and say whether it was stored."""
        if self.has_key(key, version):  # also removes what has ended
            return False
        self._createdir()
        file, written = tempfile.mkstemp(dir=self._dir)
        try:
            with os.fdopen(file, "wb") as opened:
                self._write_content(opened, timeout, value)
            os.link(written, self._key_to_file(key, version))  # fails where somebody was quicker
        except FileExistsError:
            return False
        finally:
            Path(written).unlink()
        return True
