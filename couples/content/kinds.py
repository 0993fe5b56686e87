"""The kinds of record: their words, their fields, and which of the fields are for the author alone, for ever."""

from typing import Final

from couples.content.kind_types import Field, Kind, Reflection, asked

AREAS = (
    ("touch", "touch and body"),
    ("sex", "sex"),
    ("space", "time and space"),
    ("phones", "phones and privacy"),
    ("honesty", "honesty"),
    ("others", "other people"),
    ("conflict", "conflict"),
    ("money", "money"),
    ("other", "other"),
)
TENDER_AREAS = frozenset({"touch", "sex", "space"})  # here older words are taken back first, unless one says no

FIRMNESS = (("firm", "firm"), ("flexible", "flexible"), ("finding", "still finding out"))


THEN_AND_NOW = Reflection(
    "t",
    "Then and now",
    "Older words of your own, and the one who reads them today. Nothing has to have moved, and what has moved need "
    "not be shown to anybody.",
)
THEN = asked(
    "t",
    ("same", "What of this is still so?"),
    ("moved", "What is different now, in me or around me?"),
    ("tell", "What would I like to say to the one who wrote this?"),
)

BOUNDARY = Kind(
    "boundary",
    "boundary",
    "Write a boundary",
    "What I will do to look after myself. It asks nothing of anybody else.",
    (
        Field("limit", "The limit, in my words", "One line is enough."),
        Field("area", "Area", choices=AREAS, long=False),
        Field("care", "How I will look after myself", "What I do when the limit is near, or was crossed."),
        Field("firmness", "Firmness", choices=FIRMNESS, long=False, own=True),
        Field("protects", "What it protects", own=True),
        Field(
            "look",
            "A look at it, for myself",
            "Is this protecting me, or keeping me from something I want? What would I need to hold it more lightly, or "
            "more firmly? There is no right answer.",
            own=True,
        ),
        *asked(
            "a",
            ("feels", "What do I feel in my body when I hold this limit, and when I let it go?"),
            ("from", "What does it keep away from me? Is that here now, or was it then?"),
            ("costs", "What does it cost me, and what does it cost me not to have it?"),
            ("wanted", "Is there something I want that lies behind it?"),
            ("lighter", "When would I know that I could hold it more lightly, or that I need it more firmly?"),
        ),
        *asked(
            "b",
            ("who", "For this to hold, who has to do something: I, or somebody else?"),
            ("no", "If it is somebody else: could they say no, and what would I do then?"),
            ("mine", "What is the part that I can do myself, whatever anybody else does?"),
        ),
        *THEN,
    ),
    ("I need …", "I am not ready to …", "When … happens, I will …"),
    "Boundaries",
    (
        Reflection(
            "a",
            "Is this protecting me, or keeping me from something I want?",
            "Distance after something broke is a good reason of its own. These are questions to look with, and any of "
            "them can be left. Nobody draws a conclusion from the answers, this place least of all.",
        ),
        Reflection(
            "b",
            "Is this a limit of mine, or something I ask?",
            "Both are fine. A limit is what I do myself; a request asks somebody, who may decline. Sometimes one "
            "sentence holds both, and two sentences are kinder.",
        ),
        THEN_AND_NOW,
    ),
    code="c6r",
)

REQUEST = Kind(
    "request",
    "request",
    "Write a request",
    "I ask, you may decline. A no needs no reason and is never shown here.",
    (
        Field("ask", "What I ask", "One thing that somebody could do, or not do."),
        Field("when", "When", long=False),
        Field("meaning", "What it would mean to me"),
        *THEN,
    ),
    ("Would you …", "I would like us to …", "It would help me if …"),
    reflections=(THEN_AND_NOW,),
    code="x9v",
)

PROMISE = Kind(
    "promise",
    "promise",
    "Write a promise",
    "Something I will do, and by when. It asks nothing of you, and nobody keeps count.",
    (
        Field("does", "What I will do", "Small enough to keep on a bad day."),
        Field("until", "Until when", is_day=True, long=False),
        Field("went", "How it went", own=True),
        Field("done", "Where it stands", choices=(("open", "still open"), ("done", "done")), long=False, own=True),
        *THEN,
    ),
    ("I will …", "Every evening I will …", "By Sunday I will …"),
    reflections=(THEN_AND_NOW,),
    code="c5f",
)

AGREEMENT = Kind(
    "agreement",
    "agreement",
    "Write an agreement",
    "In force only while you both accept the same words.",
    (
        Field("does", "What each of us does", "Say who does what, so that both would recognise it."),
        Field("why", "Why"),
        Field("kept", "How we will know it is kept"),
        Field("often", "How often we look", "For instance: every Sunday evening.", long=False),
        Field("review", "Review date", is_day=True, long=False),
        Field("otherwise", "What we do if it is not kept", "What happens first, and what helps."),
        *THEN,
    ),
    ("Each of us …", "When plans change, we …", "Once a week we …"),
    reflections=(THEN_AND_NOW,),
    code="d7x",
)

TRIGGER_PLAN = Kind(
    "trigger_plan",
    "trigger plan",
    "Write a trigger plan",
    "What I do when something reminds me. My own part comes first, and it is of use alone.",
    (
        Field("reminder", "The reminder", "A place, a date, a sound, a silence: what brings it back."),
        Field("signs", "Early signs in my body"),
        Field("alone", "What helps me alone", "What I can do in the first minutes, without anybody."),
        Field("ask", "What I ask of you", "Somebody who reads this may decline any of it."),
        Field("not", "What does not help"),
        Field("stop", "When to stop", "How I will know that it is enough for now.", long=False),
        Field("call", "Whom I call", own=True, long=False),
        *THEN,
    ),
    ("When I see …", "When it is quiet and …", "On the day that …"),
    reflections=(THEN_AND_NOW,),
    code="b4h",
)

NOTE = Field("note", "A note to myself", own=True)

IMPACT_LETTER = Kind(
    "impact_letter",
    "impact letter",
    "Write an impact letter",
    "A letter about what this did to me. It does not have to be fair, finished or sent.",
    (Field("letter", "The letter", "Begin anywhere. It can be kept for years, or for one evening."), NOTE, *THEN),
    ("What I lost was …", "Since then my body …", "What I want you to know is …"),
    "Impact letters",
    reflections=(THEN_AND_NOW,),
    code="t9n",
)

ACCOUNTABILITY_LETTER = Kind(
    "accountability_letter",
    "accountability letter",
    "Write what I take responsibility for",
    "A letter about what I did and what I chose, without excuses. It asks for nothing, not even forgiveness.",
    (
        Field("letter", "The letter", "What I did, what it did to you as far as I understand it, and what I do differently now."),
        NOTE,
        *THEN,
    ),
    ("What I did was …", "I chose …", "What I do now, so that it does not happen again, is …"),
    "Accountability letters",
    reflections=(THEN_AND_NOW,),
    code="s2v",
)

APPRECIATION = Kind(
    "appreciation",
    "letter of appreciation",
    "Write an appreciation",
    "One thing that was good, and what it meant to me. It is not a debt, and it does not undo what was hard.",
    (Field("letter", "The letter", "One thing that happened is enough."), NOTE, *THEN),
    ("I noticed …", "It helped me when …", "Thank you for …"),
    "Letters of appreciation",
    reflections=(THEN_AND_NOW,),
    code="s5c",
)

MOMENT = Kind(
    "moment",
    "moment",
    "Write a moment down",
    "Something that mattered, good or hard.",
    (
        Field("line", "One line", long=False),
        Field("day", "The day", is_day=True, long=False),
        Field("more", "More", own=True),
        *THEN,
    ),
    ("Today …", "For a moment …"),
    reflections=(THEN_AND_NOW,),
    code="f7d",
)

LIMIT: Final = "limit"  # the choice of a breach's offer: a limit was crossed, or a stop or safe word was not respected
PASSED_LIMIT, BROKEN_AGREEMENT = LIMIT, "agreement"  # what a breach is about

BREACH = Kind(
    "breach",
    "breach",
    "Write that something was not kept",
    "Something that was agreed was not kept, or a limit was crossed. What counts is for the two of you to say.",
    (
        Field("happened", "What happened", "As much as you can write today. It can be one word."),
        Field(
            "about",
            "What it was about",
            choices=(
                (PASSED_LIMIT, "a limit was crossed, or a stop or safe word was not respected"),
                (BROKEN_AGREEMENT, "an agreement was not kept"),
            ),
            long=False,
        ),
        Field("which", "Which one", "The limit, the word or the agreement, as you call it.", long=False),
        Field("how", "How it was for me"),
        Field("need", "What I need now", "From anybody, or from nobody for a while."),
        *THEN,
    ),
    ("Today …", "We had said …", "I said stop, and …"),
    "Breaches",
    reflections=(THEN_AND_NOW,),
    code="n9f",
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
        *THEN,
    ),
    ("We had agreed that …", "I did not …", "Instead of calling, I …"),
    reflections=(THEN_AND_NOW,),
    code="v4j",
)

LOOK_BACK = Kind(
    "look_back",
    "look back",
    "Write a look back",
    "A stretch of my check-ins that has gone by, with a few words. What I say later is not in it.",
    (
        Field("line", "A few words", "What belongs to the picture, for whoever looks at it. One line is enough."),
        Field("stretch", "How it was, day by day", is_made=True),
        *THEN,
    ),
    ("In these weeks …", "What helped was …", "What was hard was …"),
    reflections=(THEN_AND_NOW,),
    code="b8f",
)

OWN_STEP = Kind(
    "step",
    "step of our own",
    "Write a step of our own",
    "A small step towards closeness in your own words. It promises nothing, and it can be answered again every week.",
    (
        Field("what", "What happens", "Who does what, for whom, and what it is not."),
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
)

WRITTEN = (BOUNDARY, REQUEST, AGREEMENT, PROMISE, TRIGGER_PLAN, MOMENT)
LETTERS = (IMPACT_LETTER, ACCOUNTABILITY_LETTER, APPRECIATION)
KINDS: dict[str, Kind] = {kind.name: kind for kind in (*WRITTEN, *LETTERS, BREACH, REPAIR, LOOK_BACK, OWN_STEP)}

# Which welcome covers a kind (`rule/consent.scope_of`).
EVERYDAY_KINDS: Final = frozenset(
    [
        "boundary",
        "request",
        "agreement",
        "promise",
        "trigger_plan",
        "moment",
        "appreciation",
        "look_back",
        "step",
    ]
)
HEAVY_KINDS: Final = frozenset(["impact_letter", "accountability_letter", "breach", "repair"])


def is_of_a_limit(kind: str, words: dict[str, str]) -> bool:
    """Whether words tell of a limit or a safe word that was passed over: a breach does unless it names an agreement.

    Where its author left that open, stepping back is what harms nobody.
    """
    return kind == BREACH.name and words.get("about") != BROKEN_AGREEMENT
