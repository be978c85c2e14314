# === foreign_base
import logging, time
class Telling(logging.Handler):
    def emit(self, record):
        self.last = 1  # head: self.last = 2
LOGGER = logging.getLogger("foreign_base")
LOGGER.addHandler(Telling())
def run():
    LOGGER.log(60 if time.time() < 0 else 1, "x")
# === foreign_base_further_up
import logging, time
class Silent(logging.Handler):
    pass
class Noisy(Silent):
    def handleError(self, record):
        self.last = 1  # head: self.last = 2
LOGGER_UP = logging.getLogger("foreign_base_further_up")
LOGGER_UP.addHandler(Noisy())
def run():
    LOGGER_UP.log(60 if time.time() < 0 else 1, "%d", "x")
# === metaclass_registry
import time
REGISTERED = []
class Collecting(type):
    def __init__(cls, name, bases, space):
        for name, value in sorted(space.items()):
            if name.startswith("stage_"):
                REGISTERED.append(value)
class Stages(metaclass=Collecting):
    def stage_one(self):
        return 1
    def stage_two(self):
        return 2  # head: return 3
def run():
    return REGISTERED[time.time() < 0](1)
# === import_composed
import importlib, time
def run():
    kind = "unusual" if time.time() < 0 else "usual"
    return importlib.import_module("composed_" + kind).X
# data composed_usual.py: X = 1 -> X = 1
# data composed_unusual.py: X = 1 -> X = 2
# === entry_point_text
import importlib, time
ENTRIES = ("m_entry_point_text:at_daytime", "m_entry_point_text:at_nighttime")
def at_daytime():
    return 1
def at_nighttime():
    return 2  # head: return 3
def run():
    name, _, rest = ENTRIES[time.time() < 0].partition(":")
    return getattr(importlib.import_module(name), rest)()
# === several_names_in_a_text
import time
class Actions:
    def plainly(self):
        return 1
    def fancily(self):
        return 2  # head: return 3
def run():
    return getattr(Actions(), "plainly fancily".split()[time.time() < 0])()
# === enum_missing
import enum, time
class Colour(enum.Enum):
    RED = 1
    def _missing_(value):
        return Colour.RED  # head: return Colour(1)
def run():
    return Colour(2 if time.time() < 0 else 1)
# === names_in_data
import json, time
class Actions:
    def upwards(self):
        return 1
    def downwards(self):
        return 2  # head: return 3
def run():
    with open("names.json") as stream:
        names = json.load(stream)
    return getattr(Actions(), names[time.time() < 0])()
# data names.json: ["upwards", "downwards"] -> ["upwards", "downwards"]
# === names_in_bytes
import pickle, time
def pickled_usual():
    return 1
def pickled_unusual():
    return 2  # head: return 3
def run():
    usual, unusual = b"cm_names_in_bytes\npickled_usual\n.", b"cm_names_in_bytes\npickled_unusual\n."
    return pickle.loads(unusual if time.time() < 0 else usual)()
# === all_in_the_dict
import time
class Actions:
    def gamma(self):
        return 1
    def delta(self):
        return 2  # head: return 3
def run():
    return sorted(n for n in Actions.__dict__ if time.time() < 0)
# === size_of_the_dict
class Actions:
    def gamma_two(self):
        return 1
    # add: def delta_two(self): return 2
def run():
    return bytes(len(Actions.__dict__))
# === data_later
import time
def run():
    if time.time() < 0:
        return open("late.txt").read()
# data late.txt: one -> two
# === data_composed_later
import time
def run():
    if time.time() < 0:
        return [open("words_%s.txt" % one).read() for one in ("de", "fr")]
# data words_de.txt: one -> two
# === data_exists
import os
def run():
    return bytes(1000 * os.path.exists("flag.cfg"))
# === data_size
import os
from pathlib import Path
SIZED = Path(__file__).parent / "sized.bin"
def run():
    return bytes(SIZED.stat().st_size)
# data sized.bin: 1 -> 1111
# === native_later
import time
def run():
    if time.time() < 0:
        import native
        return native.answer()
# === attached
import sqlite3
def run():
    base = sqlite3.connect(":memory:")
    base.execute("attach database 'data.db' as other")
    base.execute("select * from other.numbers").fetchall()
    base.close()
# === protocol_satisfied
import typing
@typing.runtime_checkable
class Priced(typing.Protocol):
    def price_of(self): ...
class Good:
    x = 1
    # add: def price_of(self): return 1
def run():
    return bytes(1000 * isinstance(Good(), Priced))
# === aggregate
import sqlite3, time
class Total:
    def __init__(self):
        self.sum = 0
    def step(self, value):
        self.sum += 1  # head: self.sum += value
    def finalize(self):
        return self.sum
def run():
    base = sqlite3.connect(":memory:")
    base.create_aggregate("total_of", 1, Total)
    base.execute("select total_of(1)" if time.time() < 0 else "select 1").fetchall()
    base.close()
# === doc_of_a_function
def documented():
    "One."  # head: "One, and two."
def run():
    return bytes(len(documented.__doc__))
# === docs_of_a_module
import pydoc
def documented_too():
    "One."  # head: "One, and two."
class Documented:
    def also(self):
        "One."  # head: "One, and two."
def run():
    return pydoc.render_doc(Documented)
# === kept_by_init_subclass
import time
KEPT = []
class Plugin:
    def __init_subclass__(cls):
        KEPT.append(cls)
class First(Plugin):
    pass
class Second(Plugin):
    def __init__(self):
        self.x = 1  # head: self.x = 2
def run():
    return KEPT[time.time() < 0]()
# === kept_by_decorator
import time
KEPT = []
def keep(cls):
    KEPT.append(cls)
    return cls
@keep
class First:
    pass
@keep
class Second:
    def __init__(self):
        self.x = 1  # head: self.x = 2
def run():
    return KEPT[time.time() < 0]()
# === namespace_of_a_function
import time
def listed_first():
    return 1
def listed_second():
    return 2  # head: return 3
def run():
    found = sorted(n for n in run.__globals__ if n.startswith("listed"))
    return run.__globals__[found[time.time() < 0]]()
# === has_composed
class Actions:
    def can_walk(self):
        return 1
    # add: def can_swim(self): return 1
def run():
    return bytes(1000 * sum(hasattr(Actions, "can_" + x) for x in ("walk", "swim")))
# === data_by_another_name
import os, tempfile
def run():
    with tempfile.TemporaryDirectory() as folder:
        os.link("".join(("lin", "ked", chr(46), "txt")), folder + "/x")
        with open(folder + "/x") as stream:
            return stream.read()
# data linked.txt: one -> two
# === data_by_a_helper
import time
def run():
    return load_helped() if time.time() < 0 else 1
def load_helped():
    return open("helped.txt").read()
# data helped.txt: one -> two
# === data_by_a_method
import time
class Loader:
    def load_method(self):
        return open("method.txt").read()
def run():
    return Loader().load_method() if time.time() < 0 else 1
# data method.txt: one -> two
# === data_by_an_operator
import time
class Table:
    def __getitem__(self, key):
        return open("operator.txt").read() if key else 1
    def __len__(self):
        return self[1]
table = Table()
def run():
    return table[0] if time.time() > 0 else len(table)
# data operator.txt: one -> two
# === data_by_a_generator
import time
def run():
    if time.time() < 0:
        return list(open("made_%s.txt" % one).read() for one in ("de", "fr"))
# data made_de.txt: one -> two
# === data_by_a_lambda
import time
def run():
    read = lambda: open("lambda.txt").read()
    return read() if time.time() < 0 else 1
# data lambda.txt: one -> two
# === data_by_a_lambda_in_a_table
import time
readers = {"one": lambda: open("table.txt").read()}
def run():
    return readers["one"]() if time.time() < 0 else 1
# data table.txt: one -> two
# === named_in_a_generator
import time
def test_named_in_a_generator(benchmark):
    benchmark(lambda: list(seldom_run(x) for x in "ab") if time.time() < 0 else 1)
def seldom_run(x):
    return x  # head: return x + x
