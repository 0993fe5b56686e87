"""Kinds that are more than their words: what was not kept, a look back, a step of a couple's own."""

from typing import Final

from couples.content.kind_parts import NOTE, TENDER, THEN, THEN_AND_NOW
from couples.content.kind_types import Field, Kind, Parts, Section

LIMIT: Final = "limit"  # the choice of a breach's offer: a limit was crossed, or a stop or safe word was not respected
PASSED_LIMIT, BROKEN_AGREEMENT, SOMETHING_ELSE = LIMIT, "agreement", "else"  # what a breach is about

NOT_KEPT = Section("breaches", "Breaches and repair pages that opened", "f5p")

BREACH = Kind(
    "breach",
    "breach",
    "Write that something was not kept",
    "An agreement was not kept, a limit was crossed, or something else. What counts is for the two of you to say.",
    (
        Field("happened", "What happened", "As much as you can write today. One word is enough."),
        Field(
            "about",
            "What it was about",
            choices=(
                (
                    PASSED_LIMIT,
                    "a limit of mine was crossed, or a stop or safe word was not respected, whether or not we had "
                    "spoken of it",
                ),
                (BROKEN_AGREEMENT, "an agreement was not kept"),
                (SOMETHING_ELSE, "something else: a lie, a contact, something hidden"),
            ),
            is_needed=True,
            long=False,
        ),
        Field("which", "Which one", "The boundary, the word or the agreement, as you would call it.", long=False),
        Field("how", "How it was for me"),
        Field("need", "What I need now", "From anybody, or from nobody for now."),
        TENDER,
        *THEN,
    ),
    ("Today …", "We had said …", "I said stop, and …"),
    "Breaches",
    reflections=(THEN_AND_NOW,),
    code="n9f",
    section=NOT_KEPT,
    parts=Parts(
        fields="breach/write.html",
        record="breach/record.html",
        answered="breach/names.html",
        before_offer="breach/before_offer.html",
        open="breach/open.html",
    ),
    heavy=True,
)

REPAIR = Kind(
    "repair",
    "repair page",
    "Write a repair page",
    "For an agreement I did not keep. It asks for nothing, not even an answer.",
    (
        Field("happened", "What happened", "What I did, or did not do, in plain words."),
        Field("landed", "How it landed", "As far as I understand it today."),
        Field("part", "What I own", "My part in it, without a “but”."),
        Field("differently", "What I will do differently", "What, when, and how you will see it."),
        NOTE,
        TENDER,
        *THEN,
    ),
    ("We had agreed that …", "I did not …", "Instead of calling, I …"),
    reflections=(THEN_AND_NOW,),
    code="v4j",
    section=NOT_KEPT,
    heavy=True,
)

LOOK_BACK = Kind(
    "look_back",
    "look back",
    "Write a look back",
    "A stretch of my past check-ins, with a few words. Nothing I say later is added to it.",
    (
        Field("line", "A few words", "What goes with the picture, for whoever looks at it. One line is enough."),
        Field("stretch", "How it was, day by day", is_made=True),
        TENDER,
        *THEN,
    ),
    ("In these weeks …", "What helped was …", "What was hard was …"),
    reflections=(THEN_AND_NOW,),
    code="b8f",
    talks=True,
    section=Section("look_backs", "Look backs that opened", "p9j"),
)

OWN_STEP = Kind(
    "step",
    "step of our own",
    "Write a step of our own",
    "A small step towards closeness, in your own words. It promises nothing, and you can answer it again every week.",
    (
        Field("what", "What happens", "Who does what, who it is for, and what it is not."),
        Field("where", "Where", long=False),
        Field("long", "How long", long=False),
        Field("stop", "The stop sign", "A word and a gesture. Red needs no reason.", long=False),
        Field("after", "Care afterwards"),
        Field(
            "directed",
            "Who does it",
            choices=(("both", "both of us, together"), ("one", "one of us, for the other")),
            long=False,
        ),
        *THEN,
    ),
    ("We sit …", "One of us …", "For five minutes we …"),
    "Steps of our own",
    reflections=(THEN_AND_NOW,),
    code="r6f",
    section=Section("steps", "Steps", "j3x", by_author=False),
    of_steps=True,
    is_first_filter=True,
    opened=("Your words for a step opened.", "Words for a step from {} opened."),
)

HERE = (BREACH, REPAIR, LOOK_BACK, OWN_STEP)


def is_of_a_limit(kind: str, words: dict[str, str]) -> bool:
    """Whether words tell of a limit or a safe word that was passed over, or leave open what they tell of.

    Older notes could leave it open. Stepping back is what harms nobody.
    """
    return kind == BREACH.name and words.get("about") not in (BROKEN_AGREEMENT, SOMETHING_ELSE)


def is_of_an_agreement(kind: str, words: dict[str, str]) -> bool:
    """Whether words tell of an agreement that was not kept: then there is something to repair in writing."""
    return kind == BREACH.name and words.get("about") == BROKEN_AGREEMENT
