"""What matters where code is counted by a trace function."""
# === frame_untraced
import sys
def run():
    frame = sys._getframe()
    return [x for x in (1, 2) if frame.f_code]
def never_frame_untraced():
    return 1  # head: return 2
# === straight_on
def run():
    return straight() + straight()
def straight():
    return len(str(1))
def never_straight_on():
    return 1  # head: return 2
# === thread_unnamed
from _thread import start_new_thread as begin
import _thread
lock = _thread.allocate_lock()
def run():
    lock.acquire()
    begin(lock.release, ())
    lock.acquire()
    lock.release()
# === trace_asked
import sys
def run():
    return one() if sys.gettrace() else other()
def one():
    return 1
def other():
    return 1  # head: return 2
# === trace_taken_back
import sys
def run():
    mine, look = sys.gettrace(), getattr(sys, "settrace")
    look(None)
    hidden()
    look(mine)
def hidden():
    return [1]  # head: return [1, 2]
# === data_later_by_hand
def run():
    calls.append(1)
    return open("later.cfg").read() if len(calls) > 9 else ""
calls = []
# data later.cfg: 1 -> 2
