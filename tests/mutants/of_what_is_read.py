"""Mistakes in who may read what: `couples/visibility`, and pages and presenters that tell too much."""

from tests.mutants.mutant import Mutant

STANDING = "couples/rule/standing.py"
OPENED, LET_IN, OWN = (f"couples/visibility/{name}.py" for name in ("opened", "let_in", "own"))
ROOM = ("views/test_room.py", "presenters/test_therapist.py", "visibility/test_edges.py")
EDGES = ("visibility/test_edges.py", "visibility/test_spellings.py")
FACES = ("test_one_face.py", "test_answers_alike.py", "test_noninterference.py")

MUTANTS = (
    Mutant(
        "the author's page rests on the reading",
        STANDING,
        "anothers = f\"x.kind = '{READING}'\"",
        "anothers = f\"x.kind = 'none'\"",
        ("views/test_ours.py", *FACES),
    ),
    Mutant(
        "what I put away is noted as fallen for its author too",
        STANDING,
        "(x.ends_at <= %(at)s OR x.closed_at <= %(at)s) AND x.kind <> '{READING}'",
        "(x.ends_at <= %(at)s OR x.closed_at <= %(at)s)",
        ("actions/test_fallen.py",),
    ),
    Mutant(
        "what I put away stays before me",
        STANDING,
        "AND x.seat_id <> {reader}",
        "AND {reader} IS NOT NULL",
        ("views/test_ours.py", *EDGES),
    ),
    Mutant(
        "what opens tomorrow is open today",
        OPENED,
        "openings = Opening.objects.filter(opened_by(at), pair=pair, has_fallen=False)",
        "openings = Opening.objects.filter(pair=pair, has_fallen=False)",
        EDGES,
    ),
    Mutant(
        "a forgotten steps_on",
        OPENED,
        "    if not steps_on:\n        found =",
        "    if False:\n        found =",
        ("visibility/test_edges.py", "views/steps/test_steps.py", "views/test_ours.py"),
    ),
    Mutant(
        "a forgotten steps_on on the timeline",
        OPENED,
        "if keep.scope == consent.OWN_STEP] if user.steps_on else []",
        "if keep.scope == consent.OWN_STEP]",
        ("presenters/test_timeline.py", "visibility/test_edges.py"),
    ),
    Mutant(
        "what opened of another pair is found",
        OPENED,
        "found = Opening.objects.filter(pair=seat.pair_id, pk=opening_id",
        "found = Opening.objects.filter(pk=opening_id",
        ("visibility/test_edges.py", "test_access.py", "views/test_ours.py"),
    ),
    Mutant(
        "an ended admission still lets in",
        LET_IN,
        ".filter(all_stand(at, None)).signed()\n\n\ndef admitted_kinds",
        ".signed()\n\n\ndef admitted_kinds",
        ROOM,
    ),
    Mutant(
        "an admission lets in every therapist",
        LET_IN,
        "found = admissions(at).filter(pair=pair, thing__in=_newest_cards(therapist))",
        "found = admissions(at).filter(pair=pair)",
        ROOM,
    ),
    Mutant(
        "a changed card keeps its admissions",
        LET_IN,
        "return Card.objects.filter(is_newest(), therapist=therapist)",
        "return Card.objects.filter(therapist=therapist)",
        ROOM,
    ),
    Mutant(
        "a therapist reads kinds that nobody named",
        LET_IN,
        "opened.filter(opened_by(at), kind__in=SHOWN_KINDS, scope__in=kinds)",
        "opened.filter(opened_by(at), kind__in=SHOWN_KINDS)",
        ROOM,
    ),
    Mutant(
        "a therapist reads what was taken back",
        LET_IN,
        "opened.filter(all_stand(at, None)).select_related",
        "opened.select_related",
        ROOM,
    ),
    Mutant(
        "proposals of anybody are shown",
        LET_IN,
        "return Proposal.objects.filter(pair=pair_id, therapist__in=therapists)",
        "return Proposal.objects.filter(pair=pair_id)",
        ("views/test_ahead.py", "visibility/test_edges.py"),
    ),
    Mutant(
        "everybody's records are mine",
        OWN,
        "return Record.objects.filter(author=user)",
        "return Record.objects.all()",
        ("views/test_mine.py", "test_access.py", "visibility/test_edges.py"),
    ),
    Mutant(
        "a seat that ended still looks",
        OWN,
        "filter(person=person, ended_at__isnull=True)",
        "filter(person=person)",
        ("visibility/test_edges.py", "test_invariants.py", "actions/test_endings.py"),
    ),
    Mutant(
        "a yes that lapsed stands on my page",
        OWN,
        "own = Yes.objects.filter(standing(at), ",
        "own = Yes.objects.filter(",
        ("views/test_yes.py", "visibility/test_edges.py"),
    ),
    Mutant(
        "a line stays after one keeps it no longer",
        OWN,
        "keeps = Yes.objects.filter(standing(at), ",
        "keeps = Yes.objects.filter(",
        ("presenters/test_timeline.py", "visibility/test_edges.py", "views/test_yes.py"),
    ),
    Mutant(
        "a step is kept by keeps that nobody gave",
        OPENED,
        "return [keep.thing for keep in keeps if keep.scope == consent.OWN_STEP]",
        'return list(_openings(seat.pair_id, seat.pk, at).filter(kind="keep").values_list("thing", flat=True))',
        ("export/test_export.py",),
    ),
    Mutant(
        "what opened days ago stands on the timeline while it is open",
        OPENED,
        "kind__in=memory.REMEMBERED, opened_at__gte=since)",
        "kind__in=memory.REMEMBERED)",
        ("test_memory_lines.py", "presenters/test_timeline.py"),
    ),
    Mutant(
        "the memory line of a heavy thing says its kind",
        "couples/models/unstored.py",
        'scope="" if anothers_heavy else opening.scope,',
        "scope=opening.scope,",
        ("test_memory_lines.py",),
    ),
    Mutant(
        "a page reads the memory lines of both",
        "couples/models/unstored.py",
        "if is_kept and line.seat_id == seat]",
        "if is_kept]",
        ("test_memory_lines.py", "test_cost.py"),
    ),
    Mutant(
        "tender words stand among others",
        "couples/presenters/sheets.py",
        "KINDS[kind].of_steps or is_tender(words)",
        "KINDS[kind].of_steps",
        ("content/test_kinds.py", "views/test_ours.py", "test_memory_lines.py"),
    ),
    Mutant(
        "a therapist reads heavy words on the page of many",
        "couples/presenters/sheets.py",
        "        return bare(sheet)\n    if sheet.folded:",
        "        return sheet\n    if sheet.folded:",
        ("content/test_kinds.py",),
    ),
    Mutant(
        "a session that was called off is the last one",
        "couples/models/sessions.py",
        "if each.ends_at <= at and not each.called_off]",
        "if each.ends_at <= at]",
        ("models/test_sessions.py",),
    ),
    Mutant(
        "a therapist reads topics of couples who do not admit them to everyday things",
        "couples/presenters/couple_agenda.py",
        "topics = in_turn(row for row in rows.values() if is_topic(row))[:MOST]",
        "topics = in_turn(Opening.objects.filter(scope=TOPIC.name, kind=OpeningKind.REVISION))[:MOST]",
        ("views/test_agenda.py",),
    ),
    Mutant(
        "a therapist's one sheet is of any kind",
        "couples/presenters/therapist.py",
        "row = opened.filter(pk=pk).first()",
        "row = Opening.objects.filter(pk=pk).first()",
        ("content/test_kinds.py",),
    ),
    Mutant(
        "a page shows how many sit",
        "couples/views/sitting.py",
        ':%H:%M}"',
        ":%H:%M} {__import__('couples.models', fromlist=['Yes']).Yes.objects"
        ".filter(pair=request.seat.pair_id, kind='sitting', closed_at=None).count()}\"",
        ("views/test_sitting.py", *FACES),
    ),
    Mutant(
        "a day of looking is not noted",
        "couples/views/_loading.py",
        "    note_day_of_looking(request, pair)\n    return page",
        "    return page",
        ("presenters/test_therapist.py", "views/test_mirror.py"),
    ),
)
