"""What many kinds of record share."""

from couples.content.kind_types import Field, Reflection, asked

THEN_AND_NOW = Reflection(
    "t",
    "Then and now",
    "Older words of your own, and the one who reads them today. Nothing has to have moved, and what has moved need "
    "not be shown to anybody.",
)
THEN = asked(
    "t",
    ("same", "What of this is still so?"),
    ("moved", "What is different now, in me or around me?"),
    ("tell", "What would I like to say to the one who wrote this?"),
)

NOTE = Field("note", "A note to myself", own=True)
