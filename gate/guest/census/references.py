"""Which changed functions executed code could get to: by their names, or by names it puts together.

A fork goes on with what its parent knows.
"""

from __future__ import annotations

import dis
import re
from types import CodeType

from .digest import fragments, names_in, texts_in
from .monitor import TARGET, Tally

DYNAMIC = frozenset({"getattr", "eval", "exec", "attrgetter", "methodcaller", "__getattribute__"})
"""Ways to find a function by a name that is put together."""
EVALUATORS = frozenset({"eval", "exec"})
BUILTINS = frozenset({"globals", "vars", "dir"})
EVERYTHING = BUILTINS | {"getmembers", "__subclasses__"}
"""Ways to find functions without any name; those of the first are often attributes, too."""
WORD = re.compile(r"\w+")


class References:
    """Remembers what the executed code of the target says."""

    def __init__(self) -> None:
        self.suspects: frozenset[str] = frozenset()
        """Names of changed functions, and of all that leads to them."""
        self._texts: set[str] = set()
        self._words: set[str] = set()
        self._loaded: set[str] = set()
        self._evaluates = False
        self._is_dynamic = False
        self._takes_everything = False

    def found_in(self, executed: list[Tally]) -> set[str]:
        """Return the suspects that this code, and what was executed before, can get to."""
        found: set[str] = set()
        for tally in executed:
            names, texts = names_in(tally.code), texts_in(tally.code)
            if tally.kind == TARGET:
                self._learn(tally, names, texts)
            elif names & DYNAMIC:  # as in ast.NodeVisitor
                parts = fragments(texts)
                found |= self._made_of({part for part in parts if "_" in (part[:1], part[-1:])})
            if tally.offsets is None:
                found |= self.suspects & (names | texts)
        if self._is_dynamic:
            found |= self._made_of(self._texts)
        if self._evaluates:
            found |= self.suspects & self._words
        if self._takes_everything:
            found |= self.suspects & self._loaded
        return found

    def _learn(self, tally: Tally, names: set[str], texts: set[str]) -> None:
        self._texts |= fragments(texts)
        self._is_dynamic = self._is_dynamic or bool(names & DYNAMIC)
        self._evaluates = self._evaluates or bool(names & EVALUATORS)
        self._words.update(word for text in texts for word in WORD.findall(text))
        lists_members = "__dict__" in names and not names.isdisjoint(("items", "values"))
        if lists_members or _takes_everything(tally.code, names):
            self._takes_everything = True
        if tally.offsets is not None:
            self._loaded |= _defined(tally.code)

    def _made_of(self, parts: set[str]) -> set[str]:
        return {one for one in self.suspects if any(_is_joined(one, part, parts) for part in parts)}


def _is_joined(name: str, part: str, parts: set[str]) -> bool:
    """Whether ``part`` begins or ends ``name`` as in ``do_it`` or ``doIt``, or is all of it."""
    if name == part:
        return True
    if len(part) > 1 and name.startswith(part):
        after = name[len(part)]
        return part.endswith("_") or after.isupper() or (after == "_" and "_" in parts)
    if len(part) > 1 and name.endswith(part):
        before = name[-len(part) - 1]
        return part[0] == "_" or part[0].isupper() or (before == "_" and "_" in parts)
    return False


def _defined(code: CodeType) -> set[str]:
    """Names of the functions and classes in a module or class body."""
    return {value.co_name for value in code.co_consts if isinstance(value, CodeType)}


def _takes_everything(code: CodeType, names: set[str]) -> bool:
    used = names & EVERYTHING
    if not used <= BUILTINS or "builtins" in names:
        return bool(used)
    return any(
        one.opname in ("LOAD_GLOBAL", "LOAD_NAME") and one.argval in used
        for one in (dis.get_instructions(code) if used else ())
    )
