"""Baselines from the command line: recording a revision, and looking after a store.

- ``recording``  the pipe of ``perf-gate record``
- ``serving``    the same as the action does it
- ``keeping``    listing, pruning and copying
- ``histories``  what the records show over time, and what one of them shows first
- ``telling``    histories as sentences, as a table and as JSON
- ``commands``   arguments and what is printed
"""
