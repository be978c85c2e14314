"""Text -> words and sentences."""

from __future__ import annotations

import re

_WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")
_SENTENCE_END = re.compile(r"(?<=[.!?])[\"')\]]*\s+")
_ABBREVIATIONS = frozenset({"dr.", "e.g.", "etc.", "i.e.", "mr.", "mrs.", "no.", "st.", "vs."})


def words(text: str) -> list[str]:
    """Return the words of a text in lower case, in order; hyphens and apostrophes join."""
    return [match.casefold().replace("’", "'") for match in _WORD.findall(text)]


def sentences(text: str) -> list[str]:
    """Return the sentences of a text, in order; a known abbreviation ends none."""
    found: list[str] = []
    pending = ""
    for part in _SENTENCE_END.split(text.strip()):
        pending = f"{pending} {part}" if pending else part
        last = pending.rsplit(maxsplit=1)[-1:]
        if last and last[0].lower() in _ABBREVIATIONS:
            continue
        found.append(pending)
        pending = ""
    return [*found, pending] if pending else found
