"""Private words are sealed: what a thief of the database holds is nothing, and what was moved is not read.

Ada and Ben are a pair; what is told here is the same with the two swapped.
"""

import json
from io import StringIO
from uuid import UUID

import pytest
from django.core.exceptions import FieldError
from django.core.management import call_command
from django.core.serializers import serialize
from django.db import connection, transaction
from django.db.models import F
from hypothesis import given
from hypothesis import strategies as st

from couples import visibility
from couples.actions import records
from couples.lib import vault
from couples.models import Card, CheckIn, OwnWords, Record, Revision, Seat, User, WrappedKey, Yes
from couples.models.keys import key_of, masters, open_keys, seal_aside, unseal_aside
from couples.models.sealed import Sealed, SealedField
from tests.support import make
from tests.support.addresses import writing
from tests.support.make import Clock
from tests.support.visits import Visit

CANARY = "a-word-that-stands-nowhere-else"
TABLES = {Revision: "words", OwnWords: "words", CheckIn: "words", Seat: "partner_name"}


@pytest.fixture
def hers(ada: User, story: Clock) -> Record:
    return make.boundary(ada, story, CANARY)


def raw(model: type, pk: UUID) -> bytes:
    """The stored bytes of a row's sealed field."""
    return bytes(model.objects.values_list(TABLES[model], flat=True).get(pk=pk))


def store(model: type, pk: UUID, sealed: bytes) -> None:
    """Write bytes past the product, past the field and past the database's refusals, as a thief would."""
    table, key = model._meta.db_table, model._meta.pk.column
    with connection.cursor() as cursor:
        if model is Revision:
            _let_revisions_be_changed(cursor)
        cursor.execute(
            f"UPDATE {table} SET {TABLES[model]} = %s WHERE {key} = %s",
            [sealed, pk.hex if connection.vendor == "sqlite" else pk],
        )


def _let_revisions_be_changed(cursor) -> None:
    if connection.vendor == "sqlite":
        cursor.execute("DROP TRIGGER IF EXISTS a_revision_is_not_changed")
    else:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE couples_revision DISABLE TRIGGER a_revision_stays_as_it_is")


# --- What is stored ---


def test_words_are_bytes_that_say_nothing(hers: Record) -> None:
    newest = records.newest_of(hers)
    assert newest.words == {"limit": CANARY}
    assert CANARY.encode() not in raw(Revision, newest.pk)
    assert b"Only I know" not in raw(OwnWords, hers.pk)


def test_every_private_field_is_sealed() -> None:
    """A new field of words that is not sealed fails here: it is sealed, or it says below why it holds no words."""
    from django.apps import apps
    from django.db import models

    no_words = {
        "User": {"password", "email", "shown_name", "time_zone"},  # the account: docs/threat-model.md says so
        "Pair": {"time_zone"},
        "Seat": {"said_name"},  # to a therapist, as readable as the shown name: decision 21
        "Invitation": {"digest"},
        "Farewell": {"digest"},
        "Reminder": {"days"},  # digits of weekdays
        "TherapistCode": {"digest"},
        "Card": set(Card.SAID),  # what a therapist shows to every couple they work with
        "SessionSeries": {"zone"},  # by whose clocks its hours are
        "Proposal": {"what", "key"},  # which step of the ladder, or which page: no words of anybody's
        "Record": {"kind"},
        "HeldText": {"path"},
        "OwnLine": {"kind", "scope", "tie"},
        "Yes": {"kind", "scope", "choice", "tie", "digest"},
        "Opening": {"kind", "scope", "door", "tie", "digest"},
        "WrappedKey": {"wrapped"},
        "Tally": {"key", "value"},  # a keyed digest, and how often something was tried
    }
    texts = (models.CharField, models.TextField, models.JSONField, models.BinaryField)
    for model in apps.get_app_config("couples").get_models():
        plain = {
            field.name
            for field in model._meta.concrete_fields
            if isinstance(field, texts) and not isinstance(field, SealedField)
        }
        assert plain == no_words.get(model.__name__, set()), model.__name__


@given(st.text(max_size=600))
def test_any_text_comes_back_as_it_was(text: str) -> None:
    key = vault.new_key()
    assert key.unseal(key.seal(text.encode("utf-8", "surrogatepass"), ["here"]), ["here"]) == text.encode(
        "utf-8", "surrogatepass"
    )


@pytest.mark.parametrize(("one", "other"), [(0, 252), (1, 200), (253, 508)])
def test_the_size_tells_no_more_than_steps_of_256_bytes(one: int, other: int) -> None:
    key = vault.new_key()
    assert len(key.seal(b"x" * one, ["here"])) == len(key.seal(b"x" * other, ["here"]))


def test_the_same_words_never_look_the_same(ada: User, story: Clock) -> None:
    one, other = (records.newest_of(make.boundary(ada, story, CANARY)) for _ in range(2))
    assert raw(Revision, one.pk) != raw(Revision, other.pk)


def test_words_are_unsealed_only_when_they_are_read(hers: Record, monkeypatch: pytest.MonkeyPatch) -> None:
    read = []
    monkeypatch.setattr(vault.Key, "unseal", lambda *args: read.append(1))
    list(Revision.objects.all())
    list(visibility.mine(hers.author))
    assert not read


# --- What is refused ---


def test_words_moved_to_another_row_are_not_read(ada: User, story: Clock, hers: Record) -> None:
    other = records.newest_of(make.boundary(ada, story, "Something else."))
    store(Revision, other.pk, raw(Revision, records.newest_of(hers).pk))
    with pytest.raises(vault.NotGenuine):
        _ = Revision.objects.get(pk=other.pk).words


def test_words_moved_to_another_author_are_not_read(ada: User, ben: User, story: Clock, hers: Record) -> None:
    his = records.newest_of(make.boundary(ben, story))
    store(Revision, his.pk, raw(Revision, records.newest_of(hers).pk))
    with pytest.raises(vault.NotGenuine):
        _ = Revision.objects.get(pk=his.pk).words


def test_words_moved_to_another_revision_are_not_read(ada: User, story: Clock, hers: Record) -> None:
    first = records.newest_of(hers)
    second = records.revise(hers, {"limit": "Softer."}, by=ada, at=story.tick(), seen=1)
    store(Revision, second.pk, raw(Revision, first.pk))
    with pytest.raises(vault.NotGenuine):
        _ = Revision.objects.get(pk=second.pk).words


def test_words_moved_to_another_field_are_not_read(hers: Record) -> None:
    store(OwnWords, hers.pk, raw(Revision, records.newest_of(hers).pk))
    with pytest.raises(vault.NotGenuine):
        _ = OwnWords.objects.get(pk=hers.pk).words


@pytest.mark.parametrize("change", ["author", "number"])
def test_a_row_given_to_another_author_or_number_is_not_read(ben: User, hers: Record, change: str) -> None:
    newest = records.newest_of(hers)
    key_of(newest.author_id)
    make.boundary(ben, Clock())  # he has a key
    if change == "author":
        newest.author_id = ben.pk
    else:
        newest.number = 2
    newest.__dict__["words"] = Sealed(raw(Revision, newest.pk))
    with pytest.raises(vault.NotGenuine):
        _ = newest.words


@pytest.mark.parametrize("cut", [0, 1, 13, 40, -1])
def test_words_cut_or_changed_are_not_read(hers: Record, cut: int) -> None:
    newest = records.newest_of(hers)
    stored = raw(Revision, newest.pk)
    for damaged in (stored[:cut], stored[:-1] + bytes([stored[-1] ^ 1]), b"\x07" + stored[1:]):
        store(Revision, newest.pk, damaged)
        with pytest.raises(vault.NotGenuine):
            _ = Revision.objects.get(pk=newest.pk).words


def test_wrapped_keys_that_were_swapped_are_not_opened(ada: User, ben: User, story: Clock, hers: Record) -> None:
    make.boundary(ben, story)
    his = WrappedKey.objects.get(owner=ben.pk).wrapped
    WrappedKey.objects.filter(owner=ada.pk).update(wrapped=his)
    with pytest.raises(vault.NotGenuine):
        _ = records.newest_of(hers).words


def test_no_query_looks_into_words(hers: Record) -> None:
    for lookup in ("words", "words__contains", "words__limit", "words__exact"):
        with pytest.raises(FieldError):
            Revision.objects.filter(**{lookup: CANARY}).exists()
    assert OwnWords.objects.filter(words__isnull=False).exists()


def test_no_query_writes_words(hers: Record) -> None:
    with pytest.raises(TypeError), transaction.atomic():
        OwnWords.objects.update(words={"protects": "Somebody else's."})
    own = OwnWords.objects.get(pk=hers.pk)
    own.words = {"protects": "Changed."}
    with pytest.raises(TypeError), transaction.atomic():
        OwnWords.objects.bulk_update([own], ["words"])
    assert OwnWords.objects.get(pk=hers.pk).words == {"protects": "Only I know this."}


def test_words_copied_by_a_query_are_not_read(ada: User, story: Clock, hers: Record) -> None:
    make.boundary(ada, story)
    check_in = records.check_in(by=ada, at=story.tick(), line="Quiet.")
    held = records.hold_text("/mine/", {"limit": ["Half."]}, by=ada, at=story.tick())
    held.path = "/elsewhere/"
    held.save(update_fields=["path"])
    with pytest.raises(vault.NotGenuine):
        _ = type(held).objects.get(pk=held.pk).fields
    other = records.check_in(by=ada, at=story.tick(), line="Loud.")
    CheckIn.objects.filter(pk=other.pk).update(words=CheckIn.objects.filter(pk=check_in.pk).values("words"))
    with pytest.raises(vault.NotGenuine):
        _ = CheckIn.objects.get(pk=other.pk).words
    CheckIn.objects.update(words=F("words"))  # copied onto itself it stays what it was
    assert CheckIn.objects.get(pk=check_in.pk).line == "Quiet."


def test_a_dump_holds_no_words(hers: Record, ada: User, story: Clock) -> None:
    records.check_in(by=ada, at=story.tick(), line=CANARY)
    out = StringIO()
    call_command("dumpdata", "couples", stdout=out)
    assert CANARY not in out.getvalue()
    assert CANARY not in serialize("json", Revision.objects.all())
    unsaved = Revision(record=hers, author=ada, number=2, words={"limit": CANARY})
    assert CANARY not in serialize("json", [unsaved])
    assert CANARY not in json.dumps([str(row) for row in Revision.objects.values_list("words", flat=True)])
    assert "sealed" in repr(Revision.objects.values_list("words", flat=True)[0])


def test_keys_are_never_shown(hers: Record) -> None:
    key = key_of(hers.author_id)
    assert repr(key) == str(key) == "<a key>"
    with pytest.raises(TypeError):
        json.loads(json.dumps(key))


def test_saving_a_row_does_not_seal_again_what_was_not_changed(hers: Record) -> None:
    before = raw(OwnWords, hers.pk)
    own = OwnWords.objects.get(pk=hers.pk)
    assert own.words
    own.save()
    assert raw(OwnWords, hers.pk) == before


# --- Keys ---


def test_everybody_has_a_key_of_their_own(ada: User, ben: User, story: Clock) -> None:
    make.boundary(ada, story)
    make.boundary(ben, story)
    assert WrappedKey.objects.count() == 2
    words = key_of(ada.pk).seal(b"hers", ["here"])
    with pytest.raises(vault.NotGenuine):
        key_of(ben.pk).unseal(words, ["here"])


def test_a_wrong_master_key_never_gives_garbage_nor_makes_a_new_key(
    hers: Record, ada: User, settings, story: Clock
) -> None:
    stored = bytes(WrappedKey.objects.get(owner=ada.pk).wrapped)
    settings.VAULT_KEYS = [bytes(range(32))]
    with pytest.raises(vault.MasterKeyMissing) as problem:
        _ = records.newest_of(hers).words
    assert stored[: vault.NAME_BYTES].hex() in str(problem.value)
    with pytest.raises(vault.MasterKeyMissing):
        make.boundary(ada, story)
    assert bytes(WrappedKey.objects.get(owner=ada.pk).wrapped) == stored


def test_a_missing_key_gives_a_calm_page_and_tells_the_operator(
    hers: Record, ada: User, settings, story: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    visit = Visit(ada, story)
    settings.VAULT_KEYS = [bytes(range(32))]
    for answer in (
        visit.get(f"/mine/{hers.pk}/"),
        visit.post(writing("boundary"), limit="Written while it was locked.", act="keep"),
    ):
        assert answer.status_code == 503
        assert b"Nothing is lost" in answer.content
        assert CANARY.encode() not in answer.content
    assert "VAULT_KEYS lacks the master key" in caplog.text
    assert "Written while" not in caplog.text
    assert Record.objects.count() == 1


def test_a_ring_lasts_for_one_request_only(hers: Record, ada: User) -> None:
    with open_keys():
        key_of(ada.pk)
        WrappedKey.objects.filter(owner=ada.pk).delete()
        assert key_of(ada.pk)
    with pytest.raises(vault.KeyGone), open_keys():
        key_of(ada.pk)


def test_what_lies_in_a_session_is_sealed_for_its_owner(ada: User, ben: User, story: Clock) -> None:
    sealed = seal_aside(ada.pk, "code", CANARY)
    assert CANARY not in sealed
    assert unseal_aside(ada.pk, "code", sealed) == CANARY
    assert unseal_aside(ada.pk, "another purpose", sealed) == ""
    make.boundary(ben, story)
    assert unseal_aside(ben.pk, "code", sealed) == ""
    assert unseal_aside(ada.pk, "code", "not even sealed") == ""


def test_a_name_kept_by_a_seat_is_sealed_for_its_holder(ada: User, ben: User, story: Clock) -> None:
    make.pair(ada, ben, story)
    seat = Seat.objects.get(person=ada)
    assert seat.partner_name == "Ben"
    store(Seat, seat.pk, raw(Seat, Seat.objects.get(person=ben).pk))
    with pytest.raises(vault.NotGenuine):
        _ = Seat.objects.get(pk=seat.pk).partner_name


def test_conditions_are_sealed_for_the_one_who_set_them(ada: User, ben: User, story: Clock) -> None:
    assert Yes._meta.get_field("words").author == "seat.person_id"
    assert masters().is_newest(masters().wrap(vault.new_key(), ada.pk))
