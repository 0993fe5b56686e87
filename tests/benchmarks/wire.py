"""How much a page is on the wire, and how many requests it takes."""

import gzip
import re
from pathlib import Path

from django.test import Client

from tests.benchmarks.judged import judge

ROOT = Path(__file__).resolve().parents[2]
HTML_LIMIT, TOGETHER_LIMIT, SCRIPTS_LIMIT, REQUESTS_LIMIT = 6_000, 14_336, 4_000, 5


def packed(content: bytes) -> int:
    """Bytes of this, compressed as much as it can be."""
    return len(gzip.compress(content, 9, mtime=0))


def sizes(client: Client) -> None:
    """Print and judge the first pages of everybody, and scripts and styles beside them."""
    css = packed((ROOT / "static/css/look.css").read_bytes())
    scripts = sum(packed(path.read_bytes()) for path in (ROOT / "static/js").glob("*.js"))
    print(f"css {css:,} B gzipped; own scripts {judge('scripts', scripts, SCRIPTS_LIMIT)} B gzipped")
    for path in ("/today/", "/mine/", "/ours/", "/timeline/", "/sitting/", "/steps/", "/"):
        page = (Client(HTTP_HOST="localhost") if path == "/" else client).get(path).content
        html = packed(page)
        loads = 1 + len(re.findall(rb'<(?:link rel="(?:icon|stylesheet)|script)[^>]*', page))
        print(
            f"  {path:12} html {judge(path, html, HTML_LIMIT)} B, "
            f"with css {judge(path, html + css, TOGETHER_LIMIT)} B, requests {judge(path, loads, REQUESTS_LIMIT)}"
        )
