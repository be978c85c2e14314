"""What a counter sees of code that goes other ways: each turn, whatever makes it."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from tests.integration.proof_sides import interpreter

ROOT = Path(__file__).resolve().parents[2]
CALLS = {
    "a loop over things": "def f(n):\n for x in range(n): pass",
    "a loop with a condition": "def f(n):\n while n: n -= 1",
    "a loop that only an exception ends": (
        "def f(n):\n it = iter(range(n))\n try:\n  while True: next(it)\n"
        " except StopIteration: return 1"
    ),
    "a loop that handles": (
        "def f(n):\n while n:\n  n -= 1\n  try: {}[1]\n  except KeyError: pass"
    ),
    "a loop that continues": (
        "def f(n):\n while True:\n  n -= 1\n  if n > 0: continue\n  if n < 0: return\n  n -= 1"
    ),
    "a condition in an expression": "def f(n):\n return [1 if x < 3 else 2 for x in range(n)]",
    "the same number of other ways": (
        "def f(n):\n for x in (1, 2, 3, 4):\n  if x == n: abs(x)\n  elif x < n: pass\n  else: pass"
    ),
    "calls": "def g(): pass\ndef f(n): [g() for _ in range(n)]",
    "resumptions": "def g(n): yield from range(n)\ndef f(n): list(g(n))",
    "a generator that is thrown into": (
        "def g():\n while True:\n  try: yield\n  except KeyError: pass\n"
        "def f(n):\n it = g()\n next(it)\n list(map(it.throw, [KeyError()] * n))"
    ),
    "jumps that need two words": (
        "def f(n):\n while n:\n  n -= 1\n" + "".join(f"  x = {i} if n else n\n" for i in range(300))
    ),
}
FIXED = {"nothing that n changes": "def f(n):\n for x in range(7):\n  if x: pass"}
COUNT = """
import importlib, json, sys
from pathlib import Path
sys.path[:0] = [sys.argv[2]]
from gate.guest.census import ledger, report
folder = Path(sys.argv[3])
counter = report.COUNTERS[sys.argv[1]](ledger.Places(str(folder), []))
sys.path[:0] = [str(folder)]
modules = {path.stem: importlib.import_module(path.stem) for path in sorted(folder.glob("*.py"))}
counter.start()
def flow(f, n):
    counter.ledger.clear()
    counter.resume()
    f(n)
    counter.stop()
    counted = counter.ledger.counted()
    return sorted((one.code.co_qualname, sorted(one.arrivals.items())) for one in counted)
counter.stop()
found = {name: [flow(module.f, n) for n in (3, 4, 3, 0)] for name, module in modules.items()}
print(json.dumps([found, sorted(counter.ledger.flags)]))
"""


@pytest.fixture(
    scope="module", params=[("settrace", "3.11"), ("monitoring", "3.12"), ("monitoring", "3.13")]
)
def counted(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> list[list[object]]:
    """What was counted of each function with 3, with 4, with 3 again, and with 0."""
    name, version = request.param
    folder = tmp_path_factory.mktemp("counted")
    for number, text in enumerate([*CALLS.values(), *FIXED.values()]):
        (folder / f"m{number}.py").write_text(text + "\n")
    words = [str(interpreter(version).path), "-c", COUNT, name, str(ROOT), str(folder)]
    done = subprocess.run(words, check=True, capture_output=True, text=True)
    found, flags = json.loads(done.stdout)
    assert flags == []
    return [found[f"m{number}"] for number in range(len(found))]


@pytest.mark.parametrize("name", CALLS)
def test_another_number_of_turns_is_seen(counted: list[list[object]], name: str) -> None:
    three, four, again, none = counted[list(CALLS).index(name)]
    assert three == again
    assert three != four
    assert three != none


def test_the_same_turns_are_the_same(counted: list[list[object]]) -> None:
    assert len({json.dumps(flow) for flow in counted[-1]}) == 1
