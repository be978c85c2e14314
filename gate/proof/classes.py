"""Which classes are open: their methods may be called though no executed code says their names.

Somebody else's base class knows them (``logging.Handler`` calls ``emit``), a metaclass or a
decorator may have put them, or the class, into a table.
"""

from __future__ import annotations

import ast
import builtins
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import PurePosixPath

BASES = frozenset(dir(builtins)) | frozenset(
    {
        *("ABC", "Protocol", "Generic", "NamedTuple", "namedtuple", "TypedDict"),
        *("Enum", "IntEnum", "StrEnum", "Flag", "IntFlag", "ReprEnum"),
        *("OrderedDict", "defaultdict", "Counter", "deque", "ChainMap", "SimpleNamespace"),
        *("UserDict", "UserList", "UserString", "Hashable", "Sized", "Container", "Callable"),
        *("Iterable", "Iterator", "Generator", "Reversible", "Collection", "Sequence"),
        *("MutableSequence", "Set", "MutableSet", "Mapping", "MutableMapping", "ItemsView"),
        *("KeysView", "ValuesView", "MappingView", "Awaitable", "Coroutine", "AsyncIterable"),
        *("AsyncIterator", "AsyncGenerator", "Buffer", "SupportsInt", "SupportsFloat"),
        *("AbstractContextManager", "AbstractAsyncContextManager", "ContextDecorator"),
        *("List", "Dict", "Tuple", "FrozenSet", "DefaultDict", "Deque", "Type"),
        *("TestCase", "IsolatedAsyncioTestCase"),
    }
)
"""They call operators only (or, as tests do, at once)."""
METACLASSES = frozenset({"type", "ABCMeta", "EnumMeta", "EnumType"})
DECORATORS = frozenset(
    {
        *("dataclass", "dataclass_transform", "total_ordering", "final", "runtime_checkable"),
        *("unique", "verify", "deprecated", "define", "frozen", "mutable", "attrs", "attr", "s"),
    }
)
"""They call operators only, or leave a class as it is."""
HERE, UNKNOWN = ".", "?"
"""Where relative imports and expressions come from."""
FAILURES = ("Error", "Exception", "Warning")
"""How the names of exceptions end, whose methods nobody calls."""


@dataclass(frozen=True, slots=True)
class Mention:
    """What stands for a base, a metaclass or a decorator."""

    name: str
    imported: str | None
    """Top-level name of the module that it is imported from; None for what is not imported."""


@dataclass(slots=True)
class Classes:
    """What the classes of the tree say of themselves, by name."""

    bases: dict[str, list[Mention]] = field(default_factory=dict)
    metaclasses: dict[str, list[Mention]] = field(default_factory=dict)
    decorators: dict[str, list[Mention]] = field(default_factory=dict)
    collectors: set[str] = field(default_factory=set)
    """Those that hear of their subclasses, and may keep them for later."""
    places: set[str] = field(default_factory=lambda: {HERE})
    """Names of the tree's folders and modules."""

    def read(self, file: str, nodes: Collection[ast.AST]) -> None:
        """Take the classes of a file from all that stands in it."""
        path = PurePosixPath(file)
        self.places.update((*path.parts, path.stem))
        imported = _imports(nodes)
        for node in nodes:
            if isinstance(node, ast.ClassDef):
                self._add(node, imported)

    def _add(self, node: ast.ClassDef, imported: Mapping[str, Mention]) -> None:
        if any(getattr(one, "name", "") == "__init_subclass__" for one in node.body):
            self.collectors.add(node.name)
        metaclasses = [one.value for one in node.keywords if one.arg == "metaclass"]
        for known, parts in (
            (self.bases, node.bases),
            (self.metaclasses, metaclasses),
            (self.decorators, node.decorator_list),
        ):
            known.setdefault(node.name, []).extend(_mention(one, imported) for one in parts)

    def open(self) -> frozenset[str]:
        """Return the names of open classes, and of those that are derived from one."""
        found = {name for name in self.bases if self._is_strange(name)}
        while more := {
            name
            for name, bases in self.bases.items()
            if name not in found and any(base.name in found for base in bases)
        }:
            found |= more
        return frozenset(found)

    def _is_strange(self, name: str) -> bool:
        return name in self.collectors or not (
            all(self._is_known(base, name) for base in self.bases[name])
            and all(one.name in METACLASSES for one in self.metaclasses[name])
            and all(
                one.name in DECORATORS or one.imported == "pytest" for one in self.decorators[name]
            )
        )

    def _is_known(self, base: Mention, child: str) -> bool:
        is_own = self._is_own(base) and base.name in self.bases and base.name != child
        return is_own or base.name in BASES or base.name.endswith(FAILURES)

    def _is_own(self, mention: Mention) -> bool:
        """Whether it is defined in the tree, as far as names tell."""
        return mention.imported is None or mention.imported in self.places


def _mention(node: ast.expr, imported: Mapping[str, Mention]) -> Mention:
    while isinstance(node, ast.Call | ast.Subscript):
        node = node.func if isinstance(node, ast.Call) else node.value
    root = node
    while isinstance(root, ast.Attribute):
        root = root.value
    if not isinstance(root, ast.Name):
        return Mention("", UNKNOWN)
    found = imported.get(root.id, Mention(root.id, None))
    return Mention(node.attr, found.imported) if isinstance(node, ast.Attribute) else found


def _imports(nodes: Iterable[ast.AST]) -> dict[str, Mention]:
    """What a file imports, by its name here."""
    found: dict[str, Mention] = {}
    for node in nodes:
        if isinstance(node, ast.Import):
            for one in node.names:
                name = one.asname or one.name.partition(".")[0]
                found[name] = Mention(name, one.name.partition(".")[0])
        elif isinstance(node, ast.ImportFrom):
            top = HERE if node.level else (node.module or "").partition(".")[0]
            found |= {one.asname or one.name: Mention(one.name, top) for one in node.names}
    return found
