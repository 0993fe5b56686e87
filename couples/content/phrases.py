"""Sentences that stand in several places, so that they cannot drift apart, and the one word for each thing.

A view takes a sentence by its name; a template says `{% phrase "unread" %}` (`templatetags/look.py`).
"""

from typing import Final

from couples.content.kind_types import Kind

NEVER_EVIDENCE: Final = "A yes here is never evidence of consent to an act."
NEVER_WHY: Final = "This place never says why. It will not tell your partner. You may."
UNREAD: Final = "What was already read cannot be unread."
ABSENT: Final = "You cannot tell anything from what is not here."
STILL_HERE: Final = "This place does not say whether your partner is still here, unless they choose to tell you."
EACH_CHOOSES: Final = (
    "Each of you chooses how long a thing stays open. When something closes, it may have run out as it was always "
    "going to."
)
ALONE_WORKS: Final = "Everything you write for yourself works without a partner."
BUSY_LINES: Final = (
    "Lines are often busy, and it can take several tries. Stay on, try again, try the second number, or go to an "
    "emergency department. A line that does not answer has not turned you away."
)
MOST_HOURS: Final = "Most hours bring nothing new. This place never says why something is not here."
ACCEPTING: Final = (
    "Once you have both accepted the same words, they come into force: in an hour together at once, otherwise some "
    f"morning. {NEVER_WHY}"
)
NOT_CHECKED: Final = "We have not checked this person."

KEPT: Final = "Kept for yourself."
TAKEN_BACK: Final = f"It is closed, from this moment. Nobody is told, and you owe nobody a reason. {UNREAD}"


def silence(kind: Kind) -> str:
    """What stands beside an offer of this kind, before and after it: when it may open, and that nothing says why."""
    if kind.heavy:
        return f"It may open some morning, or not at all, and never in an hour together. {NEVER_WHY}"
    return f"It may open in an hour together, some morning, or not at all. {NEVER_WHY}"


def remembered(kind: Kind) -> str:
    """What stands beside an offer of this kind of the memory line that it may leave; "" where it leaves none."""
    if kind.of_steps:
        return ""
    if kind.heavy:
        return (
            "If it is still open the morning after, each of you keeps a bare line; your partner's says that something "
            "opened, and the day."
        )
    return "If it is still open the morning after, each of you keeps a bare line: the kind and the day."


def offered(kind: Kind) -> str:
    """The answer to a press on "Offer to share"."""
    if kind.heavy:
        return (
            "It is offered. It cannot open tonight, and never in an hour together. It may open some morning, much "
            "later, or not at all, and none of these is an answer to what you wrote. Until it opens you can take it "
            "back and leave no trace."
        )
    return f"It is offered. {silence(kind)}"


# The one word on a page for each thing, and what it is not called there (as a pattern). tests/test_words.py reads every
# page and every sentence in the code against this. Code keeps its own terms of the rule: sitting, welcome, reading.
GLOSSARY: Final[dict[str, tuple[str, ...]]] = {
    "an hour together": (
        r"(?:a|the|our|most|this) sittings?",
        r"sit(?:s|ting)? down(?: together| now)",
        r"sat down",
        r"we sit down",
    ),
    "boundary": (r"a limit of (?:mine|yours|your own)", r"the limit, in my words", r"(?:my|your|their) limits?"),
    "accept": (r"(?:being|be|are|is) held by (?:these|this|an) (?:words|agreement)", r"stop being held"),
    "close it on my side": (r"putting it away", r"it is put away"),
    "what I have said yes to": (r"my yeses",),
    "when things may open to me": (r"what may open to me", r"somebody who welcomes it"),
    "trigger plan": (r"plans? for reminders",),
    "impact letter, accountability letter": (r"letter of how it was", r"letter of owning"),
    "a limit was crossed": (r"passed over", r"passed limit"),
    "a safe word was not respected": (r"ignored (?:a|the) (?:stop|safe word)",),
    "our therapist": (r"the glass",),
    "pairing": (r"your seat",),
    "phone": (r"telephones?",),
    "somebody": (r"someone", r"anyone"),
}
