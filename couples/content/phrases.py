"""Sentences that stand in several places, so that they cannot drift apart, and the one word for each thing.

A view takes a sentence by its name; a template says `{% phrase "unread" %}` (`templatetags/look.py`).
"""

from typing import Final, NamedTuple

from couples.content.kind_types import Kind

THE_RULE: Final = (
    "What you have both said yes to opens at seven in the morning, the next one at the earliest; boundaries, plans and "
    "the like also at once while you both have an hour together. Either of you can close it at any time, and nobody is "
    "ever told why something is not open."
)
ON_MORNINGS: Final = (
    "Nothing opens on a morning unless your partner has chosen mornings. At most five of yours open on one morning, or "
    "in one hour together, the oldest first."
)
NEVER_EVIDENCE: Final = "A yes here is never evidence of consent to an act."
NOT_TOLD: Final = "This place will not tell your partner what you pressed. You may."
NEVER_WHY: Final = f"This place never says why. {NOT_TOLD}"
NO_PROMISE: Final = "An agreement cannot promise touch or sex; any of it can still be a no in the moment."
NOT_ACCEPTING: Final = (
    "Offering words is not accepting them. Each of you accepts them on the open page; then they come into force, in an "
    f"hour together at once, otherwise some morning. {NO_PROMISE}"
)
UNREAD: Final = "What was already read cannot be unread."
ABSENT: Final = "You cannot tell anything from what is not here."
STILL_HERE: Final = "This place does not say whether your partner is still here, unless they choose to tell you."
FIRST_MONTHS: Final = "In your first four months here, closings are noticed."
MUCH_OPEN: Final = "If much is open, closing all at once will be noticed."
WHAT_STAYS: Final = (
    "that you were a pair, and on which days what opened, until you both have left; your partner keeps bare lines."
)
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
EVERYDAY_THINGS: Final = "Boundaries, requests, agreements, promises, plans, thanks"
HEAVY_THINGS: Final = "Impact and accountability letters, replies, breaches, repair"
STEPS_THINGS: Final = "Steps that are open to us both, and the words of our own steps"
NOT_CHECKED: Final = "We have not checked this person."

ANSWERS_CLOSED: Final = "Your answers on steps are closed."
KEPT: Final = "Kept for yourself."
TAKEN_BACK: Final = (
    "It is closed, from this moment. Nobody is told, and you owe nobody a reason. If it had not opened yet, it leaves "
    f"no trace. {UNREAD}"
)


class FirstDoors(NamedTuple):
    """When a yes could open something at the earliest, by its giver's own clock: never a countdown."""

    hour: bool  # at once, while both have an hour together
    day: str = ""  # "Sunday"
    morning: str = ""  # "Sunday, 7:00"; "" where no morning opens anything by this yes


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


def nothing_told(first: FirstDoors, *, opens: str = "open") -> str:
    """What stands behind every first morning: it may be that one or none, and nothing says why."""
    return (
        f"It may {opens} then, much later, or not at all; this place never says why. "
        f"A quiet {first.day} is not an answer. {NOT_TOLD}"
    )


def not_before(first: FirstDoors, *, opens: str = "open") -> str:
    """The two doors of a yes: "can open at once while ...", or "cannot open before ..."."""
    if not first.hour:
        return f"cannot {opens} before {first.morning}, and never in an hour together"
    if not first.morning:
        return f"can {opens} at once while you both have an hour together, and on no morning"
    return f"can {opens} at once while you both have an hour together; without that, not before {first.morning}"


def silence(first: FirstDoors) -> str:
    """What stands beside an offer, whether or not it has been made: when it may open, and that nothing says why."""
    return f"Offered now, it {not_before(first)}. {nothing_told(first)}"


def offered(kind: Kind, first: FirstDoors, *, opened: bool) -> str:
    """The answer to a press on "Offer to share"; `opened` where it opened with that very press."""
    if opened:
        return "It is offered, and it has just opened."
    if kind.heavy:
        return (
            f"It is offered. It {not_before(first)}. It may open then, much later, or not at all, and none of these is "
            "an answer to what you wrote. Until it opens you can take it back and leave no trace."
        )
    return f"It is offered. It {not_before(first)}. {nothing_told(first)}"


def marking(first: FirstDoors) -> str:
    """What stands under the mark of a week."""
    return f"Given now, your mark {not_before(first)}. {nothing_told(first)}"


def marked(week: str, first: FirstDoors, *, opened: bool) -> str:
    """The answer to a mark of a week; `opened` where the marks of both opened with that very press."""
    if opened:
        return f"Noted for the week {week}. Your marks of it have just opened to you both."
    return f"Noted for the week {week}. Your mark {not_before(first)}. {nothing_told(first)}"


def taking_away(first: FirstDoors) -> str:
    """What stands under accepting the takeaway of a session."""
    return f"Accepted now, this takeaway {not_before(first)}. {nothing_told(first)}"


def taken_away(first: FirstDoors) -> str:
    """The answer to having accepted one."""
    return f"You accept these lines. The takeaway {not_before(first)}. {nothing_told(first)}"


def on_agenda(first: FirstDoors) -> str:
    """What becomes of a mark on the agenda: it needs nobody else's yes."""
    return f"It is on the agenda from {first.morning}, and not sooner, for as long as it is open."


def keeping(first: FirstDoors) -> str:
    """What stands under keeping a line of a step, and behind the answer to it."""
    come = "come"
    return f"A line kept now {not_before(first, opens=come)}. {nothing_told(first, opens=come)}"


def changing_mornings(first: FirstDoors) -> str:
    """What stands under the wish for other mornings, and behind the answer to it."""
    return (
        "Your mornings change once you have both chosen the same: in an hour together at once, otherwise not before "
        f"{first.morning}. This place never says whether your partner has chosen. You may ask them."
    )


def accepting(first: FirstDoors) -> str:
    """What stands under "I accept these words"."""
    return (
        "Once you have both accepted the same words, they come into force: in an hour together at once, otherwise not "
        f"before {first.morning}. {nothing_told(first, opens='be')}"
    )


def accepted(first: FirstDoors, *, in_force: bool) -> str:
    """The answer to "I accept these words"; `in_force` where they came into force with that very press."""
    if in_force:
        return "You accept these words, and they have just come into force."
    return f"You accept these words. {accepting(first)}"


def welcomed(things: str, first: FirstDoors) -> str:
    """The answer to having said when things of a class may open to me."""
    if not first.morning:
        return f"Saved: {things} may open to you only while you both have an hour together."
    hour = "and at once while you both have an hour together" if first.hour else "and never in an hour together"
    return f"Saved: {things} may open to you on any morning (the first is {first.morning}), {hour}."


def not_welcomed(things: str) -> str:
    """The answer to "Not now" there."""
    return f"Saved: no more {things} will open to you for now. What is open to you stays open."


def answering(first: FirstDoors) -> str:
    """What stands under the answers to a step or a group of them, the same for each of the answers."""
    return f"If you answer now, this {not_before(first)}. {nothing_told(first)}"


def answered(first: FirstDoors) -> str:
    """The answer to every answer to a step or a group: it does not say which one it was."""
    return f"Saved. This page stays blank, whatever you chose. Your answer opens nothing before {first.morning}."


# The one word on a page for each thing, and what it is not called there (as a pattern). tests/test_words.py reads every
# page and every sentence in the code against this. Code keeps its own terms of the rule: sitting, welcome, reading.
GLOSSARY: Final[dict[str, tuple[str, ...]]] = {
    "an hour together": (
        r"(?:a|the|our|most|this) sittings?",
        r"sit(?:s|ting)? down(?: together| now)",
        r"sat down",
        r"we sit down",
    ),
    "boundary": (
        r"a limit of (?:mine|yours|your own)(?! was crossed)",
        r"the limit, in my words",
        r"(?:my|your|their) limits?",
    ),
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
