"""Measuring: guests started in pairs, driven slice by slice, until the schedule says enough.

In the order in which a run uses them:

- ``gathering``   what there is to measure, and the controls beside it
- ``planning``    who needs another pair, how many at once, how each is measured  (pure)
- ``guests``      a guest process: started, listened to, ended
- ``protocol``    what guests say, checked before anybody believes it             (pure)
- ``lockstep``    one pair of living guests that walks the benchmarks side by side
- ``lanes``       pairs that walk at once, each on a core of its own
- ``fates``       how a benchmark ended, and what is said of it                   (pure)
- ``memory``      what there is so far
- ``session``     rounds until nothing is undecided or the budget is spent
"""
