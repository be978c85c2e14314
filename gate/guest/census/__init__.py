"""What a benchmark executes: how control flows through all code, over the life of its process.

Equal on both sides means that the benchmark never met the change. Nothing here decides that:
the guest counts and tells, ``gate.proof`` on the other side compares.

- ``ledger``   whose code runs, for whom, and how often control came where
- ``monitor``  counts, by ``sys.monitoring`` (CPython 3.12 and later)
- ``tracer``   counts, by ``sys.settrace`` (CPython 3.11)
- ``texts``    what the texts in code can name
- ``digest``   what a code object is, whatever its position and the hash seed
- ``outline``  the statements of a module, by which functions never entered can be told apart
- ``audit``    data files, folders, native libraries, and whatever makes counting unreliable
- ``references``  changes that executed code could get to another time
- ``report``   all of it as a message
"""
