"""The demo people, what they write to each other, and how it was for them on some of their days."""

from dataclasses import dataclass

from couples.models import Card


@dataclass(frozen=True, slots=True)
class DemoPerson:
    """Somebody to sign in as."""

    email: str
    shown_name: str
    about: str


PEOPLE = {
    "one": DemoPerson("one@demo.test", "Maya", "paired with Jon"),
    "two": DemoPerson("two@demo.test", "Jon", "paired with Maya"),
    "therapist": DemoPerson("therapist@demo.test", "Dr. Okafor", "their therapist, admitted by both"),
    "third": DemoPerson("third@demo.test", "Sam", "alone, nothing written yet"),
    "fourth": DemoPerson("fourth@demo.test", "Noor", "alone, to pair with Sam"),
}

# The card of their therapist.
CARD = {
    "name": "Dr. Ada Okafor",
    "practice": "A practice by the park",
    "registered_with": "The register of psychotherapists of this place",
    "registered_as": "None: this person is made up",
    "languages": "English, Igbo",
    "limits": "If somebody is in danger, or a child is, I may have to say so, and I tell you first where I can.",
    "secrets": "I do not pass on what one of you tells me alone, but I will ask you to bring it here yourself. "
    "If somebody is in danger I act, and I tell you so.",
    "sees_alone": Card.ALWAYS,
    "in_crisis": "I answer by phone on weekdays from nine to five. At other times call the emergency number.",
}

CHECK_INS: dict[str, list[tuple[int, tuple[int, int, int, int], str]]] = {
    "one": [
        (2, (22, 15, 30, 25), "Slept three hours."),
        (3, (25, 15, 30, 28), ""),
        (5, (35, 22, 38, 30), "A quiet evening."),
        (8, (30, 20, 35, 30), ""),
        (11, (42, 30, 40, 38), "We sat in the kitchen and nobody shouted."),
        (13, (20, 12, 22, 20), "The street with the café."),
        (20, (40, 32, 42, 40), ""),
        (22, (48, 35, 45, 42), "He rang before he was late."),
        (26, (50, 38, 50, 45), ""),
        (29, (46, 36, 48, 50), ""),
        (33, (55, 44, 52, 50), "Slept through for the first time in a while."),
        (52, (57, 46, 53, 50), "I gave him the letter. Then I slept."),
        (66, (50, 40, 50, 46), ""),
        (79, (56, 47, 52, 52), "In the session I said it, and he stayed."),
        (97, (60, 50, 55, 54), ""),
        (121, (58, 50, 57, 55), "His mother's birthday. We left early, both of us."),
        (139, (54, 47, 56, 50), ""),
        (163, (52, 46, 55, 52), ""),
        (166, (58, 48, 58, 54), ""),
        (171, (44, 40, 46, 44), "An old message turned up in a drawer. Still here."),
        (175, (56, 50, 58, 55), ""),
        (180, (62, 54, 60, 58), "Walked by the river."),
        (183, (60, 55, 62, 60), ""),
    ],
    "two": [
        (4, (40, 50, 20, 30), "Ashamed, and still in the room."),
        (9, (45, 50, 28, 34), ""),
        (18, (48, 52, 35, 40), "Rang the bank. Did not mention it."),
        (31, (55, 58, 46, 48), ""),
        (50, (44, 52, 40, 40), "Read it in the car, twice. Wrote nothing that night."),
        (64, (52, 55, 46, 46), ""),
        (92, (57, 58, 50, 52), "Told her before she asked."),
        (128, (58, 60, 54, 54), ""),
        (167, (60, 60, 55, 55), ""),
        (181, (62, 64, 60, 58), "Sunday, phones in the hall, cards."),
    ],
}

WORDS: dict[str, dict[str, str]] = {
    "impact_letter": {
        "letter": "I still count. How long you are in the bathroom, how long the road from the station is. I used to "
        "think of nothing on a Thursday. I miss that woman, and I do not know yet whether she comes back. You need not "
        "answer this. I would like you to have read it."
    },
    "reply": {
        "reply": "You count the road from the station. I did not know. I read it twice, and I am not going to explain "
        "anything. What I heard: that nothing is harmless now, not even a Thursday, and that I did that."
    },
    "slip_plan": {
        "leads": "Late trains, a bad day at work, and nobody knowing where I am.",
        "signs": "I hold the phone under the table. I tell myself that I only want to look.",
        "instead": "I get off at the next station and ring my brother. The phone goes into the bag.",
        "tell": "Maya, the same evening, before supper.",
    },
    "topic": {"talk": "What we say to the children, and who says it."},
    "appreciation": {
        "letter": "On Tuesday the train stood for an hour, and you rang before I looked at the clock. I noticed."
    },
}
TAKEN = ("We can stop a talk for an hour and come back to it.", "Sundays are for the four of us.")
