"""The rules of alerts: decoded from a mapping, as a YAML file holds it, every problem at once."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from enum import StrEnum
from reprlib import Repr

from gate.errors import UsageError
from gate.executor.observing.monitor import Window

_PERCENTILE = re.compile(r"p(\d{1,2}(?:\.\d{1,6})?)")
_PLAIN: dict[str, Callable[[Window], float | None]] = {
    "mean": lambda window: window.mean,
    "failure_rate": lambda window: window.failure_rate,
    "throughput": lambda window: window.throughput,
}
_STATISTIC = "mean, failure_rate, throughput or a percentile as p95 or p99.9"
_KEYS = (
    "name", "metric", "statistic", "above", "below", "rearm", "window_s", "min_count", "severity"
)  # fmt: skip
_SHORT = Repr()
_SHORT.maxstring = _SHORT.maxother = 60


class Severity(StrEnum):
    """How much an alert matters."""

    INFO = "info"
    WARNING = "warning"
    CRITICAL = "critical"


class Bound(StrEnum):
    """On which side of its limit a statistic is out of order."""

    ABOVE = "above"
    BELOW = "below"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """When to alert: a statistic of a metric, over a window, is beyond a limit."""

    name: str
    """Unique among the rules."""
    metric: str
    statistic: str
    """``mean``, ``failure_rate``, ``throughput``, or a percentile as ``p99``."""
    bound: Bound
    limit: float
    """In the unit of the statistic: the metric's own, a share, or observations per second."""
    rearm: float
    """What the statistic must come back to before the rule can fire again: not beyond limit."""
    window_s: float
    min_count: int = 1
    """With fewer observations than this (throughput excepted) the rule has no opinion."""
    severity: Severity = Severity.WARNING

    def broken_by(self, value: float) -> bool:
        """Whether ``value`` is beyond the limit."""
        return value > self.limit if self.bound is Bound.ABOVE else value < self.limit

    def healed_by(self, value: float) -> bool:
        """Whether ``value`` came back as far as re-arming needs."""
        return value <= self.rearm if self.bound is Bound.ABOVE else value >= self.rearm


class RulesError(UsageError):
    """Rules cannot be used; ``problems`` holds every reason, in the order of the document."""

    def __init__(self, problems: tuple[str, ...]) -> None:
        self.problems = problems
        super().__init__("\n".join(problems), hint="Mend these places in the rules of alerts.")


def statistic(rule: Rule, window: Window) -> float | None:
    """Return the statistic that ``rule`` asks for; None where the window says too little.

    Throughput needs no observation, but a window that the monitor has lived through.
    """
    if rule.statistic == "throughput":
        return window.throughput if window.span_s >= rule.window_s * (1 - 1e-9) else None
    if window.count < rule.min_count:
        return None
    if rule.statistic in _PLAIN:
        return _PLAIN[rule.statistic](window)
    return window.quantile(float(rule.statistic[1:]) / 100)


def decode_rules(document: object, *, path: str = "alerts") -> tuple[Rule, ...]:
    """Return the rules of a document that the caller has loaded, from YAML or elsewhere.

    Each item is a mapping: ``name``, ``metric``, ``statistic``, ``window_s``, and one of
    ``above`` and ``below``; optional are ``rearm`` (default: the limit), ``min_count``
    (default 1) and ``severity`` (info, warning, critical; default warning).

    Args:
        document: What should be a list of such mappings.
        path: What the problems call the list.

    Raises:
        RulesError: with every problem, as ``alerts[0].window_s: expected ..., found ...``.
    """
    problems: list[str] = []
    if not isinstance(document, list | tuple):
        raise RulesError((f"{path}: expected a list of rules, found {_SHORT.repr(document)}",))
    rules = [
        _rule(item, _Place(path=f"{path}[{i}]", problems=problems))
        for i, item in enumerate(document)
    ]
    names = [item.get("name") if isinstance(item, Mapping) else None for item in document]
    for index, name in enumerate(names):
        if isinstance(name, str) and name in names[:index]:
            place = _Place(path=f"{path}[{index}].name", problems=problems)
            place.expect("a name that no rule before has", name)
    if problems:
        raise RulesError(tuple(problems))
    return tuple(rule for rule in rules if rule is not None)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Place:
    """A place in the document, and where what is wrong there is noted."""

    path: str
    problems: list[str]

    def expect(self, expected: str, found: object) -> None:
        self.problems.append(f"{self.path}: expected {expected}, found {_SHORT.repr(found)}")

    def below(self, key: str) -> _Place:
        return _Place(path=f"{self.path}.{key}", problems=self.problems)


def _rule(item: object, at: _Place) -> Rule | None:
    if not isinstance(item, Mapping):
        at.expect("a mapping", item)
        return None
    before = len(at.problems)
    _known_keys(item, at)
    bound = _bound(item, at)
    limit = _number(item, bound.value, at, default=0.0)
    rearm = _number(item, "rearm", at, default=limit) if "rearm" in item else limit
    rule = Rule(
        name=_text(item, "name", at),
        metric=_text(item, "metric", at),
        statistic=_statistic(item, at),
        bound=bound,
        limit=limit,
        rearm=rearm,
        window_s=_number(item, "window_s", at, default=1.0, above=0.0),
        min_count=_count(item, at),
        severity=_severity(item, at),
    )
    if len(at.problems) == before and rule.broken_by(rearm):
        at.below("rearm").expect(f"a number that is not {bound} the limit {limit:g}", rearm)
    return rule if len(at.problems) == before else None


def _known_keys(item: Mapping[object, object], at: _Place) -> None:
    for key in item:
        if key not in _KEYS:
            close = get_close_matches(str(key)[:60], _KEYS, n=1)
            meant = f" (did you mean {close[0]}?)" if close else ""
            at.expect(f"only the keys {', '.join(_KEYS)}{meant}", key)


def _bound(item: Mapping[object, object], at: _Place) -> Bound:
    given = [bound for bound in Bound if bound.value in item]
    if len(given) != 1:
        at.expect("exactly one of above and below", [bound.value for bound in given])
    return given[0] if given else Bound.ABOVE


def _number(
    item: Mapping[object, object],
    key: str,
    at: _Place,
    *,
    default: float,
    above: float = -math.inf,
) -> float:
    value = item.get(key)
    number = _finite(value)
    if number is not None and number > above:
        return number
    # Where neither limit is given, that has been said already.
    if key in item or key not in tuple(Bound):
        limits = "" if above == -math.inf else f" above {above:g}"
        at.below(key).expect(f"a finite number{limits}", value)
    return default


def _finite(value: object) -> float | None:
    if not isinstance(value, int | float) or isinstance(value, bool):
        return None
    try:
        number = float(value)
    except OverflowError:  # a whole number of hundreds of digits
        return None
    return number if math.isfinite(number) else None


def _text(item: Mapping[object, object], key: str, at: _Place) -> str:
    value = item.get(key)
    if isinstance(value, str) and value:
        return value
    at.below(key).expect("a text that is not empty", value)
    return ""


def _statistic(item: Mapping[object, object], at: _Place) -> str:
    value = item.get("statistic")
    if isinstance(value, str) and (value in _PLAIN or _is_percentile(value)):
        return value
    at.below("statistic").expect(_STATISTIC, value)
    return ""


def _is_percentile(text: str) -> bool:
    match = _PERCENTILE.fullmatch(text)
    return match is not None and float(match[1]) > 0


def _count(item: Mapping[object, object], at: _Place) -> int:
    value = item.get("min_count", 1)
    if isinstance(value, int) and not isinstance(value, bool) and value > 0:
        return value
    at.below("min_count").expect("a whole number above 0", value)
    return 1


def _severity(item: Mapping[object, object], at: _Place) -> Severity:
    value = item.get("severity", Severity.WARNING)
    if isinstance(value, str) and value in tuple(Severity):
        return Severity(value)
    at.below("severity").expect(f"one of {', '.join(Severity)}", value)
    return Severity.WARNING
