"""The same address or password in other bytes is the same: what a keyboard, a browser or a paste makes of it."""

import time

import pytest

from couples.lib import spellings


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("mara@example.test", "mara@example.test"),
        ("Mara@EXAMPLE.Test", "mara@example.test"),
        ("  mara@example.test\t\n", "mara@example.test"),
        ("\u00a0mara@example.test\u3000", "mara@example.test"),
        ("\u202amara@example.test\u202c", "mara@example.test"),
        ("\ufeff \u200bmara@example.test\u200b \ufeff", "mara@example.test"),
        ("mara@bücher.example", "mara@xn--bcher-kva.example"),
        ("MARA@BÜCHER.EXAMPLE", "mara@xn--bcher-kva.example"),
        ("mara@bu\u0308cher.example", "mara@xn--bcher-kva.example"),  # u and its dots apart
        ("mara@xn--bcher-kva.example", "mara@xn--bcher-kva.example"),
        ("mara@XN--BCHER-KVA.example", "mara@xn--bcher-kva.example"),
        ("mara@ｅｘａｍｐｌｅ.test", "mara@example.test"),  # letters of full width
        ("mara@例え。jp", "mara@xn--r8jz45g.jp"),
        ("mara@straße.example", "mara@xn--strae-oqa.example"),  # another domain than strasse.example
        ("mara@ΟΔΟΣ.gr", "mara@xn--pxavbq.gr"),
    ],
)
def test_an_address_has_one_spelling(typed: str, kept: str) -> None:
    assert spellings.address(typed) == kept == spellings.address(kept)


@pytest.mark.parametrize("typed", ["", " ", "@", "mara", "a@b@c", "\x00@\x00", "\ud800@\ud800", "ß@" + "ü." * 90])
def test_what_is_no_address_is_left_for_the_form_to_refuse(typed: str) -> None:
    assert isinstance(spellings.address(typed), str)
    assert isinstance(spellings.readable(spellings.address(typed)), str)


def test_a_very_long_one_takes_no_time() -> None:
    begun = time.monotonic()
    spellings.address("mara@" + "ü" * 500_000)
    assert time.monotonic() - begun < 1


@pytest.mark.parametrize(
    ("kept", "shown"),
    [
        ("mara@xn--bcher-kva.example", "mara@bücher.example"),
        ("mara@example.test", "mara@example.test"),
        ("mara@xn--.example", "mara@xn--.example"),
        ("mara@xn--zzzzzz-.example", "mara@xn--zzzzzz-.example"),
        ("mara@xn--ls8h\u00e9.example", "mara@xn--ls8h\u00e9.example"),
    ],
)
def test_a_page_shows_it_as_people_write_it(kept: str, shown: str) -> None:
    assert spellings.readable(kept) == shown


@pytest.mark.parametrize(
    ("typed", "tried"),
    [
        ("a plain password", ["a plain password"]),
        ("caf\u00e9", ["caf\u00e9", "cafe\u0301"]),
        ("cafe\u0301", ["cafe\u0301", "caf\u00e9"]),
        ("a\u0323\u0302 \u1ead", ["a\u0323\u0302 \u1ead", "\u1ead \u1ead", "a\u0323\u0302 a\u0323\u0302"]),
    ],
)
def test_a_password_is_tried_as_typed_first_and_then_as_other_keyboards_send_it(typed: str, tried: list[str]) -> None:
    assert spellings.passwords(typed) == tried
