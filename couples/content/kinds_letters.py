"""Letters."""

from couples.content.kind_parts import NOTE, TENDER, THEN, THEN_AND_NOW
from couples.content.kind_types import Field, Kind, Section

LETTERS = Section("letters", "Letters that opened", "q5r")

IMPACT_LETTER = Kind(
    "impact_letter",
    "impact letter",
    "Write an impact letter",
    "A letter about what this did to me. It does not have to be fair, finished or sent.",
    (
        Field("letter", "The letter", "Begin anywhere. You can keep it for years, or for one evening."),
        TENDER,
        NOTE,
        *THEN,
    ),
    ("What I lost was …", "Since then my body …", "What I want you to know is …"),
    "Impact letters",
    reflections=(THEN_AND_NOW,),
    code="t9n",
    section=LETTERS,
    heavy=True,
)

ACCOUNTABILITY_LETTER = Kind(
    "accountability_letter",
    "accountability letter",
    "Write what I take responsibility for",
    "A letter about what I did and what I chose, without excuses. It asks for nothing, not even forgiveness.",
    (
        Field(
            "letter",
            "The letter",
            "You can begin with one line. What I did. What it did to you, as far as I understand. What I do "
            "differently.",
        ),
        NOTE,
        TENDER,
        *THEN,
    ),
    ("What I did was …", "I chose …", "What I do now, so that it does not happen again, is …"),
    "Accountability letters",
    reflections=(THEN_AND_NOW,),
    code="s2v",
    section=LETTERS,
    heavy=True,
)

APPRECIATION = Kind(
    "appreciation",
    "letter of appreciation",
    "Write an appreciation",
    "One thing that was good, and what it meant to me. It is not a debt, and it does not undo what was hard.",
    (Field("letter", "The letter", "One thing that happened is enough."), TENDER, NOTE, *THEN),
    ("I noticed …", "It helped me when …", "Thank you for …"),
    "Letters of appreciation",
    reflections=(THEN_AND_NOW,),
    code="s5c",
    talks=True,
    section=LETTERS,
)

REPLY = Kind(
    "reply",
    "reply",
    "Write a reply",
    "To a letter, a breach or a repair page that is open to you. Nothing asks for it, and it can wait for years.",
    (
        Field("reply", "The reply", "It is enough to say that you have read it."),
        NOTE,
        TENDER,
        *THEN,
    ),
    ("I have read it. I need time before I can say more.", "What I heard is …", "Thank you for writing it."),
    "Replies",
    reflections=(THEN_AND_NOW,),
    code="c2f",
    section=LETTERS,
    heavy=True,
)

HERE = (IMPACT_LETTER, ACCOUNTABILITY_LETTER, APPRECIATION, REPLY)
