"""Mistakes in the second wall, which only PostgreSQL has: `couples/row_security`."""

from tests.mutants.mutant import POSTGRESQL, Mutant

STANDING = "couples/rule/standing.py"
POLICIES, FUNCTIONS = (f"couples/row_security/{name}.py" for name in ("policies", "functions"))
WALL = ("row_security/test_second_wall.py", "visibility/test_spellings.py")

MUTANTS = (
    Mutant(
        "anybody reads any revision",
        POLICIES,
        '"SELECT": f"author_id = {UID} OR id = {_seen(\'revisions\')}"',
        '"SELECT": "true"',
        WALL,
        POSTGRESQL,
    ),
    Mutant(
        "the pair's yeses come out",
        POLICIES,
        "\"SELECT\": f\"pair_id = {SETTLING} OR seat_id = {_seen('seats')} OR id = {_seen('yeses')}\"",
        '"SELECT": "true"',
        WALL,
        POSTGRESQL,
    ),
    Mutant(
        "check-ins have no wall",
        POLICIES,
        '"couples_checkin": _whose("author_id")',
        '"couples_checkin": _whose("author_id") | {"SELECT": "true"}',
        WALL,
        POSTGRESQL,
    ),
    Mutant(
        "everybody has every key",
        POLICIES,
        "OR owner = {_seen('keys')}\"",
        'OR true"',
        WALL,
        POSTGRESQL,
    ),
    Mutant(
        "the wall forgets that yeses end",
        STANDING,
        " AND ({yes}.ends_at IS NULL OR {yes}.ends_at > {at})",
        "",
        WALL,
        POSTGRESQL,
    ),
    Mutant(
        "the wall forgets that yeses are taken back",
        STANDING,
        " AND ({yes}.closed_at IS NULL OR {yes}.closed_at > {at})",
        "",
        WALL,
        POSTGRESQL,
    ),
    Mutant(
        "behind the wall what I put away comes out",
        FUNCTIONS,
        " AND y.seat_id IS DISTINCT FROM seat)) AS for_me",
        ")) AS for_me",
        WALL,
        POSTGRESQL,
    ),
    Mutant(
        "behind the wall one admission lets in",
        FUNCTIONS,
        "{seats.format('min', kind)} < {seats",
        "{seats.format('min', kind)} <= {seats",
        WALL,
        POSTGRESQL,
    ),
    Mutant(
        "behind the wall ended admissions let in",
        FUNCTIONS,
        "'{ADMISSION}' AND needed AND for_all AND {my_card}\n          UNION ALL",
        "'{ADMISSION}' AND needed AND {my_card}\n          UNION ALL",
        WALL,
        POSTGRESQL,
    ),
    Mutant(
        "behind the wall a class lets every other one out",
        FUNCTIONS,
        'AND let_in.scope IN (o.scope, {class_in_sql("o.scope")}))))',
        ")))",
        WALL,
        POSTGRESQL,
    ),
    Mutant(
        "behind the wall a therapist sees every pair at once",
        FUNCTIONS,
        "i.therapist_id = me AND i.pair_id = app_pair();",
        "i.therapist_id = me LIMIT 1;",
        WALL,
        POSTGRESQL,
    ),
    Mutant(
        "behind the wall a bare line is open, since what it rests on does not come out",
        STANDING,
        "{RESTS.format(opening=opening)} AND NOT {fallen}",
        "NOT {fallen}",
        WALL,
        POSTGRESQL,
    ),
    Mutant(
        "two write to a pair at once",
        "couples/actions/transactions.py",
        "return Pair.objects.select_for_update(no_key=True).get(pk=pair)",
        "return Pair.objects.get(pk=pair)",
        ("actions/test_races.py", "actions/test_races_of_seats.py"),
        POSTGRESQL,
    ),
    Mutant(
        "one person acts twice at once",
        "couples/actions/transactions.py",
        "people = User.objects.select_for_update(no_key=True).filter(pk__in=ids)",
        "people = User.objects.filter(pk__in=ids)",
        ("actions/test_races.py", "actions/test_races_of_seats.py"),
        POSTGRESQL,
    ),
)
