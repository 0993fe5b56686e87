"""The files of the look as `collectstatic` leaves them for production: collected once, for as long as none changes.

To pack them all takes longer than a place takes to start. `trustapp/test_deploy.py` collects them each time.
"""

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from contextlib import suppress
from pathlib import Path

from django.conf import settings

from tests.trustapp.test_settings import SOUND

ROOT = Path(__file__).resolve().parents[2]
DECIDES = ("static", "trustapp/settings.py", "requirements-test.txt")  # whatever changes what is collected


def collected() -> Path:
    """The folder with them, to be read and left as it is."""
    found = hashlib.sha256()
    for name in DECIDES:
        place = ROOT / name
        for file in sorted(each for each in place.rglob("*") if each.is_file()) if place.is_dir() else [place]:
            found.update(f"{file.relative_to(ROOT)}\n".encode() + file.read_bytes())
    there = settings.VAR / "test" / f"collected-{found.hexdigest()[:16]}"
    if not there.exists():
        _collect(there)
    return there


def _collect(there: Path) -> None:
    """Collect them beside it, and put them there in one step: another worker may do the same. Older ones go."""
    with tempfile.TemporaryDirectory(dir=there.parent) as folder:
        surroundings = {"PATH": os.environ["PATH"], **SOUND, "STATE_FOLDER": f"{folder}/state"}
        surroundings["STATIC_FOLDER"] = f"{folder}/collected"
        command = [sys.executable, "manage.py", "collectstatic", "--no-input", "--verbosity=0"]
        subprocess.run(command, cwd=ROOT, env=surroundings, check=True)
        for older in there.parent.glob("collected-*"):
            shutil.rmtree(older, ignore_errors=True)
        with suppress(OSError):  # somebody was quicker
            Path(surroundings["STATIC_FOLDER"]).rename(there)
