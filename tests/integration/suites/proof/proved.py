# === same
def run():
    return sorted([3, 1])
# === comments
# add: # a comment
# add:
def run():
    # add: # another one
    x = 1  # head: x = 1  # and one behind

    return x
# add: # and one more
class Holder:
    # add: # in a class
    x = 1
    def method(self):
        # add: # in a method
        return 1
# === blank_lines
import json
# add:
# add:
TABLE = [
    x
    # add:
    for x in range(3)
]
def run():
    return json.dumps(TABLE)
# === added_function
def run():
    return 1
# add: def nobody_calls_this(x=1): return x
# === added_method
class Holder:
    def used(self):
        return 1
    # add: def nobody_calls_that(self): return x
def run():
    return Holder().used()
# === unreachable_function
def run():
    return 1
def out_of_reach():
    return 2  # head: return 3
# === never_imported
# data unused_module.py: TABLE = 1 -> TABLE = 2
def run():
    return 1
# === iteration_order
def run():
    found = {word for word in ("a", "b", "c", "d")}
    return [word for word in {**{word: 1 for word in found}}]
# === generators
def five_numbers():
    for x in range(5):
        yield x
def run():
    return sum(x for x in five_numbers())
# === coroutine
import asyncio
async def one():
    return 1
def run():
    return asyncio.run(one())
# === data_same
# data same.txt: same -> same
def run():
    with open("same.txt") as stream:
        return stream.read()
# === dataclasses_and_enums
import collections, dataclasses, enum
@dataclasses.dataclass(frozen=True)
class Point:
    x: int = 1
class Colour(enum.Enum):
    RED = 1
Pair = collections.namedtuple("Pair", "a b")
def run():
    return Point(), Colour("red" and 1), Pair(1, 2), getattr(Point(), "x")
# === exceptions
def run():
    try:
        return {}["x"]
    except KeyError as error:
        return str(error)
# === positions_unchanged
import sys, inspect
def run():
    return sys._getframe().f_lineno, inspect.getsource(run)
# === changed_exception
class Odd(ValueError):
    def explain_it(self):
        return 1  # head: return 2
def run():
    return Odd("x")
# === changed_method_beside
import abc, collections.abc, typing
T = typing.TypeVar("T")
class Box(abc.ABC, typing.Generic[T]):
    def put_in(self):
        return 1
    def take_out_never(self):
        return 1  # head: return 2
def run():
    return Box().put_in()
# === getattr_default
class Holder:
    def quite_unrelated(self):
        return 1  # head: return 2
def run():
    return getattr(Holder, "zzz", None)
# === thread_free_classes
import functools
@functools.total_ordering
class Version:
    def __init__(self, number):
        self.number = number
    def __eq__(self, other):
        return self.number == other.number
    def __lt__(self, other):
        return self.number < other.number
    def __hash__(self):
        return hash(self.number)
    # add: # comment
def run():
    return sorted({Version(n) for n in (3, 1, 2)})
# === context_managers
import contextlib
@contextlib.contextmanager
def opened():
    yield 1
# add: # comment
def run():
    with opened() as x, contextlib.suppress(KeyError):
        raise KeyError(x)
# === async_generators
import asyncio
async def numbers_async():
    for x in range(3):
        yield x
async def main():
    return [x async for x in numbers_async()]
# add: # comment
def run():
    return asyncio.run(main())
# === closed_generator
def endless():
    try:
        while True:
            yield 1
    finally:
        len("x")
# add: # comment
def run():
    running = endless()
    next(running)
    running.close()
    thrown = endless()
    next(thrown)
    try:
        thrown.throw(KeyError)
    except KeyError:
        pass
    dropped = endless()
    next(dropped)
    del dropped
# === changed_data_beside
# data beside.bin: one -> two
def run():
    return 1
# === super_says_init
class Elder:
    def __init__(self):
        self.x = 1
class Younger(Elder):
    def __init__(self):
        super().__init__()
class Stranger:
    def __init__(self):
        self.x = 1  # head: self.x = 2
def run():
    return Younger()
