from __future__ import annotations

import pytest

from gate.environments import poetry


@pytest.mark.parametrize(
    ("constraint", "expected"),
    [
        ("^1.2.3", ">=1.2.3,<2"),
        ("^0.2.3", ">=0.2.3,<0.3"),
        ("^0.0.3", ">=0.0.3,<0.0.4"),
        ("^0.0", ">=0.0,<0.1"),
        ("^0", ">=0,<1"),
        ("~1.2.3", ">=1.2.3,<1.3"),
        ("~1.2", ">=1.2,<1.3"),
        ("~1", ">=1,<2"),
        ("~=1.4", "~=1.4"),
        ("1.2.3", "==1.2.3"),
        ("=1.2", "==1.2"),
        ("1.*", "==1.*"),
        ("*", ""),
        (">=1.2, <2.0", ">=1.2,<2.0"),
        (">= 1.2 < 2.0", ">=1.2,<2.0"),
        ("^1.0 || ^2.0", ">=2.0,<3"),
    ],
)
def test_constraints_become_specifiers(constraint: str, expected: str) -> None:
    assert poetry.specifiers(constraint) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("^1.0", "x>=1.0,<2"),
        ("*", "x"),
        ({"version": "^1.0", "extras": ["a", "b"]}, "x[a,b]>=1.0,<2"),
        (
            {"version": "*", "python": "<3.11", "markers": "os_name == 'posix'"},
            "x; (os_name == 'posix') and python_full_version < '3.11'",
        ),
        ({"path": "../x"}, None),
        ({"git": "https://example.invalid/x.git", "version": "1"}, None),
        (["several"], None),
    ],
)
def test_dependencies_become_requirements(value: object, expected: str | None) -> None:
    assert poetry.requirement("x", value) == expected
