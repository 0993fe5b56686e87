"""Puts each seeded mistake into a copy of the project and looks whether the tests notice it.

`python tests/mutants/run.py` tries all, `... run.py night wall` those whose sentence or file has one of these words.
Each stops at the first failure, likeliest file first; where those files notice nothing, with `--whole` everything that
`make test` runs is asked before a mistake counts as unnoticed. Gives 0 only if every mistake was noticed.
"""

import contextlib
import os
import re
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from tests.mutants import every_mutant  # noqa: E402
from tests.mutants.mutant import POSTGRESQL, SQLITE, Mutant, a_copy  # noqa: E402
from tests.run import SELECTIONS  # noqa: E402
from tests.support import postgres  # noqa: E402
from tests.support.depth import AT_MOST  # noqa: E402

LONGEST = 900  # seconds; what hangs is noticed too
PASSED, FAILED, BROKE, NOTHING_RAN = 0, 1, 2, 5
FIRST = re.compile(r"^(?:FAILED|ERROR) tests/(\S+)", re.MULTILINE)


def chosen(words: list[str]) -> list[Mutant]:
    """Those that were asked for; all where nothing was. In a trial the first few of them for each database."""
    found = [each for each in every_mutant() if not words or any(word in f"{each.says} {each.file}" for word in words)]
    if AT_MOST:
        return [each for on in (SQLITE, POSTGRESQL) for each in [one for one in found if one.on == on][:AT_MOST]]
    return found


def noticed_by(mutant: Mutant, root: Path, address: str | None, whole: bool) -> str | None:
    """The first test that fails with this mistake in the copy at `root`; None where all that were asked pass."""
    sound = mutant.source()
    mutant.put_into(root)
    try:
        found = asked(root, address, "-n", "0", *(f"tests/{name}" for name in mutant.likely))
        if found is None and whole:
            found = asked(root, address, "-n", "2", "-m", SELECTIONS[mutant.on])
        return found
    finally:
        (root / mutant.file).write_text(sound, encoding="utf-8")


def asked(root: Path, address: str | None, *arguments: str) -> str | None:
    """The first test that fails in `root`; None where all pass. The generated histories are the same each time, and one
    that shows the mistake is enough: no shorter one is looked for.
    """
    surroundings = {**os.environ, "PYTHONPATH": str(root), "CI": "1", "MISTAKE": "1"}
    surroundings.pop("DATABASE_URL", None)
    if address:
        surroundings["DATABASE_URL"] = address
    command = [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:randomly", "-p", "no:cacheprovider", *arguments]
    try:
        ended = subprocess.run(command, cwd=root, env=surroundings, capture_output=True, text=True, timeout=LONGEST)
    except subprocess.TimeoutExpired:
        return "nothing ends any more"
    if ended.returncode == PASSED:
        return None
    first = FIRST.search(ended.stdout)
    if ended.returncode in (FAILED, BROKE) and first:
        return first[1]
    raise RuntimeError(f"pytest ended with {ended.returncode}:\n{ended.stdout[-2000:]}{ended.stderr[-2000:]}")


def main(arguments: list[str]) -> int:
    """Try the mutants that `arguments` ask for and report."""
    mutants = chosen([word for word in arguments if not word.startswith("-")])
    unnoticed: list[Mutant] = []
    with contextlib.ExitStack() as held:
        root = held.enter_context(a_copy())
        address = held.enter_context(postgres.running()) if any(each.on == POSTGRESQL for each in mutants) else None
        for n, mutant in enumerate(mutants, 1):
            begun = time.monotonic()
            found = noticed_by(mutant, root, address if mutant.on == POSTGRESQL else None, "--whole" in arguments)
            if found is None:
                unnoticed.append(mutant)
            told = found or "NOT NOTICED"
            print(f"{n}/{len(mutants)}  {mutant.says}: {told} ({time.monotonic() - begun:.0f} s)", flush=True)
    print(f"\n{len(mutants) - len(unnoticed)} of {len(mutants)} mistakes were noticed.")
    for mutant in unnoticed:
        print(f"  not noticed: {mutant.says} ({mutant.file})")
    return 1 if unnoticed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
