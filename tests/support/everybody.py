"""Everybody who may knock at an address, and what lies behind it: made once, by the product's own verbs.

Ada and Ben are a pair with things open and things private. Each other person stands for one way of being near them
without having any right to read. Every text of Ada's carries a mark, so that a page can be searched for it.
"""

from datetime import timedelta
from uuid import UUID, uuid4

from couples import visibility
from couples.actions import pairing, records, sessions, sharing, shelf, steps, takeaways, therapy
from couples.content import ladder
from couples.models import Opening, OwnLine, Record, TherapySession, User
from couples.rule import consent, step_things
from tests.support import make
from tests.support.kept import Kept

VISITOR = "visitor"
AUTHOR = "author"
PARTNER = "partner"
STEPS_OFF = "partner with steps off"  # of another pair; in hers a step in own words is open
FORMER = "former partner"
OTHER = "partner of another couple"
ALONE = "somebody alone"
ADMITTED = "admitted therapist"
BY_ONE = "therapist admitted by one"
ENDED = "former therapist"
STAFF = "staff"

SIGNED_IN = (AUTHOR, PARTNER, STEPS_OFF, FORMER, OTHER, ALONE, ADMITTED, BY_ONE, ENDED, STAFF)
EVERYBODY = (VISITOR, *SIGNED_IN)
BOTH = (AUTHOR, PARTNER)
SEATED = (*BOTH, STEPS_OFF, OTHER)
STEPPING = (*BOTH, FORMER, OTHER)  # who turned steps on

# What Ada wrote, by who may read it.
ALONE_MARK = "mark-of-what-she-keeps"
OPEN_MARK = "mark-of-what-is-open"
ONCE_MARK = "mark-of-what-was-open-once"
STEP_MARK = "mark-of-a-step-in-own-words"
READABLE: dict[str, frozenset[str]] = {
    **dict.fromkeys(EVERYBODY, frozenset()),
    AUTHOR: frozenset({ALONE_MARK, OPEN_MARK, ONCE_MARK}),
    PARTNER: frozenset({OPEN_MARK}),
    ADMITTED: frozenset({OPEN_MARK}),
}
MARKS = (ALONE_MARK, OPEN_MARK, ONCE_MARK, STEP_MARK)


class Everybody:
    """The people by what they are, the things by name."""

    def __init__(self) -> None:
        self.clock = make.Clock()
        self.people: dict[str, User] = {}
        self.things: dict[str, UUID | str] = {}
        ada, ben, finn = (make.person(name) for name in ("Ada", "Ben", "Finn"))
        cleo, dan, kim, lou = (make.person(name) for name in ("Cleo", "Dan", "Kim", "Lou"))
        self.people.update({AUTHOR: ada, PARTNER: ben, FORMER: finn, OTHER: cleo, STEPS_OFF: kim})
        self.people[ALONE] = make.person("Eve")
        self.things["person"] = self.people[ALONE].pk
        self.people[STAFF] = User.objects.create_superuser("staff@example.test", make.PASSWORD, shown_name="Sid")
        for who in (ada, ben, finn, cleo, dan, lou):
            steps.turn_on(by=who, at=self.clock.tick())
        self._former(ada, finn)
        self._others(cleo, dan, kim, lou)
        self._pair(ada, ben)
        self._therapists(ada, ben)
        self._steps(ada, ben)

    @classmethod
    def begun(cls) -> "Everybody":
        """All of them as they are at the beginning, made once."""
        return _BEGUN.world(cls)

    def record(self, by: User, kind: str, mark: str) -> Record:
        first = {"boundary": "limit", "agreement": "does", "step": "what"}[kind]
        own = {"protects": f"{ALONE_MARK} of her own"} if kind == "boundary" else {}
        return records.write(kind, {first: f"{mark} of a {kind}"}, own, by=by, at=self.clock.tick())

    def opened(self, record: Record, by: User, reader: User) -> Opening:
        make.offer(record, by, self.clock)
        return make.open_revision(record, reader, self.clock)

    def _former(self, ada: User, finn: User) -> None:
        """A pair of Ada's that has ended; something was open in it."""
        make.pair(ada, finn, self.clock)
        make.welcome_all(finn, clock=self.clock)
        once = self.opened(self.record(ada, "boundary", ONCE_MARK), ada, finn)
        self.things["opening of the former pair"] = once.pk
        for who in (ada, finn):
            pairing.end_pairing(by=who, at=self.clock.tick())

    def _others(self, cleo: User, dan: User, kim: User, lou: User) -> None:
        """Two more couples. Lou's step in own words is open in his pair, and Kim has steps turned off."""
        self.things["pair of others"] = make.pair(cleo, dan, self.clock).pk
        make.pair(kim, lou, self.clock)
        make.welcome_all(kim, clock=self.clock)
        steps.turn_on(by=kim, at=self.clock.tick())
        self.things["step of Kim's pair"] = self.opened(self.record(lou, "step", STEP_MARK), lou, kim).pk
        steps.turn_off(by=kim, at=self.clock.tick())

    def _pair(self, ada: User, ben: User) -> None:
        self.pair = make.pair(ada, ben, self.clock)
        self.things["pair"] = self.pair.pk
        make.welcome_all(ada, ben, clock=self.clock)
        self.things["record kept"] = self.record(ada, "boundary", ALONE_MARK).pk
        boundary = self.record(ada, "boundary", OPEN_MARK)
        self.things["record"] = boundary.pk
        self.things["opening"] = self.opened(boundary, ada, ben).pk
        agreement = self.opened(self.record(ada, "agreement", OPEN_MARK), ada, ben)
        self.things["open agreement"] = agreement.pk
        words = {"happened": f"{ALONE_MARK} of a breach", "about": "agreement"}
        breach = records.write("breach", words, by=ada, at=self.clock.tick(), answers=agreement.revision)
        self.things["breach noted"] = breach.pk
        make.accept(agreement, ada, ben, clock=self.clock)
        self.things["agreement in force"] = Opening.objects.get(pair=self.pair, kind="agreement").pk
        taken = self.record(ada, "boundary", ALONE_MARK)
        self.things["opening taken back"] = self.opened(taken, ada, ben).pk
        sharing.take_back(taken, by=ada, at=self.clock.tick())
        self.things["own step"] = self.opened(self.record(ada, "step", OPEN_MARK), ada, ben).pk

    def _therapists(self, ada: User, ben: User) -> None:
        for name, what in (("Faye", ADMITTED), ("Gus", BY_ONE), ("Hana", ENDED)):
            self.people[what], card = make.therapist(name, self.clock)
            self.things[f"card of {what}"] = card.pk
            make.introduce(self.people[what], ada, self.clock)
            make.admit(card, ada, clock=self.clock)
            if what != BY_ONE:
                make.admit(card, ben, clock=self.clock)
            if what == ADMITTED:
                self._sessions(self.people[what])
                words = {"name": "Evenings", "text": "By eight.", "page": "10"}
                item = shelf.put_on(words, once=uuid4(), by=self.people[what], at=self.clock.tick())
                self.things["thing on the shelf"] = item.pk
            if what == ENDED:
                therapy.end_access(self.people[what], by=ada, at=self.clock.tick())

    def _sessions(self, faye: User) -> None:
        """One is on and has a takeaway; the next one is far ahead."""
        soon, coming = self.clock.at + timedelta(minutes=2), self.clock.at + timedelta(days=200)
        sessions.set_session(self.pair, soon, 50, by=faye, at=self.clock.tick())
        on = visibility.sessions_of(faye, self.pair).next_one(self.clock.tick(minutes=5))
        assert on is not None
        written = takeaways.write(["One line of a session."], on, self.pair, by=faye, at=self.clock.tick())
        sessions.set_session(self.pair, coming, 60, by=faye, at=self.clock.tick())
        self.things["session"] = TherapySession.objects.get(starts_at=coming).pk
        self.things["takeaway"] = written.pk

    def _steps(self, ada: User, ben: User) -> None:
        """A group and a step of it open at a morning; the group "ours" is not open."""
        group = ladder.GROUPS[0]
        step = next(step for step in ladder.steps_in(group.key) if not step.directed)
        for who in (ada, ben):
            steps.answer_group(group, True, by=who, at=self.clock.tick())
            steps.answer_step(step_things.of_ladder(step, None), yes=True, by=who, at=self.clock.tick())
        self.clock.next_morning(self.pair)
        opened = Opening.objects.get(pair=self.pair, kind="step")
        assert opened.opened_at <= self.clock.at
        self.things.update({"open step": opened.pk, "first group": group.code, "step of it": step.code})
        self.things["seen group"] = step_things.group_thing(group)
        self.things["seen step"] = step_things.of_ladder(step, None).thing
        assert opened.door == consent.MORNING
        for name, who in (("line of the author", ada), ("line of the partner", ben)):
            self.things[name] = OwnLine.objects.get(owner=who, opening=self.things["opening"]).pk


_BEGUN: Kept[Everybody] = Kept()
