"""What the middle of a page is built of: pages of the same parts are as wide as each other, whatever people write."""

import re
from html.parser import HTMLParser

EMPTY = {"area", "br", "col", "hr", "img", "input", "link", "meta", "source", "wbr"}
OURS = {"h1", "h2", "h3", "legend", "label", "summary", "button"}  # what says it in our words, which may not break
ANY_NUMBER = {"main", "div", "dl", "ol", "tbody", "ul"}  # of the same, one below the other
MATTERS = {"class", "role", "type", "dir", "hidden", "open"}  # of other attributes it matters that they are there


def parts_of(html: str) -> set[str]:
    """Each element in its place, with how many lie in it and with our words; and the headings in their order."""
    reading = _Parts()
    reading.feed(html)
    reading.close()
    return reading.parts | {" ".join(reading.headings)}


class _Parts(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.parts: set[str] = set()
        self.headings: list[str] = []
        self._open: list[_Element] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if not self._open and tag != "main":
            return
        told = sorted(f"{name}={value}" if name in MATTERS else name for name, value in attrs)
        around = self._open[-1] if self._open else _Element("", "", False)
        around.holds += 1
        names = {name for name, _ in attrs}
        is_ours = around.is_ours or tag in OURS or "btn" in (dict(attrs).get("class") or "").split()
        of_people = tag == "bdi" or "dir" in names
        element = _Element(tag, f"{around.path}<{tag} {' '.join(told)}>", is_ours and not of_people)
        self.parts.add(element.path)
        if re.fullmatch("h[1-6]", tag):
            self.headings.append(tag)
        if tag not in EMPTY:
            self._open.append(element)

    def handle_endtag(self, tag: str) -> None:
        while self._open:
            element = self._open.pop()
            if element.tag not in ANY_NUMBER:
                self.parts.add(f"{element.path} holds {element.holds}")
            if element.tag == tag:
                return

    def handle_data(self, text: str) -> None:
        if self._open and text.strip():
            said = " ".join(text.split()) if self._open[-1].is_ours else "words"
            self.parts.add(f"{self._open[-1].path} {said}")


class _Element:
    def __init__(self, tag: str, path: str, is_ours: bool) -> None:
        self.tag, self.path, self.is_ours, self.holds = tag, path, is_ours, 0
