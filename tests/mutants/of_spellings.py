"""Mistakes in one spelling of a rule that is spelled more than once (`tests/visibility/test_spellings.py`)."""

from tests.mutants.mutant import Mutant

STANDING = "couples/rule/standing.py"
YESES, MEETING = "couples/models/yeses.py", "couples/rule/meeting.py"
FUNCTIONS = "couples/row_security/functions.py"
DUE = "couples/rule/due.py"
COMPARED, MORNINGS = ("visibility/test_spellings.py",), ("actions/test_mornings.py",)

MUTANTS = (
    Mutant(
        "in a queryset a yes stands at its own end",
        YESES,
        'Q(**{f"{row}ends_at__gt": at}))',
        'Q(**{f"{row}ends_at__gte": at}))',
        COMPARED,
    ),
    Mutant(
        "in a queryset a yes has not fallen at its own end",
        YESES,
        'Q(**{f"{row}ends_at__lte": at})',
        'Q(**{f"{row}ends_at__lt": at})',
        COMPARED,
    ),
    Mutant(
        "a yes ends when it was closed, though it had ended before",
        YESES,
        "return min((at for at in (yes.ends_at, yes.closed_at)",
        "return max((at for at in (yes.ends_at, yes.closed_at)",
        COMPARED,
    ),
    Mutant(
        "in SQL a yes stands at its own closing",
        STANDING,
        "{yes}.closed_at > {at}))",
        "{yes}.closed_at >= {at}))",
        COMPARED,
    ),
    Mutant(
        "in SQL what rests on a closed yes has not fallen",
        STANDING,
        " OR {yes}.closed_at <= {at})",
        ")",
        COMPARED,
    ),
    Mutant(
        "a door reads of acceptances whose words have closed",
        MEETING,
        '    ACCEPTANCE: _words_open("y.thing"),\n',
        "",
        ("test_cost.py",),
    ),
    Mutant(
        "what was put away still lets one act on it",
        "couples/actions/transactions.py",
        "yeses, act.at, reader=seat.id)",
        "yeses, act.at, reader=act.person.pk)",
        COMPARED,
    ),
    Mutant(
        "what was put away leaves nothing to fade",
        "couples/actions/pairing.py",
        ".exclude(yes__kind=consent.READING)\n    under",
        "\n    under",
        COMPARED,
    ),
    Mutant(
        "an older card is the newest",
        "couples/models/therapy.py",
        'number__gt=OuterRef("number"))\n    return Q(~Exists(newer))',
        'number__lt=OuterRef("number"))\n    return Q(~Exists(newer))',
        COMPARED,
    ),
    Mutant(
        "behind the wall an older card is the newest",
        FUNCTIONS,
        "newer.number > c.number",
        "newer.number < c.number",
        COMPARED,
    ),
    Mutant(
        "in SQL all that is offered is everyday",
        MEETING,
        "sorted(heavy))",
        "sorted(heavy)[:1])",
        COMPARED,
    ),
    Mutant(
        "in a queryset all that is open of an agreement is in force",
        "couples/visibility/opened.py",
        "return shown.filter(kind=OpeningKind.AGREEMENT)",
        "return shown.filter(scope=consent.AGREEMENT)",
        COMPARED,
    ),
    Mutant(
        "an agreement is in force without a yes of each",
        "couples/rule/openings.py",
        "    rests_on = frozenset({one.id, other.id})\n    superseded",
        "    rests_on = frozenset({one.id})\n    superseded",
        COMPARED,
    ),
    Mutant(
        "a morning of many looks for nothing that fell", DUE, "(meets, _FALLS, _LEAVES)", "(meets, _LEAVES)", MORNINGS
    ),
    Mutant("a morning of many looks for no card", DUE, "(meets, _FALLS, _LEAVES)", "(meets, _FALLS)", MORNINGS),
    Mutant(
        "what was admitted after a card left keeps it for a morning of many",
        DUE,
        " AND NOT o.opened_at >= %(eve)s",
        "",
        MORNINGS,
    ),
    Mutant(
        "what is due is marked with the others",
        "couples/actions/mornings.py",
        "pk__in=set(some) - due",
        "pk__in=some",
        MORNINGS,
    ),
)
