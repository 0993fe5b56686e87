"""The same address or password in other bytes: what a keyboard, a browser or a paste makes of it is one thing here."""

import unicodedata

# Around an address that was pasted stand signs that nobody sees: marks of direction, and blanks of no width.
UNSEEN = "".join(map(chr, (0x200B, 0x200E, 0x200F, *range(0x202A, 0x202F), 0x2060, *range(0x2066, 0x206A), 0xFEFF)))
PUNYCODE = "xn--"
LONGEST = 320  # characters of an address that is looked into; no longer one can be


def address(typed: str) -> str:
    """The one spelling of an e-mail address: small letters, nothing around it, and the domain as mail servers name it.

    "Jon@Bücher.example" and "jon@xn--bcher-kva.example" are one mailbox, and browsers send either for the same keys.
    What is no address is given back, for the form to refuse.
    """
    before, after = "", typed
    while before != after:
        before, after = after, after.strip().strip(UNSEEN)
    name, at, domain = after.rpartition("@")
    if len(after) > LONGEST:
        return after
    return f"{_small(name)}{at}{'.'.join(map(_for_servers, domain.replace('。', '.').split('.')))}"


def readable(spelled: str) -> str:
    """An address as people write it, for a page: the letters of its domain in place of "xn--"."""
    name, at, domain = spelled.rpartition("@")
    return f"{name}{at}{'.'.join(map(_for_people, domain.split('.')))}"


def passwords(typed: str) -> list[str]:
    """The bytes that a password may have been kept under: as typed, composed (as new ones are), and taken apart."""
    return list(dict.fromkeys((typed, *(unicodedata.normalize(form, typed) for form in ("NFC", "NFD")))))


def _small(text: str) -> str:
    return "".join(letter.lower() for letter in text)  # one by one: a Greek S at an end has no form of its own here


def _for_servers(label: str) -> str:
    """A part of a domain as IDNA writes it. ß and final ς stay themselves, as in browsers of today."""
    plain = _small(unicodedata.normalize("NFKC", _small(label)))
    return plain if plain.isascii() else PUNYCODE + plain.encode("punycode").decode()


def _for_people(label: str) -> str:
    try:
        letters = label.removeprefix(PUNYCODE).encode().decode("punycode") if label.startswith(PUNYCODE) else label
    except UnicodeError:
        return label
    return letters if _for_servers(letters) == label else label
