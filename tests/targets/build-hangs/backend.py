import os
import signal

signal.signal(signal.SIGTERM, signal.SIG_IGN)
with open(os.environ["STARTED"], "w") as started:
    started.write(f"{os.getpid()}\n")
while True:
    signal.pause()
