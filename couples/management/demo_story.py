"""The story of the demo people: half a year of two people, told with the product's own actions at past instants."""

from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import UUID

from allauth.account.models import EmailAddress
from django.db import transaction

from couples import visibility
from couples.actions import agenda, marks, pairing, proposals, records, sessions, sharing, sitting, steps, therapy
from couples.actions.takeaways import accept, write
from couples.actions.transactions import settle_pair
from couples.content import ladder
from couples.management.demo_people import CARD, CHECK_INS, PEOPLE, TAKEN, WORDS, DemoPerson
from couples.models import Pair, Record, User
from couples.rule import consent, step_things
from couples.rule.admissions import CLASSES

ZONE = "Europe/Berlin"
DAYS = 184


def tell(password: str, *, until: datetime) -> None:
    """Make the demo people and live their half year up to `until` (aware, UTC), in one transaction."""
    with transaction.atomic():
        Story(password, until).tell()


class Story:
    """The telling: a clock that only moves on, the people, and what they do on each day."""

    def __init__(self, password: str, until: datetime) -> None:
        morning = consent.morning_after(until - timedelta(days=DAYS + 1), ZONE)
        self.begin, self.until, self.at = morning, until, morning
        self.people = {name: self._person(demo, password) for name, demo in PEOPLE.items()}
        self.one, self.two, self.therapist = (self.people[name] for name in ("one", "two", "therapist"))
        self.pair: Pair | None = None

    @staticmethod
    def _person(demo: DemoPerson, password: str) -> User:
        person = User.objects.create_user(demo.email, password, shown_name=demo.shown_name, time_zone=ZONE)
        EmailAddress.objects.create(user=person, email=demo.email, verified=True, primary=True)
        return person

    def on(self, day: int, hours: float = 12) -> datetime:
        """Go to this day, so many hours after seven in the morning, storing what opened on the way."""
        wanted = self.begin + timedelta(days=day, hours=hours)
        self.at = min(max(wanted, self.at + timedelta(minutes=1)), self.until)
        if self.pair is not None:
            self.pair.refresh_from_db()
            settle_pair(self.pair, self.at)
        return self.at

    def soon(self) -> datetime:
        """A minute later."""
        self.at += timedelta(minutes=1)
        return self.at

    def tell(self) -> None:
        """Everything, in the order in which it happened."""
        acts = [
            (0, self.they_pair),
            (2, self.first_agreement),
            (3, self.counter_version),
            (4, self.they_accept),
            (6, self.more_boundaries),
            (9, self.steps_begin),
            (10, self.first_answers),
            (12, self.a_line_is_kept),
            (14, self.one_pauses),
            (19, self.therapist_comes),
            (27, self.something_is_taken_back),
            (46, self.writes("one", "impact_letter")),
            (58, self.writes("two", "reply")),
            (70, self.writes("two", "slip_plan")),
            (77, self.writes("one", "topic")),
            (78, self.a_first_session),
            (100, self.writes("one", "appreciation")),
            (118, self.they_look_through_what_they_said),
            (133, self.it_is_given_again),
            (156, self.near),
            (157, self.answers_with_conditions),
            (158, self.terms),
            (161, self.a_breach),
            (163, self.a_repair_page),
            (165, self.they_accept_again),
            (167, self.a_session_and_proposals),
            (168, self.a_takeaway),
            (169, self.a_boundary_changes),
            (176, self.marks_of_a_week),
            (178, self.steps_again),
            (179, self.answers_again),
            (181, self.agenda_and_next_session),
            (182, self.a_draft),
        ]
        for day in range(DAYS):
            for when, act in acts:
                if when == day:
                    act(day)
            self.check_ins(day)
        self.on(DAYS, 2)

    def check_ins(self, day: int) -> None:
        for name, entries in CHECK_INS.items():
            for when, (safe, trusting, close, at_ease), line in entries:
                if when == day:
                    records.check_in(
                        by=self.people[name],
                        at=self.on(day, 14.5),
                        line=line,
                        safe=safe,
                        trusting=trusting,
                        close=close,
                        at_ease=at_ease,
                    )

    # What they do.

    def they_pair(self, day: int) -> None:
        code = pairing.invite(by=self.one, at=self.on(day))
        invitation = pairing.join(code, by=self.two, at=self.soon())
        self.pair = pairing.confirm(invitation.id, by=self.one, at=self.soon())
        sharing.welcome(consent.EVERYDAY, consent.SITTINGS, by=self.one, at=self.soon())
        sharing.welcome(consent.EVERYDAY, consent.SITTINGS, by=self.two, at=self.soon())
        self.boundary(self.one, "I need to know before plans change.", "honesty", "I call a friend and go for a walk.")
        self.boundary(self.two, "When voices get loud, I leave the room for ten minutes and come back.", "conflict", "")
        for who in (self.one, self.two):
            sharing.welcome(consent.EVERYDAY, consent.MORNINGS, by=who, at=self.soon())
            sharing.welcome(consent.HEAVY, consent.MORNINGS, by=who, at=self.soon())

    def boundary(self, by: User, limit: str, area: str, care: str, own: str = "", offered: bool = True) -> Record:
        words = {"limit": limit, "area": area, "care": care}
        record = records.write("boundary", words, {"firmness": "firm", "protects": own}, by=by, at=self.soon())
        if offered:
            sharing.offer(record, by=by, at=self.soon(), seen=1)
        return record

    def first_agreement(self, day: int) -> None:
        self.on(day)
        words = {
            "does": "Sunday evenings, phones in the hall.",
            "why": "So that the evening belongs to us.",
            "kept": "From six o'clock both phones are on the shelf.",
            "often": "Every Sunday",
        }
        record = records.write("agreement", words, by=self.two, at=self.soon())
        sharing.offer(record, by=self.two, at=self.soon(), seen=1)

    def counter_version(self, day: int) -> None:
        self.on(day)
        opening = visibility.open_to(self.one, self.at).get(kind="revision", scope="agreement")
        assert opening.revision is not None
        words = {
            **opening.revision.words,
            "does": "Sunday evenings from six to nine, both phones in the hall. A call for the children is fine.",
            "otherwise": "Whoever took the phone says so before bed. We talk on Monday, not that night.",
        }
        answer = records.write("agreement", words, by=self.one, at=self.soon(), answers=opening.revision)
        sharing.offer(answer, by=self.one, at=self.soon(), seen=1)

    def they_accept(self, day: int) -> None:
        self.on(day)
        own = visibility.seat_of(self.one)
        opening = visibility.open_to(self.two, self.at).get(kind="revision", scope="agreement", author=own)
        for who in (self.two, self.one):
            sharing.accept(opening, by=who, at=self.soon())

    def more_boundaries(self, day: int) -> None:
        self.on(day)
        self.changing = self.boundary(
            self.one, "I am not ready to be touched in my sleep.", "touch", "", "Waking up calm."
        )
        self.leaving = self.boundary(self.two, "I will not read old messages aloud again.", "phones", "")
        self.boundary(self.one, "I am not ready to see his brother.", "others", "", offered=False)
        self.on(day + 2, 12)
        self.evening = self.boundary(
            self.two, "I need one evening to myself each week.", "space", "I say so on Monday.", offered=False
        )
        in_four_months = self.at + timedelta(days=122)
        sharing.offer(self.evening, by=self.two, at=self.soon(), seen=1, ends=in_four_months)

    def steps_begin(self, day: int) -> None:
        self.on(day)
        for who in (self.one, self.two):
            steps.turn_on(by=who, at=self.soon())
            steps.answer_group(ladder.GROUPS[0], True, by=who, at=self.soon())

    def first_answers(self, day: int) -> None:
        self.on(day)
        self.both_answer("safety", 0)

    def both_answer(self, group: str, n: int, conditions: str = "") -> None:
        """Both say yes to the n-th step of a group that they do together; the second with conditions, if any."""
        step = [step for step in ladder.steps_in(group) if not step.directed][n]
        thing = step_things.of_ladder(step, None)
        steps.answer_step(thing, yes=True, by=self.two, at=self.soon())
        steps.answer_step(thing, yes=True, conditions=conditions, by=self.one, at=self.soon())

    def one_pauses(self, day: int) -> None:
        steps.pause(by=self.one, at=self.on(day))

    def therapist_comes(self, day: int) -> None:
        card = therapy.write_card(**CARD, by=self.therapist, at=self.on(day, 3))
        code = therapy.make_code(by=self.two, at=self.soon())
        therapy.enter_code(code, by=self.therapist, at=self.soon())
        for who in (self.one, self.two):
            therapy.admit(card, CLASSES, called=who.shown_name, by=who, at=self.soon())

    def a_line_is_kept(self, day: int) -> None:
        """Of a step: of everything else each keeps a line of their own the morning after."""
        self.on(day)
        line = visibility.open_to(self.one, self.at).get(kind="step")
        for who in (self.one, self.two):
            sharing.keep(line, by=who, at=self.soon())

    def something_is_taken_back(self, day: int) -> None:
        sharing.take_back(self.leaving, by=self.two, at=self.on(day))

    def writes(self, name: str, kind: str) -> Callable[[int], Record]:
        """An act: this person offers what they wrote of this kind (`demo_people.WORDS`), as it is."""

        def act(day: int) -> Record:
            who = self.people[name]
            record = records.write(kind, WORDS[kind], by=who, at=self.on(day))
            sharing.offer(record, by=who, at=self.soon(), seen=1)
            return record

        return act

    def a_first_session(self, day: int) -> None:
        assert self.pair is not None
        starts_at = self.begin + timedelta(days=day + 1, hours=3)
        sessions.set_session(self.pair, starts_at, 60, by=self.therapist, at=self.soon())

    def they_look_through_what_they_said(self, day: int) -> None:
        """She renews all of hers. He leaves out one evening for himself, which runs out; nobody is told that he did."""
        self.on(day)
        for who in (self.one, self.two):
            standing = visibility.yeses_of(who, self.at).exclude(kind__in=consent.ANSWERS)
            chosen = standing.exclude(revision__record=self.evening) if who == self.two else standing
            sharing.renew([yes.pk for yes in chosen], by=who, at=self.soon())

    def it_is_given_again(self, day: int) -> None:
        self.on(day)
        words = visibility.newest_of_mine(self.two).get(record=self.leaving)
        sharing.offer(self.leaving, by=self.two, at=self.soon(), seen=words.number)

    def near(self, day: int) -> None:
        self.on(day)
        for who in (self.one, self.two):
            sitting.sit_down(by=who, at=self.soon())
            steps.answer_group(ladder.GROUPS[0], True, by=who, at=self.soon())
            steps.answer_group(ladder.GROUPS[1], True, by=who, at=self.soon())

    def answers_with_conditions(self, day: int) -> None:
        self.on(day)
        self.both_answer("near", 0, "With the window open, and I choose where we sit.")

    def terms(self, day: int) -> None:
        self.on(day)
        opening = visibility.open_to(self.one, self.at).get(kind="conditions")
        for who in (self.one, self.two):
            steps.answer_terms(opening, by=who, at=self.soon())

    def a_breach(self, day: int) -> None:
        self.on(day)
        agreement = visibility.open_to(self.one, self.at).get(kind="agreement")
        words = {
            "happened": "On Sunday the phone was beside the bed, and I heard it at eleven.",
            "about": "agreement",
            "which": "The one about Sunday evenings",
            "how": "I lay awake and counted the minutes until it was quiet.",
            "need": "To hear it before I find it.",
        }
        record = records.write("breach", words, by=self.one, at=self.soon(), answers=agreement.revision)
        sharing.offer(record, by=self.one, at=self.soon(), seen=1)

    def a_repair_page(self, day: int) -> None:
        self.on(day)
        words = {
            "happened": "I took the phone upstairs with me and did not say so.",
            "landed": "You heard it at eleven, and lay awake with it, alone.",
            "part": "I knew what we had said, and I hoped you would be asleep.",
            "differently": "On Sundays the phone stays downstairs. If I need it, I say so at supper.",
        }
        record = records.write("repair", words, by=self.two, at=self.soon())
        sharing.offer(record, by=self.two, at=self.soon(), seen=1)

    def they_accept_again(self, day: int) -> None:
        """The breach asked for a new yes of both."""
        self.on(day)
        own = visibility.seat_of(self.one)
        opening = visibility.open_to(self.two, self.at).get(kind="revision", scope="agreement", author=own)
        for who in (self.one, self.two):
            sharing.accept(opening, by=who, at=self.soon())

    def a_session_and_proposals(self, day: int) -> None:
        self.on(day)
        assert self.pair is not None
        starts_at = self.begin + timedelta(days=day + 1, hours=3)
        sessions.set_session(self.pair, starts_at, 60, by=self.therapist, at=self.soon())
        text = "Before nine in the evening each of us says one good thing about the day."
        proposed: tuple[dict[str, str], ...] = ({"what": "page", "key": "8"}, {"what": "agreement", "text": text})
        for n, each in enumerate(proposed):
            proposals.propose(self.pair, **each, once=UUID(int=n), by=self.therapist, at=self.soon())

    def a_takeaway(self, day: int) -> None:
        assert self.pair
        session = visibility.sessions_of(self.therapist, self.pair).last_one(self.on(day, 5))
        assert session
        taken = write(TAKEN, session, self.pair, by=self.therapist, at=self.soon())
        for who in (self.one, self.two):
            accept(taken, by=who, at=self.soon())

    def marks_of_a_week(self, day: int) -> None:
        self.on(day)
        agreement = visibility.open_to(self.one, self.at).get(kind="agreement")
        marks.mark(agreement, 0, consent.PARTLY, by=self.one, at=self.soon())
        marks.mark(agreement, 0, consent.KEPT, by=self.two, at=self.soon())

    def agenda_and_next_session(self, day: int) -> None:
        self.on(day)
        assert self.pair is not None
        agenda.put_on(visibility.open_to(self.two, self.at).get(scope="repair"), by=self.two, at=self.soon())
        starts_at = self.begin + timedelta(days=DAYS + 3, hours=3)
        sessions.set_session(self.pair, starts_at, 60, weeks=2, by=self.therapist, at=self.soon())

    def a_boundary_changes(self, day: int) -> None:
        self.on(day)
        words = {
            "limit": "I am not ready to be touched in my sleep. A hand on my shoulder, once I am awake, is fine.",
            "area": "touch",
            "care": "I say good morning first.",
        }
        revision = records.revise(self.changing, words, by=self.one, at=self.soon(), seen=1, older=records.LEAVE_OLDER)
        sharing.offer(self.changing, by=self.one, at=self.soon(), seen=revision.number)

    def steps_again(self, day: int) -> None:
        self.on(day)
        for who in (self.one, self.two):
            steps.answer_group(ladder.GROUPS[0], True, by=who, at=self.soon())

    def answers_again(self, day: int) -> None:
        self.on(day)
        self.both_answer("safety", 1)
        self.both_answer("near", 1)

    def a_draft(self, day: int) -> None:
        self.on(day)
        words = {"does": "On the first of the month we look at the money together."}
        records.write("agreement", words, by=self.one, at=self.soon())
        self.boundary(self.two, "I am still finding out what I need in August.", "other", "", offered=False)
