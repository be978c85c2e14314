"""Text from the target, made harmless: it is shown on a page or a terminal, never interpreted."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

NAME_LIMIT = 200
"""The longest name that any report shows, in character cells."""

# More combining marks on one letter than scripts need would cover the lines around it.
_MARKS = 3
# Nearly every text there is, our own numbers included: ten thousand rows must not take seconds.
_PLAIN = re.compile("[ -~µ—→…\N{MINUS SIGN}]*")
_HIDDEN_CATEGORIES = frozenset({"Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp"})
# Letters and marks that draw nothing, although their category says otherwise.
_BLANKS = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")
_SELECTORS = re.compile("[\u180b-\u180f\ufe00-\ufe0f\U000e0100-\U000e01ef]")
_EMOJI = "\ufe0f"  # asks for the picture of the symbol before it
_BREAK = "\u200b"

# What cmark or GitHub turns into links wherever it stands, even inside <code>.
_LINKS = re.compile(r"[@#]|:(?=//)|\bwww(?=\.)", re.IGNORECASE)
# What GitHub turns into emoji and links outside of <code>.
_SHORTHANDS = re.compile(r":(?=[\w+-]+:)|\bGH(?=-\d)", re.IGNORECASE)
_ENTITIES = {ord(char): f"&#{ord(char)};" for char in f"&<>|`[]{{}}*~\\$!^@#{_BREAK}"}
_UNDERSCORES = re.compile(r"_+")
_BLOCK_START = re.compile(r"^(\d*)([-+.)](?=\s|$)|[-=](?=[-=]*\s*$))")


def visible(text: str, limit: int = NAME_LIMIT) -> str:
    """Return ``text`` in NFC on one line, with everything that hides or reorders shown escaped.

    Args:
        text: Any text, lone surrogates included.
        limit: The most cells to return, at least 1; what is longer is folded in the middle.
    """
    if len(text) <= limit and _PLAIN.fullmatch(text):
        return text
    if len(text) > 4 * limit:  # megabytes are not worth looking at for two hundred cells
        text = text[: 2 * limit] + text[-2 * limit :]
    return _join(_clusters(unicodedata.normalize("NFC", text)), limit)


def fold(text: str, limit: int) -> str:
    """Shorten visible ``text`` to ``limit`` cells (at least 1), of the start more than the end."""
    return _join(_clusters(text), limit)


def terminal(text: str, limit: int = NAME_LIMIT) -> str:
    """Return ``text`` so that neither a terminal nor a runner's log takes it for a command."""
    shown = re.sub(r"(^|\s)::", r"\1: :", visible(text, limit))
    return shown.replace("##[", "# #[")


def markdown(text: str, limit: int = NAME_LIMIT) -> str:
    """Return ``text`` for a place inside a Markdown line: no markup, link, mention or emoji."""
    return _entities(_SHORTHANDS.sub(_broken, visible(text, limit)))


def markdown_code(text: str, limit: int = NAME_LIMIT) -> str:
    """Return ``text`` as inline code, by HTML: backticks cannot hold backticks or entities."""
    return f"<code>{_entities(visible(text, limit))}</code>"


def _entities(shown: str) -> str:
    escaped = _LINKS.sub(_broken, shown).translate(_ENTITIES)
    escaped = _UNDERSCORES.sub(_underscores, escaped)
    return _BLOCK_START.sub(lambda start: f"{start[1]}&#{ord(start[2])};", escaped)


def _broken(match: re.Match[str]) -> str:
    return match[0] + _BREAK


def _underscores(match: re.Match[str]) -> str:
    # Inside a word they emphasise nothing, and names with entities in them are hard to read.
    before = match.string[: match.start()][-1:]
    after = match.string[match.end() :][:1]
    inside = before.isalnum() and after.isalnum()
    return match[0] if inside else "&#95;" * len(match[0])


def _clusters(text: str) -> list[str]:
    """Return letters with their marks, and escapes, each as one piece that must not be split."""
    clusters: list[str] = []
    room = 0
    for char in text:
        mark = _is_mark(char)
        if char == _EMOJI and clusters and unicodedata.category(clusters[-1][-1]) == "So":
            clusters[-1] += char
        elif _hidden(char) or (mark and not room):
            clusters.append(char.encode("unicode_escape").decode("ascii"))
            room = 0
        elif mark:
            clusters[-1] += char
            room -= 1
        else:
            clusters.append(char)
            room = _MARKS
    return clusters


@lru_cache(maxsize=4096)
def _is_mark(char: str) -> bool:
    return unicodedata.category(char) in {"Mn", "Me"}


@lru_cache(maxsize=4096)
def _hidden(char: str) -> bool:
    category = unicodedata.category(char)
    if category in _HIDDEN_CATEGORIES or char in _BLANKS or _SELECTORS.match(char):
        return True
    return category == "Zs" and char != " "


def _join(clusters: list[str], limit: int) -> str:
    if sum(map(_cells, clusters)) <= limit:
        return "".join(clusters)
    head = _fitting(clusters, limit // 3)
    tail = _fitting(reversed(clusters), limit - limit // 3 - 1)
    return "".join([*head, "…", *reversed(tail)])


def _fitting(clusters: Iterable[str], limit: int) -> list[str]:
    fitting: list[str] = []
    room = limit
    for cluster in clusters:
        room -= _cells(cluster)
        if room < 0:
            break
        fitting.append(cluster)
    return fitting


def _cells(cluster: str) -> int:
    return sum(_width(char) for char in cluster)


@lru_cache(maxsize=4096)
def _width(char: str) -> int:
    if _is_mark(char):
        return 0
    return 2 if unicodedata.east_asian_width(char) in {"W", "F"} else 1
