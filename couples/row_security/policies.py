"""The second wall, as PostgreSQL keeps it: a policy on every private table.

The policies ask what was noted for the person whom the transaction faces (`functions.py`, `session.py`). `manage.py
migrate` puts the wall up, `manage.py wall --check` compares what stands with what would be generated. The owner of the
tables passes the wall (it migrates); the serving role does not.
"""

from collections.abc import Iterable, Iterator
from contextlib import suppress
from time import monotonic, sleep
from typing import Any, Final

from django.core.management import CommandError
from django.db import IntegrityError, OperationalError, ProgrammingError, connection, transaction

from couples.lib.ids import PLACE
from couples.row_security.functions import functions

UID: Final = "app_uid()"
SETTLING: Final = "app_settling()"
ASKED_FOR: Final = "800ms"  # all tables together; PostgreSQL looks who waits for whom after a second
PAUSE: Final = 0.7  # seconds, in which those who waited go on
PATIENCE: Final = 300.0
WAITED_TOO_LONG: Final = ("57014", "40P01")  # PostgreSQL: longer than that; or in a ring, all the same


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
    yield from _put_up()
    yield from _rights(role)


def _put_up() -> Iterator[str]:
    yield from functions()
    for table, rules in policies().items():
        yield f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY"
        for act, condition in rules.items():
            asked = f"WITH CHECK ({condition})" if act == "INSERT" else f"USING ({condition})"
            yield f"CREATE POLICY {table}_{act.lower()} ON {table} FOR {act} {asked}"


def _rights(role: str) -> Iterator[str]:
    """What the serving role may do with tables, whatever their rows say."""
    named = connection.ops.quote_name(role)
    yield f"REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {named}"
    yield f"GRANT USAGE ON SCHEMA public TO {named}"
    yield f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {named}"
    yield f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {named}"
    for table, rules in policies().items():
        for act in ("INSERT", "UPDATE", "DELETE"):
            if act not in rules:
                yield f"REVOKE {act} ON public.{table} FROM {named}"
    yield f"REVOKE INSERT, UPDATE, DELETE ON django_migrations FROM {named}"


def taken_down() -> Iterator[str]:
    """What takes the wall down so that tables can change. Where it stood, the serving role then reads nothing."""
    names = ", ".join(f"'{table}'" for table in policies())
    yield (
        "DO $$ DECLARE p record; BEGIN FOR p IN SELECT policyname, tablename FROM pg_policies"
        f" WHERE schemaname = 'public' AND tablename IN ({names})"
        " LOOP EXECUTE format('DROP POLICY %I ON %I', p.policyname, p.tablename); END LOOP; END $$"
    )


# When the wall was put up last: who was refused a moment before was refused by an update (trustapp/upgrading.py).
NOTED: Final = "DO $$ BEGIN EXECUTE format('COMMENT ON FUNCTION app_uid() IS %L', clock_timestamp()::text); END $$"


# --- Putting it up, and comparing -----------------------------------------------------------------------------


def put_up(role: str) -> None:
    """Put the wall up for this serving role, making the role where it is missing. The caller owns the tables.

    Whoever is being served meanwhile waits for a moment. Raises CommandError where somebody is in the tables for long.
    """
    _make_role(role)
    with transaction.atomic():
        _hold_still(policies())
        _do(statements(role))
        _do([NOTED])


def _do(some: Iterable[str]) -> None:
    with connection.cursor() as cursor:
        for statement in some:
            cursor.execute(statement)


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

    Without policies it would read no row, and without refusals a page would show that as if nothing were open. The
    rights go first: whoever is being served is refused then and leaves, and nobody comes in after them. Raises
    CommandError, with the rights as before, where somebody is in the tables for long.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role])
        is_there = cursor.fetchone() is not None
    if is_there:
        _do([f"REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {connection.ops.quote_name(role)}"])
    try:
        with transaction.atomic():
            _hold_still(_own_tables())
            _do(taken_down())
    except BaseException:
        if is_there:
            _do(_rights(role))
        raise


def _own_tables() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT quote_ident(relname) FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'"
            " AND pg_has_role(current_user, relowner, 'USAGE') ORDER BY relname"
        )
        return [name for (name,) in cursor.fetchall()]


def _hold_still(tables: Iterable[str]) -> None:
    """Lock these tables for this transaction, when nobody is in the middle of one with any of them.

    Taken one by one they would be waited for by somebody who has the next one: PostgreSQL ends one of two such after a
    second, a page or us. So all are asked for within less, or given back until those inside have left. Raises
    CommandError where that takes too long.
    """
    together, until = ", ".join(tables), monotonic() + PATIENCE
    while together:
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute("SELECT set_config('statement_timeout', current_setting('statement_timeout'), true)")
                usual = cursor.fetchone()
                cursor.execute(f"SET LOCAL statement_timeout = '{ASKED_FOR}'")
                cursor.execute(f"LOCK TABLE {together} IN ACCESS EXCLUSIVE MODE")
                cursor.execute("SELECT set_config('statement_timeout', %s, true)", usual)
            return
        except OperationalError as problem:
            if getattr(problem.__cause__, "sqlstate", None) not in WAITED_TOO_LONG:
                raise
            if monotonic() > until:
                raise CommandError(
                    "Nothing was changed: somebody is in the tables for long. A backup? Try again when it is done."
                ) from problem
            sleep(PAUSE)


class _Compared(Exception):
    """Undoes what was put up only to compare."""


def differences(role: str) -> list[str]:
    """What stands in the database but would not be generated, and the other way round; empty where both are equal.

    The wall is put up on empty tables of the same shape and names, in a transaction that is undone: the database itself
    brings both to one spelling, and nobody waits for it.
    """
    stands = _standing(role, "'public'::regnamespace")
    wanted: dict[str, str] = {}
    try:
        with transaction.atomic():
            _make_role(role)
            _do(f"CREATE TEMPORARY TABLE {table} (LIKE public.{table})" for table in policies())
            _do(_put_up())
            _do(_rights(role))
            wanted = _standing(role, "pg_my_temp_schema()")
            raise _Compared
    except _Compared:
        pass
    return sorted(name for name in stands.keys() | wanted.keys() if stands.get(name) != wanted.get(name))


def _standing(role: str, tables_in: str) -> dict[str, str]:
    """What stands of the wall, with the policies of the tables in that schema."""
    asked = (
        "SELECT 'policy ' || tablename || ' ' || policyname, concat_ws(' | ', permissive, roles::text, cmd, qual,"
        f" with_check) FROM pg_policies JOIN pg_namespace n ON n.nspname = schemaname WHERE n.oid = {tables_in}",
        "SELECT 'row security of ' || relname, 'on' FROM pg_class"
        f" WHERE relnamespace = {tables_in} AND relkind = 'r' AND relname LIKE 'couples\\_%%' AND relrowsecurity",
        "SELECT 'function ' || proname, concat_ws(' | ', prosrc, provolatile, prosecdef, proconfig, proowner)"
        " FROM pg_proc WHERE pronamespace = 'public'::regnamespace AND proname LIKE 'app\\_%%'",
        "SELECT 'grant on ' || table_name || ' ' || privilege_type, 'granted'"
        " FROM information_schema.role_table_grants WHERE table_schema = 'public' AND grantee = %(role)s",
    )
    found: dict[str, str] = {}
    with connection.cursor() as cursor:
        for each in asked:
            cursor.execute(each, {"role": role})
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
