"""kill -9 of PostgreSQL's postmaster in the middle of writing: `kill_postmaster.py ROUNDS postgresql`.

The server runs with PostgreSQL's own defaults: with `synchronous_commit` off an acknowledged act may be lost, and this
script says so.
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from tests.faults.place import POSTGRESQL, ROUNDS, Server  # noqa: E402

# isort: split
from tests.faults.crowd import Crowd  # noqa: E402


def main() -> None:
    """gunicorn stays up all the while, and goes on by itself."""
    assert POSTGRESQL is not None, "the second argument has to be postgresql"
    server = Server()
    crowd = Crowd(server)

    def break_it() -> None:
        assert POSTGRESQL is not None
        POSTGRESQL.kill()
        POSTGRESQL.start()

    lost = 0
    for n in range(ROUNDS):
        lost += crowd.round(break_it, again="/readyz").lost_calls
        if n % 10 == 9 or n == ROUNDS - 1:
            crowd.whole()
    print(f"{ROUNDS} rounds, {crowd.acknowledged} acts acknowledged, {lost} calls lost.")


if __name__ == "__main__":
    main()
