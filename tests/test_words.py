"""The house style, as far as a test can hold it: what nobody says, one word for one thing, short sentences."""

import re

import pytest

from couples.content.phrases import GLOSSARY
from tests.support.screen_words import everything, grade, sentences, words_in

WORDS = everything()
LONGEST_SENTENCE = 42  # in words
HARDEST = 8.0  # the school year in which a page reads easily; `make words` prints all of them
# What nobody says aloud, what was translated, what judges or presses, and what was found untrue.
NEVER = (
    r"also (?:if|when|where|in bed)\b",
    r"\b(?:it|this|that) is no (?!longer|more|use\b)\w+",
    r"\btelephone\b",
    r"\banew\b",
    r"\bof one's own\b",
    r"\boneself\b",
    r"\bone's\b",
    r"\bas of now\b",
    r"(?<!living )(?<!a therapist here )\bany more\b",
    r"\bwhom (?:I|to|can|you|we|they|both)\b",
    r"\bstands? (?:here|there|on|under|beside|first|now)\b",
    r"\bstood\b",
    r"\blies? (?:here|open|under)\b",
    r"\bsome mending\b",
    r"\bbelongs? into\b",
    r"\bwhat is absent\b",
    r"\bmeans nothing\b",
    r"\bnothing happens before\b",
    r"\bas it is now\b",
    r"\bthis did not fit\b",
    r"\bunsealed\b",
    r"\bworth more than\b",
    r"\bthe worst\b(?! person)",
    r"\bwithout points\b",
    r"\bthe code ends\b",
    r"\bopen between you\b",
    r"\bseat\b",
    r"\bsecond look\b",
    r"\bhave been seen cannot\b",
    r"\bcannot be unseen\b",
    r"\bwell done\b",
    r"\bprogress\b",
    r"\bplease (?:hurry|be patient)\b",
)


def said(patterns: tuple[str, ...]) -> list[str]:
    return [
        f"{name}: “{one}”"
        for name, text in WORDS.items()
        for one in sentences(text)
        for pattern in patterns
        if re.search(pattern, one, re.IGNORECASE)
    ]


@pytest.mark.parametrize("pattern", NEVER)
def test_nobody_says_it(pattern: str) -> None:
    assert not said((pattern,))


@pytest.mark.parametrize("word", GLOSSARY)
def test_one_thing_has_one_word(word: str) -> None:
    assert not said(tuple(rf"\b{pattern}\b" for pattern in GLOSSARY[word])), f"the word is “{word}”"


@pytest.mark.parametrize("name", WORDS)
def test_a_sentence_can_be_said_in_one_breath_or_two(name: str) -> None:
    long = [one for one in sentences(WORDS[name]) if len(words_in(one)) > LONGEST_SENTENCE]
    assert not long


@pytest.mark.parametrize("name", WORDS)
def test_a_page_reads_easily(name: str) -> None:
    assert grade(WORDS[name]) <= HARDEST


def test_the_reader_of_words_reads_them() -> None:
    assert len(WORDS) > 150 and sum(len(sentences(text)) for text in WORDS.values()) > 1500
    assert "Both feet on the floor." in sentences(WORDS["templates/safety/night.html"])
    assert any("Kept for yourself." in one for one in sentences(WORDS["couples/content/phrases.py"]))
