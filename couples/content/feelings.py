"""Sixty feelings in plain words, for a check-in. They are names to choose from, in no order of better and worse."""

GROUPS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("Heavy", ("sad", "lonely", "grieving", "hollow", "hopeless", "tired", "numb", "homesick", "discouraged")),
    ("Afraid", ("afraid", "anxious", "watchful", "unsure", "overwhelmed", "tense", "restless", "exposed", "helpless")),
    ("Angry", ("angry", "resentful", "hurt", "disappointed", "bitter", "impatient", "jealous", "disgusted")),
    ("Ashamed", ("ashamed", "guilty", "embarrassed", "small", "sorry", "unworthy", "awkward")),
    (
        "Between",
        ("confused", "torn", "doubtful", "surprised", "longing", "distant", "cautious", "absent", "flat"),
    ),
    ("Near", ("close", "tender", "loved", "grateful", "touched", "warm", "trusting", "welcome", "understood")),
    ("Light", ("calm", "relieved", "hopeful", "glad", "playful", "curious", "proud", "content", "free")),
)
FEELINGS: tuple[str, ...] = tuple(word for _, words in GROUPS for word in words)
CHOICES = [(group, [(word, word) for word in words]) for group, words in GROUPS]
