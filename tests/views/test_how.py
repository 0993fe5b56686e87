"""How this works: the whole rule on one screen, for anybody, one press from every page."""

import pytest
from django.test import Client

from couples.content.phrases import THE_RULE
from couples.models import User
from tests.support.page_reader import Reading

pytestmark = pytest.mark.django_db

QUESTIONS = (
    "What does my partner see?",
    "When?",
    "Does an empty page mean no?",
    "What do they never see?",
    "How do I stop?",
    "What is left if we are away for months?",
)
ONE_SCREEN = 330  # words, at the size in which a computer shows them


def read(client: Client, address: str) -> Reading:
    return Reading(client.get(address).content.decode())


def test_it_answers_each_question_on_one_screen(client: Client) -> None:
    main = read(client, "/how/").main
    assert all(question in main for question in QUESTIONS)
    assert THE_RULE in " ".join(main.split())
    assert len(main.split()) <= ONE_SCREEN


def test_it_says_the_same_to_everybody(client: Client, ada: User) -> None:
    before = read(client, "/how/").main
    client.force_login(ada)
    assert read(client, "/how/").main == before


@pytest.mark.parametrize("address", ["/", "/learn/", "/safety/night/", "/accounts/login/"])
def test_it_is_one_press_from_public_pages(client: Client, address: str) -> None:
    assert "/how/" in read(client, address).links


@pytest.mark.parametrize("address", ["/today/", "/mine/", "/ours/", "/timeline/", "/sitting/", "/steps/", "/me/"])
def test_it_is_one_press_from_private_pages(client: Client, ada: User, address: str) -> None:
    client.force_login(ada)
    assert "/how/" in read(client, address).links


@pytest.mark.parametrize("address", ["/", "/pairing/before/"])
def test_the_rule_stands_in_the_same_words_before_an_account_and_before_pairing(
    client: Client, ada: User, address: str
) -> None:
    if address != "/":
        client.force_login(ada)
    assert THE_RULE in " ".join(read(client, address).main.split())
