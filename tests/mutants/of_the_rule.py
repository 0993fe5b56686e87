"""Mistakes in the consent rule itself: `couples/rule`."""

from tests.mutants.mutant import Mutant

CONSENT, OPENINGS, HISTORY, MEMORY, ADMISSIONS = (
    f"couples/rule/{name}.py" for name in ("consent", "openings", "history", "memory", "admissions")
)
EDGES, NAIVE = "rule/test_edges.py", "rule/test_consent.py"
RULE = (EDGES, NAIVE)
REMEMBERS = ("rule/test_memory.py", "test_memory_lines.py")
BREACH = (EDGES, NAIVE, "views/test_breach.py")

MUTANTS = (
    Mutant("a night of 6.5 hours is enough", CONSENT, "timedelta(hours=8)", "timedelta(hours=6.5)", RULE),
    Mutant("a yes stands at its own end", CONSENT, "yes.ends_at > at)", "yes.ends_at >= at)", RULE),
    Mutant("a yes stands while it is taken back", CONSENT, "yes.closed_at > at)", "yes.closed_at >= at)", RULE),
    Mutant("a yes stands before it is given", CONSENT, "    if yes.given_at > at:\n        return False\n", "", RULE),
    Mutant("mornings come at six", CONSENT, "MORNING_HOUR: Final = time(7)", "MORNING_HOUR: Final = time(6)", RULE),
    Mutant("six open at one door", CONSENT, "MOST_AT_ONE_DOOR: Final = 5", "MOST_AT_ONE_DOOR: Final = 6", RULE),
    Mutant("one who sits makes a sitting", CONSENT, "yes in down}) < 2", "yes in down}) < 1", RULE),
    Mutant(
        "a sitting lasts two hours",
        CONSENT,
        "SITTING_LASTS: Final = timedelta(minutes=60)",
        "SITTING_LASTS: Final = timedelta(minutes=120)",
        (EDGES, NAIVE, "views/test_sitting.py", "views/test_yes.py"),
    ),
    Mutant(
        "a group of steps opens in a sitting",
        CONSENT,
        "of_each=(GROUP,), doors=MORNING_ONLY)",
        "of_each=(GROUP,))",
        RULE,
    ),
    Mutant(
        "what nobody's yes carries is open",
        CONSENT,
        "if opening.opened_at > at or not opening.rests_on:",
        "if opening.opened_at > at:",
        RULE,
    ),
    Mutant(
        "words are open before the instant they opened",
        CONSENT,
        "if opening.opened_at > at or not",
        "if not",
        RULE,
    ),
    Mutant(
        "the reader's own reading does not count",
        CONSENT,
        " and yes.kind == READING and yes.seat_id != reader:",
        " and yes.kind == READING:",
        (EDGES, NAIVE, "visibility/test_edges.py", "views/test_ours.py"),
    ),
    Mutant(
        "the order of two answers makes another thing",
        CONSENT,
        "*sorted((one.hex, other.hex))",
        "one.hex, other.hex",
        (*RULE, "views/steps/test_open_steps.py"),
    ),
    Mutant("heavy words open in a sitting", OPENINGS, "return scope_of(offer.scope) == EVERYDAY", "return True", RULE),
    Mutant("a welcome for sittings opens mornings", OPENINGS, "return welcome.choice == MORNINGS", "return True", RULE),
    Mutant(
        "a breach ends no acceptance",
        OPENINGS,
        "or (offer.about is not None and",
        "or (False and offer.about and",
        BREACH,
    ),
    Mutant(
        "a passed limit ends no answer",
        OPENINGS,
        "if (offer.choice == LIMIT and",
        "if (False and",
        BREACH,
    ),
    Mutant(
        "an agreement ends no other of its chain",
        OPENINGS,
        "ends=superseded",
        "ends=frozenset()",
        RULE,
    ),
    Mutant(
        "an agreement is held once more by what it rested on",
        OPENINGS,
        "if ledger.is_new(frozenset({one.id, other.id}), kind) and (rival",
        "if (rival",
        RULE,
    ),
    Mutant(
        "words that have closed come into force",
        OPENINGS,
        " for one, other in ledger.matches(door, ACCEPTANCE) if one.thing in held)",
        " for one, other in ledger.matches(door, ACCEPTANCE))",
        RULE,
    ),
    Mutant(
        "the first words both accepted win",
        OPENINGS,
        "_met(one, other) > _met(*rival)",
        "_met(one, other) < _met(*rival)",
        RULE,
    ),
    Mutant(
        "a takeaway can be answered in the room",
        "couples/rule/consent.py",
        'Need("a takeaway of a session", "both", of_each=(TAKEAWAY,), doors=MORNING_ONLY)',
        'Need("a takeaway of a session", "both", of_each=(TAKEAWAY,))',
        ("rule/test_edges.py", "views/test_takeaway.py"),
    ),
    Mutant(
        "older lines of a session stay beside the newer ones that both accept",
        "couples/models/unstored.py",
        "elif yes.kind in (consent.ACCEPTANCE, consent.TAKEAWAY):",
        "elif yes.kind in (consent.ACCEPTANCE,):",
        ("views/test_takeaway.py",),
    ),
    Mutant(
        "an older revision opens after a newer",
        OPENINGS,
        "if offer.number <= newest_ever.get(offer.under, 0) or not",
        "if not",
        RULE,
    ),
    Mutant(
        "a revision leaves the earlier ones open",
        OPENINGS,
        "ends=earlier | ",
        "ends=",
        (*RULE, "test_invariants.py"),
    ),
    Mutant(
        "a step opens whatever the conditions",
        OPENINGS,
        "if CONDITIONS not in (one.choice, other.choice) and",
        "if",
        RULE,
    ),
    Mutant(
        "a step in one's own words opens without the words",
        OPENINGS,
        "or (one.revision_id is not None and one.revision_id not in words)",
        "or (one.revision_id is not None and False)",
        (*RULE, "views/steps/test_steps.py", "views/steps/test_open_steps.py"),
    ),
    Mutant(
        "a step opens without its group",
        OPENINGS,
        "group is None or (one.revision_id",
        "False or (one.revision_id",
        (*RULE, "views/steps/test_open_steps.py"),
    ),
    Mutant(
        "what needs both opens for somebody who left",
        OPENINGS,
        "(need.of_one or not somebody_left)",
        "True",
        RULE,
    ),
    Mutant("who left still puts on the agenda", OPENINGS, "if yes.seat_id not in here:", "if False:", RULE),
    Mutant(
        "one admission lets a therapist in",
        OPENINGS,
        "OpeningKind.ADMISSION: _admissions,",
        '"admission": lambda ledger, door: (\n'
        '        ledger.opening("admission", door, yes, frozenset({yes.id}), scope=yes.scope)\n'
        "        for yes in ledger.counting(door, ADMISSION)\n"
        '        if ledger.is_new(frozenset({yes.id}), "admission")\n'
        "    ),",
        ("rule/test_edges.py", "views/test_room.py", "presenters/test_therapist.py"),
    ),
    Mutant(
        "one class admits to all of them",
        ADMISSIONS,
        "if not kind.is_alone and class_of(name) == admitted)",
        "if not kind.is_alone)",
        (EDGES, "content/test_kinds.py", "visibility/test_edges.py"),
    ),
    Mutant(
        "own steps are everyday to a therapist",
        ADMISSIONS,
        "return STEPS if kind in KINDS and KINDS[kind].of_steps else scope_of(kind)",
        "return scope_of(kind)",
        (EDGES, "visibility/test_edges.py", "views/steps/test_steps.py"),
    ),
    Mutant(
        "admissions of one person alone meet",
        OPENINGS,
        'if one.seat_id != other.seat_id else ""',
        'if True else ""',
        RULE,
    ),
    Mutant(
        "an older admission of a kind meets no class",
        ADMISSIONS,
        "for kind, by in ((one, other), (other, one)) if",
        "for kind, by in () if",
        (EDGES, NAIVE, "presenters/test_therapist.py"),
    ),
    Mutant(
        "one keep keeps a line",
        OPENINGS,
        "OpeningKind.KEEP: _same(KEEP, OpeningKind.KEEP),",
        '"keep": lambda ledger, door: (\n'
        '        ledger.opening("keep", door, yes, frozenset({yes.id}))\n'
        "        for yes in ledger.counting(door, KEEP)\n"
        '        if ledger.is_new(frozenset({yes.id}), "keep")\n'
        "    ),",
        (NAIVE, "presenters/test_timeline.py", "visibility/test_edges.py"),
    ),
    Mutant(
        "what is put away leaves its reader a line",
        MEMORY,
        "is_open(opening, ledger.yeses, morning, reader=seat.id)",
        "is_open(opening, ledger.yeses, morning, reader=opening.author_id)",
        ("rule/test_memory.py",),
    ),
    Mutant(
        "what closed before its first seven leaves a line",
        MEMORY,
        "is_open(opening, ledger.yeses, morning, reader=seat.id)",
        "True",
        REMEMBERS,
    ),
    Mutant(
        "who has left keeps a line",
        MEMORY,
        "seat.ended > morning",
        "True",
        REMEMBERS,
    ),
    Mutant(
        "a line tells of what opened at this very seven",
        MEMORY,
        "since <= opening.opened_at < morning",
        "since <= opening.opened_at <= morning",
        REMEMBERS,
    ),
    Mutant(
        "what opened at the last seven leaves no line",
        MEMORY,
        "since <= opening.opened_at < morning",
        "since < opening.opened_at < morning",
        REMEMBERS,
    ),
    Mutant(
        "words for a step leave a line",
        MEMORY,
        " and opening.scope != OWN_STEP",
        "",
        REMEMBERS,
    ),
    Mutant("mornings stay in the old zone", OPENINGS, "if ledger.zone != zone:", "if False:", RULE),
    Mutant(
        "what opens again and again is one thing",
        HISTORY,
        "past.kind == kind and past.rests_on == rests_on for",
        "past.kind == kind for",
        RULE,
    ),
    Mutant(
        "an opening ends no yes",
        HISTORY,
        "for yes_id in opening.ends:",
        "for yes_id in ():",
        RULE,
    ),
)
