"""One row of the result: what is said of a benchmark, and what of it is intended.

- ``findings``    rows of what was measured, proved or failed
- ``exact``       rows of figures that are counted, not estimated
- ``acceptance``  regressions and removals that are intended, and for how long
"""
