"""kill -9 of processes that write to the database themselves: `kill_writers.py ROUNDS [sqlite|postgresql]`.

What a writer has said is committed. Two write at once, each act a record with an offer; both are killed in the middle.
"""

import os
import random
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

WRITER = "writer"


def write(name: str, seed: str) -> None:
    """Write and offer without pause, and say each time what is committed."""
    from uuid import uuid4

    import django

    django.setup()
    from django.db import OperationalError

    from couples.actions import writing
    from couples.models import User

    who, n = User.objects.get(shown_name=name), 0
    while True:
        words = f"{seed} {n}"
        sent = {"words": {"limit": words}, "own_words": {"protects": words}, "once": uuid4(), "offers": True}
        n += 1
        try:
            writing.write("boundary", by=who, at=datetime.now(UTC), **sent)
        except OperationalError:  # SQLite gives its lock to whoever asks first: beside one without pause, not to us
            continue
        print(words, flush=True)


def main() -> None:
    """Kill them after a moment, and hold what is there against what they said."""
    from tests.faults.place import FOLDER, ROOT, ROUNDS, SURROUNDINGS, Now, look_afresh, manage

    # isort: split
    from couples.models import OwnWords, Pair, Record, Revision, Yes
    from couples.rule import consent
    from tests.support import crowds, make

    clock, chance, said = Now(), random.Random(5), 0
    ada, ben = make.person("Ada"), make.person("Ben")
    for n in range(ROUNDS):
        pair = crowds.pair_anew(ada, ben, clock)  # type: ignore[arg-type]
        make.welcome_all(ada, ben, clock=clock)  # type: ignore[arg-type]
        begun = clock.at
        look_afresh()
        outs = [(FOLDER / f"said-{n}-{name}").open("w+") for name in ("Ada", "Ben")]
        writers = [
            subprocess.Popen(
                [sys.executable, __file__, WRITER, name, f"{name} {n}"], cwd=ROOT, env=SURROUNDINGS, stdout=out
            )
            for name, out in zip(("Ada", "Ben"), outs, strict=True)
        ]
        until = time.monotonic() + 120
        while any(not os.fstat(out.fileno()).st_size for out in outs):
            assert all(writer.poll() is None for writer in writers) and time.monotonic() < until
            time.sleep(0.01)
        time.sleep(chance.uniform(0.0, 0.3))
        for writer in writers:
            os.kill(writer.pid, signal.SIGKILL)
        for writer in writers:
            writer.wait()
        committed = [line for out in outs for line in Path(out.name).read_text().splitlines(keepends=True)]
        committed = [line.rstrip("\n") for line in committed if line.endswith("\n")]
        words = {row.words["limit"]: row.record_id for row in Revision.objects.filter(made_at__gte=begun)}
        assert not set(committed) - set(words), "a committed word is not there"
        for text, record in words.items():
            assert OwnWords.objects.get(record=record).words["protects"] == text, "a record by half"
            assert Yes.objects.filter(kind=consent.OFFER, under=record).count() == 1, "written, and not offered"
        assert Record.objects.filter(made_at__gte=begun).count() == len(words), "a record without words"
        crowds.agree(Pair.objects.get(pk=pair.pk), clock)  # type: ignore[arg-type]
        said += len(committed)
        if n % 10 == 9 or n == ROUNDS - 1:
            manage("verify")
    print(f"{ROUNDS} rounds, {2 * ROUNDS} writers killed, {said} acts committed.")


if __name__ == "__main__":
    if sys.argv[1:2] == [WRITER]:
        write(*sys.argv[2:])
    else:
        main()
