"""How much a page is on the wire, and how many requests it takes."""

import gzip
import re
from pathlib import Path

from django.contrib.staticfiles import finders
from django.test import Client

from tests.benchmarks.judged import judge

ROOT = Path(__file__).resolve().parents[2]
HTML_LIMIT, TOGETHER_LIMIT, SCRIPTS_LIMIT, REQUESTS_LIMIT = 6_000, 14_336, 4_000, 5


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
        "/accounts/login/",
        "/",
    ):
        asks = Client(HTTP_HOST="localhost") if path in ("/", "/accounts/login/") else client
        page = asks.get(path).content
        html = packed(page)
        loads = 1 + len(re.findall(rb'<(?:link rel="(?:icon|stylesheet)|script)[^>]*', page))
        print(
            f"  {path:17} html {judge(path, html, HTML_LIMIT)} B, "
            f"with css {judge(path, html + css, TOGETHER_LIMIT)} B, "
            f"scripts {judge(f'{path}, scripts', _scripts(page), SCRIPTS_LIMIT)} B, "
            f"requests {judge(path, loads, REQUESTS_LIMIT)}"
        )


def _scripts(page: bytes) -> int:
    """Bytes of the scripts that a page loads."""
    names = re.findall(r'<script[^>]* src="/static/([^"]+)"', page.decode())
    files = [finders.find(name) for name in names]
    return packed(b"".join(Path(str(file)).read_bytes() for file in files if file))
