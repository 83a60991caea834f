"""A transparency log with a real, growing tree, answering as Rekor's first and second version do."""

from __future__ import annotations

import base64
import hashlib
import json
import time
from dataclasses import dataclass, field
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from tests.sigstore_instance.certificates import new_key, spki


def b64(data: bytes) -> str:
    return base64.b64encode(data).decode()


def canonical(body: Any) -> bytes:
    # As RFC 8785 has it where all keys are ASCII and no number is broken.
    return json.dumps(body, sort_keys=True, separators=(",", ":")).encode()


def check_signed(certificate: x509.Certificate, signature: bytes, digest: bytes) -> None:
    """Take in only what its certificate's key has signed."""
    key = certificate.public_key()
    assert isinstance(key, ec.EllipticCurvePublicKey)
    key.verify(signature, digest, ec.ECDSA(Prehashed(hashes.SHA256())))


def root_of(leaves: list[bytes]) -> bytes:
    """Root of a tree over leaf hashes (RFC 6962, 2.1)."""
    if len(leaves) == 1:
        return leaves[0]
    half = 1 << (len(leaves) - 1).bit_length() - 1
    return hashlib.sha256(b"\1" + root_of(leaves[:half]) + root_of(leaves[half:])).digest()


def path_to(index: int, leaves: list[bytes]) -> list[bytes]:
    """Hashes that lead from a leaf to the root (RFC 6962, 2.1.1)."""
    if len(leaves) == 1:
        return []
    half = 1 << (len(leaves) - 1).bit_length() - 1
    if index < half:
        return [*path_to(index, leaves[:half]), root_of(leaves[half:])]
    return [*path_to(index - half, leaves[half:]), root_of(leaves[:half])]


@dataclass
class Log:
    """Leaves and the key that signs the tree."""

    origin: str
    key: ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey
    leaves: list[bytes] = field(default_factory=list)

    @property
    def id(self) -> bytes:
        """Hash of an elliptic curve's key; of an Ed25519 key the hash that signed notes have, with the log's name."""
        public = self.key.public_key()
        if isinstance(public, ec.EllipticCurvePublicKey):
            return hashlib.sha256(spki(public)).digest()
        raw = public.public_bytes(Encoding.Raw, PublicFormat.Raw)
        return hashlib.sha256(self.origin.encode() + b"\n\1" + raw).digest()

    def sign(self, data: bytes) -> bytes:
        if isinstance(self.key, ed25519.Ed25519PrivateKey):
            return self.key.sign(data)
        return self.key.sign(data, ec.ECDSA(hashes.SHA256()))

    def append(self, body: bytes) -> tuple[int, list[bytes], bytes, str]:
        """Take a body in: its place, the path to it, the root, and the signed note on the tree."""
        self.leaves.append(hashlib.sha256(b"\0" + body).digest())
        index, root = len(self.leaves) - 1, root_of(self.leaves)
        note = f"{self.origin}\n{len(self.leaves)}\n{b64(root)}\n"
        signed = f"{note}\n— {self.origin.split()[0]} {b64(self.id[:4] + self.sign(note.encode()))}\n"
        return index, path_to(index, self.leaves), root, signed


def log_before() -> Log:
    return Log("rekor.sigstore.example.org - 1", new_key())


def log_now() -> Log:
    return Log("log1.rekor.sigstore.example.org", ed25519.Ed25519PrivateKey.generate())


def enter_before(log: Log, asked: Any) -> Any:
    """Answer as version 1: with the hour at which it was taken in, and a signature on that."""
    spec = asked["spec"]
    digest, signature = spec["data"]["hash"], spec["signature"]
    certificate = x509.load_pem_x509_certificate(base64.b64decode(signature["publicKey"]["content"]))
    check_signed(certificate, base64.b64decode(signature["content"]), bytes.fromhex(digest["value"]))
    kept = {
        "apiVersion": "0.0.1",
        "kind": "hashedrekord",
        "spec": {
            "data": {"hash": {"algorithm": digest["algorithm"], "value": digest["value"]}},
            "signature": {"content": signature["content"], "publicKey": {"content": signature["publicKey"]["content"]}},
        },
    }
    body = canonical(kept)
    index, path, root, note = log.append(body)
    entry = {"body": b64(body), "integratedTime": int(time.time()), "logID": log.id.hex(), "logIndex": index}
    proof = {
        "checkpoint": note, "hashes": [one.hex() for one in path], "logIndex": index, "rootHash": root.hex(),
        "treeSize": len(log.leaves),
    }  # fmt: skip
    promise = b64(log.sign(canonical(entry)))
    name = log.leaves[index].hex()
    return {name: {**entry, "verification": {"inclusionProof": proof, "signedEntryTimestamp": promise}}}


def enter_now(log: Log, asked: Any) -> Any:
    """Answer as version 2: without an hour, for which there are timestamps."""
    request = asked["hashedRekordRequestV002"]
    signature = request["signature"]
    certificate = x509.load_der_x509_certificate(base64.b64decode(signature["verifier"]["x509Certificate"]["rawBytes"]))
    check_signed(certificate, base64.b64decode(signature["content"]), base64.b64decode(request["digest"]))
    data = {"algorithm": "SHA2_256", "digest": request["digest"]}
    spec = {"hashedRekordV002": {"data": data, "signature": signature}}
    body = canonical({"apiVersion": "0.0.2", "kind": "hashedrekord", "spec": spec})
    index, path, root, note = log.append(body)
    return {
        "logIndex": str(index),
        "logId": {"keyId": b64(log.id)},
        "kindVersion": {"kind": "hashedrekord", "version": "0.0.2"},
        "inclusionProof": {
            "logIndex": str(index), "rootHash": b64(root), "treeSize": str(len(log.leaves)),
            "hashes": [b64(one) for one in path], "checkpoint": {"envelope": note},
        },
        "canonicalizedBody": b64(body),
    }  # fmt: skip
