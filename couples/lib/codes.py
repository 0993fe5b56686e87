"""Codes that are said aloud: short, hard to guess, easy to say, kept only as digests."""

import secrets

from couples.lib.ids import keyed_digest

ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"  # no letter or digit that sounds or looks like another
LENGTH = 8


def new_code() -> str:
    """A fresh code such as "K7QM-4XPD": 30^8 possible ones."""
    drawn = "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))
    return f"{drawn[:4]}-{drawn[4:]}"


def digest_of(code: str) -> str:
    """What is stored of a code, however it was typed: spaces, dashes and small letters do not matter."""
    plain = "".join(letter for letter in code.upper() if letter.isalnum())
    return keyed_digest("code", plain)
