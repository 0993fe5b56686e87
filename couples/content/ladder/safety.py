"""Safety: conversation, transparency, presence. Nothing here touches a body."""

from couples.content.ladder.words import STOP_FAR, STOP_NEAR, STOP_TALK, Group, Step

GROUP = Group(
    key="safety",
    code="j2k",
    title="Safety",
    about="Being in a room together, talking with an end, saying what is so. No touch in any of these.",
)

STEPS = (
    Step(
        key="quiet-room",
        code="n4v",
        group="safety",
        title="Ten quiet minutes in one room",
        directed=False,
        who=(
            "Both of you sit in one room, each with something of your own: a book, a cup, some mending. Nobody talks."
        ),
        for_whom=("For both of you: to find out what a room feels like with the other in it and nothing asked."),
        where="A room with a door either of you can use without passing the other.",
        how_long="Ten minutes, with a soft timer.",
        stop=STOP_NEAR,
        care="Each says one word for how it was, or nothing. Then each goes where they like.",
    ),
    Step(
        key="day-said",
        code="m5f",
        group="safety",
        title="The day, said beforehand",
        directed=True,
        who="{doer} can say, before being asked, what the day holds: where, roughly when, with whom.",
        for_whom="For {other}, so that less has to be guessed. It is telling, not asking permission.",
        where="At the table, or in a message.",
        how_long="Two minutes, once a day, while this step is open.",
        stop=STOP_FAR,
        care=(
            "A plain “thank you, I heard it” is enough, and so is nothing. Questions can wait for a talk with an end."
        ),
    ),
    Step(
        key="change-said",
        code="m6b",
        group="safety",
        title="A change of plan, said when it happens",
        directed=True,
        who="{doer} can send a line as soon as a plan changes: what changed, and until when.",
        for_whom="For {other}: a late evening with a line is a different evening.",
        where="In a message, wherever the day is.",
        how_long="One or two sentences, each time, while this step is open.",
        stop=STOP_FAR,
        care="Later, face to face, {other} may say how the line landed. Nothing is owed for it.",
    ),
    Step(
        key="heard",
        code="z6b",
        group="safety",
        title="Ten minutes of being heard",
        directed=True,
        who=(
            "{doer} can listen without answering back, then say in fresh words what was heard and ask: “Did I get it?”"
        ),
        for_whom=("For {other}, who may speak, fall silent, or change the subject. Being heard is the whole of it."),
        where="Two chairs, phones in another room, nobody else within earshot.",
        how_long="Ten minutes, and five more for “Did I get it?”",
        stop=STOP_TALK,
        care="No discussion for an hour. Water, a window, a few minutes apart.",
    ),
    Step(
        key="one-question",
        code="h8m",
        group="safety",
        title="One question",
        directed=True,
        who=(
            "{other} may ask one question. {doer} can answer it truthfully, or say, also truthfully: “I"
            " need until a day I name now.” The whole story, and intimate detail, have a better place in a"
            " therapist's room."
        ),
        for_whom="For {other}, in order to know. {other} may also ask for less of an answer than there is.",
        where="At a table, both sitting, by day.",
        how_long="One question and its answer, fifteen minutes at most.",
        stop=STOP_TALK,
        care="Each goes to what steadies them for half an hour. More questions keep for another day.",
    ),
    Step(
        key="reminder-named",
        code="m9c",
        group="safety",
        title="A reminder, met without defence",
        directed=True,
        who=(
            "{other} may say that a reminder has come: a street, a song, a date. {doer} can answer that it"
            " makes sense and ask what would help now, without explaining or defending."
        ),
        for_whom="For {other}: not to be alone with it.",
        where="Wherever it comes, if both can stand still there.",
        how_long="As long as five breaths, or up to ten minutes.",
        stop=STOP_TALK,
        care="Look around and name three things that are here today. Then each goes on with the day.",
    ),
    Step(
        key="small-promise",
        code="v5k",
        group="safety",
        title="One small promise",
        directed=True,
        who=("{doer} can name one small thing to do and by when, do it, and say so in a line, asking nothing for it."),
        for_whom="For {other}: one thing that turns out as it was said.",
        where="In ordinary life: a bill, a call, bread.",
        how_long="One promise, done within two days.",
        stop=STOP_FAR,
        care="If it did not happen, {doer} can say that first, before being asked, and without a speech.",
    ),
    Step(
        key="one-thing-shown",
        code="k4r",
        group="safety",
        title="A look at one thing",
        directed=True,
        who=(
            "{doer} can choose one thing to show, such as a calendar week, a bill or a conversation, and"
            " hold the screen while {other} may look. No password is given, and nothing that a third person"
            " said in confidence is shown."
        ),
        for_whom="For {other}, who may look, ask, or stop looking. {doer} can end it just as freely.",
        where="Side by side at a table, in daylight.",
        how_long="Five minutes, one thing.",
        stop=STOP_TALK,
        care=("Screen away. A few words each on what it was like to look and to be looked at, or a walk instead."),
    ),
    Step(
        key="good-thing",
        code="x7b",
        group="safety",
        title="One good and true thing",
        directed=True,
        who="{doer} can say one good thing about today, true and exact: “When you did that, it helped me.”",
        for_whom="For {other}, who may take it or let it lie. It buys nothing.",
        where="Anywhere without an audience.",
        how_long="One sentence.",
        stop=STOP_TALK,
        care="No answer is needed. The subject may change at once.",
    ),
    Step(
        key="day-in-turns",
        code="p3v",
        group="safety",
        title="The day, in turns",
        directed=False,
        who=(
            "Both of you tell of the day in turns, one speaking, one listening. What happened between you"
            " stays out of it."
        ),
        for_whom="For both of you: to know something of each other that is not the hurt.",
        where="At the kitchen table, or on the telephone.",
        how_long="Five minutes each, with a timer.",
        stop=STOP_TALK,
        care="It ends with the timer, also in the middle of a good story. Each says “enough” or “thank you”.",
    ),
    Step(
        key="pause-kept",
        code="k2m",
        group="safety",
        title="A pause with a way back",
        directed=False,
        who=(
            "Both of you choose one word that pauses any talk. Whoever says it also says when they will be"
            " back, and is."
        ),
        for_whom="For both of you: so that stopping is not leaving.",
        where="In any talk that gets too hot or too cold.",
        how_long="The pause is twenty minutes at least and a day at most.",
        stop=STOP_TALK,
        care="In the pause each does what calms them, and nobody goes on arguing in messages.",
    ),
    Step(
        key="good-night",
        code="k9p",
        group="safety",
        title="Good night, in words",
        directed=False,
        who=("Both of you say good night, across the room, through a door or in a message. Nothing else is begun."),
        for_whom="For both of you: an end to the day that is not a quarrel.",
        where="Wherever each of you sleeps.",
        how_long="One sentence each.",
        stop=STOP_FAR,
        care="After it, quiet until the morning.",
    ),
)
