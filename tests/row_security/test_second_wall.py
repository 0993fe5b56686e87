"""The second wall: with every filter of ours removed, PostgreSQL itself lets out only what is open to who asks.

Run on SQLite, which has one wall, only the last tests here are collected. That it lets out what the rule opens, after
every act of generated stories, is asked by `tests/visibility/test_spellings.py`.
"""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction

from couples import visibility
from couples.actions import erasure, records, sharing, therapy
from couples.lib.ids import random_id
from couples.models import (
    Card,
    CheckIn,
    HeldText,
    Opening,
    OwnLine,
    OwnWords,
    Record,
    Rest,
    Revision,
    ShelfItem,
    TakenOff,
    TherapistLabel,
    User,
    WaitingMail,
    WrappedKey,
    Yes,
)
from couples.models.yeses import rests_as_facts
from couples.row_security import checks, policies, session
from couples.rule import consent
from couples.rule.admissions import CLASSES, kinds_of
from couples.visibility import let_in, opened
from tests.support import make
from tests.support.addresses import writing
from tests.support.behind_the_wall import allowed, asking, opened_to, rows_of
from tests.support.everybody import ADMITTED, ALONE, AUTHOR, BY_ONE, ENDED, EVERYBODY, FORMER, OTHER, PARTNER, VISITOR
from tests.support.everybody import Everybody as World
from tests.support.kept import Kept
from tests.support.lived_in import lived_in
from tests.support.make import Clock
from tests.support.serving_role import as_serving_role
from tests.support.visits import Visit

on_postgresql = pytest.mark.postgresql
WALLED = (
    *(Record, Revision, OwnWords, CheckIn, HeldText, OwnLine, Yes, Opening, Rest, WrappedKey, WaitingMail, TakenOff),
    ShelfItem,
    TherapistLabel,
)
SERVING = "trustapp_web"
CASCADES = """
SELECT c.conrelid::regclass::text, a.attname FROM pg_constraint c
JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = c.conkey[1]
WHERE c.contype = 'f' AND c.confrelid = 'couples_user'::regclass AND c.confdeltype = 'c'
"""


_WORLD: Kept[World] = Kept()


@pytest.fixture
def world(db: None) -> World:
    return _WORLD.world(_made)


def _made() -> World:
    it = World.begun()
    for person in it.people.values():
        records.check_in(by=person, at=it.clock.tick(), line="For me alone.")
        records.hold_text(writing("boundary"), {"limit": ["Half."]}, by=person, at=it.clock.tick())
    return it


# --- It is there ---


@on_postgresql
def test_nobody_is_kept_from_leaving_for_good_by_rows_that_they_cannot_see(db: None) -> None:
    """What points at a person is theirs to see, and so goes with them; or the database itself lets it go."""
    hidden = []
    for model in WALLED:
        table = model._meta.db_table
        for field in model._meta.concrete_fields:
            if (
                field.related_model is User
                and f"{field.column} = {policies.UID}" not in policies.policies()[table]["SELECT"]
            ):
                hidden.append((table, field.column))
    assert ("couples_therapistlabel", "therapist_id") in hidden
    with connection.cursor() as cursor:
        cursor.execute(CASCADES)
        assert set(hidden) <= set(cursor.fetchall())


@on_postgresql
def test_what_stands_in_the_database_is_what_the_code_would_put_up(db: None) -> None:
    assert policies.differences(SERVING) == []
    call_command("wall", "--check", stdout=StringIO())


@on_postgresql
def test_everybody_with_months_behind_them_can_leave_for_good_behind_the_wall(db: None) -> None:
    with lived_in() as world:
        for who, person in world.people.items():
            with as_serving_role(), transaction.atomic(), session.as_reader(person.pk, world.clock.at):
                erasure.erase_account(by=person, at=world.clock.at)
                assert not User.objects.filter(pk=person.pk).exists(), who
                connection.check_constraints()
                transaction.set_rollback(True)


@on_postgresql
@pytest.mark.parametrize(
    "damage",
    [
        "DROP POLICY couples_yes_select ON couples_yes",
        "ALTER POLICY couples_revision_select ON couples_revision USING (true)",
        "CREATE POLICY couples_checkin_more ON couples_checkin FOR SELECT USING (true)",
        "ALTER TABLE couples_heldtext DISABLE ROW LEVEL SECURITY",
        "CREATE OR REPLACE FUNCTION app_uid() RETURNS uuid LANGUAGE sql STABLE AS $$ SELECT null::uuid $$",
        "ALTER FUNCTION app_look() SECURITY INVOKER",
        "ALTER FUNCTION app_look() RESET search_path",
        f"GRANT UPDATE ON couples_revision TO {SERVING}",
        f"GRANT TRUNCATE ON couples_record TO {SERVING}",
    ],
)
def test_a_damaged_wall_is_noticed(db: None, damage: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(damage)
    assert policies.differences(SERVING)
    with pytest.raises(CommandError):
        call_command("wall", "--check", stdout=StringIO())


def test_every_table_is_walled_or_says_why_not() -> None:
    """A new table fails here: it gets a policy, or a reason why it needs none."""
    from django.apps import apps

    tables = {model._meta.db_table for model in apps.get_app_config("couples").get_models()}
    through = {"couples_user_groups", "couples_user_user_permissions"}
    assert set(policies.policies()) | set(policies.UNWALLED) == tables - through
    assert {model._meta.db_table for model in WALLED} == set(policies.policies())


# --- Who asks ---


@on_postgresql
def test_pages_and_verbs_run_as_the_serving_role(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def look() -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT current_user || ' ' || app_uid() || ' ' || (app_settling() IS NOT NULL)")
            asked.append(cursor.fetchone()[0])

    ada = world.people[AUTHOR]
    plain = visibility.newest_words_of
    monkeypatch.setattr(visibility, "newest_words_of", lambda user, ids: (look(), plain(user, ids))[1])
    assert Visit(ada, world.clock).get("/mine/").status_code == 200
    newest = records.newest_of
    monkeypatch.setattr(sharing, "newest_of", lambda record: (look(), newest(record))[1])
    make.offer(make.boundary(ada, world.clock), ada, world.clock)
    assert asked == [f"{SERVING} {ada.pk} false", f"{SERVING} {ada.pk} true"]
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user, app_uid(), app_settling()")
        assert cursor.fetchone()[1:] == (None, None)


@on_postgresql
def test_nothing_comes_out_for_nobody(world: World) -> None:
    for model in WALLED:
        assert rows_of(model, None, world.clock.at) == set()


@on_postgresql
@pytest.mark.parametrize("looks_at_pair", [False, True])
@pytest.mark.parametrize("who", [who for who in EVERYBODY if who != VISITOR])
def test_without_any_filter_no_row_comes_out_that_is_not_open(world: World, who: str, looks_at_pair: bool) -> None:
    person, at, pair = world.people[who], world.clock.tick(), world.pair if looks_at_pair else None
    for model, rows in allowed(person, at, pair).items():
        assert rows_of(model, person, at, pair) == rows, model.__name__


@on_postgresql
@pytest.mark.parametrize("who", [who for who in EVERYBODY if who != VISITOR])
def test_being_told_of_an_admission_lets_nobody_in_without_both_of_their_yeses(world: World, who: str) -> None:
    person, at = world.people[who], world.clock.tick()
    kinds = [kind for each in CLASSES for kind in kinds_of(each)]
    for model, rows in allowed(person, at, world.pair).items():
        with asking(person, at, world.pair), session.letting_out((), (), kinds):
            assert set(model.objects.values_list("pk", flat=True)) == rows, model.__name__


@on_postgresql
@pytest.mark.parametrize("hers", [*((each,) for each in CLASSES), CLASSES[:2], ("boundary",)])
def test_a_therapist_is_let_out_what_is_of_the_classes_that_both_name_and_no_more(
    world: World, hers: tuple[str, ...]
) -> None:
    ada, faye = world.people[AUTHOR], world.people[ADMITTED]
    letter = records.write("impact_letter", {"letter": "What I lost."}, by=ada, at=world.clock.tick())
    make.offer(letter, ada, world.clock)
    card = Card.objects.get(pk=world.things[f"card of {ADMITTED}"])
    admit = therapy.admit if set(hers) <= set(CLASSES) else make.admit_kinds
    admit(card, hers, called="Ada", by=ada, at=world.clock.tick())
    world.clock.next_morning(world.pair)
    at = world.clock.tick()
    kinds = {kind for each in hers for kind in kinds_of(each)}
    seen = rows_of(Opening, faye, at, world.pair)
    assert seen == allowed(faye, at, world.pair)[Opening]
    shown = Opening.objects.filter(pk__in=seen, kind__in=consent.SHOWN).values_list("scope", flat=True)
    assert set(shown) <= kinds
    assert kinds & set(shown) >= kinds & {"boundary", "impact_letter", "step"}


@on_postgresql
def test_an_admission_that_rests_on_yeses_of_one_alone_lets_nobody_in(world: World) -> None:
    """Written past the rule and signed: three classes that one of them named, and an opening on two of these."""
    gus, at = world.people[BY_ONE], world.clock.tick()
    one, other, *_ = Yes.objects.filter(kind=consent.ADMISSION, thing=world.things[f"card of {BY_ONE}"])
    told = {"scope": "everyday", "opened_at": at, "day": at.date(), "door": consent.MORNING, "tie": "0"}
    opening = Opening(id=random_id(), pair=world.pair, kind=consent.ADMISSION, thing=one.thing, **told)
    opening.sign(rests_as_facts([one.pk, other.pk])).save()
    for yes in (one, other):
        Rest.objects.create(opening=opening, yes=yes)
    assert rows_of(Opening, gus, world.clock.tick(), world.pair) == set()


@on_postgresql
@pytest.mark.parametrize("who", [AUTHOR, PARTNER, FORMER, OTHER, ALONE, ADMITTED, BY_ONE, ENDED])
def test_with_our_own_filter_removed_the_questions_of_pages_give_no_more(
    world: World, who: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from django.db.models import Q

    person, at = world.people[who], world.clock.tick()
    before = opened_to(person, at, world.pair)
    for room in (opened, let_in):
        monkeypatch.setattr(room, "all_stand", lambda at, reader: Q())
    monkeypatch.setattr(let_in._admitted, "_texts", {})  # put together with it, and kept
    with asking(person, at, world.pair):
        assert {opening.pk for opening in visibility.open_to(person, at)} <= before
        for pair in visibility.pairs_of(person, at):
            assert {opening.pk for opening in visibility.open_to_therapist(person, pair, at)} <= before


@on_postgresql
def test_keys_come_out_only_for_those_whose_words_may_be_open(world: World) -> None:
    at = world.clock.tick()
    ada, ben, cleo = (world.people[who].pk for who in (AUTHOR, PARTNER, OTHER))
    assert {ada, ben, world.pair.pk} <= rows_of(WrappedKey, world.people[AUTHOR], at)
    assert {ada, ben, world.pair.pk} <= rows_of(WrappedKey, world.people[ADMITTED], at)
    assert cleo not in rows_of(WrappedKey, world.people[AUTHOR], at)
    assert not {ada, ben, cleo, world.pair.pk} & rows_of(WrappedKey, world.people[ALONE], at)


# --- Writing ---


@on_postgresql
def test_nobody_changes_what_is_anothers(world: World) -> None:
    ben, at = world.people[PARTNER], world.clock.tick()
    tables = {"couples_record": "author_id", "couples_ownwords": "author_id", "couples_checkin": "author_id"}
    tables |= {"couples_heldtext": "author_id", "couples_ownline": "owner_id"}
    for table, column in tables.items():
        with asking(ben, at), connection.cursor() as cursor:
            for statement in (
                f"UPDATE {table} SET {column} = %s WHERE {column} <> %s",
                f"DELETE FROM {table} WHERE {column} NOT IN (%s, %s)",
            ):
                cursor.execute(statement, [ben.pk, ben.pk])
                assert cursor.rowcount == 0, statement
    for table in ("couples_yes", "couples_opening", "couples_rest"):
        with asking(ben, at), connection.cursor() as cursor:
            cursor.execute(f"DELETE FROM {table}")
            assert cursor.rowcount == 0, table


@on_postgresql
def test_a_memory_line_is_read_and_deleted_by_its_owner_alone_also_while_the_pair_is_settled(world: World) -> None:
    ada, ben = world.people[AUTHOR], world.people[PARTNER]
    world.clock.next_morning(world.pair)
    world.clock.next_morning(world.pair)
    lines = OwnLine.objects.filter(opening__isnull=False)
    hers, his = (set(lines.filter(owner=who).values_list("pk", flat=True)) for who in (ada, ben))
    assert hers and his
    for who in world.people.values():
        with asking(who, world.clock.at), session.settling(world.pair.pk):
            seen = set(lines.values_list("pk", flat=True))
            assert not seen & ((hers if who != ada else set()) | (his if who != ben else set()))
    with asking(ben, world.clock.at), session.settling(world.pair.pk):
        assert set(lines.values_list("pk", flat=True)) == his
        assert lines.update(tie="moved") == lines.delete()[0] == len(his)
    assert set(lines.filter(owner=ada).values_list("pk", flat=True)) == hers
    assert not lines.filter(owner=ben).exists()


@on_postgresql
def test_a_line_is_written_for_another_only_while_their_pair_is_settled(world: World) -> None:
    ada, ben = world.people[AUTHOR], world.people[PARTNER]
    row = OwnLine(owner=ada, kind=OwnLine.OPENED, opening=world.pair.pk, day=world.clock.at.date(), tie="0")
    with pytest.raises(DatabaseError), asking(ben, world.clock.at):
        row.save()
    with asking(ben, world.clock.at), session.settling(world.pair.pk):
        row.save()


@on_postgresql
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE couples_revision SET number = number",
        "UPDATE couples_wrappedkey SET wrapped = wrapped",
        "TRUNCATE couples_yes",
        "ALTER TABLE couples_yes DISABLE ROW LEVEL SECURITY",
        "DROP FUNCTION app_look()",
        "CREATE OR REPLACE FUNCTION app_look() RETURNS void LANGUAGE sql AS $$ $$",
    ],
)
def test_the_serving_role_may_not_even_try(world: World, statement: str) -> None:
    with pytest.raises(DatabaseError), asking(world.people[AUTHOR], world.clock.at), connection.cursor() as cursor:
        cursor.execute(statement)


@on_postgresql
def test_a_yes_is_written_only_by_a_verb(world: World) -> None:
    ada = world.people[AUTHOR]
    seat = visibility.seat_of(ada)
    row = Yes(pair=world.pair, seat=seat, kind=consent.KEEP, thing=seat.pk, given_at=world.clock.at).sign()
    with pytest.raises(DatabaseError), asking(ada, world.clock.at):
        row.save()


# --- Time ---


@on_postgresql
def test_what_ended_is_shut_without_anybody_writing(ada: User, ben: User, story: Clock) -> None:
    make.pair(ada, ben, story)
    make.welcome_all(ben, clock=story)
    record = make.boundary(ada, story)
    ends = story.at + timedelta(minutes=30)
    make.offer(record, ada, story, ends=ends)
    (opening,) = Opening.objects.all()
    assert opening.pk in rows_of(Opening, ben, ends - timedelta(microseconds=1))
    assert opening.pk not in rows_of(Opening, ben, ends)
    assert rows_of(Opening, ben, opening.opened_at - timedelta(microseconds=1)) == set()


@on_postgresql
def test_what_the_database_was_told_ends_with_the_act(ada: User, ben: User, story: Clock) -> None:
    make.pair(ada, ben, story)
    with transaction.atomic(), session.as_reader(ada.pk, story.at):
        with pytest.raises(RuntimeError), session.as_reader(ben.pk, story.at), session.settling(ada.pk):
            raise RuntimeError
        with connection.cursor() as cursor:
            cursor.execute("SELECT app_uid(), app_settling()")
            assert cursor.fetchone() == (ada.pk, None)


@on_postgresql
def test_a_role_that_passes_the_wall_is_refused_in_production(db: None, settings) -> None:
    settings.DEBUG = False
    (found,) = checks.the_serving_role_stays_behind_the_wall(databases=["default"])
    assert found.is_serious() and found.id == "couples.wall"
    settings.DEBUG = True
    (found,) = checks.the_serving_role_stays_behind_the_wall(databases=["default"])
    assert not found.is_serious()
    with as_serving_role():
        assert checks.the_serving_role_stays_behind_the_wall(databases=["default"]) == []


# --- SQLite ---


def test_sqlite_has_one_wall_and_says_so(db: None, ada: User, story: Clock) -> None:
    if connection.vendor == "postgresql":
        return
    with pytest.raises(CommandError, match="one wall"):
        call_command("wall")
    with session.as_reader(ada.pk, story.at), session.settling(ada.pk), session.checking():
        assert User.objects.exists()
    assert checks.the_serving_role_stays_behind_the_wall(databases=["default"]) == []
