"""Whose identity stands behind a file by Sigstore: the bundle that lies beside it, checked without the network."""

from __future__ import annotations

import base64
import hashlib
import json
import logging
from contextlib import suppress
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Literal

from tightrope.errors import BadParameter
from tightrope.language import N_, t

# As `sigstore sign FILE` names it.
SUFFIX = ".sigstore.json"
_MOST_BYTES = 1_000_000
# Where a certificate says who vouched for its holder: as UTF-8 in DER, and in older ones as bare bytes.
_ISSUER, _ISSUER_BEFORE = "1.3.6.1.4.1.57264.1.8", "1.3.6.1.4.1.57264.1.1"
_FAULTS = {
    "file": N_(
        "The Sigstore bundle beside it, {bundle}, signs other bytes: this file was changed after it was signed, or the "
        "bundle is another file's."
    ),
    "bundle": N_("The Sigstore bundle beside it, {bundle}, does not hold for this file: {fault}."),
    "instance": N_(
        "The Sigstore bundle beside it, {bundle}, proves nothing here: an instance of Sigstore made it whose keys are "
        "not trusted, and that calls itself {fault}."
    ),
}
ELSEWHERE = N_(
    "The keys of a private instance are named with --trust-config; new ones of the public instance come with a newer "
    "package sigstore."
)


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
        Why it does not hold, or what another instance calls itself; empty where it holds.
    fault_in : str
        Whether it is sound, but of other bytes; or unsound; or made by an instance of Sigstore that is not trusted.
    is_checked : bool
        False where the package that can check it is not installed.
    """

    bundle: str
    who: str = ""
    issuer: str = ""
    day: str = ""
    fault: str = ""
    fault_in: Literal["", "file", "bundle", "instance"] = ""
    is_checked: bool = True

    @property
    def is_valid(self) -> bool:
        """Whether the bundle was checked and is one of this file."""
        return self.is_checked and not self.fault

    @property
    def complaint(self) -> str:
        """Why it does not hold, in a sentence; empty where it does."""
        text = _FAULTS.get(self.fault_in)
        return t(text, bundle=self.bundle, fault=self.fault.rstrip(".")) if text else ""


def look(path: Path, data: bytes, keys: Any = None) -> Identity | None:
    """Check the bundle that lies beside a file; None where there is none.

    Parameters
    ----------
    path : Path
    data : bytes
        What the file holds: the bundle stands for all of it.
    keys : sigstore.models.TrustedRoot, optional
        Keys of the instance that must have made it, see `keys_of`; by default those of the public one.
    """
    beside = path.with_name(path.name + SUFFIX)
    if not beside.is_file():
        return None
    if find_spec("sigstore") is None:
        return Identity(beside.name, is_checked=False)
    try:
        if beside.stat().st_size > _MOST_BYTES:
            most = t("it has more than {n} MB", n=_MOST_BYTES // 1_000_000)
            return Identity(beside.name, fault=most, fault_in="bundle")
        return _checked(beside, data, keys)
    except ImportError:  # no fault of the bundle
        raise
    except Exception as error:  # what somebody sent may raise anything in there
        first = (str(error).splitlines() or [type(error).__name__])[0]
        return Identity(beside.name, fault=first[:200], fault_in="bundle")


def _checked(beside: Path, data: bytes, keys: Any) -> Identity:
    # Its own words on working without the network, and on a check of no name, are for its own command.
    logging.getLogger("sigstore").setLevel(logging.CRITICAL)
    from sigstore.errors import VerificationError
    from sigstore.models import Bundle, ClientTrustConfig
    from sigstore.verify import Verifier, policy

    keys = keys or ClientTrustConfig.production(offline=True).trusted_root
    text = beside.read_bytes()
    bundle = Bundle.from_json(text)
    certificate = bundle.signing_certificate
    if not _is_certified_by(keys, certificate):
        named = certificate.issuer.rfc4514_string()[:200] or "?"
        return Identity(beside.name, fault=named, fault_in="instance")
    # Who it is, whoever asks decides; that it is that very one, this does.
    verifier, anybody = Verifier(trusted_root=keys), policy.UnsafeNoOp()
    try:
        verifier.verify_artifact(data, bundle, anybody)
    except VerificationError as error:
        signed = _digest_in(text)
        if signed is None or signed.digest == hashlib.sha256(data).digest():
            raise
        verifier.verify_artifact(signed, bundle, anybody)
        return Identity(beside.name, fault=str(error), fault_in="file")
    who, issuer = _names(certificate)
    return Identity(beside.name, who, issuer, certificate.not_valid_before_utc.date().isoformat())


def _is_certified_by(keys: Any, certificate: Any) -> bool:
    """Whether a certificate names one of the trusted authorities' keys; one that names none is left to the check."""
    from cryptography import x509

    try:
        above = certificate.extensions.get_extension_for_class(x509.AuthorityKeyIdentifier).value.key_identifier
    except x509.ExtensionNotFound:
        return True
    own = {x509.SubjectKeyIdentifier.from_public_key(one.public_key()).digest for one in keys.get_fulcio_certs()}
    for one in keys.get_fulcio_certs():
        with suppress(x509.ExtensionNotFound):
            own.add(one.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value.digest)
    return above in own


def _digest_in(text: bytes) -> Any:
    """Give the digest of what a bundle says that it signs; None where it does not say."""
    from sigstore.hashes import Hashed
    from sigstore_models.common.v1 import HashAlgorithm

    said = (json.loads(text).get("messageSignature") or {}).get("messageDigest") or {}
    if said.get("algorithm") != "SHA2_256":
        return None
    return Hashed(algorithm=HashAlgorithm.SHA2_256, digest=base64.b64decode(said["digest"]))


def _names(certificate: Any) -> tuple[str, str]:
    from cryptography import x509

    names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    who = next(str(name.value) for name in names)
    told = {one.oid.dotted_string: one.value.value for one in certificate.extensions if hasattr(one.value, "value")}
    issuer = _in_der(told[_ISSUER]) if _ISSUER in told else told[_ISSUER_BEFORE].decode()
    return who, issuer


def _in_der(data: bytes) -> str:
    """Read a UTF8String: not every version of cryptography that goes with sigstore can."""
    # Its tag, its length in one byte or in as many more as that one says, and the text.
    start = 2 + (data[1] & 0x7F if data[1] & 0x80 else 0)
    length = int.from_bytes(data[2:start]) if start > 2 else data[1]
    if data[0] != 0x0C or len(data) != start + length:
        raise ValueError("who vouched for it cannot be read")
    return data[start:].decode()


@dataclass(frozen=True)
class Asked:
    """Whose signature is asked for, and by whose keys it counts.

    Attributes
    ----------
    whom : tuple of str, optional
        A name, and who vouches for it; None for anybody.
    keys : sigstore.models.TrustedRoot, optional
        Keys of a private instance; None for those of the public one.
    """

    whom: tuple[str, str] | None = None
    keys: Any = None

    @classmethod
    def of(cls, identity: str, issuer: str, trust_config: Path | None) -> Asked:
        """Read what was given as options, see `wanted` and `keys_of`."""
        return cls(wanted(identity, issuer), keys_of(trust_config))

    @property
    def for_some(self) -> bool:
        """Whether the file must be signed: by somebody, or by anybody of a private instance."""
        return self.whom is not None or self.keys is not None


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
    _need("an identity", "--identity")
    return identity, issuer


def keys_of(trust_config: Path | None) -> Any:
    """Read the keys of a private instance of Sigstore; None where none is named.

    Parameters
    ----------
    trust_config : Path or None
        Trust configuration as ``sigstore --trust-config`` takes it, or the trusted root in it.

    Returns
    -------
    sigstore.models.TrustedRoot or None

    Raises
    ------
    BadParameter
        Where the file is neither, or the package that can read it is not installed.
    """
    if trust_config is None:
        return None
    _need("a trust configuration", "--trust-config")
    from sigstore.models import ClientTrustConfig, TrustedRoot

    try:
        text = trust_config.read_text(encoding="utf-8")
        is_root = "trustedroot" in str(json.loads(text).get("mediaType"))
        keys = TrustedRoot.from_file(str(trust_config)) if is_root else ClientTrustConfig.from_json(text).trusted_root
        keys.get_fulcio_certs()
    except Exception as error:  # its reader raises many kinds
        first = (str(error).splitlines() or [type(error).__name__])[0]
        fix = "name the file that is given to sigstore --trust-config, or a trusted_root.json"
        raise BadParameter(
            f"{trust_config.name} is no trust configuration of Sigstore", "--trust-config", first[:200], fix
        ) from None
    return keys


def _need(what: str, option: str) -> None:
    if find_spec("sigstore") is None:
        raise BadParameter(f"{what} needs the package sigstore", option, fix="pip install 'tightrope[sigstore]'")
