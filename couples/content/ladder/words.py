"""The shape of the ladder: what a group and a step are made of, and the signs that end any step.

The words are the thing consented to. Changing one letter of a step makes a new version of it, and every
answer given to the old words stops counting; `words_of` is what an answer's digest is taken over.
"""

import re
from dataclasses import dataclass

# A word AND a gesture, because a frightened body often cannot speak; going far away counts as red for the
# same reason. Red needs no reason.
STOP_TALK = (
    "Say “red”, or hold up a flat hand: it ends there, and nobody asks why. “Yellow” means slower, or a smaller"
    " piece of it. “Green” means it is fine as it is. Going blank or far away counts as red."
)
STOP_FAR = (
    "Say or write “red”, raise an open hand, or send a picture of one: it ends there, and nobody asks why."
    " “Yellow” means shorter or later. “Green” means it is fine as it is."
)
STOP_CALL = (
    "Say or write “red”, hold an open hand up to the camera, or hang up: it ends there, nobody asks why, and nobody"
    " rings back. “Yellow” means slower or shorter. “Green” means it is fine as it is. Going silent or far away"
    " counts as red."
)
STOP_NEAR = (
    "Say “red”, raise an open hand, or walk out: it ends there, and nobody follows or asks why. “Yellow” means"
    " further apart or shorter. “Green” means it is fine as it is. Going stiff or far away counts as red."
)
STOP_TOUCH = (
    "Say “red”, or tap twice with a hand or a foot: all touch ends at once, and nobody asks why. “Yellow” means"
    " lighter, slower or a rest. “Green” means it is fine as it is. Going stiff, still or far away counts as red."
)

# A beginning for signals in a couple's own words, agreed once like any agreement. No step's words depend on it.
OWN_SIGNALS = (
    "Green means it is fine as it is. Our word: … Our gesture: …\n"
    "Yellow means slower, less, or a rest. Our word: … Our gesture: …\n"
    "Red means it ends at once, and nobody asks why. Our word: … Our gesture: …\n"
    "Going blank, stiff or far away counts as red."
)


@dataclass(frozen=True, slots=True)
class Group:
    """One part of the ladder: its key in rows and digests, its title, a few words about it."""

    key: str
    code: str  # in addresses, where it tells nothing (content/codes.py)
    title: str
    about: str


@dataclass(frozen=True, slots=True)
class Step:
    """One small step towards closeness.

    A directed step is done by one of the two and exists once per doer; its words hold `{doer}` and `{other}`,
    which `sentence_for` fills. An undirected step speaks of "both of you" and holds neither.
    """

    key: str
    code: str  # as of a group
    group: str
    title: str
    directed: bool
    who: str  # who does what
    for_whom: str
    where: str
    how_long: str
    stop: str
    care: str  # what comes afterwards
    from_two_places: bool = False  # two people can do it who are not in one place; no part of the words


def words_of(step: Step) -> str:
    """Give the exact words of this version of the step, placeholders unfilled, one labelled line per field.

    Two steps with equal words are the same to a yes; who does it is no part of the words and is bound beside
    them.
    """
    way = "One of you does this." if step.directed else "Both of you do this."
    lines = (
        ("Step", step.title),
        ("Way", way),
        ("Who does what", step.who),
        ("For whom", step.for_whom),
        ("Where", step.where),
        ("How long", step.how_long),
        ("Stop", step.stop),
        ("Afterwards", step.care),
    )
    return "\n".join(f"{label}: {words}" for label, words in lines)


# A place for a name at the beginning of a sentence takes a capital ("You"), elsewhere it does not.
CAPITALS = {"you": "You", "your partner": "Your partner"}
_PLACE = re.compile(r"(?P<opens>^|[.?!] )?\{(?P<place>doer|other)\}")


def sentence_for(text: str, doer: str, other: str) -> str:
    """Give the text as one person reads it: `{doer}` and `{other}` become a shown name or "you"."""

    def name(found: re.Match[str]) -> str:
        shown = doer if found["place"] == "doer" else other
        opens = found["opens"]
        if opens is None:
            return shown
        return opens + CAPITALS.get(shown, shown)

    return _PLACE.sub(name, text)
