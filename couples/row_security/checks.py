"""What `manage.py check --database default`, and `migrate`, say of the second wall and of PostgreSQL's own log."""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register
from django.db import connection

from couples.row_security import policies

HINT = (
    "Serve as a role of its own (DATABASE_URL), migrate as another (OWNER_DATABASE_URL): docs/operate.md, PostgreSQL."
)

LOG_HINT = "As PostgreSQL's superuser, once for this database: the two lines ALTER DATABASE of deploy/roles.sh."


@register(Tags.database)
def the_serving_role_stays_behind_the_wall(
    app_configs: Any = None, databases: Sequence[str] | None = None, **kwargs: Any
) -> list[CheckMessage]:
    """On PostgreSQL an error where the role that serves pages could read past the policies (a warning with DEBUG)."""
    if "default" not in (databases or ()) or not settings.SECOND_WALL or settings.IS_OWNER:
        return []
    if connection.vendor != "postgresql" or not policies.is_there() or not policies.passes_the_wall():
        return []
    kind = Warning if settings.DEBUG else Error
    return [kind("The role that serves pages can read past the second wall.", hint=HINT, id="couples.wall")]


@register(Tags.database)
def postgresql_keeps_words_out_of_its_log(
    app_configs: Any = None, databases: Sequence[str] | None = None, **kwargs: Any
) -> list[CheckMessage]:
    """A warning where PostgreSQL writes down a statement that fails, as two people at one address make it.

    Such a statement holds what it was given: mail addresses, names, digests of passwords.
    """
    if "default" not in (databases or ()) or settings.DEBUG or connection.vendor != "postgresql":
        return []
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('log_min_error_statement'), current_setting('log_error_verbosity')")
        if cursor.fetchone() == ("panic", "terse"):
            return []
    message = "PostgreSQL writes statements that fail into its log, with mail addresses and names in them."
    return [Warning(message, hint=LOG_HINT, id="couples.log")]
