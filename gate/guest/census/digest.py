"""What a code object is, in a few letters: the same for the same code, wherever it stands."""

from __future__ import annotations

from hashlib import blake2b
from types import CodeType


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
    """Return every name and every text that ``code`` could use to find a function."""
    found = set(code.co_names)
    _texts(code.co_consts, found)
    return found


def _texts(values: tuple[object, ...], found: set[str]) -> None:
    for value in values:
        if isinstance(value, str):
            found.add(value)
        elif isinstance(value, (tuple, frozenset)):
            _texts(tuple(value), found)
