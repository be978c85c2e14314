"""By which names executed code could get to a function, read from the source of both sides."""

from __future__ import annotations

import ast
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from gate.guest.census.digest import IMPORT, IMPORTERS
from gate.guest.census.texts import WORD, file_names
from gate.proof.classes import Classes

Function = ast.FunctionDef | ast.AsyncFunctionDef
MAKERS = frozenset({"__init__", "__new__", "__post_init__"})
"""They need the name of their class: an object whose name is not said has been made by them."""
CREATORS = MAKERS | {"__init_subclass__", "__set_name__"}
"""Dunder methods that need the name of their class, or their own, to be called."""
CALLED_FROM_C = frozenset(
    {
        *("read", "write", "readline", "readinto", "flush", "close", "seek", "tell"),
        *("readable", "writable", "seekable", "fileno", "isatty", "truncate", "read1"),
        *("encode", "decode", "reset", "getstate", "setstate"),
        *("keys", "items", "values", "get", "update", "send", "throw", "default"),
        *("utcoffset", "dst", "tzname", "fromutc", "isoformat", "mro"),
        *("persistent_id", "persistent_load", "find_class", "reducer_override"),
        *("start", "end", "data", "comment", "pi", "doctype", "from_param"),
        *("call_soon", "add_done_callback", "cancel", "cancelled", "get_loop"),
        *("step", "finalize", "inverse", "value", "peek", "start_ns", "end_ns"),
        *("timetuple", "strftime", "fromtimestamp", "call_exception_handler", "get_debug"),
    }
)
"""Methods that C code calls by name."""
KEEPS_NAME = frozenset(
    {"property", "setter", "staticmethod", "classmethod", "cached_property", "abstractmethod"}
    | {"cache", "lru_cache", "contextmanager", "asynccontextmanager", "overload", "fixture"}
)
"""Decorators that put a function nowhere but under its own name."""


@dataclass(slots=True)
class Names:
    """Who mentions whom."""

    mentioned_by: dict[str, set[str]] = field(default_factory=dict)
    """By name: the functions, classes and modules whose bodies mention it, and its aliases."""
    nameless: dict[str, set[str]] = field(default_factory=dict)
    """Names that stand where code can get to them without saying them (in tables, decorated
    functions, methods that operators and C code call), and the files where they stand so."""
    open: frozenset[str] = frozenset()
    """Classes whose methods others may call; see :mod:`gate.proof.classes`."""
    files: list[tuple[str, str, str, set[str]]] = field(default_factory=list)
    """Class, name, file of a function (or what stands for a module): what could name files."""
    methods: list[tuple[str, str, set[str]]] = field(default_factory=list)
    """Class, file, and what the body mentions."""

    def callers(self, name: str) -> set[str]:
        """Return ``name`` and every name that leads to it, over any number of calls."""
        found, waiting = set[str](), [name]
        while waiting:
            one = waiting.pop()
            if one not in found:
                found.add(one)
                waiting += self.mentioned_by.get(one, ())
        return found


def names(files: Iterable[tuple[str, bytes]]) -> Names:
    """Read the mentions out of Python files; those that do not parse have none."""
    found, classes = Names(), Classes()
    for file, source in files:
        try:
            tree = ast.parse(source)
        except (SyntaxError, ValueError, RecursionError):
            continue
        nodes = list(ast.walk(tree))
        classes.read(file, nodes)
        for node in nodes:
            if isinstance(node, ast.alias) and node.asname:
                _add(found, node.asname, {node.name.rpartition(".")[2]})
        found.files.append(("", module(file), file, _named_files(_outside(tree))))
        _read(found, tree, file, "")
    found.open = classes.open()
    for owner, file, inside in found.methods:
        if owner in found.open:
            _add_nameless(found, file, inside)
    return found


def module(file: str) -> str:
    """Return the name that stands for importing a file: not an attribute that is called alike."""
    path = PurePosixPath(file)
    return IMPORT + (path.parent.name if path.stem == "__init__" else path.stem)


def needs_no_name(name: str) -> bool:
    """Whether operators or C code call such a method."""
    is_special = name.startswith("_") and name.endswith("_")  # ``_missing_`` of enums, too
    return (is_special and name not in CREATORS) or name in CALLED_FROM_C


def _read(found: Names, body: ast.AST, file: str, owner: str) -> None:
    """Take what stands at the top of a module or class."""
    waiting = list(ast.iter_child_nodes(body))
    while waiting:
        node = waiting.pop()
        if isinstance(node, Function):
            _read_function(found, node, file, owner)
        elif isinstance(node, ast.ClassDef):
            for base in node.bases:
                _add(found, node.name, _mentioned(base))
            for part in (*node.keywords, *node.decorator_list):
                _add_nameless(found, file, _mentioned(part))
            _read(found, ast.Module(node.body, []), file, node.name)
        elif isinstance(node, ast.Import | ast.ImportFrom):  # runs the module, calls nothing
            _add(found, module(file), _mentioned(node))
        elif not _is_list_of_exports(node):
            _add_nameless(found, file, _named(node))
            waiting += ast.iter_child_nodes(node)


def _read_function(found: Names, node: Function, file: str, owner: str) -> None:
    inside = set[str]().union(*map(_mentioned, node.body))
    _add(found, node.name, inside)
    found.files.append((owner, node.name, file, _named_files(node.body)))
    if node.name in CREATORS:
        _add(found, owner, inside)
    defaults = [*node.args.defaults, *(one for one in node.args.kw_defaults if one)]
    for part in (*node.decorator_list, *defaults):
        _add_nameless(found, file, _mentioned(part))
    if needs_no_name(node.name) or not all(map(_keeps_name, node.decorator_list)):
        _add_nameless(found, file, inside)
    elif owner:
        found.methods.append((owner, file, inside))


def _add(found: Names, holder: str, mentioned: Iterable[str]) -> None:
    for name in mentioned:
        found.mentioned_by.setdefault(name, set()).add(holder)


def _add_nameless(found: Names, file: str, mentioned: Iterable[str]) -> None:
    """What imports this file later can get there, too."""
    for name in mentioned:
        found.nameless.setdefault(name, set()).add(file)
        _add(found, module(file), (name,))


def _mentioned(node: ast.AST) -> set[str]:
    found = {name for inner in ast.walk(node) for name in _named(inner)}
    if not found.isdisjoint(IMPORTERS):
        found |= {IMPORT + name for name in found}
    return found


def _named(node: ast.AST) -> Iterable[str]:
    match node:
        case ast.Name(id=name, ctx=ast.Load()) | ast.Attribute(attr=name):
            return (name,)
        case ast.alias(name=path) | ast.ImportFrom(module=str(path)):
            return [IMPORT + part for part in path.split(".")]
        case ast.Constant(value=str(text)):
            return (text, *text.split("."))
        case ast.Constant(value=bytes(raw)):  # a pickle names functions, too
            return WORD.findall(raw.decode("latin-1"))
        case _:
            return ()


def _named_files(nodes: Iterable[ast.AST]) -> set[str]:
    """What could be names of files, or parts of them; docstrings are none."""
    inner = (one for node in nodes if not _is_text(node) for one in ast.walk(node))
    return file_names(
        one.value for one in inner if isinstance(one, ast.Constant) and isinstance(one.value, str)
    )


def _outside(tree: ast.Module) -> Iterable[ast.AST]:
    """The statements of a module that are in no function."""
    waiting: list[ast.AST] = list(tree.body)
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.ClassDef):
            waiting += node.body
        elif not isinstance(node, Function):
            yield node


def _is_text(node: ast.AST) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def _keeps_name(decorator: ast.expr) -> bool:
    node = decorator.func if isinstance(decorator, ast.Call) else decorator
    return not KEEPS_NAME.isdisjoint(_named(node))


def _is_list_of_exports(node: ast.AST) -> bool:
    targets = node.targets if isinstance(node, ast.Assign) else []
    return any(isinstance(one, ast.Name) and one.id == "__all__" for one in targets)
