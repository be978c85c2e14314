"""Touched or not: which benchmarks execute exactly the same on both sides, and need no stopwatch.

- ``life``     what a guest says was executed, checked                        (pure)
- ``changes``  what differs between the files of both sides                   (pure)
- ``names``    by which names code could get to a function          (pure)
- ``classes``  whose methods may be called without any name         (pure)
- ``disk``     the files of both sides, installed ones too
- ``compare``  whether two lives are the same, and if not, why                (pure)
- ``census``   counts on both sides, twice

Whatever is not proved to be the same is touched: it is measured.
"""
