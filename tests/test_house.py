"""The rooms of the house: a room imports only from rooms below it (docs/architecture.md)."""

import ast
import re
import tomllib
from dataclasses import fields
from pathlib import Path

import pytest
from django.urls import get_resolver

from couples.accounts import allauth_pages
from couples.content.kind_types import Kind
from couples.content.kinds import KINDS
from couples.models import Opening, Yes
from couples.models.yeses import BESIDE_THE_ROW
from couples.presenters.own_yeses import TELLERS
from couples.rule import consent
from couples.rule.consent import NEEDS, ON_TERMS, OpeningKind, YesKind
from couples.views import _drafts
from trustapp.full_disk import ONLY_CLOSES

APP = Path(__file__).resolve().parent.parent / "couples"
ROOMS = [  # from the ground up; `docs/architecture.md` draws them
    "lib",
    "content",
    "rule",
    "row_security",
    "models",
    "visibility",
    "actions",
    "accounts",
    "presenters",
    "export",
    "forms",
    "views",
]
FRONT_DOOR = {"urls", "admin", "apps", "middleware", "context_processors", "management", "templatetags", "migrations"}
FRONT_DOOR |= {"vault"}  # `python -m couples.vault`
FLOOR = {room: floor for floor, room in enumerate(ROOMS)} | dict.fromkeys(FRONT_DOOR, len(ROOMS))
FILES = sorted(path for path in APP.rglob("*.py") if path.relative_to(APP).as_posix() != "__init__.py")


def room_of(path: Path) -> str:
    return path.relative_to(APP).parts[0].removesuffix(".py")


def imported_rooms(path: Path) -> set[str]:
    """The rooms of the app that a file imports from."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module == "couples":
            found |= {name.name for name in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("couples."):
            found.add(node.module.split(".")[1])
        elif isinstance(node, ast.Import):
            found |= {name.name.split(".")[1] for name in node.names if name.name.startswith("couples.")}
    return found


def test_every_file_has_a_room() -> None:
    assert {room_of(path) for path in FILES} <= set(FLOOR)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(APP).as_posix())
def test_a_room_imports_only_from_its_own_floor_and_below(path: Path) -> None:
    above = {name for name in imported_rooms(path) if FLOOR[name] > FLOOR[room_of(path)]}
    assert not above, f"{path.name} reaches up to {', '.join(sorted(above))}"


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(APP).as_posix())
def test_a_file_can_be_read_in_one_sitting(path: Path) -> None:
    if "migrations" not in path.parts:
        assert len(path.read_text(encoding="utf-8").splitlines()) <= 360


@pytest.mark.parametrize("path", sorted((APP / "views").glob("*.py")), ids=lambda path: path.name)
def test_a_view_imports_no_view(path: Path) -> None:
    """What two addresses share lives in a part that has none, whose name begins with a low line."""
    imported = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module == "couples.views":
            imported |= {name.name for name in node.names}
        elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith("couples.views."):
            imported.add((node.module or "").split(".")[2])
    assert not {name for name in imported if not name.startswith("_")}


def test_a_part_of_views_has_no_address() -> None:
    for path in (APP / "views").glob("_*.py"):
        assert "urlpatterns" not in path.read_text(encoding="utf-8"), path.name


@pytest.mark.parametrize("path", sorted((APP / "rule").glob("*.py")), ids=lambda path: path.name)
def test_the_rule_is_pure(path: Path) -> None:
    assert "django" not in path.read_text(encoding="utf-8")


def test_private_tables_have_no_way_back() -> None:
    """A template cannot walk from a person to their words: no reverse accessor leads out of a private table."""
    from django.apps import apps

    for model in apps.get_app_config("couples").get_models():
        for field in model._meta.get_fields(include_hidden=True):
            if getattr(field, "remote_field", None) is not None and field.concrete and field.many_to_one:
                assert field.remote_field.hidden, f"{model.__name__}.{field.name} has a reverse accessor"


def test_actions_never_ask_visibility() -> None:
    for path in (APP / "actions").glob("*.py"):
        assert "visibility" not in imported_rooms(path)


def test_what_mypy_is_told_about_is_there() -> None:
    """Nothing else would notice when a module moves away from under a stricter rule."""
    with (APP.parent / "pyproject.toml").open("rb") as file:
        overrides = tomllib.load(file)["tool"]["mypy"]["overrides"]
    for override in overrides:
        folder, _, rest = override["module"].partition(".*")
        place = APP.parent / folder.replace(".", "/")
        assert not rest and (place.is_dir() or place.with_suffix(".py").is_file()), override["module"]


# --- One fact, one name ---

KINDS_OF_OPENING = {kind.value for kind in OpeningKind}
SAID_BY_KIND = ("kind", "scope", "kind__in", "scope__in")


def raw_kinds(path: Path) -> list[str]:
    """Where a kind of yes, opening or record is compared with, or asked for by, a word instead of its name."""
    found = []
    known = {*KINDS_OF_OPENING, *(kind.value for kind in YesKind), *KINDS}
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.keyword) and node.arg in SAID_BY_KIND:
            said = list(ast.walk(node.value))
        elif isinstance(node, ast.Compare) and ast.unparse(node.left).split(".")[-1] in ("kind", "scope"):
            said = [part for right in node.comparators for part in ast.walk(right)]
        else:
            continue
        found += [
            f"{path.name}:{part.lineno} {part.value}"
            for part in said
            if isinstance(part, ast.Constant) and part.value in known
        ]
    return found


RULED = [path for path in FILES if room_of(path) not in ("management", "migrations", "content")]


@pytest.mark.parametrize("path", RULED, ids=lambda path: path.relative_to(APP).as_posix())
def test_a_kind_is_said_by_its_name(path: Path) -> None:
    if path.relative_to(APP).as_posix() != "models/records.py":  # its constraint says it as its migration does
        assert not raw_kinds(path)


def test_every_kind_of_yes_is_needed_by_something_and_told_on_the_page_of_ones_own_yeses() -> None:
    """Sitting down is the one that covers no words: it is the door itself, and listed nowhere."""
    needed = {
        kind
        for need in NEEDS.values()
        for kind in (*need.of_author, *need.of_reader, *need.of_reader_after, *need.of_each)
    }
    assert needed == TELLERS.keys() == set(YesKind) - {YesKind.SITTING}


def test_every_kind_of_opening_needs_some_yes() -> None:
    assert NEEDS.keys() - {ON_TERMS} == set(OpeningKind)


def test_the_facts_of_the_rule_have_the_names_of_their_rows() -> None:
    for fact, row, beside in ((consent.Yes, Yes, set()), (consent.Opening, Opening, BESIDE_THE_ROW)):
        columns = {field.attname for field in row._meta.concrete_fields}
        assert {field.name for field in fields(fact)} - columns == beside


# --- Addresses ---

NAMED_APART = {  # where something is done at some addresses and not at others
    "what only closes": ONLY_CLOSES.keys(),
    "what shows unfinished writing again": _drafts.PUT_BACK,
    "what has a page of ours": allauth_pages.ACCOUNT_PAGES | allauth_pages.MFA_PAGES,
    "what takes the same time for everybody": allauth_pages.PACED,
    "what opens to somebody who was away": allauth_pages.WHILE_AWAY,
    "ways in": allauth_pages.WAYS_IN,
}


@pytest.mark.parametrize("table", NAMED_APART)
def test_an_address_that_is_named_apart_leads_somewhere(table: str) -> None:
    """Nothing else would notice when an address, ours or allauth's, is called something else."""
    assert NAMED_APART[table] <= {name for name in get_resolver().reverse_dict if isinstance(name, str)}


# --- Pages ---

TEMPLATES = APP.parent / "templates"
PAGES_OF_MANY_KINDS = ("ours/sheet.html", "mine/write.html", "mine/record.html", "room/main.html")
MOST_IFS = 8


@pytest.mark.parametrize("name", PAGES_OF_MANY_KINDS)
def test_a_page_of_many_kinds_asks_little_and_no_kind_by_name(name: str) -> None:
    """What one kind alone has on a page is a part of its own (`kind_types.Parts`)."""
    page = (TEMPLATES / name).read_text(encoding="utf-8")
    assert len(re.findall(r"{% (?:el)?if ", page)) <= MOST_IFS


def test_no_template_asks_for_a_kind_of_record_by_name() -> None:
    by_name = re.compile(rf"""kind [!=]= ["'](?:{"|".join(KINDS)})["']""")
    for path in TEMPLATES.rglob("*.html"):
        assert not by_name.search(path.read_text(encoding="utf-8")), path.name


@pytest.mark.parametrize("kind", KINDS.values(), ids=lambda kind: kind.name)
def test_the_parts_of_a_kind_are_there(kind: Kind) -> None:
    for name in (getattr(kind.parts, field.name) for field in fields(kind.parts)):
        assert not name or (TEMPLATES / name).is_file()


# --- One way ---

ONE_WAY = {
    "a day is said in words by lib/days alone": (r"%[AB]\b|%B ", "lib/days.py"),
    "an address is made by its name": (
        r"[\"']/(?:ours|mine|steps|today|glass|room|timeline|yes|agenda|sitting|learn|safety|pairing|me|export|leave|notes|"
        r"stop|talk|accounts)/",
        "",
    ),
    "the methods of a view are said by a decorator with a name": (r"require_http_methods\(", "views/_buttons.py"),
    "a token of a page is made by lib/keyset alone": (r"sign_object|unsign_object", "lib/keyset.py"),
}


@pytest.mark.parametrize("way", ONE_WAY)
def test_there_is_one_way(way: str) -> None:
    pattern, where = ONE_WAY[way]
    for path in FILES:
        name = path.relative_to(APP).as_posix()
        if name not in where.split("|") and "migrations" not in path.parts:
            found = re.search(pattern, path.read_text(encoding="utf-8"))
            assert not found, f"{name}: {found and found.group()}"
