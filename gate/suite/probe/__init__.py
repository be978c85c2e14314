"""Meaning before speed: whether an executor does what the suite relies on, and what it takes.

Run as ``python -m gate.suite.probe FILE``, which writes what it found as JSON.
"""
