"""`make next`: the suite on the newest Django, and the newest of every library, that this Python takes.

pyproject.toml holds each library to versions that were tried. Here the names stay and the limits go, in an environment
of its own (`.venv/next`). It prints which versions it was and runs what `make quick` runs, or what NEXT names, such as
NEXT=sqlite for all of it on SQLite. What fails has to be done before the next version is taken; warnings of libraries
at the end say what goes after that.
"""

import re
import subprocess
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
NAME = re.compile(r"[A-Za-z0-9._-]+(?:\[[^\]]+\])?")
TOLD = ("django", "django-allauth", "cryptography", "psycopg", "pytest")


def names() -> list[str]:
    """The libraries that the place and its tests need, without a word about versions."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = [*project["dependencies"], *project["optional-dependencies"]["test"]]
    return [found[0] for each in wanted if (found := NAME.match(each))]


def main(arguments: list[str]) -> int:
    """Install them, say which they are, and run; gives what the run gives."""
    subprocess.run(
        [sys.executable, "-m", "pip", "install", "-qq", "--disable-pip-version-check", "--upgrade", *names()],
        check=True,
    )
    listed = subprocess.run([sys.executable, "-m", "pip", "list"], capture_output=True, text=True, check=True).stdout
    versions = dict(line.split()[:2] for line in listed.splitlines()[2:])
    told = ", ".join(f"{name} {versions[key]}" for name in TOLD for key in versions if key.lower() == name)
    print(f"Python {sys.version.split()[0]}, {told}", flush=True)
    return subprocess.run([sys.executable, "tests/run.py", *(arguments or ["quick"])], cwd=ROOT).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
