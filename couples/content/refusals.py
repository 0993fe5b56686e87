"""What the product refuses: a code for the program, a kind sentence for the person."""

SENTENCES: dict[str, str] = {
    "no_pair": "You need to be paired for this. Everything you write for yourself works without a partner.",
    "stale": (
        "This page had changed meanwhile, so nothing was done. What you wrote is still here. "
        "Look at the words as they are now, then decide again."
    ),
    "not_open": "This is not open here now. Nothing was done.",
    "not_yours": "This is not open here now. Nothing was done.",
    "older_words": (
        "Older words of this are still offered. Choose below: take them back now, or leave them until the new "
        "ones open."
    ),
    "paired": "You are already paired. You can be in one pairing at a time: end that one first.",
    "code": (
        "This code does not open anything. It may be mistyped, used, or too old; this place does not say which. "
        "Ask for a new one."
    ),
    "too_many": "That was a lot of tries. Please wait {wait}, then try again.",
    "yourself": "This is your own code. Give it to the person you want to pair with.",
    "no_invitation": "This code no longer works. You can make a new one.",
    "steps_off": "You have steps turned off. You can turn them on first.",
    "no_card": "Write your card first: name, practice, and how you handle secrets.",
    "return_code": (
        "This code does not open anything. It may be mistyped, or the seven days may be over; this place does not say "
        "which."
    ),
    "recovery_code": (
        "This code does not open anything. It may be mistyped, used, or from a list you have replaced; this place "
        "does not say which."
    ),
    "end_passed": "That day has already passed. Choose one that is still to come.",
    "no_session": "No session is set right now. Choose another end.",
    "session_passed": "That time has already passed. Choose one that is still to come.",
    "not_that_week": "This agreement was not in force yet in that week. Choose a later week.",
    "for_myself": "This stays with you for good; no offer can include it. Nothing was done.",
    "shelf_full": "Your shelf holds sixty things. Take one off first; what you wrote is still here.",
    "off_shelf": "This is no longer on your shelf. Nothing was done.",
    "no_steps_here": "They do not both let you read steps, and there is nothing else in this. Nothing was proposed.",
    "nothing_chosen": "You did not choose anything, so nothing was saved.",
}


class Refused(Exception):
    """A verb did nothing. `code` is one of SENTENCES; `sentence` is what the person reads."""

    def __init__(self, code: str) -> None:
        self.code = code
        self.sentence = SENTENCES[code]
        super().__init__(code)


class NobodyThere(Exception):
    """The acting account was erased in another request, so there is nobody to do anything for."""
