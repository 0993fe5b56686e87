"""What PostgreSQL notes for the person it faces: the ids of what is open to them, once for a transaction.

The functions here belong to the owner of the tables, so they alone look past the policies of `policies.py`, at both
partners' yeses; those policies compare with what was noted. All of it is generated from `consent.NEEDS`.
"""

from collections.abc import Iterator
from textwrap import dedent
from typing import Final

from couples.rule import due
from couples.rule.admissions import class_in_sql
from couples.rule.consent import (
    ADMISSION,
    AGENDA,
    ANSWER,
    KEEP,
    MARK,
    MORNING,
    NEEDS,
    NIGHT,
    ON_TERMS,
    READING,
    SHOWN,
    STORED_WITHIN,
    Need,
    OpeningKind,
)
from couples.rule.meeting import DOORS, PARAMETERS, meeting_at
from couples.rule.standing import stands

TOLD: Final = tuple(
    f"CREATE OR REPLACE FUNCTION {name}() RETURNS {kind} LANGUAGE sql STABLE AS"
    f" $$ SELECT nullif(current_setting('{setting}', true), '')::{kind} $$"
    for name, kind, setting in (
        ("app_uid", "uuid", "app.uid"),
        ("app_now", "timestamptz", "app.now"),
        ("app_settling", "uuid", "app.settling"),
        ("app_checking", "text", "app.checking"),
        ("app_pair", "uuid", "app.pair"),
        ("app_sending", "text", "app.sending"),
    )
)

# --- The rule in SQL: `o` is an opening, `y` a yes it rests on, `at` the instant, `seat` the reader's ---------------

STANDS: Final = stands("y", "at")
STORED: Final = f"at - interval '{STORED_WITHIN.total_seconds():.0f} seconds'"  # as in visibility.pairs_of


def _needed(need: Need) -> str:
    """That an opening rests on every yes which its kind needs: of its author, of its reader, of each."""
    asked = [f"bool_or(y.kind = '{kind}' AND y.seat_id = o.author_id)" for kind in need.of_author]
    asked += [f"bool_or(y.kind = '{kind}' AND y.seat_id <> o.author_id)" for kind in need.of_reader_after]
    # Two different seats; counting distinct ones would sort for each opening there is.
    seats = "{}(y.seat_id::text) FILTER (WHERE y.kind = '{}')"
    asked += [f"{seats.format('min', kind)} < {seats.format('max', kind)}" for kind in need.of_each]
    asked += [_needed(NEEDS[besides]) for besides in need.besides]
    return " AND ".join(asked)


def _name_in_rows(thing: str) -> str:
    """How openings of this line of the table are called in their rows: a step on terms is a step."""
    return OpeningKind.STEP if thing == ON_TERMS else thing


def _all_needed() -> str:
    """That an opening, whatever its kind, rests on all that it needs."""
    kinds: dict[str, list[str]] = {}
    for thing, need in NEEDS.items():
        kinds.setdefault(_name_in_rows(thing), []).append(f"({_needed(need)})")
    cases = " ".join(f"WHEN '{kind}' THEN {' OR '.join(asked)}" for kind, asked in kinds.items())
    return f"CASE o.kind {cases} ELSE false END"


# --- The functions -------------------------------------------------------------------------------------------------


def _function(name: str, declared: str, body: str) -> str:
    """One that looks past the policies, with the owner's rights. Its plans are made once for a connection."""
    return (
        f"CREATE OR REPLACE FUNCTION {name}() RETURNS void LANGUAGE plpgsql SECURITY DEFINER"
        " SET search_path = public, pg_temp SET plan_cache_mode = force_generic_plan AS"
        f" $$ DECLARE me uuid := app_uid(); at timestamptz := app_now(); {declared} BEGIN {dedent(body)} END $$"
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
        f"""
        SELECT array_agg(s.id), array_agg(s.pair_id) INTO seats, pairs FROM couples_seat s WHERE s.person_id = me;
        pairs := coalesce(pairs, '{{}}') || app_settling() || coalesce(
          (SELECT array_agg(i.pair_id) FROM couples_introduction i WHERE i.therapist_id = me), '{{}}');
        SELECT array_agg(s.person_id) INTO keys FROM couples_seat s WHERE s.pair_id = ANY (pairs);
        {_note("seats", "seats")}
        {_note("keys", "pairs || keys")}
        """,
    )


def _newest_cards(whose: str) -> str:
    return (
        f"(SELECT array_agg(c.id) FROM couples_card c WHERE c.therapist_id {whose} AND NOT EXISTS"
        " (SELECT 1 FROM couples_card newer WHERE newer.therapist_id = c.therapist_id AND newer.number > c.number))"
    )


def _look() -> str:
    """Notes what is open to me: `opened` with its words, among them `revisions` of `records`, and `answers` with their
    conditions, and marks; `openings` are those and the bare lines, kept by both or named by a keep of my own.

    It looks at my live pair and, for somebody who was introduced to it, at the pair the transaction looks at; where it
    looks at none, at one admission of each couple to a card of my own, which is all that a list of couples needs. It
    begins at the yeses that stand, so what is past costs nothing. An admission covers what is of its class, or of the
    one kind that it names. One that nobody has stored yet is told by its page; that both of the couple said yes to it
    is looked up here.
    """
    my_card = "(o.thing = ANY (own_cards) OR (o.pair_id = pair AND o.thing = ANY (cards)))"
    shown = ", ".join(f"'{kind}'" for kind in (*SHOWN, AGENDA))
    return _function(
        "app_look",
        "seat uuid; pair uuid; other uuid; own_cards uuid[]; cards uuid[];"
        " opened uuid[]; revisions uuid[]; kept uuid[]; listed uuid[];",
        f"""
        SELECT s.id, s.pair_id INTO seat, pair FROM couples_seat s WHERE s.person_id = me AND s.ended_at IS NULL;
        SELECT i.pair_id INTO other FROM couples_introduction i WHERE i.therapist_id = me AND i.pair_id = app_pair();
        own_cards := {_newest_cards("= me")};
        IF pair IS NOT NULL THEN
          cards := {_newest_cards("IN (SELECT i.therapist_id FROM couples_introduction i WHERE i.pair_id = pair)")};
        END IF;
        WITH under AS (
          SELECT r.opening_id AS id FROM couples_yes y JOIN couples_rest r ON r.yes_id = y.id
            WHERE y.pair_id IN (pair, other) AND {STANDS}
        ), judged AS (
          SELECT o.id, o.kind, o.pair_id, o.scope, o.thing, o.revision_id,
            bool_and({STANDS} OR (y.kind = '{READING}' AND y.seat_id IS DISTINCT FROM seat)) AS for_me,
            bool_and({STANDS} OR y.kind = '{READING}') AS for_all,
            {_all_needed()} AS needed
          FROM under u JOIN couples_opening o ON o.id = u.id AND o.opened_at <= at
            JOIN couples_rest r ON r.opening_id = o.id JOIN couples_yes y ON y.id = r.yes_id GROUP BY o.id
        ), let_in AS (
          SELECT o.pair_id, o.scope FROM judged o WHERE o.kind = '{ADMISSION}' AND needed AND for_all AND {my_card}
          UNION ALL SELECT other, told.kind FROM json_array_elements_text(
            nullif(current_setting('app.unstored', true), '')::json -> 'kinds') told(kind)
          WHERE other IS NOT NULL AND (SELECT min(y.seat_id::text) < max(y.seat_id::text) FROM couples_yes y
            WHERE y.pair_id = other AND y.kind = '{ADMISSION}' AND y.thing = ANY (own_cards)
              AND y.scope IN (told.kind, {class_in_sql("told.kind")})
              AND {STANDS})
        ), shown AS (
          SELECT o.* FROM judged o WHERE needed AND ((for_me AND o.pair_id = pair)
            OR (for_all AND o.kind = '{ADMISSION}' AND {my_card})
            OR (for_all AND o.kind IN ({shown}) AND EXISTS (SELECT 1 FROM let_in WHERE let_in.pair_id = o.pair_id
              AND let_in.scope IN (o.scope, {class_in_sql("o.scope")}))))
        )
        SELECT array_agg(o.id), array_agg(o.revision_id) FILTER (WHERE o.revision_id IS NOT NULL),
          array_agg(o.thing) FILTER (WHERE o.kind = '{KEEP}' AND o.pair_id = pair)
          INTO opened, revisions, kept FROM shown o;
        kept := coalesce(kept, '{{}}') || coalesce(
          (SELECT array_agg(o.id) FROM couples_yes y JOIN couples_opening o ON o.id = y.thing AND o.opened_at <= at
            WHERE y.seat_id = seat AND y.kind = '{KEEP}' AND {STANDS}), '{{}}');
        IF own_cards IS NOT NULL AND app_pair() IS NULL THEN
          SELECT array_agg(admitted.id) INTO listed FROM couples_introduction i CROSS JOIN LATERAL (
            SELECT o.id FROM couples_opening o WHERE o.pair_id = i.pair_id AND o.kind = '{ADMISSION}'
              AND o.thing = ANY (own_cards)
              AND o.opened_at <= CASE WHEN o.door = '{MORNING}' THEN {STORED} ELSE at END
              AND (SELECT bool_and({STANDS}) AND {_needed(NEEDS[ADMISSION])} FROM couples_rest r
                JOIN couples_yes y ON y.id = r.yes_id WHERE r.opening_id = o.id)
            LIMIT 1
          ) admitted WHERE i.therapist_id = me;
        END IF;
        {_note("opened", "opened || listed")}
        {_note("openings", "opened || listed || kept")}
        {_note("revisions", "revisions")}
        {_note("records", "(SELECT array_agg(v.record_id) FROM couples_revision v WHERE v.id = ANY (revisions))")}
        {
            _note(
                "answers",
                f"(SELECT array_agg(y.id) FROM couples_rest r JOIN couples_yes y ON y.id = r.yes_id"
                f" WHERE r.opening_id = ANY (opened)"
                f" AND (y.kind = '{MARK}' OR (y.kind = '{ANSWER}' AND y.words IS NOT NULL)))",
            )
        }
        """,
    )


def _check() -> str:
    """Notes the yeses under everything of which a row may come out: `checked`, for the check of digests alone."""
    under = "SELECT array_agg(r.yes_id) FROM couples_rest r WHERE r.opening_id = ANY (app_seen('openings'))"
    return _function("app_check", "", _note("checked", f"({under})"))


# --- The doors: which yeses meet there (rule/meeting.py), of both seats ---------------------------------------------

MEETING_FUNCTION: Final = {  # how it is asked behind the wall
    door: f"SELECT id, kind FROM app_meeting_{door}({', '.join(f'%({name})s' for name in PARAMETERS)})"
    for door in DOORS
}


def _meeting() -> Iterator[str]:
    """For each door, to who sits in the pair or was introduced to it: ids and kinds of what meets, up to now.

    Who settles the pair asks at the instant of their act.
    """
    for door, statement in ((door, meeting_at(door)) for door in DOORS):
        asked = statement % {name: f"asked_{name}" for name in PARAMETERS}
        yield (
            f"CREATE OR REPLACE FUNCTION app_meeting_{door}(asked_pair uuid, asked_first timestamptz,"
            " asked_rested timestamptz, asked_many integer) RETURNS TABLE (id uuid, kind text) LANGUAGE plpgsql STABLE"
            " SECURITY DEFINER SET search_path = public, pg_temp SET plan_cache_mode = force_generic_plan AS $$"
            " #variable_conflict use_column\n"
            "DECLARE me uuid := app_uid(); BEGIN"
            " IF app_settling() IS DISTINCT FROM asked_pair THEN"
            f" asked_rested := least(asked_rested, app_now() - interval '{NIGHT.total_seconds():.0f} seconds');"
            " IF app_now() IS NULL OR NOT EXISTS (SELECT 1 FROM couples_seat s"
            " WHERE s.pair_id = asked_pair AND s.person_id = me AND s.ended_at IS NULL) AND NOT EXISTS"
            " (SELECT 1 FROM couples_introduction i WHERE i.pair_id = asked_pair AND i.therapist_id = me)"
            " THEN RETURN; END IF; END IF;"
            f" RETURN QUERY SELECT met.id, met.kind::text FROM ({asked}) met; END $$"
        )


DUE_FUNCTION: Final = f"SELECT id FROM app_due(%(pairs)s, {', '.join(f'%({name})s' for name in due.PARAMETERS)}) id"


def _due() -> str:
    """Of many pairs which have anything due at a morning, to the server's clock: ids it gave, and nothing of why.

    While somebody is faced it says nothing: no page, and no act, has a use for it.
    """
    asked = {name: f"asked_{name}" for name in due.PARAMETERS}
    kinds = {"many": "integer"}
    declared = "".join(f", {asked[name]} {kinds.get(name, 'timestamptz')}" for name in due.PARAMETERS)
    statement = due.due_at_morning("whose.id = ANY (asked_pairs)") % asked
    return (
        f"CREATE OR REPLACE FUNCTION app_due(asked_pairs uuid[]{declared}) RETURNS SETOF uuid LANGUAGE plpgsql STABLE"
        " SECURITY DEFINER SET search_path = public, pg_temp SET plan_cache_mode = force_generic_plan AS $$"
        f" BEGIN IF app_uid() IS NOT NULL THEN RETURN; END IF; RETURN QUERY {statement}; END $$"
    )


SETTLES: Final = (  # a row's own question, for what has no column that names its pair; with the owner's rights
    "CREATE OR REPLACE FUNCTION app_settles(opening uuid) RETURNS boolean LANGUAGE plpgsql STABLE SECURITY DEFINER"
    " SET search_path = public, pg_temp AS $$ BEGIN RETURN app_settling() IS NOT NULL AND EXISTS"
    " (SELECT 1 FROM couples_opening o WHERE o.id = opening AND o.pair_id = app_settling()); END $$"
)
SEEN: Final = (  # what the policies ask: some ids that were noted, or are noted now
    "CREATE OR REPLACE FUNCTION app_seen(name text) RETURNS uuid[] LANGUAGE plpgsql STABLE AS $$"
    " DECLARE unstored text := coalesce(current_setting('app.unstored', true), ''); BEGIN"
    # While digests are checked, of every opening that may come out also what it rests on.
    " IF name = 'rests' THEN name := CASE WHEN app_checking() = 'on' THEN 'openings' ELSE 'opened' END; END IF;"
    " IF name = 'yeses' THEN name := CASE WHEN app_checking() = 'on' THEN 'checked' ELSE 'answers' END; END IF;"
    " IF coalesce(current_setting('app.' || name, true), '') = '' THEN"
    " CASE WHEN name IN ('seats', 'keys') THEN PERFORM app_know(); WHEN name = 'checked' THEN PERFORM app_check();"
    " ELSE PERFORM app_look(); END CASE; END IF;"
    " IF unstored = '' OR name NOT IN ('revisions', 'records') THEN RETURN current_setting('app.' || name)::uuid[];"
    # And the words of what has opened and is stored by nobody yet, which its page tells.
    " END IF; RETURN current_setting('app.' || name)::uuid[] || ARRAY("
    "SELECT told::uuid FROM json_array_elements_text(unstored::json -> name) told); END $$"
)


def functions() -> Iterator[str]:
    """Everything that policies ask, in the order in which it is made."""
    yield from TOLD
    yield SEEN
    yield SETTLES
    yield from (_know(), _look(), _check(), *_meeting(), _due())
