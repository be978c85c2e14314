# === dunder_eq
class Equal:
    def __eq__(self, other):
        return True  # head: return 1 == 1
def run():
    return Equal() == Equal()
# === dunder_hash
class Hashed:
    def __hash__(self):
        return 2  # head: return 3
def run():
    return {Hashed(): 1}
# === dunder_getattr
class Lazy:
    def __getattr__(self, name):
        return 2  # head: return 3
def run():
    return Lazy().whatever
# === dunder_added
class Plain:
    x = 1
    # add: def __eq__(self, other): return True
def run():
    return [Plain()].count(3)
# === pickle_reduce
import pickle
class Thing:
    def __reduce__(self):
        return (int, (1,))  # head: return (int, (2,))
def run():
    return pickle.dumps(Thing())
# === init_subclass
class Registering:
    def __init_subclass__(cls):
        cls.size = 1  # head: cls.size = 2
class Registered(Registering):
    pass
def run():
    return Registered.size
# === class_in_table
import time
class Rare:
    def __init__(self):
        self.x = 1  # head: self.x = 2
TABLE = {True: Rare, False: int}
def run():
    return TABLE[time.time() < 0]()
# === subclass_later
import time
class Ancestor:
    def __init__(self):
        self.x = 1  # head: self.x = 2
class Descendant(Ancestor):
    pass
def run():
    return Descendant() if time.time() < 0 else 1
# === dunder_del
class Dying:
    def __del__(self):
        return 2  # head: return 3
def run():
    Dying()
# === dunder_iter
class Iterated:
    def __iter__(self):
        yield 1  # head: yield 2
def run():
    return list(Iterated())
# === dunder_later
import time
class Compared:
    def __lt__(self, other):
        return True  # head: return 1 == 1
def run():
    return sorted([Compared()] * (3 if time.time() < 0 else 1))
# === metaclass_body
class Meta(type):
    def __new__(mcs, name, bases, space):
        space["size"] = 2  # head: space["size"] = 3
        return super().__new__(mcs, name, bases, space)
class Made(metaclass=Meta):
    pass
def run():
    return Made.size
