"""A seeded mutant: one small mistake put into one file, and where it should be noticed."""

import contextlib
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SQLITE, POSTGRESQL = "sqlite", "postgresql"
LEFT_OUT = shutil.ignore_patterns(".git", ".venv", ".*_cache", ".hypothesis", "var", "__pycache__", "test-results")


@contextlib.contextmanager
def a_copy() -> Iterator[Path]:
    """A copy of the project for as long as it is wanted: mistakes are made there."""
    with tempfile.TemporaryDirectory(prefix="mutants-", ignore_cleanup_errors=True) as folder:
        root = Path(folder) / "project"
        shutil.copytree(ROOT, root, ignore=LEFT_OUT)
        yield root


@dataclass(frozen=True, slots=True)
class Mutant:
    """`says` what goes wrong; in `file` the text `old`, which stands there once, becomes `new`.

    `likely` are the test files (under tests/) that should notice, likeliest first. `on` is the database that is needed.
    """

    says: str
    file: str
    old: str
    new: str
    likely: tuple[str, ...]
    on: str = SQLITE

    def source(self, root: Path = ROOT) -> str:
        """The file as it is, without the mistake."""
        return (root / self.file).read_text(encoding="utf-8")

    def put_into(self, root: Path) -> None:
        """Make the mistake in the tree at `root`. Raises ValueError where the text does not stand there just once."""
        text = self.source(root)
        if text.count(self.old) != 1:
            raise ValueError(f"{self.says}: {self.old!r} stands {text.count(self.old)} times in {self.file}")
        (root / self.file).write_text(text.replace(self.old, self.new), encoding="utf-8")
