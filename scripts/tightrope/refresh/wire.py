"""Polite HTTP: time-outs, retries that wait, conditional and resumed requests, limits, TLS.

The producers' client libraries open their own connections without a limit of size, a conditional request or a
resume, so requests and urllib3 do the work here and this file sets their terms.
"""

from __future__ import annotations

import hashlib
import json
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import requests
import urllib3
from requests.adapters import HTTPAdapter
from urllib3.util.retry import Retry

from tightrope.refresh.feed import Feed, refused

LOOPBACK = ("localhost", "127.0.0.1", "::1")
CHUNK = 1 << 16


@dataclass(frozen=True)
class Terms:
    """How long to wait and how often to try again.

    ``seconds`` is the most that one answer may take in all, ``longest_wait`` the longest pause a server may ask for.
    """

    connect: float = 10
    read: float = 30
    seconds: float = 1800
    tries: int = 4
    backoff: float = 1.0
    longest_wait: float = 60


class _Capped(Retry):
    """A retry that waits as the server asks, up to a limit: a hostile answer could ask for a year."""

    longest_wait: float = 60

    def get_retry_after(self, response: urllib3.BaseHTTPResponse) -> float | None:
        asked = super().get_retry_after(response)
        return None if asked is None else min(asked, self.longest_wait)


class _Session(requests.Session):
    """A session that holds each redirect to https before it is followed, and keeps keys from other hosts."""

    def __init__(self, feed: Feed) -> None:
        super().__init__()
        self.feed = feed
        self.own_headers: list[str] = []

    def rebuild_auth(self, prepared_request: requests.PreparedRequest, response: requests.Response) -> None:
        super().rebuild_auth(prepared_request, response)
        target = str(prepared_request.url)
        only_tls(self.feed, target)
        if urlsplit(target).netloc != urlsplit(response.url).netloc:
            for name in self.own_headers:
                prepared_request.headers.pop(name, None)


def only_tls(feed: Feed, url: str) -> None:
    """Refuse an address that is neither https nor on this machine."""
    parts = urlsplit(url)
    if parts.scheme != "https" and parts.hostname not in LOOPBACK:
        raise refused(
            feed, "the address is not https", where=url, why="anybody on the way could change the figures",
            fix="give an https address",
        )  # fmt: skip


class Wire:
    """One session with a feed; answers are kept in ``folder`` so that the next run can ask whether they changed."""

    def __init__(self, feed: Feed, folder: Path, terms: Terms | None = None) -> None:
        self.feed, self.folder, self.terms = feed, folder, terms or Terms()
        folder.mkdir(parents=True, exist_ok=True)
        # A class of its own, so that Retry.new() keeps the limit.
        retry = type("_Retry", (_Capped,), {"longest_wait": self.terms.longest_wait})(
            total=self.terms.tries, backoff_factor=self.terms.backoff, status_forcelist=(429, 500, 502, 503, 504),
            allowed_methods=("GET",), raise_on_status=False, redirect=3,
        )  # fmt: skip
        self.session = _Session(feed)
        self.session.mount("https://", HTTPAdapter(max_retries=retry))
        self.session.mount("http://", HTTPAdapter(max_retries=retry))
        self.session.headers.update({"User-Agent": "tightrope-refresh", "Accept-Encoding": "identity"})

    def get(self, url: str, params: dict[str, Any] | None = None, headers: dict[str, str] | None = None) -> Path:
        """Fetch an address into a file; an unchanged one is not sent again, a cut-off one goes on where it stopped.

        Raises
        ------
        BadTable
            No answer, an error status, more than the feed's limit, or an answer that never ends.
        """
        full = requests.Request("GET", url, params=params).prepare().url or url
        only_tls(self.feed, full)
        self.session.own_headers = list(headers or {})
        kept = self.folder / hashlib.sha256(full.encode()).hexdigest()[:24]
        deadline = time.monotonic() + self.terms.seconds
        for attempt in range(self.terms.tries + 1):
            if attempt:
                time.sleep(min(self.terms.backoff * 2**attempt / 2, self.terms.longest_wait))
            if self._fetch(full, headers or {}, kept, deadline):
                return kept
        raise refused(
            self.feed, "the answer was cut off each time", where=url, fix="try again: it goes on where it stopped"
        )

    def json(self, url: str, params: dict[str, Any] | None = None, headers: dict[str, str] | None = None) -> Any:
        """Fetch an address as JSON; an HTML page or anything else is refused."""
        path = self.get(url, params, headers)
        content = path.read_bytes()
        try:
            return json.loads(content)
        except ValueError:
            self.forget(path)
            raise refused(self.feed, f"the answer is {kind_of(content)}, not JSON", where=url) from None

    def forget(self, path: Path) -> None:
        """Drop a kept answer that turned out to be of no use."""
        for item in (path, _beside(path, ".json")):
            item.unlink(missing_ok=True)

    def _fetch(self, url: str, headers: dict[str, str], kept: Path, deadline: float) -> bool:
        part, marks = _beside(kept, ".part"), _marks(kept)
        begun = part.stat().st_size if part.is_file() else 0
        asked = dict(headers)
        if begun and _marks(part):
            asked |= {"Range": f"bytes={begun}-", "If-Range": _marks(part)["tag"]}
        elif kept.is_file() and marks:
            asked |= {"If-None-Match": marks["tag"]} if marks["kind"] == "ETag" else {"If-Modified-Since": marks["tag"]}
        answered = False
        try:
            with self.session.get(
                url, headers=asked, stream=True, timeout=(self.terms.connect, self.terms.read)
            ) as got:
                if got.status_code == 304 and kept.is_file():
                    return True
                self._accept(got, url)
                answered = True
                return self._save(got, kept, begun if got.status_code == 206 else 0, deadline)
        except (requests.ConnectionError, requests.Timeout, urllib3.exceptions.HTTPError) as error:
            if answered and part.is_file() and part.stat().st_size:
                return False
            raise refused(
                self.feed, "the producer does not answer", where=f"{url}: {type(error).__name__}",
                fix="try again later; nothing was changed",
            ) from None  # fmt: skip
        except requests.RequestException as error:
            raise refused(self.feed, f"the request failed: {type(error).__name__}", where=url) from None

    def _accept(self, got: requests.Response, url: str) -> None:
        if got.status_code == 429:
            raise refused(self.feed, "the producer says that we ask too often (429)", where=url, fix="wait an hour")
        if got.status_code in (401, 403):
            fix = f"check the key in {self.feed.key}" if self.feed.key else ""
            raise refused(self.feed, f"the producer refuses access ({got.status_code})", where=url, fix=fix)
        if got.status_code not in (200, 206):
            raise refused(self.feed, f"the producer answers with an error ({got.status_code})", where=url)
        if got.headers.get("Content-Encoding", "identity") != "identity":
            raise refused(self.feed, "the answer is packed although we asked for it plain", where=url)
        size = int(got.headers.get("Content-Length") or 0)
        if size > self.feed.max_bytes:
            raise self._too_large(url)

    def _save(self, got: requests.Response, kept: Path, begun: int, deadline: float) -> bool:
        part = _beside(kept, ".part")
        tag = {"kind": "ETag", "tag": got.headers["ETag"]} if "ETag" in got.headers else None
        if tag is None and "Last-Modified" in got.headers:
            tag = {"kind": "Last-Modified", "tag": got.headers["Last-Modified"]}
        marks = _beside(part, ".json")
        if tag:
            marks.write_text(json.dumps(tag), encoding="utf-8")
        else:
            marks.unlink(missing_ok=True)
        size, expected = begun, got.headers.get("Content-Length")
        with part.open("ab" if begun else "wb") as handle:
            while chunk := got.raw.read1(CHUNK):
                size += len(chunk)
                if size > self.feed.max_bytes:
                    part.unlink()
                    raise self._too_large(got.url)
                if time.monotonic() > deadline:
                    raise refused(self.feed, f"the answer took more than {self.terms.seconds:.0f} s", where=got.url)
                handle.write(chunk)
        if expected is not None and size < begun + int(expected):
            return False
        part.replace(kept)
        if tag:
            marks.replace(_beside(kept, ".json"))
        else:
            _beside(kept, ".json").unlink(missing_ok=True)
        return True

    def _too_large(self, url: str) -> Exception:
        return refused(
            self.feed, f"the answer is larger than {self.feed.max_mb} MB", where=url,
            fix="if the producer's file has grown, raise max_mb in refresh/feeds.toml",
        )  # fmt: skip


def kind_of(content: bytes) -> str:
    """Say what an answer looks like that is not what was asked for."""
    start = content[:512].lstrip().lower()
    if not start:
        return "empty"
    if start.startswith((b"<!doctype", b"<html", b"<?xml", b"<")):
        return "a page of HTML"
    return "a zip archive" if start.startswith(b"pk\x03\x04") else "something else"


def _beside(path: Path, end: str) -> Path:
    return path.with_name(path.name + end)


def _marks(path: Path) -> dict[str, str]:
    try:
        found = json.loads(_beside(path, ".json").read_text(encoding="utf-8"))
        return {"kind": str(found["kind"]), "tag": str(found["tag"])}
    except (OSError, ValueError, KeyError, TypeError):
        return {}
