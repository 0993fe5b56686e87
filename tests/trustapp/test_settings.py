"""Production starts only with sound settings, and says which one is not."""

import os
import re
import runpy
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from django.db import connection

from trustapp import env

ROOT = Path(__file__).resolve().parents[2]
NAMES = re.compile(r"`([A-Z_]+)`")
SOUND = {
    "SECRET_KEY": "kX3-vq9_Zt7mPw2RbN8yLc5JhG4sDf6AeUoYiTrQxV1zMnBgHj0K",
    "VAULT_KEYS": "w0vJ3kq2mN5xQ8rT1yU4oP7aS0dF6gH9jK2lZ5cV8bE=",
    "ALLOWED_HOSTS": "place.example.org",
    "EMAIL_HOST": "mail.example.org",
    "DEFAULT_FROM_EMAIL": "place@example.org",
}
OURS = [
    "DEBUG",
    "DATABASE_URL",
    "DATABASE_POOL",
    "CSRF_TRUSTED_ORIGINS",
    "EMAIL_PORT",
    "EMAIL_HOST_USER",
    "EMAIL_HOST_PASSWORD",
    "EMAIL_USE_TLS",
    "EMAIL_USE_SSL",
    "TIME_ZONE",
    "SITE_NAME",
    "REGISTRATION_OPEN",
    "SITE_INDEXED",
    "BEHIND_PROXY",
    "TRUSTED_PROXIES",
    "SCRIPT_NAME",
    "OWNER_DATABASE_URL",
    "SERVING_ROLE",
    "SECOND_WALL",
    "ERASED_FOLDER",
    "STATE_FOLDER",
    "STATIC_FOLDER",
    "BACKUP_TO",
    "BACKUP_FOLDER",
    "BACKUP_DAYS",
]
PUBLIC_KEY = "age1pk672282y4mygj5dqefkv5fpxkpzmlaqfr8pxx2c5nrlxg0zq56s3w5vy5"
POSTGRES = "postgres://trustapp_web:p@db.example.org:5432/place"
OWNER = "postgres://trustapp_owner:p@db.example.org:5432/place"


@pytest.fixture
def settings_with(monkeypatch):
    """Reads trustapp/settings.py afresh with sound production values and the given changes (None: unset)."""

    def read(**changes):
        for name in OURS:
            monkeypatch.delenv(name, raising=False)
        for name, value in {**SOUND, **changes}.items():
            if value is None:
                monkeypatch.delenv(name, raising=False)
            else:
                monkeypatch.setenv(name, value)
        return runpy.run_path(str(ROOT / "trustapp" / "settings.py"))

    return read


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("VAULT_KEYS", None),
        ("VAULT_KEYS", ""),
        ("VAULT_KEYS", "not a key at all"),
        ("VAULT_KEYS", "c2hvcnQ="),
        ("VAULT_KEYS", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="),
        ("VAULT_KEYS", "b25seSBmb3IgdGVzdHMsIGtub3duIHRvIGFueWJvZHk="),
        ("VAULT_KEYS", ",".join(["w0vJ3kq2mN5xQ8rT1yU4oP7aS0dF6gH9jK2lZ5cV8bE="] * 2)),
        ("SECRET_KEY", None),
        ("SECRET_KEY", ""),
        ("SECRET_KEY", "short"),
        ("SECRET_KEY", "a" * 60),
        ("SECRET_KEY", "django-insecure-" + SOUND["SECRET_KEY"]),
        ("SECRET_KEY", "development-" + SOUND["SECRET_KEY"]),
        ("SECRET_KEY", "only-for-tests-" + "0123456789" * 4),
        ("ALLOWED_HOSTS", None),
        ("ALLOWED_HOSTS", " , "),
        ("ALLOWED_HOSTS", "*"),
        ("ALLOWED_HOSTS", "place.example.org,*"),
        ("CSRF_TRUSTED_ORIGINS", "place.example.org"),
        ("CSRF_TRUSTED_ORIGINS", "http://place.example.org"),
        ("EMAIL_HOST", None),
        ("EMAIL_PORT", "smtp"),
        ("EMAIL_USE_TLS", "maybe"),
        ("DEFAULT_FROM_EMAIL", None),
        ("DEFAULT_FROM_EMAIL", "place"),
        ("DATABASE_URL", "place"),
        ("DATABASE_URL", "mysql://u:p@h/n"),
        ("DATABASE_URL", "postgres://u:p[@h:port/n"),
        ("DEBUG", "perhaps"),
        ("TIME_ZONE", "Mars/Olympus"),
        ("REGISTRATION_OPEN", "2"),
        ("SITE_INDEXED", "perhaps"),
        # Near misses: what looks right at a glance, starts, and works for nobody.
        ("ALLOWED_HOSTS", "https://place.example.org"),
        ("ALLOWED_HOSTS", "place.example.org:443"),
        ("ALLOWED_HOSTS", "place.example.org/"),
        ("ALLOWED_HOSTS", "place.example.org."),
        ("ALLOWED_HOSTS", "*.place.example.org"),
        ("ALLOWED_HOSTS", "place.example.org www.place.example.org"),
        ("ALLOWED_HOSTS", "place.example.org;www.place.example.org"),
        ("ALLOWED_HOSTS", '["place.example.org"]'),
        ("ALLOWED_HOSTS", '"place.example.org"'),
        ("ALLOWED_HOSTS", "place_one.example.org"),
        ("ALLOWED_HOSTS", "-place.example.org"),
        ("ALLOWED_HOSTS", "pläce.example.org"),
        ("ALLOWED_HOSTS", "place@example.org"),
        ("ALLOWED_HOSTS", "2001:db8::1"),
        ("ALLOWED_HOSTS", "[2001:db8::1]:443"),
        ("ALLOWED_HOSTS", "10.0.0.256"),
        ("ALLOWED_HOSTS", "p" * 64 + ".example.org"),
        ("ALLOWED_HOSTS", "place..example.org"),
        ("CSRF_TRUSTED_ORIGINS", "https://place.example.org/"),
        ("CSRF_TRUSTED_ORIGINS", "https://place.example.org/room"),
        ("CSRF_TRUSTED_ORIGINS", "https://"),
        ("CSRF_TRUSTED_ORIGINS", "https://place.example.org:"),
        ("CSRF_TRUSTED_ORIGINS", "https://place.example.org:70000"),
        ("CSRF_TRUSTED_ORIGINS", "https://me@place.example.org"),
        ("CSRF_TRUSTED_ORIGINS", "https://place.example.org?"),
        ("CSRF_TRUSTED_ORIGINS", "https://place.example.org https://www.place.example.org"),
        ("CSRF_TRUSTED_ORIGINS", "https://*"),
        ("CSRF_TRUSTED_ORIGINS", "HTTPS//place.example.org"),
        ("CSRF_TRUSTED_ORIGINS", "https://place.example.org:port"),
        ("EMAIL_HOST", "smtp://mail.example.org"),
        ("EMAIL_HOST", "mail.example.org:587"),
        ("EMAIL_HOST", "mail.example.org/"),
        ("EMAIL_HOST", "place@mail.example.org"),
        ("EMAIL_HOST", "mail example org"),
        ("EMAIL_HOST", ".example.org"),
        ("EMAIL_PORT", "0"),
        ("EMAIL_PORT", "65536"),
        ("EMAIL_PORT", "-587"),
        ("EMAIL_PORT", "587.0"),
        ("EMAIL_PORT", "465"),  # speaks SSL at once: STARTTLS would wait until it gives up
        ("EMAIL_HOST_USER", "place"),  # without a password nobody signs in
        ("EMAIL_HOST_PASSWORD", "hush"),
        ("DEFAULT_FROM_EMAIL", "@"),
        ("DEFAULT_FROM_EMAIL", "place@"),
        ("DEFAULT_FROM_EMAIL", "@example.org"),
        ("DEFAULT_FROM_EMAIL", "place@example"),
        ("DEFAULT_FROM_EMAIL", "place@example.org, two@example.org"),
        ("DEFAULT_FROM_EMAIL", "Place place@example.org"),
        ("DEFAULT_FROM_EMAIL", "Place <place@example.org"),
        ("DEFAULT_FROM_EMAIL", "Place\nBcc: all <place@example.org>"),
        ("DEFAULT_FROM_EMAIL", "mailto:place@example.org"),
        ("SITE_NAME", "Place\nBcc: everybody@example.org"),
        ("SITE_NAME", "Place\u2028Two"),
        ("SITE_NAME", '"Two Threads"'),
        ("SITE_NAME", "x" * 61),
        ("DATABASE_POOL", "0"),
        ("DATABASE_POOL", "-1"),
        ("DATABASE_POOL", "ten"),
        ("DATABASE_POOL", "100000"),
        ("DATABASE_URL", "sqlite:///"),
        ("DATABASE_URL", "sqlite:///:memory:"),
        ("DATABASE_URL", "sqlite:///place.sqlite3"),
        ("DATABASE_URL", "sqlite:////no/such/folder/place.sqlite3"),
        ("DATABASE_URL", "postgres://u:p@h/"),
        ("DATABASE_URL", "postgres://u:p@h"),
        ("DATABASE_URL", "postgres://u:p#w@h/n"),
        ("DATABASE_URL", "postgres://u:p@h:99999/n"),
        ("OWNER_DATABASE_URL", "place"),
        ("OWNER_DATABASE_URL", OWNER),  # while DATABASE_URL is a file
        ("TRUSTED_PROXIES", "yes"),
        ("TRUSTED_PROXIES", "-1"),
        ("TRUSTED_PROXIES", "10.0.0.0/8"),
        ("TRUSTED_PROXIES", "11"),
        ("BEHIND_PROXY", "1"),  # its name until now
        ("SCRIPT_NAME", "/place"),
        ("ERASED_FOLDER", "erased"),
        ("ERASED_FOLDER", "~/erased"),
        ("ERASED_FOLDER", "file:///srv/erased"),
        ("ERASED_FOLDER", __file__),
        ("STATE_FOLDER", "var"),
        ("STATE_FOLDER", "/proc/place"),  # cannot be made
        ("STATIC_FOLDER", "static"),
        ("BACKUP_FOLDER", "backups"),
        ("BACKUP_DAYS", "0"),
        ("BACKUP_DAYS", "a month"),
        ("BACKUP_TO", "age1nothing"),
        ("BACKUP_TO", "AGE-SECRET-KEY-1QQQQ"),
        ("TIME_ZONE", "europe/zurich"),
        ("TIME_ZONE", "CEST"),
        ("TIME_ZONE", "+01:00"),
        ("SECOND_WALL", "off please"),
    ],
)
def test_a_wrong_value_stops_production_and_is_named(settings_with, name, value):
    with pytest.raises(env.WrongSetting, match=f"^{name} .*\\.$") as refusal:
        settings_with(**{name: value})
    assert "\n" not in str(refusal.value)


@pytest.mark.parametrize(
    ("name", "changes"),
    [
        ("OWNER_DATABASE_URL", {"DATABASE_URL": POSTGRES, "OWNER_DATABASE_URL": POSTGRES}),
        ("OWNER_DATABASE_URL", {"DATABASE_URL": POSTGRES, "OWNER_DATABASE_URL": "sqlite:////tmp/place.sqlite3"}),
        ("SERVING_ROLE", {"DATABASE_URL": POSTGRES, "OWNER_DATABASE_URL": OWNER, "SERVING_ROLE": "web"}),
        ("SERVING_ROLE", {"DATABASE_URL": POSTGRES, "OWNER_DATABASE_URL": OWNER, "SERVING_ROLE": "w" * 64}),
        ("EMAIL_PORT", {"EMAIL_USE_SSL": "1", "EMAIL_PORT": "587"}),
        ("EMAIL_PORT", {"EMAIL_USE_TLS": "0", "EMAIL_PORT": "465"}),
        ("EMAIL_USE_TLS", {"EMAIL_USE_TLS": "0", "EMAIL_HOST_USER": "place", "EMAIL_HOST_PASSWORD": "hush"}),
    ],
)
def test_values_that_do_not_fit_each_other_stop_production(settings_with, name, changes):
    with pytest.raises(env.WrongSetting, match=f"^{name} .*\\.$") as refusal:
        settings_with(**changes)
    assert "hush" not in str(refusal.value) and ":p@" not in str(refusal.value)


@pytest.mark.parametrize(
    "changes",
    [
        {"ALLOWED_HOSTS": "place.example.org, www.place.example.org,.example.net"},
        {"ALLOWED_HOSTS": "10.0.0.5,[2001:db8::1],localhost,Place.Example.ORG,xn--plce-loa.example.org"},
        {"CSRF_TRUSTED_ORIGINS": "https://place.example.org,https://*.example.net:8443"},
        {"EMAIL_HOST": "10.0.0.6", "EMAIL_PORT": "2525"},
        {"EMAIL_HOST": "mailhost", "EMAIL_USE_TLS": "0"},
        {"EMAIL_HOST": "2001:db8::6"},
        {"EMAIL_USE_SSL": "1"},
        {"EMAIL_USE_SSL": "1", "EMAIL_PORT": "465"},
        {"EMAIL_HOST_USER": "place", "EMAIL_HOST_PASSWORD": "hush"},
        {"EMAIL_HOST": "localhost", "EMAIL_USE_TLS": "0", "EMAIL_HOST_USER": "u", "EMAIL_HOST_PASSWORD": "p"},
        {"DEFAULT_FROM_EMAIL": "Place <place@example.org>"},
        {"DEFAULT_FROM_EMAIL": '"A Place, one" <place+codes@sub.example.org>'},
        {"SITE_NAME": "L'atelier d'été & Söhne"},
        {"DATABASE_URL": POSTGRES, "OWNER_DATABASE_URL": OWNER},
        {"DATABASE_URL": POSTGRES, "OWNER_DATABASE_URL": POSTGRES, "SECOND_WALL": "0"},
        {"DATABASE_URL": "postgres://web.tenant:p@h/n", "OWNER_DATABASE_URL": OWNER, "SERVING_ROLE": "web"},
        {"DATABASE_URL": "postgresql://u:p%40x@%2Fvar%2Frun/n?sslmode=require"},
        {"DATABASE_URL": "sqlite:////tmp/place.sqlite3"},
        {"DATABASE_POOL": "1"},
        {"TRUSTED_PROXIES": "2"},
        {"TRUSTED_PROXIES": "0"},
        {"SCRIPT_NAME": ""},
        {"TIME_ZONE": "America/Argentina/Ushuaia"},
        {"ERASED_FOLDER": "/srv/place/erased"},
        {"BACKUP_TO": PUBLIC_KEY, "BACKUP_FOLDER": "/srv/place/backups", "BACKUP_DAYS": "7"},
    ],
)
def test_sound_values_of_every_shape_start(settings_with, changes):
    assert settings_with(**changes)["DEBUG"] is False


def test_the_number_of_proxies_says_whose_word_on_https_is_taken(settings_with):
    assert "SECURE_PROXY_SSL_HEADER" not in settings_with()
    behind = settings_with(TRUSTED_PROXIES="2")
    assert behind["SECURE_PROXY_SSL_HEADER"] == ("HTTP_X_FORWARDED_PROTO", "https")
    assert behind["TRUSTED_PROXIES"] == 2


def test_every_setting_that_is_told_is_read_and_every_one_that_is_read_stands_there():
    table = (ROOT / "docs" / "operate.md").read_text(encoding="utf-8").partition("## Settings")[2].partition("\n## ")[0]
    told = {name for row in table.splitlines() if row.startswith("| `") for name in NAMES.findall(row.split("|")[1])}
    source = (ROOT / "trustapp" / "settings.py").read_text(encoding="utf-8")
    read = set(re.findall(r'env\.\w+\(\s*"([A-Z_]+)"', source)) | {"DATABASE_URL", "OWNER_DATABASE_URL"}
    assert read - {"BEHIND_PROXY", "SCRIPT_NAME"} == told


def test_a_wrong_database_address_is_refused_without_repeating_its_password(settings_with):
    with pytest.raises(env.WrongSetting) as refusal:
        settings_with(DATABASE_URL="postgres://u:hush[@h:port/n")
    assert "hush" not in str(refusal.value)


def test_both_ways_of_securing_mail_at_once_are_refused(settings_with):
    with pytest.raises(env.WrongSetting, match="EMAIL_USE_TLS"):
        settings_with(EMAIL_USE_TLS="1", EMAIL_USE_SSL="1")


def test_production_starts_with_sound_values_and_is_closed(settings_with):
    chosen = settings_with()
    assert chosen["DEBUG"] is False
    assert chosen["SECURE_SSL_REDIRECT"] and chosen["SECURE_HSTS_SECONDS"]
    assert chosen["SESSION_COOKIE_NAME"].startswith("__Host-") and chosen["SESSION_COOKIE_SECURE"]
    assert chosen["CSRF_COOKIE_NAME"].startswith("__Host-") and chosen["CSRF_COOKIE_SECURE"]
    assert "smtp" in chosen["EMAIL_BACKEND"]
    assert "SECURE_PROXY_SSL_HEADER" not in chosen


def test_sqlite_waits_for_other_writers_and_forgets_what_is_erased(settings_with):
    options = settings_with()["DATABASES"]["default"]["OPTIONS"]
    assert options["transaction_mode"] == "IMMEDIATE"
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "secure_delete=ON"):
        assert pragma in options["init_command"]


def test_postgresql_gets_a_pool_and_no_database_wraps_a_request(settings_with):
    database = settings_with(DATABASE_URL="postgres://u:p@h:5432/n")["DATABASES"]["default"]
    assert database["OPTIONS"]["pool"]["max_size"] == 10
    assert database["OPTIONS"]["pool"]["reconnect_timeout"] == 3
    assert database["CONN_MAX_AGE"] == 0 and database["CONN_HEALTH_CHECKS"]
    assert not database.get("ATOMIC_REQUESTS")


def test_a_command_of_the_owner_has_one_connection_and_no_pool(settings_with, monkeypatch):
    monkeypatch.setattr(sys, "argv", ["manage.py", "restore"])
    database = settings_with(DATABASE_URL=POSTGRES, OWNER_DATABASE_URL=OWNER)["DATABASES"]["default"]
    assert database["USER"] == "trustapp_owner" and "pool" not in database["OPTIONS"]


def test_development_makes_a_key_that_only_its_owner_reads(settings_with):
    chosen = settings_with(DEBUG="1", SECRET_KEY=None)
    key_file = chosen["DEVELOPMENT_KEY_FILE"]
    assert len(chosen["SECRET_KEY"]) > 50
    assert stat.S_IMODE(key_file.stat().st_mode) == 0o600
    with pytest.raises(env.WrongSetting, match="^SECRET_KEY "):
        settings_with(SECRET_KEY=chosen["SECRET_KEY"])


def test_development_makes_a_master_key_that_only_its_owner_reads(settings_with):
    chosen = settings_with(DEBUG="1", VAULT_KEYS=None)
    assert len(chosen["VAULT_KEYS"]) == 1
    assert stat.S_IMODE(chosen["DEVELOPMENT_VAULT_FILE"].stat().st_mode) == 0o600
    assert settings_with(DEBUG="1", VAULT_KEYS=None)["VAULT_KEYS"] == chosen["VAULT_KEYS"]


def test_no_master_key_is_repeated_in_an_error(settings_with):
    nearly = "c2VjcmV0LXNlY3JldC1zZWNyZXQ="
    with pytest.raises(env.WrongSetting) as problem:
        settings_with(VAULT_KEYS=f"{SOUND['VAULT_KEYS']},{nearly}")
    assert "key 2 of 2" in str(problem.value)
    assert nearly not in str(problem.value) and SOUND["VAULT_KEYS"] not in str(problem.value)


def test_the_suite_runs_on_the_database_it_was_given():
    wanted = "postgresql" if os.environ.get("DATABASE_URL", "").startswith("postgres") else "sqlite"
    assert connection.vendor == wanted


def test_the_command_ends_with_one_sentence_instead_of_a_traceback():
    surroundings = {name: value for name, value in os.environ.items() if name not in (*OURS, *SOUND)}
    surroundings["DJANGO_SETTINGS_MODULE"] = "trustapp.settings"
    ended = subprocess.run(
        [sys.executable, "manage.py", "check"], cwd=ROOT, env=surroundings, capture_output=True, text=True
    )
    assert ended.returncode == 1
    assert ended.stderr.startswith("Cannot start: SECRET_KEY is missing")
    assert ended.stderr.count("\n") == 1
