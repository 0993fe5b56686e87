"""Names as docs/consent.md says: a name that went on changing would tell that somebody who has left is still about."""

import re
from pathlib import Path

import pytest

from couples import visibility
from couples.actions import pairing, profile
from couples.models import Seat
from tests.support import make
from tests.support.couple_and_therapist import Looking

pytestmark = pytest.mark.django_db
ROOT = Path(__file__).resolve().parent.parent

# Where an account's own name may stand, and why. No other page reads it.
OWN_AND_PAIRING = {
    "couples/models/people.py": "where it is kept",
    "couples/accounts/adapter.py": "said when signing up",
    "couples/accounts/correcting.py": "said when signing up, with another address",
    "couples/forms/accounts.py": "the form of its owner",
    "couples/actions/profile.py": "changed by its owner",
    "couples/export/contents.py": "its owner's copy",
    "couples/views/glass.py": "what its owner may say to a therapist, in the form of their own admission",
    "couples/management/demo_people.py": "the demo people",
    "couples/management/demo_story.py": "the demo people",
    "couples/actions/pairing.py": "the names that both confirm",
    "couples/forms/pairing.py": "the names that both confirm",
    "couples/views/pairing.py": "the names that both confirm",
    "trustapp/settings.py": "a password that is like it is refused",
}


@pytest.fixture
def it(monkeypatch: pytest.MonkeyPatch) -> Looking:
    """Ada and Ben with a boundary of Ada's open between them, and Dr. Faye, whom both let in."""
    it = Looking(monkeypatch)
    it.let_in()
    it.open_boundary(it.ada, "I need quiet.")
    return it


def rename(it: Looking) -> None:
    profile.present("Somebody else", by=it.ada, at=it.clock.tick())


def test_nothing_but_its_owners_pages_and_pairing_reads_what_an_account_is_called() -> None:
    files = [*(ROOT / "couples").rglob("*.py"), *(ROOT / "trustapp").rglob("*.py"), *(ROOT / "templates").rglob("*.*")]
    found = {
        path.relative_to(ROOT).as_posix()
        for path in files
        if "migrations" not in path.parts and "shown_name" in path.read_text(encoding="utf-8")
    }
    assert found == set(OWN_AND_PAIRING)


def test_no_query_is_ordered_by_what_somebody_is_called() -> None:
    named = r"order_by\([^)]*(shown_name|said_name|partner_name)"
    assert not [path for path in (ROOT / "couples").rglob("*.py") if re.search(named, path.read_text("utf-8"))]


def test_another_name_changes_no_page_but_ones_own(it: Looking) -> None:
    pages = [(it.ben, path) for path in ("/ours/", "/timeline/", "/pairing/", "/glass/", it.mirror)]
    pages += [(it.faye, path) for path in ("/room/", it.room)]
    it.get(it.faye, it.room)  # both are shown the day of looking
    before = [it.bytes_of(who, path) for who, path in pages]
    rename(it)
    assert [it.bytes_of(who, path) for who, path in pages] == before
    assert b"Somebody else" in it.bytes_of(it.ada, "/me/")


def test_each_calls_the_other_what_they_like_on_their_own_pages_alone(it: Looking) -> None:
    before = it.bytes_of(it.ada, "/ours/"), it.bytes_of(it.faye, it.room)
    assert it.post(it.ben, "/pairing/name/", name="My love").status_code == 302
    assert b"My love" in it.bytes_of(it.ben, "/ours/")
    assert b"My love" in it.bytes_of(it.ben, "/pairing/")
    assert (it.bytes_of(it.ada, "/ours/"), it.bytes_of(it.faye, it.room)) == before
    assert b"My love" not in it.bytes_of(it.ben, it.mirror), "the mirror is what the therapist reads"


def test_a_name_that_says_nothing_is_refused_kindly_and_changes_nothing(it: Looking) -> None:
    for name in ("", "you", "​"):
        page = it.post(it.ben, "/pairing/name/", name=name)
        assert page.status_code == 200
        assert b"name" in page.content
    seat = visibility.seat_of(it.ben)
    assert seat is not None and seat.partner_name == "Ada"


def test_a_therapist_reads_the_name_said_with_the_admission_until_another_is_said(it: Looking) -> None:
    rename(it)
    assert b"Ada" in it.bytes_of(it.faye, it.room)
    admit = f"/glass/{it.card.pk}/admit/"
    prefix = f"c{it.card.pk.hex[:8]}"
    sent = {f"{prefix}-classes": ["everyday"], f"{prefix}-ends": "usual", f"{prefix}-called": "Addie"}
    assert it.post(it.ada, admit, **sent).status_code == 302
    page = it.bytes_of(it.faye, it.room)
    assert b"Addie" in page and b"Ada" not in page
    assert b"Addie" in it.main_of(it.ben, it.mirror)
    assert b"Addie" not in it.bytes_of(it.ben, "/ours/")


def test_whoever_says_no_name_is_called_what_they_said_before(it: Looking) -> None:
    prefix = f"c{it.card.pk.hex[:8]}"
    it.post(it.ada, f"/glass/{it.card.pk}/admit/", **{f"{prefix}-classes": ["everyday"], f"{prefix}-called": "Addie"})
    rename(it)
    it.post(it.ada, f"/glass/{it.card.pk}/admit/", **{f"{prefix}-classes": ["everyday"], f"{prefix}-called": ""})
    assert Seat.objects.get(person=it.ada).said_name == "Addie"


def test_somebody_who_left_and_changes_their_name_is_not_heard_of(it: Looking) -> None:
    pairing.end_pairing(pairing.FADE, by=it.ada, at=it.clock.tick())
    pages = [(it.ben, path) for path in ("/ours/", "/timeline/", it.mirror)] + [(it.faye, it.room)]
    before = [it.bytes_of(who, path) for who, path in pages]
    rename(it)
    make.pair(it.ada, it.eve, it.clock)
    assert [it.bytes_of(who, path) for who, path in pages] == before
