"""What lies in deploy/ names only what there is; its steps, run here as plain processes, lead to a place that works."""

import configparser
import http.client
import os
import re
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest
import yaml
from django.conf import settings
from django.core.management import get_commands
from django.db import connection
from django.urls import reverse

from couples.management import backups
from couples.management.commands import work
from tests.support.own_place import Place
from tests.trustapp.test_settings import SOUND

ROOT = Path(__file__).resolve().parents[2]
DEPLOY = ROOT / "deploy"
HOME = "/srv/place"
UNITS = sorted((DEPLOY / "systemd").glob("*.service"))
TOLD = [*sorted(path for path in DEPLOY.rglob("*") if path.is_file()), ROOT / "docs" / "operate.md"]
COMPOSE = yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))
OF_THE_PLACE = [name for name, service in COMPOSE["services"].items() if service.get("image") == "place"]
# Read before settings are, by Python, gunicorn and the shell.
OF_OTHERS = {"PATH", "PORT", "WEB_CONCURRENCY", "PYTHONDONTWRITEBYTECODE", "PYTHONUNBUFFERED"}


def settings_that_are_read() -> set[str]:
    source = (ROOT / "trustapp" / "settings.py").read_text(encoding="utf-8")
    return set(re.findall(r'env\.\w+\(\s*"([A-Z_]+)"', source)) | {"DATABASE_URL", "OWNER_DATABASE_URL"}


def example() -> dict[str, str]:
    """The lines of deploy/place.env, also those that are commented out."""
    lines = (DEPLOY / "place.env").read_text(encoding="utf-8").splitlines()
    found = (re.fullmatch(r"#?([A-Z_]+)=(.*)", line) for line in lines)
    return {line[1]: line[2].strip('"') for line in found if line}


def unit(path: Path) -> dict[str, list[str]]:
    """The lines of a unit's [Service], each name with all its values."""
    lines = path.read_text(encoding="utf-8").partition("[Service]")[2].partition("\n[")[0].splitlines()
    found: dict[str, list[str]] = {}
    for line in lines:
        if "=" in line and not line.startswith("#"):
            name, _, value = line.partition("=")
            found.setdefault(name, []).append(value)
    return found


# --- Everything that is named is there ---


@pytest.mark.one_database
@pytest.mark.parametrize("path", TOLD, ids=lambda path: path.name)
def test_every_command_that_is_named_is_one(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    named = re.findall(r"(?<!COPY )(?:manage\.py|deploy/manage)[\"', ]+([a-z_]+)\b", text)
    assert set(named) <= {*get_commands(), "with"}, path.name  # "deploy/manage is manage.py with these settings"
    if path.name in ("operate.md", "compose.yaml"):
        assert len(set(named)) > 2


@pytest.mark.one_database
@pytest.mark.parametrize("path", TOLD, ids=lambda path: path.name)
def test_every_file_of_this_place_that_is_named_is_there(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    named = set(re.findall(r"\b(deploy/[\w./-]+\w)", text)) | set(
        re.findall(r"/srv/place/((?!\.venv|collected)[\w./-]+\w)", text)
    )
    named |= {found for line in re.findall(r"^COPY (?!--from)(.+) \S+$", text, re.M) for found in line.split()}
    named |= {found[2:] for found in re.findall(r"- (\./[\w.]+):", text)} if path.name == "compose.yaml" else set()
    for found in named:
        assert any((folder / found).exists() for folder in (ROOT, DEPLOY)) or list(ROOT.glob(f"{found}*")), found


@pytest.mark.one_database
def test_every_setting_that_is_named_is_one_that_is_read() -> None:
    read = settings_that_are_read()
    image = (DEPLOY / "Dockerfile").read_text(encoding="utf-8")
    in_image = set(re.findall(r"\b([A-Z]+(?:_[A-Z]+)*)=", image))
    assert set(example()) <= read
    assert in_image - OF_OTHERS <= read, in_image - OF_OTHERS - read
    for name in OF_THE_PLACE:
        assert set(COMPOSE["services"][name]["environment"]) <= read
    for path in UNITS:
        assert unit(path)["EnvironmentFile"] == ["/etc/place.env"]


@pytest.mark.one_database
def test_the_example_of_settings_has_all_that_production_asks_for() -> None:
    assert set(SOUND) <= set(example())
    assert not [name for name in ("SECRET_KEY", "VAULT_KEYS", "BACKUP_TO") if example()[name]], "no key lies here"


@pytest.mark.one_database
def test_the_image_runs_as_nobody_in_particular_and_its_root_cannot_be_written() -> None:
    image = (DEPLOY / "Dockerfile").read_text(encoding="utf-8")
    last = image[image.rindex("\nFROM ") :]
    assert re.search(r"^USER place$", last, re.M) and "--uid 10001" in last
    assert "HEALTHCHECK" in last and "/healthz" in last
    for name in OF_THE_PLACE:
        service = COMPOSE["services"][name]
        assert service["read_only"] and service["cap_drop"] == ["ALL"], name
    proxy = COMPOSE["services"]["proxy"]
    assert proxy["read_only"] and proxy["cap_drop"] == ["ALL"] and proxy["cap_add"] == ["NET_BIND_SERVICE"]
    for name, service in COMPOSE["services"].items():
        assert service["security_opt"] == ["no-new-privileges:true"], name
        assert not service.get("privileged") and not service.get("network_mode")
    allowed = (DEPLOY / "Dockerfile.dockerignore").read_text(encoding="utf-8").splitlines()
    assert allowed[0] == "*" and "!var" not in allowed and "!.git" not in allowed


@pytest.mark.one_database
def test_containers_and_units_run_the_same() -> None:
    run = {path.stem: shlex.split(unit(path)["ExecStart"][0]) for path in UNITS}
    services = COMPOSE["services"]
    assert (
        run["place-web"][1:] == ["trustapp.wsgi"]
        and '["gunicorn", "trustapp.wsgi"]' in (DEPLOY / "Dockerfile").read_text()
    )
    assert run["place-work"][1:] == services["work"]["command"][1:]
    assert " ".join(run["place-backup"][1:]) in services["backup"]["command"][-1]
    assert services["web"]["depends_on"]["migrate"]["condition"] == "service_completed_successfully"


def seconds(service: str) -> int:
    number, kind = re.fullmatch(r"(\d+)([sm])", COMPOSE["services"][service]["stop_grace_period"]).groups()
    return int(number) * (60 if kind == "m" else 1)


@pytest.mark.one_database
def test_a_container_is_told_to_stop_for_longer_than_what_it_has_begun_may_take() -> None:
    ours = re.search(r"^graceful_timeout = (\d+)", (ROOT / "gunicorn.conf.py").read_text(), re.M)
    assert ours and min(seconds("web"), seconds("proxy")) > int(ours[1])
    assert seconds("work") > work.LETS_FINISH
    assert seconds("db") >= 60


@pytest.mark.one_database
def test_the_proxy_stays_while_the_others_are_made_anew() -> None:
    """Compose makes anew whatever depends on what it makes anew; then nobody says that the place is being updated."""
    assert "depends_on" not in COMPOSE["services"]["proxy"]
    assert "build" not in COMPOSE["services"]["proxy"]


@pytest.mark.one_database
def test_the_tables_wait_for_a_database_that_can_be_reached() -> None:
    """While PostgreSQL's image sets itself up, a server answers on the socket alone, and is ended again."""
    db = COMPOSE["services"]["db"]
    assert "--host=127.0.0.1" in db["healthcheck"]["test"]
    assert COMPOSE["services"]["migrate"]["depends_on"] == {"db": {"condition": "service_healthy"}}


@pytest.mark.one_database
def test_containers_keep_settings_and_passwords_outside_the_repository() -> None:
    for name in OF_THE_PLACE:
        assert COMPOSE["services"][name]["env_file"] == "${PLACE_ENV:-/etc/place.env}"
    assert "deploy/.env" in (ROOT / ".gitignore").read_text(encoding="utf-8").splitlines()
    assert COMPOSE["name"] == "place", "two folders called deploy would share their volumes"


@pytest.mark.one_database
def test_whoever_comes_by_ipv6_keeps_an_address_of_their_own() -> None:
    assert COMPOSE["networks"]["default"]["enable_ipv6"] == "${PLACE_IPV6:-true}"
    assert all("networks" not in service for service in COMPOSE["services"].values())


@pytest.mark.one_database
def test_the_proxy_keeps_ready_to_the_inside_and_writes_nothing_down() -> None:
    proxy = (DEPLOY / "Caddyfile").read_text(encoding="utf-8")
    plain = "\n".join(line for line in proxy.splitlines() if not line.strip().startswith("#"))
    assert "path /readyz" in plain and "respond @inside 404" in plain
    assert not re.search(r"^\s*(log|encode)\b", plain, re.M)
    away = plain.partition("handle_errors")[2]
    assert 'respond @leaving "" 200' in away and f"path {reverse('leave')} {reverse('notes')}" in away
    keeps = re.search(r"keepalive (\d+)s", plain)
    ours = re.search(r"^keepalive = (\d+)", (ROOT / "gunicorn.conf.py").read_text(), re.M)
    assert keeps and ours and int(keeps[1]) < int(ours[1])
    assert plain.count("{") == plain.count("}")


@pytest.mark.one_database
def test_the_proxy_says_of_what_is_too_large_that_it_is_and_of_nothing_else_that_it_is_for_good() -> None:
    errors = (DEPLOY / "Caddyfile").read_text(encoding="utf-8").partition("handle_errors {")[2]
    answers = re.findall(r'^\s*respond (@\w+ )?"(.+)" (\d+)$', errors, re.M)
    assert [(named, status) for named, _, status in answers] == [("@large ", "413"), ("", "503")]
    assert "too much" in answers[0][1] and "being updated" in answers[1][1]
    most = re.search(r"max_size (\d+)MB", (DEPLOY / "Caddyfile").read_text(encoding="utf-8"))
    assert most and int(most[1]) * 10**6 > settings.DATA_UPLOAD_MAX_MEMORY_SIZE, (
        "what the place itself can say, it says"
    )


@pytest.mark.one_database
@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="systemd is not here")
def test_systemd_understands_the_units(tmp_path: Path) -> None:
    for path in (DEPLOY / "systemd").iterdir():
        text = path.read_text(encoding="utf-8").replace(f"{HOME}/.venv/bin", str(Path(sys.executable).parent))
        (tmp_path / path.name).write_text(text.replace(HOME, str(ROOT)))
    said = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", *map(str, tmp_path.iterdir())], capture_output=True, text=True
    )
    assert said.returncode == 0 and not said.stderr, said.stderr


@pytest.mark.one_database
def test_every_unit_is_kept_from_the_rest_of_the_machine() -> None:
    for path in UNITS:
        has = unit(path)
        assert has["User"] == ["place"] and has["ProtectSystem"] == ["strict"] and has["NoNewPrivileges"] == ["yes"]
        assert has["CapabilityBoundingSet"] == [""], path.name
        assert has["StateDirectory"] == ["place"] and example()["STATE_FOLDER"] == "/var/lib/place"
        assert example()["BACKUP_FOLDER"] in has["ReadWritePaths"]
    timer = configparser.ConfigParser(strict=False)
    timer.read(DEPLOY / "systemd" / "place-backup.timer")
    assert timer["Timer"]["Persistent"] == "yes"


@pytest.mark.one_database
def test_a_wrong_setting_ends_the_start_itself_and_not_a_moment_later() -> None:
    """gunicorn says that it is up before its workers have read a setting; `systemctl start` would say nothing."""
    web = unit(DEPLOY / "systemd" / "place-web.service")
    assert web["ExecStartPre"] == web["ExecReload"][:1]
    assert shlex.split(web["ExecStartPre"][0])[1:] == ["-c", "import trustapp.wsgi"]


# --- The same steps, as plain processes ---


class Machine:
    """A place with the settings of deploy/place.env filled in, whose units are run from their own lines."""

    def __init__(self, place: Place) -> None:
        state = place.folder / "state"
        state.mkdir()
        with socket.socket() as found:
            found.bind(("127.0.0.1", 0))
            self.port = found.getsockname()[1]
        values = {
            **example(),
            **SOUND,
            "BACKUP_TO": place.surroundings["BACKUP_TO"],
            "BACKUP_FOLDER": str(place.folder / "backups"),
            "STATE_FOLDER": str(state),
            "STATIC_FOLDER": str(place.folder / "collected"),
            "EMAIL_HOST_USER": "",
        }
        for name in ("DATABASE_URL", "OWNER_DATABASE_URL", "SERVING_ROLE"):
            values.pop(name, None)
            if given := place.surroundings.get(name):
                values[name] = given
        self.file = place.folder / "place.env"
        self.file.write_text("".join(f"{name}='{value}'\n" for name, value in values.items()))
        self.surroundings = {"PATH": place.surroundings["PATH"], "PLACE_ENV": str(self.file)}
        self.values = {**values, "PATH": place.surroundings["PATH"], "PORT": str(self.port)}

    def manage(self, *arguments: str) -> str:
        """As docs/operate.md says it: by deploy/manage."""
        done = subprocess.run(
            [str(DEPLOY / "manage"), *arguments], env=self.surroundings, capture_output=True, text=True, timeout=120
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def start(self, name: str) -> subprocess.Popen[bytes]:
        """What a unit starts, with what it gives it."""
        command = shlex.split(unit(DEPLOY / "systemd" / f"{name}.service")["ExecStart"][0])
        command[0] = command[0].replace(f"{HOME}/.venv/bin", str(Path(sys.executable).parent))
        return subprocess.Popen(command, cwd=ROOT, env=self.values)

    def asked(self, address: str) -> tuple[int, str]:
        there = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        try:
            there.request("GET", address, headers={"Host": SOUND["ALLOWED_HOSTS"], "X-Forwarded-Proto": "https"})
            answer = there.getresponse()
            return answer.status, answer.read().decode()
        except ConnectionRefusedError:
            return 0, ""
        finally:
            there.close()


def ends(process: subprocess.Popen[bytes]) -> int:
    process.send_signal(signal.SIGTERM)
    return process.wait(45)


# In `make test` PostgreSQL goes all the steps; each command is tried on SQLite too, in tests/management/.
@pytest.mark.deep if connection.vendor == "sqlite" else pytest.mark.slow
def test_the_steps_lead_to_a_place_that_works(place: Place) -> None:
    machine = Machine(place)
    for step in (["migrate", "--verbosity=0"], ["collectstatic", "--no-input", "--verbosity=0"]):
        machine.manage(*step)
    assert "no issues" in machine.manage("check", "--deploy", "--database", "default", "--fail-level", "WARNING")
    web, work = machine.start("place-web"), machine.start("place-work")
    try:
        until = time.monotonic() + 60
        while machine.asked("/healthz")[0] != 200:
            assert web.poll() is None and time.monotonic() < until
            time.sleep(0.1)
        status, said = machine.asked("/readyz")
        assert status == 200 and said.count(": ok\n") == 7, said
        assert machine.asked("/accounts/signup/")[0] == 200
        time.sleep(1.5)
        assert work.poll() is None
        assert machine.start("place-backup").wait(60) == 0
    finally:
        found = [ends(process) for process in (web, work)]
    assert found == [0, 0]
    ((_, file),) = backups.kept(place.folder / "backups")
    machine.manage("restore", str(file), f"--key={place.folder / 'key'}", "--replace")
    assert "Everything is as it was written" in machine.manage("verify")


@pytest.mark.one_database
@pytest.mark.parametrize(
    ("user", "owner", "hands_over"), [("0", "place", True), ("0", "root", False), ("996", "place", False)]
)
def test_a_command_that_root_calls_leaves_no_file_of_root(
    tmp_path: Path, user: str, owner: str, hands_over: bool
) -> None:
    """One `deploy/manage backup` by root, and the backup of the night could not take its lock."""
    (tmp_path / "deploy").mkdir()
    shutil.copy(DEPLOY / "manage", tmp_path / "deploy" / "manage")
    (tmp_path / "place.env").write_text("SECRET_KEY='a $b;c'\n")
    for name, says in {
        "bin/id": f"echo {user}",
        "bin/stat": f"echo {owner}",
        "bin/runuser": 'echo runuser "$@"',
        ".venv/bin/python": 'echo "$SECRET_KEY" "$@"',
    }.items():
        program = tmp_path / name
        program.parent.mkdir(parents=True, exist_ok=True)
        program.write_text(f"#!/bin/sh\n{says}\n")
        program.chmod(0o755)
    command = str(tmp_path / "deploy" / "manage")
    surroundings = {"PATH": f"{tmp_path / 'bin'}:{os.environ['PATH']}", "PLACE_ENV": str(tmp_path / "place.env")}
    said = subprocess.run([command, "backup", "--x"], env=surroundings, capture_output=True, text=True, check=True)
    expected = f"runuser -u place -- {command} backup --x" if hands_over else "a $b;c manage.py backup --x"
    assert said.stdout.strip() == expected


@pytest.mark.one_database
def test_the_two_roles_are_made_as_the_page_says(tmp_path: Path) -> None:
    """`psql` is told what to do; what it is told is what docs/operate.md promises."""
    (tmp_path / "psql").write_text('#!/bin/sh\necho "$@"\ncat\n')
    (tmp_path / "psql").chmod(0o755)
    surroundings = {"PATH": f"{tmp_path}:{os.environ['PATH']}", "OWNER_PASSWORD": "one", "WEB_PASSWORD": "two"}

    def told(**besides: str) -> str:
        command, given = [str(DEPLOY / "roles.sh")], {**surroundings, **besides}
        done = subprocess.run(command, env=given, capture_output=True, text=True, check=True, stdin=subprocess.DEVNULL)
        return done.stdout

    said = told()
    assert "--set=owner=one --set=web=two" in said
    assert "CREATE DATABASE trustapp OWNER trustapp_owner" in said
    assert said.count("CREATE ") == said.count("WHERE NOT EXISTS") == 3, "it can be run again"
    for name, value in (("log_min_error_statement", "panic"), ("log_error_verbosity", "terse")):
        assert f"ALTER DATABASE trustapp SET {name} = '{value}'" in said
    assert "PASSWORD NULL" not in said, "a machine's own superuser is none of ours"
    assert "ALTER ROLE CURRENT_USER PASSWORD NULL" in told(POSTGRES_PASSWORD="one")


@pytest.mark.one_database
def test_the_image_has_the_texts_of_the_kit_that_pages_give_out() -> None:
    allowed = (DEPLOY / "Dockerfile.dockerignore").read_text(encoding="utf-8").splitlines()
    assert "!docs/practice" in allowed
    assert "COPY docs/practice docs/practice" in (DEPLOY / "Dockerfile").read_text(encoding="utf-8")
