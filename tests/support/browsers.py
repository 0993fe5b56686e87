"""The browser of the journeys: where it is, how it is started, how it is fetched."""

import os
import shutil
import subprocess
import sys
from functools import cache
from typing import Any

DEBIAN_PACKAGE = "chromium-headless-shell"


class NoBrowser(Exception):
    """No browser could be had; the text says what to install."""


def launch_options() -> dict[str, Any]:
    """Options for Playwright's launch: Debian's browser if it is there, otherwise Playwright's own.

    Every name but localhost leads nowhere, so a request to a third party fails and is seen.
    """
    flags = ["--disable-dev-shm-usage", "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost"]
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        flags.append("--no-sandbox")  # the sandbox refuses to run as root
    options: dict[str, Any] = {"args": flags, "headless": True}
    if found := shutil.which(DEBIAN_PACKAGE):
        options["executable_path"] = found
    return options


@cache
def starts() -> bool:
    """True if the browser can be started. Asked in a process of its own, as it leaves a loop behind."""
    trial = (
        "from playwright.sync_api import sync_playwright\n"
        "from tests.support.browsers import launch_options\n"
        "with sync_playwright() as p: p.chromium.launch(**launch_options()).close()"
    )
    return subprocess.run([sys.executable, "-c", trial], capture_output=True).returncode == 0


def fetch() -> None:
    """Make sure that the browser starts: Debian's package for root, else Playwright's own download.

    Raises NoBrowser.
    """
    if starts():
        return
    print("Fetching the browser ...", flush=True)
    if hasattr(os, "geteuid") and os.geteuid() == 0 and shutil.which("apt-get"):
        install = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", DEBIAN_PACKAGE]
        attempts = [install, ["apt-get", "update", "-qq"], install]
    else:
        attempts = []
    attempts.append([sys.executable, "-m", "playwright", "install", DEBIAN_PACKAGE])
    for command in attempts:
        subprocess.run(command, capture_output=True)
        starts.cache_clear()
        if starts():
            return
    raise NoBrowser(
        f"No browser starts here. As root on Debian: apt-get install {DEBIAN_PACKAGE}. "
        "Elsewhere: .venv/bin/python -m playwright install --with-deps chromium-headless-shell."
    )
