"""The first ten minutes of two people, and what follows: agreement, step, taking back, therapist. In a real browser."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import DESK, Someone
from tests.support.addresses import group, step, writing
from tests.support.make import FURTHER_OF_A_CARD

pytestmark = pytest.mark.django_db(transaction=True)

MOST_PRESSES = 12
LIMIT = "I need to know before plans change."


def pair_up(ada: Someone, ben: Someone) -> None:
    """From Today of both to the sitting page of both, by a code said aloud."""
    ada.press("Pair with my partner")
    ada.reads("without paying for it")
    ada.press("Invite my partner")
    code = ada.page.locator(".code").inner_text()
    ben.press("Pair with my partner")
    ben.press("Join with a code")
    ben.page.locator("main input[name=code]").fill(code)
    ben.press("See whose code it is")
    ben.reads("Ada")
    ben.press("This is them")
    ada.press("Look again")
    ada.reads("Ben")
    ada.press("Confirm")
    ben.press("Look again")
    for person in (ada, ben):
        person.reads("End my hour")


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_from_two_fresh_sign_ups_to_one_open_boundary_in_at_most_twelve_presses_each(
    someone: Callable[..., Someone], scripts: bool
) -> None:
    ada, ben = (someone(name, java_script_enabled=scripts) for name in ("Ada", "Ben"))
    for person in (ada, ben):
        person.sign_up()
    pair_up(ada, ben)
    expect(ada.page.get_by_role("navigation", name="Places")).to_have_count(0)
    ben.press("Only in an hour together")
    ben.press("Save")
    ada.write("A boundary, in my words", LIMIT)
    ada.press("Offer to share")
    ben.press("Look again")
    ben.press("A boundary")  # unfold
    expect(ben.page.get_by_text(LIMIT).first).to_be_visible()
    assert ada.presses <= MOST_PRESSES, ada.presses
    assert ben.presses <= MOST_PRESSES, ben.presses
    ben.go("/today/")
    expect(ben.page.get_by_role("navigation", name="Places")).to_be_visible()


def test_an_agreement_with_a_counter_version_a_step_with_conditions_a_take_back_and_a_therapist(
    someone: Callable[..., Someone], the_clock: Callable[[], None]
) -> None:
    ada, ben, faye = someone("Ada"), someone("Ben", DESK), someone("Faye", DESK)
    for person in (ada, ben, faye):
        person.sign_up()
    pair_up(ada, ben)
    for person in (ada, ben):
        person.press("Only in an hour together")
        person.press("Save")
    an_agreement(ada, ben)
    the_clock()  # the first sitting is over
    mornings_from_now_on(ada, ben)
    a_step_with_conditions(ada, ben, the_clock)
    a_therapist(ada, ben, faye, the_clock)
    a_take_back(ada, ben, faye)


def an_agreement(ada: Someone, ben: Someone) -> None:
    """Written, offered, answered with other words, accepted by both: in force within the sitting."""
    ada.go(writing("agreement"))
    ada.write("What each of us does", "Phones stay in the hall.")
    ada.press("Offer to share")
    ben.go("/ours/")
    ben.press("An agreement")
    ben.reads("Phones stay in the hall.")
    ben.press("More about this sheet", within="details[open]")
    ben.press("Answer with words of your own")
    ben.write("What each of us does", "Phones stay in the hall from six to nine.")
    ben.press("Offer to share")
    ada.go("/ours/")
    ada.press("Ben", within="main .folded")  # the folded sheet that is his
    ada.press("More about this sheet", within="details[open]")
    ada.reads("from six to nine")
    ada.press("I accept these words")
    ben.press("opened on")  # the page of his words, to which the offer led
    ben.press("I accept these words")
    for person in (ada, ben):
        person.go("/ours/")
        person.reads("Agreements in force")


def mornings_from_now_on(*people: Someone) -> None:
    for person in people:
        person.go("/welcome/")
        person.page.get_by_label("Any morning").first.check()
        person.press("Save")


def a_step_with_conditions(ada: Someone, ben: Someone, next_morning: Callable[[], None]) -> None:
    """The group opens on a morning, the conditions on another, the step with exactly those on a third."""
    walk = step("walk", "both")
    for person in (ada, ben):
        person.go("/steps/")
        person.press("Turn steps on")
        person.go(group("near"))
        person.press("Yes")
    next_morning()
    ada.go(walk)
    ada.press("Yes")
    ben.go(walk)
    ben.page.get_by_role("textbox").fill("By the river, not through town.")
    ben.press("Yes, with conditions")
    ada.reads_nowhere("By the river", "/steps/", "/ours/", "/timeline/")
    next_morning()
    for person in (ada, ben):
        person.go("/steps/")
        person.press("Conditions on a step")
        person.press("More about this sheet", within="details[open]")
        person.reads("By the river, not through town.")
        person.press("Yes, with exactly these")
    next_morning()
    for person in (ada, ben):
        person.go("/steps/")
        person.reads("A step")


def a_therapist(ada: Someone, ben: Someone, faye: Someone, next_morning: Callable[[], None]) -> None:
    """A card, a code, an admission by one (nothing), by both (in at the next morning)."""
    faye.go("/room/card/")
    faye.write("Name", "Dr. Faye")
    faye.write("Practice", "A quiet practice")
    faye.write("How I handle secrets between partners", "What one tells me alone I keep.")
    for name, said in FURTHER_OF_A_CARD.items():
        if name == "sees_alone":
            faye.page.locator(f"main [name={name}][value={said}]").check()
        else:
            faye.page.locator(f"main [name={name}]").fill(said)
    faye.page.get_by_role("checkbox").check()
    faye.press("Save my card")
    ada.go("/today/")
    ada.press("Our therapist")
    ada.press("Make a code for our therapist")
    code = ada.page.locator(".code").inner_text()
    faye.go("/room/")
    faye.page.locator("main input[name=code]").fill(code)
    faye.press("Enter a code")
    for person in (ada, ben):
        person.go("/glass/")
        person.reads("We have not checked this person.")
        for box in person.page.get_by_role("checkbox").all():
            box.check()
        person.press("Admit")
        faye.reads_nowhere("Ben", "/room/")
    next_morning()
    faye.go("/room/")
    faye.press("Ada and Ben")
    faye.reads("from six to nine")
    faye.reads("Ask each person about safety alone.")
    ben.go("/glass/")
    ben.press("See exactly what this therapist sees")
    assert ben.page.locator("main").inner_html() == faye.page.locator("main").inner_html()


def a_take_back(ada: Someone, ben: Someone, faye: Someone) -> None:
    """One press; the partner's and the therapist's next request have nothing."""
    address = faye.page.url.removeprefix(faye.base)
    ben.go("/mine/")
    ben.press("Phones stay in the hall from six to nine.")
    ben.press("Take back")
    ada.reads_nowhere("from six to nine", "/ours/", "/timeline/", "/today/")
    faye.reads_nowhere("from six to nine", address)
    ada.go("/yes/")
    ada.confirm_password()
    ada.reads("When things may open to me")
