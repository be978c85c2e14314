"""Planning: who needs another pair, how many at once, and how each is measured; all pure.

- ``schedule``  who needs another pair, by what the samples say
- ``rounds``    which of them fit into the time, and who goes into which lane
- ``rhythm``    how many loops and slices, in which order
"""
