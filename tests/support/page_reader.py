"""What the tests of the public pages share: a reader of HTML, and lists of words that may not stand there."""

import re
from html.parser import HTMLParser
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

FIRST_MORNING = re.compile(r"(?P<quiet>A quiet )?\b\w+day(?(quiet)|, \d{1,2}:\d\d)\b")


def on_any_day(page: str) -> str:
    """A page without the first morning that it names, which is another one tomorrow, whatever anybody did."""
    return FIRST_MORNING.sub("", page)


# Words that may not stand in an address or a title, because both stay in a browser's history.
TELLING = (
    "betray",
    "affair",
    "cheat",
    "abus",
    "violen",
    "leav",
    "going",
    "plan",
    "sex",
    "touch",
    "partner",
    "trust",
    "therap",
    "couple",
    "marri",
    "divorc",
    "hurt",
    "shame",
    "boundar",
    "consent",
    "crisis",
    "danger",
)

# Words that push, grade, label or claim more than a page can know.
NOT_OURS = (
    r"should",
    r"must",
    r"(?<!not )have to decide",
    r"level up",
    r"score",
    r"next step",
    r"well done",
    r"progress",
    r"streak",
    r"narcissis\w*",
    r"toxic",
    r"cheater\w*",
    r"codependen\w*",
    r"addict\w*",
    r"ptsd",
    r"disorder",
    r"betrayer",
    r"perpetrator\w*",
    r"victim\w*",
    r"abuser\w*",
    r"diagnos\w*",
    r"proven",
    r"guarantee\w*",
    r"studies show",
    r"\d+\s?%",
    r"per cent",
    r"percent",
)


class Reading(HTMLParser):
    """Reads a page: its title, its text, which elements and attributes it has, where it links to."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: set[str] = set()
        self.links: list[str] = []
        self.ids: set[str] = set()
        self.ids_twice: set[str] = set()  # a second one is styled, labelled and reached as if it were the first
        self.title = ""
        self.main = ""
        self._open: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self._open.append(tag)
        for name, value in attrs:
            self.attributes.add(name)
            if name == "href" and tag == "a":
                self.links.append(value or "")
            if name == "id":
                (self.ids_twice if value in self.ids else self.ids).add(value or "")

    def handle_endtag(self, tag: str) -> None:
        while self._open and self._open.pop() != tag:
            pass

    def handle_data(self, text: str) -> None:
        if self._open and self._open[-1] == "title":
            self.title += text
        if "main" in self._open:
            self.main += text


def telling_words(text: str) -> list[str]:
    """Give the words of `TELLING` that stand in a title or an address."""
    return [word for word in TELLING if word in text.lower()]


def words_not_ours(text: str) -> list[str]:
    """Give what the text says that no page of ours may say."""
    return [word for word in NOT_OURS if re.search(rf"\b{word}(?!\w)", text, re.IGNORECASE)]


def sources_of(address: str) -> str:
    """Give the entry for this address in docs/sources.md, or nothing."""
    entries = re.split(r"^##+ ", (ROOT / "docs" / "sources.md").read_text(), flags=re.MULTILINE)
    found = [entry for entry in entries if entry.split(maxsplit=1)[:1] == [address]]
    return found[0].partition("\n")[2].strip() if found else ""


def show_it(html: str) -> str:
    """The address behind "Show it" of the newest unfinished writing that a page tells of; "" where it tells of none."""
    told = re.search(r'href="([^"]+\?again=[^"]+)"', html)
    return told[1] if told else ""
