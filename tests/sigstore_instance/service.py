"""A whole Sigstore instance on loopback: who logs in, its authority, its two logs, its timestamps, and their keys.

It is small and honest: it looks at what it is sent as the real services do, and what it signs holds to every check of a
client. Only who sits at the browser it does not ask.
"""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID
from tests.sigstore_instance import logs, timestamps
from tests.sigstore_instance.certificates import OPERATOR, Authority, CertificateLog, certify, der, new_key, spki

AUDIENCE = "sigstore"


class Refused(Exception):
    """What was sent is not what it must be."""


@dataclass
class Service:
    """Keys of an instance, and what it answers.

    Attributes
    ----------
    user : str
        Whose browser every login comes from.
    seen : list of str
        Paths that were asked for.
    """

    user: str
    url: str = ""
    seen: list[str] = field(default_factory=list)
    tokens_key: ec.EllipticCurvePrivateKey = field(default_factory=new_key)
    authority: Authority = field(init=False)
    certificates: CertificateLog = field(default_factory=CertificateLog)
    before: logs.Log = field(default_factory=logs.log_before)
    now: logs.Log = field(default_factory=logs.log_now)
    stamps: Authority = field(init=False)
    _logins: dict[str, str] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        root = Authority.root("sigstore.example.org")
        self.authority = root.below("sigstore-intermediate", ExtendedKeyUsageOID.CODE_SIGNING, certifies=True)
        root = Authority.root("timestamps.example.org")
        self.stamps = root.below("timestamp", ExtendedKeyUsageOID.TIME_STAMPING, certifies=False)

    @property
    def issuer(self) -> str:
        """Who vouches for those that log in."""
        return f"{self.url}/login"

    def token(self, key: ec.EllipticCurvePrivateKey | None = None, **claims: Any) -> str:
        """Vouch for somebody: a person by ``email``, or a workflow by ``sub``."""
        now = int(time.time())
        body = {"iss": self.issuer, "aud": AUDIENCE, "sub": "1", "iat": now, "exp": now + 60, **claims}
        return jwt.encode(body, key or self.tokens_key, algorithm="ES256")

    # What is asked for by a browser or a client on its way in.

    def configuration(self) -> Any:
        return {"issuer": self.issuer, "authorization_endpoint": f"{self.issuer}/auth",
                "token_endpoint": f"{self.issuer}/token"}  # fmt: skip

    def log_in(self, asked: dict[str, list[str]]) -> str:
        """Send the browser back with a code that is good for whoever holds the verifier of its challenge."""
        code = secrets.token_urlsafe()
        self._logins[code] = asked["code_challenge"][0]
        return f"{asked['redirect_uri'][0]}?{urlencode({'code': code, 'state': asked['state'][0]})}"

    def hand_out(self, asked: dict[str, list[str]]) -> Any:
        challenge = self._logins.pop(asked["code"][0], "")
        digest = hashlib.sha256(asked["code_verifier"][0].encode()).digest()
        if base64.urlsafe_b64encode(digest).rstrip(b"=").decode() != challenge:
            raise Refused("not who logged in")
        return {"access_token": self.token(email=self.user, email_verified=True), "token_type": "Bearer"}

    def certify(self, asked: Any, token: str) -> Any:
        """Bind the key of a signing request to whom a token names (version 2 of the authority's interface)."""
        try:
            said = jwt.decode(
                token, self.tokens_key.public_key(), algorithms=["ES256"], audience=AUDIENCE, issuer=self.issuer
            )
        except jwt.InvalidTokenError as error:
            raise Refused(f"token: {error}") from error
        request = x509.load_pem_x509_csr(base64.b64decode(asked["certificateSigningRequest"]))
        if not request.is_signature_valid:
            raise Refused("the request is not signed with its own key")
        if said.get("email_verified"):
            name: x509.GeneralName = x509.RFC822Name(said["email"])
        else:
            name = x509.UniformResourceIdentifier(said["sub"])
        made = certify(self.authority, self.certificates, request.public_key(), name, self.issuer)
        chain = [one.public_bytes(Encoding.PEM).decode() for one in (made, *self.authority.chain)]
        return {"signedCertificateEmbeddedSct": {"chain": {"certificates": chain}}}

    def enter(self, asked: Any, version: int) -> Any:
        """Take a signature into a log."""
        with self._lock:
            return logs.enter_before(self.before, asked) if version == 1 else logs.enter_now(self.now, asked)

    def trust_config(self) -> dict[str, Any]:
        """Name keys and addresses, as ``sigstore --trust-config`` reads them."""
        start = self.authority.chain[-1].not_valid_before_utc.isoformat().replace("+00:00", "Z")
        valid = {"start": start}

        def log(url: str, key: Any, identifier: bytes, kind: str) -> dict[str, Any]:
            public = {"rawBytes": logs.b64(spki(key.public_key())), "keyDetails": kind, "validFor": valid}
            return {"baseUrl": url, "hashAlgorithm": "SHA2_256", "publicKey": public,
                    "logId": {"keyId": logs.b64(identifier)}}  # fmt: skip

        def chain(authority: Authority) -> dict[str, Any]:
            certificates = [{"rawBytes": logs.b64(der(one))} for one in authority.chain]
            return {"subject": {"organization": OPERATOR, "commonName": "sigstore"}, "uri": self.url,
                    "certChain": {"certificates": certificates}, "validFor": valid}  # fmt: skip

        def at(url: str, version: int = 1) -> dict[str, Any]:
            return {"url": url, "majorApiVersion": version, "validFor": valid, "operator": OPERATOR}

        curve, edwards = "PKIX_ECDSA_P256_SHA_256", "PKIX_ED25519"
        stamping = hashlib.sha256(spki(self.certificates.key.public_key())).digest()
        return {
            "mediaType": "application/vnd.dev.sigstore.clienttrustconfig.v0.1+json",
            "trustedRoot": {
                "mediaType": "application/vnd.dev.sigstore.trustedroot+json;version=0.1",
                "tlogs": [
                    log(self.url, self.before.key, self.before.id, curve),
                    log(self.url, self.now.key, self.now.id, edwards),
                ],
                "certificateAuthorities": [chain(self.authority)],
                "ctlogs": [log(f"{self.url}/certificates", self.certificates.key, stamping, curve)],
                "timestampAuthorities": [chain(self.stamps)],
            },
            "signingConfig": {
                "mediaType": "application/vnd.dev.sigstore.signingconfig.v0.2+json",
                "caUrls": [at(self.url)],
                "oidcUrls": [at(self.issuer)],
                "rekorTlogUrls": [at(self.url), at(self.url, 2)],
                "rekorTlogConfig": {"selector": "ANY"},
                "tsaUrls": [at(f"{self.url}/timestamp")],
                "tsaConfig": {"selector": "ANY"},
            },
        }


def _handler(service: Service) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def log_message(self, format: str, *args: Any) -> None:
            pass

        def answer(self, status: int, body: Any, **headers: str) -> None:
            data = body if isinstance(body, bytes) else json.dumps(body).encode()
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def do_GET(self) -> None:
            asked = urlsplit(self.path)
            service.seen.append(asked.path)
            if asked.path == "/login/.well-known/openid-configuration":
                self.answer(200, service.configuration())
            elif asked.path == "/login/auth":
                self.answer(302, b"", Location=service.log_in(parse_qs(asked.query)))
            else:
                self.answer(404, {})

        def do_POST(self) -> None:
            service.seen.append(self.path)
            body = self.rfile.read(int(self.headers["Content-Length"]))
            try:
                if self.path == "/login/token":
                    self.answer(200, service.hand_out(parse_qs(body.decode())))
                elif self.path == "/api/v2/signingCert":
                    token = self.headers["Authorization"].removeprefix("Bearer ")
                    self.answer(200, service.certify(json.loads(body), token))
                elif self.path == "/api/v1/log/entries":
                    self.answer(201, service.enter(json.loads(body), 1))
                elif self.path == "/api/v2/log/entries":
                    self.answer(201, service.enter(json.loads(body), 2))
                elif self.path == "/timestamp":
                    self.answer(201, timestamps.answer(service.stamps, body))
                else:
                    self.answer(404, {})
            except Exception as error:  # told to the client, as the services do
                self.answer(400, {"code": 400, "message": f"{type(error).__name__}: {error}"})

    return Handler


@contextmanager
def running(user: str) -> Iterator[Service]:
    """Run an instance on a free port of loopback, as long as it is needed."""
    service = Service(user)
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(service))
    service.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield service
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
