"""What there is to measure: found in the trees, collected by each side's own pytest, made common.

- ``discovery``   which files of a tree hold benchmarks                       (pure)
- ``collection``  what each side's pytest collects; what is new, missing, common
- ``overlay``     head's benchmark files laid over the base tree
- ``group``       the controls: benchmarks of which it is known what they must show
"""
