"""What the races share."""

from collections.abc import Iterator

import pytest

from tests.support.crowds import Crowd, Two, crowd


@pytest.fixture
def together(transactional_db: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[Crowd]:
    """People who press at the same moment, and the clock they live by."""
    with crowd(monkeypatch) as everybody:
        yield everybody


@pytest.fixture
def two(together: Crowd) -> Two:
    """Ada and Ben among them."""
    return Two(together)
