"""`make words`: how easily each page reads, and which sentences are longest."""

import sys
from pathlib import Path
from statistics import median

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from tests.support.screen_words import everything, grade, sentences, words_in


def main() -> None:
    """Print the reading level of every file with words for people, hardest last, and the longest sentences."""
    found = everything()
    graded = sorted((grade(text), name) for name, text in found.items() if grade(text))
    print("School year in which it reads easily (Flesch-Kincaid):\n")
    for year, name in graded:
        print(f"{year:5.1f}  {name}")
    print(f"\nmedian {median(year for year, _ in graded):.1f}, most {graded[-1][0]:.1f}, of {len(graded)} files\n")
    every = {one: name for name, text in found.items() for one in sentences(text)}
    print(f"The longest of {len(every)} sentences:\n")
    for one in sorted(every, key=lambda one: -len(words_in(one)))[:10]:
        print(f"{len(words_in(one)):3} words, {every[one]}: {one}")


if __name__ == "__main__":
    main()
