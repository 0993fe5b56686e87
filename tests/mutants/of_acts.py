"""Mistakes in what a person does: `couples/actions`."""

from tests.mutants.mutant import Mutant

SHARING, RECORDS, STEPS, YESES, PAIRING, THERAPY, ACTING = (
    f"couples/actions/{name}.py"
    for name in ("sharing", "records", "steps", "yeses", "pairing", "therapy", "transactions")
)
OURS = ("views/test_ours.py", "test_invariants.py")
ON_STEPS = ("views/steps/test_steps.py", "views/steps/test_open_steps.py")

MUTANTS = (
    Mutant(
        "a takeaway is accepted although its therapist is let out",
        "couples/actions/takeaways.py",
        "return stay is not None and stay.is_let_in(act.at)",
        "return stay is not None",
        ("views/test_takeaway.py",),
    ),
    Mutant(
        "an offer of a page that changed meanwhile counts",
        SHARING,
        "if seen != revision.number:",
        "if False:",
        ("views/test_mine.py", "test_invariants.py"),
    ),
    Mutant(
        "an agreement taken back leaves its acceptance",
        RECORDS,
        "kind__in=(consent.OFFER, consent.ACCEPTANCE, consent.ANSWER, consent.TERMS)",
        "kind__in=(consent.OFFER,)",
        OURS,
    ),
    Mutant(
        "what an offer accepted before goes untold",
        "couples/visibility/own.py",
        'thing=OuterRef("thing"), given_at=OuterRef("given_at")',
        'thing=OuterRef("under"), given_at=OuterRef("given_at")',
        ("views/test_yes.py",),
    ),
    Mutant(
        "what I put away still holds me",
        SHARING,
        "(consent.READING, consent.ACCEPTANCE, consent.ANSWER, consent.TERMS)",
        "(consent.READING,)",
        OURS,
    ),
    Mutant(
        "a lapsed yes is renewed",
        SHARING,
        "mine = Yes.objects.filter(standing(act.at), ",
        "mine = Yes.objects.filter(",
        ("views/test_yes.py", "test_what_others_learn.py"),
    ),
    Mutant(
        "anybody ends anybody's yes",
        SHARING,
        "Yes.objects.filter(pk=yes_id, seat=act.seated()).first()",
        "Yes.objects.filter(pk=yes_id).first()",
        ("views/test_yes.py", "test_access.py"),
    ),
    Mutant(
        "words that opened once open again unwritten",
        SHARING,
        "if _was_open(revision, act) and not",
        "if False and not",
        ("views/test_mine.py", "views/test_ours.py", "actions/test_races.py"),
    ),
    Mutant(
        "a second press draws another day",
        YESES,
        "had >= at + consent.DRAWN_WITHIN[0]",
        "False",
        ("views/test_yes.py",),
    ),
    Mutant(
        "every day is as good as one on which nothing else ends",
        "couples/rule/consent.py",
        "if ending[day] == fewest]",
        "if ending[day] >= fewest]",
        ("rule/test_edges.py",),
    ),
    Mutant(
        "another choice renews the old one",
        YESES,
        "row.is_signed() and _same(row, what)",
        "row.is_signed()",
        ("views/steps/test_open_steps.py", "views/test_marks.py", "views/test_sitting.py"),
    ),
    Mutant(
        "a yes may end before it is given",
        YESES,
        "if ends <= at:",
        "if False:",
        ("views/test_mine.py", "views/test_yes.py", "forms/test_bad_input.py"),
    ),
    Mutant(
        "new words leave the older ones offered, whatever was said",
        RECORDS,
        "if older == TAKE_BACK_OLDER:",
        "if False:",
        ("views/test_mine.py", "test_invariants.py"),
    ),
    Mutant(
        "a passed limit takes no answer back",
        RECORDS,
        "if act.seat is not None and kinds.is_of_a_limit(",
        "if False and kinds.is_of_a_limit(",
        ("views/test_breach.py",),
    ),
    Mutant(
        "turning steps off leaves the answers",
        STEPS,
        "yeses.close_answers(act.seat, at=act.at)\n            yeses.close(Yes",
        "yeses.close(Yes",
        ON_STEPS,
    ),
    Mutant("who has no steps may answer", STEPS, "if not act.person.steps_on:", "if False:", ON_STEPS),
    Mutant(
        "other conditions leave the old terms",
        STEPS,
        "if answer.given_at == act.at:",
        "if False:",
        ON_STEPS,
    ),
    Mutant(
        "closing everything lets it fade",
        PAIRING,
        "if way == FADE else []",
        "if way != TELL else []",
        ("actions/test_endings.py", "test_invariants.py"),
    ),
    Mutant(
        "a code of last week still pairs",
        PAIRING,
        "closed_at__isnull=True, ends_at__gt=at\n    ).first()",
        "closed_at__isnull=True\n    ).first()",
        ("views/test_pairing.py",),
    ),
    Mutant("one pairs with oneself", PAIRING, "if found.inviter_id == by.pk:", "if False:", ("views/test_pairing.py",)),
    Mutant(
        "a card that changed is admitted unseen",
        THERAPY,
        "if newest is None or newest.pk != card.pk or",
        "if newest is None or",
        ("views/test_glass.py", "views/test_room.py"),
    ),
    Mutant(
        "two acts share an instant",
        ACTING,
        "act = Acting(person, max(at, pair.settled_until + A_MOMENT), seat, pair)",
        "act = Acting(person, max(at - A_MOMENT, pair.settled_until), seat, pair)",
        ("rule/test_edges.py", "visibility/test_edges.py", "test_what_others_learn.py", "actions/test_races.py"),
    ),
    Mutant(
        "what closed meanwhile is accepted",
        ACTING,
        "    return consent.is_open(opening.as_fact(frozenset(yeses)), yeses, act.at, reader=seat.id)",
        "    return True",
        (*OURS, "views/test_agenda.py", "views/test_marks.py"),
    ),
    Mutant(
        "an acceptance is renewed without its words",
        "couples/actions/sharing.py",
        "if row.kind == consent.ACCEPTANCE and row.revision_id}",
        "if row.kind == consent.OFFER and row.revision_id}",
        ("views/test_yes.py",),
    ),
    Mutant(
        "what an opening ended is told as said before",
        "couples/models/unstored.py",
        "ledger.yeses[pk].closed_at, True",
        "ledger.yeses[pk].closed_at, False",
        ("views/test_yes.py",),
    ),
    Mutant(
        "steps stand on the agenda",
        "couples/actions/agenda.py",
        "return opening.kind in MAY_STAND and opening.scope not in (consent.OWN_STEP, TOPIC.name)",
        "return True",
        ("views/test_agenda.py",),
    ),
    Mutant(
        "erasing a record leaves its conditions",
        "couples/actions/erasure.py",
        "            yeses.forget_words(Yes.objects.filter(seat=act.seat, revision__record=record))\n",
        "",
        ("actions/test_erasure.py",),
    ),
    Mutant(
        "erasing an account leaves its key",
        "couples/actions/erasure.py",
        "        forget(by.pk)\n        end_sessions",
        "        end_sessions",
        ("actions/test_erasure.py",),
    ),
    Mutant(
        "a forged yes counts",
        "couples/models/signed.py",
        "return hmac.compare_digest(self.digest, key_of(self.pair_id).digest(self._facts(more)))",
        "return True",
        ("models/test_signed.py",),
    ),
    Mutant(
        "a talk at the table leaves private pages open",
        "couples/views/talk.py",
        'if name != "gate" and request.user.is_authenticated:',
        "if False:",
        ("views/test_talk.py",),
    ),
    Mutant(
        "a break of a talk is counted as talking",
        "couples/views/talk.py",
        "return _turn(request, replace(now, since=at))",
        "return _turn(request, now)",
        ("views/test_talk.py",),
    ),
    Mutant(
        "a talk never ends by the clock",
        "couples/views/talk.py",
        "or self.talked_until(at) >= IN_ALL",
        "",
        ("views/test_talk.py",),
    ),
    Mutant(
        "a page of a talk knows who is signed in",
        "couples/views/talk.py",
        "    request.user = AnonymousUser()\n",
        "",
        ("views/test_talk.py",),
    ),
    Mutant(
        "a bundle brings along a step of touch",
        "couples/actions/shelf.py",
        " and step in {each.key for each in steps_for_a_shelf()}",
        "",
        ("views/test_shelf.py",),
    ),
    Mutant(
        "a step is proposed to whom it may not be",
        "couples/actions/shelf.py",
        "if step and steps and",
        "if step and",
        ("views/test_shelf.py",),
    ),
    Mutant(
        "anybody proposes from anybody's shelf",
        "couples/actions/shelf.py",
        """        item = ShelfItem.objects.filter(pk=item_id, therapist=by).first()
        if item is None:
            raise Refused("off_shelf")
        found""",
        """        item = ShelfItem.objects.filter(pk=item_id).first()
        if item is None:
            raise Refused("off_shelf")
        found""",
        ("views/test_shelf.py",),
    ),
    Mutant(
        "a shelf shows everybody's things",
        "couples/visibility/own.py",
        "return ShelfItem.objects.filter(therapist=therapist)",
        "return ShelfItem.objects.all()",
        ("views/test_shelf.py",),
    ),
    Mutant(
        "a label is everybody's",
        "couples/visibility/own.py",
        "TherapistLabel.objects.filter(seat=seat, owner=seat.person_id)",
        "TherapistLabel.objects.filter(seat__pair=seat.pair_id)",
        ("views/test_card.py",),
    ),
    Mutant(
        "a label outlives its pairing",
        PAIRING,
        "        TherapistLabel.objects.filter(seat=act.seat).delete()\n",
        "",
        ("views/test_card.py",),
    ),
    Mutant(
        "some changes of a card ask nobody anew",
        THERAPY,
        "newest.said() == said:",
        'newest.said() == {**said, "in_crisis": newest.in_crisis}:',
        ("views/test_card.py",),
    ),
    Mutant(
        "what changed before a card came is told",
        "couples/presenters/cards.py",
        "if since is None or newer.made_at > since",
        "if True",
        ("views/test_card.py",),
    ),
)
