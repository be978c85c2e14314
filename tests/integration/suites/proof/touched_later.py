# === cache_full
CACHE = {}
def run():
    if len(CACHE) > 1000:
        shrink_cache()
    CACHE[len(CACHE)] = 1
def shrink_cache():
    CACHE.clear()  # head: CACHE.popitem()
# === cache_full_indirectly
CACHE = {}
def run():
    if len(CACHE) > 1000:
        make_room()
    CACHE[len(CACHE)] = 1
def make_room():
    evict_oldest()
def evict_oldest():
    CACHE.clear()  # head: CACHE.popitem()
# === wall_clock
import time
def run():
    return at_night() if time.time() < 0 else 1
def at_night():
    return 2  # head: return 3
# === by_chance
import random
def run():
    return rarely() if random.random() < 1e-12 else 1
def rarely():
    return 2  # head: return 3
# === hash_seed
def run():
    return for_hash_seven() if hash("x") == 7 else 1
def for_hash_seven():
    return 2  # head: return 3
# === as_value_later
import time
def run():
    return TABLE[time.time() < 0]()
def usually():
    return 1
def as_a_value():
    return 2  # head: return 3
TABLE = {False: usually, True: as_a_value}
# === in_a_lambda_later
import time
def run():
    return TABLE[time.time() < 0]()
def in_a_lambda():
    return 2  # head: return 3
TABLE = {False: lambda: 1, True: lambda: in_a_lambda()}
# === registered_later
import time
TABLE = {}
def register(function):
    TABLE[function.__name__ > "f"] = function
    return function
def run():
    return TABLE[time.time() < 0]()
def by_registered():
    return 2  # head: return 3
@register
def a_usual():
    return 1
@register
def z_unusual():
    return by_registered()
# === dunder_calls_it
class Compared:
    def __eq__(self, other):
        return same_as_ever()
def same_as_ever():
    return True  # head: return 1 == 1
def run():
    return Compared()
# === composed_elsewhere
import time
class Actions:
    def on_day(self):
        return 1
    def on_night(self):
        return 2  # head: return 3
def call(thing, name):
    return getattr(thing, name)()
def run():
    return call(Actions(), "on_" + ("night" if time.time() < 0 else "day"))
# === composed_by_percent
import time
class Actions:
    def go_east(self):
        return 1
    def go_west(self):
        return 2  # head: return 3
WORDS = ("east", "west")
def run():
    return getattr(Actions(), "go_%s" % WORDS[time.time() < 0])()
# === names_in_a_table
import time
class Actions:
    def swim(self):
        return 1
    def climb(self):
        return 2  # head: return 3
NAMES = ("swim", "climb")
def run():
    return getattr(Actions(), NAMES[time.time() < 0])()
# === all_globals
import time
def op_usual():
    return 1
def op_unusual():
    return 2  # head: return 3
TABLE = [f for n, f in sorted(globals().items()) if n.startswith("op_")]
def run():
    return TABLE[time.time() > 0]()
# === all_of_a_class
import time
class Actions:
    def beta(self):
        return 1
    def alpha(self):
        return 2  # head: return 3
TABLE = [f for n, f in sorted(vars(Actions).items()) if callable(f)]
def run():
    return TABLE[time.time() > 0](1)
# === attrgetter_at_import
import operator, time
class Item:
    def weight_of(self):
        return 2  # head: return 3
WEIGHT = operator.methodcaller("weight_of")
def run():
    return sorted([Item()] if time.time() < 0 else [], key=WEIGHT)
# === renamed_on_import
import time
from renamed_source import renamed_away as another_name
def run():
    return another_name() if time.time() < 0 else 1
# data renamed_source.py: def renamed_away(): return 2 -> def renamed_away(): return 3
# === assigned_name
import time
def assigned_away():
    return 2  # head: return 3
assigned_too = assigned_away
def run():
    return assigned_too() if time.time() < 0 else 1
# === lazy_import
import time
def run():
    if time.time() < 0:
        import lazy_module
        return lazy_module.TABLE
    return 1
# data lazy_module.py: TABLE = 1 -> TABLE = 2
# === lazy_from
import time
def run():
    if time.time() < 0:
        from lazy_from_module import TABLE
        return TABLE
    return 1
# data lazy_from_module.py: TABLE = 1 -> TABLE = 2
# === lazy_chain
import time
def run():
    if time.time() < 0:
        import lazy_first
        return lazy_first
    return 1
# data lazy_first.py: import lazy_second -> import lazy_second
# data lazy_second.py: TABLE = 1 -> TABLE = 2
# === lazy_body
import time
def run():
    if time.time() < 0:
        import lazy_caller
        return lazy_caller
    return 1
def called_by_lazy_body():
    return 1  # head: return 2
# data lazy_caller.py: import m_lazy_body; m_lazy_body.called_by_lazy_body() -> import m_lazy_body; m_lazy_body.called_by_lazy_body()
# === lazy_dunder
import time
def run():
    if time.time() < 0:
        import lazy_operators
        return lazy_operators.ONE == 1
    return 1
# data lazy_operators.py: class A:\n def __eq__(self, other): return 1\nONE = A() -> class A:\n def __eq__(self, other): return 2\nONE = A()
# === dunder_imports
class Compared:
    def __eq__(self, other):
        import lazy_by_dunder
        return lazy_by_dunder.TABLE
def run():
    return Compared()
# data lazy_by_dunder.py: TABLE = 1 -> TABLE = 2
# === tenth_call
CALLS = []
def run():
    CALLS.append(1)
    return every_tenth() if len(CALLS) % 10 == 0 else 1
def every_tenth():
    return 2  # head: return 3
