"""The second wall, as PostgreSQL keeps it: functions that know what is open, and a policy on every private table.

All of it is generated from `consent.NEEDS` and the tables named here; `manage.py migrate` puts it up, `manage.py wall
--check` compares what stands with what would be generated. The owner of the tables passes the wall (it migrates); the
serving role does not. The functions that look belong to the owner, so they alone may look at both partners' yeses; they
give nothing but the ids of what is open to the person whom the transaction faces (`wall.py`), once for a transaction.
"""

from collections.abc import Iterator
from contextlib import suppress
from typing import Any, Final

from django.db import IntegrityError, connection, transaction

from couples.consent import ADMISSION, ANSWER, KEEP, NEEDS, READING, Need

SHOWN: Final = ("revision", "agreement", "group", "conditions", "step")  # as in visibility.SHOWN_KINDS
UID: Final = "app_uid()"
SETTLING: Final = "app_settling()"

TOLD: Final = tuple(
    f"CREATE OR REPLACE FUNCTION {name}() RETURNS {kind} LANGUAGE sql STABLE AS"
    f" $$ SELECT nullif(current_setting('{setting}', true), '')::{kind} $$"
    for name, kind, setting in (
        ("app_uid", "uuid", "app.uid"),
        ("app_now", "timestamptz", "app.now"),
        ("app_settling", "uuid", "app.settling"),
        ("app_checking", "text", "app.checking"),
        ("app_pair", "uuid", "app.pair"),
    )
)


# --- What is open, in SQL: `o` is an opening, `y` a yes it rests on, `at` the instant, `seat` the reader's ---------

STANDS: Final = (
    "(y.given_at <= at AND (y.ends_at IS NULL OR y.ends_at > at) AND (y.closed_at IS NULL OR y.closed_at > at))"
)


def _needed(need: Need) -> str:
    """That an opening rests on every yes which its kind needs: of its author, of its reader, of each."""
    asked = [f"bool_or(y.kind = '{kind}' AND y.seat_id = o.author_id)" for kind in need.of_author]
    asked += [f"bool_or(y.kind = '{kind}' AND y.seat_id <> o.author_id)" for kind in need.of_reader_after]
    asked += [f"count(DISTINCT y.seat_id) FILTER (WHERE y.kind = '{kind}') = 2" for kind in need.of_each]
    asked += [_needed(NEEDS[besides]) for besides in need.besides]
    return " AND ".join(asked)


def _name_in_rows(thing: str) -> str:
    """How openings of this line of the table are called in their rows: a step on terms is a step."""
    return "step" if thing == "step with conditions" else thing


def _all_needed() -> str:
    """That an opening, whatever its kind, rests on all that it needs."""
    kinds: dict[str, list[str]] = {}
    for thing, need in NEEDS.items():
        kinds.setdefault(_name_in_rows(thing), []).append(f"({_needed(need)})")
    cases = " ".join(f"WHEN '{kind}' THEN {' OR '.join(asked)}" for kind, asked in kinds.items())
    return f"CASE o.kind {cases} ELSE false END"


def _in(words: tuple[str, ...]) -> str:
    return "(" + ", ".join(f"'{word}'" for word in words) + ")"


def _function(name: str, declared: str, body: str) -> str:
    """One that looks past the policies, with the owner's rights. Its plans are made once for a connection."""
    return (
        f"CREATE OR REPLACE FUNCTION {name}() RETURNS void LANGUAGE plpgsql SECURITY DEFINER"
        " SET search_path = public, pg_temp SET plan_cache_mode = force_generic_plan AS"
        f" $$ DECLARE me uuid := app_uid(); at timestamptz := app_now(); {declared} BEGIN {body} END $$"
    )


def _note(name: str, ids: str) -> str:
    return f"PERFORM set_config('app.{name}', coalesce({ids}, '{{}}')::text, true);"


def _know() -> str:
    """Notes my `seats`, and whose `keys` may be needed: of pairs I sit, sat or am introduced in, and of people in them.

    While a pair is settled also those of its people.
    """
    return _function(
        "app_know",
        "seats uuid[]; pairs uuid[]; keys uuid[];",
        "SELECT array_agg(s.id), array_agg(s.pair_id) INTO seats, pairs FROM couples_seat s WHERE s.person_id = me;"
        " pairs := coalesce(pairs, '{}') || coalesce((SELECT array_agg(i.pair_id) FROM couples_introduction i"
        " WHERE i.therapist_id = me), '{}') || app_settling();"
        " SELECT array_agg(s.person_id) INTO keys FROM couples_seat s WHERE s.pair_id = ANY (pairs);"
        f" {_note('seats', 'seats')} {_note('keys', 'pairs || keys')}",
    )


# The newest card of each therapist whom this condition names.
CARDS: Final = (
    "(SELECT array_agg(c.id) FROM couples_card c WHERE {} AND NOT EXISTS (SELECT 1 FROM couples_card newer"
    " WHERE newer.therapist_id = c.therapist_id AND newer.number > c.number))"
)


def _look() -> str:
    """Notes what is open to me: `opened` with its words, among them `revisions` of `records`, and `answers` with their
    conditions; `openings` are those and the bare lines, kept by both or named by a keep of my own.

    It looks at my live pair and, for somebody who was introduced to it, at the pair the transaction looks at; and at
    every admission to a card of my own. It begins at the yeses that stand, so what is past costs nothing.
    """
    my_card = "(o.thing = ANY (own_cards) OR (o.pair_id = pair AND o.thing = ANY (cards)))"
    judged = (
        "WITH under AS (SELECT r.opening_id AS id FROM couples_yes y JOIN couples_rest r ON r.yes_id = y.id"
        f" WHERE y.pair_id IN (pair, other) AND {STANDS}"
        " UNION SELECT a.id FROM couples_introduction i JOIN couples_opening a ON a.pair_id = i.pair_id"
        f" AND a.kind = '{ADMISSION}' AND a.thing = ANY (own_cards) WHERE i.therapist_id = me),"
        " judged AS (SELECT o.id, o.kind, o.pair_id, o.scope, o.thing, o.revision_id,"
        f" bool_and({STANDS} OR (y.kind = '{READING}' AND y.seat_id IS DISTINCT FROM seat)) AS for_me,"
        f" bool_and({STANDS} OR y.kind = '{READING}') AS for_all, {_all_needed()} AS needed"
        " FROM under u JOIN couples_opening o ON o.id = u.id AND o.opened_at <= at"
        " JOIN couples_rest r ON r.opening_id = o.id JOIN couples_yes y ON y.id = r.yes_id GROUP BY o.id),"
        f" through AS (SELECT o.pair_id, o.scope FROM judged o WHERE o.kind = '{ADMISSION}' AND needed AND for_all"
        f" AND {my_card}),"
        " shown AS (SELECT o.* FROM judged o WHERE needed AND ((for_me AND o.pair_id = pair)"
        f" OR (for_all AND o.kind = '{ADMISSION}' AND {my_card})"
        f" OR (for_all AND o.kind IN {_in(SHOWN)} AND (o.pair_id, o.scope) IN (SELECT pair_id, scope FROM through))))"
    )
    return _function(
        "app_look",
        "seat uuid; pair uuid; other uuid; own_cards uuid[]; cards uuid[]; opened uuid[]; revisions uuid[]; kept uuid[];",
        "SELECT s.id, s.pair_id INTO seat, pair FROM couples_seat s WHERE s.person_id = me AND s.ended_at IS NULL;"
        " SELECT i.pair_id INTO other FROM couples_introduction i WHERE i.therapist_id = me AND i.pair_id = app_pair();"
        f" own_cards := {CARDS.format('c.therapist_id = me')};"
        " IF pair IS NOT NULL THEN cards := "
        + CARDS.format("c.therapist_id IN (SELECT i.therapist_id FROM couples_introduction i WHERE i.pair_id = pair)")
        + "; END IF;"
        f" {judged} SELECT array_agg(o.id), array_agg(o.revision_id) FILTER (WHERE o.revision_id IS NOT NULL),"
        f" array_agg(o.thing) FILTER (WHERE o.kind = '{KEEP}' AND o.pair_id = pair) INTO opened, revisions, kept FROM shown o;"
        " IF EXISTS (SELECT 1 FROM couples_seat gone WHERE gone.pair_id = pair AND gone.ended_at <= at) THEN"
        " kept := NULL; END IF;"
        " kept := coalesce(kept, '{}') || coalesce((SELECT array_agg(o.id) FROM couples_yes y JOIN couples_opening o"
        f" ON o.id = y.thing AND o.opened_at <= at WHERE y.seat_id = seat AND y.kind = '{KEEP}' AND {STANDS}), '{{}}');"
        f" {_note('opened', 'opened')} {_note('openings', 'opened || kept')} {_note('revisions', 'revisions')}"
        f" {_note('records', '(SELECT array_agg(DISTINCT v.record_id) FROM couples_revision v WHERE v.id = ANY (revisions))')}"
        + _note(
            "answers",
            "(SELECT array_agg(DISTINCT y.id) FROM couples_rest r JOIN couples_yes y ON y.id = r.yes_id"
            f" WHERE r.opening_id = ANY (opened) AND y.kind = '{ANSWER}' AND y.words IS NOT NULL)",
        ),
    )


def _check() -> str:
    """Notes the yeses under everything of which a row may come out: `checked`, for the check of digests alone."""
    under = "SELECT array_agg(DISTINCT r.yes_id) FROM couples_rest r WHERE r.opening_id = ANY (app_seen('openings'))"
    return _function("app_check", "", _note("checked", f"({under})"))


SETTLES: Final = (  # a row's own question, for what has no column that names its pair; with the owner's rights
    "CREATE OR REPLACE FUNCTION app_settles(opening uuid) RETURNS boolean LANGUAGE plpgsql STABLE SECURITY DEFINER"
    " SET search_path = public, pg_temp AS $$ BEGIN RETURN app_settling() IS NOT NULL AND EXISTS"
    " (SELECT 1 FROM couples_opening o WHERE o.id = opening AND o.pair_id = app_settling()); END $$"
)


SEEN_BY: Final = (  # what the policies ask: some ids that were noted, or are noted now
    "CREATE OR REPLACE FUNCTION app_seen(name text) RETURNS uuid[] LANGUAGE plpgsql STABLE AS $$ BEGIN"
    # While digests are checked, of every opening that may come out also what it rests on.
    " IF name = 'rests' THEN name := CASE WHEN app_checking() = 'on' THEN 'openings' ELSE 'opened' END; END IF;"
    " IF name = 'yeses' THEN name := CASE WHEN app_checking() = 'on' THEN 'checked' ELSE 'answers' END; END IF;"
    " IF coalesce(current_setting('app.' || name, true), '') = '' THEN"
    " CASE WHEN name IN ('seats', 'keys') THEN PERFORM app_know(); WHEN name = 'checked' THEN PERFORM app_check();"
    " ELSE PERFORM app_look(); END CASE; END IF;"
    " RETURN current_setting('app.' || name)::uuid[]; END $$"
)


def functions() -> Iterator[str]:
    """Everything that policies ask."""
    yield from TOLD
    yield SEEN_BY
    yield SETTLES
    yield from (_know(), _look(), _check())


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
        "couples_ownline": _whose("owner_id")
        | {
            "INSERT": f"owner_id = {UID} OR owner_id IN"
            f" (SELECT s.person_id FROM couples_seat s WHERE s.pair_id = {SETTLING})"
        },
        "couples_yes": _of_settling("pair_id")
        | {"SELECT": f"pair_id = {SETTLING} OR seat_id = {_seen('seats')} OR id = {_seen('yeses')}"},
        "couples_opening": _of_settling("pair_id") | {"SELECT": f"pair_id = {SETTLING} OR id = {_seen('openings')}"},
        # Not those under a bare line: what has no rests that can be read is not open (visibility._all_stand).
        "couples_rest": dict.fromkeys(("INSERT", "UPDATE", "DELETE"), "app_settles(opening_id)")
        | {"SELECT": f"opening_id = {_seen('rests')} OR app_settles(opening_id)"},
        "couples_wrappedkey": {
            "SELECT": f"owner = {UID} OR owner = {_seen('keys')}",
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
