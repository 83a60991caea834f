"""A notebook's parameters: what it declares, and whether what was given fits.

papermill injects a misspelt name with only a warning and takes ``"oops"`` for an ``int``, so the check comes first and
reads the parameters cell as Python, not by pattern. A notebook may declare more in its own metadata::

    {"tightrope": {"parameters": {
        "article": {"choices_from": "data/articles/*/article.toml"},
        "as_of": {"type": "date", "minimum": "1990-01-01"},
        "language": {"choices": ["en", "ko"]},
        "code": {"pattern": "[A-Z]{3}"}}}}

``choices_from`` is a glob under the project's root; the names are those of the folders (or files, without their
endings, where the glob has one folder only). A date whose default is empty may be given empty: the notebook then finds
the day itself.
"""

from __future__ import annotations

import ast
import datetime as dt
import json
import re
import reprlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tightrope.errors import BadParameter, BadRecord, UnknownName

_KEYS = {"choices_from", "choices", "pattern", "type", "minimum", "maximum"}
_TRUE, _FALSE, _NONE = {"true", "yes", "on", "1"}, {"false", "no", "off", "0"}, {"none", "null"}
# The longest text of a command line that is read as a value.
_LONGEST = 100_000
_SAID = {
    "str": "text",
    "int": "a whole number",
    "float": "a number",
    "bool": "true or false",
    "date": "a date, YYYY-MM-DD",
    "list": "a list",
    "dict": "an object in JSON",
}


@dataclass(frozen=True)
class Parameter:
    """One parameter of a notebook.

    Attributes
    ----------
    name : str
    type : str
        ``str``, ``int``, ``float``, ``bool``, ``date``, ``list``, ``dict``; ``any`` where the notebook tells nothing.
    item : str
        Type of a list's items, ``any`` where not told.
    optional : bool
        Whether ``None`` is a value.
    default : str
        Source text of the default.
    choices : tuple or None
        The only values, where they are closed.
    pattern : str or None
        Regular expression the whole text must match.
    minimum, maximum : int, float, str or None
        Bounds, both inclusive; ISO text for dates.
    """

    name: str
    type: str = "any"
    item: str = "any"
    optional: bool = False
    default: str = ""
    choices: tuple[Any, ...] | None = None
    pattern: str | None = None
    minimum: Any = None
    maximum: Any = None


def read_assignments(pairs: Sequence[str]) -> dict[str, str]:
    """Split ``NAME=VALUE`` texts of a command line; a later one replaces an earlier one of the same name."""
    given: dict[str, str] = {}
    for pair in pairs:
        name, sign, value = pair.partition("=")
        if not sign or not name.strip().isidentifier():
            raise BadParameter(f"{pair!r} is not NAME=VALUE", where="-p", fix="write for example -p year=2020")
        given[name.strip()] = value
    return given


def declared(nb: Mapping[str, Any], root: Path, where: str) -> dict[str, Parameter]:
    """Read the parameters a notebook declares, by name in their order.

    Parameters
    ----------
    nb : mapping
        The notebook (nbformat 4); the cell tagged ``parameters`` counts.
    root : Path
        Folder under which ``choices_from`` looks.
    where : str
        Name of the notebook, for messages.

    Raises
    ------
    BadRecord
        Where the cell is no Python or the notebook's own metadata has a fault.
    """
    cell = next((c for c in nb["cells"] if "parameters" in c.get("metadata", {}).get("tags", [])), None)
    found = _read_cell(cell["source"], where) if cell is not None else {}
    rules = (nb.get("metadata", {}).get("tightrope") or {}).get("parameters") or {}
    for name, rule in rules.items():
        place = f"{where}, metadata tightrope.parameters.{name}"
        if name not in found:
            raise BadRecord("a rule for a parameter that the parameters cell does not set", where=place)
        if not isinstance(rule, Mapping) or set(rule) - _KEYS:
            raise BadRecord("the rule has an unknown key", where=place, fix="use " + ", ".join(sorted(_KEYS)))
        found[name] = _apply(found[name], rule, root, place)
    return found


def validate(
    given: Mapping[str, Any], parameters: Mapping[str, Parameter], where: str, *, texts: bool = False
) -> dict[str, Any]:
    """Check values against what a notebook declares and give them in its types.

    Parameters
    ----------
    given : mapping
        Values by name.
    parameters : mapping
        As `declared` gives them.
    where : str
        Name of the notebook, for messages.
    texts : bool
        Whether the values are texts of a command line, to be read by type; else they must have their type already.

    Raises
    ------
    UnknownName
        For a name the notebook does not declare, or a value outside a closed list.
    BadParameter
        For a value of the wrong type, form or range.
    """
    values = {}
    for name, value in given.items():
        if name not in parameters:
            raise UnknownName("parameter", name, parameters, where=where)
        parameter = parameters[name]
        place = f"{where}, parameter {name}"
        typed = _from_text(value, parameter, place) if texts else value
        values[name] = _checked(typed, parameter, place)
    return values


def _read_cell(source: str, where: str) -> dict[str, Parameter]:
    code = "\n".join("" if line.lstrip().startswith(("%", "!")) else line for line in source.splitlines())
    try:
        tree = ast.parse(code)
    except SyntaxError as error:
        raise BadRecord(
            "the parameters cell is not Python", where=f"{where}, line {error.lineno} of that cell", why=str(error.msg)
        ) from None
    except (ValueError, RecursionError, MemoryError):
        # A null byte, or brackets nested by the hundred.
        raise BadRecord("the parameters cell cannot be read as Python", where=where) from None
    found = {}
    for node in tree.body:
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            kind, item, optional = _annotation(node.annotation)
            default = ast.unparse(node.value) if node.value else ""
            found[node.target.id] = Parameter(node.target.id, kind, item, optional, default, _literals(node.annotation))
        elif isinstance(node, ast.Assign) and len(node.targets) == 1 and isinstance(node.targets[0], ast.Name):
            kind, item = _of_default(node.value)
            name = node.targets[0].id
            found[name] = Parameter(name, kind, item, kind == "any", ast.unparse(node.value))
    return found


def _annotation(node: ast.expr) -> tuple[str, str, bool]:
    """Give type, item type and whether None is allowed."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return _annotation(ast.parse(node.value, mode="eval").body)
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr):
        sides = [node.left, node.right]
        rest = [side for side in sides if not (isinstance(side, ast.Constant) and side.value is None)]
        kind, item, optional = _annotation(rest[0]) if len(rest) == 1 else ("any", "any", False)
        return kind, item, optional or len(rest) < 2
    name = ast.unparse(node.value if isinstance(node, ast.Subscript) else node).rpartition(".")[2].lower()
    if isinstance(node, ast.Subscript):
        if name == "optional":
            kind, item, _ = _annotation(node.slice)
            return kind, item, True
        if name in ("list", "sequence", "tuple"):
            inner = node.slice.elts[0] if isinstance(node.slice, ast.Tuple) and node.slice.elts else node.slice
            return "list", _annotation(inner)[0], False
        if name == "literal":
            values = _literals(node) or ()
            kinds = {type(value).__name__ for value in values}
            return (kinds.pop() if len(kinds) == 1 else "any"), "any", False
    name = {"tuple": "list", "sequence": "list", "mapping": "dict"}.get(name, name)
    return (name if name in _SAID else "any"), "any", False


def _literals(node: ast.expr) -> tuple[Any, ...] | None:
    if isinstance(node, ast.Subscript) and ast.unparse(node.value).rpartition(".")[2] == "Literal":
        values = ast.literal_eval(node.slice)
        return values if isinstance(values, tuple) else (values,)
    return None


def _of_default(node: ast.expr) -> tuple[str, str]:
    try:
        value = ast.literal_eval(node)
    except ValueError:
        return "any", "any"
    kind = {"tuple": "list", "set": "list"}.get(type(value).__name__, type(value).__name__)
    items = {type(item).__name__ for item in value} if kind == "list" else set()
    return (kind if kind in _SAID else "any"), (items.pop() if len(items) == 1 else "any")


def _apply(parameter: Parameter, rule: Mapping[str, Any], root: Path, place: str) -> Parameter:
    kind = rule.get("type", parameter.type)
    if kind not in (*_SAID, "any"):
        raise BadRecord(f"unknown type {kind!r}", where=place, fix="use " + ", ".join(_SAID))
    choices = parameter.choices
    if "choices" in rule:
        choices = tuple(rule["choices"])
    if "choices_from" in rule:
        choices = (*(choices or ()), *_folder_names(rule["choices_from"], root, place))
    pattern = rule.get("pattern")
    try:
        re.compile(pattern or "")
    except re.error as error:
        raise BadRecord(f"the pattern does not compile: {error}", where=place) from None
    fields = {**parameter.__dict__, "type": kind, "choices": choices, "pattern": pattern}
    return Parameter(**{**fields, "minimum": rule.get("minimum"), "maximum": rule.get("maximum")})


def _folder_names(pattern: str, root: Path, place: str) -> list[str]:
    if Path(pattern).is_absolute() or ".." in Path(pattern).parts:
        raise BadRecord("choices_from leaves the project", where=place, fix="give a glob under its root")
    head, _, tail = pattern.rpartition("/")
    by_folder = not any(sign in tail for sign in "*?[") and any(sign in head for sign in "*?[")
    return sorted(path.parent.name if by_folder else path.stem for path in root.glob(pattern))


def _from_text(text: str, parameter: Parameter, place: str) -> Any:
    """Read a command-line text by the parameter's type."""
    if len(text) > _LONGEST:
        raise BadParameter(f"a value of {len(text):,} characters", where=place, fix=f"{_LONGEST:,} at most")
    if parameter.optional and text.strip().lower() in _NONE:
        return None
    if parameter.type == "list":
        if text.lstrip().startswith("["):
            return _from_json(text, parameter, place)
        parts = [part.strip() for part in text.split(",")] if text.strip() else []
        return [_scalar(part, parameter.item, place) for part in parts]
    if parameter.type in ("dict", "any"):
        return _from_json(text, parameter, place)
    return _scalar(text, parameter.type, place)


def _from_json(text: str, parameter: Parameter, place: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        if parameter.type == "any":
            return text
        raise _wrong(text, parameter.type, place) from None


def _scalar(text: str, kind: str, place: str) -> Any:
    readers: dict[str, Callable[[str], Any]] = {"int": int, "float": float, "bool": _bool}
    try:
        return readers[kind](text.strip()) if kind in readers else text
    except ValueError:
        raise _wrong(text, kind, place) from None


def _bool(text: str) -> bool:
    if text.lower() in _TRUE | _FALSE:
        return text.lower() in _TRUE
    raise ValueError(text)


def _checked(value: Any, parameter: Parameter, place: str) -> Any:
    if value is None:
        if parameter.optional:
            return None
        raise _wrong(value, parameter.type, place)
    if parameter.type == "date" and value == "" and parameter.default == repr(""):
        return value  # a notebook that says by this default that it finds the day itself
    value = _of_type(value, parameter.type, place)
    items = value if parameter.type == "list" else [value]
    if parameter.type == "list" and parameter.item != "any":
        value = items = [_of_type(item, parameter.item, place) for item in items]
    for item in items:
        if parameter.choices is not None and item not in parameter.choices:
            raise UnknownName(parameter.name, str(item), map(str, parameter.choices), where=place)
        if parameter.pattern is not None and not re.fullmatch(parameter.pattern, str(item)):
            raise BadParameter(f"{item!r} does not have the form {parameter.pattern}", where=place)
        _within(item, parameter, place)
    return value


def _within(item: Any, parameter: Parameter, place: str) -> None:
    try:
        if parameter.minimum is not None and item < parameter.minimum:
            raise BadParameter(f"{item!r} is before {parameter.minimum}, the first that is known", where=place)
        if parameter.maximum is not None and item > parameter.maximum:
            raise BadParameter(f"{item!r} is after {parameter.maximum}, the last that is known", where=place)
    except TypeError:
        raise BadRecord("a bound of another type than the parameter", where=place) from None


def _of_type(value: Any, kind: str, place: str) -> Any:
    if kind == "date":
        return _date(value, place)
    if isinstance(value, dt.date):  # an order file in TOML may carry a date for a text
        value = value.isoformat()
    if kind == "float" and isinstance(value, int) and not isinstance(value, bool):
        try:
            return float(value)
        except OverflowError:
            raise _wrong(value, kind, place) from None
    if kind == "list" and isinstance(value, tuple):
        return list(value)
    kinds: dict[str, type] = {"str": str, "int": int, "float": float, "bool": bool, "list": list, "dict": dict}
    wanted = kinds.get(kind)
    if wanted is not None and (not isinstance(value, wanted) or (wanted is not bool and isinstance(value, bool))):
        raise _wrong(value, kind, place)
    return value


def _date(value: Any, place: str) -> str:
    if isinstance(value, dt.date):
        return value.isoformat()[:10]
    if not isinstance(value, str) or not re.fullmatch(r"\d{4}-\d{2}-\d{2}", value):
        raise _wrong(value, "date", place)
    try:
        return dt.date.fromisoformat(value).isoformat()
    except ValueError:
        raise BadParameter(f"{value!r} is no date of the calendar", where=place) from None


def _wrong(value: Any, kind: str, place: str) -> BadParameter:
    return BadParameter(f"{reprlib.repr(value)} is not {_SAID.get(kind, kind)}", where=place)
