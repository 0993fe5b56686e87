"""How much a page is on the wire, and how many requests it takes."""

import gzip
import re
from pathlib import Path

from django.contrib.staticfiles import finders
from django.test import Client

from tests.benchmarks.judged import judge

ROOT = Path(__file__).resolve().parents[2]
HTML_LIMIT, TOGETHER_LIMIT, SCRIPTS_LIMIT, REQUESTS_LIMIT = 6_000, 14_336, 4_000, 5
# Signing in loads allauth's scripts for passkeys besides, each as a file of its own.
SIGN_IN = "/accounts/login/"
FURTHER = {SIGN_IN: (6_500, 9)}


def packed(content: bytes) -> int:
    """Bytes of this, compressed as much as it can be."""
    return len(gzip.compress(content, 9, mtime=0))


def sizes(client: Client) -> None:
    """Print and judge the first pages of everybody, with what each of them loads."""
    css = packed((ROOT / "static/css/look.css").read_bytes())
    print(f"  css {css:,} B")
    for path in (
        "/today/",
        "/mine/",
        "/ours/",
        "/timeline/",
        "/sitting/",
        "/steps/",
        "/talk/",
        SIGN_IN,
        "/",
    ):
        asks = Client(HTTP_HOST="localhost") if path in ("/", SIGN_IN) else client
        page = asks.get(path).content
        html = packed(page)
        loads = 1 + len(re.findall(rb'<(?:link rel="(?:icon|stylesheet)|script)[^>]*', page))
        most_script, most_loads = FURTHER.get(path, (SCRIPTS_LIMIT, REQUESTS_LIMIT))
        print(
            f"  {path:17} html {judge(path, html, HTML_LIMIT)} B, "
            f"with css {judge(path, html + css, TOGETHER_LIMIT)} B, "
            f"scripts {judge(f'{path}, scripts', _scripts(page), most_script)} B, "
            f"requests {judge(path, loads, most_loads)}"
        )


def _scripts(page: bytes) -> int:
    """Bytes of the scripts that a page loads."""
    names = re.findall(r'<script[^>]* src="/static/([^"]+)"', page.decode())
    files = [finders.find(name) for name in names]
    return packed(b"".join(Path(str(file)).read_bytes() for file in files if file))
