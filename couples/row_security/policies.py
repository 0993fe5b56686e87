"""The second wall, as PostgreSQL keeps it: a policy on every private table.

The policies ask what was noted for the person whom the transaction faces (`functions.py`, `session.py`). `manage.py
migrate` puts the wall up, `manage.py wall --check` compares what stands with what would be generated. The owner of the
tables passes the wall (it migrates); the serving role does not.
"""

from collections.abc import Iterator
from contextlib import suppress
from time import monotonic, sleep
from typing import Any, Final

from django.core.management import CommandError
from django.db import IntegrityError, OperationalError, ProgrammingError, connection, transaction

from couples.lib.ids import PLACE
from couples.row_security.functions import functions

UID: Final = "app_uid()"
SETTLING: Final = "app_settling()"


def _seen(name: str) -> str:
    """That a column is among ids that were noted: asked once for a query."""
    return f"ANY ((SELECT app_seen('{name}'))::uuid[])"


# --- The policies ---------------------------------------------------------------------------------------------

Rules = dict[str, str]  # "SELECT", "INSERT", "UPDATE", "DELETE": the condition; what is not named is refused


def _whose(column: str) -> Rules:
    """Only its author's."""
    return dict.fromkeys(("SELECT", "INSERT", "UPDATE", "DELETE"), f"{column} = {UID}")


def _of_settling(column: str) -> Rules:
    """Written only while a verb settles this pair."""
    return dict.fromkeys(("SELECT", "INSERT", "UPDATE", "DELETE"), f"{column} = {SETTLING}")


def policies() -> dict[str, Rules]:
    """For each private table who may read and write which of its rows.

    A query that reads a table several times has its policy planned as often, so a policy is short and asks no table.
    """
    return {
        "couples_record": _whose("author_id") | {"SELECT": f"author_id = {UID} OR id = {_seen('records')}"},
        "couples_revision": {
            "SELECT": f"author_id = {UID} OR id = {_seen('revisions')}",
            "INSERT": f"author_id = {UID}",
            "DELETE": f"author_id = {UID}",
        },
        "couples_ownwords": _whose("author_id"),
        "couples_checkin": _whose("author_id"),
        "couples_heldtext": _whose("author_id"),
        "couples_shelfitem": _whose("therapist_id"),
        "couples_therapistlabel": _whose("owner_id"),
        "couples_ownline": _whose("owner_id")
        | {
            "INSERT": f"owner_id = {UID} OR owner_id IN"
            f" (SELECT s.person_id FROM couples_seat s WHERE s.pair_id = {SETTLING})"
        },
        "couples_takenoff": dict.fromkeys(
            ("SELECT", "INSERT", "UPDATE", "DELETE"),
            f"seat_id = {_seen('seats')} OR seat_id IN (SELECT s.id FROM couples_seat s WHERE s.pair_id = {SETTLING})",
        ),
        "couples_yes": _of_settling("pair_id")
        | {"SELECT": f"pair_id = {SETTLING} OR seat_id = {_seen('seats')} OR id = {_seen('yeses')}"},
        "couples_opening": _of_settling("pair_id") | {"SELECT": f"pair_id = {SETTLING} OR id = {_seen('openings')}"},
        # Not those under a bare line: what has no rests that can be read is not open (`visibility.all_stand`).
        "couples_rest": dict.fromkeys(("INSERT", "UPDATE", "DELETE"), "app_settles(opening_id)")
        | {"SELECT": f"opening_id = {_seen('rests')} OR app_settles(opening_id)"},
        "couples_wrappedkey": {
            "SELECT": f"owner = {UID} OR owner = '{PLACE}' OR owner = {_seen('keys')}",
            "INSERT": "true",  # whoever is first to seal for somebody makes their key; nobody changes one
            "DELETE": f"owner = {UID} OR owner = {SETTLING}",
        },
        # Whoever asks for a code adds a row; only who sends reads it, codes and all.
        "couples_waitingmail": dict.fromkeys(("SELECT", "UPDATE", "DELETE"), "app_sending() = 'on'")
        | {"INSERT": "true"},
    }


UNWALLED: Final = {  # and why
    "couples_user": "the account; signing in reads it before anybody is faced",
    "couples_farewell": "a day and a digest, asked while nobody is signed in",
    "couples_pair": "no words: a zone and two instants",
    "couples_seat": "who sits with whom; every policy asks it. Of its names one is sealed, one said to a therapist",
    "couples_invitation": "codes as digests, looked up by somebody who sits in no pair",
    "couples_therapistcode": "codes as digests, looked up by somebody who sits in no pair",
    "couples_tally": "digests, small numbers and instants: tries are counted before anybody is faced",
    "couples_reminder": "days and an hour; `send_due` asks while nobody is faced",
    "couples_therapysession": "instants that both partners are shown, and who set them",
    "couples_takeaway": "shown to both partners and who wrote it; the words are sealed under the pair's key",
    "couples_sessionseries": "the same, of those that come again",
    "couples_proposal": "shown to both partners; the words are sealed under the pair's key",
    "couples_card": "what a therapist shows to every couple",
    "couples_introduction": "which therapist entered a pair's code; the policies ask it",
    "couples_lookingday": "shown to both partners",
    "couples_erasure": "empty but for the length of an erasure",
}


def statements(role: str) -> Iterator[str]:
    """The whole wall, in the order in which it is put up, for this serving role."""
    yield from taken_down()
    yield from functions()
    for table, rules in policies().items():
        yield f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY"
        for act, condition in rules.items():
            asked = f"WITH CHECK ({condition})" if act == "INSERT" else f"USING ({condition})"
            yield f"CREATE POLICY {table}_{act.lower()} ON {table} FOR {act} {asked}"
    named = connection.ops.quote_name(role)
    yield f"REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {named}"
    yield f"GRANT USAGE ON SCHEMA public TO {named}"
    yield f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {named}"
    yield f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {named}"
    for table, rules in policies().items():
        for act in ("INSERT", "UPDATE", "DELETE"):
            if act not in rules:
                yield f"REVOKE {act} ON {table} FROM {named}"
    yield f"REVOKE INSERT, UPDATE, DELETE ON django_migrations FROM {named}"


def taken_down() -> Iterator[str]:
    """What takes the wall down so that tables can change. Where it stood, the serving role then reads nothing."""
    names = ", ".join(f"'{table}'" for table in policies())
    yield (
        "DO $$ DECLARE p record; BEGIN FOR p IN SELECT policyname, tablename FROM pg_policies"
        f" WHERE schemaname = 'public' AND tablename IN ({names})"
        " LOOP EXECUTE format('DROP POLICY %I ON %I', p.policyname, p.tablename); END LOOP; END $$"
    )


# --- Putting it up, and comparing -----------------------------------------------------------------------------


def put_up(role: str) -> None:
    """Put the wall up for this serving role, making the role where it is missing. The caller owns the tables."""
    _make_role(role)
    with transaction.atomic(), connection.cursor() as cursor:
        _let_pages_wait(cursor)
        for statement in statements(role):
            cursor.execute(statement)


GIVES_WAY_AFTER: Final = "200ms"  # well before the second after which PostgreSQL ends one of two that wait in a ring
TRIES_FOR: Final = 300.0  # seconds: a backup reads every table to its end
HELD: Final = "55P03"  # PostgreSQL: somebody else holds it


def _let_pages_wait(cursor: Any) -> None:
    """Lock every walled table before anything is changed, for the transaction that is open.

    A page holds some of them and asks for more, and so does whoever changes them one by one: where each waits for the
    other, PostgreSQL ends one of the two, and that may be the page. So this one gives way. It lets go of all it has,
    tries again, and pages only wait. Raises CommandError where that takes minutes; nothing was changed then.
    """
    cursor.execute(
        "SELECT string_agg(relname, ', ') FROM pg_class"
        " WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND relname = ANY(%s)",
        [list(policies())],
    )
    (tables,) = cursor.fetchone()
    until = monotonic() + TRIES_FOR
    while tables:
        try:
            with transaction.atomic():
                cursor.execute(f"SET LOCAL lock_timeout = '{GIVES_WAY_AFTER}'")
                cursor.execute(f"LOCK TABLE {tables} IN ACCESS EXCLUSIVE MODE")
                cursor.execute("SET LOCAL lock_timeout TO DEFAULT")
            return
        except OperationalError as problem:
            if getattr(problem.__cause__, "sqlstate", None) != HELD:
                raise
            if monotonic() >= until:
                raise CommandError("Somebody reads these tables for minutes. Nothing was changed.") from problem
        sleep(0.1)


def _make_role(role: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role])
        if cursor.fetchone() is not None:
            return
        try:
            # Roles belong to all databases of a server: another process may be quicker.
            with suppress(IntegrityError), transaction.atomic():
                cursor.execute(f"CREATE ROLE {connection.ops.quote_name(role)} NOLOGIN")
        except ProgrammingError as problem:
            raise CommandError(
                f"The second wall needs a role {role} that serves pages, and this one may not make it. Make it (docs/"
                "operate.md, PostgreSQL), or do without the wall (SECOND_WALL=0)."
            ) from problem


def take_down(role: str) -> None:
    """Take the wall down, for as long as tables change, and every right of the serving role with it.

    Without policies it would read no row, and without refusals a page would show that as if nothing were open.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        _let_pages_wait(cursor)
        for statement in taken_down():
            cursor.execute(statement)
        cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role])
        if cursor.fetchone() is not None:
            cursor.execute(f"REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {connection.ops.quote_name(role)}")


class _Compared(Exception):
    """Undoes what was put up only to compare."""


def differences(role: str) -> list[str]:
    """What stands in the database but would not be generated, and the other way round; empty where both are equal.

    The wall is put up beside the one that stands, in a transaction that is undone, so that the database itself brings
    both to one spelling.
    """
    stands = _standing(role)
    wanted: dict[str, str] = {}
    try:
        with transaction.atomic():
            put_up(role)
            wanted = _standing(role)
            raise _Compared
    except _Compared:
        pass
    return sorted(name for name in stands.keys() | wanted.keys() if stands.get(name) != wanted.get(name))


STANDING: Final = (
    "SELECT 'policy ' || tablename || ' ' || policyname,"
    " concat_ws(' | ', permissive, roles::text, cmd, qual, with_check) FROM pg_policies WHERE schemaname = 'public'",
    "SELECT 'row security of ' || relname, relrowsecurity::text FROM pg_class"
    " WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND relname LIKE 'couples\\_%%'",
    "SELECT 'function ' || proname, concat_ws(' | ', prosrc, provolatile, prosecdef, proconfig, proowner) FROM pg_proc"
    " WHERE pronamespace = 'public'::regnamespace AND proname LIKE 'app\\_%%'",
    "SELECT 'grant on ' || table_name || ' ' || privilege_type, 'granted' FROM information_schema.role_table_grants"
    " WHERE table_schema = 'public' AND grantee = %s",
)


def _standing(role: str) -> dict[str, str]:
    found: dict[str, str] = {}
    with connection.cursor() as cursor:
        for asked in STANDING:
            cursor.execute(asked, [role] if "= %s" in asked else [])
            found.update(dict(cursor.fetchall()))
    return found


def is_there() -> bool:
    """Whether the tables are there to be walled."""
    with connection.cursor() as cursor:
        return "couples_revision" in connection.introspection.table_names(cursor)


def passes_the_wall() -> bool:
    """Whether this connection could read past the wall: a superuser, one that bypasses it, or who owns the tables."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT r.rolsuper OR r.rolbypassrls OR pg_has_role(current_user, t.relowner, 'USAGE')"
            " FROM pg_roles r, pg_class t WHERE r.rolname = current_user AND t.oid = 'couples_revision'::regclass"
        )
        found: Any = cursor.fetchone()
    return bool(found and found[0])
