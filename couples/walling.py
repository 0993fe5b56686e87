"""The second wall, as PostgreSQL keeps it: one view that knows what is open, and a policy on every private table.

All of it is generated from `consent.NEEDS` and the tables named here; `manage.py migrate` puts it up, `manage.py wall
--check` compares what stands with what would be generated. The owner of the tables passes the wall (it migrates); the
serving role does not. The view `open_now` belongs to the owner, so it alone may look at both partners' yeses, and
gives nothing but the ids of what is open to the person whom the transaction faces (`wall.py`).
"""

from collections.abc import Iterator
from contextlib import suppress
from typing import Any, Final

from django.db import IntegrityError, connection, transaction

from couples.consent import ADMISSION, ANSWER, KEEP, NEEDS, READING, Need

SHOWN: Final = ("revision", "agreement", "group", "conditions", "step")  # as in visibility.SHOWN_KINDS
NOW: Final = "(SELECT app_now())"  # asked once for a query, not once for a row
UID: Final = "(SELECT app_uid())"
SETTLING: Final = "(SELECT app_settling())"

FUNCTIONS: Final = tuple(
    f"CREATE OR REPLACE FUNCTION {name}() RETURNS {kind} LANGUAGE sql STABLE AS"
    f" $$ SELECT nullif(current_setting('{setting}', true), '')::{kind} $$"
    for name, kind, setting in (
        ("app_uid", "uuid", "app.uid"),
        ("app_now", "timestamptz", "app.now"),
        ("app_settling", "uuid", "app.settling"),
        ("app_checking", "text", "app.checking"),
    )
)


# --- What is open, in SQL ---------------------------------------------------------------------------------------


def _stands(yes: str) -> str:
    """`consent.stands`."""
    return (
        f"({yes}.given_at <= {NOW} AND ({yes}.ends_at IS NULL OR {yes}.ends_at > {NOW})"
        f" AND ({yes}.closed_at IS NULL OR {yes}.closed_at > {NOW}))"
    )


def _needed(need: Need, opening: str) -> str:
    """That an opening rests on every yes which its kind needs: of its author, of its reader, of each."""
    asked = [f"bool_or(y.kind = '{kind}' AND y.seat_id = {opening}.author_id)" for kind in need.of_author]
    asked += [f"bool_or(y.kind = '{kind}' AND y.seat_id <> {opening}.author_id)" for kind in need.of_reader_after]
    asked += [f"count(DISTINCT y.seat_id) FILTER (WHERE y.kind = '{kind}') = 2" for kind in need.of_each]
    for besides in need.besides:
        asked.append(_needed(NEEDS[besides], opening))
    return " AND ".join(asked)


def _name_in_rows(thing: str) -> str:
    """How openings of this line of the table are called in their rows: a step on terms is a step."""
    return "step" if thing == "step with conditions" else thing


def _all_stand(opening: str, reader: str | None) -> str:
    """`consent.is_open`: all that an opening needs is there, and all that it rests on stands.

    A reading counts only for its reader; with none given it counts for nobody.
    """
    anothers = f"y.kind = '{READING}'" + (f" AND y.seat_id <> {reader}" if reader else "")
    kinds: dict[str, list[str]] = {}
    for thing, need in NEEDS.items():
        kinds.setdefault(_name_in_rows(thing), []).append(f"({_needed(need, opening)})")
    cases = " ".join(f"WHEN '{kind}' THEN {' OR '.join(asked)}" for kind, asked in kinds.items())
    return (
        f"(SELECT count(*) FILTER (WHERE NOT ({_stands('y')} OR {anothers})) = 0"
        f" AND CASE {opening}.kind {cases} ELSE false END"
        " FROM couples_rest r JOIN couples_yes y ON y.id = r.yes_id"
        f" WHERE r.opening_id = {opening}.id)"
    )


def _in(words: tuple[str, ...]) -> str:
    return "(" + ", ".join(f"'{word}'" for word in words) + ")"


MY_SEAT: Final = f"SELECT s.id FROM couples_seat s WHERE s.pair_id = o.pair_id AND s.person_id = {UID}"
MY_LIVE_SEAT: Final = f"{MY_SEAT} AND s.ended_at IS NULL"
# The cards that both may have admitted: the newest of each therapist who entered this pair's code.
CARDS: Final = (
    "SELECT c.id FROM couples_introduction i JOIN couples_card c ON c.therapist_id = i.therapist_id"
    " WHERE i.pair_id = o.pair_id AND NOT EXISTS (SELECT 1 FROM couples_card newer"
    " WHERE newer.therapist_id = c.therapist_id AND newer.number > c.number)"
    f" AND (i.therapist_id = {UID} OR EXISTS ({MY_LIVE_SEAT}))"
)


def open_now() -> str:
    """The view of what is open to the person faced: the opening, its revision and record, and whether its words are
    open (False: only a bare line, which both keep or which a keep of one's own names)."""
    admitted = (
        "EXISTS (SELECT 1 FROM couples_opening a WHERE a.pair_id = o.pair_id"
        f" AND a.kind = '{ADMISSION}' AND a.scope = o.scope AND a.opened_at <= {NOW}"
        f" AND a.thing IN ({CARDS}) AND {_all_stand('a', None)})"
    )
    to_partner = f"EXISTS ({MY_LIVE_SEAT} AND {_all_stand('o', 's.id')})"
    through_the_glass = f"o.kind IN {_in(SHOWN)} AND {admitted} AND {_all_stand('o', None)}"
    own_admission = f"o.kind = '{ADMISSION}' AND o.thing IN ({CARDS}) AND {_all_stand('o', None)}"
    kept_by_both = (
        f"EXISTS ({MY_LIVE_SEAT}) AND NOT EXISTS (SELECT 1 FROM couples_seat gone"
        f" WHERE gone.pair_id = o.pair_id AND gone.ended_at <= {NOW})"
        f" AND EXISTS (SELECT 1 FROM couples_opening k WHERE k.pair_id = o.pair_id AND k.kind = '{KEEP}'"
        f" AND k.thing = o.id AND k.opened_at <= {NOW} AND {_all_stand('k', None)})"
    )
    kept_by_me = (
        f"EXISTS ({MY_LIVE_SEAT} AND EXISTS (SELECT 1 FROM couples_yes y WHERE y.seat_id = s.id"
        f" AND y.kind = '{KEEP}' AND y.thing = o.id AND {_stands('y')}))"
    )
    words = f"({to_partner} OR ({through_the_glass}) OR ({own_admission}))"
    return (
        "CREATE VIEW open_now WITH (security_barrier) AS"
        " SELECT o.id, o.kind, o.pair_id, o.revision_id, rv.record_id, w.words"
        " FROM couples_opening o LEFT JOIN couples_revision rv ON rv.id = o.revision_id"
        f" CROSS JOIN LATERAL (SELECT {words} AS words) w"
        f" WHERE o.opened_at <= {NOW} AND (w.words OR ({kept_by_both}) OR {kept_by_me})"
    )


def resting_now() -> str:
    """The view of the yeses under what is open, for the policies of the tables that hold them."""
    return (
        "CREATE VIEW resting_now WITH (security_barrier) AS SELECT r.opening_id, r.yes_id, v.words"
        " FROM open_now v JOIN couples_rest r ON r.opening_id = v.id"
    )


def questions() -> Iterator[str]:
    """The questions that policies ask of the two views, one row at a time.

    They stand between a policy and the view because PostgreSQL plans a view anew inside every policy that names it,
    and nested that took a second for a page; what a function of this language asks is planned once for a connection.
    They run with the rights of who asks.
    """
    for name, asked in (
        ("app_opening_shows(row_id uuid, bare boolean)", "open_now v WHERE v.id = row_id AND (v.words OR bare)"),
        ("app_revision_is_open(row_id uuid)", "open_now v WHERE v.revision_id = row_id AND v.words"),
        ("app_record_is_open(row_id uuid)", "open_now v WHERE v.record_id = row_id AND v.words"),
        ("app_yes_is_under(row_id uuid, bare boolean)", "resting_now v WHERE v.yes_id = row_id AND (v.words OR bare)"),
    ):
        yield (
            f"CREATE OR REPLACE FUNCTION {name} RETURNS boolean LANGUAGE plpgsql STABLE"
            " SET plan_cache_mode = force_generic_plan AS"
            f" $$ BEGIN RETURN EXISTS (SELECT 1 FROM {asked}); END $$"
        )


# --- The policies ---------------------------------------------------------------------------------------------

Rules = dict[str, str]  # "SELECT", "INSERT", "UPDATE", "DELETE": the condition; what is not named is refused


def _whose(column: str) -> Rules:
    """Only its author's."""
    return dict.fromkeys(("SELECT", "INSERT", "UPDATE", "DELETE"), f"{column} = {UID}")


def _of_settling(column: str) -> Rules:
    """Written only while a verb settles this pair."""
    return dict.fromkeys(("SELECT", "INSERT", "UPDATE", "DELETE"), f"{column} = {SETTLING}")


SEATED_TOGETHER: Final = (
    "SELECT other.person_id FROM couples_seat s JOIN couples_seat other ON other.pair_id = s.pair_id"
    f" WHERE s.person_id = {UID} OR s.pair_id = {SETTLING}"
)
INTRODUCED: Final = f"SELECT i.pair_id FROM couples_introduction i WHERE i.therapist_id = {UID}"


def policies() -> dict[str, Rules]:
    """For each private table who may read and write which of its rows."""
    rest_opening = "EXISTS (SELECT 1 FROM couples_opening o WHERE o.id = opening_id AND o.pair_id = {})"
    rest_settled = rest_opening.format(SETTLING)
    checking = "coalesce((SELECT app_checking()) = 'on', false)"
    return {
        "couples_record": _whose("author_id") | {"SELECT": f"author_id = {UID} OR app_record_is_open(id)"},
        "couples_revision": {
            "SELECT": f"author_id = {UID} OR app_revision_is_open(id)",
            "INSERT": f"author_id = {UID}",
            "DELETE": f"author_id = {UID}",
        },
        "couples_ownwords": _whose("author_id"),
        "couples_checkin": _whose("author_id"),
        "couples_heldtext": _whose("author_id"),
        "couples_ownline": _whose("owner_id")
        | {
            "INSERT": f"owner_id = {UID} OR owner_id IN"
            f" (SELECT s.person_id FROM couples_seat s WHERE s.pair_id = {SETTLING})"
        },
        "couples_yes": _of_settling("pair_id")
        | {
            "SELECT": f"pair_id = {SETTLING}"
            f" OR seat_id IN (SELECT s.id FROM couples_seat s WHERE s.person_id = {UID})"
            f" OR (kind = '{ANSWER}' AND words IS NOT NULL AND app_yes_is_under(id, false))"
            f" OR ({checking} AND app_yes_is_under(id, true))"
        },
        "couples_opening": _of_settling("pair_id")
        | {
            "SELECT": f"pair_id = {SETTLING} OR app_opening_shows(id, true)",
        },
        "couples_rest": {
            # Not those under a bare line: what has no rests that can be read is not open (visibility._all_stand).
            "SELECT": f"app_opening_shows(opening_id, {checking}) OR {rest_settled}",
            "INSERT": rest_settled,
            "UPDATE": rest_settled,
            "DELETE": rest_settled,
        },
        "couples_wrappedkey": {
            "SELECT": f"owner = {UID} OR owner = {SETTLING} OR owner IN ({SEATED_TOGETHER})"
            f" OR owner IN (SELECT s.pair_id FROM couples_seat s WHERE s.person_id = {UID})"
            f" OR owner IN ({INTRODUCED})"
            f" OR owner IN (SELECT s.person_id FROM couples_seat s WHERE s.pair_id IN ({INTRODUCED}))",
            "INSERT": "true",  # whoever is first to seal for somebody makes their key; nobody changes one
            "DELETE": f"owner = {UID} OR owner = {SETTLING}",
        },
    }


UNWALLED: Final = {  # and why
    "couples_user": "the account; signing in reads it before anybody is faced",
    "couples_farewell": "a day and a digest, asked while nobody is signed in",
    "couples_pair": "no words: a zone and two instants",
    "couples_seat": "who sits with whom; every policy asks it. The name in it is sealed",
    "couples_invitation": "codes as digests, looked up by somebody who sits in no pair",
    "couples_therapistcode": "codes as digests, looked up by somebody who sits in no pair",
    "couples_card": "what a therapist shows to every couple",
    "couples_introduction": "which therapist entered a pair's code; the policies ask it",
    "couples_lookingday": "shown to both partners",
    "couples_erasure": "empty but for the length of an erasure",
}


def statements(role: str) -> Iterator[str]:
    """The whole wall, in the order in which it is put up, for this serving role."""
    yield from taken_down()
    yield from FUNCTIONS
    yield open_now()
    yield resting_now()
    yield from questions()
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
    yield f"REVOKE INSERT, UPDATE, DELETE ON open_now, resting_now, django_migrations FROM {named}"


def taken_down() -> Iterator[str]:
    """What takes the wall down so that tables can change. Where it stood, the serving role then reads nothing."""
    names = ", ".join(f"'{table}'" for table in policies())
    yield (
        "DO $$ DECLARE p record; BEGIN FOR p IN SELECT policyname, tablename FROM pg_policies"
        f" WHERE schemaname = 'public' AND tablename IN ({names})"
        " LOOP EXECUTE format('DROP POLICY %I ON %I', p.policyname, p.tablename); END LOOP; END $$"
    )
    yield "DROP VIEW IF EXISTS resting_now"
    yield "DROP VIEW IF EXISTS open_now"


# --- Putting it up, and comparing -----------------------------------------------------------------------------


def put_up(role: str) -> None:
    """Put the wall up for this serving role, making the role where it is missing. The caller owns the tables."""
    _make_role(role)
    with transaction.atomic(), connection.cursor() as cursor:
        for statement in statements(role):
            cursor.execute(statement)


def _make_role(role: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role])
        if cursor.fetchone() is not None:
            return
        with suppress(IntegrityError), transaction.atomic():  # roles belong to all databases: another may be quicker
            cursor.execute(f"CREATE ROLE {connection.ops.quote_name(role)} NOLOGIN")


def take_down() -> None:
    """Take the wall down, for as long as tables change."""
    with transaction.atomic(), connection.cursor() as cursor:
        for statement in taken_down():
            cursor.execute(statement)


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
    "SELECT 'view ' || relname, pg_get_viewdef(oid) || coalesce(reloptions::text, '') || pg_get_userbyid(relowner)"
    " FROM pg_class WHERE relkind = 'v' AND relnamespace = 'public'::regnamespace",
    "SELECT 'function ' || proname, prosrc || provolatile::text || prosecdef::text FROM pg_proc"
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
