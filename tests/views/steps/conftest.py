"""Two people who both turned steps on, at their browsers."""

import pytest

from couples.actions import steps
from couples.models import Pair, User
from tests.support.couple import Couple
from tests.support.make import Clock
from tests.support.step_answers import Browser


@pytest.fixture
def ada(ada: User, clock: Clock) -> User:
    """Ada, who has turned steps on."""
    steps.turn_on(by=ada, at=clock.tick())
    return ada


@pytest.fixture
def ben(partner: User, clock: Clock) -> User:
    """Ben, her partner, who has turned steps on."""
    steps.turn_on(by=partner, at=clock.tick())
    return partner


@pytest.fixture
def pair(ada: User, ben: User, couple: Couple) -> Pair:
    """Ada and Ben, paired, who welcome everything; their first sitting is over."""
    return couple.pair


@pytest.fixture
def visit(ada: User, pair: Pair, clock: Clock) -> Browser:
    """Ada's browser, in a pair with Ben."""
    return Browser(ada, clock)


@pytest.fixture
def bens(ben: User, pair: Pair, clock: Clock) -> Browser:
    """Ben's browser."""
    return Browser(ben, clock)
