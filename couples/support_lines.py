"""Telephone lines, by country. One entry per line: easy to correct, and nothing else in this file.

Where each number was read, and how old that page was, stands in `docs/sources.md` under `/safety/e/`. A
missing country is better than a wrong number. Whoever runs a copy of this place can correct lines here.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Line:
    """One telephone line: its name, the number to read and to dial, when it answers, whom it is for."""

    name: str
    number: str
    hours: str
    whom: str
    site: str = ""

    @property
    def dial(self) -> str:
        """The number as a telephone takes it: digits only."""
        return "".join(sign for sign in self.number if sign.isdigit())


@dataclass(frozen=True, slots=True)
class Country:
    """A country, what to call there when somebody is in danger now, and its lines."""

    name: str
    emergency: str
    lines: tuple[Line, ...]


DAY_AND_NIGHT = "Day and night."

COUNTRIES: tuple[Country, ...] = (
    Country(
        "Australia",
        "000",
        (
            Line(
                "1800RESPECT",
                "1800 737 732",
                DAY_AND_NIGHT,
                "For anyone hurt or frightened by a partner or family member, and those who care about them.",
                "1800respect.org.au",
            ),
        ),
    ),
    Country(
        "Austria",
        "112",
        (
            Line(
                "Frauenhelpline",
                "0800 222 555",
                DAY_AND_NIGHT,
                (
                    "Set up for women and girls; friends and family can call too. Free, no name needed,"
                    " several languages."
                ),
                "frauenhelpline.at",
            ),
        ),
    ),
    Country(
        "France",
        "112",
        (
            Line(
                "3919",
                "3919",
                DAY_AND_NIGHT,
                (
                    "Set up for women; friends and family can call too. Free, no name needed, several"
                    " languages at certain hours."
                ),
                "solidaritefemmes.org",
            ),
        ),
    ),
    Country(
        "Germany",
        "112",
        (
            Line(
                "Hilfetelefon",
                "116 016",
                DAY_AND_NIGHT,
                "Set up for women; friends and family can call too. Free, no name needed, many languages.",
                "hilfetelefon.de",
            ),
        ),
    ),
    Country(
        "Ireland",
        "112 or 999",
        (
            Line(
                "Women's Aid",
                "1800 341 900",
                DAY_AND_NIGHT,
                "Set up for women; friends and family can call too. Free.",
                "womensaid.ie",
            ),
        ),
    ),
    Country(
        "New Zealand",
        "111",
        (
            Line(
                "Women's Refuge crisis line",
                "0800 733 843",
                DAY_AND_NIGHT,
                "Set up for women. Free from any phone.",
                "womensrefuge.org.nz",
            ),
            Line(
                "Family violence information line",
                "0800 456 450",
                "9 in the morning to 11 at night, every day.",
                ("For anyone, also for people who want to change what they do themselves. Free from any phone."),
            ),
        ),
    ),
    Country(
        "Spain",
        "112",
        (
            Line(
                "016",
                "016",
                DAY_AND_NIGHT,
                (
                    "Set up for women; people close to them can call too. Free, many languages. Not on the"
                    " bill, but the phone's own list may keep it."
                ),
            ),
        ),
    ),
    Country(
        "United Kingdom",
        "999 or 112",
        (
            Line(
                "National Domestic Abuse Helpline",
                "0808 2000 247",
                DAY_AND_NIGHT,
                "Set up for women. Free.",
                "nationaldahelpline.org.uk",
            ),
            Line(
                "Respect Phoneline",
                "0808 802 4040",
                "Office hours; look for today's on their page.",
                "For people worried about what they do to a partner. Free.",
                "respectphoneline.org.uk",
            ),
        ),
    ),
    Country(
        "United States",
        "911",
        (
            Line(
                "National Domestic Violence Hotline",
                "1-800-799-7233",
                DAY_AND_NIGHT,
                (
                    "For anyone hurt or frightened by a partner, and for people worried about what they do"
                    " themselves. Free, many languages."
                ),
                "thehotline.org",
            ),
        ),
    ),
)
