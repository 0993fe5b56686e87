"""Every sentence that a person may read here: of the templates, and of the strings in the code that are sentences."""

import ast
import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path

from tests.support.page_reader import ROOT

TEMPLATES = ROOT / "templates"
ROOMS = ("content", "forms", "views", "presenters", "export", "accounts")
BLOCK = r"</?(?:p|li|h[1-6]|dt|dd|summary|button|label|legend|th|td|option|title|div|section|ul|ol|br|a class=\"btn)\b"
SAID = re.compile(r"\b(?:aria-label|alt|placeholder)=\"([^\"{]+)\"")


def of_template(source: str) -> str:
    """The words of a template, a line for each piece of the page; what a view puts in stands as "…"."""
    source = re.sub(r"\{#.*?#\}|<!--.*?-->|<(style|script|svg)\b.*?</\1>", " ", source, flags=re.DOTALL)
    labels = "\n".join(SAID.findall(source))
    source = re.sub(r"\{\{.*?\}\}", "…", source)
    source = re.sub(r"\{%\s*(?:phrase|silence)\b.*?%\}", "", source)  # read where they stand, in content/phrases.py
    source = re.sub(r"\{%\s*(?:if|elif|else|endif|for|endfor|block|endblock|include|empty)\b.*?%\}", "\n", source)
    source = re.sub(r"\{%.*?%\}", "…", source)
    source = re.sub(r"\s*\n\s*(?=[^\s<])", " ", source)
    source = re.sub(BLOCK, "\n<", source)
    words = unescape(re.sub(r"<[^>]*>", "", source))
    return re.sub(r"[ \t]+", " ", f"{words}\n{labels}")


def of_code(source: str) -> Iterator[str]:
    """The strings of a module that read like words for people: docstrings, and what has no blank, left out."""
    tree = ast.parse(source)
    docstrings = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docstrings:
            text = node.value
            if " " in text.strip() and not re.search(r"[\\;=%]|^[A-Z]{3,} ", text):
                yield text


def everything() -> dict[str, str]:
    """All words on screens and in mail, by the file that they stand in."""
    found = {}
    for path in sorted([*TEMPLATES.rglob("*.html"), *TEMPLATES.rglob("*.txt")]):
        found[str(path.relative_to(ROOT))] = of_template(path.read_text(encoding="utf-8"))
    for room in ROOMS:
        for path in sorted((ROOT / "couples" / room).rglob("*.py")):
            words = _unless_patterns(path)
            if words:
                found[str(path.relative_to(ROOT))] = words
    return found


def _unless_patterns(path: Path) -> str:
    source = path.read_text(encoding="utf-8")
    if path.name == "phrases.py":  # below it stand the words that are not said
        source = source[: source.index("GLOSSARY")]
    return "\n".join(of_code(source))


def sentences(text: str) -> list[str]:
    """Its sentences; a line that has no full stop is one as well."""
    pieces = (re.split(r"(?<=[.?!])[”\"’)]*\s+(?=[A-Z“…])", line) for line in text.splitlines())
    return [one.strip() for line in pieces for one in line if re.search(r"[A-Za-z]{2}", one)]


def words_in(sentence: str) -> list[str]:
    """The words of a sentence."""
    return re.findall(r"[A-Za-z]+(?:['’][a-z]+)?", sentence)


def syllables(word: str) -> int:
    """About how many syllables a word has: its groups of vowels, a silent e left out."""
    word = word.lower()
    groups = len(re.findall(r"[aeiouy]+", word))
    silent = word.endswith("e") and not word.endswith(("le", "ee")) or word.endswith("ed") and word[-3:-2] not in "td"
    return max(1, groups - (1 if silent and groups > 1 else 0))


def grade(text: str) -> float:
    """The school year (Flesch-Kincaid) in which a text reads easily; 0 where there is too little to say."""
    found = [words_in(one) for one in sentences(text)]
    found = [words for words in found if len(words) > 2]
    many = sum(map(len, found))
    if many < 30:
        return 0.0
    sounds = sum(syllables(word) for words in found for word in words)
    return 0.39 * many / len(found) + 11.8 * sounds / many - 15.59
