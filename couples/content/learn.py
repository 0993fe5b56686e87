"""The catalogue of short pages to read and of two-minute practices.

A slug is a number or a letter and says nothing, because an address stays in a browser's history. It belongs
to its page for good; a new page takes the next free one. The words stand in `templates/learn/`, their
sources in `docs/sources.md`. The kit for a practice is `docs/practice/`, which brings its own sources along.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Page:
    """One page: the slug in its address, its heading, one sentence of what it holds, and its template."""

    slug: str
    title: str
    lead: str
    template: str
    for_therapists: bool = False
    tonight: bool = False  # linked from the front page: somebody may need it at once, without an account


PRACTICES: tuple[Page, ...] = (
    Page("a", "Ground", "Two minutes to feel the floor again.", "learn/ground.html"),
    Page("b", "Breathe", "Two minutes of breathing out for longer than you breathe in.", "learn/breathe.html"),
    Page("c", "Look around", "Two minutes to let your eyes tell you where you are.", "learn/look-around.html"),
    Page("d", "My body, mine again", "Two minutes for what is neutral or good in your body.", "learn/body-mine.html"),
    Page("e", "A boundary, said aloud, alone", "Two minutes, so that you have said it once.", "learn/limit-aloud.html"),
)

PAGES: tuple[Page, ...] = (
    Page(
        "1",
        "When the ground moved",
        "What broken trust does to feeling safe and belonging.",
        "learn/ground-moved.html",
    ),
    Page(
        "2",
        "Reminders, and being on guard",
        "Why a song can undo a good day, and what helps.",
        "learn/reminders.html",
    ),
    Page(
        "3",
        "Guilt and shame",
        "Two feelings that look alike and ask for different things.",
        "learn/guilt-shame.html",
    ),
    Page(
        "4",
        "A fence or a wall",
        "Questions for looking at a boundary of your own, without a verdict.",
        "learn/fence-wall.html",
    ),
    Page(
        "5",
        "A boundary, a request, an agreement",
        "Three kinds of sentence, and why it helps to tell them apart.",
        "learn/three-kinds.html",
    ),
    Page(
        "6",
        "Why feeling safe comes first",
        "What closeness rests on, and why you cannot hurry it.",
        "learn/safe-first.html",
    ),
    Page(
        "7",
        "Touch that leads nowhere",
        "Small rituals of touch, with a beginning, an end and no goal.",
        "learn/touch.html",
    ),
    Page(
        "8",
        "Small promises",
        "How people come to rely on each other again, bit by bit.",
        "learn/small-promises.html",
    ),
    Page(
        "9",
        "Owning what happened",
        "Saying what I did, without asking for anything back.",
        "learn/owning.html",
    ),
    Page(
        "10",
        "Hard talks, and what comes after",
        "How to begin, how to stop, and what to do afterwards.",
        "learn/hard-talks.html",
    ),
    Page(
        "11",
        "The phone on the table",
        "Privacy, openness, and how both differ from keeping watch.",
        "learn/phone.html",
    ),
    Page(
        "12",
        "When it is not safe at home",
        "When fear is part of it, other help comes first.",
        "learn/not-safe.html",
    ),
    Page(
        "13",
        "Finding a therapist",
        "What to ask, and what happens with what one of you tells them alone.",
        "learn/therapist.html",
    ),
    Page(
        "14",
        "Places, not stages",
        "Shock, understanding, deciding: places you visit, and visit again.",
        "learn/places.html",
    ),
    Page(
        "15",
        "Telling the whole story",
        "Why it helps to prepare it, and not to do it alone, at night.",
        "learn/whole-story.html",
    ),
    Page(
        "16",
        "For therapists: before you begin",
        "When couples work is not the place to begin.",
        "learn/for-therapists.html",
        for_therapists=True,
    ),
    Page(
        "17",
        "For therapists: this place",
        "How to suggest it, what you can do here, and what you cannot.",
        "learn/suggesting.html",
        for_therapists=True,
    ),
    Page(
        "18",
        "The first days",
        "What cannot wait tonight, and what can.",
        "learn/first-days.html",
        tonight=True,
    ),
    Page(
        "19",
        "Grief",
        "What was lost, and that you are allowed to grieve it.",
        "learn/grief.html",
        tonight=True,
    ),
    Page(
        "20",
        "The urge to check",
        "A card for the minute before.",
        "learn/urge-to-check.html",
        tonight=True,
    ),
    Page(
        "21",
        "A day when a lot is told",
        "A plan on paper: before, on the day, and the days after.",
        "learn/telling-day.html",
    ),
    Page(
        "22",
        "Trusting your own sense again",
        "When you no longer believe your own eyes.",
        "learn/own-sense.html",
    ),
    Page(
        "23",
        "Staying, going, or not deciding yet",
        "Three paths, and no verdict.",
        "learn/three-paths.html",
    ),
    Page(
        "24",
        "Wanting, being willing, going along",
        "One yes can feel very different from another, inside.",
        "learn/wanting.html",
    ),
    Page(
        "25",
        "A fixed time for questions",
        "For both of you: a time for the questions, and the rest of the day back.",
        "learn/questions-time.html",
    ),
    Page(
        "26",
        "Children",
        "What you can tell them, and what is too heavy for them.",
        "learn/children.html",
    ),
    Page(
        "27",
        "After a slip",
        "An old way of acting came back. What now?",
        "learn/after-slip.html",
    ),
    Page(
        "28",
        "Who knows, and who may know",
        "Choosing who to tell, and what to look for in a group.",
        "learn/who-knows.html",
    ),
    Page(
        "29",
        "Trust and other people, later",
        "Friends, family, and what comes after.",
        "learn/trust-later.html",
    ),
    Page(
        "30",
        "For therapists: each of them alone, first",
        "What to ask before you see two people together, and who to call.",
        "learn/each-alone.html",
        for_therapists=True,
    ),
    Page(
        "31",
        "For therapists: a day when a lot is told",
        "Your side of it: before, during and after.",
        "learn/telling-therapists.html",
        for_therapists=True,
    ),
    Page(
        "32",
        "For therapists: what this is in law",
        "What it is not, who answers for it, and what to agree with an operator.",
        "learn/in-law.html",
        for_therapists=True,
    ),
)

# Texts that a practice can copy and change, by the slug of the page that leads there: files of docs/practice/.
KIT: dict[str, str] = {"17": "suggesting.md", "30": "screening.md", "31": "telling-day.md", "32": "law.md"}

TONIGHT: tuple[Page, ...] = tuple(page for page in PAGES if page.tonight)
