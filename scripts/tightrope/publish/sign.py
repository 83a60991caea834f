"""Sign a manifest with an Ed25519 key file, and say whose signature it is."""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tightrope.errors import BadParameter
from tightrope.publish.attach import ABOUT, SIGNATURE, Attachment, as_json

_ALGORITHM = "ed25519"


@dataclass(frozen=True)
class Key:
    """A private key that signs, with the fingerprint that others know it by."""

    private: Any = field(repr=False)
    fingerprint: str

    def to_bytes(self) -> bytes:
        """Give its 32 secret bytes, for a process of one's own; the key itself cannot be sent anywhere by mistake."""
        return bytes(self.private.private_bytes_raw())

    @classmethod
    def from_bytes(cls, secret: bytes) -> Key:
        """Make a key of its 32 secret bytes."""
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

        return _of(Ed25519PrivateKey.from_private_bytes(secret))


@dataclass(frozen=True)
class Signature:
    """A signature as it was found.

    Attributes
    ----------
    is_valid : bool
        Whether it is this manifest's.
    fingerprint : str
        Of the key that made it; empty where it does not read.
    """

    is_valid: bool
    fingerprint: str


def read_key(path: Path) -> Key:
    """Read a private Ed25519 key in PEM form without a passphrase.

    Raises
    ------
    BadParameter
        Where the file is not there or holds something else.
    """
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    fix = "make one with: openssl genpkey -algorithm ed25519 -out key.pem"
    try:
        private = load_pem_private_key(path.read_bytes(), password=None)
    except OSError as error:
        raise BadParameter("the key to sign with cannot be read", str(path), str(error.strerror), fix) from None
    except (ValueError, TypeError, UnsupportedAlgorithm):
        raise BadParameter("the key to sign with is no private key in PEM form", str(path), fix=fix) from None
    if not isinstance(private, Ed25519PrivateKey):
        raise BadParameter("the key to sign with is no Ed25519 key", str(path), fix=fix)
    return _of(private)


def _of(private: Any) -> Key:
    return Key(private, fingerprint(private.public_key().public_bytes_raw()))


def fingerprint(public: bytes) -> str:
    """Give the fingerprint of a public key: SHA-256 of its 32 bytes, as ``SHA256:`` and base64 without padding."""
    return "SHA256:" + base64.b64encode(hashlib.sha256(public).digest()).decode().rstrip("=")


def sign(content: bytes, key: Key) -> Attachment:
    """Sign a manifest; the same key and manifest give the same signature."""
    public = key.private.public_key().public_bytes_raw()
    body = {
        "algorithm": _ALGORITHM,
        "public_key": base64.b64encode(public).decode(),
        "fingerprint": key.fingerprint,
        "signature": base64.b64encode(key.private.sign(content)).decode(),
    }
    return Attachment(SIGNATURE, *ABOUT[SIGNATURE], as_json(body))


def check(content: bytes, signature: bytes) -> Signature:
    """Hold a signature against a manifest."""
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    try:
        body = json.loads(signature)
        public = base64.b64decode(body["public_key"], validate=True)
        key = Ed25519PublicKey.from_public_bytes(public)
        key.verify(base64.b64decode(body["signature"], validate=True), content)
    except InvalidSignature:
        return Signature(False, fingerprint(public))
    except (ValueError, KeyError, TypeError, binascii.Error):
        return Signature(False, "")
    return Signature(True, fingerprint(public))


def trusted(folder: Path) -> dict[str, str]:
    """Give the fingerprints of the public keys (``*.pem``, ``*.pub``) in a folder, each with its file's name.

    Raises
    ------
    BadParameter
        Where the folder is none, or a file in it holds no Ed25519 key.
    """
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
    from cryptography.hazmat.primitives.serialization import load_pem_public_key, load_ssh_public_key

    if not folder.is_dir():
        raise BadParameter("the folder of trusted keys is none", str(folder), fix="put public keys (*.pem) into one")
    found = {}
    for path in _keys(folder):
        data = path.read_bytes()
        try:
            key = load_ssh_public_key(data) if data.startswith(b"ssh-") else load_pem_public_key(data)
        except (ValueError, UnsupportedAlgorithm):
            key = None
        if not isinstance(key, Ed25519PublicKey):
            fix = "write its public half: openssl pkey -in key.pem -pubout -out name.pem"
            raise BadParameter("a trusted key is no public Ed25519 key", str(path), fix=fix)
        found[fingerprint(key.public_bytes_raw())] = path.stem
    return found


def _keys(folder: Path) -> Iterable[Path]:
    return sorted(path for path in folder.iterdir() if path.suffix in (".pem", ".pub"))
