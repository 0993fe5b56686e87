"""A kind is one entry in `content/kinds_*.py`: one that nothing else has heard of is walked through every page."""

from uuid import uuid4

import pytest
from django.conf import settings
from django.db import connection

from couples import visibility
from couples.actions import sharing, sitting
from couples.content import codes, kinds
from couples.content.kind_types import Field, Kind, Section
from couples.content.kind_words import lowered
from couples.export import contents
from couples.models import Opening, Record
from couples.presenters import own_yeses, timeline
from couples.presenters.therapist import codes_of_parts
from couples.row_security import policies
from couples.rule import consent
from tests.support import make
from tests.support.addresses import part, show, writing
from tests.support.couple_and_therapist import Looking
from tests.support.page_reader import Reading

pytestmark = pytest.mark.django_db

LINE, ALONE = "A line that opens.", "A line for me alone."


def a_kind(*, heavy: bool) -> Kind:
    return Kind(
        "quiet_wish",
        "quiet wish",
        "Write a quiet wish",
        "Something small.",
        (Field("line", "The wish"), Field("alone", "Behind it", own=True)),
        plural="Quiet wishes",
        code="w2q",
        section=Section("wishes", "Open quiet wishes", "w3q"),
        heavy=heavy,
    )


@pytest.fixture(params=[False, True], ids=["everyday", "heavy"])
def kind(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, db: None) -> Kind:
    """A kind that is one entry. On PostgreSQL `migrate` tells the wall of it, as at every release."""
    new = a_kind(heavy=request.param)
    monkeypatch.setitem(kinds.KINDS, new.name, new)
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # what waits to be checked keeps tables as they are
        policies.put_up(settings.SERVING_ROLE)  # taken back with all else of this test
    return new


def wrote(it: Looking, kind: Kind, line: str = LINE) -> Record:
    """Ada writes one on its page and keeps it for herself."""
    page = it.get(it.ada, writing(kind.name)).content.decode()
    assert kind.a_word in page and all(field.label in page for field in kind.written_fields)
    assert it.post(it.ada, writing(kind.name), once=uuid4(), line=line, alone=ALONE, act="keep").status_code == 302
    return visibility.mine(it.ada).filter(kind=kind.name).latest("made_at")


def offered(it: Looking, record: Record) -> None:
    assert it.post(it.ada, f"/mine/{record.pk}/offer/", seen="1").status_code == 302


def opened(it: Looking, kind: Kind) -> tuple[Record, Opening]:
    record = wrote(it, kind)
    offered(it, record)
    it.clock.next_morning(it.pair)
    return record, make.open_revision(record, it.ben, it.clock)


def main(it: Looking, who: object, path: str) -> str:
    answer = it.get(who, path)  # type: ignore[arg-type]
    assert answer.status_code == 200, path
    return Reading(answer.content.decode()).main


def test_the_code_of_this_test_is_a_code_and_no_other_has_it(kind: Kind) -> None:
    assert len({*codes_of_parts().values(), *timeline.OWN_CODES.values()} & {kind.code}) == 0
    assert codes.by_code((name, each.code) for name, each in kinds.KINDS.items())


def test_it_is_begun_written_listed_found_and_revised(it: Looking, kind: Kind) -> None:
    assert writing(kind.name) in Reading(it.get(it.ada, "/mine/write/").content.decode()).links
    record = wrote(it, kind)
    for path in ("/mine/", f"/mine/?kind={kind.code}"):
        assert LINE in main(it, it.ada, path) and kind.many in main(it, it.ada, path)
    assert ALONE in main(it, it.ada, f"/mine/{record.pk}/")
    found = Reading(it.post(it.ada, "/mine/find/", words="line that opens").content.decode()).main
    assert kind.a_word in found
    assert it.post(it.ada, f"/mine/{record.pk}/revise/", seen="1", line="Other words.").status_code == 302
    assert "Other words." in main(it, it.ada, f"/mine/{record.pk}/")
    assert it.get(it.ada, f"/mine/{record.pk}/history/").status_code == 200


def test_it_opens_at_a_morning_to_who_welcomes_its_class(it: Looking, kind: Kind) -> None:
    sharing.welcome(consent.scope_of(kind.name), sharing.NOT_NOW, by=it.ben, at=it.clock.tick())
    record = wrote(it, kind)
    offered(it, record)
    it.clock.next_morning(it.pair)
    assert kind.a_word not in main(it, it.ben, "/ours/")
    sharing.welcome(consent.scope_of(kind.name), consent.MORNINGS, by=it.ben, at=it.clock.tick())
    it.clock.next_morning(it.pair)
    assert kind.a_word in main(it, it.ben, "/ours/")
    page = it.get(it.ben, f"/ours/{make.open_revision(record, it.ben, it.clock).pk}/").content.decode()
    assert LINE in page and ALONE not in page


def test_it_opens_in_an_hour_together_unless_it_is_heavy(it: Looking, kind: Kind) -> None:
    record = wrote(it, kind)
    offered(it, record)
    for who in (it.ada, it.ben):
        sitting.sit_down(by=who, at=it.clock.tick())
    it.clock.tick()
    is_open = visibility.open_to(it.ben, it.clock.at).filter(under=record.pk).exists()
    assert is_open is not kind.heavy


def test_it_stands_on_the_timeline_and_under_its_filter(it: Looking, kind: Kind) -> None:
    opened(it, kind)
    assert kind.many in main(it, it.ben, "/timeline/")
    told = "Something your partner wrote opened." if kind.heavy else f"{kind.a_word} from your partner opened."
    assert told in main(it, it.ben, "/timeline/")
    assert (told in main(it, it.ben, f"/timeline/{show(kind.name)}")) is not kind.heavy
    for path in ("/timeline/", f"/timeline/{show(kind.name)}"):
        assert f"Your {kind.word} opened." in main(it, it.ada, path)
    assert kind.begin in main(it, it.eve, f"/timeline/{show(kind.name)}")
    assert kind.word not in main(it, it.ben, f"/timeline/{show('boundary')}")


def test_a_therapist_reads_it_in_its_part_and_on_the_sheet_while_both_admit_it(it: Looking, kind: Kind) -> None:
    opened(it, kind)
    it.let_in("boundary")
    assert kind.section.title not in main(it, it.faye, it.room)
    it.let_in()
    for path in (it.room, f"{it.room}{part(kind.section.name)}", f"{it.room}session/", f"{it.room}sheet/"):
        assert kind.section.title in main(it, it.faye, path), path
    assert it.main_of(it.faye, it.room) == it.main_of(it.ada, it.mirror)


def test_it_stands_in_the_export_of_both(it: Looking, kind: Kind) -> None:
    opened(it, kind)
    for who in (it.ada, it.ben):
        reader = contents.reader_of(who, it.clock.tick())
        told = [entry.title for section in contents.sections_of(reader) for entry in section.entries()]
        assert kind.a_word in told
    assert contents.written_by_kind(it.ada) == [f"1 {kind.word}"]


def test_it_stands_among_the_yeses_of_both(it: Looking, kind: Kind) -> None:
    opened(it, kind)
    it.let_in()
    for who, said in ((it.ada, f"Offer to share: {kind.a_word}"), (it.ben, lowered(kind.a_word))):
        seat = visibility.seat_of(who)
        rows = own_yeses.listed(who, it.clock.tick(), seat)
        lines = [line.to for line in own_yeses.lines_of(rows, who, seat, it.clock.at)]
        assert any(said in line for line in lines)
        assert any(line.startswith("Admit") and own_yeses.SCOPES[consent.scope_of(kind.name)] in line for line in lines)


def test_heavy_words_stand_on_no_print_of_a_page_of_many_and_everyday_words_do(it: Looking, kind: Kind) -> None:
    opened(it, kind)
    page = it.get(it.ben, "/ours/").content.decode()
    assert ('<details class="sheet folded printed">' in page) is not kind.heavy
