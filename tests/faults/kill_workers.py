"""kill -9 of gunicorn's workers in the middle of writing: `kill_workers.py ROUNDS [sqlite|postgresql]`."""

import random
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from tests.faults.place import ROUNDS, Server  # noqa: E402

# isort: split
from tests.faults.crowd import Crowd  # noqa: E402


def main() -> None:
    """Sometimes one worker is killed, sometimes all."""
    server = Server()
    crowd, chance = Crowd(server), random.Random(7)
    killed = 0

    def break_it() -> None:
        nonlocal killed
        workers = server.workers()
        chosen = workers if chance.random() < 0.5 else workers[:1]
        killed += len(chosen)
        server.kill_workers(chosen)

    lost = 0
    for n in range(ROUNDS):
        lost += crowd.round(break_it).lost_calls
        if n % 10 == 9 or n == ROUNDS - 1:
            crowd.whole()
    assert killed >= ROUNDS
    print(f"{ROUNDS} rounds, {killed} workers killed, {crowd.acknowledged} acts acknowledged, {lost} calls lost.")


if __name__ == "__main__":
    main()
