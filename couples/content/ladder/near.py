"""Near: the same table, the same path, a look. Close enough to notice, without touch."""

from couples.content.ladder.words import STOP_NEAR, STOP_TALK, Group, Step

GROUP = Group(
    key="near",
    title="Near",
    about="Eye contact, sitting close, walking side by side. Still without touch.",
)

STEPS = (
    Step(
        key="one-meal",
        group="near",
        title="A meal without screens",
        directed=False,
        who=("Both of you eat one meal at one table, phones in another room. Talk is welcome, and so is silence."),
        for_whom="For both of you.",
        where="A table with room between the chairs, at home or where others are around.",
        how_long="As long as the plates are full, half an hour at most.",
        stop=STOP_NEAR,
        care="Clearing the table together or alone. Nobody has to stay.",
    ),
    Step(
        key="walk",
        group="near",
        title="A walk side by side",
        directed=False,
        who="Both of you walk next to each other at the pace of the slower one, hands to yourselves.",
        for_whom="For both of you: side by side asks less than face to face.",
        where="Outdoors, by day, on a way that either of you can leave and get home from alone.",
        how_long="Fifteen minutes, the turning point agreed before setting out.",
        stop=STOP_NEAR,
        care="Shoes off, something to drink, each in their own corner for a while.",
    ),
    Step(
        key="hello",
        group="near",
        title="A hello from the doorway",
        directed=True,
        who=("{doer} can stop a few steps away on coming home, say hello by name, and wait there for three breaths."),
        for_whom="For {other}, who may answer, nod, or go on with what is at hand.",
        where="At home, in the doorway of the room.",
        how_long="Three breaths.",
        stop=STOP_NEAR,
        care="Then coat, shoes, the ordinary evening. Nothing is read into the answer.",
    ),
    Step(
        key="chair",
        group="near",
        title="The chair that can be moved",
        directed=True,
        who=(
            "{other} may say where a chair goes: across the room, nearer, further, turned away. {doer} can"
            " move it there and sit, as often as asked."
        ),
        for_whom="For {other}: to feel that distance is something one can choose.",
        where="A room with space and a free way to the door for {other}.",
        how_long="Five minutes.",
        stop=STOP_NEAR,
        care=("Both stand up and shake out arms and legs. {other} may say which distance felt easiest, or keep it."),
    ),
    Step(
        key="cup",
        group="near",
        title="A cup, brought",
        directed=True,
        who=("{doer} can ask “Would you like a cup of something?” and, after a yes, bring it and set it within reach."),
        for_whom="For {other}, who may say whether company comes with it.",
        where="At home.",
        how_long="The bringing, and ten minutes of sitting by if that was asked for.",
        stop=STOP_NEAR,
        care="The cup may go cold. Nothing follows from it.",
    ),
    Step(
        key="read-aloud",
        group="near",
        title="A page read aloud",
        directed=True,
        who="{doer} can read aloud from a page that {other} chose.",
        for_whom="For {other}: a voice, and words that are not about you two.",
        where="Two chairs or two ends of a sofa.",
        how_long="One page, five minutes at most.",
        stop=STOP_NEAR,
        care="A minute of quiet. {other} may mark the place, or close the book.",
    ),
    Step(
        key="sofa-cushion",
        group="near",
        title="A sofa with a cushion between",
        directed=False,
        who=(
            "Both of you sit on one sofa with a cushion between you, listening to music or looking out of the window."
        ),
        for_whom="For both of you.",
        where="A sofa or bench where each has an end of their own.",
        how_long="One song, or ten minutes.",
        stop=STOP_NEAR,
        care="Whoever wants to gets up first. The cushion stays where it is.",
    ),
    Step(
        key="own-breath",
        group="near",
        title="Breathing, each your own",
        directed=False,
        who="Both of you sit where you can hear each other and follow your own breath. You need not match.",
        for_whom="For both of you, each for oneself.",
        where="Two chairs, at an angle rather than face to face, eyes open or closed.",
        how_long="Two minutes.",
        stop=STOP_NEAR,
        care="Eyes open, look around the room, feet on the floor. Words only if they come.",
    ),
    Step(
        key="back-to-back",
        group="near",
        title="Back to back, a hand's width apart",
        directed=False,
        who="Both of you sit back to back without touching and say by turns what you see, hear or smell.",
        for_whom="For both of you: near, with nobody being looked at.",
        where="Two stools or the floor, in a light room.",
        how_long="Three minutes.",
        stop=STOP_NEAR,
        care="Turn round or do not. A glass of water.",
    ),
    Step(
        key="three-breaths-eyes",
        group="near",
        title="A look of three breaths",
        directed=False,
        who=(
            "Both of you look at each other's face, softly, for three breaths. Looking away at any moment"
            " is part of it."
        ),
        for_whom="For both of you.",
        where="Sitting, an arm's length or more apart, by daylight.",
        how_long="Three breaths, once.",
        stop=STOP_NEAR,
        care=("Eyes down or out of the window. Each may say what they felt in the body, without a reason for it."),
    ),
    Step(
        key="eyes-heard",
        group="near",
        title="Seen while speaking",
        directed=True,
        who=(
            "{other} may tell something small. {doer} can listen with the face turned and the eyes soft,"
            " and say nothing."
        ),
        for_whom="For {other}, who may look back or not.",
        where="Two chairs, as far apart as {other} would like.",
        how_long="Two minutes.",
        stop=STOP_TALK,
        care="“I heard you” is enough of an answer. Then something ordinary.",
    ),
)
