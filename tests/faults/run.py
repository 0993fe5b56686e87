"""Every script of faults with the rounds of a night, on each database it is about: a part of `make prove`.

`python tests/faults/run.py` runs all, `python tests/faults/run.py kill_workers fuzz` some. Whatever fails, the others
still run. PROVE_AT_MOST=2 is a trial.
"""

import os
import subprocess
import sys
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
AT_MOST = int(os.environ.get("PROVE_AT_MOST", "0"))
SQLITE, POSTGRESQL = "sqlite", "postgresql"
BOTH = (SQLITE, POSTGRESQL)
ROUNDS: dict[str, tuple[int, tuple[str, ...]]] = {
    "kill_workers": (100, BOTH),
    "kill_writers": (100, BOTH),
    "kill_postmaster": (50, (POSTGRESQL,)),
    "clock_back": (10, BOTH),
    "commands_twice": (20, BOTH),
    "double_press": (100, BOTH),
    "read_only": (20, BOTH),
    "load": (60, BOTH),  # ten minutes
    "two_versions": (60, BOTH),  # seconds of each state
    "fuzz": (50_000, BOTH),
}
TRIAL = {"fuzz": 500}  # what a round of takes a few milliseconds


def main(arguments: list[str]) -> int:
    """Run those that `arguments` name (all); gives 0 only if each went well."""
    lines, well = [], True
    for script in [name for name in ROUNDS if name in arguments] or list(ROUNDS):
        rounds, databases = ROUNDS[script]
        if AT_MOST:
            rounds = min(rounds, TRIAL.get(script, AT_MOST))
        for database in databases:
            begun = time.monotonic()
            command = [sys.executable, str(HERE / f"{script}.py"), str(rounds), database]
            ended = subprocess.run(command, cwd=HERE.parents[1]).returncode
            well = well and ended == 0
            said = "well" if ended == 0 else "NOT WELL"
            lines.append(f"{script}, {rounds} on {database}: {said} ({(time.monotonic() - begun) / 60:.0f} minutes)")
    print("\n".join(lines))
    return 0 if well else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
