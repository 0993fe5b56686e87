"""Each command of management twice at once, and killed half-way: `commands_twice.py ROUNDS [sqlite|postgresql]`.

Before each there is something for it to do. Whatever was cut off, running it again does the rest; `verify` is clean.
"""

import os
import random
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from tests.faults.letter_box import LetterBox  # noqa: E402
from tests.faults.place import FOLDER, ROUNDS, SURROUNDINGS, begin_manage, look_afresh, manage  # noqa: E402

# isort: split
from django.conf import settings  # noqa: E402
from django.contrib.sessions.models import Session  # noqa: E402
from django.core.mail import EmailMessage  # noqa: E402

from couples.actions import erasure, outbox, reminders  # noqa: E402
from couples.lib import age_file, vault  # noqa: E402
from couples.models import Farewell, Opening, Pair, Reminder, Revision, User, WaitingMail  # noqa: E402
from tests.support import crowds, make  # noqa: E402
from trustapp import env  # noqa: E402

BOX = LetterBox()
PUBLIC, SECRET = age_file.new_key()
(FOLDER / "key").write_text(SECRET)
SURROUNDINGS |= {"EMAIL_PORT": str(BOX.port), "BACKUP_TO": PUBLIC, "BACKUP_FOLDER": str(FOLDER / "backups")}
outbox.send_soon = lambda: None
CHANCE = random.Random(3)
MAILS = 8


class World:
    """What there is to do, made anew for each run."""

    def __init__(self) -> None:
        self.n = 0
        self.words: dict[str, str] = {}  # of everybody who stays, by their name

    def name(self, who: str) -> str:
        """A name that nobody had."""
        self.n += 1
        return f"{who}{self.n}"

    def mornings(self) -> Callable[[], None]:
        """A pair with things offered three days ago, and mornings since that nobody has stored."""
        clock = make.Clock(datetime.now(UTC) - timedelta(days=3))
        one, two = make.person(self.name("Ada")), make.person(self.name("Ben"))
        pair = make.pair(one, two, clock)
        make.welcome_all(one, two, clock=clock)
        clock.tick(hours=2)
        for who in (one, two):
            self.words[who.shown_name] = f"Words of {who.shown_name}."
            make.offer(make.boundary(who, clock, self.words[who.shown_name]), who, clock)

        def done() -> None:
            assert Opening.objects.filter(pair=pair).count() == 2
            crowds.agree(Pair.objects.get(pk=pair.pk), clock)

        return done

    def mail(self) -> Callable[[], None]:
        """Mail that waits, and a reminder whose hour has come."""
        now = datetime.now(UTC)
        subjects = [self.name("Mail") for _ in range(MAILS)]
        for subject in subjects:
            outbox.hand_in(EmailMessage(subject, "A code.", None, [f"{subject.lower()}@example.test"]), at=now)
        who = make.person(self.name("Eve"), time_zone="UTC")
        reminders.set_reminder(range(7), now.hour, by=who, at=now)
        Reminder.objects.filter(pk=who.pk).update(next_at=now)
        reminded = BOX.subjects[reminders.SUBJECT]

        def done() -> None:
            WaitingMail.objects.update(next_at=now)  # what was claimed by whoever was killed waits two minutes
            look_afresh()
            manage("send_due")
            assert not WaitingMail.objects.exists()
            assert all(1 <= BOX.subjects[subject] <= 3 for subject in subjects), "mail is lost, or sent again and again"
            assert BOX.subjects[reminders.SUBJECT] - reminded <= 1, "a reminder came twice"

        return done

    def farewells(self) -> Callable[[], None]:
        """Two people whose seven days are over."""
        then = datetime.now(UTC) - timedelta(days=9)
        gone = [make.person(self.name("Lou")) for _ in range(2)]
        for who in gone:
            make.boundary(who, make.Clock(then))
            erasure.schedule_erasure("a code", by=who, at=then + timedelta(hours=1))

        ids = [who.pk for who in gone]

        def done() -> None:
            listed = (FOLDER / "state" / "erased" / "erased.txt").read_text()
            assert not User.objects.filter(pk__in=ids).exists() and not Farewell.objects.exists()
            assert all(str(pk) in listed for pk in ids)

        return done

    def sessions(self) -> Callable[[], None]:
        """Sessions that are over."""
        over = datetime.now(UTC) - timedelta(hours=1)
        for _ in range(30):
            Session.objects.create(session_key=self.name("a" * 12).lower(), session_data="", expire_date=over)

        def done() -> None:
            assert not Session.objects.filter(expire_date__lte=over).exists()

        return done

    def keys(self) -> Callable[[], None]:
        """A new master key before the old ones; afterwards the old ones go."""
        old = SURROUNDINGS["VAULT_KEYS"].partition(",")[0]
        new = vault.new_master_key()
        SURROUNDINGS["VAULT_KEYS"] = f"{new},{old}"

        def done() -> None:
            SURROUNDINGS["VAULT_KEYS"] = os.environ["VAULT_KEYS"] = new
            settings.VAULT_KEYS = env.master_keys("VAULT_KEYS", "")
            manage("verify")

        return done

    def nothing(self) -> Callable[[], None]:
        """Nothing has to be there."""
        return lambda: None

    def a_backup(self) -> Callable[[], None]:
        """A backup; the newest one can be read to its end, and nothing lies about that is half of one."""

        def done() -> None:
            manage("restore", str(newest_backup()), f"--key={FOLDER / 'key'}", "--look")

        return done

    def everything(self) -> None:
        """Whoever stays has their words."""
        look_afresh()
        for name, words in self.words.items():
            who = User.objects.get(shown_name=name)
            assert [row.words["limit"] for row in Revision.objects.filter(author=who)] == [words]
        look_afresh()


def newest_backup() -> Path:
    """The last backup that was made."""
    return max((FOLDER / "backups").glob("place-*.age"), key=lambda file: file.stat().st_mtime)


def twice(command: str, *arguments: str) -> float:
    """Begin it twice at once. Each does it, or says that another one does. Gives how long that took."""
    begun = time.monotonic()
    both = [begin_manage(command, *arguments) for _ in range(2)]
    said = [b"".join(each.communicate(timeout=300)).decode() for each in both]
    codes = [each.returncode for each in both]
    another = any("Another" in each or "A backup is being made" in each for each in said)
    assert codes == [0, 0] or (sorted(codes) == [0, 1] and another), (command, codes, said)
    return time.monotonic() - begun


def half_way(takes: float, command: str, *arguments: str) -> None:
    """Begin it, and kill it in the middle; then run it to its end."""
    begun = begin_manage(command, *arguments)
    time.sleep(CHANCE.uniform(0.3, 1.0) * takes)
    begun.kill()
    begun.communicate()
    manage(command, *arguments)


def main() -> None:
    """Each command, each round, both ways."""
    world = World()
    jobs: dict[str, Callable[[], Callable[[], None]]] = {
        "morning": world.mornings,
        "send_due": world.mail,
        "erase_due": world.farewells,
        "clear_ended": world.sessions,
        "rotate_keys": world.keys,
        "backup": world.a_backup,
        "verify": world.nothing,
        "migrate": world.nothing,
    }
    for _ in range(ROUNDS):
        for command, prepare in jobs.items():
            takes = 0.0
            for way in ("twice", "half-way"):
                done = prepare()
                look_afresh()
                if way == "twice":
                    takes = twice(command)
                else:
                    half_way(takes, command)
                look_afresh()
                done()
                look_afresh()
        put_back()
        world.everything()
        manage("verify")
    print(f"{ROUNDS} rounds of {len(jobs) + 1} commands, twice at once and killed half-way.")


def put_back() -> None:
    """`restore` over what is there, killed in the middle and begun again."""
    manage("backup")
    arguments: Any = (str(newest_backup()), f"--key={FOLDER / 'key'}", "--replace")
    begun = time.monotonic()
    manage("restore", *arguments)
    half_way(time.monotonic() - begun, "restore", *arguments)


if __name__ == "__main__":
    main()
