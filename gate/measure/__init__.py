"""Measuring: guests started in pairs, driven slice by slice, until the schedule says enough.

In the order in which a run uses them:

- ``discovery``   which files of a tree hold benchmarks                       (pure)
- ``collection``  what each side's pytest collects; what is new, missing, common
- ``overlay``     head's benchmark files laid over the base tree
- ``schedule``    who needs another pair                                      (pure)
- ``rhythm``      how many loops and slices, in which order                   (pure)
- ``guests``      a guest process: started, listened to, ended
- ``protocol``    what guests say, checked before anybody believes it         (pure)
- ``lockstep``    one pair of living guests that walks the benchmarks side by side
- ``session``     rounds until nothing is undecided or the budget is spent
"""
