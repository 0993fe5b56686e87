"""`make prove`: what a night can bear. It goes through all of it, whatever fails, and says how each part went.

`python tests/prove.py` runs all; `python tests/prove.py suite` or `faults`, `seeded`, `machines` one part. With
PROVE_AT_MOST=2 each part goes its whole way with two of everything: minutes, which show that the night will not be in
vain.
"""

import os
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PARTS = {
    # Every test on both databases: 10,000 histories of the rule, 500 of two worlds, 1,000 rounds of each race.
    "suite": ["tests/run.py"],
    # Kills, a wrong clock, commands cut off, forms sent at once, a folder that cannot be written, odd requests.
    "faults": ["tests/faults/run.py"],
    # Each seeded mistake, asked of everything that `make test` runs before it counts as unnoticed.
    "seeded": ["tests/mutants/run.py", "--whole"],
    # Every mistake that mutmut and cosmic-ray make in rule/ and visibility/.
    "machines": ["tests/mutants/machines.py"],
}
# What a trial narrows beside: of the suite some of what goes deep, on each database, and one journey.
TRIAL = {
    "suite": [
        "--quick",
        "tests/rule/test_consent.py",
        "tests/visibility/test_spellings.py",
        "tests/actions/test_races.py",
        "tests/browser/test_under_the_bar.py",
    ],
}


def main(arguments: list[str]) -> int:
    """Run the parts that `arguments` name (all) and report; gives 0 only if each went well."""
    lines, well = [], True
    trial = bool(int(os.environ.get("PROVE_AT_MOST", "0")))
    for part in [name for name in PARTS if name in arguments] or list(PARTS):
        begun = time.monotonic()
        depth = {"DEPTH": "prove"} if part == "suite" else {}
        command = [sys.executable, *PARTS[part], *(TRIAL.get(part, ()) if trial else ())]
        ended = subprocess.run(command, cwd=ROOT, env={**os.environ, **depth}).returncode
        well = well and ended == 0
        lines.append(f"{part}: {'well' if ended == 0 else 'NOT WELL'} ({(time.monotonic() - begun) / 60:.0f} minutes)")
    print("\n" + "\n".join(lines))
    return 0 if well else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
