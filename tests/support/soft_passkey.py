"""A passkey in memory, which answers as a browser would: for tests that need no browser."""

import json
import secrets
from base64 import urlsafe_b64encode
from hashlib import sha256
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from django.test import Client
from fido2.cose import ES256
from fido2.webauthn import AttestationObject, AttestedCredentialData, AuthenticatorData, CollectedClientData

ORIGIN, HOST = "http://testserver", "testserver"
FLAG = AuthenticatorData.FLAG
UNLOCKED = FLAG.UP | FLAG.UV


def _text(data: bytes) -> str:
    return urlsafe_b64encode(data).decode().rstrip("=")


class SoftPasskey:
    """One passkey of one person. `kept` is whether its device keeps it in a way that it can begin a sign-in."""

    def __init__(self, kept: bool = True) -> None:
        self.kept = kept
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.id = secrets.token_bytes(16)
        self.owner = ""  # as the place named them when it was made

    def made_for(self, options: dict[str, Any]) -> str:
        """What a browser sends when this passkey is made."""
        asked = options["publicKey"]
        self.owner = asked["user"]["id"]
        public = ES256.from_cryptography_key(self.key.public_key())
        credential = AttestedCredentialData.create(bytes(16), self.id, public)
        seen = AuthenticatorData.create(_place(), UNLOCKED | FLAG.AT, 0, credential)
        response = {"attestationObject": _text(AttestationObject.create("none", seen, {}))}
        return self._sent("webauthn.create", asked["challenge"], response)

    def answers(self, options: dict[str, Any]) -> str:
        """What a browser sends when its owner uses this passkey."""
        seen = AuthenticatorData.create(_place(), UNLOCKED, 1)
        challenge = options["publicKey"]["challenge"]
        client = _client("webauthn.get", challenge)
        signature = self.key.sign(seen + client.hash, ec.ECDSA(SHA256()))
        response = {"authenticatorData": _text(seen), "signature": _text(signature), "userHandle": self.owner}
        return self._sent("webauthn.get", challenge, response)

    def _sent(self, kind: str, challenge: str, response: dict[str, str]) -> str:
        sent = {"id": _text(self.id), "rawId": _text(self.id), "type": "public-key"}
        response = {"clientDataJSON": _text(_client(kind, challenge)), **response}
        return json.dumps({**sent, "response": response, "clientExtensionResults": {"credProps": {"rk": self.kept}}})


def _client(kind: str, challenge: str) -> CollectedClientData:
    return CollectedClientData.create(kind, challenge, ORIGIN)


def _place() -> bytes:
    return sha256(HOST.encode()).digest()


def add(client: Client, passkey: SoftPasskey, **ticked: str) -> Any:
    """The answer when somebody who has just given their password adds a passkey, with `passwordless="on"` or not."""
    options = client.get("/accounts/keys/webauthn/add/").context["js_data"]["creation_options"]
    sent = {"name": "Phone", "credential": passkey.made_for(options), **ticked}
    return client.post("/accounts/keys/webauthn/add/", sent)


def sign_in(client: Client, passkey: SoftPasskey) -> Any:
    """The answer when a passkey begins a sign-in."""
    url = "/accounts/keys/webauthn/login/"
    options = client.get(url, headers={"Accept": "application/json"}).json()["request_options"]
    return client.post(url, {"credential": passkey.answers(options)})
