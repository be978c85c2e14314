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
