"""Whose identity stands behind a file by Sigstore: the bundle that lies beside it, checked without the network."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from tightrope.errors import BadParameter

# As `sigstore sign FILE` names it.
SUFFIX = ".sigstore.json"
_MOST_BYTES = 1_000_000
# Where a certificate says who vouched for its holder: as UTF-8 in DER, and in older ones as bare bytes.
_ISSUER, _ISSUER_BEFORE = "1.3.6.1.4.1.57264.1.8", "1.3.6.1.4.1.57264.1.1"


@dataclass(frozen=True)
class Identity:
    """What a bundle says of a file.

    Attributes
    ----------
    bundle : str
        Name of its file.
    who : str
        An e-mail address, or the address of a workflow; empty where the bundle is not one of this file.
    issuer : str
        Who vouched for it.
    day : str
        When, year-month-day.
    fault : str
        Why it does not hold; empty where it does.
    is_checked : bool
        False where the package that can check it is not installed.
    """

    bundle: str
    who: str = ""
    issuer: str = ""
    day: str = ""
    fault: str = ""
    is_checked: bool = True

    @property
    def is_valid(self) -> bool:
        """Whether the bundle was checked and is one of this file."""
        return self.is_checked and not self.fault


def look(path: Path, data: bytes) -> Identity | None:
    """Check the bundle that lies beside a file; None where there is none.

    Parameters
    ----------
    path : Path
    data : bytes
        What the file holds: the bundle stands for all of it.
    """
    beside = path.with_name(path.name + SUFFIX)
    if not beside.is_file():
        return None
    if find_spec("sigstore") is None:
        return Identity(beside.name, is_checked=False)
    try:
        if beside.stat().st_size > _MOST_BYTES:
            return Identity(beside.name, fault=f"it has more than {_MOST_BYTES // 1_000_000} MB")
        return _checked(beside, data)
    except Exception as error:  # what somebody sent may raise anything in there
        first = (str(error).splitlines() or [type(error).__name__])[0]
        return Identity(beside.name, fault=first[:200])


def _checked(beside: Path, data: bytes) -> Identity:
    # Its own words on working without the network, and on a check of no name, are for its own command.
    logging.getLogger("sigstore").setLevel(logging.CRITICAL)
    from sigstore.models import Bundle
    from sigstore.verify import Verifier, policy

    bundle = Bundle.from_json(beside.read_bytes())
    # Who it is, whoever asks decides; that it is that very one, this does.
    Verifier.production(offline=True).verify_artifact(data, bundle, policy.UnsafeNoOp())
    certificate = bundle.signing_certificate
    who, issuer = _names(certificate)
    return Identity(beside.name, who, issuer, certificate.not_valid_before_utc.date().isoformat())


def _names(certificate: Any) -> tuple[str, str]:
    from cryptography import x509
    from cryptography.hazmat.asn1 import decode_der

    names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    who = next(str(name.value) for name in names)
    told = {one.oid.dotted_string: one.value.value for one in certificate.extensions if hasattr(one.value, "value")}
    issuer = decode_der(str, told[_ISSUER]) if _ISSUER in told else told[_ISSUER_BEFORE].decode()
    return who, issuer


def wanted(identity: str, issuer: str) -> tuple[str, str] | None:
    """Read whose signature is asked for; None where nobody's is.

    Raises
    ------
    BadParameter
        Where only one of the two is given, or the package that can check it is not installed.
    """
    if not identity and not issuer:
        return None
    if not identity or not issuer:
        fix = "give both, for example --identity ada@example.org --issuer https://accounts.google.com"
        raise BadParameter("an identity is a name and who vouches for it", "--identity, --issuer", fix=fix)
    if find_spec("sigstore") is None:
        raise BadParameter(
            "an identity needs the package sigstore", "--identity", fix="pip install 'tightrope[sigstore]'"
        )
    return identity, issuer
