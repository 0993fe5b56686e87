"""Reading settings from the environment. A value that is wrong stops the start and names its variable."""

import ipaddress
import os
import re
from email.utils import getaddresses
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

import dj_database_url
from django.core.exceptions import ImproperlyConfigured, ValidationError
from django.core.validators import EmailValidator

from couples.lib import age_file, vault

YES = {"1", "true", "yes", "on"}
NO = {"0", "false", "no", "off", ""}
# A name as DNS has it: parts of letters, digits and inner hyphens. A browser sends any other alphabet as xn--.
NAME: Final = re.compile(
    r"(?=.{1,253}\Z)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*", re.I
)
ONLY_DIGITS: Final = re.compile(r"[0-9.]+")  # then it means an address
LONGEST_NAME = 60  # of this place: it stands in every title and subject


class WrongSetting(ImproperlyConfigured):
    """A variable of the environment is missing or wrong; the text is one sentence for the operator."""


def text(name: str, default: str = "") -> str:
    """The value of `name` without surrounding blanks, or `default` when it is missing or empty."""
    return os.environ.get(name, "").strip() or default


def flag(name: str, default: bool = False) -> bool:
    """`name` read as yes or no. Raises WrongSetting for anything else."""
    if name not in os.environ:
        return default
    value = os.environ[name].strip().lower()
    if value in YES:
        return True
    if value in NO:
        return False
    raise WrongSetting(f"{name} must be 1 or 0, not {value!r}.")


def words(name: str, default: tuple[str, ...] = ()) -> list[str]:
    """`name` read as a list separated by commas."""
    return [word.strip() for word in text(name).split(",") if word.strip()] or list(default)


def number(name: str, default: int, least: int, most: int) -> int:
    """`name` read as a whole number from `least` to `most`. Raises WrongSetting for anything else."""
    value = text(name)
    if not value:
        return default
    if not (value.isascii() and value.isdigit() and len(value) < 10 and least <= int(value) <= most):
        raise WrongSetting(f"{name} must be a whole number from {least} to {most}, not {value!r}.")
    return int(value)


def one_line(name: str, default: str) -> str:
    """`name` read as a name of a few words, for titles and the subject of every mail. Raises WrongSetting."""
    value = text(name, default)
    if not value.isprintable() or len(value) > LONGEST_NAME:
        raise WrongSetting(f"{name} must be one line of at most {LONGEST_NAME} signs.")
    if value[0] in "\"'" and value[0] == value[-1]:
        raise WrongSetting(f"{name} stands in quotes, which would be shown: write it without them.")
    return value


def is_host(value: str) -> bool:
    """Whether this is a name or an address of a machine, and nothing besides: no scheme, port, path or user."""
    try:
        ipaddress.ip_address(value)
    except ValueError:
        return bool(NAME.fullmatch(value)) and not ONLY_DIGITS.fullmatch(value)
    return True


def is_web_host(value: str) -> bool:
    """Whether this is a host as a browser names it: an IPv6 address stands in brackets."""
    if value.startswith("[") and value.endswith("]"):
        return ":" in value and is_host(value[1:-1])
    return ":" not in value and is_host(value)


def hosts(name: str) -> list[str]:
    """`name` read as names that a browser may call this place by; one that begins with a dot means all below it.

    Raises WrongSetting for what no browser would ever send: a scheme, a port, a path, a star.
    """
    listed = words(name)
    for each in listed:
        if not is_web_host(each.removeprefix(".")):
            raise WrongSetting(
                f"{name} must list names such as place.example.org, by comma, without https://, port or slash,"
                f" not {each!r}."
            )
    return listed


def origins(name: str, schemes: tuple[str, ...]) -> list[str]:
    """`name` read as addresses of pages: scheme, host, perhaps a port, and nothing behind it. Raises WrongSetting."""
    listed = words(name)
    for each in listed:
        scheme, between, place = each.partition("://")
        host, colon, port = place.rpartition(":") if re.search(r":[^\]]*\Z", place) else (place, "", "")
        port_is_sound = not colon or (port.isascii() and port.isdigit() and 1 <= int(port[:6]) <= 65535)
        if scheme not in schemes or not between or not is_web_host(host.removeprefix("*.")) or not port_is_sound:
            raise WrongSetting(
                f"{name} must list addresses such as https://place.example.org, by comma and without a slash at"
                f" the end, not {each!r}."
            )
    return listed


def host(name: str) -> str:
    """`name` read as one machine to call, or "" where it is missing. Raises WrongSetting."""
    value = text(name)
    if value and not is_host(value):
        raise WrongSetting(
            f"{name} must be a name such as mail.example.org, without scheme, port or slash, not {value!r}."
        )
    return value


def sender(name: str, default: str = "") -> str:
    """`name` read as the one address that mail comes from: place@example.org or Place <place@example.org>.

    Raises WrongSetting, also where it is missing.
    """
    value = text(name, default)
    found = getaddresses([value]) if value.isprintable() else []
    try:
        if len(found) != 1:
            raise ValidationError("not one address")
        EmailValidator(allowlist=["localhost"])(found[0][1])
        if value != found[0][1] and not value.endswith(f"<{found[0][1]}>"):
            raise ValidationError("more than a name and an address")
    except ValidationError:
        raise WrongSetting(f"{name} must be the sender's address, such as place@example.org.") from None
    return value


def secret_key(name: str) -> str:
    """`name` as the key of a real place: refused when it is missing, short or one that others know. Raises
    WrongSetting."""
    key = text(name)
    if not key:
        raise WrongSetting(f"{name} is missing: set it to 50 or more random characters.")
    if key.startswith(("development-", "django-insecure-", "only-for-tests-")):
        raise WrongSetting(f"{name} is a key for development: set it to 50 or more random characters.")
    if len(key) < 50 or len(set(key)) < 5:
        raise WrongSetting(f"{name} is too short or too plain: set it to 50 or more random characters.")
    return key


def master_keys(name: str, default: str = "") -> list[bytes]:
    """`name` read as master keys, newest first, separated by commas. No key is ever repeated in an error.
    Raises WrongSetting."""
    written = words(name, (default,) if default else ())
    if not written:
        raise WrongSetting(f"{name} is missing: make a key with `python -m couples.vault`, and keep a copy elsewhere.")
    keys: list[bytes] = []
    for place, text_of_key in enumerate(written, start=1):
        try:
            keys.append(vault.read_master_key(text_of_key))
        except ValueError as problem:
            raise WrongSetting(
                f"{name} is wrong: key {place} of {len(written)} is not a master key ({problem}). "
                "Make one with `python -m couples.vault`."
            ) from None
    if len(set(keys)) < len(keys):
        raise WrongSetting(f"{name} names the same key twice.")
    if any(len(set(key)) < 8 for key in keys):
        raise WrongSetting(f"{name} holds a key that is too plain: make one with `python -m couples.vault`.")
    return keys


def public_keys(name: str) -> list[str]:
    """`name` read as public keys of age, separated by commas. Raises WrongSetting, which repeats no key."""
    written = words(name)
    if any(key.upper().startswith("AGE-SECRET-KEY-") for key in written):
        raise WrongSetting(
            f"{name} holds a secret key: it wants the public one, age1..., and no secret one is kept here."
        )
    for place, key in enumerate(written, start=1):
        try:
            age_file.public_key(key)
        except ValueError as problem:
            raise WrongSetting(
                f"{name} is wrong: key {place} of {len(written)} is {problem} (`manage.py backup --new-key` makes one)."
            ) from None
    return written


def mail_fits(host: str, port: int, user: str, password: str, tls: bool, ssl: bool) -> None:
    """See that what is known of the mail server fits together. Raises WrongSetting where no mail would ever leave, or
    the password would travel open."""
    if ssl and tls:
        raise WrongSetting("EMAIL_USE_TLS and EMAIL_USE_SSL cannot both be 1: set the one that your server wants.")
    if port == 465 and not ssl:
        raise WrongSetting("EMAIL_PORT 465 speaks SSL from the first word: set EMAIL_USE_SSL=1, or EMAIL_PORT=587.")
    if port == 587 and ssl:
        raise WrongSetting("EMAIL_PORT 587 begins without SSL: set EMAIL_USE_TLS=1 instead, or EMAIL_PORT=465.")
    if bool(user) != bool(password):
        missing, given = ("PASSWORD", "USER") if user else ("USER", "PASSWORD")
        raise WrongSetting(f"EMAIL_HOST_{given} is used together with EMAIL_HOST_{missing} only, which is missing.")
    if password and not (tls or ssl or host in ("localhost", "127.0.0.1", "::1")):
        raise WrongSetting("EMAIL_USE_TLS and EMAIL_USE_SSL are 0: the password of the mail server would travel open.")


def folder(name: str, default: Path) -> Path:
    """`name` read as a folder by its whole path; whoever writes into it makes it. Raises WrongSetting."""
    written = text(name)
    if written and (not Path(written).is_absolute() or not written.isprintable() or Path(written).is_file()):
        raise WrongSetting(f"{name} must be the whole path of a folder, such as /var/lib/place.")
    return Path(written) if written else default


def make_folder(name: str, folder: Path) -> None:
    """See that the folder of the setting `name` is there, for its owner alone. Raises WrongSetting."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as problem:
        raise WrongSetting(
            f"{name} names a folder that cannot be made ({problem.strerror}): make it, or choose another."
        ) from None


def database(name: str, default: str) -> dict[str, Any]:
    """`name` read as a database address, as Django wants it. The address itself is never repeated
    in an error, since it may hold a password. Raises WrongSetting."""
    value = text(name, default)
    if not value.startswith(("sqlite:///", "postgres://", "postgresql://")):
        raise WrongSetting(f"{name} must look like postgres://user:password@host:5432/name or sqlite:////path/to/file.")
    try:
        if urlsplit(value).fragment:
            raise ValueError("what follows # would be left out")
        found = dict(dj_database_url.parse(value))
    except ValueError:
        raise WrongSetting(
            f"{name} cannot be read: write special characters in the user or password as %40 and the like."
        ) from None
    if found["ENGINE"].endswith("sqlite3"):
        file = Path(found["NAME"])
        if not file.is_absolute():  # also :memory:, which would be gone with the process
            raise WrongSetting(
                f"{name} must name a file by its whole path: sqlite:////path/to/file, with four slashes."
            )
        if value != default and not file.parent.is_dir():
            raise WrongSetting(f"{name} names a file in a folder that is not there: make the folder first.")
    elif not found["NAME"]:
        raise WrongSetting(f"{name} must name the database at its end: postgres://user:password@host:5432/name.")
    return found


def two_roles(serving: dict[str, Any], owner: dict[str, Any], role: str) -> None:
    """See that the addresses of the role that serves and of the one that owns fit each other and SERVING_ROLE.

    Raises WrongSetting where they do not: pages would read past the second wall, or nothing at all.
    """
    if not serving["ENGINE"].endswith("postgresql") or not owner["ENGINE"].endswith("postgresql"):
        raise WrongSetting("OWNER_DATABASE_URL is for PostgreSQL: both addresses must begin with postgres://.")
    if serving["USER"] == owner["USER"]:
        raise WrongSetting("OWNER_DATABASE_URL must name another role than DATABASE_URL: the one that owns the tables.")
    if len(role.encode()) > 63 or not (serving["USER"] == role or serving["USER"].startswith(f"{role}.")):
        raise WrongSetting("SERVING_ROLE must be the role that DATABASE_URL names: it alone may read the tables.")
