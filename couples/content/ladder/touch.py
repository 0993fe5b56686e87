"""Touch: clothed, small, with an end, and without an aim. It leads nowhere and is meant to lead nowhere."""

from couples.content.ladder.words import STOP_TOUCH, Group, Step

GROUP = Group(
    key="touch",
    code="q3j",
    title="Touch",
    about=("A hand, a hug with an agreed end, resting side by side. Clothed, without aim, leading nowhere else."),
)

STEPS = (
    Step(
        key="open-hand",
        code="j6q",
        group="touch",
        title="An open hand on the table",
        directed=True,
        who=("{doer} can lay one hand on the table, palm up, and leave it still. {other} may touch it, or not."),
        for_whom="For {other}: to find out whether, where and how long.",
        where="At a table, both sitting, a corner between you.",
        how_long="Two minutes. The hand goes back when they are over, touched or not.",
        stop=STOP_TOUCH,
        care="Hands to oneself, a breath. A hand that was not touched was given all the same.",
    ),
    Step(
        key="fingertips",
        code="b7d",
        group="touch",
        title="Fingertips",
        directed=False,
        who="Both of you let the fingertips of one hand meet, and keep them still.",
        for_whom="For both of you.",
        where="At a table, both sitting.",
        how_long="Three breaths.",
        stop=STOP_TOUCH,
        care="Rub your own hands warm. Each says one word, or none.",
    ),
    Step(
        key="held-hand",
        code="q2f",
        group="touch",
        title="Holding hands, sitting",
        directed=False,
        who=("Both of you hold one hand of each other's. Either may loosen it at any time; a loosened hand is let go."),
        for_whom="For both of you.",
        where="On a sofa or a bench, dressed for the day.",
        how_long="Two minutes.",
        stop=STOP_TOUCH,
        care="Let go together. A minute of sitting, then each goes their own way.",
    ),
    Step(
        key="hand-noticed",
        code="c9k",
        group="touch",
        title="A hand, noticed",
        directed=True,
        who=(
            "{other} may lend a hand, up to the wrist. {doer} can touch it slowly and notice: warm or cool,"
            " rough or smooth, heavy or light."
        ),
        for_whom=(
            "For {doer}, in order to notice and nothing else. {other} may enjoy it or not; no reaction is wanted."
        ),
        where="At a table, the hand resting on a cushion.",
        how_long="Three minutes.",
        stop=STOP_TOUCH,
        care=(
            "The hand goes back to {other}. Each may say one thing they noticed, about touch and not about feelings."
        ),
    ),
    Step(
        key="hand-warmed",
        code="d2m",
        group="touch",
        title="A hand, warmed",
        directed=True,
        who=(
            "{doer} can take an offered hand between both palms, the way {other} asked for: firmer, lighter or still."
        ),
        for_whom="For {other}, who may change the wish at any moment.",
        where="Sitting, at home, the sleeves down.",
        how_long="Three minutes.",
        stop=STOP_TOUCH,
        care="Hands apart. A “thank you” is no more than that. A blanket or a warm cup.",
    ),
    Step(
        key="hand-on-shoulder",
        code="m2s",
        group="touch",
        title="A hand on the shoulder, asked first",
        directed=True,
        who=(
            "{doer} can ask “A hand on your shoulder?” and, after a spoken yes, lay it there from the side,"
            " and keep it still. Never from behind."
        ),
        for_whom="For {other}.",
        where="Where {other} can see it coming.",
        how_long="Three breaths.",
        stop=STOP_TOUCH,
        care="The hand goes away when the time is over, also if it was good. Then something ordinary.",
    ),
    Step(
        key="hand-on-back",
        code="b6v",
        group="touch",
        title="A still hand between the shoulder blades",
        directed=True,
        who="{doer} can rest one flat hand on the upper back, over clothes, without stroking or pressing.",
        for_whom="For {other}, who may say when, and where exactly.",
        where="Both sitting side by side, the room in view.",
        how_long="One minute.",
        stop=STOP_TOUCH,
        care="Feet on the floor, look around the room. {other} may stay sitting alone for a while.",
    ),
    Step(
        key="backs",
        code="h5j",
        group="touch",
        title="Back against back",
        directed=False,
        who="Both of you sit and lean back against back, as lightly or heavily as is easy for both.",
        for_whom="For both of you: something to lean on, with nobody's hands in it.",
        where="On the floor or a bed with the covers on, clothed.",
        how_long="Three minutes.",
        stop=STOP_TOUCH,
        care="Lean forward slowly, so that nobody falls. A stretch, a glass of water.",
    ),
    Step(
        key="shoulder-to-shoulder",
        code="f2k",
        group="touch",
        title="Shoulder to shoulder",
        directed=False,
        who="Both of you sit so that your upper arms touch, hands in your own lap, with music or a film.",
        for_whom="For both of you.",
        where="On a sofa, where each can slide away.",
        how_long="Ten minutes, even if the film is longer.",
        stop=STOP_TOUCH,
        care="Move apart when the time is over. The film may go on.",
    ),
    Step(
        key="hug-with-end",
        code="k2k",
        group="touch",
        title="A hug with an agreed end",
        directed=False,
        who="Both of you stand and hold each other, arms above the waist, for three breaths counted aloud.",
        for_whom="For both of you.",
        where="Standing, in a light room, with a free way to the door for both.",
        how_long="Three breaths, then both let go.",
        stop=STOP_TOUCH,
        care=("A step apart, a look if that is easy. Whatever the hug was like, it ended when you said it would."),
    ),
    Step(
        key="being-held",
        code="h8f",
        group="touch",
        title="Being held for a minute",
        directed=True,
        who=(
            "{other} may come into open arms and go again. {doer} can hold without patting, rocking or"
            " talking, and let go at the first small sign."
        ),
        for_whom="For {other}. What {doer} may feel is for another time.",
        where="Standing or sitting, clothed.",
        how_long="One minute at most; {other} may end it after one breath.",
        stop=STOP_TOUCH,
        care="A quiet minute side by side or apart, as {other} would like. Tears need no repair.",
    ),
    Step(
        key="head-on-shoulder",
        code="n8s",
        group="touch",
        title="A head on a shoulder",
        directed=True,
        who=("{doer} can offer a shoulder to lean on and keep both hands still. {other} may rest a head there."),
        for_whom="For {other}.",
        where="Side by side on a sofa.",
        how_long="Five minutes.",
        stop=STOP_TOUCH,
        care="Sit up slowly. A few breaths before either speaks.",
    ),
    Step(
        key="resting",
        code="v8c",
        group="touch",
        title="Resting side by side",
        directed=False,
        who=(
            "Both of you lie on your backs, clothed, on top of the covers, forearms touching or a hand"
            " held. Nothing else is touched, and nothing begins from it."
        ),
        for_whom="For both of you: to rest.",
        where="A bed or a rug, by day, the door open if either would like that.",
        how_long="Ten minutes, with a soft timer.",
        stop=STOP_TOUCH,
        care="Sit up, feet on the floor. Each sleeps, later, wherever they sleep at present.",
    ),
)
