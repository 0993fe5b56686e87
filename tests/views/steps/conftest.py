"""Two people who both turned steps on, at their browsers."""

import pytest

from couples.actions import steps
from couples.models import Pair, User
from tests.support import make
from tests.support.make import Clock
from tests.support.step_answers import Browser


@pytest.fixture
def ada(ada: User, clock: Clock) -> User:
    """Ada, who has turned steps on."""
    steps.turn_on(by=ada, at=clock.tick())
    return ada


@pytest.fixture
def ben(ben: User, clock: Clock) -> User:
    """Ben, who has turned steps on."""
    steps.turn_on(by=ben, at=clock.tick())
    return ben


@pytest.fixture
def pair(ada: User, ben: User, clock: Clock) -> Pair:
    """Ada and Ben, paired, who welcome everything; their first sitting is over."""
    pair = make.pair(ada, ben, clock)
    make.welcome_all(ada, ben, clock=clock)
    clock.tick(hours=3)
    return pair


@pytest.fixture
def visit(ada: User, pair: Pair, clock: Clock) -> Browser:
    """Ada's browser, in a pair with Ben."""
    return Browser(ada, clock)


@pytest.fixture
def bens(ben: User, pair: Pair, clock: Clock) -> Browser:
    """Ben's browser."""
    return Browser(ben, clock)
