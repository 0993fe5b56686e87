"""`manage.py verify` names what is not as it was written; `manage.py rotate_keys` wraps every key anew."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction

from couples.actions import records
from couples.models import Erasure, OwnWords, Record, Revision, User, WrappedKey, Yes, keys
from couples.rule import consent
from tests.support import make
from tests.support.everybody import Everybody
from tests.support.make import Clock

OLD, NEW = b"only for tests, known to anybody", bytes(range(1, 33))


@pytest.fixture
def hers(ada: User, story: Clock) -> Record:
    return make.boundary(ada, story)


def run(command: str, *options: str) -> str:
    out = StringIO()
    call_command(command, *options, stdout=out, stderr=out)
    return out.getvalue()


def test_everything_the_product_writes_is_verified(db: None) -> None:
    Everybody()
    assert "Everything is as it was written here." in run("verify")


def test_the_first_broken_row_is_named_and_nothing_of_what_it_says(hers: Record) -> None:
    other = make.boundary(hers.author, Clock(), "canary")
    OwnWords.objects.filter(pk=other.pk).update(words=OwnWords.objects.filter(pk=hers.pk).values("words"))
    with pytest.raises(CommandError) as problem:
        run("verify")
    assert f"couples_ownwords {other.pk}" in str(problem.value)
    assert "canary" not in str(problem.value) and "Only I know" not in str(problem.value)
    with pytest.raises(CommandError, match="1 rows"):
        run("verify", "--all")


def test_a_row_with_two_faults_is_named_once(ada: User, ben: User, story: Clock) -> None:
    make.pair(ada, ben, story)
    make.offer(make.boundary(ada, story), ada, story)
    offer = Yes.objects.get(kind=consent.OFFER)
    Yes.objects.filter(pk=offer.pk).update(words=Revision.objects.values("words")[:1], digest=b"x" * 32)
    out = StringIO()
    with pytest.raises(CommandError):
        call_command("verify", "--all", stdout=out, stderr=out)
    assert out.getvalue().count(f"couples_yes {offer.pk}") == 1
    assert sum(line.startswith("yes: ") for line in out.getvalue().splitlines()) == 1


def test_words_whose_key_is_gone_are_named(hers: Record) -> None:
    WrappedKey.objects.all().delete()
    with pytest.raises(CommandError, match="there is no key"):
        run("verify")


@pytest.mark.parametrize(
    "statement", ["UPDATE couples_revision SET number = 2", "DELETE FROM couples_revision", "orm update", "orm delete"]
)
def test_the_database_refuses_to_change_or_delete_a_revision(hers: Record, statement: str) -> None:
    with pytest.raises(DatabaseError), transaction.atomic():
        if statement == "orm update":
            Revision.objects.update(number=2)
        elif statement == "orm delete":
            hers.delete()
        else:
            with connection.cursor() as cursor:
                cursor.execute(statement)
    assert records.newest_of(hers).number == 1


@pytest.mark.parametrize("what", ["record", "author", "another"])
def test_only_an_erasure_that_names_it_lets_a_revision_go(hers: Record, what: str) -> None:
    named = {"record": hers.pk, "author": hers.author_id, "another": make.boundary(make.person("Eve"), Clock()).pk}
    Erasure.objects.create(what=named[what])
    if what == "another":
        with pytest.raises(DatabaseError), transaction.atomic():
            hers.delete()
        return
    hers.delete()
    assert not Revision.objects.filter(author=hers.author_id).exists()


def test_rotation_wraps_every_key_anew_and_words_stay(hers: Record, ben: User, settings) -> None:
    make.boundary(ben, Clock())
    settings.VAULT_KEYS = [NEW, OLD]
    assert records.newest_of(hers).words  # both keys work before, during and after
    told = run("rotate_keys")
    assert "Wrapped anew: 2. Already under it: 0." in told
    assert "Wrapped anew: 0. Already under it: 2." in run("rotate_keys")
    settings.VAULT_KEYS = [NEW]
    assert records.newest_of(hers).words == {"limit": "I need to know before plans change."}
    assert "as it was written" in run("verify")


def test_rotation_goes_on_where_it_was_interrupted(hers: Record, settings, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("Cleo", "Dan", "Eve"):
        make.boundary(make.person(name), Clock())
    settings.VAULT_KEYS = [NEW, OLD]
    plain, done = keys._rewrap, []

    def stop_after_two(*args) -> None:
        if len(done) == 2:
            raise KeyboardInterrupt
        done.append(plain(*args))

    monkeypatch.setattr(keys, "_rewrap", stop_after_two)
    with pytest.raises(KeyboardInterrupt):
        keys.rewrap(at_a_time=1)
    monkeypatch.setattr(keys, "_rewrap", plain)
    assert "Wrapped anew: 2. Already under it: 2." in run("rotate_keys")


def test_a_key_erased_meanwhile_does_not_come_back(hers: Record, settings) -> None:
    settings.VAULT_KEYS = [NEW, OLD]
    row = WrappedKey.objects.get(owner=hers.author_id)
    row.delete()
    done = keys.Rewrapped()
    keys._rewrap(hers.author_id, bytes(row.wrapped), done)
    assert (done.gone, WrappedKey.objects.count()) == (1, 0)


def test_a_key_that_cannot_be_opened_stays_and_is_told(hers: Record, settings) -> None:
    before = bytes(WrappedKey.objects.get(owner=hers.author_id).wrapped)
    settings.VAULT_KEYS = [NEW]
    with pytest.raises(CommandError, match="VAULT_KEYS lacks the master key"):
        run("rotate_keys")
    assert bytes(WrappedKey.objects.get(owner=hers.author_id).wrapped) == before
