"""Baselines from the command line: recording a revision, and looking after a store.

- ``places``     which store is meant, and opening it
- ``figures``    what was measured, as the figures of a record
- ``recording``  the pipe of ``perf-gate record``
- ``keeping``    listing, pruning and copying
- ``commands``   arguments and what is printed
"""
