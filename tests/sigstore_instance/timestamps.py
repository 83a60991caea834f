"""A timestamp authority (RFC 3161): it signs which hash it was shown, and when."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from typing import Annotated

from cryptography import x509
from cryptography.hazmat.asn1 import TLV, Default, GeneralizedTime, decode_der, encode_der, sequence
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509 import ObjectIdentifier
from tests.sigstore_instance.certificates import Authority, der

SEQUENCE, SET, OCTETS, CONTEXT = 0x30, 0x31, 0x04, 0xA0
POLICY = ObjectIdentifier("1.3.6.1.4.1.57264.2")
SIGNED, STAMP = ObjectIdentifier("1.2.840.113549.1.7.2"), ObjectIdentifier("1.2.840.113549.1.9.16.1.4")
KIND, DIGEST = ObjectIdentifier("1.2.840.113549.1.9.3"), ObjectIdentifier("1.2.840.113549.1.9.4")
SIGNER = ObjectIdentifier("1.2.840.113549.1.9.16.2.47")
SHA256, ECDSA = ObjectIdentifier("2.16.840.1.101.3.4.2.1"), ObjectIdentifier("1.2.840.10045.4.3.2")


@sequence
class Asked:
    """TimeStampReq, without extensions."""

    version: int
    imprint: TLV
    policy: ObjectIdentifier | None
    nonce: int | None
    with_certificates: Annotated[bool, Default(False)]


def node(tag: int, *parts: bytes) -> bytes:
    body = b"".join(parts)
    n = len(body)
    length = (
        bytes([n]) if n < 128 else bytes([0x80 | (n.bit_length() + 7) // 8]) + n.to_bytes((n.bit_length() + 7) // 8)
    )
    return bytes([tag]) + length + body


def oids(*names: ObjectIdentifier) -> bytes:
    return node(SEQUENCE, *(encode_der(name) for name in names))


def answer(authority: Authority, query: bytes) -> bytes:
    """Give a TimeStampResp, granted."""
    asked = decode_der(Asked, query)
    now = GeneralizedTime(datetime.now(UTC).replace(microsecond=0))
    parts = [encode_der(1), encode_der(POLICY), node(SEQUENCE, asked.imprint.data)]
    parts += [encode_der(x509.random_serial_number()), encode_der(now)]
    parts += [] if asked.nonce is None else [encode_der(asked.nonce)]
    return node(SEQUENCE, node(SEQUENCE, encode_der(0)), _signed(authority, node(SEQUENCE, *parts)))


def _signed(authority: Authority, info: bytes) -> bytes:
    own = authority.chain[0]
    attributes = sorted(
        node(SEQUENCE, encode_der(name), node(SET, value))
        for name, value in (
            (KIND, encode_der(STAMP)),
            (DIGEST, encode_der(hashlib.sha256(info).digest())),
            (SIGNER, node(SEQUENCE, node(SEQUENCE, node(SEQUENCE, encode_der(hashlib.sha256(der(own)).digest()))))),
        )
    )
    # Signed as a set, and written under a number of its own.
    signature = authority.key.sign(node(SET, *attributes), ec.ECDSA(hashes.SHA256()))
    signer = node(
        SEQUENCE,
        encode_der(1),
        node(SEQUENCE, own.issuer.public_bytes(), encode_der(own.serial_number)),
        oids(SHA256),
        node(CONTEXT, *attributes),
        oids(ECDSA),
        encode_der(signature),
    )
    content = node(SEQUENCE, encode_der(STAMP), node(CONTEXT, encode_der(info)))
    body = node(
        SEQUENCE, encode_der(3), node(SET, oids(SHA256)), content, node(CONTEXT, der(own)), node(SET, signer)
    )  # fmt: skip
    return node(SEQUENCE, encode_der(SIGNED), node(CONTEXT, body))
