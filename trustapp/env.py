"""Reading settings from the environment. A value that is wrong stops the start and names its variable."""

import os
from typing import Any

import dj_database_url
from django.core.exceptions import ImproperlyConfigured

from couples.lib import vault

YES = {"1", "true", "yes", "on"}
NO = {"0", "false", "no", "off", ""}


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


def number(name: str, default: int) -> int:
    """`name` read as a whole number, zero or more. Raises WrongSetting for anything else."""
    value = text(name)
    if not value:
        return default
    if not (value.isascii() and value.isdigit()):
        raise WrongSetting(f"{name} must be a whole number such as {default}, not {value!r}.")
    return int(value)


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


def database(name: str, default: str) -> dict[str, Any]:
    """`name` read as a database address, as Django wants it. The address itself is never repeated
    in an error, since it may hold a password. Raises WrongSetting."""
    value = text(name, default)
    if not value.startswith(("sqlite:///", "postgres://", "postgresql://")):
        raise WrongSetting(f"{name} must look like postgres://user:password@host:5432/name or sqlite:////path/to/file.")
    try:
        return dict(dj_database_url.parse(value))
    except ValueError:
        raise WrongSetting(
            f"{name} cannot be read: write special characters in the user or password as %40 and the like."
        ) from None
