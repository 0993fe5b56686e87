"""Mistakes made by machines, in every line of the rule and of who may read what: mutmut and cosmic-ray, with the score.

`python tests/mutants/machines.py` runs both over both rooms (hours); `... mutmut rule` one over one, and `... mutmut
rule zones cards` over two files of it. Each works in a copy of the project. Which survivors are known and why they
change nothing is in docs/testing.md.
"""

import contextlib
import os
import re
import sqlite3
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from tests.mutants.mutant import a_copy  # noqa: E402
from tests.support.depth import AT_MOST  # noqa: E402

# By room the tests that look at it, the quickest first: each mistake is tried until the first that fails.
ROOMS = {
    "rule": (
        *("rule/test_edges.py", "rule/test_zones.py", "rule/test_earliest.py", "rule/test_consent.py"),
        *("rule/test_admissions.py", "rule/test_cards.py", "rule/test_memory.py", "rule/test_step_things.py"),
        *("test_frozen.py", "visibility/test_spellings.py"),
        *("test_cards.py", "views/steps", "actions/test_mornings.py", "views/test_sitting.py", "views/test_welcome.py"),
    ),
    "visibility": (
        *("visibility", "views/test_room.py", "presenters/test_therapist.py", "views/test_ours.py"),
        *("views/test_mine.py", "views/test_yes.py", "views/test_ahead.py", "views/test_glass.py"),
        *("presenters/test_timeline.py", "views/test_agenda.py", "views/test_pairing.py", "views/test_today.py"),
        "views/test_drafts.py",
    ),
}
# In a trial (PROVE_AT_MOST): in which file of a room mutmut changes functions, and the tests that look at it.
TRIED = {"rule": ("zones", "rule/test_zones.py"), "visibility": ("own", "visibility/test_edges.py")}
QUIETLY = ("-p", "no:randomly", "-p", "no:cacheprovider", "-n0")
LONGEST = 600  # seconds for one mistake; what hangs is noticed


@dataclass(frozen=True, slots=True)
class Score:
    """How many mistakes a machine made in a room, how many were noticed, and the others as it names them."""

    made: int
    noticed: int
    survivors: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.noticed} of {self.made} noticed ({100 * self.noticed / max(self.made, 1):.1f} %)"


def called(root: Path, *command: str) -> str:
    """What a command says when it runs in `root`. Its tests tell the same histories each time."""
    surroundings = {
        **os.environ,
        "PYTHONPATH": str(root),
        "CI": "1",
        "MISTAKE": "1",
        "PYTEST_XDIST_TESTRUNUID": "mutants",
    }
    surroundings.pop("DATABASE_URL", None)
    tool = [str(Path(sys.executable).with_name(command[0])), *command[1:]]
    ended = subprocess.run(tool, cwd=root, env=surroundings, capture_output=True, text=True)
    return ended.stdout + ended.stderr


def _tests(room: str) -> list[str]:
    """The tests that look at a room; in a trial one file of them."""
    return [f"tests/{name}" for name in (TRIED[room][1:] if AT_MOST else ROOMS[room])]


def _keep_few(session: Path) -> None:
    """In a trial: of all the mistakes that cosmic-ray would make, a few."""
    with contextlib.closing(sqlite3.connect(session)) as database, database:
        few = "(SELECT job_id FROM work_items ORDER BY job_id LIMIT ?)"
        for table in ("mutation_specs", "work_items"):
            database.execute(f"DELETE FROM {table} WHERE job_id NOT IN {few}", [AT_MOST])


def by_mutmut(room: str, files: list[str]) -> Score:
    """All that mutmut makes of the functions of a room, or of some files of it. It asks of each only the tests that
    come by there."""
    some = [f"couples.{room}.{name}.*" for name in ([TRIED[room][0]] if AT_MOST else files)]
    tests = _tests(room)
    settings = {
        "source_paths": [f"couples/{room}"],
        "also_copy": ["couples", "trustapp", "templates", "static", "docs", "manage.py", "requirements-test.txt"],
        "pytest_add_cli_args": QUIETLY,
        "pytest_add_cli_args_test_selection": tests,
    }
    with a_copy() as root:
        lines = [f"{name}=\n" + "".join(f"    {value}\n" for value in values) for name, values in settings.items()]
        (root / "setup.cfg").write_text("[mutmut]\n" + "".join(lines), encoding="utf-8")
        said = called(root, "mutmut", "run", "--max-children", "1", *some)
        found = re.findall(r"^\s+(\S+): (.+)$", called(root, "mutmut", "results", "--all", "true"), re.MULTILINE)
    found = [(name, how) for name, how in found if how != "not checked"]
    if not found:
        raise RuntimeError(f"mutmut made nothing:\n{said[-2000:]}")
    survivors = tuple(f"{name} ({how})" for name, how in found if how in ("survived", "no tests", "suspicious"))
    return Score(len(found), len(found) - len(survivors), survivors)


def by_cosmic_ray(room: str, files: list[str]) -> Score:
    """All that cosmic-ray makes of the lines of a room, or of some files of it, tables and module level too."""
    tests = " ".join(_tests(room))
    places = ", ".join(f'"couples/{room}/{name}.py"' for name in files) or f'"couples/{room}"'
    command = f"{sys.executable} -m pytest -x -q {' '.join(QUIETLY)} {tests}"
    with a_copy() as root:
        (root / "cosmic-ray.toml").write_text(
            f"[cosmic-ray]\nmodule-path = [{places}]\ntimeout = {LONGEST}.0\nexcluded-modules = []\n"
            f'test-command = "{command}"\n[cosmic-ray.distributor]\nname = "local"\n',
            encoding="utf-8",
        )
        said = called(root, "cosmic-ray", "init", "cosmic-ray.toml", "session.sqlite")
        if AT_MOST:
            _keep_few(root / "session.sqlite")
        said += called(root, "cosmic-ray", "exec", "cosmic-ray.toml", "session.sqlite")
        report = called(root, "cr-report", "session.sqlite", "--surviving-only", "--show-diff")
    made = re.search(r"complete: (\d+)", report)
    if made is None:
        raise RuntimeError(f"cosmic-ray made nothing:\n{said[-2000:]}{report[-2000:]}")
    survivors = tuple(re.split(r"^\[job-id\].*\n", report, flags=re.MULTILINE)[1:])
    return Score(int(made[1]), int(made[1]) - len(survivors), survivors)


MACHINES = {"mutmut": by_mutmut, "cosmic-ray": by_cosmic_ray}


def main(arguments: list[str]) -> int:
    """Let the machines that `arguments` name (all) make mistakes in the rooms (all) and files they name, and print the
    score."""
    machines = [name for name in MACHINES if name in arguments] or list(MACHINES)
    rooms = [name for name in ROOMS if name in arguments] or list(ROOMS)
    files = [name for name in arguments if name not in {*MACHINES, *ROOMS}]
    scores = []
    for machine in machines:
        for room in rooms:
            score = MACHINES[machine](room, files)
            print(f"\n== {machine} over {room}/: {score} ==", *score.survivors, sep="\n", flush=True)
            scores.append(f"{machine} over {room}/: {score}")
    print("\n" + "\n".join(scores))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
