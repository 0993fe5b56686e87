"""What is looked at once, before the first page: that which would break every page, or seal under a wrong key."""

import logging
from contextlib import suppress
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.finders import FileSystemFinder
from django.contrib.staticfiles.storage import staticfiles_storage
from django.db import DatabaseError, connections
from django.template import TemplateSyntaxError, engines
from django.template.utils import get_app_template_dirs

from couples.models.checks import unreadable_key
from trustapp import upgrading
from trustapp.env import WrongSetting
from trustapp.static_files import Collected

logger = logging.getLogger(__name__)


def look() -> None:
    """Look at all of it. Raises WrongSetting with one sentence for the operator."""
    files_are_collected()
    keys_fit()
    tables_fit()
    templates_are_read()


def files_are_collected() -> None:
    """That each file of ours was collected and is there. Raises WrongSetting."""
    if not isinstance(staticfiles_storage, Collected):
        return
    for name, _ in FileSystemFinder().list(ignore_patterns=None):
        collected = staticfiles_storage.hashed_files.get(name)
        if collected is None or not staticfiles_storage.exists(collected):
            raise WrongSetting(f"The file {name} is not among those collected: run manage.py collectstatic.")


def keys_fit() -> None:
    """That VAULT_KEYS open what is sealed here. Raises WrongSetting.

    A database that is away stops no start: pages come back when it does.
    """
    try:
        problem = unreadable_key()
    except DatabaseError:
        logger.warning("The database could not be asked whether VAULT_KEYS open what is sealed in it.")
        return
    finally:
        _leave_no_connection()
    if problem:
        raise WrongSetting(problem)


def tables_fit() -> None:
    """See whether every migration of this code is applied. Where one is not, pages say so until it is (`upgrading`)."""
    try:
        if not upgrading.migrations_are_applied():
            logger.warning("This code has migrations that the database has not: run manage.py migrate.")
            upgrading.begin()
    except DatabaseError:
        logger.warning("The database could not be asked whether it has every migration.")
    finally:
        _leave_no_connection()


def _leave_no_connection() -> None:
    """A server may fork after this, and no connection may be shared between processes."""
    connections["default"].close()
    if settings.DATABASES["default"].get("OPTIONS", {}).get("pool"):
        connections["default"].close_pool()  # type: ignore[attr-defined]


def templates_are_read() -> None:
    """Read every template now, which costs a quarter of a second.

    Whoever reads one when it is first asked for may find that of the next version there, fetched a moment ago.
    """
    engine = engines["django"].engine
    for folder in (*engine.dirs, *get_app_template_dirs("templates")):
        for file in Path(folder).rglob("*.*"):
            with suppress(TemplateSyntaxError):  # a library's, for something of it that is not used here
                engine.get_template(file.relative_to(folder).as_posix())
