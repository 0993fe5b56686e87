"""Under which licence each library of the running place comes, as it says itself. Run by `make audit`.

Ends with 1 where one does not say.
"""

import re
import sys
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

LOCK = Path(__file__).resolve().parents[1] / "requirements.txt"
NAMED = re.compile(r"^([a-z0-9._-]+)(?:\[.*?\])?==(\S+)(?: ; (.*?))? ?\\$", re.MULTILINE)


def licence_of(name: str) -> str:
    """What a library says of its licence, in a line; "" where it says nothing. Raises PackageNotFoundError."""
    found = distribution(name)
    told = found.metadata
    if expression := told.get("License-Expression"):
        return expression
    kinds = [line.rpartition(" :: ")[2] for line in told.get_all("Classifier") or () if line.startswith("License ::")]
    if kinds or told.get("License"):
        return ", ".join(kinds) or str(told["License"]).splitlines()[0]
    texts = [file for file in found.files or () if re.match(r"(licen[cs]e|copying)", file.name, re.IGNORECASE)]
    lines = [line.strip() for file in texts for line in file.read_text().splitlines()[:1] if line.strip()]
    return ", ".join(dict.fromkeys(lines))


def licences() -> dict[str, str]:
    """The licence of each library in the lock that this machine has; one for another system or Python has none here."""
    found = {}
    for name, version, only_where in NAMED.findall(LOCK.read_text(encoding="utf-8")):
        try:
            found[f"{name} {version}"] = licence_of(name)
        except PackageNotFoundError:
            if not only_where:
                raise
    return found


if __name__ == "__main__":
    told = licences()
    for library, licence in told.items():
        print(f"{library:32} {licence or 'SAYS NOTHING'}")
    sys.exit(not all(told.values()))
