# === file_by_open
# data data.txt: one -> two
def run():
    with open("data.txt") as stream:
        return stream.read()
# === file_by_pathlib
# data pathlib.txt: one -> two
from pathlib import Path
def run():
    return Path(__file__).with_name("pathlib.txt").read_bytes()
# === own_source
def run():
    with open(__file__) as stream:
        return len(stream.read())
# add: # a comment
# === get_source
import inspect
def run():
    return inspect.getsource(run)
# add: # a comment
# === sqlite
import sqlite3
def run():
    base = sqlite3.connect("data.db")
    base.execute("select * from numbers").fetchall()
    base.close()
# === sqlite_uri
import sqlite3
def run():
    base = sqlite3.connect("file:data.db?mode=ro", uri=True)
    base.execute("select * from numbers").fetchall()
    base.close()
# === folder
import os
# data folder/one: 1 -> 1
def run():
    return len(os.listdir("folder"))
# === native_library
import native
def run():
    return native.answer()
# === subprocess_used
import subprocess
def run():
    return subprocess.run(["/bin/true"])
# === os_system
import os
def run():
    return os.system("true")
# === thread_used
import threading
def run():
    thread = threading.Thread(target=int)
    thread.start()
    thread.join()
# === ctypes_used
import ctypes
def run():
    return ctypes.CDLL("libc.so.6").abs(-1)
# === mmap_used
import mmap
def run():
    return mmap.mmap(-1, 10)
# === fails
def run():
    raise ValueError("no")
# === skips
import pytest
def run():
    pytest.skip("not today")
# === crashes
import os
def run():
    os.abort()
# === exits
import os
def run():
    os._exit(0)
# === chance
import random
def run():
    return [x for x in range(1000) if random.random() < 0.5]
# === fixture_helper
import pytest
def test_fixture_helper(benchmark, prepared):
    benchmark(len, prepared)
@pytest.fixture
def prepared():
    import m_helper
    return m_helper.prepare()
# === helper
def run():
    return 1
def prepare():
    return "ab"  # head: return "abc"
