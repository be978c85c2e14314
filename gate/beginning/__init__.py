"""A first set of rules and workflows for the repository at hand, written once and then its own.

- ``survey``    what the repository shows of itself: branch, benchmarks, versions, extras
- ``choice``    which workflows there are, which go together, and where each is written
- ``drafts``    a survey and a choice -> the files as text                        (pure)
- ``writing``   files on the disk: what is there already stays, unless it is forced
- ``commands``  ``perf-gate init``
"""
