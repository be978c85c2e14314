"""Measuring: guests started in pairs, driven slice by slice, until the schedule says enough.

In the order in which a run uses them:

- ``gathering``   what there is to measure
- ``group``       the controls: benchmarks of which it is known what they must show
- ``schedule``    who needs another pair                                      (pure)
- ``rhythm``      how many loops and slices, in which order                   (pure)
- ``guests``      a guest process: started, listened to, ended
- ``protocol``    what guests say, checked before anybody believes it         (pure)
- ``lockstep``    one pair of living guests that walks the benchmarks side by side
- ``fates``       how a benchmark ended, and what is said of it                (pure)
- ``session``     rounds until nothing is undecided or the budget is spent
"""
