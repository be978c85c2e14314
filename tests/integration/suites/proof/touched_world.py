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
# === line_of_frame
import sys
# add: # a comment
def run():
    return sys._getframe().f_lineno
# === line_of_traceback
import traceback
# add: # a comment
def run():
    try:
        return {}[1]
    except KeyError:
        return traceback.format_exc()
# === line_of_code
# add: # a comment
def run():
    return bytes(run.__code__.co_firstlineno)
# === line_of_record
import logging
logging.getLogger("line_of_record").addHandler(logging.NullHandler())
# add: # a comment
def run():
    logging.getLogger("line_of_record").error("x")
# === line_of_warning
import warnings
# add: # a comment
def run():
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        warnings.warn("x", stacklevel=1)
# === socket_used
import socket
def run():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
# === spawned
import multiprocessing
def run():
    process = multiprocessing.get_context("spawn").Process(target=int)
    process.start()
    process.join()
# === forked
import os
def run():
    child = os.fork()
    if not child:
        os._exit(0)
    os.waitpid(child, 0)
# === another_interpreter
try:
    import _interpreters
except ImportError:  # 3.12
    import _xxsubinterpreters as _interpreters
def run():
    one = _interpreters.create()
    _interpreters.run_string(one, "x = 1")
    _interpreters.destroy(one)
# === trace_set
import sys
def run():
    sys.settrace(lambda *_: None)
    sys.settrace(None)
# === monitoring_off
import sys
def run():
    sys.monitoring.set_events(4, 0)
# === hangs
import time
def run():
    time.sleep(60)
# === zipped
import zipfile
def run():
    with zipfile.ZipFile("data.zip") as archive:
        return archive.namelist()
# === resource
from importlib import resources
def run():
    return resources.files("resource_package").joinpath("text.txt").read_text()
# data resource_package/__init__.py: X = 1 -> X = 1
# data resource_package/text.txt: one -> two
# === resource_python
from importlib import resources
def run():
    return resources.files("resource_package2").joinpath("text.py").read_text()
# data resource_package2/__init__.py: X = 1 -> X = 1
# data resource_package2/text.py: # one -> # two
# === package_data
import pkgutil
def run():
    return pkgutil.get_data("resource_package3", "text.txt")
# data resource_package3/__init__.py: X = 1 -> X = 1
# data resource_package3/text.txt: one -> two
# === dumb_database
import dbm.dumb
def run():
    with dbm.dumb.open("dumb", "r") as base:
        return len(base)
# data dumb.dir: 'one', (0, 1) -> 'two', (0, 1)
# data dumb.dat: x -> x
# data dumb.bak: x -> x
# === memory_map_numpy_like
import os
def run():
    with open("mapped.bin", "rb") as stream:
        os.pread(stream.fileno(), 10, 0)
# data mapped.bin: one -> two
# === read_then_overwritten
def run():
    with open("counter.txt") as stream:
        number = int(stream.read())
    with open("counter.txt", "w") as stream:
        stream.write("5")
    return bytes(number)
# data counter.txt: 1 -> 2
# === folder_by_descriptor
import os
# data folder/one: 1 -> 1
def run():
    descriptor = os.open("folder", os.O_RDONLY)
    found = os.listdir(descriptor)
    os.close(descriptor)
    return bytes(len(found))
# === folder_walked
import os
def run():
    return [one for one in os.walk("folder")]
# === without_source
import no_source
def run():
    return bytes(no_source.SIZE)
# === recursion_error
import sys
def deeper():
    return deeper()
def run():
    try:
        deeper()
    except RecursionError:
        return open("deep.txt").read()
# data deep.txt: one -> two
