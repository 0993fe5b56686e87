"""What two versions say of one couple, after each act by either: the same, at once."""

import re
from collections import Counter
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

from django.urls import reverse

from tests.faults.browser import Answer, Browser
from tests.faults.version_before import AN_OPENING, PARTNERS, UPDATED, Couple
from tests.support.make import FURTHER_OF_A_CARD

A_RECORD = re.compile(r"/mine/([0-9a-f-]{36})/")
A_CARD = re.compile(rb"/glass/([0-9a-f-]{36})/")
A_TAKEAWAY = re.compile(rb"/agenda/([0-9a-f-]{36})/\"")
CLASSES = ("everyday", "heavy", "steps")
SHOW_NOTHING = ("/stop/",)  # answers with a page of its own
CARD = {"agreed": "on", "name": "Dr. Okafor", "practice": "By the park", "secrets": "I keep them.", **FURTHER_OF_A_CARD}


class ActsOfTwo:
    """A couple and their therapist, who press at one version and look at both."""

    def __init__(self, couple: Couple, ports: dict[str, int], wrong: Counter[str]) -> None:
        self.couple, self.ports, self.wrong = couple, ports, wrong
        self.before, self.now = ports

    def all(self) -> None:
        """Everything, what ends accounts last."""
        for version in self.ports:
            self.things_open_and_close(version)
            self.an_agreement_is_left(version)
            self.a_therapist_goes_and_comes(version)
        self.what_only_this_version_knows()
        for version in self.ports:
            self.everything_is_read(version)
        self.what_the_one_before_writes_then()
        self.accounts_end()

    def ask(self, version: str, who: str, path: str, **fields: Any) -> Answer:
        """Press or look there."""
        tab = Browser(self.ports[version], who, session=self.couple.people[who][1])
        return tab.post(path, **fields) if fields else tab.get(path)

    def press(self, version: str, who: str, path: str, **fields: Any) -> str:
        """Press; whoever cannot be served has to be told that the place is being updated."""
        answer = self.ask(version, who, path, **(fields or {"act": ""}))
        if answer.status != 302 and path not in SHOW_NOTHING and not (answer.status == 503 and UPDATED in answer.body):
            self.wrong[f"{version} answers {answer.status} to {re.sub('[0-9a-f-]{36}', 'ID', path)}"] += 1
        return answer.location

    def open_to(self, who: str, after: str) -> set[bytes]:
        """What is open to somebody, which both versions have to say alike."""
        said = [set(AN_OPENING.findall(self.ask(version, who, "/ours/").body)) for version in self.ports]
        if said[0] != said[1]:
            self.wrong[f"after {after} {who} has {len(said[0])} things open, and {len(said[1])}"] += 1
        return said[1]

    def expect(self, what: bool, after: str) -> None:
        """Note what is not as it should be."""
        if not what:
            self.wrong[f"after {after} it is not so"] += 1

    # --- By either ---

    def things_open_and_close(self, version: str) -> None:
        """Offered in an hour of both, put away, taken back."""
        found = []
        for _ in range(2):
            was = self.open_to("two", "nothing")
            words = {"limit": f"Words {uuid4()}.", "act": "offer", "once": uuid4()}
            where = self.press(version, "one", reverse("write", args=["boundary"]), **words)
            came = self.open_to("two", f"an offer at {version}") - was
            self.expect(len(came) == 1, f"an offer at {version}")
            found.append((where, came))
        (_, put), (where, came) = found
        self.press(version, "two", f"/ours/{put.pop().decode()}/put-away/")
        is_left = self.open_to("two", f"putting away at {version}")
        self.open_to("one", f"the other's putting away at {version}")
        self.expect(came <= is_left, f"putting away at {version}")
        self.press(version, "one", f"{where}take-back/")
        self.expect(not came & self.open_to("two", f"taking back at {version}"), f"taking back at {version}")
        self.open_to("one", f"taking back at {version}")

    def an_agreement_is_left(self, version: str) -> None:
        """By one of the two, alone; and accepted again by both, which brings it into force at once in their hour."""
        leaves, accepts = b"/no-longer-accept/", b"/accept/"
        is_open = self.open_to("one", "nothing")
        pages = {each: self.ask(self.now, "one", f"/ours/{each.decode()}/").body for each in is_open}
        in_force = [each for each, page in pages.items() if each + leaves in page and each + accepts not in page]
        if not in_force:
            return
        self.press(version, "two", f"/ours/{in_force[0].decode()}/no-longer-accept/")
        for who in PARTNERS:
            gone = in_force[0] not in self.open_to(who, f"leaving an agreement at {version}")
            self.expect(gone, f"leaving an agreement at {version}")

    def a_therapist_goes_and_comes(self, version: str) -> None:
        """Let out by one, for both versions at once; and admitted again."""
        card, room = self.card(), f"/room/{self.couple.pair}/"
        self.press(version, "two", f"/glass/{card}/end/")
        said = [self.ask(each, "therapist", room).status for each in self.ports]
        self.expect(said == [404, 404], f"ending an admission at {version}")
        for who in PARTNERS:
            form = f"c{card[:8]}-"
            self.press(version, who, f"/glass/{card}/admit/", **{f"{form}classes": CLASSES, f"{form}called": "Me"})
        said = [self.ask(each, "therapist", room).status for each in self.ports]
        self.expect(said == [200, 200], f"admitting again at {version}")

    def card(self) -> str:
        """The card that both partners see."""
        found = A_CARD.search(self.ask(self.now, "one", "/glass/").body)
        assert found, "no card"
        return found[1].decode()

    # --- By one of the two only ---

    def what_only_this_version_knows(self) -> None:
        """Rows that the version before knows nothing of: it has to serve beside them."""
        room, day = f"/room/{self.couple.pair}/", date.today() + timedelta(days=9)
        self.press(self.now, "therapist", f"{room}ahead/session/", day=day, begins="10:00", minutes="60", repeats="1")
        self.press(self.now, "therapist", f"{room}takeaway/", first="We can stop for an hour and come back.")
        self.press(self.now, "therapist", "/room/shelf/", name="Evenings", text="By eight.", once=uuid4())
        card = self.card()
        self.press(self.now, "one", f"/glass/{card}/name/", **{f"l{card[:8]}-label": "The kind one"})
        found = A_TAKEAWAY.search(self.ask(self.now, "one", "/agenda/").body)
        self.expect(found is not None, "writing a takeaway")
        for who in PARTNERS if found else ():
            self.press(self.now, who, f"/agenda/{found[1].decode()}/accept/", act="")  # type: ignore[index]
            self.open_to(who, "accepting a takeaway")

    def everything_is_read(self, version: str) -> None:
        """Every page of everybody, and what opens from it."""
        for who in (*PARTNERS, "therapist"):
            for path in self.couple.pages(who):
                answer = self.ask(version, who, path)
                if answer.status != 200:
                    self.wrong[f"{version} answers {answer.status} at {path} of {who}"] += 1

    def what_the_one_before_writes_then(self) -> None:
        """All that it writes to tables that have changed."""
        room, day = f"/room/{self.couple.pair}/", date.today() + timedelta(days=3)
        self.press(self.before, "therapist", f"{room}ahead/session/", day=day, begins="11:00", minutes="60")
        self.press(self.before, "therapist", f"{room}ahead/propose/", page="1", once=uuid4())
        self.press(self.before, "therapist", f"{room}ahead/call-off/", act="")
        self.press(self.before, "one", "/steps/pause/", act="")
        self.press(self.before, "two", "/sitting/up/", act="")
        self.press(self.before, "one", "/stop/", act="everything", sure="yes")
        for who in PARTNERS:
            self.open_to(who, "stopping everything")
        self.press(self.before, "therapist", "/room/card/", **CARD)

    def accounts_end(self) -> None:
        """At the version before, of people with rows in tables that it does not know."""
        for who in ("one", "therapist"):
            self.press(self.before, who, "/me/account/now/", act="")
            self.press(self.now, who, "/me/account/now/", act="")  # where it could not be done there
            for version in self.ports:
                self.expect(self.ask(version, "two", "/ours/").status == 200, "an account that ended")
        self.press(self.before, "two", "/pairing/more/", way="tell", sure="yes")
