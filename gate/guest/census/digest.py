"""What a code object is, in a few letters: the same for the same code, wherever it stands."""

from __future__ import annotations

import dis
import re
from hashlib import blake2b
from types import CodeType

BLANK = re.compile(r"%[sdr]|\{[^}]*\}|\.")
"""What is filled in, or stands between names."""
IMPORT = "import:"
"""Sets modules that are imported apart from attributes that are called alike."""
IMPORTERS = frozenset({"import_module", "__import__"})
OPCODE = dis.opmap["IMPORT_NAME"]


def digest(value: object) -> str:
    """Return a short hash of the representation of ``value``."""
    return blake2b(repr(value).encode("utf-8", "backslashreplace"), digest_size=10).hexdigest()


def code_digest(code: CodeType) -> str:
    """Return the hash of all that decides what ``code`` does; positions and file names do not.

    Functions nested in it count with all that they are: it could call them another time.
    """
    return digest(
        (
            code.co_code,
            [_constant(value) for value in code.co_consts],
            code.co_names,
            code.co_varnames,
            code.co_freevars,
            code.co_cellvars,
            code.co_flags,
            (code.co_argcount, code.co_posonlyargcount, code.co_kwonlyargcount),
            getattr(code, "co_exceptiontable", b""),
        )
    )


def _constant(value: object) -> object:
    if isinstance(value, CodeType):
        return ("code", value.co_name, code_digest(value))
    if isinstance(value, tuple):
        return tuple(_constant(inner) for inner in value)
    if isinstance(value, frozenset):  # its order follows the hash seed
        return ("frozenset", sorted(repr(_constant(inner)) for inner in value))
    return (type(value).__name__, value)


def names_in(code: CodeType) -> set[str]:
    """Return every name that ``code`` says, and those of the modules that it could import."""
    found = set(code.co_names)
    paths = _imported(code)
    if not found.isdisjoint(IMPORTERS):
        paths |= {text for text in texts_in(code) if " " not in text}
    return found | {IMPORT + part for path in paths for part in path.split(".")}


def _imported(code: CodeType) -> set[str]:
    if OPCODE not in code.co_code[::2]:
        return set()
    instructions = dis.get_instructions(code)
    return {one.argval for one in instructions if one.opname in ("IMPORT_NAME", "IMPORT_FROM")}


def texts_in(code: CodeType) -> set[str]:
    """Return every text among the constants of ``code``, whole and in the parts of its path."""
    found: set[str] = set()
    _texts(code.co_consts, found)
    return found


def _texts(values: tuple[object, ...], found: set[str]) -> None:
    for value in values:
        if isinstance(value, str):
            found.update((value, *value.split(".")))
        elif isinstance(value, (tuple, frozenset)):
            _texts(tuple(value), found)


def fragments(texts: set[str]) -> set[str]:
    """Return what could be the beginning or the end of a name: ``visit_`` in ``visit_%s``."""
    parts = {part for text in texts for part in BLANK.split(text)}
    return {part for part in parts if part.isidentifier()}
