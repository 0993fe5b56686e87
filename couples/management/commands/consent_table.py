"""Write the table of needed yeses from the code into docs/consent.md, or check that it stands there."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from couples.rule import consent
from couples.rule.consent import NEEDS, Need

PAGE = Path(settings.BASE_DIR) / "docs" / "consent.md"
BEGIN, END = "<!-- the table of needed yeses: begin -->", "<!-- the table of needed yeses: end -->"


class Command(BaseCommand):
    """`manage.py consent_table` writes the table; with `--check` it only compares and fails where they differ."""

    help = "Keep the table in docs/consent.md equal to the table in couples/rule/consent.py."

    def add_arguments(self, parser: CommandParser) -> None:
        """`--check`: write nothing."""
        parser.add_argument("--check", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        """Raises CommandError where the page has no place for the table, or another table."""
        page = PAGE.read_text(encoding="utf-8")
        if BEGIN not in page or END not in page:
            raise CommandError(f"{PAGE.name} has no place for the table: it needs the two marks around it.")
        before, rest = page.split(BEGIN)
        _, after = rest.split(END)
        written = f"{before}{BEGIN}\n{table()}\n{END}{after}"
        if options["check"]:
            if written != page:
                raise CommandError("docs/consent.md is older than the rule: run manage.py consent_table.")
            return
        PAGE.write_text(written, encoding="utf-8")


def table() -> str:
    """The table of needed yeses as Markdown."""
    head = "| thing | open to | needs, all standing at the door | rests on from then | doors |\n|---|---|---|---|---|"
    return "\n".join([head, *(row(need) for need in NEEDS.values())])


def row(need: Need) -> str:
    """One line of the table."""
    at_door = [f"author's {kind}" for kind in need.of_author]
    at_door += [f"reader's {kind}" for kind in need.of_reader]
    at_door += [f"{kind} of each" for kind in need.of_each]
    at_door += [f"its {other} opened, and held by its reader" for other in need.at_door]
    after = [f"author's {kind}" for kind in need.of_author] + [f"reader's {kind}" for kind in need.of_reader_after]
    after += [f"{kind} of each" for kind in need.of_each]
    besides = [f"all that its {other} rests on" for other in need.besides]
    doors = "morning" if need.doors == consent.MORNING_ONLY else "sitting, morning"
    lasts = "; ".join(after + besides) if need.lasting else "nothing: it has happened"
    return f"| {need.thing} | {need.open_to} | {'; '.join(at_door + besides)} | {lasts} | {doors} |"
