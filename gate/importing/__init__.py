"""Imports history and results of other tools, into a store or a ``result.json``.

- ``records``   one run as a record, marked so that nothing measured here is compared with it
- ``bringing``  the pipe: files -> runs -> records -> store
- ``commands``  arguments and what is printed
"""
