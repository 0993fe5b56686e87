"""Kinds for their author alone, for ever: no offer can include them, and nobody can be admitted to them."""

from couples.content.kind_parts import THEN, THEN_AND_NOW
from couples.content.kind_types import Field, Kind, Parts

QUESTION = Kind(
    "question",
    "question for later",
    "Write a question for later",
    "A question that need not be asked tonight. Only you see it, for good.",
    (
        Field("question", "The question", "As it comes, even if you would never ask it like this."),
        Field(
            "purpose",
            "What I want the answer for",
            choices=(
                ("decide", "to decide something"),
                ("health", "for my health"),
                ("sure", "to be sure"),
                ("haunt", "the answer would haunt me"),
            ),
            long=False,
        ),
        *THEN,
    ),
    ("Did you …", "Why …", "What I still do not know is …"),
    "Questions for later",
    reflections=(THEN_AND_NOW,),
    code="p8q",
    section=None,
    parts=Parts(record="mine/parts/becomes_topic.html"),
)

# Each is kept in the words in which it was chosen, so that they are found again as they were.
FELT = (
    "I wanted it",
    "I was willing",
    "I was going along",
    "I froze, or wanted it to stop",
    "I said stop, and it was not heard",
    "I do not know",
)

AFTERWARDS = Kind(
    "afterwards",
    "note on afterwards",
    "Write how it was afterwards, for myself",
    "After something close, or something that was meant to be. It does not ask what, or with whom. Only you see it, "
    "for good.",
    (
        Field("line", "A line", "One word is enough.", long=False),
        Field("felt", "How it was for me", choices=tuple((words, words) for words in FELT), long=False),
        *THEN,
    ),
    ("Today …", "I noticed …", "Next time …"),
    "Notes on afterwards",
    reflections=(THEN_AND_NOW,),
    code="v5x",
    section=None,
    parts=Parts(fields="mine/parts/not_a_yes.html", record="mine/parts/not_a_yes.html"),
)

HERE = (QUESTION, AFTERWARDS)
