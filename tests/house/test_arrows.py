"""The house's one line of flow, with no way back: who may import whom.

Read from the source with ``ast`` (imports inside functions count too), then tried once for real in a fresh
interpreter, because a package may bring another in by way of a third.
"""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = "tightrope"
EVIDENCE_SIDE = {"evidence", "measures", "claims", "charts", "narrative", "profile", "balance", "atlas"}
PUBLISH_SIDE = {"publish", "batch"}

# room -> the rooms it must not know. `cli` is above them all; `asked` to `language` are below.
FORBIDDEN_ROOMS = {
    "asked": EVIDENCE_SIDE | PUBLISH_SIDE | {"ingest", "cli"},
    "disk_cache": EVIDENCE_SIDE | PUBLISH_SIDE | {"ingest", "cli"},
    "errors": EVIDENCE_SIDE | PUBLISH_SIDE | {"ingest", "cli"},
    "records": EVIDENCE_SIDE | PUBLISH_SIDE | {"ingest", "cli"},
    "releases": EVIDENCE_SIDE | PUBLISH_SIDE | {"ingest", "cli"},
    "language": EVIDENCE_SIDE | PUBLISH_SIDE | {"ingest", "cli"},
    "evidence": (EVIDENCE_SIDE - {"evidence"}) | PUBLISH_SIDE | {"ingest", "cli"},
    "measures": {"claims", "charts", "narrative", "profile", "balance", "atlas"} | PUBLISH_SIDE | {"ingest", "cli"},
    "claims": {"charts", "narrative", "profile", "balance", "atlas"} | PUBLISH_SIDE | {"ingest", "cli"},
    "charts": {"claims", "narrative", "profile", "balance", "atlas"} | PUBLISH_SIDE | {"ingest", "cli"},
    "narrative": {"charts", "profile", "balance", "atlas"} | PUBLISH_SIDE | {"ingest", "cli"},
    "profile": {"charts", "balance", "atlas"} | PUBLISH_SIDE | {"ingest", "cli"},
    "balance": {"charts", "atlas"} | PUBLISH_SIDE | {"ingest", "cli"},
    "atlas": {"charts", "profile", "balance"} | PUBLISH_SIDE | {"ingest", "cli"},
    "publish": EVIDENCE_SIDE | {"batch", "ingest", "cli"},
    "batch": EVIDENCE_SIDE | {"ingest", "cli"},
    "ingest": {"measures", "claims", "charts", "narrative", "cli"} | PUBLISH_SIDE,
    "refresh": {"charts", "narrative", "profile", "cli"} | PUBLISH_SIDE,
    "verify": EVIDENCE_SIDE | {"batch", "ingest", "cli", "diff"},
    "diff": {"measures", "charts", "profile", "batch", "ingest", "cli"},
    "authoring": {"charts", "narrative", "profile", "ingest", "cli"} | PUBLISH_SIDE,
    "cli": {"ingest"},
}
PUBLISHING_LIBRARIES = {"papermill", "nbconvert", "nbclient", "typst", "pypandoc"}
FORBIDDEN_LIBRARIES = {
    "evidence": PUBLISHING_LIBRARIES | {"matplotlib"},
    "measures": PUBLISHING_LIBRARIES | {"matplotlib"},
    "claims": PUBLISHING_LIBRARIES | {"matplotlib"},
    "narrative": PUBLISHING_LIBRARIES | {"matplotlib"},
    "profile": PUBLISHING_LIBRARIES | {"matplotlib"},
    "atlas": PUBLISHING_LIBRARIES | {"matplotlib"},
    "balance": PUBLISHING_LIBRARIES | {"matplotlib"},
    "charts": PUBLISHING_LIBRARIES,
}


def module_name(path: Path, source_root: Path) -> str:
    parts = path.relative_to(source_root).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imported_names(source: str, module: str, *, is_package: bool) -> Iterator[tuple[int, str]]:
    """Give each imported dotted name with its line; relative imports are resolved against ``module``."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield node.lineno, alias.name
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                up = module.split(".")
                up = up[: len(up) - node.level + is_package]
                base = ".".join([*up, base] if base else up)
            for alias in node.names:
                yield node.lineno, f"{base}.{alias.name}"
        elif isinstance(node, ast.Call) and _is_import_call(node.func):
            first = node.args[0] if node.args else None
            if isinstance(first, ast.Constant) and isinstance(first.value, str):
                yield node.lineno, first.value


def _is_import_call(func: ast.expr) -> bool:
    called = func.attr if isinstance(func, ast.Attribute) else getattr(func, "id", "")
    return called in {"import_module", "__import__"}


def room_of(dotted: str) -> str | None:
    parts = dotted.split(".")
    return parts[1] if parts[0] == PACKAGE and len(parts) > 1 else None


def breaches(source: str, module: str, *, is_package: bool = False) -> list[str]:
    """Give a line for every import in ``source`` that goes against the arrows."""
    room = room_of(module)
    if room is None:
        return []
    found = []
    for line, name in imported_names(source, module, is_package=is_package):
        if room_of(name) in FORBIDDEN_ROOMS.get(room, set()):
            found.append(f"{module}:{line} imports {name}: {room} must not know {room_of(name)}")
        if name.split(".")[0] in FORBIDDEN_LIBRARIES.get(room, set()):
            found.append(f"{module}:{line} imports {name}: {room} must not know {name.split('.')[0]}")
    return found


def modules(root: Path) -> list[Path]:
    return sorted((root / "scripts" / PACKAGE).rglob("*.py"))


def test_no_module_imports_against_the_arrows(root: Path) -> None:
    source_root = root / "scripts"
    found = [
        breach
        for path in modules(root)
        for breach in breaches(
            path.read_text(encoding="utf-8"),
            module_name(path, source_root),
            is_package=path.name == "__init__.py",
        )
    ]
    assert found == []


def test_every_room_has_its_arrows(root: Path) -> None:
    rooms = {path.relative_to(root / "scripts" / PACKAGE).parts[0].removesuffix(".py") for path in modules(root)}
    assert rooms - {"__init__", "__main__"} <= FORBIDDEN_ROOMS.keys(), "a new room needs its line in FORBIDDEN_ROOMS"


@pytest.mark.parametrize(
    ("module", "is_package", "source"),
    [
        ("tightrope.publish.html", False, "from tightrope.evidence import Evidence"),
        ("tightrope.publish", True, "from tightrope import claims"),
        ("tightrope.publish.html", False, "from ..measures import trade"),
        ("tightrope.publish", True, "from ..charts.style import inks"),
        ("tightrope.batch.run", False, "def late():\n    import tightrope.narrative.sentences"),
        ("tightrope.batch.run", False, "import importlib\nimportlib.import_module('tightrope.claims')"),
        ("tightrope.evidence.tables", False, "from ..measures.trade import rank"),
        ("tightrope.measures.trade", False, "from .. import narrative"),
        ("tightrope.claims.readings", False, "import matplotlib.pyplot as plt"),
        ("tightrope.cli", False, "from tightrope.ingest import build"),
    ],
)
def test_a_breach_is_seen(module: str, is_package: bool, source: str) -> None:
    assert len(breaches(source, module, is_package=is_package)) == 1


@pytest.mark.parametrize(
    ("module", "source"),
    [
        ("tightrope.measures.trade", "from ..evidence import Evidence\nfrom .measure import Measure"),
        ("tightrope.charts.series", "import matplotlib\nfrom ..measures.measure import Measure"),
        ("tightrope.publish.html", "from .figures import read\nfrom ..errors import RenderFailed\nimport nbconvert"),
        ("tightrope.cli", "from .publish import render\nfrom .claims import judge"),
    ],
)
def test_the_arrows_themselves_are_allowed(module: str, source: str) -> None:
    assert breaches(source, module) == []


LOADED = """
import importlib, pkgutil, sys
for room in sys.argv[1:]:
    package = importlib.import_module("tightrope." + room)
    for module in pkgutil.walk_packages(package.__path__, package.__name__ + "."):
        if not module.name.endswith("__main__"):
            importlib.import_module(module.name)
print("\\n".join(sorted(sys.modules)))
"""


def loaded_by(*rooms: str) -> set[str]:
    """Import every module of ``rooms`` in a fresh interpreter and give what it loaded."""
    run = subprocess.run([sys.executable, "-c", LOADED, *rooms], capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    return set(run.stdout.split())


@pytest.mark.parametrize("room", ["evidence", "measures", "claims", "narrative", "profile", "balance", "atlas"])
def test_no_drawing_library_comes_in_by_way_of_another(room: str) -> None:
    loaded = loaded_by(room)
    assert f"tightrope.{room}" in loaded
    assert {name.split(".")[0] for name in loaded} & {"matplotlib", *PUBLISHING_LIBRARIES} == set()


def test_publish_and_batch_load_nothing_of_states_or_claims(root: Path) -> None:
    rooms = [room for room in sorted(PUBLISH_SIDE) if (root / "scripts" / PACKAGE / room).is_dir()]
    assert {room_of(name) for name in loaded_by(*rooms)} & (EVIDENCE_SIDE | {"ingest"}) == set()
