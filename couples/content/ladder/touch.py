"""Touch: clothed, small, with an end, and without an aim. It leads nowhere and is meant to lead nowhere."""

from couples.content.ladder.words import STOP_TOUCH, Group, Step

GROUP = Group(
    key="touch",
    code="q3j",
    title="Touch",
    about="A hand, a hug with an agreed end, resting side by side. Clothed, for its own sake, leading nowhere else.",
)

STEPS = (
    Step(
        key="open-hand",
        code="j6q",
        group="touch",
        title="An open hand on the table",
        directed=True,
        who=("{doer} can lay one hand on the table, palm up, and leave it still. {other} may touch it, or not."),
        for_whom="For {other}: to find out whether, where, and for how long.",
        where="At a table, both sitting, with the corner between you.",
        how_long="Two minutes. Then the hand is taken back, touched or not.",
        stop=STOP_TOUCH,
        care="Hands to yourselves, and a breath. A hand that was not touched was offered all the same.",
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
        care="Rub your own hands warm. Each of you says one word, or none.",
    ),
    Step(
        key="held-hand",
        code="q2f",
        group="touch",
        title="Holding hands, sitting",
        directed=False,
        who=(
            "Both of you hold hands, one hand each. Either of you may loosen your hand at any time, and then the other"
            " lets go."
        ),
        for_whom="For both of you.",
        where="On a sofa or a bench, dressed as you are by day.",
        how_long="Two minutes.",
        stop=STOP_TOUCH,
        care="Let go together. Sit for a minute, then you each go your own way.",
    ),
    Step(
        key="hand-noticed",
        code="c9k",
        group="touch",
        title="A hand, noticed",
        directed=True,
        who=(
            "{other} may lend a hand, up to the wrist. {doer} can touch it slowly, and notice: warm or cool, rough or"
            " smooth, heavy or light."
        ),
        for_whom=(
            "For {doer}, in order to notice and nothing else. {other} may enjoy it or not; nobody is waiting for a"
            " reaction."
        ),
        where="At a table, the hand resting on a cushion.",
        how_long="Three minutes.",
        stop=STOP_TOUCH,
        care=(
            "The hand goes back to {other}. Each of you may say one thing you noticed, about touch and not about"
            " feelings."
        ),
    ),
    Step(
        key="hand-warmed",
        code="d2m",
        group="touch",
        title="A hand, warmed",
        directed=True,
        who=(
            "{doer} can take an offered hand between both palms, in the way {other} asked for: firmer, lighter or quite"
            " still."
        ),
        for_whom="For {other}, who may ask for something else at any moment.",
        where="Sitting, at home, sleeves down.",
        how_long="Three minutes.",
        stop=STOP_TOUCH,
        care="Hands apart. A “thank you” means thank you and nothing more. A blanket, or a warm cup.",
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
        care="The hand comes away when the time is over, even if it was good. Then something ordinary.",
    ),
    Step(
        key="hand-on-back",
        code="b6v",
        group="touch",
        title="A still hand between your shoulder blades",
        directed=True,
        who="{doer} can rest one flat hand on the upper back, over clothes, without stroking or pressing.",
        for_whom="For {other}, who may say when, and exactly where.",
        where="Sitting side by side, with the room in view.",
        how_long="One minute.",
        stop=STOP_TOUCH,
        care="Feet on the floor, look around the room. {other} may stay there alone for a while.",
    ),
    Step(
        key="backs",
        code="h5j",
        group="touch",
        title="Leaning back to back",
        directed=False,
        who="Both of you sit and lean against each other's back, as lightly or as heavily as suits you both.",
        for_whom="For both of you: something to lean on, and no hands.",
        where="On the floor, or on a bed with the covers on, clothed.",
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
        where="On a sofa, where each of you can slide away.",
        how_long="Ten minutes, even if the film is longer.",
        stop=STOP_TOUCH,
        care="Move apart when the time is over. The film can go on.",
    ),
    Step(
        key="hug-with-end",
        code="k2k",
        group="touch",
        title="A hug with an agreed end",
        directed=False,
        who="Both of you stand and hold each other, arms above the waist, for three breaths counted aloud.",
        for_whom="For both of you.",
        where="Standing, in a light room, with a clear way to the door for you both.",
        how_long="Three breaths, then you both let go.",
        stop=STOP_TOUCH,
        care="One step apart, and a look if that is easy. Whatever the hug was like, it ended when you said it would.",
    ),
    Step(
        key="being-held",
        code="h8f",
        group="touch",
        title="Being held for a minute",
        directed=True,
        who=(
            "{other} may come into open arms, and go again. {doer} can hold without patting, rocking or talking, and"
            " let go at the smallest sign."
        ),
        for_whom="For {other}. What {doer} may feel is for another time.",
        where="Standing or sitting, clothed.",
        how_long="One minute at most. {other} may end it after one breath.",
        stop=STOP_TOUCH,
        care="A quiet minute side by side or apart, as {other} would like. Tears are not something to fix.",
    ),
    Step(
        key="head-on-shoulder",
        code="n8s",
        group="touch",
        title="A head on a shoulder",
        directed=True,
        who="{doer} can offer a shoulder to lean on, and keep both hands still. {other} may rest a head there.",
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
            "Both of you lie on your backs, clothed, on top of the covers, forearms touching or holding one hand."
            " Nothing else is touched, and nothing begins from it."
        ),
        for_whom="For both of you: to rest.",
        where="A bed or a rug, by day, with the door open if either of you would like that.",
        how_long="Ten minutes, with a soft timer.",
        stop=STOP_TOUCH,
        care="Sit up, feet on the floor. Later you each sleep where you are sleeping these days.",
    ),
)
