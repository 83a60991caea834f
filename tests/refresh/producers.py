"""A local server that speaks the producers' formats, well or badly: the shapes are small and written by hand."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

Page = Callable[[dict[str, str], "Asked"], "Answer"]


@dataclass
class Asked:
    """One request as it came: how often this address was asked before, and its headers."""

    number: int
    headers: dict[str, str]


@dataclass
class Answer:
    """What the server sends: ``cut`` bytes only, ``slow`` seconds a byte, or a status and headers of its own."""

    body: bytes = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    cut: int | None = None
    slow: float = 0


@dataclass
class Server:
    """The server's address, its pages by path, and what was asked."""

    address: str
    pages: dict[str, Page]
    log: list[tuple[str, int, dict[str, str]]]

    def always(self, path: str, body: Any, **options: Any) -> None:
        """Answer a path with the same JSON, text or bytes each time."""
        content = (
            body if isinstance(body, bytes) else body.encode() if isinstance(body, str) else json.dumps(body).encode()
        )
        self.pages[path] = lambda query, asked: Answer(content, **options)


@contextmanager
def serving() -> Iterator[Server]:
    """Serve on loopback; each path has a function."""
    pages: dict[str, Page] = {}
    log: list[tuple[str, int, dict[str, str]]] = []

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            number = sum(path == parts.path for path, _, _ in log)
            headers = dict(self.headers.items())
            page = pages.get(parts.path)
            query = {name: values[0] for name, values in parse_qs(parts.query).items()}
            answer = page(query, Asked(number, headers)) if page else Answer(b"no such page", 404)
            log.append((parts.path, answer.status, headers))
            self.close_connection = answer.cut is not None
            self.send_response(answer.status)
            named = {name.lower() for name in answer.headers}
            if "content-length" not in named:
                self.send_header("Content-Length", str(len(answer.body)))
            for name, value in answer.headers.items():
                self.send_header(name, value)
            self.end_headers()
            body = answer.body if answer.cut is None else answer.body[: answer.cut]
            try:
                if not answer.slow:
                    self.wfile.write(body)
                for at in range(len(body) if answer.slow else 0):
                    self.wfile.write(body[at : at + 1])
                    self.wfile.flush()
                    time.sleep(answer.slow)
            except (BrokenPipeError, ConnectionResetError):
                self.close_connection = True

        def log_message(self, format: str, *args: Any) -> None:
            del format, args

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield Server(f"http://127.0.0.1:{server.server_port}", pages, log)
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def indicator(
    rows: list[tuple[str, str, float | None]], page: int = 1, pages: int = 1, total: int | None = None
) -> Any:
    """Give a page of the World Bank's answer: economy, year and value a row."""
    head = {"page": 1, "pages": 1, "per_page": 10000, "total": len(rows),
            "sourceid": "2", "lastupdated": "2026-10-07"}  # fmt: skip
    body = [
        {"indicator": {"id": "X", "value": "x"}, "country": {"id": code[:2], "value": code}, "countryiso3code": code,
         "date": year, "value": value, "unit": "", "obs_status": "", "decimal": 0}
        for code, year, value in rows
    ]  # fmt: skip
    return [head, body]


def economies(groups: list[str], states: list[str]) -> Any:
    """Give the World Bank's list of economies, groups among them."""
    body = [{"id": code, "iso2Code": code[:2], "name": code,
             "region": {"id": "NA", "value": "Aggregates" if code in groups else "Europe & Central Asia"}}
            for code in [*groups, *states]]  # fmt: skip
    return [{"page": 1, "pages": 1, "per_page": "10000", "total": len(body)}, body]
