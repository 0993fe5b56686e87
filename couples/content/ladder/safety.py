"""Safety: conversation, transparency, presence. Nothing here touches a body."""

from couples.content.ladder.words import STOP_CALL, STOP_FAR, STOP_NEAR, STOP_TALK, Group, Step

GROUP = Group(
    key="safety",
    code="j2k",
    title="Safety",
    about="Being in a room together, talks that have an end, saying what is so. No touch in any of these.",
)

STEPS = (
    Step(
        key="quiet-room",
        code="n4v",
        group="safety",
        title="Ten quiet minutes in one room",
        directed=False,
        who=(
            "Both of you sit in one room, each with something of your own: a book, a cup of tea, some knitting. Nobody"
            " talks."
        ),
        for_whom="For both of you: to find out how a room feels with the other person in it and nothing asked of you.",
        where="A room with a door that either of you can reach without passing the other.",
        how_long="Ten minutes, with a soft timer.",
        stop=STOP_NEAR,
        care="Each of you says one word for how it was, or nothing. Then you each go where you like.",
    ),
    Step(
        key="day-said",
        code="m5f",
        group="safety",
        title="Saying what the day holds",
        directed=True,
        from_two_places=True,
        who="{doer} can say, before being asked, what the day holds: where, roughly when, and with whom.",
        for_whom="For {other}, so that there is less to guess. It is telling, not asking for permission.",
        where="At the table, or in a message.",
        how_long="Two minutes, once a day, while this step is open.",
        stop=STOP_FAR,
        care="“Thank you, I heard it” is enough, and so is no answer. Questions can wait for a talk that has an end.",
    ),
    Step(
        key="change-said",
        code="m6b",
        group="safety",
        title="Saying so when plans change",
        directed=True,
        from_two_places=True,
        who="{doer} can send a line as soon as a plan changes: what is different, and until when.",
        for_whom="For {other}. A late evening with a line is a different evening.",
        where="In a message, from wherever the day is.",
        how_long="One or two sentences each time, while this step is open.",
        stop=STOP_FAR,
        care="Later, face to face, {other} may say how the line landed. Nobody owes anything for it.",
    ),
    Step(
        key="heard",
        code="z6b",
        group="safety",
        title="Ten minutes of being heard",
        directed=True,
        who=(
            "{doer} can listen without answering back, then say in other words what came across, and ask: “Did I get"
            " it?”"
        ),
        for_whom="For {other}, who may speak, fall silent or change the subject. Being heard is all this is for.",
        where="Two chairs, phones in another room, nobody in earshot.",
        how_long="Ten minutes, and five more for “Did I get it?”",
        stop=STOP_TALK,
        care="No discussion for an hour. A glass of water, the window, a few minutes apart.",
    ),
    Step(
        key="one-question",
        code="h8m",
        group="safety",
        title="One question",
        directed=True,
        who=(
            "{other} may ask one question. {doer} can answer it truthfully, or say just as truthfully, “I need more"
            " time, until this day,” and name the day. The whole story, and intimate detail, are better told in a"
            " therapist's room."
        ),
        for_whom="For {other}, in order to know. {other} may also ask for less than the whole answer.",
        where="At a table, both sitting, in daylight.",
        how_long="One question and its answer, fifteen minutes at most.",
        stop=STOP_TALK,
        care="Each of you does something steadying for half an hour. Other questions can wait for another day.",
    ),
    Step(
        key="reminder-named",
        code="m9c",
        group="safety",
        title="A reminder, met without arguing",
        directed=True,
        who=(
            "{other} may say that a reminder has come: a street, a song, a date. {doer} can answer that it makes sense,"
            " and ask what would help now, without explaining or defending anything."
        ),
        for_whom="For {other}: to have company in it.",
        where="Wherever it comes, if you can both stop there.",
        how_long="Five breaths, or up to ten minutes.",
        stop=STOP_TALK,
        care="Look around and name three things that are here today. Then you each go on with the day.",
    ),
    Step(
        key="small-promise",
        code="v5k",
        group="safety",
        title="One small promise",
        directed=True,
        from_two_places=True,
        who=(
            "{doer} can name one small thing to do, and by when; do it; and say so in a line, without asking anything"
            " for it."
        ),
        for_whom="For {other}: one thing that turns out the way it was said.",
        where="In ordinary life: a bill, a call, a loaf of bread.",
        how_long="One promise, done within two days.",
        stop=STOP_FAR,
        care="If it did not happen, {doer} can say that first, before being asked, and without a speech.",
    ),
    Step(
        key="one-thing-shown",
        code="k4r",
        group="safety",
        title="One thing, shown",
        directed=True,
        who=(
            "{doer} can choose one thing to show, such as a week in the calendar, a bill or a conversation, and hold"
            " the screen for {other} to see. No password is given, and nothing is shown that somebody else said in"
            " confidence."
        ),
        for_whom="For {other}, who may look, ask, or stop looking. {doer} can end it just as freely.",
        where="Side by side at a table, in daylight.",
        how_long="Five minutes, one thing.",
        stop=STOP_TALK,
        care=(
            "Put the screen away. Each of you says a few words about looking and being looked at, or you go for a walk"
            " instead."
        ),
    ),
    Step(
        key="good-thing",
        code="x7b",
        group="safety",
        title="One good thing, and true",
        directed=True,
        from_two_places=True,
        who="{doer} can say one good thing about today that is true and exact: “When you did that, it helped me.”",
        for_whom="For {other}, who may take it in or let it pass. It buys nothing.",
        where="Anywhere without an audience, or on the phone.",
        how_long="One sentence.",
        stop=STOP_TALK,
        care="No answer is needed. You can talk about something else straight away.",
    ),
    Step(
        key="day-in-turns",
        code="p3v",
        group="safety",
        title="Your day, in turns",
        directed=False,
        from_two_places=True,
        who=(
            "Both of you take turns to tell each other about your day, one speaking and one listening. What happened"
            " between you stays out of it."
        ),
        for_whom="For both of you: to know something about each other that is not the hurt.",
        where="At the kitchen table, or on the phone.",
        how_long="Five minutes each, with a timer.",
        stop=STOP_TALK,
        care=(
            "It ends when the timer does, even in the middle of a good story. Each of you says “enough” or “thank you”."
        ),
    ),
    Step(
        key="pause-kept",
        code="k2m",
        group="safety",
        title="A pause, and coming back",
        directed=False,
        who=(
            "Both of you choose one word that pauses any talk. If you say it, you also say when you will be back, and"
            " you are."
        ),
        for_whom="For both of you: so that stopping does not mean leaving.",
        where="In any talk that gets too hot or too cold.",
        how_long="Twenty minutes at least, a day at most.",
        stop=STOP_TALK,
        care="During the pause each of you does what calms you, and nobody goes on arguing in messages.",
    ),
    Step(
        key="good-night",
        code="k9p",
        group="safety",
        title="Saying good night",
        directed=False,
        from_two_places=True,
        who="Both of you say good night: across the room, through a door or in a message. Nothing else is begun.",
        for_whom="For both of you: a day that does not end in a quarrel.",
        where="Wherever each of you sleeps.",
        how_long="One sentence each.",
        stop=STOP_FAR,
        care="After that, quiet until morning.",
    ),
    Step(
        key="call-with-end",
        code="w6x",
        group="safety",
        title="A call with an end",
        directed=False,
        from_two_places=True,
        who=(
            "Both of you talk on the phone about one ordinary thing: the weather, the cat, what is for supper. What"
            " happened between you stays out of it."
        ),
        for_whom="For both of you: to hear each other's voice without bracing for what comes next.",
        where="Each of you wherever you are, alone if you can, and not at the wheel.",
        how_long="Ten minutes. Say before you begin when it ends.",
        stop=STOP_CALL,
        care="Say goodbye and hang up on time. No messages about the call until tomorrow.",
    ),
    Step(
        key="worry-answered",
        code="p8k",
        group="safety",
        title="One worry, answered by evening",
        directed=True,
        from_two_places=True,
        who=(
            "{other} may write one worry in a message. {doer} can answer it once, plainly, before the evening is over:"
            " what is true, and what happens next."
        ),
        for_whom="For {other}, who may also keep the worry unsent.",
        where="In a message, from wherever you each are.",
        how_long="One worry and one answer, a few sentences each.",
        stop=STOP_FAR,
        care="“I have read it” is enough. Anything more waits for a talk that has an end.",
    ),
)
