"""The start refuses with one sentence what would break every page; should files go missing later, pages stand alone."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.management import call_command
from django.db import OperationalError
from django.template.loader import render_to_string
from django.test import Client

from couples.lib import vault
from couples.lib.ids import PLACE
from couples.models import keys
from tests.support import make
from tests.support.page_reader import Reading
from tests.support.serving_role import as_serving_role
from trustapp import start
from trustapp.env import WrongSetting

ROOT = Path(__file__).resolve().parents[2]
STORAGES = {"staticfiles": {"BACKEND": "trustapp.static_files.Collected"}}


@pytest.fixture
def not_collected(settings, tmp_path) -> Path:
    """Production's way of serving files, where nobody has run collectstatic."""
    settings.STATIC_ROOT = tmp_path / "static"
    settings.STATIC_ROOT.mkdir()
    settings.STORAGES = STORAGES
    settings.WHITENOISE_AUTOREFRESH = settings.WHITENOISE_USE_FINDERS = False
    return settings.STATIC_ROOT


def collect(folder: Path) -> None:
    """As collectstatic does, of the few files of our own."""
    names = [str(path.relative_to(ROOT / "static")) for path in (ROOT / "static").rglob("*") if path.is_file()]
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / "static" / name, folder / name)
    storage = staticfiles_storage
    for _, _, done in storage.post_process({name: (storage, name) for name in names}):
        assert not isinstance(done, Exception)


# --- files ---


def test_the_start_refuses_while_files_are_not_collected(not_collected) -> None:
    with pytest.raises(WrongSetting, match="collectstatic"):
        start.files_are_collected()


def test_the_start_refuses_files_that_an_older_version_collected(not_collected) -> None:
    collect(not_collected)
    start.files_are_collected()
    staticfiles_storage.hashed_files.pop("css/look.css")
    with pytest.raises(WrongSetting, match="css/look.css.*collectstatic"):
        start.files_are_collected()


def test_the_start_refuses_a_list_of_files_that_are_gone(not_collected) -> None:
    collect(not_collected)
    for path in not_collected.rglob("look.*.css"):
        path.unlink()
    with pytest.raises(WrongSetting, match="css/look.css.*collectstatic"):
        start.files_are_collected()


def test_development_needs_no_collected_files() -> None:
    start.files_are_collected()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("address", "status"),
    [("/", 200), ("/nowhere/", 404), ("/safety/", 200), ("/notes/", 200), ("/accounts/login/", 200), ("/today/", 200)],
)
def test_pages_stand_alone_where_no_file_is_collected(not_collected, address, status) -> None:
    client = Client()
    if address == "/today/":
        client.force_login(make.person("Ada"))
    page = client.get(address)
    assert page.status_code == status
    assert Reading(page.content.decode()).main.strip()


@pytest.mark.parametrize("name", ["400", "403", "403_csrf", "404", "413", "500", "unreadable"])
def test_error_pages_stand_alone(not_collected, name) -> None:
    assert "<h1>" in render_to_string(f"{name}.html")


def test_the_page_of_an_error_asks_nothing_of_what_may_be_broken() -> None:
    source = (ROOT / "templates" / "500.html").read_text(encoding="utf-8")
    assert "{%" not in source and "{{" not in source


@pytest.mark.django_db
def test_an_error_shows_its_page_where_no_file_is_collected(not_collected, monkeypatch) -> None:
    def breaks(*_: object, **__: object) -> None:
        raise RuntimeError

    monkeypatch.setattr("couples.views.front.render", breaks)
    page = Client(raise_request_exception=False).get("/")
    assert page.status_code == 500
    assert "Something broke on our side" in page.content.decode()


# --- master keys ---


@pytest.fixture
def other_keys(settings, db):
    """A valid master key, but not the one that wrapped what is here."""
    keys.key_for_sealing(PLACE)
    settings.VAULT_KEYS = [vault.read_master_key(vault.new_master_key())]


def test_the_start_refuses_a_valid_master_key_that_opens_nothing(other_keys) -> None:
    with pytest.raises(WrongSetting, match=r"^VAULT_KEYS .*\.$") as refusal, as_serving_role():
        start.keys_fit()
    assert vault.name_of(b"only for tests, known to anybody").hex() in str(refusal.value)


def test_the_check_of_the_database_refuses_it_too(other_keys) -> None:
    with pytest.raises(Exception, match="VAULT_KEYS"):
        call_command("check", "--database", "default")


def test_the_right_keys_start_also_behind_a_newer_one(settings, db) -> None:
    keys.key_for_sealing(PLACE)
    settings.VAULT_KEYS = [vault.read_master_key(vault.new_master_key()), *settings.VAULT_KEYS]
    with as_serving_role():
        start.keys_fit()


def test_an_empty_place_starts(db) -> None:
    start.keys_fit()


def test_a_database_that_is_away_stops_no_start_and_is_written_down(monkeypatch, caplog) -> None:
    def away() -> None:
        raise OperationalError("connection to 10.0.0.9 failed")

    monkeypatch.setattr(start, "unreadable_key", away)
    start.keys_fit()
    assert "10.0.0.9" not in caplog.text and "VAULT_KEYS" in caplog.text


# --- the door ---


def test_the_server_ends_with_one_sentence_instead_of_a_traceback() -> None:
    surroundings = {"PATH": os.environ["PATH"], "DJANGO_SETTINGS_MODULE": "trustapp.settings"}
    ended = subprocess.run(
        [sys.executable, "-c", "import trustapp.wsgi"], cwd=ROOT, env=surroundings, capture_output=True, text=True
    )
    assert ended.returncode == 3  # what gunicorn takes as: do not try again
    assert ended.stderr.startswith("Cannot start: SECRET_KEY is missing")
    assert ended.stderr.count("\n") == 1
