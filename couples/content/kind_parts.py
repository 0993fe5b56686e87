"""What many kinds of record share."""

from couples.content.kind_types import Field, Reflection, asked

THEN_AND_NOW = Reflection(
    "t",
    "Then and now",
    "Older words of yours, read by you today. Nothing has to have changed, and you do not have to show anybody what "
    "has.",
)
THEN = asked(
    "t",
    ("same", "What is still true of this?"),
    ("moved", "What is different now, in me or around me?"),
    ("tell", "What would I like to say to the person I was when I wrote this?"),
)

TENDER = Field(
    "tender",
    "This is about touch or sex",
    "If you tick this, the words only show on their own page. Elsewhere it says what kind of thing it is, and the day.",
    choices=(("yes", "yes"),),
    long=False,
)

NOTE = Field("note", "A note to myself", own=True)
