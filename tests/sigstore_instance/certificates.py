"""Certificates as Sigstore has them: an authority's own, and those for ten minutes, promised to a log."""

from __future__ import annotations

import hashlib
import struct
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from cryptography import x509
from cryptography.hazmat.asn1 import encode_der
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID, ObjectIdentifier

OPERATOR = "sigstore.example.org"
# Who vouched for the holder: as UTF-8 in DER, and as older clients look for it.
ISSUER, ISSUER_BEFORE = ObjectIdentifier("1.3.6.1.4.1.57264.1.8"), ObjectIdentifier("1.3.6.1.4.1.57264.1.1")
STAMPS = ObjectIdentifier("1.3.6.1.4.1.11129.2.4.2")


def new_key() -> ec.EllipticCurvePrivateKey:
    return ec.generate_private_key(ec.SECP256R1())


def spki(key: Any) -> bytes:
    return bytes(key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo))


def der(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(Encoding.DER)


def usage(*, signs: bool = False, certifies: bool = False) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=signs, key_cert_sign=certifies, crl_sign=certifies, content_commitment=False,
        key_encipherment=False, data_encipherment=False, key_agreement=False, encipher_only=False, decipher_only=False,
    )  # fmt: skip


@dataclass
class Authority:
    """A key, and its certificates up to the root."""

    key: ec.EllipticCurvePrivateKey
    chain: list[x509.Certificate]

    @classmethod
    def root(cls, name: str) -> Authority:
        key = new_key()
        made = _builder(_name(name), _name(name), key.public_key(), key.public_key(), timedelta(days=3650))
        made = made.add_extension(x509.BasicConstraints(ca=True, path_length=1), critical=True)
        made = made.add_extension(usage(certifies=True), critical=True)
        return cls(key, [made.sign(key, hashes.SHA256())])

    def below(self, name: str, purpose: ObjectIdentifier, *, certifies: bool) -> Authority:
        key = new_key()
        made = _builder(self.chain[0].subject, _name(name), key.public_key(), self.key.public_key(), timedelta(365))
        made = made.add_extension(usage(signs=not certifies, certifies=certifies), critical=True)
        # A stamp's certificate must have this critical, an authority's for others must not.
        made = made.add_extension(x509.ExtendedKeyUsage([purpose]), critical=not certifies)
        if certifies:
            made = made.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        return Authority(key, [made.sign(self.key, hashes.SHA256()), *self.chain])


def _name(text: str) -> x509.Name:
    return x509.Name(
        [x509.NameAttribute(NameOID.ORGANIZATION_NAME, OPERATOR), x509.NameAttribute(NameOID.COMMON_NAME, text)]
    )


def _builder(issuer: x509.Name, subject: x509.Name, key: Any, issuers: Any, lasts: timedelta) -> Any:
    # Whole seconds, as certificates have them.
    now = datetime.now(UTC).replace(microsecond=0)
    made = x509.CertificateBuilder().issuer_name(issuer).subject_name(subject).public_key(key)
    made = made.serial_number(x509.random_serial_number()).not_valid_before(now).not_valid_after(now + lasts)
    made = made.add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
    return made.add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(issuers), critical=False)


@dataclass
class CertificateLog:
    """The log of certificates, as much as a client sees of it: its promise to take one in."""

    key: ec.EllipticCurvePrivateKey = field(default_factory=new_key)

    def stamp(self, issuer: x509.Certificate, unstamped: x509.Certificate) -> bytes:
        """Promise, as RFC 6962 has it, for a certificate that has no stamp yet."""
        body = unstamped.tbs_certificate_bytes
        now = int(datetime.now(UTC).timestamp() * 1000)
        entry = hashlib.sha256(spki(issuer.public_key())).digest() + len(body).to_bytes(3, "big") + body
        said = struct.pack("!BBQH", 0, 0, now, 1) + entry + struct.pack("!H", 0)
        signature = self.key.sign(said, ec.ECDSA(hashes.SHA256()))
        log = hashlib.sha256(spki(self.key.public_key())).digest()
        one = struct.pack("!B32sQH", 0, log, now, 0) + struct.pack("!BBH", 4, 3, len(signature)) + signature
        return struct.pack("!HH", len(one) + 2, len(one)) + one


def certify(
    authority: Authority, log: CertificateLog, key: Any, name: x509.GeneralName, issuer: str
) -> x509.Certificate:
    """Make the certificate that binds a key of one signing to whom a token named."""
    made = _builder(authority.chain[0].subject, x509.Name([]), key, authority.key.public_key(), timedelta(minutes=10))
    made = made.add_extension(usage(signs=True), critical=True)
    made = made.add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.CODE_SIGNING]), critical=False)
    made = made.add_extension(x509.SubjectAlternativeName([name]), critical=True)
    made = made.add_extension(x509.UnrecognizedExtension(ISSUER_BEFORE, issuer.encode()), critical=False)
    made = made.add_extension(x509.UnrecognizedExtension(ISSUER, encode_der(issuer)), critical=False)
    promise = log.stamp(authority.chain[0], made.sign(authority.key, hashes.SHA256()))
    made = made.add_extension(x509.UnrecognizedExtension(STAMPS, encode_der(promise)), critical=False)
    certificate: x509.Certificate = made.sign(authority.key, hashes.SHA256())
    return certificate
