"""What sealing and signing cost."""

import time
from uuid import uuid4

from django.conf import settings
from django.test import override_settings

from couples.lib import vault
from couples.models import Opening, Revision, User, WrappedKey
from couples.models.keys import masters, open_keys, rewrap
from tests.benchmarks.judged import judge_ratio
from tests.benchmarks.timing import quickest


def sealing(user: User) -> None:
    """Reading sealed words, checking that openings are genuine, and wrapping every key anew."""
    rows = list(Revision.objects.filter(author=user)[:20])

    def read() -> None:
        with open_keys():
            for row in rows:
                row.__dict__.pop("_words_unsealed", None)
                assert row.words

    def load() -> None:
        assert list(Revision.objects.filter(author=user)[:20])

    openings = Opening.objects.filter(kind="revision")[:20]
    with open_keys():
        read_ratio = judge_ratio("reading 20 sealed fields", lambda: 1 + quickest(read) / quickest(load), 2.0)
        checked_ratio = judge_ratio(
            "checking 20 openings",
            lambda: quickest(lambda: list(openings.all().signed())) / quickest(lambda: list(openings.all())),
            8.0,
        )
    print(f"  20 rows and their sealed words cost {read_ratio} of the rows alone")
    print(f"  20 openings with their yeses checked cost {checked_ratio} of the openings alone")
    print(f"  ten times the keys wrapped anew cost, each, {judge_ratio('rotation', _rotation, 1.5)}")


def _rotation() -> float:
    """What a key costs among 5,000 that are wrapped anew, beside one among 500."""
    return _each_of(5_000) / _each_of(500)


def _each_of(count: int) -> float:
    owners = [uuid4() for _ in range(count)]
    WrappedKey.objects.bulk_create(WrappedKey(owner=o, wrapped=masters().wrap(vault.new_key(), o)) for o in owners)
    newer = [bytes(range(1, 33)), *settings.VAULT_KEYS]
    with override_settings(VAULT_KEYS=newer):
        begin = time.process_time()
        rewrap()
        took = time.process_time() - begin
    with override_settings(VAULT_KEYS=list(reversed(newer))):
        rewrap()
    WrappedKey.objects.filter(owner__in=owners).delete()
    return took / count
