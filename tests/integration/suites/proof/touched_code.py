# === constant
def run():
    return run_constant()
def run_constant():
    return 2  # head: return 3
# === module_global
LIMIT = 2  # head: LIMIT = 3
def run():
    return LIMIT
# === default_argument
def run():
    return run_default()
def run_default(n=2):  # head: def run_default(n=3):
    return n
# === keyword_default
def run():
    return run_keyword()
def run_keyword(*, n=2):  # head: def run_keyword(*, n=3):
    return n
# === computed_default
def run(n=len("ab")):  # head: def run(n=len("abc")):
    return n
# === environ_at_import
import os
os.environ["PROOF_SIZE"] = "2"  # head: os.environ["PROOF_SIZE"] = "3"
def run():
    return int(os.environ["PROOF_SIZE"])
# === monkeypatch
import json
# add: json.loads = lambda text: 1
def run():
    return json.loads("1")
# === larger_table
SIZE = int("10")
TABLE = [n for n in range(SIZE)]  # head: TABLE = [n for n in range(SIZE * 100)]
def run():
    return TABLE[3]
# === gc_threshold
import gc
gc.set_threshold(700, 10, 10)  # head: gc.set_threshold(7, 10, 10)
def run():
    return []
# === switch_interval
import sys
# add: sys.setswitchinterval(0.5)
def run():
    return 1
# === decorator
import functools
@functools.lru_cache(maxsize=8)  # head: @functools.lru_cache(maxsize=9)
def cached(n):
    return n
def run():
    return cached(2)
# === decorator_gone
import functools
@functools.cache  # head:
def cached_or_not(n):
    return n
def run():
    return cached_or_not(2)
# === class_attribute
class Holder:
    size = 2  # head: size = 3
def run():
    return Holder.size
# === base_class
class One:
    pass
class Two:
    pass
class Child(One):  # head: class Child(Two):
    pass
def run():
    return Child()
# === type_parameter
class Generic[T: int]:  # head: class Generic[T: str]:
    pass
def run():
    return Generic()
# === property_body
class Owner:
    @property
    def width(self):
        return 2  # head: return 3
def run():
    return Owner().width
# === sort_key
def by_size(x):
    return x  # head: return -x
def run():
    return sorted([3, 1], key=by_size)
# === json_default
import json
def fallback(x):
    return 1  # head: return 2
def run():
    return json.dumps(object(), default=fallback)
# === evaluated
def run():
    return eval("1 + 1")  # head: return eval("1 + 2")
# === executed
TEXT = "x = 1"  # head: TEXT = "x = 2"
def run():
    exec(TEXT, {})
# === getattr_composed
class Actions:
    def do_jump(self):
        return 2  # head: return 3
def run():
    return getattr(Actions(), "do_" + "jump".lower())()
# === dict_of_functions
def first_step():
    return 2  # head: return 3
TABLE = {"first": first_step}
def run():
    return TABLE["first"]()
# === partial
import functools
def two_of(a, b):
    return 2  # head: return 3
bound = functools.partial(two_of, 1)
def run():
    return bound(2)
# === nested_not_entered
def run():
    def inner():
        return 2  # head: return 3
    return inner
# === generator_body
def numbers():
    yield 1  # head: yield 2
def run():
    return list(numbers())
# === async_function
import asyncio
async def wait_a_bit():
    return 1  # head: return 2
def run():
    return asyncio.run(wait_a_bit())
# === lambda_body
double = lambda x: x * 2  # head: double = lambda x: x * 3
def run():
    return double(2)
# === comprehension
def run():
    return [x + 1 for x in (1, 2)]  # head: return [x + 2 for x in (1, 2)]
# === dataclass_default
import dataclasses
@dataclasses.dataclass
class Point:
    x: int = 1  # head: x: int = 2
def run():
    return Point()
# === one_true
def run():
    return one_or_true()
def one_or_true():
    return 1  # head: return True
# === shadowed_builtin
# add: def abs(x): return x
def run():
    return abs(-1)
# === slots
class Slotted:
    __slots__ = ("x",)  # head: __slots__ = ("x", "y")
def run():
    return Slotted()
# === substitution
import re
def upper_case(match):
    return match[0].upper()  # head: return match[0].title()
def run():
    return re.sub("a", upper_case, "abab")
# === through_globals
def fetched_function():
    return 2  # head: return 3
def run():
    return globals()["fetched_" + "function".lower()]()
# === single_dispatch
import functools
@functools.singledispatch
def dispatch(x):
    return 1
@dispatch.register
def _(x: int):
    return 2  # head: return 3
def run():
    return dispatch(1)
# === cached_function
import functools
@functools.lru_cache
def cached_square(x):
    return x * 2  # head: return x * 3
cached_square(3)
def run():
    return cached_square(3)
# === enum_member
import enum
class Size(enum.IntEnum):
    LARGE = 2  # head: LARGE = 3
def run():
    return bytes(Size.LARGE)
# === another_import
import json
# add: import colorsys
def run():
    return json.dumps(1)
# === import_order
import colorsys  # head: import chunk_one
import chunk_one  # head: import colorsys
def run():
    return chunk_one
# data chunk_one.py: X = 1 -> X = 1
# === warning_filter
import warnings
# add: warnings.simplefilter("error")
def run():
    return 1
# === recursion_limit
import sys
sys.setrecursionlimit(1000)  # head: sys.setrecursionlimit(2000)
def run():
    return 1
# === weakref_callback
import weakref
class Held:
    pass
def forgotten(ref):
    return 1  # head: return 2
def run():
    held = Held()
    ref = weakref.ref(held, forgotten)
    del held
    return ref
# === signal_handler
import signal
def on_signal(number, frame):
    return 1  # head: return 2
signal.signal(signal.SIGUSR2, on_signal)
def run():
    return 1
# === finaliser
import weakref
class Held:
    pass
def finalised():
    return 1  # head: return 2
def run():
    held = Held()
    weakref.finalize(held, finalised)
    return held
# === annotations_of_a_class
class Annotated:
    x: int  # head: x: float
def run():
    return Annotated.__annotations__
# === generator_not_started
def never_started():
    yield 1  # head: yield 2
def run():
    return never_started()
# === shared_fixture
import pytest
SIZES = []
@pytest.fixture(scope="session", autouse=True)
def session_wide():
    SIZES.append(session_size())
def session_size():
    return 2  # head: return 3
def test_shared_fixture(benchmark):
    benchmark(lambda: SIZES)
