"""How much a page is on the wire, and how many requests it takes."""

import gzip
import re
import tempfile
from contextlib import suppress
from pathlib import Path

from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.management import call_command
from django.test import Client, override_settings
from django.urls import reverse

from tests.benchmarks.judged import judge
from tests.benchmarks.people import Couple
from tests.benchmarks.timing import signed_in

HTML_LIMIT, TOGETHER_LIMIT, SCRIPTS_LIMIT, REQUESTS_LIMIT = 6_000, 11_264, 4_000, 5
OF_A_PARTNER = ("/today/", "/mine/", "/ours/", "/timeline/", "/sitting/", "/steps/", "/talk/")
SIGN_IN, ROOM, COUPLE = "/accounts/login/", "/room/", "/room/.../"
# Signing in has one script more, which loads allauth's where a passkey is wanted; the room has styles of its own.
MORE_REQUESTS = {SIGN_IN: 6, ROOM: 6, COUPLE: 6}


def packed(content: bytes) -> int:
    """Bytes of this, compressed as much as it can be."""
    return len(gzip.compress(content, 9, mtime=0))


def sizes(couple: Couple) -> None:
    """Print and judge the first pages of everybody, with what each of them loads, as production sends it."""
    pages = [(signed_in(couple.one), path) for path in OF_A_PARTNER]
    pages += [(signed_in(couple.therapist), path) for path in (ROOM, reverse("couple", args=[couple.pair.pk]))]
    pages += [(Client(HTTP_HOST="localhost"), path) for path in ("/", SIGN_IN)]
    with tempfile.TemporaryDirectory() as folder, _collected_in(Path(folder)):
        print(f"  css {_sent(Path(folder), staticfiles_storage.stored_name('css/look.css')):,} B")
        for client, path in pages:
            _size(client, path, Path(folder))


def _collected_in(folder: Path) -> override_settings:
    """Files as collectstatic leaves them."""
    storages = {"staticfiles": {"BACKEND": "trustapp.static_files.Collected"}}
    as_served = override_settings(STATIC_ROOT=folder, STORAGES=storages)
    with as_served:
        call_command("collectstatic", "--no-input", verbosity=0)
    return override_settings(STATIC_ROOT=folder, STORAGES=storages)


def _size(client: Client, path: str, folder: Path) -> None:
    page = client.get(path).content
    html = packed(page)
    styles = _loaded(page, folder, r'<link rel="stylesheet" href="/static/([^"]+)"')
    scripts = _loaded(page, folder, r'<script[^>]* src="/static/([^"]+)"')
    loads = 1 + len(re.findall(rb'<(?:link rel="(?:icon|stylesheet)|script[^>]* src=)', page))
    name = re.sub("[0-9a-f-]{36}", "...", path)
    print(
        f"  {name:17} html {judge(name, html, HTML_LIMIT)} B, "
        f"with css {judge(name, html + styles, TOGETHER_LIMIT)} B, "
        f"scripts {judge(f'{name}, scripts', scripts, SCRIPTS_LIMIT)} B, "
        f"requests {judge(name, loads, MORE_REQUESTS.get(name, REQUESTS_LIMIT))}"
    )


def _loaded(page: bytes, folder: Path, tag: str) -> int:
    """Bytes of the files that a page names in such a tag."""
    names = re.findall(tag, page.decode())
    assert names, "a page loads its styles and scripts"
    return sum(_sent(folder, name) for name in names)


def _sent(folder: Path, name: str) -> int:
    """Bytes of a file on the wire, in the smallest of the forms that were made of it once."""
    sizes = [(folder / name).stat().st_size]
    for packed_as in (".br", ".gz"):
        with suppress(FileNotFoundError):
            sizes.append((folder / (name + packed_as)).stat().st_size)
    return min(sizes)
