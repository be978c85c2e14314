"""What a code object is, in a few letters: the same for the same code, wherever it stands."""

from __future__ import annotations

import dis
from hashlib import blake2b
from types import CodeType

from .texts import texts_in

IMPORT, FILE, MADE = "import:", "file:", "composed file:"
"""Set modules that are imported, and files by their names (whole, or put together from parts),
apart from attributes that are called alike."""
IMPORTERS = frozenset({"import_module", "__import__", "run_module", "find_spec"})
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
