"""Closer: taking turns with touch for its own sake. Clothed or as the couple decides, never of what was not named.

After the idea of touching by turns without demand (docs/sources.md): the one who touches does it out of their own
curiosity, the other has nothing to do but to notice and to stop it. Best begun together with a therapist.
"""

from couples.content.ladder.words import STOP_TOUCH, Group, Step

GROUP = Group(
    key="closer",
    code="m9f",
    title="Closer",
    about=(
        "Touching in turns, for its own sake: to notice, and nothing else. Nothing is meant to follow from it, that"
        " day or later. Best begun together with your therapist."
    ),
)

STEPS = (
    Step(
        key="map-said",
        code="g3r",
        group="closer",
        title="Where, and where not",
        directed=True,
        who=(
            "{doer} can say, or show on a drawing, where touch is welcome today, where it is not, and where it is hard"
            " to tell. {other} may listen and say back what came across. Nobody touches anybody in this step."
        ),
        for_whom="For {doer}: to be known. {other} need not agree with any of it.",
        where="At a table, both dressed.",
        how_long="Ten minutes.",
        stop=STOP_TOUCH,
        care="Tear up the drawing, unless {doer} would like to keep it. Today's map is not tomorrow's.",
    ),
    Step(
        key="forearm-in-turn",
        code="p5h",
        group="closer",
        title="A forearm, noticed",
        directed=True,
        who=(
            "{other} may lend a forearm, from the elbow to the fingertips. {doer} can touch it with one hand, as slowly"
            " as a snail, and notice: smooth or rough, cool or warm, light or heavy."
        ),
        for_whom="For {doer}, out of curiosity. {other} may find it pleasant or dull; both are fine.",
        where="Side by side, the arm on a cushion.",
        how_long="Three minutes, with a soft timer.",
        stop=STOP_TOUCH,
        care=(
            "Hands to yourselves. Each of you says one thing you noticed about your own skin or hand, and nothing else."
        ),
    ),
    Step(
        key="feet-in-turn",
        code="p7r",
        group="closer",
        title="Feet, held and noticed",
        directed=True,
        who=(
            "{other} may rest both feet, bare or in socks, on a cushion. {doer} can hold one and then the other, and"
            " explore them up to the ankle."
        ),
        for_whom="For {doer}, in order to notice. {other} may notice too, or think of something else, or end it.",
        where="A sofa with room at both ends.",
        how_long="Three minutes for each foot.",
        stop=STOP_TOUCH,
        care="Feet on the floor. A glass of water, a minute without words.",
    ),
    Step(
        key="face-in-turn",
        code="z2c",
        group="closer",
        title="A face, and its owner's rules",
        directed=True,
        who=(
            "{other} may say which parts of the face are open today: forehead, temples, cheeks, chin. {doer} can touch"
            " those and no others, with the fingertips of one hand."
        ),
        for_whom="For {doer}, out of curiosity. {other} may keep both eyes open, or shut them.",
        where="Sitting opposite each other, in daylight.",
        how_long="Two minutes.",
        stop=STOP_TOUCH,
        care="{other} may wash the face, or leave it. Neither of you asks what the other felt.",
    ),
    Step(
        key="back-in-turn",
        code="c4v",
        group="closer",
        title="A back, through a shirt",
        directed=True,
        who=(
            "{other} may lie face down, clothed. {doer} can explore the back with open hands, from the shoulders to the"
            " waist, and keep away from everything below and from the sides."
        ),
        for_whom="For {doer}, in order to notice warmth, bones and breath. It is not a massage, and no thanks are due.",
        where="On a rug or a bed, by day, with nothing else planned for the hour.",
        how_long="Five minutes, with a soft timer.",
        stop=STOP_TOUCH,
        care="{other} may sit up slowly, alone. A blanket each, and ten minutes in which nothing begins.",
    ),
    Step(
        key="guiding-hand",
        code="b7k",
        group="closer",
        title="A hand that is guided",
        directed=True,
        who=(
            "{doer} can lay a hand on the hand of {other} and guide it: where to, how lightly, when away. {other} may"
            " let the hand be guided; it does nothing by itself."
        ),
        for_whom="For {doer}: to find out what is welcome without having to say it.",
        where="Sitting side by side, dressed.",
        how_long="Three minutes.",
        stop=STOP_TOUCH,
        care="Both hands go back. One word from each of you, or none.",
    ),
    Step(
        key="still-and-breathing",
        code="t5n",
        group="closer",
        title="Lying close, and still",
        directed=False,
        who=(
            "Both of you lie on your sides, clothed, front to back, as close as is easy for you both. Nobody moves a"
            " hand. The one behind keeps both arms to themselves, unless you named an arm beforehand."
        ),
        for_whom="For both of you: to rest in company.",
        where="On top of the covers, with a light on.",
        how_long="Five minutes, with a soft timer.",
        stop=STOP_TOUCH,
        care="Roll apart, sit up, feet on the floor. Next time, ask again who lies in front.",
    ),
)
