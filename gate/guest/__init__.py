"""The guest: runs in the target's interpreter and obeys; imports pytest and the standard library.

It is copied out of ``gate`` and started as ``python -m perf_gate_guest``, so that nothing else of
perf-gate can be imported by, or clash with, the target. It must run on Python 3.9 and later.
"""
