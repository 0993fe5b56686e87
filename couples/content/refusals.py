"""What the product refuses: a code for the program, a kind sentence for the person."""

SENTENCES: dict[str, str] = {
    "no_pair": "This needs a pair. Everything you write for yourself works without one.",
    "stale": (
        "This page had changed meanwhile, so nothing was done. What you wrote is still here: "
        "look at the words as they are now, then decide again."
    ),
    "not_open": "This is not open here now. Nothing was done.",
    "not_yours": "This is not open here now. Nothing was done.",
    "older_words": (
        "Older words of this are offered still. Choose below: take them back now, or leave them until the new "
        "ones open."
    ),
    "paired": "You are in a pair already. A person holds one seat at a time: end that pairing first.",
    "code": (
        "This code does not open anything. It may be mistyped, used, or past its end; this place does not say which. "
        "Ask for a new one."
    ),
    "too_many": "That was a lot of tries. Please wait {wait}, then try again.",
    "yourself": "This is your own code. Say it to the person you want to pair with.",
    "no_invitation": "This code no longer works. You can make a new one.",
    "steps_off": "Steps are turned off for you. You can turn them on first.",
    "no_card": "Write your card first: name, practice, and how you handle secrets.",
    "return_code": (
        "This code does not open anything. It may be mistyped, or the seven days may be over; this place does not say "
        "which."
    ),
    "recovery_code": (
        "This code does not open anything. It may be mistyped, used, or one of a list that you replaced; this place "
        "does not say which."
    ),
    "end_passed": "That end has passed already. Choose a day that is still to come.",
    "no_session": "No session is set here just now. Choose another end.",
    "session_passed": "That time has passed already. Choose one that is still to come.",
    "not_that_week": "This agreement was not in force in that week yet. Choose a week since then.",
    "nothing_chosen": "Nothing was chosen, so nothing was saved.",
}


class Refused(Exception):
    """A verb did nothing. `code` is one of SENTENCES; `sentence` is what the person reads."""

    def __init__(self, code: str) -> None:
        self.code = code
        self.sentence = SENTENCES[code]
        super().__init__(code)


class NobodyThere(Exception):
    """The acting account was erased in another request, so there is nobody to do anything for."""
